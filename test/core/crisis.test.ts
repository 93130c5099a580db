import { describe, expect, test } from '@jest/globals';
import { readCrisisCommand } from '../../src/core/crisisCommand.ts';
import { crisisText, withQuestion } from '../../src/core/crisisTurn.ts';
import { decide } from '../../src/core/decide.ts';
import { isReservedWord } from '../../src/core/keyword.ts';
import { LOCALES } from '../../src/core/locale.ts';
import { countParts } from '../../src/core/segments.ts';
import { crisisBook, inCrisis, underCrisis } from '../../src/core/underCrisis.ts';
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
  givenAt,
  HOUR,
  inboundOf,
  MINUTE,
  member,
  NOON,
  p12,
  p14,
  replies,
  SECOND,
  Story,
  snapshotOf,
  view,
} from '../kit/world.ts';

const crisis = { rollCallId: 'roll', since: NOON - HOUR, until: NOON + HOUR, by: cat };
const inOne = { ...p12, crisis };

describe('a book in a crisis', () => {
  test.each([
    [NOON, true],
    [NOON + HOUR - 1, true],
    [NOON + HOUR, false],
    [NOON + DAY, false],
  ])('ends by time alone: %d', (now, on) => expect(inCrisis(inOne, now)).toBe(on));

  test('members write, nothing stands around the text, nothing waits', () => {
    const quiet = { ...inOne, quietFrom: '21:00', quietTo: '07:00', confirmAbove: 0 };
    expect(underCrisis(quiet, NOON)).toEqual({
      ...quiet,
      senders: 'members',
      header: '',
      footer: false,
      quietFrom: null,
      quietTo: null,
      confirmAbove: null,
    });
    expect(underCrisis(quiet, NOON + HOUR)).toBe(quiet);
    expect(underCrisis(p12, NOON)).toBe(p12);
  });
});

describe('B-60, B-62: the command', () => {
  test.each([
    ['KRIS 4821', 'start', null, ''],
    ['kris 4821', 'start', null, ''],
    ['Kris: 4821.', 'start', null, ''],
    ['KRISLÄGE 4821', 'start', null, ''],
    ['krisla\u0308ge 4821', 'start', null, ''],
    ['  KRIS4821  ', 'start', null, ''],
    ['CRISIS 48216789', 'start', null, ''],
    ['Krise 123456 6h', 'start', 6, ''],
    ['KRIS 4821 6H Brand i B-huset', 'start', 6, 'Brand i B-huset'],
    ['KRIS 4821 12tim, Brand', 'start', 12, 'Brand'],
    ['KRIS 4821 Brand i B-huset!', 'start', null, 'Brand i B-huset!'],
    ['KRIS 4821 2 timmar utan ström', 'start', null, '2 timmar utan ström'],
    ['KRIS 4821\nBrand\nGå ut', 'start', null, 'Brand\nGå ut'],
    ['KRIS 4821 99h', 'start', 24, ''],
    ['KRIS 4821 0h', 'start', null, ''],
    ['ＫＲＩＳ ４８２１', 'start', null, ''],
    ['KRIS SLUT 4821', 'end', null, ''],
    ['kris avsluta 4821', 'end', null, ''],
    ['KRIS 4821 SLUT', 'end', null, ''],
    ['CRISIS END 4821', 'end', null, ''],
    ['CRISIS FIN 4821', 'end', null, ''],
    ['KRISE ENDE 4821', 'end', null, ''],
  ] as const)('%j', (text, does, hours, words) => {
    const read = readCrisisCommand(text);
    expect(read).toMatchObject({ do: does, hours, text: words });
    expect(read?.pin).toMatch(/^\d{4,8}$/);
    expect(read?.masked).toContain('••••');
    expect(read?.masked.normalize('NFKC')).not.toContain(read?.pin);
    // What is kept reads as the same command.
    expect(readCrisisCommand(read?.masked ?? '')).toMatchObject({ do: does, hours, text: words });
  });

  test.each([
    'KRIS',
    'Kris i matsalen',
    'KRIS 482',
    'KRIS 112 är ringt',
    'KRIS 482167890',
    'KRIS Brand 4821',
    'Krisgruppen 4821',
    'Ingen kris 4821',
    'KRIS 4821st',
    '4821 KRIS',
    'SÄND 4821',
    'KRIS SLUT',
    '',
  ])('%j is none', (text) => expect(readCrisisCommand(text)).toBeNull());

  test.each(['KRIS', 'kris', 'Krisläge', 'CRISIS', 'KRISE'])('%s may not be a keyword', (word) =>
    expect(isReservedWord(word)).toBe(true),
  );

  test('the proposal is one part in every language, and somebody’s own words get the question once', () => {
    for (const locale of LOCALES) expect(countParts(crisisText(locale, 'å'.repeat(20)))).toMatchObject({ parts: 1 });
    expect(withQuestion('sv', 'Brand i B-huset')).toBe('Brand i B-huset. Svara 1 = OK, 2 = hjälp.');
    expect(withQuestion('sv', 'Brand! Svara 1 om du är ute, 2 annars')).toBe('Brand! Svara 1 om du är ute, 2 annars');
    expect(withQuestion('sv', 'Brand i hus 12')).toMatch(/2 = hjälp\.$/);
  });
});

