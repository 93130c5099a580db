import { localClock } from '../i18n/dates.ts';
import { replyText } from '../i18n/index.ts';
import { createBroadcast, tooLong } from './broadcasting.ts';
import { answer } from './budget.ts';
import { type Copy, copyOf } from './copy.ts';
import { CRISIS_HOURS, REMIND_MINUTES } from './crisis.ts';
import { type CrisisCommand, readCrisisCommand } from './crisisCommand.ts';
import { everyoneElse } from './everyoneElse.ts';
import { tellFunctionaries } from './functionaries.ts';
import type { Locale } from './locale.ts';
import { recipients, tellBroadcast } from './receipt.ts';
import { senderLabel } from './replyParams.ts';
import { countParts } from './segments.ts';
import type { BookView } from './snapshot.ts';
import { DAY, type Hit, HOUR, MINUTE, type Turn } from './turn.ts';
import { crisisBook, inCrisis } from './underCrisis.ts';

/**
 * Rows of this file, as the log and `try` name them:
 * B-60 "KRIS 4821", with hours ("6H") and words of one's own after it, from a writer whose number has a PIN there: the
 *      book is in a crisis, its members are asked "svara 1 = OK, 2 = hjälp". The PIN stands in place of a SÄND code
 *      (B-22): a forged number does not know it. Five wrong PINs in an hour, and the number tries none for a day.
 *      From anybody else the functionaries get it, without the PIN, and nobody else does.
 * B-62 "KRIS SLUT 4821": the crisis is over before its time.
 * (B-61, what members answer, stands in rollCall.ts.)
 */
const MOST_WRONG = 5;

/** The parts that a crisis may take, whatever the book's limit: it must not fail for a word too many. */
const MOST_PARTS = 11;

export function crisisCommand(turn: Turn, view: BookView): Hit | null {
  const command = readCrisisCommand(turn.text);
  if (command === null) return null;
  const rule = command.do === 'end' ? 'B-62' : 'B-60';
  const writes = turn.views.filter(({ senderIsWriter }) => senderIsWriter);
  const [first] = writes;
  if (first === undefined) {
    turn.also.add(rule);
    return everyoneElse({ ...turn, text: command.masked }, view);
  }
  const right = writes.filter(({ book }) => turn.given.pinOf?.includes(book.id));
  const [meant] = right;
  const hit: Hit = { rule, kind: 'told', view: meant ?? first };
  if (isLocked(turn)) {
    answer(turn, first, { key: 'crisisPinLocked', params: {} }, 'extra');
    return hit;
  }
  // The same PIN in two books says which one no more than none does.
  if (meant === undefined || right.length > 1) return wrongPin(turn, first, hit);
  delete turn.state.pins;
  return command.do === 'end' ? end(turn, meant, hit) : start(turn, meant, command, hit);
}

const isLocked = ({ state, given }: Turn): boolean => (state.pins?.lockedUntil ?? 0) > given.now;

function wrongPin(turn: Turn, view: BookView, hit: Hit): Hit {
  const { now } = turn.given;
  const wrong = [...(turn.state.pins?.wrong ?? []), now];
  const locked = wrong.length >= MOST_WRONG;
  turn.state.pins = { wrong, lockedUntil: locked ? now + DAY : null };
  answer(turn, view, { key: locked ? 'crisisPinLocked' : 'crisisPinWrong', params: {} }, 'writer');
  if (!locked) return hit;
  const { book } = view;
  turn.changes.push({ do: 'log', bookId: book.id, event: 'crisis_pin_locked', details: { rule: 'B-60', hours: 24 } });
  const sender = senderLabel(view, turn.sender);
  tellFunctionaries(turn, view, { key: 'noticePinLocked', params: { book: book.smsName, sender } });
  return hit;
}

function start(turn: Turn, view: BookView, command: CrisisCommand, hit: Hit): Hit {
  const { now, broadcastId } = turn.given;
  const { smsName, locale } = view.book;
  const book = crisisBook(view.book);
  const asked = command.text === '' ? '' : withQuestion(locale, command.text);
  const copy = copyOf({ ...book, partLimit: MOST_PARTS }, asked || crisisText(locale, smsName));
  if (!copy.fits) return { ...tooLong(turn, view, copy.parts), rule: hit.rule };
  const count = recipients(view);
  if (inCrisis(view.book, now)) return again(turn, { ...view, book }, command, count, hit);
  if (count === 0) {
    answer(turn, view, { key: 'receiptNobody', params: { book: smsName } }, 'writer');
    return hit;
  }
  const until = now + (command.hours ?? CRISIS_HOURS.usual) * HOUR;
  turn.changes.push({
    do: 'start_crisis',
    book: view.book,
    crisis: { rollCallId: broadcastId, since: now, until, by: turn.sender },
    remindAt: now + REMIND_MINUTES.usual * MINUTE,
    recipients: count,
  });
  createBroadcast(turn, { ...view, book }, copy, 'sending');
  const told = { book: smsName, count, clock: clockOf(turn, view, until) };
  answer(turn, view, { key: 'crisisStarted', params: told }, 'writer');
  tellFunctionaries(turn, view, { key: 'noticeCrisis', params: told }, `crisis:${broadcastId}`);
  return { ...hit, kind: 'broadcast', broadcastId };
}

/** It is on already: words go out as any writer's, without a code; none, and there is nothing to do. */
function again(turn: Turn, view: BookView, { text }: CrisisCommand, count: number, hit: Hit): Hit {
  const { book } = view;
  if (text === '' || count === 0) {
    const clock = clockOf(turn, view, book.crisis?.until ?? turn.given.now);
    answer(turn, view, { key: 'crisisRunning', params: { book: book.smsName, clock } }, 'writer');
    return hit;
  }
  const copy: Copy = copyOf({ ...book, partLimit: MOST_PARTS }, text);
  if (!copy.fits) return { ...tooLong(turn, view, copy.parts), rule: hit.rule };
  createBroadcast(turn, view, copy, 'sending');
  answer(turn, view, { key: 'receipt', params: { book: book.smsName, count, parts: copy.parts } }, 'writer');
  tellBroadcast(turn, view, count, copy.text);
  return { ...hit, kind: 'broadcast', broadcastId: turn.given.broadcastId };
}

function end(turn: Turn, view: BookView, hit: Hit): Hit {
  const { book } = view;
  const { crisis } = book;
  const params = { book: book.smsName };
  if (crisis === null || !inCrisis(book, turn.given.now)) {
    answer(turn, view, { key: 'crisisNone', params }, 'writer');
    return hit;
  }
  turn.changes.push({ do: 'end_crisis', book, rollCallId: crisis.rollCallId });
  answer(turn, view, { key: 'crisisEnded', params }, 'writer');
  return hit;
}

const clockOf = (turn: Turn, { book }: BookView, at: number): string =>
  localClock(at, turn.snapshot.organisation.timezone, book.locale);

/** The proposal: one part in every language. */
export const crisisText = (locale: Locale, smsName: string): string =>
  replyText(locale, { key: 'crisisAsk', params: { book: smsName } });

/** Somebody's own words with the question after them, unless they ask it themselves or nothing more fits. */
export function withQuestion(locale: Locale, text: string): string {
  if (/(?<![\p{L}\p{N}])1(?![\p{L}\p{N}])/u.test(text) && /(?<![\p{L}\p{N}])2(?![\p{L}\p{N}])/u.test(text)) return text;
  const asked = `${text}${/[.!?]$/.test(text) ? '' : '.'} ${replyText(locale, { key: 'crisisAnswer', params: {} })}`;
  return countParts(asked).parts <= MOST_PARTS ? asked : text;
}
