import type { Outgoing } from './decision.ts';
import { isMailAddress } from './mail.ts';
import type { MailText } from './mailReplyText.ts';
import { inOwnWords } from './ownWording.ts';
import type { ReplyText } from './replyText.ts';
import type { BookView } from './snapshot.ts';
import { DAY, MINUTE, type Turn, within } from './turn.ts';

/** B-30. */
const MOST_REPLIES = 5;
/** F34: whoever answers our answers at once is a machine, however it looks. */
const MOST_LETTERS = { count: 3, within: 10 * MINUTE };
/** From one mail address to functionaries in the same time; a person who asks more often is read in the toolbox. */
const MOST_FORWARDED = 10;
const SAME_TEXT_TIMES = 3;

/**
 * How an answer stands to the reply budget (B-30): `writer` = receipts, SÄND questions and refusals to writers, which
 * neither count nor stop · `confirmation` = of joining and leaving, which stops after the fifth in an hour · `extra` =
 * hints, notices and help, which also stop while the number is muted.
 */
export type Weight = 'writer' | 'confirmation' | 'extra';

/** Answers the sender, if the budget allows; says whether it did. */
export function answer(
  turn: Turn,
  view: BookView | null,
  reply: ReplyText | MailText,
  weight: Weight,
  how: { kind?: Outgoing['kind']; onceKey?: string } = {},
): boolean {
  const { state, given } = turn;
  if (weight !== 'writer' || mayLoop(turn, reply)) {
    const spent = state.replies.length >= MOST_REPLIES;
    if (spent) mute(turn, view, 'replies');
    if (spent || tooManyLetters(turn) || (weight === 'extra' && state.mutedUntil !== null)) {
      turn.also.add('B-30');
      return false;
    }
    state.replies.push(given.now);
  }
  if (view !== null) state.lastBook = { id: view.book.id, at: given.now };
  turn.outgoing.push({
    kind: how.kind ?? 'answer',
    to: turn.sender,
    bookId: view?.book.id ?? null,
    locale: view?.book.locale ?? turn.snapshot.organisation.locale,
    reply,
    ...(view !== null && inOwnWords(view.book, reply)),
    ...(how.onceKey !== undefined && { onceKey: how.onceKey }),
  });
  return true;
}

/** F34: a robot at a writer's address answers refusals too. A receipt comes of a broadcast, which is held where it repeats. */
const mayLoop = ({ sender }: Turn, { key }: ReplyText | MailText): boolean =>
  isMailAddress(sender) && key !== 'receipt' && key !== 'receiptEta';

/** Every answer to a mail counts here, also those that B-30 leaves to their own rules. */
function tooManyLetters({ sender, state, given }: Turn): boolean {
  if (!isMailAddress(sender)) return false;
  return state.replies.filter((at) => within(at, given.now, MOST_LETTERS.within)).length >= MOST_LETTERS.count;
}

/**
 * F34: two functionaries who are away, each with a robot that says nothing of what it is, would answer each other's notices
 * for ever. What is over stands in the log and the inbox alone.
 */
export function forwardsTooMuch(turn: Turn, view: BookView): boolean {
  const { mail, state, given } = turn;
  if (mail === null) return false;
  const recent = state.recent.filter(({ at }) => within(at, given.now, MOST_LETTERS.within)).length;
  const many = recent > (mail.answersOurs ? MOST_LETTERS.count : MOST_FORWARDED);
  if (many) mute(turn, view, 'repeats');
  return many;
}

/** As `answer`, at most once a day for this book (hints, "it reached the functionaries only"). */
export function answerOnceADay(turn: Turn, view: BookView, reply: ReplyText | MailText, what: string): boolean {
  const key = `${what}:${view.book.id}`;
  if (toldToday(turn, key)) return false;
  const sent = answer(turn, view, reply, 'extra');
  if (sent) turn.state.told[key] = turn.given.now;
  return sent;
}

export function toldToday(turn: Turn, key: string): boolean {
  const at = turn.state.told[key];
  return at !== undefined && within(at, turn.given.now, DAY);
}

/** The third time within an hour the same text mutes (B-30); call it when the text is among the recent ones. */
export function muteRepeats(turn: Turn, key: string): void {
  if (turn.form.empty) return;
  if (turn.state.recent.filter((each) => each.key === key).length >= SAME_TEXT_TIMES) mute(turn, null, 'repeats');
}

/** No hints, notices and help to this number for 24 h, and an alarm in the toolbox (B-30). */
function mute(turn: Turn, view: BookView | null, because: 'repeats' | 'replies'): void {
  turn.also.add('B-30');
  if (turn.state.mutedUntil !== null) return;
  turn.state.mutedUntil = turn.given.now + DAY;
  const bookId = (view ?? turn.views[0])?.book.id ?? null;
  turn.changes.push({ do: 'log', bookId, event: 'muted', details: { rule: 'B-30', because, hours: 24 } });
}