/** As `say`, with the books in which the PIN is right. */
const command = (from: string, text: string, books: Parameters<typeof snapshotOf>[1], pinOf: readonly string[]) =>
  decide(snapshotOf(from, books), inboundOf(from, text), givenAt(NOON, { pinOf }));

describe('B-60: a crisis by SMS', () => {
  const world = { books: [asWriter({ book: { quietFrom: '21:00', quietTo: '07:00', confirmAbove: 0 } })] };

  test('the right PIN starts it at once, without a code: everybody is asked, writer and functionaries hear', () => {
    const decision = command(cat, 'KRIS •••• 2H', world, ['p12']);
    expect(decision).toMatchObject({ rule: 'B-60', kind: 'broadcast', bookId: 'p12', broadcastId: `b-${NOON}` });
    expect(changesOf(decision, 'start_crisis')).toEqual([
      expect.objectContaining({
        crisis: { rollCallId: `b-${NOON}`, since: NOON, until: NOON + 2 * HOUR, by: cat },
        remindAt: NOON + 15 * MINUTE,
        recipients: 24,
      }),
    ]);
    expect(changesOf(decision, 'create_broadcast')).toEqual([
      expect.objectContaining({
        status: 'sending',
        header: '',
        footer: '',
        parts: 1,
        text: crisisText('sv', 'Föräldrar P12'),
      }),
    ]);
    expect(replies(decision, cat)).toEqual(['crisisStarted']);
    expect(replies(decision, dan)).toEqual(['noticeCrisis']);
  });

  test('with words of one’s own, also more of them than the book allows', () => {
    const text = `KRIS •••• ${'Brand i B-huset. '.repeat(30)}`;
    const tight = { books: [asWriter({ book: { partLimit: 1 } })] };
    const decision = command(cat, text, tight, ['p12']);
    expect(changesOf(decision, 'create_broadcast')[0]?.text).toMatch(/^Brand i B-huset.*Svara 1 = OK, 2 = hjälp\.$/);
  });

  test('nobody in the book: told so, and no crisis', () => {
    const decision = command(cat, 'KRIS ••••', { books: [asWriter({ activeCount: 0 })] }, ['p12']);
    expect(decision).toMatchObject({ rule: 'B-60', kind: 'told', changes: [] });
    expect(replies(decision, cat)).toEqual(['receiptNobody']);
  });

  test.each([
    ['a wrong PIN', [], 'KRIS ••••'],
    ['the same PIN in two books', ['p12', 'p14'], 'KRIS ••••'],
    ['a wrong PIN to end it', [], 'KRIS SLUT ••••'],
    ['a PIN that nobody looked at', [], 'KRIS 4821'],
  ])('%s: nothing happens, and only the writer hears', (_, pinOf, text) => {
    const both = { books: [asWriter(), view(p14, { senderIsWriter: true })] };
    const decision = command(cat, text, both, pinOf);
    expect(decision).toMatchObject({ kind: 'told', changes: [] });
    expect(decision.outgoing.map(({ to, reply }) => [to, reply.key])).toEqual([[cat, 'crisisPinWrong']]);
    expect(JSON.stringify(decision.outgoing)).not.toContain('4821');
  });

  test('the PIN is of one book of the number', () => {
    const both = { books: [asWriter(), view(p14, { senderIsWriter: true })] };
    expect(command(cat, 'KRIS ••••', both, ['p14'])).toMatchObject({ rule: 'B-60', bookId: 'p14', kind: 'broadcast' });
  });

  test.each([
    ['a stranger', eve, [view(p12)]],
    ['a member where members may write', anna, [asMember({ book: { senders: 'members' } })]],
    ['a member in a crisis', anna, [asMember({ book: crisisBook(inOne) })]],
    ['a stranger where any text joins', eve, [view(p12, { book: { optIn: 'any_text' } })]],
  ] as const)('%s: the functionaries get it without the PIN, and nobody else', (_, from, books) => {
    // A number that is no writer's: its PIN was looked for, and is in no book.
    const decision = command(from, 'KRIS 482167 Brand', { books: [...books] }, []);
    expect(decision).toMatchObject({ rule: 'B-27', also: ['B-60'], kind: 'forwarded', changes: [] });
    expect(replies(decision, dan)).toEqual(['forwarded']);
    expect(JSON.stringify(decision.outgoing)).not.toContain('482167');
  });

  test('five wrong ones in an hour: none is tried for a day, functionaries hear once, and the right one does not help', () => {
    const story = new Story(cat, world);
    const tries = Array.from({ length: 6 }, () => story.text('KRIS ••••', { after: 10 * SECOND }));
    expect(tries.map((each) => replies(each, cat))).toEqual([
      ...Array.from({ length: 4 }, () => ['crisisPinWrong']),
      ['crisisPinLocked'],
      [],
    ]);
    expect(tries.flatMap((each) => replies(each, dan))).toEqual(['noticePinLocked']);
    expect(tries.flatMap((each) => changesOf(each, 'log')).map(({ event }) => event)).toContain('crisis_pin_locked');
    const right = (after: number) =>
      decide(story.world, inboundOf(cat, 'KRIS ••••'), givenAt(story.now + after, { pinOf: ['p12'] }));
    expect(changesOf(right(HOUR), 'start_crisis')).toEqual([]);
    expect(changesOf(right(DAY + MINUTE), 'start_crisis')).toHaveLength(1);
  });

  test('a right PIN right after a wrong one is no repeat (B-29), and washes the wrong ones off', () => {
    const story = new Story(cat, world);
    story.text('KRIS ••••');
    const decision = decide(story.world, inboundOf(cat, 'KRIS ••••'), givenAt(story.now + SECOND, { pinOf: ['p12'] }));
    expect(decision).toMatchObject({ rule: 'B-60', kind: 'broadcast' });
    expect(decision.conversation?.pins).toBeUndefined();
  });

  test('in a crisis already: nothing new, but words go out without a code', () => {
    const on = { books: [asWriter({ book: crisisBook(inOne) })] };
    const bare = command(cat, 'KRIS ••••', on, ['p12']);
    expect(bare).toMatchObject({ rule: 'B-60', kind: 'told', changes: [] });
    expect(replies(bare, cat)).toEqual(['crisisRunning']);
    const words = command(cat, 'KRIS •••• Gå till gympasalen', on, ['p12']);
    expect(words).toMatchObject({ rule: 'B-60', kind: 'broadcast' });
    expect(words.changes.map((change) => change.do)).toEqual(['create_broadcast']);
  });

  test('without a PIN it is a text that waits for its code (B-21)', () => {
    const decision = command(cat, 'KRIS Brand i B-huset', { books: [asWriter()] }, []);
    expect(decision).toMatchObject({ rule: 'B-21', kind: 'held' });
  });
});

