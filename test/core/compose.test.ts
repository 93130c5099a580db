import { describe, expect, test } from '@jest/globals';
import {
  type ComposeFacts,
  type Composition,
  costlier,
  preview,
  readSenderName,
  type TagValues,
} from '../../src/core/compose.ts';
import { mergeCopy, tagsIn } from '../../src/core/copy.ts';
import { audienceTest, EVERYBODY } from '../../src/core/draft.ts';
import { LOCALES } from '../../src/core/locale.ts';
import { instantOf, localInput } from '../../src/core/localTime.ts';
import { countParts } from '../../src/core/segments.ts';
import { DAY, HOUR, MINUTE, NOON, organisation, p12, virtualNumber } from '../kit/world.ts';

const none: TagValues = { plain: null, wide: null };
const facts: ComposeFacts = {
  tags: {
    name: { plain: 'Anna-Karin', wide: null },
    klass: { plain: '6 B', wide: null },
    Ort: { plain: 'Lund', wide: 'Łódź' },
  },
  recipients: 212,
  backlog: 0,
};
const compositionOf = (over: Partial<Composition> | string = {}): Composition => ({
  text: 'Matchen flyttas till 18.',
  audience: EVERYBODY,
  sender: null,
  reports: 'never',
  dueAt: null,
  latestAfterMs: null,
  ...(typeof over === 'string' ? { text: over } : over),
});
type Place = Parameters<typeof preview>[0];
const placeOf = (book: Partial<typeof p12> = {}, more: Partial<Place> = {}): Place => ({
  book: { ...p12, ...book },
  number: virtualNumber,
  organisation,
  ...more,
});
const look = (
  over: Partial<Composition> | string = {},
  book: Partial<typeof p12> = {},
  some: Partial<ComposeFacts> = {},
) => preview(placeOf(book), compositionOf(over), { ...facts, ...some }, NOON);

describe('what a copy costs', () => {
  const plain = { header: '', footer: false, partLimit: 10 };
  test.each([
    ['a'.repeat(160), 1, 'GSM-7'],
    ['a'.repeat(161), 2, 'GSM-7'],
    ['a'.repeat(306), 2, 'GSM-7'],
    ['a'.repeat(307), 3, 'GSM-7'],
    ['€'.repeat(80), 1, 'GSM-7'],
    ['€'.repeat(81), 2, 'GSM-7'],
    ['å'.repeat(160), 1, 'GSM-7'],
    ['á'.repeat(70), 1, 'UCS-2'],
    ['á'.repeat(71), 2, 'UCS-2'],
    [`${'a'.repeat(70)}’`, 2, 'UCS-2'],
  ] as const)('%.20s… is %i parts of %s', (text, parts, encoding) => {
    expect(look(text, plain)).toMatchObject({ parts, encoding, totalParts: 212 * parts, problems: [] });
  });

  test('header, footer and the longest value are counted as they go', () => {
    const found = look('Hej {name} i {klass}');
    expect(found.whole).toBe('*P12* Hej Anna-Karin i 6 B\nSvara STOPP för att lämna.');
    expect(found.units).toBe(countParts(found.whole).units);
    expect(found.tags).toEqual(['name', 'klass']);
  });

  test('a value that GSM-7 cannot carry counts where it makes the copy dearer, and is said', () => {
    const found = look(`${'a'.repeat(80)} {Ort}`);
    expect(found).toMatchObject({ encoding: 'UCS-2', parts: 2, notes: [{ what: 'value', tag: 'Ort' }] });
    expect(found.whole).toContain('Łódź');
  });

  test('borders stand where the parts of the whole begin', () => {
    const { whole, borders, parts } = look('a'.repeat(300), { partLimit: 5 });
    expect(parts).toBe(3);
    expect(borders).toEqual([153, 306]);
    expect(whole).toHaveLength(6 + 300 + 1 + 26);
  });

  test('control codes are no text, and line breaks are one character', () => {
    expect(look('a\u0007b\r\nc').text).toBe('ab\nc');
  });
});

