import { describe, expect, test } from '@jest/globals';
import { isReservedWord } from '../../src/core/keyword.ts';
import { LOCALES } from '../../src/core/locale.ts';
import type { MemberStatus } from '../../src/core/member.ts';
import { normalForm } from '../../src/core/normalForm.ts';
import { pauseEnd, readPause } from '../../src/core/pauseReading.ts';
import { decidePauseEnd } from '../../src/core/settleAsked.ts';
import { replyText } from '../../src/i18n/index.ts';
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
  member,
  NOON,
  p12,
  p14,
  replies,
  Story,
  say,
  statuses,
  view,
} from '../kit/world.ts';
import { asReader, anna as mailAnna, mailed } from './mailWorld.ts';

const ZONE = 'Europe/Stockholm';
const MIDNIGHT = Date.UTC(2026, 2, 1, 23);
const untilOf = (decision: Parameters<typeof changesOf>[0]) =>
  changesOf(decision, 'set_member').map(({ pausedUntil }) => pausedUntil);
const endOf = (text: string, now = NOON): string | null => {
  const read = readPause(normalForm(text));
  const end = read?.kind === 'pause' ? pauseEnd(read.length, now, ZONE) : null;
  return end === null ? null : new Date(end - 1).toISOString().slice(0, 10);
};

describe('B-49: how long, in four languages', () => {
  test.each([
    ['PAUS 14D', '2026-03-15'],
    ['paus 14 d', '2026-03-15'],
    ['Paus: 14 dagar.', '2026-03-15'],
    ['"PAUS 14D" 🎉', '2026-03-15'],
    ['ＰＡＵＳ 14D', '2026-03-15'],
    ['PAUS 2V', '2026-03-15'],
    ['PAUSA 2 VECKOR', '2026-03-15'],
    ['PAUS I EN VECKA', '2026-03-08'],
    ['PAUSE 14 DAYS', '2026-03-15'],
    ['PAUSE FOR 2 WEEKS', '2026-03-15'],
    ['PAUSE A MONTH', '2026-04-01'],
    ['PAUSA 2 SEMANAS', '2026-03-15'],
    ['PAUSA POR 14 DÍAS', '2026-03-15'],
    ['pausa 14 dias', '2026-03-15'],
    ['PAUSE 2 WOCHEN', '2026-03-15'],
    ['PAUSE FÜR 14 TAGE', '2026-03-15'],
    ['PAUS 1D', '2026-03-02'],
    ['PAUS 12 MÅNADER', '2027-03-01'],
    ['PAUS TILL 1 DECEMBER', '2026-12-01'],
    ['PAUS T.O.M. DEN 1 DECEMBER', null],
    ['PAUS T.O.M. 1 DECEMBER', '2026-12-01'],
    ['PAUS till och med den 1:a december', '2026-12-01'],
    ['PAUSE UNTIL DECEMBER 1st', '2026-12-01'],
    ['PAUSA HASTA EL 1 DE DICIEMBRE DE 2026', '2026-12-01'],
    ['PAUSE BIS 1. DEZEMBER', '2026-12-01'],
    ['PAUSE BIS ZUM 1. DEZEMBER', '2026-12-01'],
    ['PAUS TILL 2026-12-01', '2026-12-01'],
    ['PAUS TILL 1 MARS', '2026-03-01'],
    ['PAUS TILL 28 FEBRUARI', '2027-02-28'],
    // Not a day, past, too long.
    ['PAUS TILL 30 FEBRUARI', null],
    ['PAUS TILL 2025-12-01', null],
    ['PAUS TILL 1 DECEMBER 2028', null],
    ['PAUS 367D', null],
    ['PAUS 0D', null],
    ['PAUS 2000 ÅR', null],
    // Nothing but the wish, or more than it.
    ['PAUS', null],
    ['PAUS 14', null],
    ['PAUS 14D tack', null],
    ['PAUS TILL FREDAG', null],
    ['PAUS TILL 1/12', null],
    ['Paus 15 minuter, sedan samling', null],
    ['Nu tar vi paus 14 dagar', null],
    ['PАUS 14D', null],
  ])('%s', (text, last) => {
    expect(endOf(text)).toBe(last);
  });

  test('a month from the last of January, the leap day, and a day on which the clocks change', () => {
    expect(endOf('PAUS 1 MÅNAD', Date.UTC(2027, 0, 31, 12))).toBe('2027-02-28');
    expect(endOf('PAUS TILL 29 FEBRUARI', Date.UTC(2028, 0, 31, 12))).toBe('2028-02-29');
    expect(endOf('PAUS TILL 29 FEBRUARI')).toBeNull();
    const read = readPause(normalForm('PAUS TILL 28 MARS'));
    // Midnight between 28 and 29 March 2026, the last hour of winter time.
    expect(read?.kind === 'pause' && pauseEnd(read.length, NOON, ZONE)).toBe(Date.UTC(2026, 2, 28, 23));
  });

  test('the texts of ours that say how are read as what they say', () => {
    for (const locale of LOCALES) {
      const text = replyText(locale, { key: 'hintPause', params: { book: 'P12' } });
      // From the first command to the end, at each comma and each "or".
      const examples = text.slice(text.search(/PAUS[AE]? \d/)).split(/, | eller | or | o | oder |: /);
      expect(examples.length).toBeGreaterThan(1);
      for (const each of examples) expect([each, endOf(each)]).not.toEqual([each, null]);
    }
  });
});

