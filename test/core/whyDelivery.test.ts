import { describe, expect, test } from '@jest/globals';
import type { ConsentEventName } from '../../src/core/consent.ts';
import { standingAt, type WhyCopy, type WhyFacts, whyDelivery } from '../../src/core/whyDelivery.ts';
import { broadcastRow, memberRow, NOON } from '../kit/rows.ts';

const PHONE = '+46701740605';
const MAIL = 'anna@example.se';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const line = (event: ConsentEventName, at: number, rule = 'B-1') => ({ event, at, rule });
const copy = (row: Partial<WhyCopy> = {}): WhyCopy => ({
  id: 7,
  address: PHONE,
  status: 'delivered',
  reason: null,
  attempts: 1,
  dueAt: NOON,
  createdAt: NOON,
  settledAt: NOON + 2_000,
  others: false,
  bouncedAt: null,
  ...row,
});
type Given = Omit<Partial<WhyFacts>, 'broadcast' | 'member'> & {
  broadcast?: Parameters<typeof broadcastRow>[0] extends infer R ? Partial<R> : never;
  member?: Partial<WhyFacts['member']> | undefined;
};
/** Anna joined a week before; the broadcast went out at noon to others, and she has no copy of it. */
function facts({ broadcast, member, ...more }: Given = {}): WhyFacts {
  return {
    now: NOON + DAY,
    broadcast: broadcastRow({ id: 'b1', status: 'sent', finishedAt: NOON + MINUTE, ...broadcast }),
    fanned: { from: NOON, to: NOON + 1_000 },
    member: { ...memberRow({ id: 'm1', phone: PHONE, since: NOON - 7 * DAY, createdAt: NOON - 7 * DAY }), ...member },
    history: [line('joined', NOON - 7 * DAY)],
    stops: [],
    copies: [],
    holds: { quietUntil: null, capReached: false, mailOut: true },
    quietThroughout: false,
    ...more,
  };
}
const told = (given: Given) => whyDelivery(facts(given)).map(({ code, by, at, got }) => [code, by, at, got]);

const left = (at: number, rule = 'B-11') => line('left', at, rule);
const out = (at: number): Given['member'] => ({ status: 'unsubscribed', since: at });

describe('the broadcast itself', () => {
  test.each([
    ['held', { status: 'held', finishedAt: null, createdAt: NOON - 5 }, ['held', null, NOON - 5, null]],
    ['never confirmed', { status: 'expired', finishedAt: NOON + 9 }, ['unconfirmed', null, NOON + 9, false]],
    ['waits for its time', { status: 'scheduled', dueAt: NOON + DAY }, ['scheduled', null, NOON + DAY, null]],
    ['missed its time', { status: 'missed', latestAt: NOON + 5 }, ['missed', null, NOON + 5, false]],
    ['cancelled before', { status: 'cancelled', finishedAt: NOON - 5 }, ['cancelled_before', null, NOON - 5, false]],
  ] as const)('%s', (_, broadcast, expected) => {
    expect(told({ broadcast, fanned: null })).toEqual([expected]);
  });

  test.each([
    ['she wrote it by SMS', { writer: PHONE }, {}],
    ['she wrote it by mail and has a phone as well', { writer: MAIL }, { mail: MAIL }],
  ])('%s: a receipt, no copy', (_, broadcast, member) => {
    expect(told({ broadcast, member })).toEqual([['writer', null, null, false]]);
  });

  test('a mail writer whose member row has no mail address is not she', () => {
    expect(told({ broadcast: { writer: MAIL }, copies: [copy()] })).toEqual([['delivered', 'sms', NOON + 2_000, true]]);
  });
});

