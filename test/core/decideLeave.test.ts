import { describe, expect, test } from '@jest/globals';
import type { MemberStatus } from '../../src/core/member.ts';
import type { BookSetting, WorldSetting } from '../kit/world.ts';
import {
  anna,
  asLeft,
  asMember,
  asWriter,
  bo,
  cat,
  changesOf,
  DAY,
  dan,
  eve,
  events,
  HOUR,
  MINUTE,
  member,
  NOON,
  p12,
  p14,
  replies,
  Story,
  say,
  statuses,
  stop,
  view,
} from '../kit/world.ts';

describe('B-11, B-12: a member leaves', () => {
  test.each([
    ['STOPP', 'B-11'],
    ['stop', 'B-11'],
    ['"Stopp."', 'B-11'],
    ['STOPP 🛑', 'B-11'],
    ['ＳＴＯＰＰ', 'B-11'],
    ['S T O P P', 'B-11'],
    ['STOPP STOPP', 'B-11'],
    ['AVSLUTA', 'B-11'],
    ['baja', 'B-11'],
    ['Abmelden', 'B-11'],
    ['arrêt', 'B-11'],
    ['STOPP tack', 'B-12'],
    ['Stop please', 'B-12'],
    ['ta bort mig', 'B-12'],
    ['Vill inte ha fler sms', 'B-12'],
  ])('%j: %s', (text, rule) => {
    const decision = say(anna, text, { books: [asMember()], number: { providerKeywords: 'off' } });
    expect(decision).toMatchObject({ rule, kind: 'leave', bookId: 'p12', also: [] });
    expect(statuses(decision)).toEqual(['unsubscribed']);
    expect(changesOf(decision, 'set_member')[0]).toMatchObject({ leftAt: NOON });
    expect(changesOf(decision, 'stop')).toEqual([
      { do: 'stop', scope: 'book', scopeId: 'p12', address: anna, how: `sms ${rule}` },
    ]);
    expect(changesOf(decision, 'cancel_copies')).toEqual([{ do: 'cancel_copies', bookId: 'p12', address: anna }]);
    expect(changesOf(decision, 'consent')).toEqual([
      { do: 'consent', bookId: 'p12', event: 'left', rule, address: anna, name: 'Anna', text },
    ]);
    expect(decision.outgoing[0]).toMatchObject({ kind: 'notice', to: dan, reply: { key: 'noticeLeft' } });
    expect(decision.outgoing[1]).toMatchObject({ kind: 'left', to: anna, reply: { key: 'left' } });
  });

  test.each(['Topp!', 'STOPPUR', 'vi ses', 'ok', 'Stjopp'])('%j does not', (text) => {
    const decision = say(anna, text, { books: [asMember()] });
    expect(decision.rule).toBe('B-27');
    expect(statuses(decision)).toEqual([]);
  });

  test.each<[MemberStatus, MemberStatus[]]>([
    ['pending', ['unsubscribed']],
    ['asked', ['unsubscribed']],
    ['paused', ['unsubscribed']],
    ['unreachable', ['unsubscribed']],
    ['banned', []],
    ['refused', []],
    ['unsubscribed', []],
  ])('STOPP while %s is confirmed and stops', (status, set) => {
    const decision = say(anna, 'STOPP', { books: [view(p12, { members: [member(anna, status)] })] });
    expect(statuses(decision)).toEqual(set);
    expect(changesOf(decision, 'stop')).toHaveLength(1);
    expect(replies(decision, anna)).toEqual(['left']);
  });

  test('T-7: functionaries hear it at most once a minute per book, if switched on', () => {
    const decision = say(anna, 'STOPP', { books: [asMember()] });
    expect(decision.outgoing[0]?.onceKey).toBe(`left:p12:${NOON / MINUTE}:${dan}`);
    expect(replies(say(anna, 'STOPP', { books: [asMember({ book: { tellLeave: false } })] }), dan)).toEqual([]);
    expect(replies(say(anna, 'STOPP', { books: [asMember({ functionaries: [anna, dan] })] }), anna)).toEqual(['left']);
  });

  test('B-39: leaves with phone and mail; B-40: both rows on one phone', () => {
    const rows = ['a@example.se', 'b@example.se'].map((mail) => member(anna, 'active', { mail }));
    const decision = say(anna, 'STOPP', { books: [asMember({ members: rows })] });
    expect(decision.also).toEqual(['B-39', 'B-40']);
    expect(statuses(decision)).toEqual(['unsubscribed', 'unsubscribed']);
    const addresses = [anna, 'a@example.se', 'b@example.se'];
    expect(changesOf(decision, 'stop').map(({ address }) => address)).toEqual(addresses);
    expect(changesOf(decision, 'cancel_copies').map(({ address }) => address)).toEqual(addresses);
    expect(replies(decision, anna)).toEqual(['left']);
  });
});

