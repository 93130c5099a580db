import { replyText } from '../i18n/index.ts';
import { answerOnceADay, forwardsTooMuch } from './budget.ts';
import { tellFunctionaries } from './functionaries.ts';
import type { Locale } from './locale.ts';
import { isMailAddress } from './mail.ts';
import { senderLabel } from './replyParams.ts';
import { countParts, cutToParts } from './segments.ts';
import type { BookView } from './snapshot.ts';
import type { Turn } from './turn.ts';

/** B-27. */
const MOST_PARTS = 3;

/**
 * B-27, S3-21: the text to each functionary of the book, marked "Meddelande ej skickat", with the sender's number and
 * name, cut to 3 parts; by mail it is whole. Returns how many got it.
 */
export function forwardText(
  turn: Turn,
  view: BookView,
  as: 'forwarded' | 'joinedSaying' = 'forwarded',
  text: string = turn.text,
): number {
  if (view.functionaries.length === 0 || forwardsTooMuch(turn, view)) return 0;
  const { smsName: book, locale } = view.book;
  const sender = turn.sender === '' ? '?' : senderLabel(view, turn.sender);
  const subject = turn.mail?.subject ?? '';
  const said = withSubject(subject, text.trim());
  const params = { book, sender, text: cutForwarded(locale, as, { book, sender, text: said }) };
  const whole = cutWhole(turn.mail?.whole ?? text);
  return tellFunctionaries(turn, view, { key: as, params }, undefined, {
    reply:
      as === 'forwarded'
        ? { key: 'forwardedWhole', params: { book, sender, subject, text: whole } }
        : { key: as, params: { book, sender, text: whole } },
    // An answer goes to whoever wrote; a phone cannot be answered by mail.
    ...(isMailAddress(turn.sender) && { letter: { replyTo: turn.sender } }),
  });
}

/** What an SMS shows of a mail: the subject says what it is about, unless the text begins with it or is all there is. */
function withSubject(subject: string, text: string): string {
  if (subject === '' || text.startsWith(subject)) return text;
  return text === '' ? subject : `${subject}: ${text}`;
}

/** A notice by mail is whole, within reason: what is longer can be read in the toolbox. */
const LONGEST_WHOLE = 100_000;
const cutWhole = (text: string): string => {
  const whole = text.trim();
  return whole.length <= LONGEST_WHOLE ? whole : `${whole.slice(0, LONGEST_WHOLE)} ...`;
};

/** As much of the text as leaves the whole notice within 3 parts, with "..." and where to read the rest. */
export function cutForwarded(
  locale: Locale,
  key: 'forwarded' | 'joinedSaying' | 'noticeHelp',
  params: { book: string; sender: string; text: string },
): string {
  const { text } = params;
  const frame = replyText(locale, { key, params: { ...params, text: '' } });
  if (countParts(frame + text).parts <= MOST_PARTS) return text;
  const tail = `... ${replyText(locale, { key: 'readMore', params: {} })}`;
  // The text stands last in every language, so cutting the whole cuts the text.
  return cutToParts(frame + text, MOST_PARTS, tail).slice(frame.length);
}

/** B-27: once a day the sender hears that only the functionaries read it. */
export function tellReached(turn: Turn, view: BookView, readers: number): void {
  const key = readers > 0 ? 'reachedFunctionaries' : 'reachedNobody';
  answerOnceADay(turn, view, { key, params: { book: view.book.smsName } }, 'reached');
}
