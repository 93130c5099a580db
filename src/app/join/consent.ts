import type { Book } from '../../core/book.ts';
import { leaveWord } from '../../core/joinWord.ts';
import { pageText } from '../../i18n/pages/index.ts';

/** More than a phone shows at once, and somebody would have to read it. */
export const LONGEST_CONSENT = 1000;

/** Words to begin with: who sends, what, and how one leaves. The admin makes them their own. */
export const defaultConsent = (
  book: Pick<Book, 'name' | 'locale' | 'keyword'>,
  organisation: { name: string },
): string =>
  pageText(book.locale, 'join.consent.default', {
    organisation: organisation.name,
    book: book.name,
    word: leaveWord(book.locale, { book, shares: false }),
  });

/** As it is kept and shown: line breaks of one kind, none of the characters that nobody sees. */
export const tidyConsent = (text: string): string =>
  text
    .replace(/\r\n?/g, '\n')
    .replace(/[^\S\n]+/g, ' ')
    .replace(/(?!\n)\p{Cc}/gu, '')
    .trim();
