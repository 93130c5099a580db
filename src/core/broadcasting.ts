import { answer, type Weight } from './budget.ts';
import { askForCode } from './confirmCode.ts';
import { type Copy, copyOf } from './copy.ts';
import type { Rule } from './decision.ts';
import { isTrivial, readAnswer, readJoin, readLeave, startsWithCommandWord } from './keyword.ts';
import type { NormalForm } from './normalForm.ts';
import { readPause } from './pauseReading.ts';
import { looksLikeReaction } from './reactions.ts';
import { recipients, sendReceipt, tellBroadcast } from './receipt.ts';
import type { BookView } from './snapshot.ts';
import { countStorm, stormBrake } from './storm.ts';
import type { Hit, Turn } from './turn.ts';

/** B-20 to B-22, B-26, B-33: the text to this book's members: refused, held with a code, or on its way. */
export function writeTo(turn: Turn, view: BookView, typed: string, form: NormalForm, doubtful = false): Hit {
  const { book } = view;
  const copy = copyOf(book, typed);
  if (!copy.fits) return tooLong(turn, view, copy.parts);
  const asWriter = view.senderIsWriter;
  if (asWriter && hasLeft(view)) turn.also.add('B-38');
  const count = recipients(view);
  if (count === 0) {
    answer(turn, view, { key: 'receiptNobody', params: { book: book.smsName } }, 'writer');
    return { rule: asWriter ? 'B-20' : 'B-26', kind: 'told', view };
  }
  if (!asWriter) {
    turn.also.add('B-26');
    const braked = stormBrake(turn, view, copy.text);
    if (braked) return braked;
  }
  const held: Rule | null = doubtful || isDoubtful(form) ? 'B-21' : needsCode(view) ? 'B-22' : null;
  createBroadcast(turn, view, copy, held === null ? 'sending' : 'held');
  const { broadcastId } = turn.given;
  if (held !== null) {
    askForCode(turn, view, count);
    return { rule: held, kind: 'held', view, broadcastId };
  }
  if (!asWriter) countStorm(turn, view);
  sendReceipt(turn, view, count, copy.parts);
  tellBroadcast(turn, view, count, copy.text);
  return { rule: asWriter ? 'B-20' : 'B-26', kind: 'broadcast', view, broadcastId };
}

/**
 * B-21: maybe not meant for everybody. Whatever else the rules could read in it (leaving, joining, a pause, an answer, a
 * reaction) is doubt enough: a code costs one more text, a wrong broadcast reaches all.
 */
export function isDoubtful(form: NormalForm): boolean {
  if (isTrivial(form) || startsWithCommandWord(form) || looksLikeReaction(form.raw)) return true;
  // One word as it was typed: NFKC finds a space in some accents (¨ ¸) and would make two of it.
  if (!/\s/.test(form.raw.trim())) return true;
  const leave = readLeave(form, []);
  return (
    (leave !== null && leave.kind !== 'mentions') ||
    readJoin(form, []) !== null ||
    readPause(form) !== null ||
    readAnswer(form) !== null
  );
}

/** B-22. */
function needsCode({ book, activeCount }: BookView): boolean {
  const { confirmAbove } = book;
  return confirmAbove !== null && (confirmAbove === 0 || activeCount > confirmAbove);
}

/** B-38. */
export const hasLeft = ({ members, stop }: BookView): boolean =>
  stop !== null || (members.length > 0 && members.every(({ status }) => status === 'unsubscribed'));

/** `mail`: the mail that it came as; mail members get its whole text. */
export function createBroadcast(
  turn: Turn,
  view: BookView,
  copy: Omit<Copy, 'fits'>,
  status: 'held' | 'sending',
  mail?: { mailId: string; subject: string },
): void {
  const { now, broadcastId: id } = turn.given;
  const { book } = view;
  const { header, text, footer, parts } = copy;
  turn.changes.push({
    do: 'create_broadcast',
    id,
    book,
    door: turn.door,
    writer: turn.sender,
    text,
    header,
    footer,
    parts,
    status,
    dueAt: now,
    latestAt: now + book.latestAfterMs,
    ...(mail && { mail }),
  });
}

/** B-33: nothing is sent; the writer is told the count and the limit. */
export function tooLong(turn: Turn, view: BookView, parts: number, weight: Weight = 'writer'): Hit {
  answer(turn, view, { key: 'tooLong', params: { parts, limit: view.book.partLimit } }, weight);
  return { rule: 'B-33', kind: 'told', view };
}
