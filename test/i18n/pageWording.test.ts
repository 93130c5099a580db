import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { LOCALES } from '../../src/core/locale.ts';
import { type PageKey, pageText } from '../../src/i18n/pages/index.ts';
import { CONSENT_KEYS, ONE_CLICK_WORDING, PAGE_WORDING, wordingShown } from '../../src/i18n/pages/own/wording.ts';

/** Every version that was ever in the ledger, by what its words were. Only ever add to it. */
const DIGESTS: Record<string, string> = {
  'page-1': '87083319b4ddc384dc91f84fcc8fed13',
};

/** With its parameters' names in place of their values. */
const asWritten = (locale: (typeof LOCALES)[number], key: PageKey): string => {
  const params: Record<string, string> = {};
  for (;;) {
    try {
      return pageText(locale, key, params);
    } catch (fault) {
      const name = /parameter (\w+)$/.exec(String(fault))?.[1];
      if (name === undefined) throw fault;
      params[name] = `{${name}}`;
    }
  }
};

describe('the wording of a member’s own page, for the ledger', () => {
  test('changed words have a new version: raise VERSION in i18n/pages/own/wording.ts and add its digest here', () => {
    const words = LOCALES.map((locale) => CONSENT_KEYS.map((key) => [key, asWritten(locale, key)]));
    const digest = createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 32);
    expect(DIGESTS[PAGE_WORDING]).toBe(digest);
    // No version says two things.
    expect(new Set(Object.values(DIGESTS)).size).toBe(Object.keys(DIGESTS).length);
  });

  test.each([
    [PAGE_WORDING, PAGE_WORDING],
    ['page-1', 'page-1'],
    ['page-9999', ONE_CLICK_WORDING],
    ['page-0', ONE_CLICK_WORDING],
    ['page-1<script>', ONE_CLICK_WORDING],
    ['', ONE_CLICK_WORDING],
  ])('%j is recorded as %s', (posted, recorded) => {
    expect(wordingShown(posted)).toBe(recorded);
  });
});