describe('how she stood when it went out', () => {
  test.each<[string, Given, unknown[]]>([
    [
      'joined the day after',
      { history: [line('joined', NOON + DAY)], member: { since: NOON + DAY, createdAt: NOON + DAY } },
      ['joined_after', null, NOON + DAY, false],
    ],
    [
      'joined while it was being written',
      { history: [line('joined', NOON + 500)], member: { since: NOON + 500, createdAt: NOON + 500 } },
      ['joined_meanwhile', null, NOON + 500, false],
    ],
    [
      'left the day before',
      {
        history: [line('joined', 1), left(NOON - DAY)],
        member: out(NOON - DAY),
        broadcast: { createdAt: NOON - HOUR },
      },
      ['left_before', null, NOON - DAY, false],
    ],
    [
      'left between scheduling and sending (B-37)',
      {
        history: [line('joined', 1), left(NOON - HOUR)],
        member: out(NOON - HOUR),
        broadcast: { createdAt: NOON - DAY },
      },
      ['left_between', null, NOON - HOUR, false],
    ],
    [
      'left in the very same millisecond: leaving wins',
      { history: [line('joined', 1), left(NOON)], member: out(NOON), broadcast: { createdAt: NOON - DAY } },
      ['left_between', null, NOON, false],
    ],
    [
      'left in the same second, before her copy was written',
      { history: [line('joined', 1), left(NOON + 400)], member: out(NOON + 400) },
      ['left_meanwhile', null, NOON + 400, false],
    ],
    [
      'left everything on the number',
      { history: [line('joined', 1), line('left_all', NOON - 9, 'B-18')], member: out(NOON - 9) },
      ['stopped_number', null, NOON - 9, false],
    ],
    [
      'waited for approval',
      { history: [line('requested', NOON - 9), line('approved', NOON + DAY)], member: { since: NOON + DAY } },
      ['pending_then', null, NOON - 9, false],
    ],
    [
      'was asked whether she leaves',
      {
        history: [line('joined', 1), line('asked', NOON - 9), line('stayed', NOON + HOUR)],
        member: { since: NOON + HOUR },
      },
      ['asked_then', null, NOON - 9, false],
    ],
    [
      'was paused',
      {
        history: [line('joined', 1), line('paused', NOON - 9), line('resumed', NOON + DAY)],
        member: { since: NOON + DAY },
      },
      ['paused_then', null, NOON - 9, false],
    ],
    ['is paused still', { member: { status: 'paused', since: NOON - 9 } }, ['paused_then', null, NOON - 9, false]],
    ['is banned', { member: { status: 'banned', since: NOON - 9 } }, ['banned_then', null, NOON - 9, false]],
    ['was refused', { member: { status: 'refused', since: NOON - 9 } }, ['refused_then', null, NOON - 9, false]],
    [
      'her mail had come back, and she had no phone',
      {
        history: [line('joined', 1), line('provider_blocked', NOON - 9, 'M-4'), line('resumed', NOON + DAY)],
        member: { phone: null, mail: MAIL, since: NOON + DAY },
      },
      ['unreachable_then', null, NOON - 9, false],
    ],
    [
      'had been erased and has joined again',
      { history: [line('erased', NOON - DAY, 'erase'), line('joined', NOON + DAY)], member: { since: NOON + DAY } },
      ['erased', null, NOON - DAY, false],
    ],
  ])('%s', (_, given, expected) => {
    expect(told(given)).toEqual([expected]);
  });

  test('later she came back: said beside the leave that kept it from her, however she stands now', () => {
    const history = [line('joined', 1), left(NOON - HOUR), line('joined', NOON + HOUR), left(NOON + 2 * HOUR)];
    const [why] = whyDelivery(facts({ history, member: out(NOON + 2 * HOUR) }));
    expect(why).toMatchObject({ code: 'left_before', at: NOON - HOUR, backAt: NOON + HOUR });
  });

  test('left and joined again before it went out: a member', () => {
    const history = [line('joined', 1), left(NOON - DAY), line('joined', NOON - HOUR)];
    expect(told({ history, member: { since: NOON - HOUR }, copies: [copy()] })).toEqual([
      ['delivered', 'sms', NOON + 2_000, true],
    ]);
  });

  test('came back on an old row while it went out: its page had been written', () => {
    const history = [line('joined', 1), left(NOON - DAY), line('joined', NOON + 700)];
    expect(told({ history, member: { since: NOON + 700, createdAt: 1 } })).toEqual([
      ['joined_meanwhile', null, NOON + 700, false],
    ]);
  });

  test('nobody knows when the copies were written: its due time stands for it', () => {
    const late = { history: [line('joined', NOON + HOUR)], member: { since: NOON + HOUR } };
    expect(told({ ...late, fanned: null })).toEqual([['joined_after', null, NOON + HOUR, false]]);
  });

  test('it was due at noon and went out an hour later: who joined between got it, who left did not', () => {
    const fanned = { from: NOON + HOUR, to: NOON + HOUR };
    const [why] = whyDelivery(
      facts({ fanned, history: [line('joined', 1), left(NOON + MINUTE)], member: out(NOON + MINUTE) }),
    );
    expect(why).toMatchObject({ code: 'left_between', at: NOON + MINUTE });
  });

  test('a row that the ledger does not know, from another system', () => {
    const old = facts({ history: [], member: { since: NOON + DAY, createdAt: NOON - DAY } });
    expect(standingAt(old, NOON)).toEqual({ status: 'active', since: NOON - DAY });
  });
});

