import { describe, expect, test } from '@jest/globals';
import type { MemberStatus } from '../../src/core/member.ts';
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
  member,
  NOON,
  p12,
  p14,
  replies,
  SECOND,
  Story,
  say,
  statuses,
  stop,
  view,
} from '../kit/world.ts';

const manual = { book: { approval: 'manual' } } as const;

describe('B-1, B-3: START alone joins, nothing else does', () => {
  test.each([
    'START',
    'start',
    ' Start ',
    'START!',
    '"START"',
    'START 🎉',
    'ＳＴＡＲＴ',
    'START\u00a0',
    '(start)',
    '\u200bSTART',
  ])('%j joins a stranger', (text) => {
    const decision = say(eve, text);
    expect(decision).toMatchObject({ rule: 'B-1', kind: 'join', bookId: 'p12' });
    expect(statuses(decision)).toEqual(['active']);
    expect(events(decision)).toEqual(['joined']);
    expect(replies(decision, eve)).toEqual(['joined']);
    expect(changesOf(decision, 'consent')[0]).toMatchObject({ text, address: eve, rule: 'B-1' });
  });

  test.each([
    ['START tack', 'B-2'],
    ['start nu', 'B-2'],
    ['STARTA', 'B-3'],
    ['STRAT', 'B-3'],
    ['STАRT', 'B-3'],
    ['inte START', 'B-27'],
    ['När är det start?', 'B-27'],
    ['JA', 'B-27'],
    ['Hej, kan jag få vara med?', 'B-27'],
  ] as const)('%j does not: %s', (text, rule) => {
    const decision = say(eve, text);
    expect(decision).toMatchObject({ rule, kind: 'forwarded' });
    expect(statuses(decision)).toEqual([]);
    expect(events(decision)).toEqual([]);
    expect(replies(decision, dan)).toEqual(['forwarded']);
    expect(replies(decision, eve)).toEqual([rule === 'B-27' ? 'reachedFunctionaries' : 'hintJoin']);
  });

  test('B-2: the hint is given once a day, then that it reached the functionaries', () => {
    const story = new Story(eve);
    expect(replies(story.text('START tack'), eve)).toEqual(['hintJoin']);
    expect(replies(story.text('start gärna'), eve)).toEqual(['reachedFunctionaries']);
    expect(replies(story.text('STARTA nu då'), eve)).toEqual([]);
    expect(replies(story.text('START tack', { after: DAY }), eve)).toEqual(['hintJoin']);
  });
});

