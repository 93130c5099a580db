import { eq, getTableColumns, sql } from 'drizzle-orm';
import type { RollAnswer } from '../core/crisis.ts';
import type { CrisisReads } from '../ports/crisisReads.ts';
import type { Database } from './database.ts';
import { asOneOf, given } from './outboxSql.ts';
import { asNumber, asNumberOrNull, asText, asTextOrNull } from './statement.ts';

/** Reads of the crisis switch (ports/crisisReads.ts says what each promises). */
export function crisisReadsOf(db: Database): CrisisReads {
  const { crisisPins, rollCalls } = db.tables;
  const pinsOf = db.statement(
    db.build
      .select()
      .from(crisisPins)
      .where(eq(crisisPins.address, sql.placeholder('address'))),
    getTableColumns(crisisPins),
  );
  const pinsIn = db.statement(
    sql`select address from crisis_pins where book_id = ${given('bookId')} order by address`,
    {
      address: asText,
    },
  );
  const columns = getTableColumns(rollCalls);
  const all = db.build.select().from(rollCalls);
  const one = db.statement(all.where(eq(rollCalls.id, sql.placeholder('id'))), columns);
  const ofBook = db.statement(
    db.build
      .select()
      .from(rollCalls)
      .where(eq(rollCalls.bookId, sql.placeholder('bookId')))
      .orderBy(sql`started_at desc, id desc`)
      .limit(sql.placeholder('limit')),
    columns,
  );
  // Few are open at any time: the partial index holds them alone.
  const open = db.statement(db.build.select().from(rollCalls).where(sql`ended_at is null`), columns);

  const answered = db.statement(
    sql`select answer, count(*) from roll_answers where roll_call_id = ${given('id')} group by answer`,
    { answer: asOneOf<RollAnswer['answer']>(), count: asNumber },
  );
  const isSilent = sql`m.book_id = ${given('bookId')} and m.status = 'active' and m.created_at <= ${given('startedAt')}
    and not exists (select 1 from roll_answers a where a.roll_call_id = ${given('id')} and a.member_id = m.id)`;
  const silent = db.statement(sql`select count(*) from members m where ${isSilent}`, { count: asNumber });

  const reachable = db.statement(
    sql`select count(*) from members m where ${isSilent} and (m.other_phone is not null or (m.mail is not null and m.via = 'sms'))`,
    { count: asNumber },
  );

  const person = {
    id: asText,
    name: asText,
    phone: asTextOrNull,
    mail: asTextOrNull,
    otherPhone: asTextOrNull,
    answer: { mapFromDriverValue: (value: never) => value as RollAnswer['answer'] },
    text: asText,
    at: asNumberOrNull,
  };
  const found = sql`(${given('name')} = '' or m.name_key like ${given('name')} escape '\\' or m.phone like ${given('digits')}
    or m.other_phone like ${given('digits')})`;
  const paged = sql`limit ${given('limit')} offset ${given('offset')}`;
  const answers = (order: string) =>
    db.statement(
      sql`select m.id, m.name, m.phone, m.mail, m.other_phone, a.answer, a.text, a.at
        from roll_answers a join members m on m.id = a.member_id
        where a.roll_call_id = ${given('id')} and a.answer = ${given('which')} and ${found}
        order by ${sql.raw(order)} ${paged}`,
      person,
    );
  const byTime = answers('a.at, m.id');
  const byName = answers('m.name_key, m.id');
  const unanswered = db.statement(
    sql`select m.id, m.name, m.phone, m.mail, m.other_phone, null, '', null from members m
      where ${isSilent} and ${found} order by m.name_key, m.id ${paged}`,
    person,
  );

  return {
    crisisPinsOf: (address) => db.read(pinsOf, { address }),
    crisisPinsIn: async (bookId) => (await db.read(pinsIn, { bookId })).map(({ address }) => address),
    rollCall: async (id) => (await db.read(one, { id }))[0] ?? null,
    rollCalls: (bookId, limit) => db.read(ofBook, { bookId, limit }),
    async rollCallsDue(kind, now) {
      const calls = await db.read(open, {});
      if (kind === 'over') return calls.filter(({ endsAt }) => endsAt <= now);
      return calls.filter(
        ({ endsAt, remindAt, remindedAt }) =>
          remindedAt === null && remindAt !== null && remindAt <= now && endsAt > now,
      );
    },
    rollReachable: async ({ id, bookId, startedAt }) =>
      (await db.read(reachable, { id, bookId, startedAt }))[0]?.count ?? 0,
    async rollFigures({ id, bookId, startedAt }) {
      const [counts, [rest]] = await db.readAll([
        { statement: answered, given: { id } },
        { statement: silent, given: { id, bookId, startedAt } },
      ]);
      const of = (which: RollAnswer['answer']) => counts.find(({ answer }) => answer === which)?.count ?? 0;
      return { ok: of('ok'), help: of('help'), silent: rest?.count ?? 0 };
    },
    rollPeople({ id, bookId, startedAt }, which, { search, offset, limit }) {
      const digits = search.replace(/\D/g, '').replace(/^0+/, '');
      const asked = {
        id,
        name: search === '' ? '' : `%${search.replace(/[\\%_]/g, '\\$&')}%`,
        // Nothing that any number holds, where no digits were typed.
        digits: digits.length < 2 ? '-' : `%${digits}%`,
        limit,
        offset,
      };
      if (which === 'silent') return db.read(unanswered, { ...asked, bookId, startedAt });
      return db.read(which === 'help' ? byTime : byName, { ...asked, which });
    },
  };
}
