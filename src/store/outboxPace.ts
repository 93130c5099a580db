import { sql } from 'drizzle-orm';
import type { Outbox } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { given } from './outboxSql.ts';
import { asNumber } from './statement.ts';

/** An idle number may send what it would have sent in this time at once. */
const BURST_MS = 1000;

type Pacing = Pick<Outbox, 'reservePace' | 'slowDown'>;

/**
 * Sending time of a number. A reservation takes the next free slot and moves it on by what the parts take; so many
 * workers together keep the number's rate.
 */
export const pacingOf = (db: Database, monotonic: () => number = () => performance.now()): Pacing =>
  db.dialect === 'postgres' ? pacingInDatabase(db) : pacingInMemory(monotonic);

/** One worker process: the monotonic clock, and nothing to write. A restart starts with an idle number. */
function pacingInMemory(monotonic: () => number): Pacing {
  const paces = new Map<string, { pacedUntil: number; slowUntil: number }>();
  const of = (numberId: string) => {
    const known = paces.get(numberId) ?? { pacedUntil: -Infinity, slowUntil: -Infinity };
    paces.set(numberId, known);
    return known;
  };
  return {
    async reservePace(numberId, parts, perSecond) {
      const pace = of(numberId);
      const now = monotonic();
      const slot = Math.max(pace.pacedUntil, pace.slowUntil, now - BURST_MS);
      pace.pacedUntil = slot + (parts * 1000) / perSecond;
      return Math.max(0, Math.ceil(slot - now));
    },
    async slowDown(numberId, ms) {
      const pace = of(numberId);
      pace.slowUntil = Math.max(pace.slowUntil, monotonic() + ms);
    },
  };
}

/** A row per number, on the database's clock: it holds across workers and machines. */
function pacingInDatabase(db: Database): Pacing {
  const clock = sql.raw('cast(extract(epoch from clock_timestamp()) * 1000 as double precision)');
  const costMs = sql`cast(${given('costMs')} as double precision)`;
  const reserve = db.statement(
    sql`insert into paces as p (number_id, paced_until, slow_until)
      values (${given('numberId')}, ${clock} - ${sql.raw(String(BURST_MS))} + ${costMs}, 0)
      on conflict (number_id) do update set
        paced_until = greatest(p.paced_until, p.slow_until, ${clock} - ${sql.raw(String(BURST_MS))}) + ${costMs}
      returning paced_until - ${costMs} - ${clock}`,
    { waitMs: asNumber },
  );
  const slow = db.statement(
    sql`insert into paces as p (number_id, paced_until, slow_until)
      values (${given('numberId')}, 0, ${clock} + cast(${given('ms')} as double precision))
      on conflict (number_id) do update set slow_until = greatest(p.slow_until, excluded.slow_until)`,
  );
  return {
    async reservePace(numberId, parts, perSecond) {
      const { rows } = await db.writeOne(reserve, { numberId, costMs: (parts * 1000) / perSecond });
      return Math.max(0, Math.ceil(rows[0]?.waitMs ?? 0));
    },
    async slowDown(numberId, ms) {
      await db.writeOne(slow, { numberId, ms });
    },
  };
}