describe('what the sender already is comes before the general row', () => {
  test.each<[MemberStatus, string, string[], MemberStatus[], string[]]>([
    ['active', 'B-4', ['joined'], [], []],
    ['pending', 'B-5', ['stillPending'], [], []],
    ['asked', 'B-13', ['joined'], ['active'], ['stayed']],
    ['unsubscribed', 'B-6', ['joined'], ['active'], ['joined']],
    ['banned', 'B-7', ['cannotJoin'], [], []],
    ['refused', 'B-7', ['cannotJoin'], [], []],
    ['paused', 'B-50', ['joined'], ['active'], ['resumed']],
    ['unreachable', 'B-1', ['joined'], ['active'], ['resumed']],
  ])('START while %s: %s', (status, rule, told, set, ledger) => {
    const decision = say(anna, 'START', { books: [view(p12, { members: [member(anna, status)] })] });
    expect(decision.rule).toBe(rule);
    expect(replies(decision, anna)).toEqual(told);
    expect(statuses(decision)).toEqual(set);
    expect(events(decision)).toEqual(ledger);
    expect(changesOf(decision, 'create_member')).toEqual([]);
  });

  test('B-7: refused once for as long as the row stands, functionaries told once', () => {
    const story = new Story(anna, { books: [view(p12, { members: [member(anna, 'banned', { name: 'Anna' })] })] });
    const first = story.text('START');
    expect(replies(first, dan)).toEqual(['noticeCannotJoin']);
    expect(first.outgoing.every(({ onceKey }) => onceKey?.startsWith('cannot_join:m-p12-'))).toBe(true);
    expect(story.text('Start').outgoing).toEqual([]);
    // Days later the state has forgotten; the keys are the same, so the store writes no second delivery.
    expect(story.text('START', { after: 3 * DAY }).outgoing.map(({ onceKey }) => onceKey)).toEqual(
      first.outgoing.map(({ onceKey }) => onceKey),
    );
  });

  test('B-7: STOPP does not wash a ban off', () => {
    const story = new Story(anna, { books: [view(p12, { members: [member(anna, 'banned')] })] });
    expect(replies(story.text('STOPP'), anna)).toEqual(['left']);
    expect(story.status).toBe('banned');
    expect(story.text('START', { after: DAY }).rule).toBe('B-7');
  });

  test('B-6: lifts the stop on the book and on the number, and keeps when they left', () => {
    const decision = say(bo, 'START', { books: [asLeft()], stopOnNumber: stop('number', bo) });
    expect(changesOf(decision, 'lift_stop')).toEqual([
      { do: 'lift_stop', scope: 'book', scopeId: 'p12', address: bo },
      { do: 'lift_stop', scope: 'number', scopeId: 'vn', address: bo },
    ]);
    expect(changesOf(decision, 'set_member')[0]).not.toHaveProperty('leftAt');
  });

  test('B-6: also when the row was deleted and only the stop remains', () => {
    const decision = say(bo, 'START', { books: [view(p12, { stop: stop('book', bo) })] });
    expect(decision.rule).toBe('B-6');
    expect(changesOf(decision, 'create_member')[0]).toMatchObject({ status: 'active', leftAt: NOON - 40 * DAY });
    expect(changesOf(decision, 'lift_stop')).toHaveLength(1);
  });

  test('B-39: who left with phone and mail comes back with both', () => {
    const row = member(bo, 'unsubscribed', { mail: 'bo@example.se' });
    const decision = say(bo, 'START', { books: [asLeft({ members: [row] })] });
    expect(changesOf(decision, 'lift_stop').map(({ address }) => address)).toEqual([bo, 'bo@example.se']);
  });

  test('B-40: two who left on one phone: one comes back, and nobody’s mail', () => {
    const rows = ['a@example.se', 'b@example.se'].map((mail) => member(bo, 'unsubscribed', { mail }));
    const decision = say(bo, 'START', { books: [asLeft({ members: rows })] });
    expect(changesOf(decision, 'set_member')).toHaveLength(1);
    expect(changesOf(decision, 'lift_stop').map(({ address }) => address)).toEqual([bo]);
  });
});

describe('B-10: approval', () => {
  test('a stranger awaits it; functionaries are told', () => {
    const decision = say(eve, 'START', { books: [view(p12, manual)] });
    expect(decision).toMatchObject({ rule: 'B-10', kind: 'join', also: [] });
    expect(statuses(decision)).toEqual(['pending']);
    expect(events(decision)).toEqual(['requested']);
    expect(replies(decision, eve)).toEqual(['joinRequested']);
    expect(replies(decision, dan)).toEqual(['noticeRequest']);
  });

  test('B-6: who left makes a new request, marked; the stop stays until it is approved', () => {
    const decision = say(bo, 'START', { books: [asLeft(manual)] });
    expect(decision).toMatchObject({ rule: 'B-6', also: ['B-10'] });
    expect(statuses(decision)).toEqual(['pending']);
    expect(changesOf(decision, 'lift_stop')).toEqual([]);
    expect(decision.outgoing[1]?.reply).toEqual({
      key: 'noticeRequestAgain',
      params: { book: 'Föräldrar P12', sender: `Bo ${bo}`, date: '20 januari' },
    });
  });

  test('the second request is none (B-5), and STOPP takes the first one back', () => {
    const story = new Story(eve, { books: [view(p12, manual)] });
    story.text('START');
    expect(story.text('START').rule).toBe('B-5');
    expect(story.text('STOPP')).toMatchObject({ rule: 'B-11', kind: 'leave' });
    expect(story.status).toBe('unsubscribed');
  });
});

describe('B-17: a writer’s START is their own', () => {
  test('never a broadcast', () => {
    const decision = say(cat, 'START', { books: [asWriter()] });
    expect(decision).toMatchObject({ rule: 'B-17', kind: 'join' });
    expect(changesOf(decision, 'create_broadcast')).toEqual([]);
    expect(statuses(decision)).toEqual(['active']);
    expect(say(cat, 'START', { books: [asWriter({ members: [member(cat, 'pending')] })] })).toMatchObject({
      rule: 'B-17',
      also: ['B-5'],
    });
  });
});

