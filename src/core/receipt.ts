import { localClock } from '../i18n/dates.ts';
import { isActive } from './audience.ts';
import { answer } from './budget.ts';
import { finishTime } from './eta.ts';
import { tellFunctionaries } from './functionaries.ts';
import type { BookView } from './snapshot.ts';
import { SECOND, type Turn } from './turn.ts';

/** Below this nobody needs to hear when it will be done. */
const WORTH_AN_ETA = 60 * SECOND;
/** T-7. */
const SHOWN = 40;

/** Who gets a copy by SMS: the active members but the writer (B-20). */
export const recipients = (view: BookView): number => Math.max(0, view.activeCount - (isActive(view) ? 1 : 0));

/** B-20: how many, how many parts, and when it will be done where that takes a while at the number's pace. */
export function sendReceipt(turn: Turn, view: BookView, count: number, parts: number): void {
  const { number, organisation } = turn.snapshot;
  const { smsName: book, locale } = view.book;
  const { now } = turn.given;
  const done = finishTime(now, count * parts, number.partsPerSecond);
  if (done === null || done - now <= WORTH_AN_ETA) {
    answer(turn, view, { key: 'receipt', params: { book, count, parts } }, 'writer');
    return;
  }
  const clock = localClock(done, organisation.timezone, locale);
  answer(turn, view, { key: 'receiptEta', params: { book, count, parts, clock } }, 'writer');
}

/** T-7: functionaries hear that a broadcast goes out, with its first 40 characters. */
export function tellBroadcast(turn: Turn, view: BookView, count: number, text: string): void {
  const { book } = view;
  if (!book.tellBroadcast) return;
  const start = [...text.slice(0, 4 * SHOWN).replace(/\s+/g, ' ')].slice(0, SHOWN).join('').trimEnd();
  tellFunctionaries(turn, view, { key: 'noticeBroadcast', params: { book: book.smsName, count, text: start } });
}
