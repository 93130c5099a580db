import { describe, expect, test } from '@jest/globals';
import { LOCALES, type Locale } from '../../src/core/locale.ts';
import { de } from '../../src/i18n/pages/de.ts';
import { en } from '../../src/i18n/pages/en.ts';
import { es } from '../../src/i18n/pages/es.ts';
import { isPageKey, pageText, preferredLocale } from '../../src/i18n/pages/index.ts';
import { sv } from '../../src/i18n/pages/sv.ts';

/** The words of every page: those of all, and those of each area. */
const areas = await Promise.all(
  ['account', 'book', 'frame', 'mail', 'members', 'organisation', 'person', 'sending', 'signOn'].map(
    (area): Promise<Record<Locale, Record<string, string>>> => import(`../../src/i18n/pages/${area}/index.ts`),
  ),
);
const wordsOf = (locale: Locale, own: Record<string, string>): Record<string, string> =>
  Object.assign({}, own, ...areas.map((area) => area[locale]));
const words = { sv: wordsOf('sv', sv), en: wordsOf('en', en), es: wordsOf('es', es), de: wordsOf('de', de) };
const paramsOf = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();

describe.each(LOCALES)('the words of pages in %s', (locale) => {
  test.each(Object.keys(words.sv))('%s is worded, with the same parameters, without HTML', (key) => {
    const text = words[locale][key] ?? '';
    expect(text.trim()).not.toBe('');
    expect(paramsOf(text)).toEqual(paramsOf(words.sv[key] ?? ''));
    expect(text).not.toMatch(/[<>]|&\w+;/);
    // Document 8: never "oops", no exclamation marks.
    expect(text).not.toMatch(/[!¡]|oops|hoppsan/i);
  });
});

test('a parameter is filled in, and a missing one is a fault', () => {
  expect(pageText('sv', 'simulator.open', { name: 'Anna' })).toBe('Ta fram Anna');
  expect(() => pageText('sv', 'simulator.open')).toThrow('name');
});

test.each([
  ['simulator.title', true],
  ['simulator.titel', false],
  ['constructor', false],
])('is %s a key: %s', (key, is) => expect(isPageKey(key)).toBe(is));

test.each([
  [undefined, 'sv'],
  ['', 'sv'],
  ['fr-FR,fr;q=0.9', 'sv'],
  ['de-AT,de;q=0.9,en;q=0.8', 'de'],
  ['fr;q=1, es;q=0.5, en;q=0.7', 'en'],
  ['EN-GB', 'en'],
  ['en;q=0, es', 'es'],
  ['en;q=zero', 'sv'],
  ['*', 'sv'],
  ['constructor', 'sv'],
  [`${'x,'.repeat(5000)}de`, 'sv'],
])('Accept-Language %j is read as %s', (header, locale) => expect(preferredLocale(header)).toBe(locale));
