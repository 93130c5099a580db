import { describe, expect, test } from '@jest/globals';
import type { BookSetting, WorldSetting } from '../kit/world.ts';
import {
  anna,
  asMember,
  asWriter,
  cat,
  changesOf,
  DAY,
  dan,
  dora,
  eve,
  HOUR,
  MINUTE,
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

const world = (over: BookSetting = {}): WorldSetting => ({ books: [asWriter(over)] });
const broadcasts = (decision: Parameters<typeof changesOf>[0]) => changesOf(decision, 'create_broadcast');

describe('B-20: a writer’s text is a broadcast', () => {
  test('with header, footer, parts and a receipt; functionaries hear', () => {
    const decision = say(cat, '  Match på lördag kl 10  ', world());
    expect(decision).toMatchObject({ rule: 'B-20', kind: 'broadcast', broadcastId: `b-${NOON}`, also: [] });
    expect(broadcasts(decision)).toEqual([
      expect.objectContaining({
        id: `b-${NOON}`,
        door: 'sms',
        writer: cat,
        text: 'Match på lördag kl 10',
        header: '*P12*',
        footer: 'Svara STOPP för att lämna.',
        parts: 1,
        status: 'sending',
        dueAt: NOON,
        latestAt: NOON + 4 * HOUR,
      }),
    ]);
    expect(decision.outgoing.map(({ to, kind, reply }) => ({ to, kind, reply }))).toEqual([
      { to: cat, kind: 'answer', reply: { key: 'receipt', params: { book: 'Föräldrar P12', count: 24, parts: 1 } } },
      {
        to: dan,
        kind: 'notice',
        reply: { key: 'noticeBroadcast', params: { book: 'Föräldrar P12', count: 24, text: 'Match på lördag kl 10' } },
      },
    ]);
  });

  test('the writer gets no copy: counted out where a member', () => {
    const decision = say(cat, 'Match på lördag', world({ members: [member(cat)] }));
    expect(decision.outgoing[0]?.reply).toMatchObject({ params: { count: 23 } });
  });

  test('an ETA where it takes a while at the number’s pace', () => {
    const slow = { ...world({ activeCount: 90 }), number: { partsPerSecond: 1 } };
    expect(say(cat, 'Match på lördag', slow).outgoing[0]?.reply).toMatchObject({
      key: 'receiptEta',
      params: { clock: '12:01' },
    });
  });

  test('nobody to send to: no broadcast, and told so', () => {
    for (const over of [{ activeCount: 0 }, { activeCount: 1, members: [member(cat)] }]) {
      const decision = say(cat, 'Match på lördag', world(over));
      expect(decision).toMatchObject({ rule: 'B-20', kind: 'told', changes: [] });
      expect(replies(decision, cat)).toEqual(['receiptNobody']);
    }
  });

  test('T-7: the first 40 characters on one line; not to the writer itself; not when switched off', () => {
    const long = 'Rad ett\nrad två 🎉 och sedan en ganska lång fortsättning';
    const notice = say(cat, long, world({ functionaries: [cat, dan, dora] }));
    expect(replies(notice, cat)).toEqual(['receipt']);
    expect(notice.outgoing.at(-1)?.reply).toMatchObject({
      params: { text: 'Rad ett rad två 🎉 och sedan en ganska lå' },
    });
    expect(replies(say(cat, long, world({ book: { tellBroadcast: false } })), dan)).toEqual([]);
  });

  test('B-38: a writer who has left the book may still write', () => {
    const left = world({ members: [member(cat, 'unsubscribed')], stop: stop('book', cat) });
    expect(say(cat, 'Match på lördag', left)).toMatchObject({ rule: 'B-20', also: ['B-38'] });
  });

  test('B-14 to a writer: a sentence with STOPP in the midst of it is a broadcast', () => {
    expect(say(cat, 'Vi måste STOPPA förslaget på mötet', world()).rule).toBe('B-20');
  });

  test('B-33: control codes fall away, markup and formulas are text; too long is refused with count and limit', () => {
    expect(broadcasts(say(cat, '=1+1 <b>\u0007hej</b>\r\nrad två', world()))[0]?.text).toBe('=1+1 <b>hej</b>\nrad två');
    const decision = say(cat, 'å'.repeat(500), world());
    expect(decision).toMatchObject({ rule: 'B-33', kind: 'told', changes: [] });
    expect(decision.outgoing[0]?.reply).toEqual({ key: 'tooLong', params: { parts: 4, limit: 3 } });
    expect(say(cat, 'ord '.repeat(500), world({ book: { partLimit: 20 } })).rule).toBe('B-33');
    expect(say(cat, 'ord '.repeat(300), world({ book: { partLimit: 20 } })).rule).toBe('B-20');
  });

  test('no header, no footer: the parts are the text’s own', () => {
    const text = 'x '.repeat(80).trim();
    expect(broadcasts(say(cat, text, world({ book: { header: '', footer: false } })))[0]).toMatchObject({
      parts: 1,
      header: '',
      footer: '',
    });
    expect(broadcasts(say(cat, text, world()))[0]?.parts).toBe(2);
  });
});

describe('who may not write', () => {
  test.each<[string, BookSetting]>([
    ['a member', { members: [member(anna)] }],
    ['a functionary', { senderIsFunctionary: true }],
    ['a stranger', {}],
  ])('%s reaches the functionaries only (B-27)', (_, over) => {
    const decision = say(anna, 'Match på lördag', { books: [view(p12, over)] });
    expect(decision).toMatchObject({ rule: 'B-27', kind: 'forwarded', changes: [] });
  });
});

describe('B-21, B-22: held with a code', () => {
  test.each([
    'START nu på lördag kl 10 allihop',
    'STOPP för allt spel i hallen i dag',
    'HJÄLP oss städa på lördag är ni snälla',
    'STOPP tack',
    'ta bort mig',
    'STOPP KAFFE',
    'STARTA',
    'NEJ',
    'Hej',
    'Lördag',
    'ok',
    'tack',
    'ok tack',
    '🎉🎉',
    '4821',
    'skicka 100',
    'Gillade ”något annat”',
  ])('B-21: %j', (text) => {
    const decision = say(cat, text, world({ members: [member(cat)] }));
    expect(decision).toMatchObject({ rule: 'B-21', kind: 'held', broadcastId: `b-${NOON}` });
    expect(broadcasts(decision)).toMatchObject([{ status: 'held' }]);
    expect(decision.outgoing).toMatchObject([
      { to: cat, kind: 'answer', reply: { key: 'confirmSend', params: { count: 23, code: '4821' } } },
    ]);
    expect(statuses(decision)).toEqual([]);
    expect(decision.conversation?.pending).toMatchObject([
      { kind: 'send', code: '4821', triesLeft: 3, expiresAt: NOON + 10 * MINUTE },
    ]);
  });

  test.each([
    [100, 100, 'B-20'],
    [101, 100, 'B-22'],
    [1, 0, 'B-22'],
    [5000, null, 'B-20'],
  ])('B-22: %s members, confirm above %s: %s', (activeCount, confirmAbove, rule) => {
    expect(say(cat, 'Match på lördag', world({ activeCount, book: { confirmAbove } })).rule).toBe(rule);
  });

  const held = () => {
    const story = new Story(cat, world({ activeCount: 212 }));
    story.text('Match på lördag');
    return story;
  };

  test.each(['SÄND 4821', 'sand 4821', 'Sänd4821', ' SÄND  48 21.', 'send 4821', '4821'])(
    '%j sends it, once',
    (text) => {
      const story = held();
      const decision = story.text(text);
      expect(decision).toMatchObject({ rule: 'B-21', kind: 'answer', broadcastId: 'b-1' });
      expect(decision.changes).toEqual([
        { do: 'release_broadcast', id: 'b-1', version: 1, dueAt: story.now, latestAt: story.now + 4 * HOUR },
      ]);
      expect(replies(decision, cat)).toEqual(['receipt']);
      expect(replies(decision, dan)).toEqual(['noticeBroadcast']);
      // The same answer again sends nothing.
      const again = story.text('SÄND 4821!');
      expect(again).toMatchObject({ rule: 'B-21', kind: 'answer', changes: [] });
      expect(replies(again, cat)).toEqual(['codeGone']);
    },
  );

  test('three wrong codes, and it is gone; the right one then is too late', () => {
    const story = held();
    expect(story.text('SÄND 1111').outgoing[0]?.reply).toEqual({ key: 'codeWrong', params: { left: 2 } });
    expect(story.text('SÄND 2222').outgoing[0]?.reply).toEqual({ key: 'codeWrong', params: { left: 1 } });
    const third = story.text('SÄND 3333');
    expect(third.changes).toEqual([{ do: 'expire_broadcast', id: 'b-1', version: 1 }]);
    expect(replies(third, cat)).toEqual(['codeGone']);
    const late = story.text('SÄND 4821');
    expect(changesOf(late, 'release_broadcast')).toEqual([]);
    expect(replies(late, cat)).toEqual(['codeGone']);
  });

  test('after ten minutes it is gone, also where housekeeping has not expired it', () => {
    const story = held();
    const late = story.text('SÄND 4821', { after: 10 * MINUTE });
    expect(late.changes).toEqual([{ do: 'expire_broadcast', id: 'b-1', version: 1 }]);
    expect(replies(late, cat)).toEqual(['codeGone']);
    const expired = held();
    expired.world = { ...expired.world, held: [] };
    expect(expired.text('SÄND 4821').changes).toEqual([]);
  });

  test('JA and SÄND alone put the question again, NEJ takes the text back, STOPP is their own', () => {
    const story = held();
    expect(story.text('JA')).toMatchObject({
      kind: 'answer',
      changes: [],
      outgoing: [{ reply: { key: 'confirmSend' } }],
    });
    expect(replies(story.text('SÄND'), cat)).toEqual(['confirmSend']);
    expect(story.text('NEJ').changes).toEqual([{ do: 'expire_broadcast', id: 'b-1', version: 1 }]);
    expect(held().text('STOPP').rule).toBe('B-17');
  });

  test('two held texts: each its own code; a wrong one costs both a try; a fourth gives the first up', () => {
    const story = held();
    story.text('Träning på söndag', { code: '1234' });
    expect(story.text('SÄND 9999').outgoing[0]?.reply).toEqual({ key: 'codeWrong', params: { left: 2 } });
    expect(story.world.conversation.state.pending).toMatchObject([{ triesLeft: 2 }, { triesLeft: 2 }]);
    expect(story.text('SÄND 4821').broadcastId).toBe('b-1');
    expect(story.text('SÄND 1234').broadcastId).toBe('b-2');
    const many = held();
    for (const code of ['1', '2', '3']) many.text(`Träning på söndag ${code}`, { code: `000${code}` });
    expect(many.world.held.map(({ id }) => id)).toEqual(['b-2', 'b-3', 'b-4']);
  });

  test('only from that number: another writer’s SÄND answers nothing', () => {
    const decision = say(dora, 'SÄND 4821', world());
    expect(decision).toMatchObject({ rule: 'B-21', kind: 'answer', changes: [] });
    expect(replies(decision, dora)).toEqual(['codeGone']);
    expect(say(eve, 'SÄND 4821').rule).toBe('B-27');
  });

  test('who is no writer any more cannot release', () => {
    const story = held();
    story.world = { ...story.world, books: [view(p12, { activeCount: 212 })] };
    const decision = story.text('SÄND 4821');
    expect(decision.changes).toEqual([{ do: 'expire_broadcast', id: 'b-1', version: 1 }]);
    expect(replies(decision, cat)).toEqual(['codeGone']);
  });

  test('B-29: the same SÄND again within 4 s releases once', () => {
    const story = held();
    story.text('SÄND 4821');
    expect(story.text('SÄND 4821', { after: SECOND })).toMatchObject({ also: ['B-29'], changes: [], outgoing: [] });
  });
});

describe('B-26: members may write', () => {
  const mine = (over: BookSetting = {}): WorldSetting => ({
    books: [asMember({ ...over, book: { senders: 'members', ...over.book } })],
  });

  test('an active member’s text is a broadcast; others’ are not', () => {
    const decision = say(anna, 'Någon som kan skjutsa på lördag', mine());
    expect(decision).toMatchObject({ rule: 'B-26', kind: 'broadcast' });
    expect(changesOf(decision, 'set_storm')).toMatchObject([
      { storm: { recent: [NOON], brakedUntil: null }, book: { version: 7 } },
    ]);
    for (const status of ['asked', 'paused', 'pending', 'unsubscribed', 'banned'] as const) {
      expect(say(anna, 'Någon som kan skjutsa', mine({ members: [member(anna, status)] })).kind).toBe('forwarded');
    }
    expect(say(eve, 'Någon som kan skjutsa', mine({ members: [] })).kind).toBe('forwarded');
  });

  test.each([
    ['STOPP', 'B-11'],
    ['STOPP tack', 'B-12'],
    ['STOPP KAFFE', 'B-13'],
    ['NEJ', 'B-13'],
    ['vi måste STOPPA förslaget', 'B-14'],
  ])('%j is read as a member’s: %s', (text, rule) => {
    const decision = say(anna, text, mine());
    expect(decision.rule).toBe(rule);
    expect(broadcasts(decision)).toEqual([]);
  });

  test.each([
    ['tack', 'B-21', {}],
    ['Någon som kan skjutsa', 'B-22', { activeCount: 101 }],
  ])('%j is held as a writer’s: %s', (text, rule, over) => {
    expect(say(anna, text, mine(over))).toMatchObject({ rule, also: ['B-26'], kind: 'held' });
  });

  test('one a minute: the second goes to the functionaries', () => {
    const story = new Story(anna, mine());
    story.text('Någon som kan skjutsa');
    const second = story.text('Alltså på lördag', { after: 59 * SECOND });
    expect(second).toMatchObject({ rule: 'B-26', kind: 'forwarded', changes: [] });
    expect(replies(second, anna)).toEqual(['slowDown']);
    expect(replies(second, dan)).toEqual(['forwarded']);
    expect(story.text('Lördag klockan tio', { after: 61 * SECOND }).kind).toBe('broadcast');
  });

  test('the sixth within ten minutes brakes: writers only, functionaries told once', () => {
    const recent = [1, 2, 3, 4, 5].map((minute) => NOON - minute * MINUTE);
    const braked = say(anna, 'Någon som kan skjutsa', mine({ book: { storm: { recent, brakedUntil: null } } }));
    expect(braked).toMatchObject({ rule: 'B-26', kind: 'forwarded' });
    expect(changesOf(braked, 'set_storm')[0]?.storm.brakedUntil).toBe(NOON + 10 * MINUTE);
    expect(replies(braked, anna)).toEqual(['stormBrake']);
    expect(replies(braked, dan)).toEqual(['noticeStorm', 'forwarded']);
    const while_ = { book: { storm: { recent, brakedUntil: NOON + MINUTE } } };
    expect(replies(say(anna, 'Någon som kan skjutsa', mine(while_)), dan)).toEqual(['forwarded']);
    expect(say(cat, 'Lugn nu allihop', mine({ ...while_, senderIsWriter: true })).rule).toBe('B-20');
    const over = { book: { storm: { recent, brakedUntil: NOON } } };
    expect(say(anna, 'Någon som kan skjutsa', mine(over), { at: NOON + 9 * MINUTE }).kind).toBe('broadcast');
  });

  test('a held text is braked when it is released, and the functionaries get the text, not the code', () => {
    const story = new Story(anna, mine({ activeCount: 101 }));
    story.text('Någon som kan skjutsa');
    const [book] = story.world.books;
    if (!book) throw new Error('no book');
    story.world = {
      ...story.world,
      books: [{ ...book, book: { ...book.book, storm: { recent: [], brakedUntil: story.now + HOUR } } }],
    };
    const decision = story.text('SÄND 4821');
    expect(changesOf(decision, 'expire_broadcast')).toHaveLength(1);
    expect(decision.outgoing[0]?.reply).toMatchObject({ key: 'forwarded', params: { text: 'Någon som kan skjutsa' } });
    expect(replies(decision, anna)).toEqual(['stormBrake']);
  });

  test('a writer among members is a writer', () => {
    const decision = say(anna, 'Match på lördag', mine({ senderIsWriter: true }));
    expect(decision.rule).toBe('B-20');
    expect(changesOf(decision, 'set_storm')).toEqual([]);
  });
});

describe('B-46: several books', () => {
  const both = (one: BookSetting, two: BookSetting = {}): WorldSetting => ({ books: [view(p12, one), view(p14, two)] });
  const writes = { senderIsWriter: true };

  test('a writer in one of them: that one', () => {
    expect(say(cat, 'Match på lördag', both({}, writes))).toMatchObject({
      rule: 'B-20',
      bookId: 'p14',
      also: ['B-46'],
    });
    expect(broadcasts(say(cat, 'P14 spelar på lördag', both({}, writes)))[0]?.text).toBe('P14 spelar på lördag');
  });

  test('a writer in one, naming the other: never a guess', () => {
    expect(say(cat, 'P12: match på lördag', both({}, writes))).toMatchObject({
      rule: 'B-21',
      kind: 'held',
      bookId: 'p14',
    });
  });

  test('in several: the keyword says which, and is cut away', () => {
    const decision = say(cat, 'p14: Match på lördag', both(writes, writes));
    expect(decision).toMatchObject({ rule: 'B-20', bookId: 'p14', also: ['B-46'] });
    expect(broadcasts(decision)[0]?.text).toBe('Match på lördag');
    expect(say(cat, 'P14 tack', both(writes, writes))).toMatchObject({ rule: 'B-21', bookId: 'p14' });
  });

  test.each([
    ['2', 'p14'],
    ['1', 'p12'],
    ['P14', 'p14'],
    ['p12.', 'p12'],
  ])('in several and none named: asked; %j picks', (answer, bookId) => {
    const story = new Story(cat, both(writes, writes));
    const asked = story.text('Match på lördag');
    expect(asked).toMatchObject({ rule: 'B-46', kind: 'asked', changes: [] });
    expect(asked.outgoing).toMatchObject([
      { to: cat, reply: { key: 'whichList', params: { options: '1 P12, 2 P14' } } },
    ]);
    const decision = story.text(answer);
    expect(decision).toMatchObject({ rule: 'B-20', bookId, also: ['B-46'] });
    expect(broadcasts(decision)[0]?.text).toBe('Match på lördag');
    expect(story.world.conversation.state.pending).toEqual([]);
  });

  test('a number out of range asks again; after ten minutes a number is a text', () => {
    const story = new Story(cat, both(writes, writes));
    story.text('Match på lördag');
    expect(story.text('7')).toMatchObject({ rule: 'B-46', kind: 'asked', changes: [] });
    expect(story.text('2', { after: 10 * MINUTE }).kind).toBe('asked');
  });

  test('which list, and then a code', () => {
    const story = new Story(cat, both({ ...writes, activeCount: 212 }, writes));
    story.text('Match på lördag');
    expect(story.text('1')).toMatchObject({ rule: 'B-22', kind: 'held', bookId: 'p12' });
    expect(story.text('SÄND 4821')).toMatchObject({ kind: 'answer', bookId: 'p12' });
    expect(story.world.held).toEqual([]);
  });

  test('too long for every list is said at once', () => {
    expect(say(cat, 'lång '.repeat(4000), both(writes, writes))).toMatchObject({ rule: 'B-33', changes: [] });
  });

  test('a member’s list and a writer’s list are both theirs', () => {
    const asked = say(
      anna,
      'Någon som kan skjutsa',
      both(writes, { members: [member(anna, 'active', { bookId: 'p14' })], book: { senders: 'members' } }),
    );
    expect(asked.rule).toBe('B-46');
  });
});

describe('B-30: a writer’s receipts neither count nor stop', () => {
  test('the same text three times is three broadcasts, with receipts', () => {
    const story = new Story(cat, world());
    for (let round = 0; round < 8; round += 1) {
      const decision = story.text('Match på lördag');
      expect(decision.kind).toBe('broadcast');
      expect(replies(decision, cat)).toEqual(['receipt']);
    }
    expect(story.world.conversation.state.mutedUntil).not.toBeNull();
    expect(story.text('HJÄLP').outgoing).toEqual([]);
    expect(replies(story.text('HJÄLP', { after: DAY }), cat)).toEqual(['help']);
  });
});
