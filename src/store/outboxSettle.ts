import { type SQL, sql } from 'drizzle-orm';
import type { Outbox, Settlement } from '../ports/outbox.ts';
import { type Database, runAll } from './database.ts';
import { given, listed } from './outboxSql.ts';
import type { Call, Given } from './statement.ts';

type Accepted = Extract<Settlement, { to: 'accepted' }>;
type Ended = Exclude<Settlement, { to: 'queued' | 'accepted' }>;
type Requeued = Extract<Settlement, { to: 'queued' }>;

/** PostgreSQL takes no NUL and no half surrogate pair; a provider's words may hold anything. */
const plain = (text: string): string => (/^[ -~]*$/.test(text) ? text : text.replace(/[\0\p{Cs}]/gu, ''));

/**
 * Settles many claims in one transaction. Only rows that are still claimed by this owner move: where a receipt came
 * first, it knew more, and its state stands.
 */
export function settlingOf(db: Database): Pick<Outbox, 'settle'> {
  const end = forEach(
    db,
    { owner: 'text', id: 'bigint', goal: 'text', provider_id: 'text', reason: 'text', at: 'bigint' },
    (s) => sql`status = ${s('goal')}, provider_id = coalesce(${s('provider_id')}, deliveries.provider_id),
      reason = ${s('reason')}, settled_at = ${s('at')}, owner = null`,
  );

  // Back to the queue, unless the broadcast was cancelled meanwhile or the next try would come too late.
  const isCancelled = sql.raw(
    `exists (select 1 from broadcasts b where b.id = deliveries.broadcast_id and b.status = 'cancelled')`,
  );
  const requeue = forEach(
    db,
    { owner: 'text', id: 'bigint', due_at: 'bigint', uncounted: 'bigint', reason: 'text' },
    (s) => sql`status = case when ${isCancelled} then 'cancelled'
        when ${s('due_at')} > deliveries.latest_at then 'expired' else 'queued' end,
      settled_at = case when ${isCancelled} then ${s('due_at')}
        when ${s('due_at')} > deliveries.latest_at then deliveries.latest_at end,
      due_at = ${s('due_at')}, attempts = deliveries.attempts - ${s('uncounted')}, reason = ${s('reason')}, owner = null`,
  );

  // Nearly all that is settled: half the values of `end`.
  const accept = forEach(
    db,
    { owner: 'text', id: 'bigint', provider_id: 'text', at: 'bigint' },
    (s) =>
      sql`status = 'accepted', provider_id = ${s('provider_id')}, reason = null, settled_at = ${s('at')}, owner = null`,
  );

  const accepted = (owner: string) => (s: Accepted) => ({
    owner,
    id: s.id,
    provider_id: plain(s.providerId),
    at: s.at,
  });
  const ended = (owner: string) => (s: Ended) => ({
    owner,
    id: s.id,
    goal: s.to,
    provider_id: s.providerId === undefined ? null : plain(s.providerId),
    reason: plain(s.reason),
    at: s.at,
  });
  const requeued = (owner: string) => (s: Requeued) => ({
    owner,
    id: s.id,
    due_at: Math.ceil(s.dueAt),
    uncounted: s.countsAsAttempt ? 0 : 1,
    reason: plain(s.reason),
  });

  return {
    async settle(owner, settlements) {
      if (settlements.length === 0) return 0;
      const goods = settlements.filter((s): s is Accepted => s.to === 'accepted').map(accepted(owner));
      const ends = settlements.filter((s): s is Ended => s.to !== 'queued' && s.to !== 'accepted').map(ended(owner));
      const backs = settlements.filter((s): s is Requeued => s.to === 'queued').map(requeued(owner));
      const calls = [...accept(goods), ...end(ends), ...requeue(backs)];
      return await db.write(function* () {
        return (yield* runAll(calls)).reduce((sum, { changes }) => sum + changes, 0);
      });
    },
  };
}

/**
 * `update deliveries set …` for many rows with their own values: one statement over a list on PostgreSQL, where a round
 * trip counts, and one prepared statement a row on SQLite, where taking a list apart costs more than running it (10.4
 * against 6.6 µs of processor time a row).
 */
function forEach(
  db: Database,
  columns: Readonly<Record<string, 'bigint' | 'text'>>,
  set: (value: (column: string) => SQL) => SQL,
): (rows: readonly Given[]) => Call<unknown>[] {
  if (db.dialect === 'sqlite') {
    const one = db.statement(
      sql`update deliveries set ${set(given)} where id = ${given('id')} and owner = ${given('owner')} and status = 'claimed'`,
    );
    return (rows) => rows.map((row) => ({ statement: one, given: row }));
  }
  // The status is asked so that the index on claimed rows does not fit: it would be walked once for each row.
  const all = db.statement(
    sql`update deliveries set ${set((column) => sql.raw(`s.${column}`))} from ${listed(db, 'rows', columns)}
      where deliveries.id = s.id and deliveries.owner = s.owner and coalesce(deliveries.status, '') = 'claimed'`,
  );
  return (rows) => (rows.length === 0 ? [] : [{ statement: all, given: { rows: JSON.stringify(rows) } }]);
}
