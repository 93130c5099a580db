import type { Tally } from '../../ports/sendingReads.ts';
import type { Reads } from '../../ports/store.ts';
import { breath } from '../breath.ts';

/** A minute (ms since the epoch, its start) and what happened in it. */
export type MinuteCount = { minute: number; what: 'handed' | 'delivered' | 'failed'; count: number };
/** How a broadcast goes or went. */
export type Course = { tally: Tally[]; minutes: MinuteCount[] };

const PAGE = 2000;
/** Many may watch one large broadcast: counting takes at most a twentieth of the time. */
const SHARE = 20;
const KEPT = 500;

type Kept = { until: number; course: Promise<Course> };
const keptOf = new WeakMap<Reads, Map<string, Kept>>();

/** Counts in pages, so that a large broadcast holds up nobody; a small one is counted anew each time. */
export function courseOf(reads: Reads, broadcastId: string): Promise<Course> {
  const kept = keptOf.get(reads) ?? new Map<string, Kept>();
  keptOf.set(reads, kept);
  const known = kept.get(broadcastId);
  if (known && performance.now() < known.until) return known.course;
  const begun = performance.now();
  const entry: Kept = { until: Number.POSITIVE_INFINITY, course: count(reads, broadcastId) };
  kept.delete(broadcastId);
  kept.set(broadcastId, entry);
  for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  const settle = (): void => {
    const took = performance.now() - begun;
    entry.until = took < 10 ? 0 : performance.now() + took * SHARE;
  };
  entry.course.then(settle, () => {
    entry.until = 0;
  });
  return entry.course;
}

async function count(reads: Reads, broadcastId: string): Promise<Course> {
  const tally = new Map<string, Tally>();
  const minutes = new Map<string, MinuteCount>();
  const happened = (what: MinuteCount['what'], minute: number | null, count: number): void => {
    if (minute === null) return;
    const known = minutes.get(`${what} ${minute}`);
    if (known) known.count += count;
    else minutes.set(`${what} ${minute}`, { minute, what, count });
  };
  for (let after = ''; ; ) {
    const { stretches, last } = await reads.stretches(broadcastId, { after, limit: PAGE });
    let seen = 0;
    for (const { status, reason, handed, settled, count } of stretches) {
      seen += count;
      const known = tally.get(`${status} ${reason}`);
      if (known) known.count += count;
      else tally.set(`${status} ${reason}`, { status, reason, count });
      happened('handed', handed, count);
      if (status === 'delivered') happened('delivered', settled, count);
      else if (status === 'failed' || status === 'undelivered') happened('failed', settled, count);
    }
    if (last === null || seen < PAGE) break;
    after = last;
    await breath();
  }
  return { tally: [...tally.values()], minutes: [...minutes.values()].sort((a, b) => a.minute - b.minute) };
}