describe('whom it was for', () => {
  const audience = { labels: ['Lag 1'], fields: {} };
  test.each<[string, Given, unknown[]]>([
    [
      'a part of the book without her',
      { broadcast: { audience }, member: { labels: ['Lag 2'] } },
      ['not_in_audience', null, null, false],
    ],
    [
      'a part that she belongs to by now',
      { broadcast: { audience }, member: { labels: ['lag 1'] } },
      ['not_in_audience_then', 'sms', null, false],
    ],
    [
      'not written yet: its pages have not come to her',
      { broadcast: { status: 'sending', fanCursor: 'm0', finishedAt: null } },
      ['preparing', null, NOON, null],
    ],
    [
      'stopped before her copy was written',
      { broadcast: { status: 'cancelled', finishedAt: NOON + 9 } },
      ['cancelled_rest', 'sms', NOON + 9, false],
    ],
    ['no address at all', { member: { phone: null } }, ['no_address', null, null, false]],
    ['she wants mail, and has a phone', { member: { mail: null, via: 'mail' } }, ['chose_other', 'sms', null, false]],
    [
      'blocked at the provider',
      { stops: [{ scope: 'provider', by: 'sms', since: NOON - 9 }] },
      ['provider_block', 'sms', NOON - 9, false],
    ],
    ['nothing that we can see', {}, ['unknown', 'sms', null, false]],
  ])('%s', (_, given, expected) => {
    expect(told(given)).toEqual([expected]);
  });

  test('phone and mail each have their own answer', () => {
    const both = { mail: MAIL };
    const mailed = copy({ id: 8, address: MAIL, status: 'accepted', settledAt: NOON + 3_000 });
    expect(told({ member: both, copies: [copy(), mailed] })).toEqual([
      ['delivered', 'sms', NOON + 2_000, true],
      ['mailed', 'mail', NOON + 3_000, true],
    ]);
    expect(told({ member: { ...both, via: 'mail' }, copies: [mailed] })).toEqual([
      ['chose_other', 'sms', null, false],
      ['mailed', 'mail', NOON + 3_000, true],
    ]);
    const stops = [{ scope: 'provider', by: 'mail', since: NOON - DAY }] as const;
    expect(told({ member: both, copies: [copy()], stops })).toEqual([
      ['delivered', 'sms', NOON + 2_000, true],
      ['mail_stopped', 'mail', NOON - DAY, false],
    ]);
  });

  test('a stop that came later did not keep it back', () => {
    const stops = [{ scope: 'provider', by: 'sms', since: NOON + DAY }] as const;
    expect(told({ stops })).toEqual([['unknown', 'sms', null, false]]);
  });

  test('two on one phone: the other one has the copy (B-40)', () => {
    expect(told({ copies: [copy({ others: true })] })).toEqual([['shared', 'sms', NOON + 2_000, true]]);
  });

  test('two on one phone, and she joined later: both are said', () => {
    const given = {
      history: [line('joined', NOON + DAY)],
      member: { since: NOON + DAY },
      copies: [copy({ others: true, status: 'failed', reason: '30005' })],
    } as const;
    expect(told(given)).toEqual([
      ['joined_after', null, NOON + DAY, false],
      ['shared', 'sms', NOON + 2_000, false],
    ]);
  });
});

