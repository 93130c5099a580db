import { describe, expect, test } from '@jest/globals';
import { normalForm } from '../../src/core/normalForm.ts';

describe('the normal form (design 2)', () => {
  test.each([
    // [raw, visible, word, leave]
    ['STOPP', 'STOPP', 'stopp', 'stopp'],
    ['  Hej\r\n\tpå   dig ', 'Hej på dig', 'hej på dig', 'hej pa dig'],
    ['a\u2028b\u2029c\u0085d\u000be', 'a b c d e', 'a b c d e', 'a b c d e'],
    ['STA\u0000RT\u0007', 'START', 'start', 'start'],
    ['ＳＴＡＲＴ', 'START', 'start', 'start'],
    ['𝐒𝐓𝐎𝐏𝐏', 'STOPP', 'stopp', 'stopp'],
    ['Ⓢⓣⓞⓟⓟ', 'Stopp', 'stopp', 'stopp'],
    ['S\u200bT\u200dO\u00adP\ufeffP\ufffc', 'STOPP', 'stopp', 'stopp'],
    ['\u202e\u2066STOPP\u2069\u202c\u200f', 'STOPP', 'stopp', 'stopp'],
    ['„“»«‹›‘’‚`´STOPP´`"\'()[]<>', "„“»«‹›‘’‚`'STOPP'`\"'()[]<>", 'stopp', 'stopp'],
    ['...—–-*_#/!?:;… START …;:?!/#_*-–—...', '...—–-*_#/!?:;... START ...;:?!/#_*-–—...', 'start', 'start'],
    ['¡ALTO!', '¡ALTO!', 'alto', 'alto'],
    ['START 🎉👨‍👩‍👧❤️🇸🇪👍🏽!', 'START 🎉👨👩👧❤🇸🇪👍🏽!', 'start', 'start'],
    ['🎉 START', '🎉 START', '🎉 start', 'start'],
    ['START ℹ️', 'START ▪', 'start', 'start'],
    ['1️⃣', '1⃣', '1', '1'],
    ['STOPP \ud83d', 'STOPP \ud83d', 'stopp', 'stopp'],
    ['Stárt', 'Stárt', 'stárt', 'start'],
    ['SА́ND', 'SА́ND', 'sа́nd', 'sand'],
    ['ЅТОРР', 'ЅТОРР', 'ѕторр', 'stopp'],
    ['ΣΤΟΡΡ', 'ΣΤΟΡΡ', 'στορρ', 'σtopp'],
    ['STØPP Łđ', 'STØPP Łđ', 'støpp łđ', 'stopp ld'],
    ['A\u030aNGRA', 'ÅNGRA', 'ångra', 'angra'],
    ['S̶T̶O̶P̶P̶', 'S̶T̶O̶P̶P̶', 's̶t̶o̶p̶p̶', 'stopp'],
    ['GROẞ groß', 'GROẞ groß', 'gross gross', 'gross gross'],
    ['', '', '', ''],
    ['?!.', '?!.', '', ''],
  ])('%j', (raw, visible, word, leave) => {
    expect(normalForm(raw)).toMatchObject({ raw, visible, word, leave });
  });

  test.each([
    // [raw, empty, onlyEmoji, loneQuestion]
    ['', true, false, false],
    [' \u00a0\n\u200b\u0000\ufeff\u3164', true, false, false],
    ['?', false, false, true],
    [' "?" ', false, false, true],
    ['？', false, false, true],
    ['???', false, false, true],
    ['?!', false, false, false],
    ['!', false, false, false],
    ['a?', false, false, false],
    ['👍', false, true, false],
    ['❤️ 👍🏽!', false, true, false],
    ['👨‍👩‍👧‍👦', false, true, false],
    ['🇸🇪', false, true, false],
    ['👍 ok', false, false, false],
    ['1', false, false, false],
    ['...', false, false, false],
  ])('%j: empty %s, only emoji %s, lone question %s', (raw, empty, onlyEmoji, loneQuestion) => {
    expect(normalForm(raw)).toMatchObject({ empty, onlyEmoji, loneQuestion });
  });

  test('stripping goes on until nothing changes', () => {
    expect(normalForm('("*STOPP*" 🛑).').word).toBe('stopp');
    expect(normalForm('STOPP 🛑!🛑!"🛑"').word).toBe('stopp');
  });

  test('reading again changes nothing', () => {
    for (const raw of ['«ＳＴＡＲＴ» 🎉', 'İstanbul ´´ ¨', 'ﬁ ½ ㎏ Å', 'ЅТОРР']) {
      const { visible, word, leave } = normalForm(raw);
      expect(normalForm(visible).visible).toBe(visible);
      expect(normalForm(word).word).toBe(word);
      expect(normalForm(leave).leave).toBe(leave);
    }
  });
});
