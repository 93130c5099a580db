import { sql } from 'drizzle-orm';
import type { Outbox, Settlement } from '../ports/outbox.ts';
import { type Database, run } from './database.ts';
import { given, listed } from './outboxSql.ts';

type Ended = Exclude<Settlement, { to: 'queued' }>;
type Requeued = Extract<Settlement, { to: 'queued' }>;

/** Neither database takes a NUL or half a surrogate pair out of JSON; a provider's words may hold anything. */
const plain = (text: string): string => text.replace(/[\0\p{Cs}]/gu, '');

/**
 * Settles many claims in one transaction. Only rows that are still claimed by this owner move: where a receipt came
 * first, it knew more, and its state stands.
 */
export function settlingOf(db: Database): Pick<Outbox, 'settle'> {
  const end = db.statement(
    sql`update deliveries set status = s.goal, provider_id = coalesce(s.provider_id, deliveries.provider_id),
        reason = s.reason, settled_at = s.at, owner = null
      from ${listed(db, 'rows', { id: 'bigint', goal: 'text', provider_id: 'text', reason: 'text', at: 'bigint' })}
      where deliveries.id = s.id and deliveries.owner = ${given('owner')} and deliveries.status = 'claimed'`,
  );

  // Back to the queue, unless the broadcast was cancelled meanwhile or the next try would come too late.
  const isCancelled = sql.raw(
    `exists (select 1 from broadcasts b where b.id = deliveries.broadcast_id and b.status = 'cancelled')`,
  );
  const requeue = db.statement(
    sql`update deliveries set
        status = case when ${isCancelled} then 'cancelled' when s.due_at > deliveries.latest_at then 'expired' else 'queued' end,
        settled_at = case when ${isCancelled} then s.due_at when s.due_at > deliveries.latest_at then deliveries.latest_at end,
        due_at = s.due_at, attempts = deliveries.attempts - s.uncounted, reason = s.reason, owner = null
      from ${listed(db, 'rows', { id: 'bigint', due_at: 'bigint', uncounted: 'bigint', reason: 'text' })}
      where deliveries.id = s.id and deliveries.owner = ${given('owner')} and deliveries.status = 'claimed'`,
  );

  const ended = (s: Ended) => ({
    id: s.id,
    goal: s.to,
    provider_id: s.providerId === undefined ? null : plain(s.providerId),
    reason: s.to === 'accepted' ? null : plain(s.reason),
    at: s.at,
  });
  const requeued = (s: Requeued) => ({
    id: s.id,
    due_at: Math.ceil(s.dueAt),
    uncounted: s.countsAsAttempt ? 0 : 1,
    reason: plain(s.reason),
  });

  return {
    async settle(owner, settlements) {
      const ends = JSON.stringify(settlements.filter((s): s is Ended => s.to !== 'queued').map(ended));
      const backs = JSON.stringify(settlements.filter((s): s is Requeued => s.to === 'queued').map(requeued));
      if (settlements.length === 0) return 0;
      return await db.write(function* () {
        let settled = 0;
        if (ends !== '[]') settled += (yield* run(end, { owner, rows: ends })).changes;
        if (backs !== '[]') settled += (yield* run(requeue, { owner, rows: backs })).changes;
        return settled;
      });
    },
  };
}