describe('expensive characters are found where they stand', () => {
  test.each([
    [
      '”Hej”',
      [
        [0, '”', '"', false],
        [4, '”', '"', false],
      ],
    ],
    ['kl 18–20', [[5, '–', '-', false]]],
    ['sen…', [[3, '…', '...', false]]],
    ['18\u00a0kr', [[2, '\u00a0', ' ', false]]],
    ['Jordi Pàmies í', [[13, 'í', 'i', true]]],
    ['Hej 😀', [[4, '😀', null, true]]],
  ] as const)('%s', (text, wanted) => {
    expect(look(text).expensive.map((e) => [e.index, e.char, e.replacement, e.ask])).toEqual(wanted);
  });
});

describe('tags', () => {
  test.each([
    ['Hej {name}', []],
    ['Hej {klass} {namn}', [{ what: 'tag', tag: 'namn' }]],
    ['{Name}', [{ what: 'tag', tag: 'Name' }]],
    ['{ name }', []],
    ['{{name}}', []],
    [
      '{constructor} {toString}',
      [
        { what: 'tag', tag: 'constructor' },
        { what: 'tag', tag: 'toString' },
      ],
    ],
  ])('%s', (text, problems) => {
    expect(look(text).problems).toEqual(problems);
  });
  test('are read with digits and spaces, each once', () => {
    expect(tagsIn('{Grupp 2} {name} {Grupp 2} {} {-}')).toEqual(['Grupp 2', 'name']);
  });
  test.each([
    [false, 'Hej Bo {klass}'],
    [true, 'Hej Bo '],
  ])('a value that is missing (empty %s)', (empty, wanted) => {
    expect(mergeCopy('Hej {name} {klass}', { name: 'Bo' }, empty)).toBe(wanted);
  });
  test('the costliest values are kept of both kinds', () => {
    const values = ['Bo', 'Anna', 'Ånn€', 'Łu', 'Łukasz', ''].reduce(costlier, none);
    expect(values).toEqual({ plain: 'Ånn€', wide: 'Łukasz' });
  });
});

describe('a name as sender (T-9)', () => {
  test.each([
    [null, { ok: true, name: null }],
    ['  ', { ok: true, name: null }],
    ['Lunds IK', { ok: true, name: 'Lunds IK' }],
    [' Skolan_1.2-3 ', { ok: false, why: 'long' }],
    ['Abcdefghijk', { ok: true, name: 'Abcdefghijk' }],
    ['Abcdefghijkl', { ok: false, why: 'long' }],
    ['12345', { ok: false, why: 'letter' }],
    ['Förskolan', { ok: false, why: 'characters' }],
    ['A+B', { ok: false, why: 'characters' }],
    ['😀', { ok: false, why: 'characters' }],
  ])('%j', (typed, wanted) => {
    expect(readSenderName(typed)).toEqual(wanted);
  });

  test.each([
    ['sv', 'Sms:a STOPP till +46766861001 för att lämna.'],
    ['en', 'Text STOP to +46766861001 to leave.'],
    ['es', 'Para salir, manda BAJA al +46766861001.'],
    ['de', 'Zum Abmelden STOP an +46766861001.'],
  ] as const)('the footer names the number where nobody can reply (T-3), in %s', (locale, footer) => {
    expect(look({ sender: 'Skolan' }, { locale })).toMatchObject({
      footer,
      sender: 'Skolan',
      notes: [{ what: 'oneWay' }],
    });
  });
  test.each(LOCALES)('a book without a footer has none either way (%s)', (locale) => {
    expect(look({ sender: 'Skolan' }, { locale, footer: false }).footer).toBe('');
  });
});

