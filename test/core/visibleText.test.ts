import { expect, test } from '@jest/globals';
import { visibleText } from '../../src/core/visibleText.ts';

const latin = (point: number) => point < 0x250;

test.each([
  ['Hej, Åsa!', 'Hej, Åsa!'],
  ['Ja 👍🏽', 'Ja [U+1F44D][U+1F3FD]'],
  ['👨‍👩‍👧', '[U+1F468][U+200D][U+1F469][U+200D][U+1F467]'],
  ['rad 1\nrad 2', 'rad 1↵\nrad 2'],
  ['a\tb\u0000c\r', 'a[U+0009]b[U+0000]c[U+000D]'],
  ['STOPP\u00a0nu\u200b\u00ad', 'STOPP[U+00A0]nu[U+200B][U+00AD]'],
  ['\u202eabc', '[U+202E]abc'],
  ['half \ud83d', 'half [U+D83D]'],
  ['❤️', '[U+2764][U+FE0F]'],
  ['你好', '[U+4F60][U+597D]'],
  ['', ''],
])('%j is printed as %j', (text, printed) => expect(visibleText(text, latin)).toBe(printed));
