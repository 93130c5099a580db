import { describe, expect, test } from '@jest/globals';
import { emptyState } from '../../src/core/conversation.ts';
import { normalForm } from '../../src/core/normalForm.ts';
import { readRoll } from '../../src/core/rollReading.ts';
import { crisisBook } from '../../src/core/underCrisis.ts';
import {
  anna,
  asMember,
  bo,
  cat,
  changesOf,
  dan,
  eve,
  HOUR,
  MINUTE,
  member,
  NOON,
  p12,
  p14,
  replies,
  say,
  statuses,
  stop,
  view,
} from '../kit/world.ts';
import { anna as mailAnna, mailed, asReader as mailView, UNPROVEN } from './mailWorld.ts';

describe('what an answer says', () => {
  test.each([
    ['1', 'ok'],
    ['1!', 'ok'],
    ['(1)', 'ok'],
    ['"1"', 'ok'],
    ['1️⃣', 'ok'],
    ['1 👍', 'ok'],
    ['Svara 1', 'ok'],
    ['1 = OK', 'ok'],
    ['OK 1', 'ok'],
    ['1 ok tack', 'ok'],
    ['1 allt bra', 'ok'],
    ['1, vi är i gympasalen', 'ok'],
    ['1. Vi sitter i bilen', 'ok'],
    ['ok', 'ok'],
    ['Okej!', 'ok'],
    ['vi mår bra', 'ok'],
    ['I am safe', 'ok'],
    ['estoy bien', 'ok'],
    ['Mir geht es gut', 'ok'],
    ['2', 'help'],
    ['2!', 'help'],
    ['2 hjälp i källaren', 'help'],
    ['2, vi är instängda', 'help'],
    ['2-3 personer saknas', 'help'],
    ['2 bussar är sena', 'help'],
    ['hjälp', 'help'],
    ['HJÄLP!!!', 'help'],
    ['help please', 'help'],
    ['Hilfe', 'help'],
    ['jag behöver hjälp', 'help'],
    ['🆘', 'help'],
    ['SOS', 'help'],
    ['inte ok', 'help'],
    ['1 men Kalle är skadad', 'help'],
    ['1, Kalle behöver hjälp', 'help'],
    ['1 person har brutit benet', null],
    ['1 buss är sen', null],
    ['1 eller 2', null],
    ['Svara 1 = OK, 2 = hjälp', null],
    ['nej', null],
    ['tack', null],
    ['👍', null],
    ['källaren', null],
  ])('%j: %s', (text, answer) => expect(readRoll(normalForm(text), false)).toMatchObject({ answer }));

  test.each([
    'Vi sitter alla i gympasalen och väntar',
    'Kan någon hämta Kalle vid skolan klockan två?',
    '12 personer är här nu',
    '2026 års budget är klar',
    'Brandkåren säger att vi ska hjälpa varandra ut genom norra dörren',
  ])('%j is something else', (text) => expect(readRoll(normalForm(text), false)).toBeNull());

  test.each([
    ['1', 'ok'],
    ['ok', 'ok'],
    ['2', 'help'],
    ['2, i källaren', 'help'],
    ['hjälp', 'help'],
    ['2 bussar står vid norra grinden', undefined],
    ['Hjälp behövs i matsalen nu', undefined],
    ['1 buss är sen', undefined],
    ['Utrymning!', undefined],
    ['tack', undefined],
  ])('of a writer %j: %s', (text, answer) => expect(readRoll(normalForm(text), true)?.answer).toBe(answer));

  test('words of which somebody should know', () => {
    expect(readRoll(normalForm('1, vi är i gympasalen'), false)).toMatchObject({ more: true });
    expect(readRoll(normalForm('1 ok tack'), false)).toMatchObject({ more: false });
    expect(readRoll(normalForm('nej'), false)).toMatchObject({ tell: true });
    expect(readRoll(normalForm('tack'), false)).toMatchObject({ tell: false });
  });
});

const crisis = { rollCallId: 'roll', since: NOON - HOUR, until: NOON + HOUR, by: cat };
const book = crisisBook({ ...p12, crisis });
const open = { books: [asMember({ book })] };

