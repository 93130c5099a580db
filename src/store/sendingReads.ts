import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { DeliveryStatus } from '../core/delivery.ts';
import type { SendingReads } from '../ports/sendingReads.ts';
import type { Database } from './database.ts';
import { asOneOf, given, mailLineOf } from './outboxSql.ts';
import { asNumber, asNumberOrNull, asText, asTextOrNull } from './statement.ts';

const p = (name: string) => sql.placeholder(name);
const MOST_DRAFTS = 200;

type Around = { book: SQL; number: SQL; writer: SQL };
const stopped = (address: 'phone' | 'mail', scopes: SQL): SQL =>
  sql`exists (select 1 from stops s where s.address = ${sql.raw(`m.${address}`)} and (${scopes}))`;

/**
 * Who gets a copy of a broadcast by SMS, for members `m`; the one condition of the count before sending and of the fan-out
 * (B-20, B-37). `book`, `number` and `writer` are columns or values of the statement around it. It reads the index of
 * phones alone, and so knows no mail addresses: for books that have none.
 */
export const reachedBy = ({ book, number, writer }: Around): SQL =>
  sql`m.status = 'active' and m.phone is not null and m.via <> 'mail' and m.phone <> ${writer}
    and not ${stopped('phone', sql`s.scope_id = ${book} or s.scope_id = ${number}`)}`;

/**
 * The same where members have mail addresses. A writer by mail gets no text either, and who has left by one address has
 * left with both (B-39).
 */
export const reachedByPhone = (around: Around): SQL =>
  sql`${reachedBy(around)} and (m.mail is null or (m.mail <> ${around.writer}
    and not ${stopped('mail', sql`s.scope = 'book' and s.scope_id = ${around.book}`)}))`;

/** Who gets a copy by mail. `line`: the organisation's mail line; what a phone's provider blocks does not stop a mail. */
export const reachedByMail = (around: Around & { line: SQL }): SQL =>
  sql`m.status = 'active' and m.mail is not null and m.via <> 'sms' and m.mail <> ${around.writer}
    and not ${stopped('mail', sql`s.scope_id = ${around.book} or s.scope_id = ${around.line}`)}
    and (m.phone is null or (m.phone <> ${around.writer} and not ${stopped(
      'phone',
      sql`s.scope_id = ${around.book} or (s.scope = 'number' and s.scope_id = ${around.number})`,
    )}))`;

/** Reads for composing and for broadcasts (ports/sendingReads.ts says what each promises). */
export function sendingOf(db: Database): SendingReads {
  return { ...reachOf(db), ...runsOf(db), ...wholeMailOf(db), ...draftsOf(db) };
}

function reachOf(db: Database): Pick<SendingReads, 'reached'> {
  const { members } = db.tables;
  const around = { book: given('bookId'), number: given('numberId'), writer: given('writer') };
  const byPhone = reachedByPhone(around);
  const byMail = reachedByMail({
    ...around,
    line: sql`(select ${mailLineOf('k')} from books k where k.id = ${given('bookId')})`,
  });
  const page = db.statement(
    sql`select m.id, case when ${byPhone} then m.phone end, case when ${byMail} then m.mail end, m.name, m.labels, m.fields
      from members m where m.book_id = ${given('bookId')} and ((${byPhone}) or (${byMail}))
        and m.id > ${given('after')} order by m.id limit ${given('limit')}`,
    {
      id: asText,
      phone: asTextOrNull,
      mail: asTextOrNull,
      name: asText,
      labels: members.labels,
      fields: members.fields,
    },
  );
  return {
    reached: (reach, { after, limit }) => db.read(page, { ...reach, after, limit }),
  };
}

function wholeMailOf(db: Database): Pick<SendingReads, 'wholeMail'> {
  const mail = db.statement(sql`select raw_id, text from mails where id = ${given('id')}`, {
    rawId: asText,
    text: asText,
  });
  const { attachments } = db.tables;
  const carried = db.statement(
    sql`select name, type, content from attachments where raw_id = ${given('rawId')} order by no`,
    { name: asText, type: asText, content: attachments.content },
  );
  return {
    async wholeMail(id) {
      const [found] = await db.read(mail, { id });
      if (found === undefined) return null;
      return { text: found.text, attachments: await db.read(carried, { rawId: found.rawId }) };
    },
  };
}

