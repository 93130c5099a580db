import { describe, expect, test } from '@jest/globals';
import {
  doubtBackoff,
  notSpent,
  pacingBackoff,
  refusalBackoff,
  settlementOf,
  validForS,
} from '../../src/delivery/outcome.ts';
import type { SendOutcome } from '../../src/ports/provider.ts';

const NOW = 1_000_000;
const HOUR = 3_600_000;
const copy = { id: 7, kind: 'copy', attempts: 1, latestAt: NOW + 4 * HOUR } as const;
const reply = { ...copy, kind: 'answer' } as const;

describe('what becomes of a row after its request', () => {
  test.each<[string, SendOutcome, object | null]>([
    ['accepted', { result: 'accepted', providerId: 'SM1' }, { to: 'accepted', providerId: 'SM1', at: NOW }],
    [
      'not begun in time: back as it was (B-36)',
      { result: 'not_begun' },
      { to: 'queued', dueAt: NOW, countsAsAttempt: false },
    ],
    ['in doubt', { result: 'unknown', reason: 'timeout' }, null],
    ['not a number', { result: 'permanent', reason: '21614' }, { to: 'failed', reason: '21614' }],
    ['blocked', { result: 'blocked', reason: '21610' }, { to: 'failed', reason: '21610' }],
    ['our fault', { result: 'fault', reason: '21617' }, { to: 'failed', reason: '21617' }],
    [
      'too fast: it keeps its place and its attempts',
      { result: 'pacing', reason: '20429', retryAfterMs: 3000 },
      { to: 'queued', dueAt: NOW + 3000, countsAsAttempt: false },
    ],
    [
      'our account is refused: back as it was',
      { result: 'configuration', reason: '20003', scope: 'account' },
      { to: 'queued', dueAt: NOW, countsAsAttempt: false },
    ],
  ])('%s', (_, outcome, expected) => {
    const settlement = settlementOf(outcome, copy, NOW, 3000);
    if (expected === null) expect(settlement).toBeNull();
    else expect(settlement).toMatchObject({ id: 7, ...expected });
  });

  const due = (outcome: SendOutcome, row: Parameters<typeof settlementOf>[1]): number => {
    const settlement = settlementOf(outcome, row, NOW, 0);
    if (settlement?.to !== 'queued') throw new Error(`it is ${settlement?.to}`);
    return settlement.dueAt - NOW;
  };
  const temporary = (retryAfterMs: number | null, reason = 'ECONNREFUSED'): SendOutcome => ({
    result: 'temporary',
    reason,
    retryAfterMs,
  });

  test('temporary: soon, then later, spread over a fifth, the same way each time', () => {
    const waits = [1, 2, 3].map((attempts) => due(temporary(null), { ...copy, attempts }));
    expect(waits[0]).toBeGreaterThanOrEqual(5000);
    expect(waits[0]).toBeLessThanOrEqual(6000);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? 0);
    expect(waits[2]).toBeGreaterThan(waits[1] ?? 0);
    expect(due(temporary(null), copy)).toBe(waits[0]);
    expect(due(temporary(null), { ...copy, id: 8 })).not.toBe(waits[0]);
  });
  test('temporary: never sooner than the provider asks (F4)', () => {
    expect(due(temporary(60_000), copy)).toBeGreaterThanOrEqual(60_000);
  });
  test('temporary: no try that would be too late (F10)', () => {
    const late = { ...copy, latestAt: NOW + 4000 };
    expect(settlementOf(temporary(null), late, NOW, 0)).toMatchObject({ to: 'expired' });
    expect(settlementOf({ result: 'pacing', reason: '20429', retryAfterMs: 5000 }, late, NOW, 5000)).toMatchObject({
      to: 'expired',
    });
  });
  test('temporary: a code that is not tried again is final', () => {
    expect(
      settlementOf(temporary(null, '30003'), { ...copy, attempts: 3, latestAt: NOW + 48 * HOUR }, NOW, 0),
    ).toMatchObject({
      to: 'failed',
      reason: '30003',
    });
  });
  test('a refused reply waits 1, 2, 4 … min (F9)', () => {
    const refused: SendOutcome = { result: 'configuration', reason: '21606', scope: 'number' };
    expect([1, 2, 3].map((attempts) => due(refused, { ...reply, attempts }))).toEqual([60_000, 120_000, 240_000]);
    expect(refusalBackoff(50)).toBe(HOUR);
  });
  test('pacing without a word from the provider: 1, 2, 4 … 30 s', () => {
    expect([1, 2, 3, 20].map(pacingBackoff)).toEqual([1000, 2000, 4000, 30_000]);
  });
  test('after a look-up: 1, 2, 4 … s, at most five minutes and a fifth', () => {
    expect(doubtBackoff(1, 1)).toBeLessThanOrEqual(1200);
    expect(doubtBackoff(1, 60)).toBeLessThanOrEqual(360_000);
  });
  test.each<[SendOutcome['result'], boolean]>([
    ['accepted', false],
    ['unknown', false],
    ['not_begun', true],
    ['temporary', true],
    ['pacing', true],
    ['configuration', true],
    ['permanent', true],
  ])('%s: its parts go back to the cap: %s', (result, back) => {
    expect(notSpent({ result } as SendOutcome)).toBe(back);
  });
  test.each([
    [36_000_500, 36_000],
    [10_900, 10],
    [1000, 1],
    [999, 0],
    [-5, 0],
  ])('%i ms before its latest time, the provider may try for %i s', (ms, seconds) => {
    expect(validForS(NOW + ms, NOW)).toBe(seconds);
  });
});
