import { describe, expect, test } from '@jest/globals';
import {
  countParts,
  cutToParts,
  expensiveCharacters,
  isGsm7,
  partBorders,
  replaceExpensive,
  toGsm7Letters,
} from '../../src/core/segments.ts';
import { describeVectors, readVectors } from '../kit/vectors.ts';

const FAMILY = '👨‍👩‍👧‍👦';
const FLAG = '🇸🇪';
const reader = new Intl.Segmenter('und', { granularity: 'grapheme' });
const starts = (text: string) => new Set([...reader.segment(text)].map((s) => s.index));

/** Every part within its limit, nothing lost, and no border inside what one reads as one character. */
function expectSoundBorders(text: string) {
  const { encoding, parts } = countParts(text);
  const borders = partBorders(text);
  expect(borders).toHaveLength(parts - 1);
  const begins = [0, ...borders];
  const pieces = begins.map((from, i) => text.slice(from, begins[i + 1]));
  expect(pieces.join('')).toBe(text);
  const most = encoding === 'GSM-7' ? (parts === 1 ? 160 : 153) : parts === 1 ? 70 : 67;
  for (const piece of pieces) {
    const size = encoding === 'GSM-7' ? countParts(piece).units : piece.length;
    expect(size).toBeLessThanOrEqual(most);
  }
  const boundaries = starts(text.replace(/\r\n/g, '--'));
  for (const border of borders) expect(boundaries.has(border)).toBe(true);
}

