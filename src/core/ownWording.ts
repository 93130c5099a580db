import { replyText } from '../i18n/index.ts';
import type { Book, BookReplies } from './book.ts';
import { LEAVE_WORDS } from './keywords.ts';
import { foldEntry, wordsOf } from './lexicon.ts';
import type { Locale } from './locale.ts';
import { foldCase, foldForLeaving } from './normalForm.ts';
import type { ReplyText } from './replyText.ts';
import { countParts } from './segments.ts';

/** Automatic replies that a book may word itself (T-6). */
export type OwnReply = keyof BookReplies;
export const OWN_REPLIES: readonly OwnReply[] = ['joined', 'left', 'pending', 'help'];

const REPLY_OF: Readonly<Partial<Record<string, OwnReply>>> = {
  joined: 'joined',
  left: 'left',
  joinRequested: 'pending',
  stillPending: 'pending',
  help: 'help',
  helpNoContact: 'help',
};

/** For an outgoing text: the book's own words for it, or nothing. */
export function inOwnWords({ replies }: Pick<Book, 'replies'>, { key }: { key: string }): { words?: string } {
  const which = REPLY_OF[key];
  const words = which === undefined ? undefined : replies[which];
  return words === undefined ? {} : { words };
}

/** Every wording that may stand on somebody's phone: the book's own, and the usual one, which it may have had before. */
export function wordings(book: Pick<Book, 'replies' | 'locale'>, reply: ReplyText): string[] {
  const { words } = inOwnWords(book, reply);
  const usual = replyText(book.locale, reply);
  return words === undefined ? [usual] : [words, usual];
}

/** One part is what a reply should cost, three is what it may (document 2, parts). */
export const MOST_REPLY_PARTS = 3;

/** The words that the book's own language tells people to leave with. */
const TOLD: Readonly<Record<Locale, readonly string[]>> = {
  sv: ['stopp', 'stop', 'avsluta'],
  en: ['stop', 'unsubscribe'],
  es: ['baja', 'stop', 'alto'],
  de: ['stop', 'abmelden', 'abbestellen'],
};

/** The word that a text in this language should name, as it is written in texts. */
export const leaveWordOf: Readonly<Record<Locale, string>> = { sv: 'STOPP', en: 'STOP', es: 'BAJA', de: 'STOP' };

export type ReplyProblem = 'empty' | 'too_long' | 'no_leave_word' | 'no_name';

/**
 * Why a book's own text cannot stand for an automatic reply; null = it can. Every one names the book, for several may
 * share a number; joining and help say how to leave (B-19, CTIA 5.1.3).
 */
export function replyProblem(
  { smsName, locale }: Pick<Book, 'smsName' | 'locale'>,
  which: OwnReply,
  text: string,
): ReplyProblem | null {
  if (text.trim() === '') return 'empty';
  if (countParts(text).parts > MOST_REPLY_PARTS) return 'too_long';
  if (!foldCase(text).includes(foldCase(smsName))) return 'no_name';
  const mustSayHow = which === 'joined' || which === 'help';
  return mustSayHow && !namesLeaveWord(text, locale) ? 'no_leave_word' : null;
}

function namesLeaveWord(text: string, locale: Locale): boolean {
  const told = new Set(TOLD[locale].filter((word) => LEAVE_WORDS.includes(word)).map(foldEntry));
  return wordsOf(foldForLeaving(text)).some((word) => told.has(word));
}