describe('what stands against sending', () => {
  test.each([
    ['nothing', {}, {}, {}, []],
    ['no text', { text: ' \u0000 ' }, {}, {}, ['empty']],
    ['more parts than the book allows', { text: 'a'.repeat(460) }, {}, {}, ['parts']],
    ['more than providers take', { text: 'a'.repeat(1590) }, { partLimit: 20 }, {}, ['characters']],
    ['a name that is none', { sender: '46' }, {}, {}, ['sender']],
    ['a time that has passed', { dueAt: NOON - HOUR }, {}, {}, ['past']],
    ['a moment ago', { dueAt: NOON - MINUTE }, {}, {}, []],
    ['in two years', { dueAt: NOON + 700 * DAY }, {}, {}, ['far']],
    ['nobody to get it', {}, {}, { recipients: 0 }, ['nobody']],
  ])('%s', (_, composition, book, some, wanted) => {
    expect(look(composition, book, some).problems.map(({ what }) => what)).toEqual(wanted);
  });

  test('quiet hours hold it, and its latest time counts from their end', () => {
    const night = NOON + 11 * HOUR;
    const found = look({ dueAt: night }, { quietFrom: '21:00', quietTo: '07:00' });
    expect(found.startsAt).toBe(NOON + 19 * HOUR);
    expect(found.latestAt).toBe(NOON + 23 * HOUR);
    expect(found.notes).toEqual([{ what: 'quiet', until: NOON + 19 * HOUR }]);
  });

  test('when it will be done at the number’s pace, behind what waits there', () => {
    expect(look({}, {}, { backlog: 88 }).doneAt).toBe(NOON + 30_000);
  });

  test('too many for its latest time is said', () => {
    const { notes } = look({ latestAfterMs: HOUR }, {}, { recipients: 40_000 });
    expect(notes).toEqual([{ what: 'slow', done: NOON + 4_000_000, latestAt: NOON + HOUR }]);
  });

  test('more than the organisation’s cap for a day is said (F35)', () => {
    const place = placeOf({}, { organisation: { ...organisation, dailyParts: 100 } });
    expect(preview(place, compositionOf(), facts, NOON).notes).toEqual([{ what: 'cap', parts: 212, cap: 100 }]);
  });
});

describe('a part of the book (T-13)', () => {
  const anna = { labels: ['Lag 1', 'Ålagd'], fields: { klass: '6B', Ort: 'ÅHUS' } };
  test.each([
    [[], {}, true],
    [['Lag 1'], {}, true],
    [['lag 1'], {}, true],
    [['Lag 2', 'ålagd'], {}, true],
    [['Lag 2'], {}, false],
    [[], { klass: '6b' }, true],
    [[], { Ort: 'åhus' }, true],
    [[], { klass: '6b', Ort: 'Lund' }, false],
    [['Lag 1'], { klass: '7A' }, false],
    [[], { toString: 'x' }, false],
  ])('labels %j and fields %j: %s', (labels, fields, wanted) => {
    expect(audienceTest({ labels, fields: fields as Record<string, string> })(anna)).toBe(wanted);
  });
});

describe('times of a form on the wall of a zone', () => {
  test.each([
    ['2026-11-22T06:40', 'Europe/Stockholm', '2026-11-22T05:40:00Z'],
    ['2026-07-01T06:40', 'Europe/Stockholm', '2026-07-01T04:40:00Z'],
    ['2026-03-29T02:30', 'Europe/Stockholm', '2026-03-29T01:30:00Z'],
    ['2026-10-25T02:30', 'Europe/Stockholm', '2026-10-25T00:30:00Z'],
    ['2026-01-01T00:00', 'Pacific/Auckland', '2025-12-31T11:00:00Z'],
    ['2026-01-01T00:00:00', 'UTC', '2026-01-01T00:00:00Z'],
  ])('%s in %s', (text, zone, wanted) => {
    expect(instantOf(text, zone)).toBe(Date.parse(wanted));
  });
  test.each(['', 'nu', '2026-02-31T10:00', '2026-13-01T10:00', '2026-01-01T24:00', '2026-01-01T10:60', '2026-01-01'])(
    '“%s” is none',
    (text) => {
      expect(instantOf(text, 'Europe/Stockholm')).toBeNull();
    },
  );
  test('and back', () => {
    expect(localInput(Date.parse('2026-11-22T05:40:31Z'), 'Europe/Stockholm')).toBe('2026-11-22T06:40');
  });
});