describe('B-49: PAUS 14D from a member', () => {
  const until = MIDNIGHT + 14 * DAY;

  test('no broadcasts up to and with that day, confirmed with the date, in the ledger word for word', () => {
    const decision = say(anna, 'paus 14d', { books: [asMember()] });
    expect(decision).toMatchObject({ rule: 'B-49', kind: 'pause', bookId: 'p12' });
    expect(statuses(decision)).toEqual(['paused']);
    expect(untilOf(decision)).toEqual([until]);
    expect(events(decision)).toEqual(['paused']);
    expect(changesOf(decision, 'consent')[0]).toMatchObject({ rule: 'B-49', address: anna, text: 'paus 14d' });
    expect(decision.outgoing).toEqual([
      expect.objectContaining({
        to: anna,
        reply: { key: 'paused', params: { book: 'Föräldrar P12', date: '15 mars' } },
      }),
    ]);
  });

  test.each<[MemberStatus, string | null, MemberStatus[], string[], string[]]>([
    ['active', 'B-49', ['paused'], ['paused'], ['paused']],
    // A wish for a pause is an answer to "do you want to leave?".
    ['asked', 'B-49', ['paused'], ['stayed', 'paused'], ['paused']],
    // By staff, without an end: a date of theirs would shorten it.
    ['paused', 'B-49', [], [], ['pausedAlready']],
    ['pending', 'B-27', [], [], ['reachedFunctionaries']],
    ['unsubscribed', 'B-27', [], [], ['reachedFunctionaries']],
    ['banned', 'B-27', [], [], ['reachedFunctionaries']],
    ['refused', 'B-27', [], [], ['reachedFunctionaries']],
  ])('while %s: %s', (status, rule, set, ledger, told) => {
    const decision = say(anna, 'PAUS 14D', { books: [view(p12, { members: [member(anna, status)] })] });
    expect(decision.rule).toBe(rule);
    expect(statuses(decision)).toEqual(set);
    expect(events(decision)).toEqual(ledger);
    expect(replies(decision, anna)).toEqual(told);
  });

  test('strangers are read as before, also where any text joins', () => {
    expect(say(eve, 'PAUS 14D')).toMatchObject({ rule: 'B-27', kind: 'forwarded' });
    const open = say(eve, 'PAUS 14D', { books: [view(p12, { book: { optIn: 'any_text' } })] });
    expect(open).toMatchObject({ rule: 'B-27' });
    expect(statuses(open)).toEqual([]);
  });

  test.each(['PAUS', 'pause!', 'PAUS 14', 'PAUS 400 DAGAR', 'PAUS ALLT'])(
    '%s: asked how long, nothing changes',
    (text) => {
      const decision = say(anna, text, { books: [asMember()] });
      expect(decision).toMatchObject({ rule: 'B-49', kind: 'pause' });
      expect(decision.changes).toEqual([]);
      expect(replies(decision, anna)).toEqual(['hintPause']);
      expect(replies(decision, dan)).toEqual([]);
    },
  );

  test('what goes on is read by people', () => {
    const decision = say(anna, 'PAUS 14D för jag ska till Kreta', { books: [asMember()] });
    expect(decision).toMatchObject({ rule: 'B-27', kind: 'forwarded' });
    expect(statuses(decision)).toEqual([]);
  });

  test('again for the same days: the same answer, nothing new in the ledger; for others: moved', () => {
    const paused = view(p12, { members: [member(anna, 'paused', { pausedUntil: until })] });
    const again = say(anna, 'PAUS 14D', { books: [paused] });
    expect(again.changes).toEqual([]);
    expect(replies(again, anna)).toEqual(['paused']);
    const shorter = say(anna, 'PAUS 7D', { books: [paused] });
    expect(untilOf(shorter)).toEqual([MIDNIGHT + 7 * DAY]);
    expect(events(shorter)).toEqual(['paused']);
  });

  test('B-40: both on one phone', () => {
    const books = [view(p12, { members: [member(anna), member(anna, 'active', { mail: 'a@example.se' })] })];
    const decision = say(anna, 'PAUS 14D', { books });
    expect(statuses(decision)).toEqual(['paused', 'paused']);
    expect(decision.also).toContain('B-40');
    expect(events(decision)).toEqual(['paused']);
  });

  test('leaving wins: STOPP while paused leaves, and PAUS after it brings nothing back', () => {
    const story = new Story(anna, { books: [asMember()] });
    story.text('PAUS 14D');
    expect(events(story.text('STOPP'))).toEqual(['left']);
    expect(statuses(story.text('PAUS 7D'))).toEqual([]);
    expect(story.status).toBe('unsubscribed');
  });
});

