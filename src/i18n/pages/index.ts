import type { Locale } from '../../core/locale.ts';
import * as account from './account/index.ts';
import * as book from './book/index.ts';
import * as crisis from './crisis/index.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import * as frame from './frame/index.ts';
import * as join from './join/index.ts';
import * as mail from './mail/index.ts';
import * as members from './members/index.ts';
import * as organisation from './organisation/index.ts';
import * as own from './own/index.ts';
import * as person from './person/index.ts';
import * as poster from './poster/index.ts';
import * as sending from './sending/index.ts';
import * as signOn from './signOn/index.ts';
import { sv } from './sv.ts';
import * as trying from './try/index.ts';

/** Each area of the toolbox has its own four files; keys begin with the area's name, so they never meet. */
const words = {
  sv: {
    ...sv,
    ...frame.sv,
    ...account.sv,
    ...book.sv,
    ...crisis.sv,
    ...join.sv,
    ...mail.sv,
    ...members.sv,
    ...organisation.sv,
    ...own.sv,
    ...person.sv,
    ...poster.sv,
    ...sending.sv,
    ...trying.sv,
    ...signOn.sv,
  },
  en: {
    ...en,
    ...frame.en,
    ...account.en,
    ...book.en,
    ...crisis.en,
    ...join.en,
    ...mail.en,
    ...members.en,
    ...organisation.en,
    ...own.en,
    ...person.en,
    ...poster.en,
    ...sending.en,
    ...trying.en,
    ...signOn.en,
  },
  es: {
    ...es,
    ...frame.es,
    ...account.es,
    ...book.es,
    ...crisis.es,
    ...join.es,
    ...mail.es,
    ...members.es,
    ...organisation.es,
    ...own.es,
    ...person.es,
    ...poster.es,
    ...sending.es,
    ...trying.es,
    ...signOn.es,
  },
  de: {
    ...de,
    ...frame.de,
    ...account.de,
    ...book.de,
    ...crisis.de,
    ...join.de,
    ...mail.de,
    ...members.de,
    ...organisation.de,
    ...own.de,
    ...person.de,
    ...poster.de,
    ...sending.de,
    ...trying.de,
    ...signOn.de,
  },
} satisfies Record<Locale, Record<string, string>>;

export type PageKey = keyof (typeof words)['sv'];

export const isPageKey = (key: string): key is PageKey => Object.hasOwn(words.sv, key);

/** The words of `key` with `params` filled in. A parameter that is missing is a mistake of ours and throws. */
export function pageText(locale: Locale, key: PageKey, params: Readonly<Record<string, string | number>> = {}): string {
  return words[locale][key].replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`${key} needs the parameter ${name}`);
    return String(value);
  });
}

/**
 * The language that a browser's Accept-Language asks for (RFC 9110 section 12.5.4); what we do not have, or cannot read,
 * is passed over, and Swedish is what remains.
 */
export function preferredLocale(acceptLanguage: string | undefined): Locale {
  let best: { locale: Locale; weight: number } | null = null;
  for (const range of (acceptLanguage ?? '').split(',').slice(0, 20)) {
    const [tag = '', ...params] = range
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const weight = Number(params.find((param) => param.startsWith('q='))?.slice(2) ?? 1);
    const language = tag.split('-')[0] ?? '';
    if (!isLocale(language) || !(weight > 0)) continue;
    if (!best || weight > best.weight) best = { locale: language, weight };
  }
  return best?.locale ?? 'sv';
}

export const isLocale = (text: string): text is Locale => Object.hasOwn(words, text);
