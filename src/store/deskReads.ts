import { and, desc, eq, getTableColumns, lt, or, type SQL, sql } from 'drizzle-orm';
import type { DeliveryStatus } from '../core/delivery.ts';
import type { Before, DeskReads } from '../ports/deskReads.ts';
import type { Database } from './database.ts';
import { asOneOf, given, number } from './outboxSql.ts';
import { type As, asNumber, asText, asTextOrNull } from './statement.ts';
import type { Tables } from './tables.ts';

const p = (name: string) => sql.placeholder(name);
const QUARTER = 900_000;
/** Later than any row; then the first page is a page like the others. */
const END = Number.MAX_SAFE_INTEGER;

/** Reads for the log, the inbox and the statistics (ports/deskReads.ts says what each promises). */
export function deskReadsOf(db: Database): DeskReads {
  return { ...pagesOf(db), ...inboxOf(db), ...statisticsOf(db) };
}

type Timed = { id: Tables['inbounds']['id']; at: Tables['inbounds']['at'] };

/** null: a broadcast without copies (yet). */
const statusOrNull: As<DeliveryStatus | null> = { mapFromDriverValue: (value) => value as DeliveryStatus };

/** Both conditions, so that an index on the time is used: `or` alone would be read from the newest row. */
const earlier = (table: Timed): SQL | undefined =>
  and(sql`${table.at} <= ${given('at')}`, or(lt(table.at, p('at')), sql`${table.id} < ${given('id')}`));
const givenOf = (before: Before) => ({ at: before?.at ?? END, id: before?.id ?? '' });

function pagesOf(
  db: Database,
): Pick<DeskReads, 'inboundById' | 'inboundsPage' | 'broadcastsPage' | 'entriesPage' | 'auditPage'> {
  const { inbounds, broadcasts, logEntries } = db.tables;
  const byId = db.statement(
    db.build
      .select()
      .from(inbounds)
      .where(eq(inbounds.id, p('id'))),
    getTableColumns(inbounds),
  );
  const texts = db.statement(
    db.build
      .select()
      .from(inbounds)
      .where(and(eq(inbounds.bookId, p('bookId')), earlier(inbounds)))
      .orderBy(desc(inbounds.at), desc(inbounds.id))
      .limit(p('limit')),
    getTableColumns(inbounds),
  );
  const sent = db.statement(
    db.build
      .select()
      .from(broadcasts)
      .where(
        and(
          eq(broadcasts.bookId, p('bookId')),
          earlier({ id: broadcasts.id, at: broadcasts.createdAt } as unknown as Timed),
        ),
      )
      .orderBy(desc(broadcasts.createdAt), desc(broadcasts.id))
      .limit(p('limit')),
    getTableColumns(broadcasts),
  );
  const entriesWhere = (whose: SQL) =>
    db.statement(
      db.build
        .select()
        .from(logEntries)
        .where(and(whose, earlier(logEntries as unknown as Timed)))
        .orderBy(desc(logEntries.at), desc(logEntries.id))
        .limit(p('limit')),
      getTableColumns(logEntries),
    );
  const ofBook = entriesWhere(eq(logEntries.bookId, p('bookId')));
  const ofOrganisation = entriesWhere(eq(logEntries.organisationId, p('organisationId')));
  return {
    inboundById: async (id) => (await db.read(byId, { id }))[0] ?? null,
    inboundsPage: (bookId, before, limit) => db.read(texts, { bookId, limit, ...givenOf(before) }),
    broadcastsPage: (bookId, before, limit) => db.read(sent, { bookId, limit, ...givenOf(before) }),
    entriesPage: (bookId, before, limit) => db.read(ofBook, { bookId, limit, ...givenOf(before) }),
    auditPage: (organisationId, before, limit) =>
      db.read(ofOrganisation, { organisationId, limit, ...givenOf(before) }),
  };
}