describe('B-61: a member answers', () => {
  test('well: noted, one text back, nobody else hears', () => {
    const decision = say(anna, '1', open);
    expect(decision).toMatchObject({ rule: 'B-61', kind: 'answer', bookId: 'p12', broadcastId: null });
    expect(decision.changes).toEqual([
      { do: 'roll_answer', bookId: 'p12', rollCallId: 'roll', memberId: `m-p12-${anna}-`, answer: 'ok', text: '1' },
    ]);
    expect(decision.outgoing.map(({ to, reply }) => [to, reply.key])).toEqual([[anna, 'rollOk']]);
  });

  test('help: functionaries hear at once, with name, number and words', () => {
    const decision = say(anna, '2 hjälp i källaren', open);
    expect(changesOf(decision, 'roll_answer')).toMatchObject([{ answer: 'help', text: '2 hjälp i källaren' }]);
    expect(replies(decision, anna)).toEqual(['rollHelp']);
    expect(decision.outgoing.find(({ to }) => to === dan)?.reply).toEqual({
      key: 'noticeHelp',
      params: { book: 'Föräldrar P12', sender: 'Anna +46701740601', text: '2 hjälp i källaren' },
    });
  });

  test('a lone help word is both: help is needed, and who runs the list (B-19)', () => {
    const decision = say(anna, 'Hjälp!', open);
    expect(decision).toMatchObject({ rule: 'B-61', also: ['B-19'] });
    expect(replies(decision, anna)).toEqual(['rollHelp', 'help']);
    expect(replies(decision, dan)).toEqual(['noticeHelp']);
    // Also where the provider has answered the word itself.
    expect(changesOf(say(anna, 'HELP', open, { optOut: 'HELP' }), 'roll_answer')).toHaveLength(1);
  });

  test('no functionaries: nobody is said to have heard', () => {
    const decision = say(anna, '2', { books: [asMember({ book, functionaries: [] })] });
    expect(replies(decision, anna)).toEqual(['rollHelpNobody']);
  });

  test('neither clearly: for the functionaries, asked again, never to everybody, never noted as well', () => {
    const decision = say(anna, '1 person har brutit benet', open);
    expect(decision).toMatchObject({ rule: 'B-61', kind: 'forwarded', changes: [] });
    expect(replies(decision, dan)).toEqual(['forwarded']);
    expect(replies(decision, anna)).toEqual(['rollAsk']);
  });

  test.each(['tack', '👍', 'ja', 'nej', 'ok', 'hjälp', 'källaren'])('%s is never sent to everybody', (text) => {
    const decision = say(anna, text, open);
    expect(decision.rule).toBe('B-61');
    expect(changesOf(decision, 'create_broadcast')).toEqual([]);
  });

  test('leaving wins always', () => {
    for (const text of ['STOPP', 'stopp tack', 'Stop'])
      expect(statuses(say(anna, text, open))).toEqual(['unsubscribed']);
  });

  test('over, or no crisis: as ever', () => {
    expect(say(anna, '2', open, { at: NOON + HOUR })).toMatchObject({ rule: 'B-21' });
    expect(say(anna, '2', { books: [asMember()] })).toMatchObject({ rule: 'B-27' });
    expect(say(anna, 'Hjälp', { books: [asMember()] })).toMatchObject({ rule: 'B-19' });
  });

  test.each([
    ['a stranger', eve, []],
    ['who has left', bo, [member(bo, 'unsubscribed')]],
    ['who is banned', bo, [member(bo, 'banned')]],
  ] as const)('%s: the functionaries get it (B-27)', (_, from, members) => {
    const left = from === bo ? stop('book', bo) : null;
    const decision = say(from, '2', { books: [view(book, { members: [...members], stop: left })] });
    expect(decision).toMatchObject({ rule: 'B-27', kind: 'forwarded' });
    expect(changesOf(decision, 'roll_answer')).toEqual([]);
  });

  test.each(['paused', 'asked', 'unreachable'] as const)('%s members count', (status) => {
    const decision = say(anna, '2', { books: [view(book, { members: [member(anna, status)] })] });
    expect(changesOf(decision, 'roll_answer')).toHaveLength(1);
  });

  test('two on one phone, and two lists: all of them', () => {
    const two = view(book, { members: [member(anna), member(anna, 'active', { id: 'm2', mail: 'x@example.se' })] });
    expect(changesOf(say(anna, '1', { books: [two] }), 'roll_answer')).toHaveLength(2);
    const other = view(
      { ...crisisBook({ ...p14, crisis: { ...crisis, rollCallId: 'other' } }) },
      { members: [member(anna)] },
    );
    const decision = say(anna, '2', { books: [two, other] });
    expect(new Set(changesOf(decision, 'roll_answer').map(({ rollCallId }) => rollCallId))).toEqual(
      new Set(['roll', 'other']),
    );
    expect(replies(decision, anna)).toEqual(['rollHelp']);
  });

  test('a writer who is a member: 1 and 2 are answers, texts go out', () => {
    const both = { books: [asMember({ book, senderIsWriter: true })] };
    expect(say(anna, '1', both)).toMatchObject({ rule: 'B-61' });
    expect(say(anna, '2 bussar står vid norra grinden', both)).toMatchObject({ rule: 'B-20', kind: 'broadcast' });
  });

  test('"which list?" has its number first (B-46), a SÄND code its four digits', () => {
    const state = emptyState();
    const expiresAt = NOON + 5 * MINUTE;
    state.pending.push({ kind: 'list', text: 'Möte i morgon', bookIds: ['p12', 'p14'], expiresAt });
    const lists = { books: [asMember({ book, senderIsWriter: true }), view(p14, { senderIsWriter: true })], state };
    expect(say(anna, '2', lists)).toMatchObject({ bookId: 'p14', broadcastId: `b-${NOON}` });
    expect(say(anna, '2, i källaren', lists)).toMatchObject({ rule: 'B-61' });

    const asked = emptyState();
    asked.pending.push({
      kind: 'send',
      broadcastId: 'b1',
      bookId: 'p12',
      code: '4821',
      expiresAt,
      triesLeft: 3,
      count: 24,
    });
    const held = [{ id: 'b1', bookId: 'p12', text: 'Brand', parts: 1, version: 1 }];
    expect(say(anna, '4821', { ...open, state: asked, held })).toMatchObject({ rule: 'B-21', broadcastId: 'b1' });
    expect(say(anna, '2', { ...open, state: asked, held })).toMatchObject({ rule: 'B-61' });
  });
});

