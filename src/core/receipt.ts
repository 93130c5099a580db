import { localClock } from '../i18n/dates.ts';
import { isActive } from './audience.ts';
import type { Book } from './book.ts';
import type { Broadcast } from './broadcast.ts';
import { answer } from './budget.ts';
import type { Outgoing } from './decision.ts';
import { finishTime } from './eta.ts';
import { tellFunctionaries } from './functionaries.ts';
import type { ReplyText } from './replyText.ts';
import type { BookView } from './snapshot.ts';
import { SECOND, type Turn } from './turn.ts';

/** Below this nobody needs to hear when it will be done. */
const WORTH_AN_ETA = 60 * SECOND;
/** T-7. */
const SHOWN = 40;

/** Who gets a copy: the active members but the writer (B-20). */
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
  tellFunctionaries(turn, view, noticeOf(book, count, text));
}

const noticeOf = ({ smsName }: Pick<Book, 'smsName'>, count: number, text: string): ReplyText => ({
  key: 'noticeBroadcast',
  params: {
    book: smsName,
    count,
    text: [...text.slice(0, 4 * SHOWN).replace(/\s+/g, ' ')].slice(0, SHOWN).join('').trimEnd(),
  },
});

/** T-7 for a broadcast that no text caused: from the toolbox, or when its time had come. Each functionary once. */
export function broadcastNotices(
  book: Pick<Book, 'id' | 'smsName' | 'locale' | 'tellBroadcast'>,
  functionaries: readonly string[],
  { id, text, writer }: Pick<Broadcast, 'id' | 'text' | 'writer'>,
  count: number,
): Outgoing[] {
  if (!book.tellBroadcast) return [];
  return functionaries
    .filter((to) => to !== writer)
    .map((to) => ({
      kind: 'notice',
      to,
      bookId: book.id,
      locale: book.locale,
      reply: noticeOf(book, count, text),
      onceKey: `broadcast:${id}:${to}`,
    }));
}