describe('what became of her copy', () => {
  const at = NOON + 2_000;
  test.each<[string, Partial<WhyCopy>, unknown[]]>([
    ['on the phone', {}, ['delivered', 'sms', at, true]],
    ['taken by the provider', { status: 'accepted' }, ['accepted', 'sms', at, null]],
    ['in the network', { status: 'sent' }, ['accepted', 'sms', at, null]],
    ['being dialled', { status: 'claimed', settledAt: null }, ['sending', 'sms', null, null]],
    ['no such number', { status: 'failed', reason: '30005' }, ['failed', 'sms', at, false]],
    ['phone off', { status: 'undelivered', reason: '30003' }, ['failed', 'sms', at, false]],
    ['blocked at Twilio', { status: 'failed', reason: '21610' }, ['provider_block', 'sms', at, false]],
    ['too late', { status: 'expired', reason: 'too_late' }, ['late', 'sms', at, false]],
    ['tried until it was too late', { status: 'expired', reason: '30003' }, ['late_refused', 'sms', at, false]],
    ['nobody knows', { status: 'uncertain', reason: 'unclear' }, ['uncertain', 'sms', at, null]],
    ['the broadcast was stopped', { status: 'cancelled', reason: 'cancelled' }, ['cancelled', 'sms', at, false]],
    ['stop on the number', { status: 'cancelled', reason: 'stop_on_number' }, ['stopped_number', 'sms', at, false]],
    ['block at the gate', { status: 'cancelled', reason: 'provider_block' }, ['provider_block', 'sms', at, false]],
    ['paused at the gate', { status: 'cancelled', reason: 'paused' }, ['paused_then', 'sms', at, false]],
    ['asked at the gate', { status: 'cancelled', reason: 'asked' }, ['asked_then', 'sms', at, false]],
    ['banned at the gate', { status: 'cancelled', reason: 'banned' }, ['banned_then', 'sms', at, false]],
    ['removed from the book', { status: 'cancelled', reason: 'removed' }, ['removed', 'sms', at, false]],
    ['erased', { status: 'cancelled', reason: 'erased' }, ['erased', 'sms', at, false]],
    ['a word that we do not know', { status: 'cancelled', reason: 'odd' }, ['failed', 'sms', at, false]],
    ['waits its turn', { status: 'queued', settledAt: null, attempts: 0 }, ['waiting', 'sms', null, null]],
    [
      'is tried again',
      { status: 'queued', attempts: 2, reason: '30003', dueAt: NOON + 3 * DAY },
      ['waiting_retry', 'sms', NOON + 3 * DAY, null],
    ],
    [
      'held by quiet hours',
      { status: 'queued', reason: 'quiet_hours', dueAt: NOON + 2 * DAY },
      ['waiting_quiet', 'sms', NOON + 2 * DAY, null],
    ],
    [
      'held by the cap',
      { status: 'queued', reason: 'quota', dueAt: NOON + 2 * DAY },
      ['waiting_cap', 'sms', NOON + 2 * DAY, null],
    ],
  ])('%s', (_, row, expected) => {
    expect(told({ copies: [copy(row)] })).toEqual([expected]);
  });

  test('it waits for what holds the whole broadcast', () => {
    const copies = [copy({ status: 'queued', attempts: 0 })];
    const holds = { quietUntil: null, capReached: false, mailOut: true };
    expect(told({ copies, broadcast: { status: 'paused' } })).toEqual([['waiting_paused', 'sms', null, null]]);
    expect(told({ copies, holds: { ...holds, quietUntil: 5 } })).toEqual([['waiting_quiet', 'sms', 5, null]]);
    expect(told({ copies, holds: { ...holds, capReached: true } })).toEqual([['waiting_cap', 'sms', null, null]]);
    const mails = [copy({ status: 'queued', attempts: 0, address: MAIL })];
    expect(told({ copies: mails, member: { phone: null, mail: MAIL }, holds: { ...holds, mailOut: false } })).toEqual([
      ['waiting_mail', 'mail', null, null],
    ]);
  });

  test('quiet hours from its due time to its latest time', () => {
    const copies = [copy({ status: 'expired', reason: 'too_late' })];
    expect(told({ copies, quietThroughout: true })).toEqual([['late_quiet', 'sms', at, false]]);
  });

  test('a mail that came back, although the smarthost had taken it', () => {
    const copies = [copy({ address: MAIL, status: 'accepted', bouncedAt: NOON + HOUR, reason: '5.1.1' })];
    expect(told({ copies, member: { phone: null, mail: MAIL } })).toEqual([['bounced', 'mail', NOON + HOUR, false]]);
  });

  test('left while it was on its way (B-36), and back since', () => {
    const history = [line('joined', 1), left(NOON + 1_990), line('joined', NOON + DAY)];
    const copies = [copy({ status: 'cancelled', reason: 'left' })];
    expect(whyDelivery(facts({ history, copies, member: { since: NOON + DAY } }))).toEqual([
      expect.objectContaining({ code: 'left_meanwhile', at: NOON + 1_990, backAt: NOON + DAY, deliveryId: 7 }),
    ]);
  });

  test('a block at the provider cancels with the same word as leaving; the ledger tells them apart', () => {
    const history = [line('joined', 1), line('provider_blocked', NOON + 1_990, 'B-44')];
    expect(told({ history, copies: [copy({ status: 'cancelled', reason: 'left' })] })).toEqual([
      ['provider_block', 'sms', NOON + 1_990, false],
    ]);
  });

  test('her copy speaks, whatever the ledger says of the minute around it', () => {
    const history = [line('joined', 1), left(NOON)];
    expect(told({ history, member: out(NOON), copies: [copy()] })).toEqual([['delivered', 'sms', at, true]]);
  });

  test('an old number of hers that it went to', () => {
    const copies = [copy({ address: '+46709999999' })];
    expect(told({ copies, member: { phone: null, mail: null } })).toEqual([['delivered', 'sms', at, true]]);
  });
});
