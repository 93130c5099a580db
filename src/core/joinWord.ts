import type { Book } from './book.ts';
import type { Locale } from './locale.ts';

/** One leave word of each language; all of them are understood in every book (document 6). */
const LEAVE: Readonly<Record<Locale, string>> = { sv: 'STOPP', en: 'STOP', es: 'BAJA', de: 'STOP' };

type Shared = { book: Pick<Book, 'keyword'>; shares: boolean };

/** What one texts to join: `START P12` where several books share the number (B-45), for START alone may mean another. */
export const joinWord = ({ book, shares }: Shared): string => withKeyword('START', book, shares);

/** What one texts to leave just this book (B-18), in the reader's language. */
export const leaveWord = (locale: Locale, { book, shares }: Shared): string => withKeyword(LEAVE[locale], book, shares);

const withKeyword = (word: string, { keyword }: Shared['book'], shares: boolean): string =>
  shares && keyword !== null ? `${word} ${keyword}` : word;

/**
 * A link, or the text of a QR code, that opens the phone's SMS with everything filled in. Phones disagree on how a body is
 * given: iOS wants `&body=`, Android `?body=`, and both read this (RFC 5724 has the second).
 */
export const smsLink = (e164: string, text: string): string => `sms:${e164}?&body=${encodeURIComponent(text)}`;
