import type { Locale } from '../../core/locale.ts';
import type { MailKey, MailText } from '../../core/mailReplyText.ts';
import type { ReplyKey, ReplyText } from '../../core/replyText.ts';
import { replyText } from '../index.ts';
import type { LetterReason, Letters, Subject } from './catalogue.ts';
import { de } from './de.ts';
import { en } from './en.ts';
import { es } from './es.ts';
import { sv } from './sv.ts';

const letters: Record<Locale, Letters> = { sv, en, es, de };

/** What each text is about, as its subject says. */
const ABOUT: Partial<Record<ReplyKey | MailKey, Subject>> = {
  joined: 'joined',
  joinRequested: 'request',
  stillPending: 'request',
  requestRefused: 'refused',
  cannotJoin: 'request',
  left: 'left',
  leftAll: 'left',
  askLeave: 'question',
  askLeaveSoft: 'question',
  askLeaveExempt: 'question',
  stayed: 'joined',
  paused: 'paused',
  pausedAll: 'paused',
  pausedAlready: 'paused',
  hintPause: 'paused',
  pauseNotIn: 'paused',
  hintJoin: 'onlyFunctionaries',
  hintLeave: 'onlyFunctionaries',
  help: 'help',
  helpNoContact: 'help',
  reachedFunctionaries: 'onlyFunctionaries',
  reachedNobody: 'onlyFunctionaries',
  receipt: 'sending',
  receiptEta: 'sending',
  receiptNobody: 'notSent',
  tooLong: 'notSent',
  onlyText: 'notSent',
  resend: 'notSent',
  slowDown: 'notSent',
  stormBrake: 'notSent',
  forwarded: 'notForwarded',
  forwardedWhole: 'notForwarded',
  forwardedPicture: 'notForwarded',
  noticeRequest: 'newRequest',
  noticeRequestAgain: 'newRequest',
  noticeBroadcast: 'broadcast',
  noticeHelp: 'needsHelp',
  noticeCrisis: 'crisis',
  noticeCrisisEnd: 'crisis',
  rollOk: 'crisis',
  rollHelp: 'crisis',
  rollHelpNobody: 'crisis',
  confirmMail: 'confirm',
  joinLink: 'confirmJoin',
  leaveLink: 'confirmLeave',
  approvedNow: 'approved',
  refusedNow: 'approved',
  approvalOver: 'approved',
  approvalUnclear: 'approved',
};

/** One automatic text as it stands in a mail: worded for mail where the words for SMS do not fit. */
export function letterText(locale: Locale, text: ReplyText | MailText): string {
  const { texts, reasons } = letters[locale];
  if (text.key === 'confirmMail') {
    const told = text.params.reasons.map((reason) => reasons[reason as LetterReason] ?? reasons.unproven);
    return texts.confirmMail({ ...text.params, reasons: [...new Set(told)] });
  }
  // The key and its parameters belong together (`ReplyText`); the compiler cannot follow that through a union.
  const word = texts[text.key] as ((params: never) => string) | undefined;
  return word === undefined ? replyText(locale, text as ReplyText) : word(text.params as never);
}

/** Why a mail waits (M-2), as a clause in the reader's language; null: a code that has no words of its own here. */
export const letterReason = (locale: Locale, code: string): string | null =>
  letters[locale].reasons[code as LetterReason] ?? null;

/** A longer one is cut by every mail program. */
const LONGEST_SUBJECT = 150;

/** `[P12] Du är med`; what somebody else wrote stands in it on one line, without control characters. */
export function letterSubject(locale: Locale, { key, params }: ReplyText | MailText): string {
  const words = letters[locale].subjects[ABOUT[key] ?? 'notice'];
  const book = 'book' in params && typeof params.book === 'string' ? `[${params.book}] ` : '';
  const about = key === 'forwardedWhole' && 'subject' in params && params.subject !== '' ? `: ${params.subject}` : '';
  const line = `${book}${words}${about}`.replace(/[\p{Cc}\s]+/gu, ' ').trim();
  return [...line].slice(0, LONGEST_SUBJECT).join('').trim();
}
