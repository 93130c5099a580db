import { sql } from 'drizzle-orm';
import type { Outbox } from '../ports/outbox.ts';
import { type Database, run } from './database.ts';
import { given, number } from './outboxSql.ts';
import { asNumber } from './statement.ts';

/** The cost cap (F35): the row of an organisation and day is locked while it is read and raised, so nothing overshoots. */
export function spendingOf(db: Database): Pick<Outbox, 'reserveSpend' | 'returnSpend'> {
  const day = sql`organisation_id = ${given('organisationId')} and day = ${given('day')}`;
  const open = db.statement(
    sql`insert into spends (organisation_id, day, parts) values (${given('organisationId')}, ${given('day')}, 0)
      on conflict (organisation_id, day) do nothing`,
  );
  const look = db.statement(
    sql`select parts from spends where ${day} ${sql.raw(db.dialect === 'postgres' ? 'for update' : '')}`,
    { parts: asNumber },
  );
  const take = db.statement(sql`update spends set parts = parts + ${number('parts')} where ${day}`);
  const giveBack = db.statement(
    sql`update spends set parts = case when parts > ${number('parts')} then parts - ${number('parts')} else 0 end where ${day}`,
  );

  return {
    reserveSpend: (organisationId, day, parts, cap) =>
      db.write(function* () {
        yield* run(open, { organisationId, day });
        const [spent] = (yield* run(look, { organisationId, day })).rows;
        const got = Math.max(0, Math.min(parts, cap - (spent?.parts ?? 0)));
        if (got > 0) yield* run(take, { organisationId, day, parts: got });
        return got;
      }),
    async returnSpend(organisationId, day, parts) {
      await db.writeOne(giveBack, { organisationId, day, parts });
    },
  };
}
