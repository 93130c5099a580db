import type { Broadcast } from '../../core/broadcast.ts';
import type { Inbound } from '../../core/inbound.ts';
import type { Before } from '../../ports/deskReads.ts';
import type { LogEntry, Reads } from '../../ports/store.ts';

/** One line of a book's log: what came in, what went out, what somebody changed. */
export type LogLine =
  | { what: 'inbound'; at: number; id: string; inbound: Inbound }
  | { what: 'broadcast'; at: number; id: string; broadcast: Broadcast }
  | { what: 'entry'; at: number; id: string; entry: LogEntry };

/** A page of all three together, newest first; `next`: where the following one begins, null = there is none. */
export async function bookLog(
  bookId: string,
  before: Before,
  limit: number,
  reads: Reads,
): Promise<{ lines: LogLine[]; next: Before }> {
  const [inbounds, broadcasts, entries] = await Promise.all([
    reads.inboundsPage(bookId, before, limit + 1),
    reads.broadcastsPage(bookId, before, limit + 1),
    reads.entriesPage(bookId, before, limit + 1),
  ]);
  const all: LogLine[] = [
    ...inbounds.map((inbound): LogLine => ({ what: 'inbound', at: inbound.at, id: inbound.id, inbound })),
    ...broadcasts.map(
      (broadcast): LogLine => ({ what: 'broadcast', at: broadcast.createdAt, id: broadcast.id, broadcast }),
    ),
    ...entries.map((entry): LogLine => ({ what: 'entry', at: entry.at, id: entry.id, entry })),
  ];
  all.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
  const page = all.slice(0, limit);
  const last = page.at(-1);
  return { lines: page, next: all.length > limit && last ? { at: last.at, id: last.id } : null };
}