describe('B-14: a sentence with STOPP in it', () => {
  test('goes to the functionaries, with one hint a day', () => {
    const story = new Story(anna, { books: [asMember()] });
    const first = story.text('vi måste STOPPA förslaget');
    expect(first).toMatchObject({ rule: 'B-14', kind: 'forwarded' });
    expect(statuses(first)).toEqual([]);
    expect(replies(first, anna)).toEqual(['hintLeave']);
    expect(replies(story.text('jag sa att vi måste stoppa det nu'), anna)).toEqual(['reachedFunctionaries']);
  });

  test('who has left hears no hint on how to leave', () => {
    expect(replies(say(bo, 'vi måste STOPPA förslaget', { books: [asLeft()] }), bo)).toEqual(['reachedFunctionaries']);
  });
});

describe('B-15, B-16: strangers, and twice', () => {
  test('B-15: a wrong number can stop us', () => {
    const decision = say(eve, 'STOPP');
    expect(decision).toMatchObject({ rule: 'B-15', kind: 'leave' });
    expect(changesOf(decision, 'create_member')).toEqual([
      { do: 'create_member', bookId: 'p12', phone: eve, mail: null, name: '', status: 'unsubscribed', leftAt: NOON },
    ]);
    expect(changesOf(decision, 'stop')).toHaveLength(1);
    expect(events(decision)).toEqual(['left']);
    expect(replies(decision, eve)).toEqual(['left']);
    expect(replies(decision, dan)).toEqual([]);
  });

  test('B-16: silent within 24 h while still out, and changes nothing', () => {
    const story = new Story(anna, { books: [asMember()] });
    story.text('STOPP');
    const again = story.text('STOPP!', { after: HOUR });
    expect(again).toMatchObject({ rule: 'B-11', also: ['B-16'], kind: 'leave', changes: [], outgoing: [] });
    expect(replies(story.text('stopp', { after: DAY }), anna)).toEqual(['left']);
  });

  test('B-16 does not hold for who came back in between', () => {
    const story = new Story(anna, { books: [asMember()] });
    story.text('STOPP');
    story.text('START');
    expect(replies(story.text('STOPP'), anna)).toEqual(['left']);
    expect(story.status).toBe('unsubscribed');
  });
});

describe('B-17: a writer’s lone STOPP is their own', () => {
  test.each([[[member(cat)]], [[]]])('with rows %#', (members) => {
    const decision = say(cat, 'STOPP', { books: [asWriter({ members })] });
    expect(decision).toMatchObject({ rule: 'B-17', kind: 'leave' });
    expect(changesOf(decision, 'create_broadcast')).toEqual([]);
    expect(replies(decision, cat)).toEqual(['left']);
  });
});

