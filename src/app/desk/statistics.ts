import type { ConsentEventName } from '../../core/consent.ts';
import type { DeliveryStatus } from '../../core/delivery.ts';
import type { MemberStatus } from '../../core/member.ts';
import type { BroadcastResult } from '../../ports/deskReads.ts';
import type { Counts, Reads } from '../../ports/store.ts';

/** One day, week or month of a book. `day`: its first day in the organisation's zone, "2026-11-16". */
export type Turnover = { day: string; joined: number; left: number };
export type MonthOfBroadcasts = {
  /** "2026-11". */
  month: string;
  broadcasts: number;
  delivered: number;
  failed: number;
  /** On the way, cancelled, or nobody can tell. */
  other: number;
  parts: number;
};
export type Statistics = {
  counts: Counts;
  turnover: Turnover[];
  months: MonthOfBroadcasts[];
  /** false: the oldest broadcasts are not counted yet. */
  complete: boolean;
};
export type Span = 'day' | 'week';

const DAY = 86_400_000;
const STEPS: Readonly<Record<Span, number>> = { day: 30, week: 26 };
const MONTHS = 12;
/** What becomes of a broadcast is counted anew each time, so a book that sends every hour shows its latest. */
const MOST_BROADCASTS = 300;

const JOINS: ReadonlySet<ConsentEventName> = new Set(['joined', 'approved', 'added', 'imported']);
const LEAVES: ReadonlySet<ConsentEventName> = new Set(['left']);
const FAILED: ReadonlySet<DeliveryStatus> = new Set(['failed', 'undelivered', 'expired']);

/** In this order everywhere. */
export const STATUS_ORDER: readonly MemberStatus[] = [
  'active',
  'pending',
  'paused',
  'asked',
  'unreachable',
  'unsubscribed',
  'refused',
  'banned',
];

export async function bookStatistics(
  bookId: string,
  span: Span,
  timezone: string,
  now: number,
  reads: Reads,
): Promise<Statistics> {
  const steps = calendar(span, timezone, now);
  const from = now - (STEPS[span] + 1) * (span === 'week' ? 7 : 1) * DAY;
  const [counts, times, { results, complete }] = await Promise.all([
    reads.memberCounts(bookId),
    reads.consentTimes(bookId, from, now + DAY),
    reads.broadcastResults(bookId, { from: now - (MONTHS + 1) * 31 * DAY, to: now + DAY, now }, MOST_BROADCASTS),
  ]);
  const turnover = new Map(steps.map((day) => [day, { day, joined: 0, left: 0 }]));
  for (const { event, at, count } of times) {
    const step = turnover.get(stepOf(span, dayOf(timezone, at)));
    if (!step) continue;
    if (JOINS.has(event)) step.joined += count;
    if (LEAVES.has(event)) step.left += count;
  }
  return { counts, turnover: [...turnover.values()], months: monthsOf(results, timezone, now), complete };
}

function monthsOf(results: readonly BroadcastResult[], timezone: string, now: number): MonthOfBroadcasts[] {
  const thisMonth = dayOf(timezone, now).slice(0, 7);
  const [year = 0, month = 1] = thisMonth.split('-').map(Number);
  const months = new Map<string, MonthOfBroadcasts>();
  for (let back = MONTHS - 1; back >= 0; back--) {
    const name = new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7);
    months.set(name, { month: name, broadcasts: 0, delivered: 0, failed: 0, other: 0, parts: 0 });
  }
  const seen = new Set<string>();
  for (const { id, at, status, count, parts } of results) {
    const of = months.get(dayOf(timezone, at).slice(0, 7));
    if (!of) continue;
    if (!seen.has(id)) of.broadcasts += 1;
    seen.add(id);
    if (status === null) continue;
    if (status === 'delivered') of.delivered += count;
    else if (FAILED.has(status)) of.failed += count;
    else of.other += count;
    if (status !== 'cancelled' && status !== 'queued') of.parts += parts;
  }
  return [...months.values()];
}

const days = new Map<string, Intl.DateTimeFormat>();

/** "2026-11-22" on the calendar of an IANA zone. */
function dayOf(timezone: string, at: number): string {
  const format =
    days.get(timezone) ??
    new Intl.DateTimeFormat('sv-SE', { timeZone: timezone, year: 'numeric', month: '2-digit', day: '2-digit' });
  days.set(timezone, format);
  return format.format(at);
}

/** The day itself, or the Monday of its week (ISO 8601). */
function stepOf(span: Span, day: string): string {
  if (span === 'day') return day;
  const at = Date.parse(`${day}T00:00:00Z`);
  const sinceMonday = (new Date(at).getUTCDay() + 6) % 7;
  return new Date(at - sinceMonday * DAY).toISOString().slice(0, 10);
}

function calendar(span: Span, timezone: string, now: number): string[] {
  const last = Date.parse(`${stepOf(span, dayOf(timezone, now))}T00:00:00Z`);
  const step = (span === 'week' ? 7 : 1) * DAY;
  return Array.from({ length: STEPS[span] }, (_, index) =>
    new Date(last - (STEPS[span] - 1 - index) * step).toISOString().slice(0, 10),
  );
}