describe('B-17: PAUS from a writer is their own, never a broadcast', () => {
  const paused = (text: string, over: Parameters<typeof asWriter>[0] = {}) =>
    say(cat, text, { books: [asWriter({ members: [member(cat)], ...over })] });

  test('who is a member is paused', () => {
    const decision = paused('PAUS 14D');
    expect(decision).toMatchObject({ rule: 'B-17', kind: 'pause' });
    expect(decision.also).toContain('B-49');
    expect(statuses(decision)).toEqual(['paused']);
    expect(changesOf(decision, 'create_broadcast')).toEqual([]);
  });

  test('who is none is told so', () => {
    const decision = say(cat, 'PAUS 14D', { books: [asWriter()] });
    expect(decision).toMatchObject({ rule: 'B-17', kind: 'told', changes: [] });
    expect(replies(decision, cat)).toEqual(['pauseNotIn']);
  });

  test('PAUS alone asks a member how long, and is held with a code from who is none', () => {
    expect(replies(paused('PAUS'), cat)).toEqual(['hintPause']);
    expect(say(cat, 'PAUS 14', { books: [asWriter()] })).toMatchObject({ rule: 'B-21', kind: 'held' });
  });

  test('a text that goes on is a broadcast', () => {
    expect(paused('Paus 14 dagar för alla lag, vi ses i mars')).toMatchObject({ rule: 'B-20', kind: 'broadcast' });
  });

  test('where members may write it is a pause too', () => {
    const books = [asMember({ book: { senders: 'members' } })];
    expect(say(anna, 'PAUS 2V', { books })).toMatchObject({ rule: 'B-49', kind: 'pause' });
  });
});

