import type { Broadcast } from '../core/broadcast.ts';
import { nextAllowed } from '../core/quietHours.ts';
import type { Clock, Ids } from '../ports/clock.ts';
import type { Step, Store } from '../ports/store.ts';
import { logStep } from './plan.ts';

/**
 * Pausing, resuming and cancelling a broadcast: by a person, or by the worker's events. `send_now`: one that waits for
 * its time, or that missed its latest time and asks (document 2).
 */
export type BroadcastVerb = 'pause' | 'resume' | 'cancel' | 'send_now';
export type BroadcastRefusal =
  | 'not_found'
  | 'not_running'
  | 'not_paused'
  | 'not_waiting'
  | 'over'
  | 'too_late'
  | 'changed';
export type BroadcastOutcome =
  | { ok: true; broadcast: Broadcast }
  | { ok: false; why: BroadcastRefusal; broadcast: Broadcast | null };

export type BroadcastDeps = { store: Store; clock: Clock; ids: Ids };

/**
 * Acts on one broadcast. `reason` is 'person' or a provider's error code (F9). Cancelling cancels every copy that is not
 * claimed in the same transaction; copies on the wire end as they end.
 */
export async function changeBroadcast(
  id: string,
  verb: BroadcastVerb,
  by: { actor: string; reason: string },
  deps: BroadcastDeps,
): Promise<BroadcastOutcome> {
  // A worker may finish the broadcast between the look and the commit; look again then, a few times.
  for (let attempt = 0; attempt < 5; attempt++) {
    const broadcast = await deps.store.reads.broadcast(id);
    if (!broadcast) return { ok: false, why: 'not_found', broadcast: null };
    const now = deps.clock.now();
    const refused = refusal(broadcast, verb, now);
    if (refused) return { ok: false, why: refused, broadcast };
    const latestAt = verb === 'send_now' ? await latestFrom(broadcast, now, deps.store) : broadcast.latestAt;
    const steps = stepsFor({ ...broadcast, latestAt }, verb, by, now, deps.ids);
    if ((await deps.store.commit(steps)) === 'done')
      return { ok: true, broadcast: (await deps.store.reads.broadcast(id)) ?? broadcast };
  }
  return { ok: false, why: 'changed', broadcast: await deps.store.reads.broadcast(id) };
}

/** A broadcast that goes now has as long from now, or from the end of the book's quiet hours, as the book gives. */
async function latestFrom({ bookId, organisationId }: Broadcast, now: number, { reads }: Store): Promise<number> {
  const [book, organisation] = await Promise.all([reads.bookById(bookId), reads.organisation(organisationId)]);
  if (!book || !organisation) return now;
  return nextAllowed(now, book.quietFrom, book.quietTo, organisation.timezone) + book.latestAfterMs;
}

function refusal(broadcast: Broadcast, verb: BroadcastVerb, now: number): BroadcastRefusal | null {
  const { status } = broadcast;
  if (status === 'sent' || status === 'cancelled' || status === 'expired') return 'over';
  // Missed means asked about: it is sent now, or given up.
  if (verb === 'send_now') return status === 'scheduled' || status === 'missed' ? null : 'not_waiting';
  if (status === 'missed') return verb === 'cancel' ? null : 'over';
  if (verb === 'pause' && status !== 'sending') return 'not_running';
  if (verb === 'resume' && status !== 'paused') return 'not_paused';
  // Its latest time holds through a pause: what is late is not sent, it is asked about.
  if (verb === 'resume' && now > broadcast.latestAt) return 'too_late';
  return null;
}

const EVENTS: Record<BroadcastVerb, string> = {
  pause: 'broadcast_paused',
  resume: 'broadcast_resumed',
  cancel: 'broadcast_cancelled',
  send_now: 'broadcast_started',
};

function stepsFor(
  broadcast: Broadcast,
  verb: BroadcastVerb,
  by: { actor: string; reason: string },
  now: number,
  ids: Ids,
): Step[] {
  const where = { id: broadcast.id, version: broadcast.version };
  const version = broadcast.version + 1;
  const change = (set: Partial<Broadcast>): Step => ({
    change: 'broadcasts',
    where,
    set: { ...set, version },
    none: 'stale',
  });
  const log = logStep(
    broadcast.bookId,
    EVENTS[verb],
    { broadcast: broadcast.id, reason: by.reason },
    { now, ids, organisationId: broadcast.organisationId, actor: by.actor },
  );
  if (verb === 'pause') return [change({ status: 'paused', pausedFor: by.reason }), log];
  if (verb === 'resume') return [change({ status: 'sending', pausedFor: null }), log];
  if (verb === 'send_now') {
    const { latestAt } = broadcast;
    // Of a missed one that was paused on its way, whoever has a copy keeps it; nobody gets two.
    const fanCursor = broadcast.fanCursor ?? '';
    return [change({ status: 'sending', dueAt: now, latestAt, fanCursor, finishedAt: null }), log];
  }
  const waiting = broadcast.status === 'held' || broadcast.status === 'scheduled';
  return [
    change({ status: 'cancelled', fanCursor: null, pausedFor: null, ...(waiting ? { finishedAt: now } : {}) }),
    { cancelBroadcast: { broadcastId: broadcast.id, reason: 'cancelled', at: now } },
    log,
  ];
}
