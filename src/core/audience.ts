import type { Member, MemberStatus } from './member.ts';
import type { BookView } from './snapshot.ts';
import { MONTH, type Turn, within } from './turn.ts';

const LIVE: ReadonlySet<MemberStatus> = new Set(['active', 'pending', 'asked', 'paused', 'unreachable']);

/** In the book in some way that leaving ends. Banned and refused people stay so (B-7), or START would wash it off. */
export const isLive = ({ status }: Pick<Member, 'status'>): boolean => LIVE.has(status);
/** Everybody whom a leave or an answer from this phone is about, also by their second number (B-39, B-61). */
export const rowsOf = ({ members, secondOf }: BookView): readonly Member[] =>
  secondOf === undefined ? members : [...members, ...secondOf];
export const isIn = (view: BookView): boolean => view.members.some(isLive);
export const isActive = (view: BookView): boolean => view.members.some(({ status }) => status === 'active');

/** May send to the book: one of its writers, or an active member where members may write (S3-19, S3-20). */
export const mayWrite = (view: BookView): boolean =>
  view.senderIsWriter || (view.book.senders === 'members' && isActive(view));

/** The number's main book; the first one where none is marked. */
const mainBook = (views: readonly BookView[]): BookView | undefined => views.find(({ book }) => book.main) ?? views[0];

export const byKeyword = (turn: Turn, keyword: string): BookView | undefined =>
  turn.views.find(({ book }) => book.keyword === keyword);

/**
 * B-18, B-47: the book that last sent to the sender there within 30 days (a copy or an answer), else the main book;
 * but rather a book that they are in than a main book that they are not in, or STOPP would leave nothing.
 */
export function audience(turn: Turn): BookView | undefined {
  const { views, state } = turn;
  if (views.length < 2) return views[0];
  let last: { view: BookView; at: number } | undefined;
  for (const view of views) {
    const answered = state.lastBook?.id === view.book.id ? state.lastBook.at : null;
    const at = Math.max(view.lastCopyAt ?? Number.NEGATIVE_INFINITY, answered ?? Number.NEGATIVE_INFINITY);
    if (within(at, turn.given.now, MONTH) && (last === undefined || at > last.at)) last = { view, at };
  }
  if (last) return last.view;
  const main = mainBook(views);
  return main && isIn(main) ? main : (views.find(isIn) ?? main);
}

/** B-45: a bare START means the book they last belonged to there, else the main book. */
export function bookToJoin(turn: Turn): BookView | undefined {
  const { views } = turn;
  let last: { view: BookView; at: number } | undefined;
  for (const view of views) {
    const at = belongedAt(view);
    if (at !== null && (last === undefined || at > last.at)) last = { view, at };
  }
  return last?.view ?? mainBook(views);
}

/** When they last came into the book or left it; null: never, or banned or refused there. */
function belongedAt({ members, stop }: BookView): number | null {
  const times = members
    .filter((member) => isLive(member) || member.status === 'unsubscribed')
    .map((member) => (member.status === 'unsubscribed' ? (member.leftAt ?? member.since) : member.since));
  if (stop !== null && members.length === 0) times.push(stop.since);
  return times.length === 0 ? null : Math.max(...times);
}