function runsOf(db: Database): Omit<SendingReads, 'reached' | 'wholeMail' | 'draft' | 'drafts'> {
  const { broadcasts } = db.tables;
  const columns = getTableColumns(broadcasts);
  const select = (where: SQL, order: SQL, limit: boolean) => {
    const query = db.build.select().from(broadcasts).where(where).orderBy(order);
    return db.statement(limit ? query.limit(p('limit')) : query, columns);
  };
  const newest = sql`created_at desc, id desc`;
  const ofBook = sql`book_id = ${given('bookId')}`;
  const first = select(ofBook, newest, true);
  const next = select(
    sql`${ofBook} and created_at <= ${given('createdAt')} and (created_at < ${given('createdAt')} or id < ${given('id')})`,
    newest,
    true,
  );
  const open = select(
    sql`${ofBook} and (finished_at is null or (status = 'missed' and created_at > ${given('since')}))`,
    sql`due_at, id`,
    false,
  );

  const ofBroadcast = sql`d.broadcast_id is not null and d.broadcast_id = ${given('broadcastId')}`;
  const minuteOf = (at: SQL) => sql`${at} - ${at} % 60000`;
  const stretches = db.statement(
    sql`select p.status, p.reason, case when p.provider_id is null then null else ${minuteOf(sql`p.claimed_at`)} end,
        ${minuteOf(sql`p.settled_at`)}, count(*), max(p.address)
      from (select d.status, d.reason, d.provider_id, d.claimed_at, d.settled_at, d.address from deliveries d
        where ${ofBroadcast} and d.address > ${given('after')} order by d.address limit ${given('limit')}) p
      group by 1, 2, 3, 4`,
    {
      status: asOneOf<DeliveryStatus>(),
      reason: asTextOrNull,
      handed: asNumberOrNull,
      settled: asNumberOrNull,
      count: asNumber,
      last: asText,
    },
  );
  const copy = {
    id: asNumber,
    address: asText,
    memberId: asTextOrNull,
    name: asText,
    status: asOneOf<DeliveryStatus>(),
    reason: asTextOrNull,
    attempts: asNumber,
    settledAt: asNumberOrNull,
  };
  const copiesWhere = (more: SQL) =>
    db.statement(
      sql`select d.id, d.address, d.member_id, coalesce(m.name, ''), d.status, d.reason, d.attempts, d.settled_at
        from deliveries d left join members m on m.id = d.member_id and (m.phone = d.address or m.mail = d.address)
        where ${ofBroadcast} and d.address > ${given('after')} ${more} order by d.address limit ${given('limit')}`,
      copy,
    );
  const copies = copiesWhere(sql``);
  const copiesIn = copiesWhere(sql`and ${db.among(sql`d.status`, 'statuses')}`);
  return {
    broadcastPage: (bookId, { before, limit }) =>
      before === null ? db.read(first, { bookId, limit }) : db.read(next, { bookId, limit, ...before }),
    broadcastsOpen: (bookId, since) => db.read(open, { bookId, since }),
    async stretches(broadcastId, { after, limit }) {
      const rows = await db.read(stretches, { broadcastId, after, limit });
      let end: string | null = null;
      for (const { last } of rows) if (end === null || last > end) end = last;
      return { stretches: rows.map(({ last, ...stretch }) => stretch), last: end };
    },
    copies: (broadcastId, { after, limit, statuses }) =>
      statuses === undefined
        ? db.read(copies, { broadcastId, after, limit })
        : db.read(copiesIn, { broadcastId, after, limit, statuses }),
  };
}

function draftsOf(db: Database): Pick<SendingReads, 'draft' | 'drafts'> {
  const { drafts } = db.tables;
  const columns = getTableColumns(drafts);
  const one = db.statement(
    db.build
      .select()
      .from(drafts)
      .where(eq(drafts.id, p('id'))),
    columns,
  );
  const some = db.statement(
    db.build
      .select()
      .from(drafts)
      .where(
        and(
          eq(drafts.bookId, p('bookId')),
          sql`(${drafts.kind} = 'template' or ${drafts.userId} = ${given('userId')})`,
        ),
      )
      .orderBy(sql`${drafts.updatedAt} desc`, sql`${drafts.id} desc`)
      .limit(MOST_DRAFTS),
    columns,
  );
  return {
    draft: async (id) => (await db.read(one, { id }))[0] ?? null,
    drafts: (bookId, userId) => db.read(some, { bookId, userId }),
  };
}
