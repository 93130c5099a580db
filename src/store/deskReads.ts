import { and, desc, eq, getTableColumns, lt, or, type SQL, sql } from 'drizzle-orm';
import type { DeliveryStatus } from '../core/delivery.ts';
import type { Before, BroadcastResult, DeskReads } from '../ports/deskReads.ts';
import { breath } from './breath.ts';
import type { Database } from './database.ts';
import { asOneOf, given } from './outboxSql.ts';
import { asNumber, asText, asTextOrNull, type Given } from './statement.ts';
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
  /**
   * Joining by any text (B-9) carries words to the functionaries too. Word for word the condition of the index
   * `inbounds_inbox`: neither planner uses it otherwise.
   */
  const inInbox = sql`(kind in ('forwarded', 'told', 'auto_reply', 'stored', 'reaction') or rule = 'B-9')`;
  const page = db.statement(
    db.build
      .select()
      .from(inbounds)
      .where(and(eq(inbounds.bookId, p('bookId')), inInbox, sql`kind <> 'reaction'`, earlier(inbounds)))
      .orderBy(desc(inbounds.at), desc(inbounds.id))
      .limit(p('limit')),
    getTableColumns(inbounds),
  );
  const reacted = db.statement(
    db.build
      .select()
      .from(inbounds)
      .where(and(eq(inbounds.bookId, p('bookId')), inInbox, sql`kind = 'reaction' and broadcast_id is not null`))
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
  /** One short walk along the index for each book; a list of books would be sorted whole. */
  async function newest(statement: typeof page, bookIds: readonly string[], limit: number, given: Given) {
    const found = await db.readAll(bookIds.map((bookId) => ({ statement, given: { ...given, bookId, limit } })));
    const rows = found.flat();
    rows.sort((a, b) => b.at - a.at || (a.id < b.id ? 1 : -1));
    return rows.slice(0, limit);
  }
  return {
    inboxPage: (bookIds, before, limit) => newest(page, bookIds, limit, givenOf(before)),
    reactions: (bookIds, limit) => newest(reacted, bookIds, limit, {}),
    personalAnswers: async (inboundIds) => (inboundIds.length === 0 ? [] : db.read(answers, { inboundIds })),
    namesOf: async (bookIds, phones) => (phones.length === 0 ? [] : db.read(named, { bookIds, phones })),
  };
}

const WEEK = 7 * 86_400_000;
/** Rows that are counted in one go: a few tens of ms, in which nothing else is answered on SQLite. */
const COUNTED = 5_000;
/** Copies that one look at the statistics counts; what is counted once and settled is kept. */
const MOST_COUNTED = 300_000;
/** Receipts may come for three days (document 6); after that what became of a copy stays. */
const SETTLED = 3 * 86_400_000;
const MOST_KEPT = 20_000;

function statisticsOf(db: Database): Pick<DeskReads, 'consentTimes' | 'broadcastResults'> {
  const { consentEvents, broadcasts } = db.tables;
  const times = db.statement(
    sql`select event, at / ${sql.raw(String(QUARTER))} as quarter, count(*) from consent_events
      where book_id = ${given('bookId')} and at >= ${given('from')} and at < ${given('to')}
      group by event, quarter order by quarter`,
    { event: consentEvents.event, quarter: asNumber, count: asNumber },
  );
  const sent = db.statement(
    sql`select id, created_at, finished_at from broadcasts where book_id = ${given('bookId')}
        and created_at >= ${given('from')} and created_at < ${given('to')}
        and status in ('sending', 'paused', 'sent', 'cancelled') order by created_at desc, id desc limit ${given('limit')}`,
    { id: asText, at: asNumber, finishedAt: broadcasts.finishedAt },
  );
  const some = db.statement(
    sql`select status, count(*), sum(parts), max(address) from (select status, parts, address from deliveries
        where broadcast_id is not null and broadcast_id = ${given('id')} and address > ${given('after')}
        order by address limit ${sql.raw(String(COUNTED))}) page group by status`,
    { status: asOneOf<DeliveryStatus>(), count: asNumber, parts: asNumber, last: asText },
  );
  const kept = new Map<string, BroadcastResult[]>();

  async function countCopies(id: string, at: number): Promise<{ results: BroadcastResult[]; copies: number }> {
    const totals = new Map<DeliveryStatus, BroadcastResult>();
    let copies = 0;
    for (let after = ''; ; ) {
      const rows = await db.read(some, { id, after });
      let read = 0;
      for (const { status, count, parts, last } of rows) {
        const total = totals.get(status) ?? { id, at, status, count: 0, parts: 0 };
        totals.set(status, { ...total, count: total.count + count, parts: total.parts + parts });
        read += count;
        if (last > after) after = last;
      }
      copies += read;
      await breath();
      if (read < COUNTED) break;
    }
    const results = [...totals.values()];
    return { results: results.length > 0 ? results : [{ id, at, status: null, count: 0, parts: 0 }], copies };
  }

  return {
    async consentTimes(bookId, from, to) {
      const found: Awaited<ReturnType<DeskReads['consentTimes']>> = [];
      for (let start = from; start < to; start += WEEK) {
        const rows = await db.read(times, { bookId, from: start, to: Math.min(to, start + WEEK) });
        for (const { event, quarter, count } of rows) found.push({ event, at: quarter * QUARTER, count });
        await breath();
      }
      return found;
    },
    async broadcastResults(bookId, { from, to, now }, limit) {
      const results: BroadcastResult[] = [];
      let counted = 0;
      for (const { id, at, finishedAt } of await db.read(sent, { bookId, from, to, limit })) {
        const known = kept.get(id);
        if (known) {
          results.push(...known);
          continue;
        }
        if (counted >= MOST_COUNTED) return { results, complete: false };
        const one = await countCopies(id, at);
        results.push(...one.results);
        counted += one.copies;
        if (finishedAt !== null && now - finishedAt > SETTLED && kept.size < MOST_KEPT) kept.set(id, one.results);
      }
      return { results, complete: true };
    },
  };
}