describe('B-8, B-29, B-42: at once, twice, against each other', () => {
  test('B-8: two STARTs within 4 s are one', () => {
    const story = new Story(eve);
    story.text('START');
    const second = story.text('START', { after: 100 });
    expect(second).toMatchObject({ rule: 'B-4', also: ['B-29'], kind: 'stored', changes: [], outgoing: [] });
    expect(story.text('START', { after: 5 * SECOND })).toMatchObject({ rule: 'B-4', also: [], kind: 'join' });
  });

  test('B-29 at exactly 4 s, not after; not for another text', () => {
    const story = new Story(eve);
    story.text('Hej');
    expect(story.text('Hej', { after: 4 * SECOND }).also).toContain('B-29');
    expect(story.text('Hej', { after: 1 }).also).not.toContain('B-29');
    expect(story.text('Hej då', { after: 1 }).also).not.toContain('B-29');
  });

  test('B-42: within 2 s and without a provider’s time leaving wins, whichever comes first', () => {
    const joinLast = new Story(anna, { books: [asMember()] });
    joinLast.text('STOPP');
    expect(joinLast.text('START', { after: 2 * SECOND })).toMatchObject({
      rule: 'B-6',
      also: ['B-42'],
      kind: 'stored',
      changes: [],
      outgoing: [],
    });
    expect(joinLast.status).toBe('unsubscribed');
    const leaveLast = new Story(eve);
    leaveLast.text('START');
    expect(leaveLast.text('STOPP', { after: 500 })).toMatchObject({ rule: 'B-11', also: ['B-42'], kind: 'leave' });
    expect(leaveLast.status).toBe('unsubscribed');
  });

  test('B-42: beyond 2 s the order of arrival counts', () => {
    const story = new Story(anna, { books: [asMember()] });
    story.text('STOPP');
    expect(story.text('START', { after: 2 * SECOND + 1 })).toMatchObject({ rule: 'B-6', also: [], kind: 'join' });
    expect(story.status).toBe('active');
  });

  test('B-42: the provider’s time decides where both have one', () => {
    const swapped = new Story(eve);
    swapped.text('START', { providerAt: NOON });
    expect(swapped.text('STOPP', { after: SECOND, providerAt: NOON - SECOND }).kind).toBe('stored');
    expect(swapped.status).toBe('active');
    const inOrder = new Story(anna, { books: [asMember()] });
    inOrder.text('STOPP', { providerAt: NOON });
    expect(inOrder.text('START', { after: SECOND, providerAt: NOON + SECOND }).kind).toBe('join');
    const same = new Story(anna, { books: [asMember()] });
    same.text('STOPP', { providerAt: NOON });
    expect(same.text('START', { after: SECOND, providerAt: NOON }).kind).toBe('stored');
  });

  test('STOPP, START, STOPP within 4 s leaves; START, STOPP, START within 4 s too', () => {
    const story = new Story(anna, { books: [asMember()] });
    story.text('STOPP', { providerAt: NOON });
    story.text('START', { after: SECOND, providerAt: NOON + SECOND });
    expect(story.text('STOPP', { after: SECOND, providerAt: NOON + 2 * SECOND }).kind).toBe('leave');
    expect(story.status).toBe('unsubscribed');
    const other = new Story(eve);
    other.text('START');
    other.text('STOPP', { after: SECOND });
    expect(other.text('START', { after: SECOND }).kind).toBe('stored');
    expect(other.status).toBe('unsubscribed');
  });
});