describe('B-13: held back and asked', () => {
  const asked = () => new Story(anna, { books: [asMember()] });

  test('at once, one question, functionaries told', () => {
    const decision = say(anna, 'STOPP KAFFE', { books: [asMember()] });
    expect(decision).toMatchObject({ rule: 'B-13', kind: 'asked' });
    expect(statuses(decision)).toEqual(['asked']);
    expect(events(decision)).toEqual(['asked']);
    expect(changesOf(decision, 'cancel_copies')).toHaveLength(1);
    expect(changesOf(decision, 'stop')).toEqual([]);
    expect(replies(decision, anna)).toEqual(['askLeave']);
    expect(replies(decision, dan)).toEqual(['noticeAsked']);
  });

  test.each([
    ['JA', 'B-13', 'unsubscribed', 'left'],
    ['yes', 'B-13', 'unsubscribed', 'left'],
    ['STOPP', 'B-11', 'unsubscribed', 'left'],
    ['ta bort mig', 'B-12', 'unsubscribed', 'left'],
    ['NEJ', 'B-13', 'active', 'stayed'],
    ['no', 'B-13', 'active', 'stayed'],
    ['START', 'B-13', 'active', 'joined'],
  ])('%s settles it: %s, %s', (text, rule, status, told) => {
    const story = asked();
    story.text('STOPP KAFFE');
    const decision = story.text(text);
    expect(decision.rule).toBe(rule);
    expect(replies(decision, anna)).toEqual([told]);
    expect(story.status).toBe(status);
    expect(story.world.conversation.state.pending).toEqual([]);
  });

  test('another unclear text asks no second question, but is read', () => {
    const story = asked();
    story.text('STOPP KAFFE');
    const again = story.text('stopp i sta');
    expect(again).toMatchObject({ rule: 'B-13', kind: 'forwarded' });
    expect(replies(again, anna)).toEqual([]);
    expect(story.status).toBe('asked');
  });

  test('JA without a question goes to the functionaries', () => {
    expect(say(anna, 'JA', { books: [asMember()] })).toMatchObject({ rule: 'B-27', kind: 'forwarded' });
  });

  test('JA after the question has run out still leaves: they are still held back', () => {
    const story = asked();
    story.text('STOPP KAFFE');
    expect(story.text('JA', { after: 2 * DAY })).toMatchObject({ rule: 'B-13', kind: 'leave' });
  });

  test.each([
    ['a stranger', eve, view(p12), 'B-14', 'hintLeave'],
    ['who has left', bo, asLeft(), 'B-14', 'reachedFunctionaries'],
  ] as const)('%s cannot be held back', (_, from, book, rule, told) => {
    const decision = say(from, 'STOPP KAFFE', { books: [book] });
    expect(decision.rule).toBe(rule);
    expect(decision.changes).toEqual([]);
    expect(replies(decision, from)).toEqual([told]);
  });

  test.each(['SLUT', 'NEJ', 'No'])('%s alone: asked once, not held back, read by people', (text) => {
    const story = asked();
    const first = story.text(text);
    expect(first).toMatchObject({ rule: 'B-13', kind: 'asked', changes: [] });
    expect(replies(first, anna)).toEqual(['askLeaveSoft']);
    expect(replies(first, dan)).toEqual(['forwarded']);
    expect(story.text(text).rule).toBe('B-27');
    expect(story.status).toBe('active');
  });

  test('JA after a lone NEJ is the answer to somebody else’s question', () => {
    const story = asked();
    story.text('NEJ');
    expect(story.text('JA').rule).toBe('B-27');
    expect(story.status).toBe('active');
  });
});

describe('B-48: a list that is exempted from leaving', () => {
  const exempt = (over: BookSetting = {}) => ({ books: [asMember({ book: { leaving: 'exempt' }, ...over })] });

  test('held back and asked; a second STOPP leaves', () => {
    const story = new Story(anna, exempt());
    const first = story.text('STOPP');
    expect(first).toMatchObject({ rule: 'B-48', kind: 'asked' });
    expect(replies(first, anna)).toEqual(['askLeaveExempt']);
    expect(replies(first, dan)).toEqual(['noticeExempt']);
    expect(story.status).toBe('asked');
    const second = story.text('STOPP', { after: 3 * DAY });
    expect(second).toMatchObject({ rule: 'B-48', kind: 'leave' });
    expect(replies(second, anna)).toEqual(['left']);
    expect(story.status).toBe('unsubscribed');
  });

  test('NEJ stays; a carrier’s second copy of the same STOPP is no second STOPP', () => {
    const story = new Story(anna, exempt());
    story.text('STOPP');
    expect(story.text('STOPP', { after: 3000 }).kind).toBe('stored');
    story.text('NEJ');
    expect(story.status).toBe('active');
  });

  test.each(['STOPP tack', 'STOPP ALLT', 'STOPP KAFFE'])('%s asks too', (text) => {
    const decision = say(anna, text, exempt());
    expect(statuses(decision)).toEqual(['asked']);
    expect(replies(decision, anna)).toEqual(['askLeaveExempt']);
    expect(changesOf(decision, 'stop')).toEqual([]);
  });

  test('a stranger and a request just leave', () => {
    expect(say(eve, 'STOPP', exempt({ members: [] })).rule).toBe('B-15');
    expect(statuses(say(anna, 'STOPP', exempt({ members: [member(anna, 'pending')] })))).toEqual(['unsubscribed']);
  });

  test('a writer in it is asked like everybody', () => {
    expect(say(anna, 'STOPP', exempt({ senderIsWriter: true }))).toMatchObject({ rule: 'B-48', also: ['B-17'] });
  });
});