describe('B-62: it ends before its time', () => {
  test('and the writer hears', () => {
    const decision = command(cat, 'KRIS SLUT ••••', { books: [asWriter({ book: inOne })] }, ['p12']);
    expect(decision).toMatchObject({ rule: 'B-62', kind: 'told' });
    expect(changesOf(decision, 'end_crisis')).toMatchObject([{ rollCallId: 'roll' }]);
    expect(replies(decision, cat)).toEqual(['crisisEnded']);
  });

  test('where there is none, nothing does', () => {
    const decision = command(cat, 'KRIS SLUT ••••', { books: [asWriter()] }, ['p12']);
    expect(decision.changes).toEqual([]);
    expect(replies(decision, cat)).toEqual(['crisisNone']);
  });
});

describe('B-26 while a crisis lets members write', () => {
  const people = [anna, dora, eve, cat];
  const on = (storm = p12.storm) => ({ ...crisisBook({ ...inOne, confirmAbove: 0 }), storm });
  const by = (phone: string) => view(on(), { members: [member(phone)], activeCount: 300 });

  test('a member’s text goes out without header, footer and code', () => {
    const decision = command(anna, 'Vi sitter alla i gympasalen', { books: [by(anna)] }, []);
    expect(decision).toMatchObject({ rule: 'B-26', kind: 'broadcast' });
    expect(changesOf(decision, 'create_broadcast')).toMatchObject([{ header: '', footer: '', status: 'sending' }]);
    expect(changesOf(decision, 'set_storm')).toHaveLength(1);
  });

  test('the sixth within ten minutes is for the functionaries', () => {
    const full = view(on({ recent: [1, 2, 3, 4, 5].map((n) => NOON - n * MINUTE), brakedUntil: null }), {
      members: [member(anna)],
    });
    const decision = command(anna, 'Vi sitter alla i gympasalen', { books: [full] }, []);
    expect(decision).toMatchObject({ rule: 'B-26', kind: 'forwarded' });
    expect(changesOf(decision, 'create_broadcast')).toEqual([]);
    expect(replies(decision, dan)).toEqual(['noticeStorm', 'forwarded']);
  });

  test('one a minute each', () => {
    const story = new Story(anna, { books: [by(anna)] });
    expect(story.text('Vi sitter alla i gympasalen')).toMatchObject({ kind: 'broadcast' });
    expect(story.text('Dörren till köket är låst', { after: 20 * SECOND })).toMatchObject({ kind: 'forwarded' });
  });

  test('what is doubtful waits for its code still', () => {
    for (const from of people.slice(0, 1))
      expect(command(from, 'START gick bra i dag', { books: [by(from)] }, [])).toMatchObject({ rule: 'B-21' });
  });
});
