import { mayWrite } from './audience.ts';
import { answer } from './budget.ts';
import type { Pending } from './conversation.ts';
import { recipients, sendReceipt, tellBroadcast } from './receipt.ts';
import type { BookView } from './snapshot.ts';
import { countStorm, stormBrake } from './storm.ts';
import { type Hit, MINUTE, type Turn } from './turn.ts';

type SendQuestion = Extract<Pending, { kind: 'send' }>;

/** B-21. */
const VALID_FOR = 10 * MINUTE;
const TRIES = 3;
/** More held texts of one writer than this, and the oldest is given up. */
const MOST_HELD = 3;

/** B-21, B-22: "Skicka detta till 212? Svara SÄND 4821", only to and from this number. */
export function askForCode(turn: Turn, view: BookView, count: number): void {
  const { broadcastId, code, now } = turn.given;
  const waiting = turn.state.pending.filter((each) => each.kind === 'send');
  for (const old of waiting.slice(0, Math.max(0, waiting.length - MOST_HELD + 1))) giveUp(turn, old);
  const question: SendQuestion = {
    kind: 'send',
    broadcastId,
    bookId: view.book.id,
    code,
    expiresAt: now + VALID_FOR,
    triesLeft: TRIES,
    count,
  };
  turn.state.pending.push(question);
  putQuestion(turn, view, question);
}

function putQuestion(turn: Turn, view: BookView, { count, code }: SendQuestion): void {
  answer(turn, view, { key: 'confirmSend', params: { book: view.book.smsName, count, code } }, 'writer');
}

/** Step 5: SÄND with its code. `code` null: SÄND alone. null: it answers nothing, let the other rules read it. */
export function answerCode(turn: Turn, code: string | null): Hit | null {
  const waiting = turn.state.pending.filter((each) => each.kind === 'send');
  const live = waiting.filter(({ expiresAt }) => expiresAt > turn.given.now);
  const newest = live.at(-1) ?? waiting.at(-1);
  if (newest === undefined) return nothingWaits(turn, code);
  const view = viewOf(turn, newest);
  const hit: Hit = { rule: 'B-21', kind: 'answer', view };
  const right = live.findLast((each) => each.code === code);
  if (right) return release(turn, right);
  if (live.length === 0) {
    if (code === null) return null;
    for (const each of waiting) giveUp(turn, each);
    return gone(turn, hit, newest);
  }
  if (code === null) {
    if (view) putQuestion(turn, view, newest);
    return hit;
  }
  return wrongCode(turn, hit, live, newest);
}

/** A wrong code costs each waiting text a try, or three texts would give nine guesses. */
function wrongCode(turn: Turn, hit: Hit, live: readonly SendQuestion[], newest: SendQuestion): Hit {
  for (const each of live) {
    const triesLeft = each.triesLeft - 1;
    if (triesLeft <= 0) giveUp(turn, each);
    else turn.state.pending = turn.state.pending.map((old) => (old === each ? { ...each, triesLeft } : old));
  }
  const left = newest.triesLeft - 1;
  if (left <= 0) return gone(turn, hit, newest);
  answer(turn, hit.view, { key: 'codeWrong', params: { left } }, 'writer');
  return hit;
}

/** "SÄND 4821" with nothing waiting is never a text to everybody. */
function nothingWaits(turn: Turn, code: string | null): Hit | null {
  const view = turn.views.find(mayWrite);
  // Digits alone may be a text, such as a door code: B-21 holds it like any single word.
  if (view === undefined || code?.length !== 4 || turn.form.word.replaceAll(' ', '') === code) return null;
  answer(turn, view, { key: 'codeGone', params: { book: view.book.smsName } }, 'extra');
  return { rule: 'B-21', kind: 'answer', view };
}

/** The right code in time releases the held text, if its writer may still write (B-22) and no storm has come (B-26). */
function release(turn: Turn, question: SendQuestion): Hit {
  const view = viewOf(turn, question);
  const held = turn.snapshot.held.find(({ id }) => id === question.broadcastId);
  const hit: Hit = { rule: 'B-21', kind: 'answer', view, broadcastId: question.broadcastId };
  if (view === null || held === undefined || !mayWrite(view)) {
    giveUp(turn, question);
    return gone(turn, { ...hit, broadcastId: null }, question);
  }
  if (!view.senderIsWriter) {
    turn.also.add('B-26');
    const braked = stormBrake(turn, view, held.text);
    if (braked) {
      giveUp(turn, question);
      return braked;
    }
    countStorm(turn, view);
  }
  drop(turn, question);
  const { now } = turn.given;
  const { id, version } = held;
  turn.changes.push({ do: 'release_broadcast', id, version, dueAt: now, latestAt: now + view.book.latestAfterMs });
  const count = recipients(view);
  sendReceipt(turn, view, count, held.parts);
  tellBroadcast(turn, view, count, held.text);
  return hit;
}

/** JA or NEJ to a SÄND question: NEJ takes the text back, JA is no code, so the question is put again. */
export function answerWithoutCode(turn: Turn, wants: 'send' | 'not'): Hit | null {
  const question = openSendQuestion(turn);
  if (question === null) return null;
  if (wants === 'send') return answerCode(turn, null);
  giveUp(turn, question);
  return gone(turn, { rule: 'B-21', kind: 'answer', view: viewOf(turn, question) }, question);
}

export const openSendQuestion = (turn: Turn): SendQuestion | null =>
  turn.state.pending.filter((each) => each.kind === 'send').findLast(({ expiresAt }) => expiresAt > turn.given.now) ??
  null;

function gone(turn: Turn, hit: Hit, { bookId }: SendQuestion): Hit {
  const view = hit.view ?? turn.views.find(({ book }) => book.id === bookId) ?? null;
  if (view) answer(turn, view, { key: 'codeGone', params: { book: view.book.smsName } }, 'writer');
  return hit;
}

const viewOf = (turn: Turn, { bookId }: SendQuestion): BookView | null =>
  turn.views.find(({ book }) => book.id === bookId) ?? null;

function drop(turn: Turn, question: SendQuestion): void {
  turn.state.pending = turn.state.pending.filter((each) => each !== question);
}

/** The held text is given up; where it is no longer held (housekeeping was first), only the question goes. */
function giveUp(turn: Turn, question: SendQuestion): void {
  drop(turn, question);
  const held = turn.snapshot.held.find(({ id }) => id === question.broadcastId);
  if (held) turn.changes.push({ do: 'expire_broadcast', id: held.id, version: held.version });
}
