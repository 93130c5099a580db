import type { Locale } from '../core/locale.ts';
import type { ReplyKey, ReplyParams, ReplyText } from '../core/replyText.ts';
import type { Catalogue } from './catalogue.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { sv } from './sv.ts';

const catalogues: Record<Locale, Catalogue> = { sv, en, es, de };

/** What each language calls itself. */
export const languageNames: Record<Locale, string> = { sv: 'Svenska', en: 'English', es: 'Español', de: 'Deutsch' };

export function catalogue(locale: Locale): Catalogue {
  return catalogues[locale];
}

/** One automatic text in the reader's language, without header and footer. */
export function replyText(locale: Locale, text: ReplyText): string {
  return word(catalogues[locale], text);
}

function word<K extends ReplyKey>(words: Catalogue, text: { key: K; params: ReplyParams[K] }): string {
  return words[text.key](text.params);
}
