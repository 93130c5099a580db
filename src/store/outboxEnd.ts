import { sql } from 'drizzle-orm';
import type { Outbox } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { given } from './outboxSql.ts';
import { asText } from './statement.ts';

/** Rows a transaction: a broadcast of 100,000 that expires must not hold the event loop. */
const CHUNK = 2000;

/** How broadcasts end: what is too late expires, and what has nothing left to do is finished. */
export function endingsOf(db: Database): Pick<Outbox, 'expireLate' | 'finish'> {
  const chunk = sql.raw(String(CHUNK));
  const lateBroadcasts = db.statement(
    sql`select b.id from broadcasts b where b.finished_at is null and b.status in ('sending', 'paused') and b.latest_at < ${given('now')}
      and exists (select 1 from deliveries d where d.broadcast_id = b.id and d.status = 'queued')`,
    { id: asText },
  );
  const settleCopies = (status: 'expired' | 'cancelled', reason: string) =>
    db.statement(
      sql`with late as materialized (select d.id from deliveries d where d.broadcast_id = ${given('broadcastId')}
          and d.status = 'queued' limit ${chunk} ${db.skipLocked})
        update deliveries set status = ${sql.raw(`'${status}'`)}, reason = ${sql.raw(`'${reason}'`)}, settled_at = ${given('now')}
        where id in (select id from late)`,
    );
  const expireCopies = settleCopies('expired', 'too_late');
  const cancelCopies = settleCopies('cancelled', 'cancelled');
  const expireReplies = db.statement(
    sql`with late as materialized (select d.id from deliveries d where d.status = 'queued' and d.broadcast_id is null
        and d.latest_at < ${given('now')} limit ${chunk} ${db.skipLocked})
      update deliveries set status = 'expired', reason = 'too_late', settled_at = ${given('now')} where id in (select id from late)`,
  );

  const cancelledBroadcasts = db.statement(
    sql`select b.id from broadcasts b where b.finished_at is null and b.status = 'cancelled'
      and exists (select 1 from deliveries d where d.broadcast_id = b.id and d.status = 'queued')`,
    { id: asText },
  );
  // Paused until after its latest time: over as well. If it never reached all its members, that is "missed, ask".
  const finish = db.statement(
    sql`update broadcasts set finished_at = ${given('now')}, version = version + 1,
        status = case when status = 'cancelled' then 'cancelled' when fan_cursor is null then 'sent' else 'missed' end
      where finished_at is null and ((status = 'sending' and fan_cursor is null) or status = 'cancelled'
          or (status = 'paused' and latest_at < ${given('now')}))
        and not exists (select 1 from deliveries d where d.broadcast_id = broadcasts.id and d.status = 'queued')
        and id not in (select coalesce(d.broadcast_id, '') from deliveries d where d.status = 'claimed')
      returning id, book_id`,
    { id: asText, bookId: asText },
  );

  /** Runs a chunked statement to its end, a transaction a chunk; returns how many rows it changed. */
  async function through(
    statement: typeof expireCopies,
    values: { now: number; broadcastId?: string },
  ): Promise<number> {
    let total = 0;
    for (;;) {
      const { changes } = await db.writeOne(statement, values);
      total += changes;
      if (changes < CHUNK) return total;
    }
  }

  return {
    async expireLate(now) {
      const counts: { broadcastId: string | null; count: number }[] = [];
      for (const { id } of await db.read(lateBroadcasts, { now })) {
        counts.push({ broadcastId: id, count: await through(expireCopies, { broadcastId: id, now }) });
      }
      counts.push({ broadcastId: null, count: await through(expireReplies, { now }) });
      return counts.filter(({ count }) => count > 0);
    },

    async finish(now) {
      // A cancelling and a settlement or a fan-out at the same instant can leave a copy queued; nobody will claim it.
      for (const { id } of await db.read(cancelledBroadcasts)) await through(cancelCopies, { broadcastId: id, now });
      const { rows } = await db.writeOne(finish, { now });
      return rows;
    },
  };
}
