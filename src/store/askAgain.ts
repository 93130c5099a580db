import { sql } from 'drizzle-orm';
import { PRIORITY } from '../core/delivery.ts';
import type { Database } from './database.ts';
import { given, mailLineOf, number } from './outboxSql.ts';

/** Whoever has not answered a roll call, asked another way (ports/store.ts, `askAgain`); stops hold as in the fan-out. */
export function askAgainOf(db: Database) {
  const line = mailLineOf('b');
  const copies = (address: 'mail' | 'other_phone') => {
    const column = sql.raw(`m.${address}`);
    const phone = address === 'other_phone';
    const scopes = phone
      ? sql`s.scope_id = b.book_id or s.scope_id = b.number_id`
      : sql`s.scope_id = b.book_id or s.scope_id = ${line}`;
    return db.statement(
      sql`insert into deliveries (kind, organisation_id, number_id, book_id, broadcast_id, member_id, address, parts, priority,
        status, due_at, latest_at, attempts, created_at)
      select 'copy', b.organisation_id, ${phone ? sql.raw('b.number_id') : line}, b.book_id, b.id, m.id, ${column},
        ${phone ? sql.raw('b.parts') : sql.raw('0')}, ${sql.raw(String(PRIORITY.copy))},
        'queued', ${number('at')}, b.latest_at, 0, ${number('at')}
      from broadcasts b join members m on m.book_id = b.book_id
      where b.id = ${given('broadcastId')} and m.status = 'active' and m.created_at <= ${given('startedAt')}
        and ${column} is not null and ${column} <> b.writer ${phone ? sql`` : sql`and m.via = 'sms'`}
        and not exists (select 1 from roll_answers a where a.roll_call_id = ${given('rollCallId')} and a.member_id = m.id)
        and not exists (select 1 from stops s where s.address = ${column} and (${scopes}))
        and not exists (select 1 from deliveries d where d.broadcast_id is not null and d.broadcast_id = ${given('first')}
          and d.address = ${column})
      order by m.id
      on conflict do nothing`,
    );
  };
  return { mail: copies('mail'), otherPhone: copies('other_phone') };
}