describe('B-45: several books', () => {
  const both = (one = {}, two = {}) => ({ books: [view(p12, one), view(p14, two)] });
  const inP14 = (status: MemberStatus, over = {}) => ({ members: [member(eve, status, { bookId: 'p14', ...over })] });

  test.each([
    ['P14', 'p14', 'B-45'],
    ['START P14', 'p14', 'B-45'],
    ['p14 start', 'p14', 'B-45'],
    ['P12', 'p12', 'B-45'],
    ['START', 'p12', 'B-1'],
  ])('%s from a stranger joins %s', (text, bookId, rule) => {
    const decision = say(eve, text, both());
    expect(decision).toMatchObject({ rule, bookId, kind: 'join' });
    if (rule === 'B-1') expect(decision.also).toEqual(['B-45']);
    expect(decision.outgoing[0]?.bookId).toBe(bookId);
  });

  test('a bare START: the book they last belonged to', () => {
    expect(say(eve, 'START', both({}, inP14('unsubscribed'))).bookId).toBe('p14');
    expect(say(eve, 'START', both({}, inP14('active')))).toMatchObject({ bookId: 'p14', rule: 'B-4' });
    const leftLately = inP14('unsubscribed', { leftAt: NOON - DAY });
    expect(say(eve, 'START', both({ members: [member(eve)] }, leftLately)).bookId).toBe('p14');
    const leftLongAgo = inP14('unsubscribed', { leftAt: NOON - 400 * DAY });
    expect(say(eve, 'START', both({ members: [member(eve)] }, leftLongAgo)).bookId).toBe('p12');
    expect(say(eve, 'START', both({}, inP14('banned'))).bookId).toBe('p12');
  });

  test('a keyword that is the only book’s means nothing', () => {
    expect(say(eve, 'P12').rule).toBe('B-27');
  });

  test('B-4 with a keyword, and approval of the book that is named', () => {
    expect(say(eve, 'P14', both({}, inP14('active')))).toMatchObject({ rule: 'B-4', also: ['B-45'] });
    expect(say(eve, 'P14', both({}, manual))).toMatchObject({ rule: 'B-45', also: ['B-10'] });
  });
});

describe('B-9: any text joins', () => {
  const open = { book: { optIn: 'any_text' } } as const;
  const world = (over = {}) => ({ books: [view(p12, { ...open, ...over })] });

  test.each(['Hej, jag vill vara med', 'START tack', '👍', 'JA'])('%j joins, and goes to the functionaries', (text) => {
    const decision = say(eve, text, world());
    expect(decision).toMatchObject({ rule: 'B-9', kind: 'join' });
    expect(replies(decision, eve)).toEqual(['joined']);
    expect(replies(decision, dan)).toEqual(['joinedSaying']);
    expect(events(decision)).toEqual(['joined']);
  });

  test('with approval it is a request', () => {
    const decision = say(eve, 'Hej, jag vill vara med', world({ book: { ...open.book, approval: 'manual' } }));
    expect(decision).toMatchObject({ rule: 'B-9', also: ['B-10'] });
    expect(replies(decision, dan)).toEqual(['noticeRequest', 'forwarded']);
  });

  test.each<[string, string, object, object]>([
    ['a leave word', 'STOPP', {}, {}],
    ['a leave word in a sentence', 'vi måste STOPPA förslaget', {}, {}],
    ['NEJ', 'NEJ', {}, {}],
    ['HJÄLP', 'HJÄLP', {}, {}],
    ['an auto-reply', 'Autosvar: jag kör bil just nu', {}, {}],
    ['a reaction to something', 'Gillade ”Ses kl 18”', {}, {}],
    ['an empty MMS', '', {}, { mediaCount: 1 }],
    ['nothing at all', '  ', {}, {}],
    ['a text with a missing part', 'Hej hopp', {}, { missingPart: true }],
    ['a functionary', 'Hej hopp', { senderIsFunctionary: true }, {}],
    ['who left', 'Hej hopp', { members: [member(eve, 'unsubscribed')], stop: stop('book', eve) }, {}],
    ['who left and whose row was deleted', 'Hej hopp', { stop: stop('book', eve) }, {}],
    ['the banned', 'Hej hopp', { members: [member(eve, 'banned')] }, {}],
    ['the refused', 'Hej hopp', { members: [member(eve, 'refused')] }, {}],
    ['the paused', 'Hej hopp', { members: [member(eve, 'paused')] }, {}],
    ['the pending', 'Hej hopp', { members: [member(eve, 'pending')] }, {}],
    ['a member', 'Hej hopp', { members: [member(eve)] }, {}],
  ])('never for %s', (_, text, over, how) => {
    const decision = say(eve, text, world(over), how);
    expect(decision.rule).not.toBe('B-9');
    expect(statuses(decision)).not.toContain('active');
    expect(statuses(decision)).not.toContain('pending');
  });

  test('never for a writer, whose text is a broadcast', () => {
    expect(say(cat, 'Match på lördag', world({ senderIsWriter: true })).rule).toBe('B-20');
  });

  test('never for who stopped the number or is blocked at the provider', () => {
    expect(say(eve, 'Hej hopp', { ...world(), stopOnNumber: stop('number', eve) }).rule).toBe('B-27');
    expect(say(eve, 'Hej hopp', { ...world(), stopAtProvider: stop('provider', eve) }).rule).toBe('B-27');
  });
});
