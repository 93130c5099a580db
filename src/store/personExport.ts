import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PersonReads, Slice } from '../ports/personReads.ts';
import type { Database } from './database.ts';
import { given } from './outboxSql.ts';
import { replyColumnsOf, sentColumnsOf } from './personColumns.ts';
import { asTextOrNull, type Statement } from './statement.ts';

/** Rows that one look passes over: a few ms, in which SQLite answers nobody else. */
const SLICE = 10_000;

type Everything = Pick<
  PersonReads,
  'textsEverywhere' | 'repliesEverywhere' | 'broadcastsEverywhere' | 'entriesAbout' | 'tracesOf'
>;

/** Reads for "everything about a person": whole tables, in the order of ids, a slice at a time. */
export function everythingOf(db: Database): Everything {
  const t = db.tables;
  const ours = sql`organisation_id = ${given('organisationId')}`;
  const inSlice = sql`id > ${given('after')} and id <= ${given('to')}`;
  const end = (table: string) =>
    db.statement(
      sql`select max(id) from (select id from ${sql.raw(table)} where id > ${given('after')} order by id limit ${sql.raw(String(SLICE))}) slice`,
      { to: asTextOrNull },
    );
  async function slice<R>(ends: Statement<{ to: string | null }>, rows: Statement<R>, given: { after: string }) {
    const [last] = await db.read(ends, { after: given.after });
    const to = last?.to ?? null;
    if (to === null) return { rows: [], next: null };
    return { rows: await db.read(rows, { ...given, to }), next: to } satisfies Slice<R>;
  }

  const textsEnd = end('inbounds');
  const texts = db.statement(
    db.build
      .select()
      .from(t.inbounds)
      .where(sql`${inSlice} and ${ours} and ${db.among(t.inbounds.sender, 'senders')}`)
      .orderBy(t.inbounds.id),
    getTableColumns(t.inbounds),
  );
  const entriesEnd = end('log_entries');
  const holds = db.containsAny(sql`cast(details as text)`, 'ids');
  const entries = db.statement(
    db.build.select().from(t.logEntries).where(sql`${inSlice} and ${ours} and ${holds}`).orderBy(t.logEntries.id),
    getTableColumns(t.logEntries),
  );
  const d = t.deliveries;
  const replyColumns = { ...replyColumnsOf(t), bookId: d.bookId };
  const replies = db.statement(
    db.build
      .select(replyColumns)
      .from(d)
      .where(
        sql`broadcast_id is null and ${db.among(d.address, 'addresses')} and ${ours} and id > cast(${given('after')} as bigint)`,
      )
      .orderBy(d.id)
      .limit(sql.placeholder('limit')),
    replyColumns,
  );
  const b = t.broadcasts;
  const sentColumns = sentColumnsOf(t);
  const sent = db.statement(
    db.build
      .select(sentColumns)
      .from(b)
      .where(sql`id > ${given('after')} and ${ours}`)
      .orderBy(b.id)
      .limit(sql.placeholder('limit')),
    sentColumns,
  );
  const inBooks = (column: SQL = sql`book_id`) => db.among(column, 'bookIds');
  const conversations = db.statement(
    db.build
      .select()
      .from(t.conversations)
      .where(sql`${db.among(sql`sender`, 'addresses')} and ${db.among(sql`number_id`, 'lineIds')}`),
    getTableColumns(t.conversations),
  );
  const joinForms = db.statement(
    db.build
      .select()
      .from(t.joinForms)
      .where(sql`${inBooks()} and (${db.among(sql`phone`, 'addresses')} or ${db.among(sql`mail`, 'addresses')})`),
    getTableColumns(t.joinForms),
  );
  const rollAnswers = db.statement(
    db.build.select().from(t.rollAnswers).where(db.among(sql`member_id`, 'memberIds')),
    getTableColumns(t.rollAnswers),
  );
  const tokens = db.statement(
    db.build
      .select()
      .from(t.tokens)
      .where(sql`${inBooks()} and ${db.among(sql`address`, 'addresses')}`),
    getTableColumns(t.tokens),
  );
  const bounces = db.statement(
    db.build
      .select()
      .from(t.bounces)
      .where(sql`${ours} and ${db.among(sql`address`, 'addresses')}`),
    getTableColumns(t.bounces),
  );

  return {
    textsEverywhere: (organisationId, senders, after) =>
      slice(textsEnd, texts, { organisationId, senders, after } as never),
    entriesAbout: (organisationId, memberIds, after) =>
      slice(entriesEnd, entries, { organisationId, ids: memberIds, after } as never),
    repliesEverywhere: (organisationId, addresses, after, limit) =>
      db.read(replies, { organisationId, addresses, after, limit }),
    broadcastsEverywhere: (organisationId, after, limit) => db.read(sent, { organisationId, after, limit }),
    async tracesOf({ bookIds, lineIds, organisationId }, { addresses, memberIds }) {
      const given = { bookIds, lineIds, organisationId, addresses, memberIds };
      return {
        conversations: await db.read(conversations, given),
        joinForms: await db.read(joinForms, given),
        rollAnswers: await db.read(rollAnswers, given),
        tokens: await db.read(tokens, given),
        bounces: await db.read(bounces, given),
      };
    },
  };
}
