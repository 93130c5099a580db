import { describe, expect, test } from '@jest/globals';
import type { DeliveryKind } from '../../src/core/delivery.ts';
import { finishTime } from '../../src/core/eta.ts';
import { type GateFacts, type GateHolds, gate } from '../../src/delivery/gate.ts';

const NOBODY_OBJECTS: Omit<GateFacts, 'kind'> = {
  leftBook: false,
  stoppedOnNumber: false,
  blockedAtProvider: false,
  memberStatus: 'active',
};
const OPEN: GateHolds = { quietUntil: null, quotaUntil: null };
const KINDS: readonly DeliveryKind[] = ['copy', 'joined', 'left', 'answer', 'notice', 'code'];

/** One obstacle at a time: what each kind makes of it; all kinds that are not named send. */
const OBSTACLES: [string, Partial<GateFacts>, Partial<GateHolds>, Partial<Record<DeliveryKind, string>>][] = [
  ['nothing', {}, {}, {}],
  [
    'blocked at the provider',
    { blockedAtProvider: true },
    {},
    {
      copy: 'withhold provider_block',
      joined: 'withhold provider_block',
      left: 'withhold provider_block',
      answer: 'withhold provider_block',
      notice: 'withhold provider_block',
      code: 'withhold provider_block',
    },
  ],
  [
    'stop on the number',
    { stoppedOnNumber: true },
    {},
    { copy: 'withhold stop_on_number', notice: 'withhold stop_on_number', code: 'withhold stop_on_number' },
  ],
  ['left the book', { leftBook: true }, {}, { copy: 'withhold left' }],
  ['paused', { memberStatus: 'paused' }, {}, { copy: 'withhold paused' }],
  ['asked (B-13)', { memberStatus: 'asked' }, {}, { copy: 'withhold asked' }],
  ['unsubscribed', { memberStatus: 'unsubscribed' }, {}, { copy: 'withhold unsubscribed' }],
  ['banned', { memberStatus: 'banned' }, {}, { copy: 'withhold banned' }],
  ['pending', { memberStatus: 'pending' }, {}, { copy: 'withhold pending' }],
  ['refused', { memberStatus: 'refused' }, {}, { copy: 'withhold refused' }],
  ['unreachable', { memberStatus: 'unreachable' }, {}, { copy: 'withhold unreachable' }],
  ['removed from the book', { memberStatus: null }, {}, { copy: 'withhold removed' }],
  ['quiet hours', {}, { quietUntil: 5000 }, { copy: 'hold quiet_hours 5000' }],
  ['quota used up', {}, { quotaUntil: 7000 }, { copy: 'hold quota 7000' }],
  ['left, in quiet hours', { leftBook: true }, { quietUntil: 5000 }, { copy: 'withhold left' }],
];

describe('the one gate (document 2, Sending)', () => {
  const rows = OBSTACLES.flatMap(([what, facts, holds, expected]) =>
    KINDS.map((kind) => ({ what, kind, facts, holds, expected: expected[kind] ?? 'send' })),
  );
  test.each(rows)('$kind, $what: $expected', ({ kind, facts, holds, expected }) => {
    const verdict = gate({ kind, ...NOBODY_OBJECTS, ...facts }, { ...OPEN, ...holds });
    const said =
      verdict.gate === 'send'
        ? 'send'
        : `${verdict.gate} ${verdict.reason}${verdict.gate === 'hold' ? ` ${verdict.until}` : ''}`;
    expect(said).toBe(expected);
  });
});

describe('when it will be done', () => {
  test.each([
    [0, 10, 1000],
    [100, 10, 11_000],
    [1, 3, 1334],
    [5, 0, null],
  ])('%i parts at %i a second', (parts, rate, at) => {
    expect(finishTime(1000, parts, rate)).toBe(at);
  });
});