describe('a second number', () => {
  const second = '+46701740699';
  const anna2 = member(anna, 'active', { name: 'Anna', otherPhone: second });
  const world = (over: typeof p12 = book) => ({ books: [view(over, { secondOf: [anna2] })] });

  test('answers for its member', () => {
    const decision = say(second, '2 sitter fast', world());
    expect(changesOf(decision, 'roll_answer')).toMatchObject([{ memberId: anna2.id, answer: 'help' }]);
    expect(JSON.stringify(decision.outgoing.find(({ to }) => to === dan))).toContain('Anna');
  });

  test('leaves for its member (B-39), and is no stranger', () => {
    for (const over of [book, p12]) {
      const decision = say(second, 'STOPP', world(over));
      expect(decision).toMatchObject({ rule: 'B-11', also: ['B-39'], kind: 'leave' });
      expect(decision.changes.map((change) => change.do)).not.toContain('create_member');
      expect(changesOf(decision, 'set_member')).toMatchObject([{ member: { id: anna2.id }, status: 'unsubscribed' }]);
      expect(new Set(changesOf(decision, 'stop').map(({ address }) => address))).toEqual(new Set([anna, second]));
      expect(replies(decision, second)).toEqual(['left']);
    }
  });

  test('writes to nobody and joins nothing of theirs', () => {
    const decision = say(second, 'Vi sitter alla i gympasalen', world());
    expect(decision).toMatchObject({ rule: 'B-27', kind: 'forwarded' });
    expect(changesOf(decision, 'create_broadcast')).toEqual([]);
  });
});

describe('by mail', () => {
  const world = mailView({ book });
  const sent = (text: string, over = {}) =>
    mailed(mailAnna, { subject: 'Re: [Föräldrar P12] KRIS', text }, { view: world, ...over });

  test('the first line counts, whatever stands below it', () => {
    const decision = sent('1\n\nMvh\nAnna Berg');
    expect(decision).toMatchObject({ rule: 'B-61', kind: 'answer' });
    expect(changesOf(decision, 'roll_answer')).toMatchObject([{ answer: 'ok' }]);
    expect(changesOf(sent('2 hjälp i källaren'), 'roll_answer')).toMatchObject([{ answer: 'help' }]);
    expect(changesOf(sent('hjälp'), 'roll_answer')).toMatchObject([{ answer: 'help' }]);
  });

  test('of an unproven mail a cry counts, being well does not; none goes to everybody', () => {
    expect(changesOf(sent('2', UNPROVEN), 'roll_answer')).toHaveLength(1);
    const ok = sent('1', UNPROVEN);
    expect(changesOf(ok, 'roll_answer')).toEqual([]);
    expect(changesOf(ok, 'create_broadcast').filter(({ status }) => status === 'sending')).toEqual([]);
  });

  test('leaving wins', () => expect(statuses(sent('STOPP'))).toEqual(['unsubscribed']));
});
