import { replyText } from '../i18n/index.ts';
import type { Book } from './book.ts';
import type { Door } from './broadcast.ts';
import { countParts } from './segments.ts';

/** One copy as it goes out: header before the text, footer on its own line (T-2, T-10); '' = none. */
export function composeCopy(header: string, text: string, footer: string): string {
  return `${header === '' ? '' : `${header} `}${text}${footer === '' ? '' : `\n${footer}`}`;
}

/** `{name}`, or a field of the book's own as its column was called: `{klass}`, `{Grupp 2}`. */
const TAG = /\{([\p{L}\p{N}][\p{L}\p{N} _.-]{0,39})\}/gu;

/**
 * Puts a member's values in: `{name}` becomes `values.name`. What is no known name stays as it was written; with
 * `empty` it goes, for a text whose tags were all checked and whose reader only lacks a value.
 */
export function mergeCopy(copy: string, values: Readonly<Record<string, string>>, empty = false): string {
  if (!copy.includes('{')) return copy;
  return copy.replace(TAG, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : empty ? '' : whole,
  );
}

/**
 * Does this broadcast merge the book's own fields? Only where its writer picked them on a page that knows them: in a text
 * from a phone all but `{name}` is a brace that somebody typed.
 */
export const isTagged = (door: Door | null, text: string): boolean => door === 'web' && text.includes('{');

/** What stands in braces in a text, each once, in its order. */
export const tagsIn = (text: string): string[] => [...new Set([...text.matchAll(TAG)].map(([, tag = '']) => tag))];

/** T-3: where the sender is the number, a reply leaves; from a name (T-9) one cannot reply and texts the number. */
export function footerOf(book: Pick<Book, 'footer' | 'locale'>, textTo: string | null = null): string {
  if (!book.footer) return '';
  return textTo === null
    ? replyText(book.locale, { key: 'footerReply', params: {} })
    : replyText(book.locale, { key: 'footerText', params: { number: textTo } });
}

/** A text as typed, without control codes that no phone shows (B-33). */
export const cleanText = (typed: string): string =>
  typed
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trim();

/** Providers take no more in one message (design 6), whatever the parts. */
export const LONGEST_BODY = 1600;

/** A merged name counts as long as names are, since each copy has another. */
const LONG_NAME = 'n'.repeat(20);

/** Header, text and footer of one broadcast, and the parts that each copy costs. */
export type Copy = { header: string; text: string; footer: string; parts: number; fits: boolean };

/** As it will be sent from this book. */
export function copyOf(book: Pick<Book, 'header' | 'footer' | 'locale' | 'partLimit'>, typed: string): Copy {
  const text = cleanText(typed);
  const footer = footerOf(book);
  const whole = composeCopy(book.header, text, footer);
  const { parts } = countParts(mergeCopy(whole, { name: LONG_NAME }));
  return { header: book.header, text, footer, parts, fits: parts <= book.partLimit && whole.length <= LONGEST_BODY };
}
