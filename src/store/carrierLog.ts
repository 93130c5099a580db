import { getTableColumns, sql } from 'drizzle-orm';
import type { CarrierLog } from '../ports/carrierLog.ts';
import { type Database, runAll } from './database.ts';
import { given } from './outboxSql.ts';
import { asNumber, asText } from './statement.ts';

/** The simulated phone network's memory. */
export function carrierLogOf(db: Database): CarrierLog {
  const { carrierMessages } = db.tables;
  const fields = getTableColumns(carrierMessages);
  const append = db.statement(
    sql`insert into carrier_messages (id, direction, sender, receiver, text, delivery_id, status, at)
      values (${given('id')}, ${given('direction')}, ${given('from')}, ${given('to')}, ${given('text')}, ${given('deliveryId')},
        ${given('status')}, ${given('at')})`,
  );
  const setStatus = db.statement(
    sql`update carrier_messages set status = ${given('status')} where id = ${given('id')}`,
  );
  const columns = sql.raw('id, direction, sender, receiver, text, delivery_id, status, at');
  // Each side by its own index, then the newest of both.
  const side = (direction: 'to_phone' | 'to_us', column: 'sender' | 'receiver') =>
    sql`select * from (select ${columns} from carrier_messages where ${sql.raw(`${column} = `)}${given('number')}
      and direction = ${sql.raw(`'${direction}'`)} order by at desc, id desc limit ${given('limit')}) ${sql.raw(direction)}`;
  const ofPhone = db.statement(
    sql`select ${columns} from (${side('to_phone', 'receiver')} union all ${side('to_us', 'sender')}) m
      order by at desc, id desc limit ${given('limit')}`,
    fields,
  );
  const find = db.statement(
    sql`select ${columns} from carrier_messages where receiver = ${given('to')} and sender = ${given('from')}
      and direction = 'to_phone' and at >= ${given('since')} order by at desc, id desc`,
    fields,
  );
  const phones = db.statement(
    sql`select phone, max(at) from (
        select receiver as phone, at from carrier_messages where direction = 'to_phone'
        union all select sender, at from carrier_messages where direction = 'to_us') m
      group by phone order by 2 desc, 1 limit ${given('limit')}`,
    { phone: asText, at: asNumber },
  );
  const pair = sql`sender = ${given('from')} and receiver = ${given('to')}`;
  const blocked = db.statement(sql`select sender from carrier_blocks where ${pair}`, { from: asText });
  const block = db.statement(
    sql`insert into carrier_blocks (sender, receiver) values (${given('from')}, ${given('to')}) on conflict do nothing`,
  );
  const unblock = db.statement(sql`delete from carrier_blocks where ${pair}`);

  const write = async (statement: typeof setStatus, values: Record<string, unknown>): Promise<void> => {
    await db.writeOne(statement, values);
  };

  return {
    async append(messages) {
      if (messages.length === 0) return;
      await db.write(function* () {
        return yield* runAll(messages.map((message) => ({ statement: append, given: message })));
      });
    },
    setStatus: (id, status) => write(setStatus, { id, status }),
    ofPhone: async (number, limit) => (await db.read(ofPhone, { number, limit })).reverse(),
    find: (to, from, since) => db.read(find, { to, from, since }),
    phones: async (limit) => (await db.read(phones, { limit })).map(({ phone }) => phone),
    blocked: async (from, to) => (await db.read(blocked, { from, to })).length > 0,
    setBlocked: (from, to, isBlocked) => write(isBlocked ? block : unblock, { from, to }),
  };
}