describe('B-18: several books', () => {
  const both = (one: BookSetting = {}, two: BookSetting = {}): WorldSetting => ({
    books: [
      view(p12, { members: [member(anna)], ...one }),
      view(p14, { members: [member(anna, 'active', { bookId: 'p14' })], ...two }),
    ],
  });
  const out = { members: [] };

  test.each<[string, WorldSetting, string]>([
    ['the main book', both(), 'p12'],
    ['the one that last sent', both({ lastCopyAt: NOON - 2 * DAY }, { lastCopyAt: NOON - DAY }), 'p14'],
    ['not one that sent over 30 days ago', both({}, { lastCopyAt: NOON - 31 * DAY }), 'p12'],
    ['the only one that they are in', both(out), 'p14'],
    ['for a stranger the main book', both(out, out), 'p12'],
    ['for a wrong number the one that sent', both(out, { ...out, lastCopyAt: NOON - DAY }), 'p14'],
  ])('STOPP leaves %s', (_, world, bookId) => {
    const decision = say(anna, 'STOPP', world);
    expect(decision).toMatchObject({ bookId, also: ['B-18'] });
    expect(decision.outgoing.at(-1)).toMatchObject({ kind: 'left', bookId });
    expect(changesOf(decision, 'stop').map(({ scopeId }) => scopeId)).toEqual([bookId]);
  });

  test.each([
    ['STOPP P14', 'p14'],
    ['P14 stopp', 'p14'],
    ['stop p12', 'p12'],
  ])('%s leaves that one', (text, bookId) => {
    expect(say(anna, text, both())).toMatchObject({ rule: 'B-11', bookId, also: ['B-18'], kind: 'leave' });
  });

  test('an answer of ours counts as having sent: STOPP after joining P14 leaves P14, and again is silent (B-16)', () => {
    const story = new Story(anna, both({ lastCopyAt: NOON - DAY }, out));
    story.text('P14');
    expect(story.text('STOPP')).toMatchObject({ bookId: 'p14' });
    expect(story.text('STOPP')).toMatchObject({ bookId: 'p14', also: ['B-16', 'B-18'], changes: [] });
    expect(story.status).toBe('active');
  });

  test.each(['STOPP ALLT', 'stop all', 'STOPALL'])('%s leaves all and stops the number', (text) => {
    const story = new Story(anna, { ...both(), number: { providerKeywords: 'off' } });
    const decision = story.text(text);
    expect(decision).toMatchObject({ rule: 'B-11', also: ['B-18'], kind: 'leave' });
    expect(statuses(decision)).toEqual(['unsubscribed', 'unsubscribed']);
    expect(changesOf(decision, 'stop').map(({ scope }) => scope)).toEqual(['book', 'book', 'number']);
    expect(events(decision)).toEqual(['left', 'left', 'left_all']);
    expect(replies(decision, anna)).toEqual(['leftAll']);
    expect(story.text('STOPP')).toMatchObject({ also: ['B-16', 'B-18'], outgoing: [] });
    expect(story.text(text, { after: HOUR })).toMatchObject({ also: ['B-16', 'B-18'], outgoing: [] });
    const back = story.text('P14');
    expect(changesOf(back, 'lift_stop').map(({ scope }) => scope)).toEqual(['book', 'number']);
  });

  test('STOPP ALLT on a number with one book leaves it and stops the number', () => {
    const decision = say(anna, 'STOPP ALLT', { books: [asMember()] });
    expect(decision).toMatchObject({ rule: 'B-11', also: [] });
    expect(replies(decision, anna)).toEqual(['left']);
    expect(changesOf(decision, 'stop').map(({ scope }) => scope)).toEqual(['book', 'number']);
  });

  test('STOPP ALLT with one exempted book: leaves the other, asks about this one, stops not the number', () => {
    const decision = say(anna, 'STOPP ALLT', both({}, { book: { leaving: 'exempt' } }));
    expect(statuses(decision).sort()).toEqual(['asked', 'unsubscribed']);
    expect(replies(decision, anna)).toEqual(['askLeaveExempt', 'left']);
    expect(changesOf(decision, 'stop').map(({ scope }) => scope)).toEqual(['book']);
  });

  test('a number without books: the number is stopped', () => {
    const decision = say(eve, 'STOPP', { books: [] });
    expect(decision).toMatchObject({ rule: 'B-15', bookId: null });
    expect(changesOf(decision, 'stop').map(({ scope }) => scope)).toEqual(['number']);
    expect(replies(decision, eve)).toEqual(['leftAll']);
    expect(say(eve, 'Hej', { books: [] })).toMatchObject({ rule: null, kind: 'stored', outgoing: [] });
  });
});

