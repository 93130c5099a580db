import { expect, test } from '@jest/globals';
import { LOCALES } from '../../src/core/locale.ts';
import { de, en, es, sv } from '../../src/i18n/pages/sending/index.ts';

const paramsOf = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
const words = { sv, en, es, de };
const keys = Object.keys(sv) as (keyof typeof sv)[];

test.each(LOCALES)('the words of sending in %s: all there, the same parameters, no HTML, calm', (locale) => {
  expect(Object.keys(words[locale]).sort()).toEqual([...keys].sort());
  const wrong = keys.filter((key) => {
    const text = words[locale][key];
    const same = paramsOf(text).join() === paramsOf(words.sv[key]).join();
    return text.trim() === '' || !same || /[<>]|&\w+;|[!¡]|oops|hoppsan/i.test(text);
  });
  expect(wrong).toEqual([]);
});