function inboxOf(db: Database): Pick<DeskReads, 'inboxPage' | 'reactions' | 'personalAnswers' | 'namesOf'> {
  const { inbounds, members } = db.tables;
  /** Joining by any text (B-9) carries words to the functionaries too. */
  const fromOthers = sql`(kind in ('forwarded', 'told', 'auto_reply', 'stored') or (kind = 'join' and rule = 'B-9'))`;
  const page = db.statement(
    db.build
      .select()
      .from(inbounds)
      .where(and(db.among(inbounds.bookId, 'bookIds'), fromOthers, earlier(inbounds)))
      .orderBy(desc(inbounds.at), desc(inbounds.id))
      .limit(p('limit')),
    getTableColumns(inbounds),
  );
  const reacted = db.statement(
    db.build
      .select()
      .from(inbounds)
      .where(and(db.among(inbounds.bookId, 'bookIds'), sql`kind = 'reaction' and broadcast_id is not null`))
      .orderBy(desc(inbounds.at), desc(inbounds.id))
      .limit(p('limit')),
    getTableColumns(inbounds),
  );
  const answers = db.statement(
    sql`select d.inbound_id, d.text, d.status, d.reason, d.created_at, d.once_key from deliveries d
      where d.inbound_id is not null and ${db.among(sql`d.inbound_id`, 'inboundIds')}
        and d.kind = 'answer' and d.once_key like 'desk-answer:%' order by d.id`,
    {
      inboundId: asText,
      text: asText,
      status: asOneOf<DeliveryStatus>(),
      reason: asTextOrNull,
      at: asNumber,
      onceKey: asText,
    },
  );
  const named = db.statement(
    sql`select book_id, phone, name from members where phone is not null and ${db.among(members.phone, 'phones')}
      and ${db.among(members.bookId, 'bookIds')} and name <> '' order by id`,
    { bookId: asText, phone: asText, name: asText },
  );
  return {
    inboxPage: (bookIds, before, limit) => db.read(page, { bookIds, limit, ...givenOf(before) }),
    reactions: (bookIds, limit) => db.read(reacted, { bookIds, limit }),
    personalAnswers: async (inboundIds) => (inboundIds.length === 0 ? [] : db.read(answers, { inboundIds })),
    namesOf: async (bookIds, phones) => (phones.length === 0 ? [] : db.read(named, { bookIds, phones })),
  };
}

function statisticsOf(db: Database): Pick<DeskReads, 'consentTimes' | 'broadcastResults'> {
  const { consentEvents } = db.tables;
  const times = db.statement(
    sql`select event, at / ${sql.raw(String(QUARTER))} as quarter, count(*) from consent_events
      where book_id = ${given('bookId')} and at >= ${given('from')} and at < ${given('to')}
      group by event, quarter order by quarter`,
    { event: consentEvents.event, quarter: asNumber, count: asNumber },
  );
  const results = db.statement(
    sql`with recent as materialized (select id, created_at from broadcasts where book_id = ${given('bookId')}
        and created_at >= ${given('from')} and created_at < ${given('to')}
        and status in ('sending', 'paused', 'sent', 'cancelled') order by created_at desc, id desc limit ${number('limit')})
      select r.id, r.created_at, d.status, count(d.id), coalesce(sum(d.parts), 0) from recent r
        left join deliveries d on d.broadcast_id is not null and d.broadcast_id = r.id
      group by r.id, r.created_at, d.status order by r.created_at desc, r.id desc`,
    {
      id: asText,
      at: asNumber,
      status: statusOrNull,
      count: asNumber,
      parts: asNumber,
    },
  );
  return {
    async consentTimes(bookId, from, to) {
      const rows = await db.read(times, { bookId, from, to });
      return rows.map(({ event, quarter, count }) => ({ event, at: quarter * QUARTER, count }));
    },
    broadcastResults: (bookId, from, to, limit) => db.read(results, { bookId, from, to, limit }),
  };
}