describe('B-18: several books on the number', () => {
  const inBoth = () => [asMember(), view(p14, { members: [member(anna, 'active', { bookId: 'p14' })] })];
  const booksOf = (decision: ReturnType<typeof say>) =>
    changesOf(decision, 'set_member').map(({ member: { bookId } }) => bookId);

  test('the one that last sent, else the main book; named by its keyword; ALLT all', () => {
    const [first, second] = inBoth();
    if (!first || !second) throw new Error('two books');
    expect(booksOf(say(anna, 'PAUS 14D', { books: [first, second] }))).toEqual(['p12']);
    const sent = { ...second, lastCopyAt: NOON - DAY };
    expect(booksOf(say(anna, 'PAUS 14D', { books: [first, sent] }))).toEqual(['p14']);
    for (const text of ['PAUS P14 14D', 'PAUS 14D P14', 'P14 PAUS 14D', 'paus p14: 2 veckor'])
      expect([text, booksOf(say(anna, text, { books: inBoth() }))]).toEqual([text, ['p14']]);
    const all = say(anna, 'PAUS ALLT 14D', { books: inBoth() });
    expect(booksOf(all)).toEqual(['p12', 'p14']);
    expect(events(all)).toEqual(['paused', 'paused']);
    expect(replies(all, anna)).toEqual(['pausedAll']);
  });

  test('rather one that they are in than one that they have left', () => {
    const books = [asLeft({ members: [member(anna, 'unsubscribed')] }), inBoth()[1] ?? view(p14)];
    expect(booksOf(say(anna, 'PAUS 14D', { books }))).toEqual(['p14']);
  });

  test('one START ends what one PAUS ALLT began', () => {
    const story = new Story(anna, { books: inBoth() });
    story.text('PAUS ALLT 14D');
    const decision = story.text('START', { after: HOUR });
    expect(decision.rule).toBe('B-50');
    expect(statuses(decision)).toEqual(['active', 'active']);
    expect(events(decision)).toEqual(['resumed', 'resumed']);
  });

  test('a pause that was asked for by itself stays', () => {
    const story = new Story(anna, { books: inBoth() });
    story.text('PAUS P12 14D');
    story.text('PAUS P14 7D');
    expect(statuses(story.text('START', { after: HOUR }))).toEqual(['active']);
  });
});

describe('B-50: its end', () => {
  test('START before its time, the clock when it is over', () => {
    const until = MIDNIGHT + 14 * DAY;
    const paused = member(anna, 'paused', { pausedUntil: until });
    const started = say(anna, 'START', { books: [view(p12, { members: [paused] })] });
    expect(started).toMatchObject({ rule: 'B-50', kind: 'join' });
    expect(untilOf(started)).toEqual([null]);
    expect(decidePauseEnd(paused, until - 1)).toBeNull();
    expect(statuses({ changes: decidePauseEnd(paused, until) ?? [] })).toEqual(['active']);
  });

  test('B-25: our own confirmation below the START is cut away', () => {
    const paused = member(anna, 'paused', { pausedUntil: MIDNIGHT + 14 * DAY, since: NOON - HOUR });
    const text = `START\n\n${replyText('sv', { key: 'paused', params: { book: p12.smsName, date: '15 mars' } })}`;
    const decision = say(anna, text, { books: [view(p12, { members: [paused] })] });
    expect(decision).toMatchObject({ rule: 'B-50' });
    expect(decision.also).toContain('B-25');
  });
});

describe('by mail', () => {
  test('a proven mail of that alone pauses, an unproven one does not', () => {
    const proven = mailed(mailAnna, { text: 'PAUS 14D' }, { view: asReader() });
    expect(proven).toMatchObject({ rule: 'B-49', kind: 'pause' });
    expect(statuses(proven)).toEqual(['paused']);
    const forged = mailed(mailAnna, { text: 'PAUS 14D' }, { view: asReader(), proof: { proven: false } });
    expect(statuses(forged)).toEqual([]);
  });
});

test.each(['PAUS', 'pause', 'Pausa', 'pausieren'])('%s is no keyword of a book', (word) => {
  expect(isReservedWord(word)).toBe(true);
});

test('bo, who has left, is not brought in by it', () => {
  expect(statuses(say(bo, 'PAUS 14D', { books: [asLeft()] }))).toEqual([]);
});