describe('B-44: who answers the word', () => {
  const leaveReply = (text: string, number: WorldSetting['number'], optOut: 'STOP' | null = null) =>
    say(anna, text, { books: [asMember()], ...(number && { number }) }, { optOut });

  test.each([
    ['STOP', 'default', null, []],
    ['stop ', 'default', null, []],
    ['UNSUBSCRIBE', 'default', null, []],
    ['END', 'default', null, []],
    ['STOP.', 'default', null, ['left']],
    ['STOPP', 'default', null, ['left']],
    ['STOP', 'advanced', null, ['left']],
    ['STOP', 'advanced', 'STOP', []],
    ['STOPP', 'advanced', 'STOP', []],
    ['STOP', 'off', null, ['left']],
  ] as const)('%j with %s and OptOutType %s', (text, providerKeywords, optOut, told) => {
    const decision = leaveReply(text, { providerKeywords }, optOut);
    expect(decision).toMatchObject({ rule: 'B-11', kind: 'leave' });
    expect(statuses(decision)).toEqual(['unsubscribed']);
    expect(replies(decision, anna)).toEqual(told);
    expect(decision.also.includes('B-44')).toBe(told.length === 0);
    // B-16 holds after the provider's confirmation too.
    expect(decision.conversation?.leftConfirmed).toEqual({ p12: NOON });
  });

  test('OptOutType STOP mirrors the block, whatever the word, and leaves', () => {
    const decision = leaveReply('BASTA', { providerKeywords: 'advanced' }, 'STOP');
    expect(decision).toMatchObject({ rule: 'B-11', also: ['B-44'] });
    expect(changesOf(decision, 'stop').map(({ scope }) => scope)).toEqual(['provider', 'book']);
    expect(events(decision)).toEqual(['provider_blocked', 'left']);
  });

  const blocked = { books: [asLeft()], stopAtProvider: stop('provider', bo) };

  test('START lifts the mirror too, and its confirmation always goes', () => {
    for (const optOut of [null, 'START'] as const) {
      const decision = say(bo, 'START', blocked, { optOut });
      expect(decision).toMatchObject({ rule: 'B-6', also: ['B-44'] });
      expect(changesOf(decision, 'lift_stop').map(({ scope }) => scope)).toEqual(['provider', 'book']);
      expect(replies(decision, bo)).toEqual(['joined']);
    }
  });

  test.each([
    ['UNSTOP', 'default', null],
    ['UNSTOP', 'advanced', 'START'],
    ['BÖRJA', 'advanced', 'START'],
  ] as const)('%s (%s) lifts the mirror only: no join', (text, providerKeywords, optOut) => {
    const decision = say(bo, text, { ...blocked, number: { providerKeywords } }, { optOut });
    expect(decision).toMatchObject({ rule: 'B-44', kind: 'stored', outgoing: [] });
    expect(changesOf(decision, 'lift_stop').map(({ scope }) => scope)).toEqual(['provider']);
    expect(statuses(decision)).toEqual([]);
  });

  test('YES lifts the mirror and answers a question, no more', () => {
    const decision = say(bo, 'YES', blocked);
    expect(decision).toMatchObject({ rule: 'B-27', also: ['B-44'] });
    expect(statuses(decision)).toEqual([]);
    const story = new Story(anna, { books: [asMember()] });
    story.text('STOPP KAFFE');
    expect(story.text('YES', { optOut: 'START' })).toMatchObject({ rule: 'B-13', kind: 'leave' });
  });

  test('a join by keyword does not lift the provider’s block, which the keyword cannot', () => {
    const world = { ...blocked, books: [asLeft(), view(p14)] };
    expect(changesOf(say(bo, 'P12', world), 'lift_stop').map(({ scope }) => scope)).toEqual(['book']);
  });

  test.each([
    ['HELP', 'default', null, []],
    ['info', 'default', null, []],
    ['HJÄLP', 'default', null, ['help']],
    ['HELP', 'off', null, ['help']],
    ['HELP', 'advanced', 'HELP', []],
  ] as const)('%s with %s and OptOutType %s', (text, providerKeywords, optOut, told) => {
    const decision = say(eve, text, { number: { providerKeywords } }, { optOut });
    expect(decision).toMatchObject({ rule: 'B-19', kind: 'help' });
    expect(replies(decision, eve)).toEqual(told);
  });
});
