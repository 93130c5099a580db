import { replyText } from '../i18n/index.ts';
import type { Book } from './book.ts';
import { countParts } from './segments.ts';

/** One copy as it goes out: header before the text, footer on its own line (T-2, T-10); '' = none. */
export function composeCopy(header: string, text: string, footer: string): string {
  return `${header === '' ? '' : `${header} `}${text}${footer === '' ? '' : `\n${footer}`}`;
}

/** Puts a member's values in: `{name}` becomes `values.name`. What is no known name stays as it was written. */
export function mergeCopy(copy: string, values: Readonly<Record<string, string>>): string {
  if (!copy.includes('{')) return copy;
  return copy.replace(/\{(\p{L}{1,30})\}/gu, (whole, name: string) =>
    Object.hasOwn(values, name) ? (values[name] ?? '') : whole,
  );
}

/** T-3: where the sender is the number, a reply leaves. */
const footerOf = (book: Pick<Book, 'footer' | 'locale'>): string =>
  book.footer ? replyText(book.locale, { key: 'footerReply', params: {} }) : '';

/** Providers take no more in one message (design 6), whatever the parts. */
export const LONGEST_BODY = 1600;

/** A merged name counts as long as names are, since each copy has another. */
const LONG_NAME = 'n'.repeat(20);

/** Header, text and footer of one broadcast, and the parts that each copy costs. */
export type Copy = { header: string; text: string; footer: string; parts: number; fits: boolean };

/** As it will be sent from this book; the text as typed, without control codes that no phone shows (B-33). */
export function copyOf(book: Pick<Book, 'header' | 'footer' | 'locale' | 'partLimit'>, typed: string): Copy {
  const text = typed
    .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
    .replace(/(?![\n\t])\p{Cc}/gu, '')
    .trim();
  const footer = footerOf(book);
  const whole = composeCopy(book.header, text, footer);
  const { parts } = countParts(mergeCopy(whole, { name: LONG_NAME }));
  return { header: book.header, text, footer, parts, fits: parts <= book.partLimit && whole.length <= LONGEST_BODY };
}
