import { sql } from 'drizzle-orm';
import type { Outbox } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { given, number } from './outboxSql.ts';

/** Rows a transaction: a broadcast of 100,000 must not hold the event loop. */
const CHUNK = 2000;

/** Due times are wall times; when the wall clock is set back they must go along (F25). */
export function clockOf(db: Database): Pick<Outbox, 'clockSetBack'> {
  // Each with the condition of its own partial index.
  const kinds = ['broadcast_id is not null', 'broadcast_id is null'].map((kind) => sql.raw(kind));
  const dueNow = kinds.map((kind) =>
    db.statement(
      sql`with early as materialized (select id from deliveries where status = 'queued' and ${kind}
          and due_at > ${given('now')} and due_at <= ${given('until')} limit ${sql.raw(String(CHUNK))} ${db.skipLocked})
        update deliveries set due_at = ${given('now')} where id in (select id from early)`,
    ),
  );
  const sooner = kinds.map((kind) =>
    db.statement(
      sql`update deliveries set due_at = due_at - ${number('ms')} where status = 'queued' and ${kind} and due_at > ${given('until')}`,
    ),
  );

  return {
    async clockSetBack(ms, now) {
      const values = { now, ms, until: now + ms };
      let total = 0;
      for (const statement of dueNow) {
        for (let changes = CHUNK; changes === CHUNK; total += changes) {
          changes = (await db.writeOne(statement, values)).changes;
        }
      }
      for (const statement of sooner) {
        const { changes } = await db.writeOne(statement, values);
        total += changes;
      }
      return total;
    },
  };
}