/** Small texts of every kind of trouble, the same in each run. */
function mixtures(count: number): string[] {
  const kit = ['a', 'å', '€', '[', '\r\n', '’', 'á', 'e\u0301', '😀', FAMILY, FLAG, '1️⃣', '한', 'ب', ' ', 'ord '];
  let seed = 7;
  const next = (n: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  return Array.from({ length: count }, () => {
    const from = kit.slice(0, 2 + next(kit.length - 2));
    return Array.from({ length: next(240) }, () => from[next(from.length)]).join('');
  });
}

type Vector = { id: number; note: string; text: string; oracle: { encoding: string; segments: number } };

describeVectors('segments/segment_vectors.open.json', () => {
  const { vectors } = readVectors<{ vectors: Vector[] }>('segments/segment_vectors.open.json');

  test('every text costs what Twilio says', () => {
    const wrong = vectors.filter((v) => {
      const { encoding, parts } = countParts(v.text);
      return encoding !== v.oracle.encoding || parts !== v.oracle.segments;
    });
    expect(wrong.map((v) => `${v.id} ${v.note}`)).toEqual([]);
    expect(vectors).toHaveLength(280);
  });

  test('every text is cut at sound borders', () => {
    for (const { text } of vectors) expectSoundBorders(text);
  });
});

describe('countParts', () => {
  test.each<[string, string, string, number, number]>([
    ['empty', '', 'GSM-7', 0, 1],
    ['160 letters', 'å'.repeat(160), 'GSM-7', 160, 1],
    ['161 letters', 'å'.repeat(161), 'GSM-7', 161, 2],
    ['306 letters', 'a'.repeat(306), 'GSM-7', 306, 2],
    ['307 letters', 'a'.repeat(307), 'GSM-7', 307, 3],
    ['80 euro signs', '€'.repeat(80), 'GSM-7', 160, 1],
    ['an escape at the border', `${'a'.repeat(152)}€${'a'.repeat(152)}`, 'GSM-7', 306, 3],
    ['70 with one á', `á${'a'.repeat(69)}`, 'UCS-2', 70, 1],
    ['71 with one á', `á${'a'.repeat(70)}`, 'UCS-2', 71, 2],
    ['35 emoji', '😀'.repeat(35), 'UCS-2', 70, 1],
    ['67 emoji, 33 a part', '😀'.repeat(67), 'UCS-2', 134, 3],
    ['families, six a part', FAMILY.repeat(12), 'UCS-2', 132, 2],
    ['a family over the border', `${'a'.repeat(60)}${FAMILY}${'a'.repeat(60)}`, 'UCS-2', 131, 3],
    ['å in pieces', 'a\u030a', 'UCS-2', 2, 1],
    ['a heap of marks is no one part', `a${'\u0301'.repeat(1500)}`, 'UCS-2', 1501, 23],
    ['half a surrogate pair', `${'a'.repeat(70)}\ud83d`, 'UCS-2', 71, 2],
  ])('%s', (_name, text, encoding, units, parts) => {
    expect(countParts(text)).toEqual({ encoding, units, parts });
  });

  test.each([
    ['@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ¤¡ÄÖÑÜ§¿äöñüà\r\n', true],
    ['^{}\\[~]|€\f', true],
    ['ç', false],
    ['µ', false],
    ['`', false],
    ['\t', false],
    ['\u001b', false],
    ['\u00a0', false],
  ])('isGsm7 %j is %s', (text, expected) => {
    expect(isGsm7(text)).toBe(expected);
  });

  test('mixtures have sound borders', () => {
    for (const text of mixtures(300)) expectSoundBorders(text);
  });

  test('a long text of emoji takes linear time', () => {
    // The quickest of three, so that a busy machine does not decide.
    const time = (text: string) =>
      Math.min(
        ...[1, 2, 3].map(() => {
          const began = performance.now();
          countParts(text);
          return performance.now() - began;
        }),
      );
    const short = Math.max(1, time(FAMILY.repeat(2_000)));
    expect(time(FAMILY.repeat(20_000))).toBeLessThan(60 * short);
  });
});

describe('expensive characters', () => {
  test.each<[string, string]>([
    ['”Hej” – sa hon…', '"Hej" - sa hon...'],
    ['‘a’ ´b` «c»', "'a' 'b' \"c\""],
    ['kl\u00a018\u202f00\tidag', 'kl 18 00 idag'],
    ['rad\u2028rad', 'rad\nrad'],
    ['\ufeffko\u00adlon\u200b', 'kolon'],
    ['A\u030angstro\u0308m', 'Ångström'],
    ['‎”ord”', '"ord"'],
    ['André Łukasz á 😀', 'André Łukasz á 😀'],
    ['👨‍👩‍👧', '👨‍👩‍👧'],
    ['Vanlig text, 100 €', 'Vanlig text, 100 €'],
    ['', ''],
  ])('replaceExpensive %j', (text, expected) => {
    expect(replaceExpensive(text)).toBe(expected);
  });

  test('says where, what and whether to ask', () => {
    expect(expensiveCharacters('Sí – ł ”😀 я')).toEqual([
      { index: 1, char: 'í', replacement: 'i', ask: true },
      { index: 3, char: '–', replacement: '-', ask: false },
      { index: 5, char: 'ł', replacement: 'l', ask: true },
      { index: 7, char: '”', replacement: '"', ask: false },
      { index: 8, char: '😀', replacement: null, ask: true },
      { index: 11, char: 'я', replacement: null, ask: true },
    ]);
    expect(expensiveCharacters('a\u0301')).toEqual([{ index: 0, char: 'a\u0301', replacement: 'a', ask: true }]);
  });

  test('what is replaced without asking costs GSM-7 only, and leaves the rest alone', () => {
    for (const text of mixtures(200)) {
      const rest = expensiveCharacters(replaceExpensive(text));
      expect(rest.filter((c) => !c.ask)).toEqual([]);
      for (const c of expensiveCharacters(text)) if (c.replacement !== null) expect(isGsm7(c.replacement)).toBe(true);
    }
  });

  test.each([
    ['Información de la unión', 'Informacion de la union'],
    ['Ørsted, Ærø, Malmö, Núñez, Øst', 'Ørsted, Ærø, Malmö, Nuñez, Øst'],
    ['França œuvre Łódź', 'Franca oeuvre Lodz'],
    ['a\u030a', 'å'],
    ['😀 Привет', '😀 Привет'],
  ])('toGsm7Letters %j', (text, expected) => {
    expect(toGsm7Letters(text)).toBe(expected);
  });
});

describe('cutToParts', () => {
  test.each<[string, string, number, string, string]>([
    ['fits: no tail', 'Hej', 1, '...', 'Hej'],
    ['fits exactly', 'a'.repeat(160), 1, '...', 'a'.repeat(160)],
    ['one too many', 'a'.repeat(161), 1, '...', `${'a'.repeat(157)}...`],
    ['three parts', 'a'.repeat(2000), 3, '...', `${'a'.repeat(456)}...`],
    ['no half escape', `${'a'.repeat(156)}€€€`, 1, '...', `${'a'.repeat(156)}...`],
    ['no half emoji', `${'a'.repeat(66)}😀😀😀`, 1, '...', `${'a'.repeat(66)}...`],
    ['no half family', `${'é'.repeat(60)}${FAMILY}`, 1, '...', `${'é'.repeat(60)}...`],
    ['GSM-7 before the emoji', `${'a'.repeat(300)}😀`, 2, '...', `${'a'.repeat(300)}...`],
    ['tail alone', 'b'.repeat(200), 1, 'c'.repeat(160), 'c'.repeat(160)],
  ])('%s', (_name, text, parts, tail, expected) => {
    expect(cutToParts(text, parts, tail)).toBe(expected);
  });

  test('is the longest that fits, for mixtures', () => {
    const tail = '... Läs resten';
    for (const text of mixtures(250)) {
      for (const parts of [1, 2, 3]) {
        if (countParts(text).parts <= parts) {
          expect(cutToParts(text, parts, tail)).toBe(text);
          continue;
        }
        const ends = [...starts(text)].filter((end) => countParts(text.slice(0, end) + tail).parts <= parts);
        expect(cutToParts(text, parts, tail)).toBe(text.slice(0, Math.max(...ends)) + tail);
      }
    }
  });

  test('a heap of marks is cut too', () => {
    const cut = cutToParts(`a${'\u0301'.repeat(1500)}`, 2, '...');
    expect(countParts(cut)).toEqual({ encoding: 'UCS-2', units: 134, parts: 2 });
  });
});
