import type { Book } from './book.ts';
import { cleanText, copyOf, LONGEST_BODY } from './copy.ts';
import { oneLine } from './oneLine.ts';

/** What of a book decides how its mails become SMS. */
export type MailSmsBook = Pick<
  Book,
  'header' | 'footer' | 'locale' | 'partLimit' | 'longMail' | 'subjectFirst' | 'name' | 'smsName' | 'address'
>;

export type MailSms =
  | { ok: true; text: string; shortened: boolean }
  /** Longer than the book allows: the writer is told both counts (B-33). */
  | { ok: false; parts: number; limit: number };

/** What mail programs put before a subject when they answer or forward, in the languages that meet here. */
const PREFIX =
  /^\s*(?:re|sv|svar|aw|antw|antwort|res|resp|rv|fwd?|fw|vb|vs|wg|wtr|enc|ynt)\s*(?:\[\d{1,3}\]|\(\d{1,3}\)|\^\d{1,3})?\s*[::]\s*/iu;
const TAG = /^\s*\[([^[\]]{1,60})\]\s*/u;
/** Put there by mail systems for mail that comes from outside. */
const OUTSIDE = /^(?:ext|extern|external|externt|externo)$/iu;

/**
 * A subject for an SMS (M-7), on one line: without "Re:", "Sv:", "VB:", "AW:" and the like, and without the list's own
 * name in brackets ("[P12]"), however often and in whatever order. Other brackets are the writer's.
 */
export function smsSubject(subject: string, book: Pick<MailSmsBook, 'name' | 'smsName' | 'address'>): string {
  const own = [book.name, book.smsName, book.address].map((name) => name.trim().toLowerCase());
  let text = oneLine(subject);
  for (;;) {
    const tag = TAG.exec(text);
    const name = tag?.[1]?.trim().toLowerCase() ?? '';
    const mark = PREFIX.exec(text)?.[0] ?? (own.includes(name) || OUTSIDE.test(name) ? (tag?.[0] ?? '') : '');
    if (mark === '') return text.trim();
    text = text.slice(mark.length);
  }
}

/**
 * What a mail says as an SMS: M-7 body only, the subject where there is no body, or first where the book says so; M-6
 * what is too long is refused with the count, or shortened at a word with "... <readLink>" behind it, so that header,
 * text and footer keep within the book's parts and within what a provider takes. `text` is the cleaned one
 * (`cleanMailText`). The result is '' where mail and subject say nothing: there is nothing to send.
 */
export function smsOfMail(
  { subject, text, book }: { subject: string; text: string; book: MailSmsBook },
  readLink: string,
): MailSms {
  const body = cleanText(text);
  const title = smsSubject(subject, book);
  const first = book.subjectFirst && title !== '' && !body.toLowerCase().startsWith(title.toLowerCase());
  const typed = cleanText(body === '' ? title : first ? `${title}\n${body}` : body);
  const { parts, fits } = copyOf(book, typed);
  if (fits) return { ok: true, text: typed, shortened: false };
  const short = book.longMail === 'shorten' ? shorten(typed, `... ${readLink}`, book) : null;
  return short === null ? { ok: false, parts, limit: book.partLimit } : { ok: true, text: short, shortened: true };
}

/** null: not even the link fits. A merged name counts as `copyOf` counts it. */
function shorten(typed: string, tail: string, book: MailSmsBook): string | null {
  const fits = (end: number) => copyOf(book, typed.slice(0, end) + tail).fits;
  let low = 0;
  let high = Math.min(typed.length, LONGEST_BODY);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  const kept = atWord(typed.slice(0, low), typed);
  return kept === '' || !copyOf(book, kept + tail).fits ? null : kept + tail;
}

/** A word is not cut where it can be helped; one that has no end for so long is (an address, a row of signs). */
const LONGEST_WORD = 40;

function atWord(kept: string, typed: string): string {
  const end = kept.trimEnd();
  const next = typed.charAt(kept.length);
  if (next === '' || /\s/.test(next) || end.length < kept.length) return bare(end);
  const gap = end.search(/\s\S*$/);
  return gap < 0 || end.length - gap > LONGEST_WORD ? bare(end) : bare(end.slice(0, gap));
}

/** "torsdag,... " reads badly: what ends a clause goes before the dots. */
const bare = (text: string): string => text.replace(/[\s.,;:–—-]+$/u, '').replace(/[\ud800-\udbff]$/, '');
