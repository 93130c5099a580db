import { and, asc, desc, eq, getTableColumns, gt, gte, lt, or, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Counts, DeliveryCounts, Reads } from '../ports/store.ts';
import { accountsOf } from './accountReads.ts';
import { crisisReadsOf } from './crisisReads.ts';
import type { Database } from './database.ts';
import { deskReadsOf } from './deskReads.ts';
import { directoryOf } from './directory.ts';
import { joinReadsOf } from './joinReads.ts';
import { mailDeskReadsOf } from './mailDeskReads.ts';
import { mailReadsOf } from './mailReads.ts';
import { memberReadsOf } from './memberReads.ts';
import { personReadsOf } from './personReads.ts';
import { sendingOf } from './sendingReads.ts';
import { signInReadsOf } from './signInReads.ts';
import { snapshotOf } from './snapshot.ts';
import { asNumber } from './statement.ts';

const p = (name: string) => sql.placeholder(name);

/** Everything that is read outside of a transaction (ports/store.ts says what each function promises). */
export function readsOf(db: Database): Reads {
  const directory = directoryOf(db);
  return {
    ...accountsOf(db),
    ...signInReadsOf(db),
    ...sendingOf(db),
    ...deskReadsOf(db),
    ...memberReadsOf(db),
    ...personReadsOf(db),
    ...mailDeskReadsOf(db),
    ...crisisReadsOf(db),
    ...joinReadsOf(db),
    ...settingsOf(db),
    ...membersOf(db),
    ...broadcastsOf(db),
    ...logsOf(db),
    ...mailReadsOf(db, directory),
    snapshot: snapshotOf(db, directory),
  };
}

/** `select * from TABLE where … order by … limit …`, compiled once. */
function selecting<T extends PgTable>(db: Database, table: T, where?: SQL, order: SQL[] = [], limit?: string) {
  const base = db.build
    .select()
    .from(table as never)
    .where(where)
    .orderBy(...order);
  return db.statement(limit === undefined ? base : base.limit(p(limit)), getTableColumns(table) as T['_']['columns']);
}

/** The first row, or null. */
const one = async <R>(rows: Promise<R[]>): Promise<R | null> => (await rows)[0] ?? null;

function settingsOf(db: Database) {
  const t = db.tables;
  const installation = selecting(db, t.installation);
  const organisations = selecting(db, t.organisations, undefined, [asc(t.organisations.id)]);
  const organisation = selecting(db, t.organisations, eq(t.organisations.id, p('id')));
  const numbers = selecting(db, t.numbers, undefined, [asc(t.numbers.id)]);
  const books = selecting(db, t.books, undefined, [asc(t.books.id)]);
  const book = selecting(db, t.books, eq(t.books.address, p('address')));
  const bookById = selecting(db, t.books, eq(t.books.id, p('id')));
  const writers = selecting(db, t.writers, eq(t.writers.bookId, p('bookId')), [asc(t.writers.address)]);
  const functionaries = selecting(db, t.functionaries, eq(t.functionaries.bookId, p('bookId')), [
    asc(t.functionaries.address),
  ]);
  const users = selecting(db, t.users, eq(t.users.organisationId, p('organisationId')), [asc(t.users.id)]);
  const accesses = selecting(db, t.accesses, eq(t.accesses.userId, p('userId')), [asc(t.accesses.bookId)]);
  return {
    installation: () => one(db.read(installation)),
    organisations: () => db.read(organisations),
    organisation: (id: string) => one(db.read(organisation, { id })),
    numbers: () => db.read(numbers),
    books: () => db.read(books),
    book: (address: string) => one(db.read(book, { address })),
    bookById: (id: string) => one(db.read(bookById, { id })),
    writers: async (bookId: string) => (await db.read(writers, { bookId })).map(({ address }) => address),
    functionaries: async (bookId: string) => (await db.read(functionaries, { bookId })).map(({ address }) => address),
    users: (organisationId: string) => db.read(users, { organisationId }),
    accesses: async (userId: string) => (await db.read(accesses, { userId })).map(({ bookId }) => bookId),
  } satisfies Partial<Reads>;
}

function membersOf(db: Database) {
  const { members, stops } = db.tables;
  const counts = db.statement(
    // Grouping 100,000 active rows costs three times as much as counting them; the others are few and found by name.
    sql`select 'active', count(*) from members where book_id = ${p('bookId')} and status = 'active'
      union all select status, count(*) from members where book_id = ${p('bookId')} and status in
        ('pending', 'asked', 'unsubscribed', 'refused', 'banned', 'paused', 'unreachable') group by status`,
    { status: members.status, count: asNumber },
  );
  const after = and(eq(members.bookId, p('bookId')), gt(members.id, p('after')));
  const page = selecting(db, members, after, [asc(members.id)], 'limit');
  const pageIn = selecting(db, members, and(after, db.among(members.status, 'statuses')), [asc(members.id)], 'limit');
  /** Two statements, not an `or`: each is then a probe of its own index. */
  const byPhone = selecting(db, members, and(db.among(members.phone, 'addresses'), eq(members.bookId, p('bookId'))));
  const byMail = selecting(db, members, and(db.among(members.mail, 'addresses'), eq(members.bookId, p('bookId'))));
  const everywhere = selecting(db, members, or(eq(members.phone, p('address')), eq(members.mail, p('address'))), [
    asc(members.id),
  ]);
  const asked = selecting(
    db,
    members,
    and(
      sql`${members.status} in ('asked', 'paused') and ${members.status} = 'asked'`,
      // B-48: on an exempted list the clock settles nothing, and its rows must not fill the page.
      sql`${members.bookId} in (select id from books where leaving = 'free')`,
      lt(members.since, p('before')),
    ),
    [asc(members.since)],
    'limit',
  );
  const paused = selecting(
    db,
    members,
    and(
      sql`${members.status} in ('asked', 'paused') and ${members.status} = 'paused'`,
      sql`${members.pausedUntil} is not null`,
      lt(members.pausedUntil, p('before')),
    ),
    [asc(members.pausedUntil)],
    'limit',
  );
  const stopsBy = selecting(
    db,
    stops,
    and(db.among(stops.addressHash, 'hashes'), eq(stops.scope, p('scope')), eq(stops.scopeId, p('scopeId'))),
  );
  return {
    async memberCounts(bookId: string): Promise<Counts> {
      return Object.fromEntries(
        (await db.read(counts, { bookId }))
          .filter(({ count }) => count > 0)
          .map(({ status, count }) => [status, count]),
      );
    },
    members: (bookId, { after, limit, statuses }) =>
      statuses === undefined
        ? db.read(page, { bookId, after, limit })
        : db.read(pageIn, { bookId, after, limit, statuses }),
    async membersByAddress(bookId, addresses) {
      const [phones, mails] = await db.readAll([
        { statement: byPhone, given: { bookId, addresses } },
        { statement: byMail, given: { bookId, addresses } },
      ]);
      const rows = new Map([...phones, ...mails].map((row) => [row.id, row]));
      return [...rows.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
    membersEverywhere: (address) => db.read(everywhere, { address }),
    membersDue: (kind, before, limit) => db.read(kind === 'asked' ? asked : paused, { before, limit }),
    stops: (scope, scopeId, hashes) => db.read(stopsBy, { scope, scopeId, hashes }),
  } satisfies Partial<Reads>;
}

function broadcastsOf(db: Database) {
  const { broadcasts, deliveries } = db.tables;
  const broadcast = selecting(db, broadcasts, eq(broadcasts.id, p('id')));
  const ofBook = selecting(db, broadcasts, eq(broadcasts.bookId, p('bookId')), [desc(broadcasts.createdAt)], 'limit');
  /** Held, scheduled and running ones are all unfinished: few rows, in a partial index. */
  const unfinished = sql`finished_at is null`;
  const due = {
    held: selecting(db, broadcasts, and(unfinished, sql`status = 'held'`, lt(broadcasts.createdAt, p('before')))),
    scheduled: selecting(db, broadcasts, and(unfinished, sql`status = 'scheduled'`, lt(broadcasts.dueAt, p('before')))),
    unfinished: selecting(db, broadcasts, and(unfinished, sql`status in ('sending', 'paused')`)),
  };
  const counts = db.statement(
    sql`select status, count(*) from deliveries where broadcast_id is not null and broadcast_id = ${p('broadcastId')}
      group by status`,
    { status: deliveries.status, count: asNumber },
  );
  const failed = db.statement(
    sql`select count(*) from deliveries where broadcast_id is not null and broadcast_id = ${p('broadcastId')}
      and reason = ${p('reason')}`,
    { count: asNumber },
  );
  const ofInbound = selecting(
    db,
    deliveries,
    and(sql`inbound_id is not null`, eq(deliveries.inboundId, p('inboundId'))),
    [asc(deliveries.id)],
  );
  return {
    broadcast: (id) => one(db.read(broadcast, { id })),
    broadcasts: (bookId, limit) => db.read(ofBook, { bookId, limit }),
    broadcastsDue: (kind, before) => db.read(due[kind], { before }),
    async deliveryCounts(broadcastId: string): Promise<DeliveryCounts> {
      return Object.fromEntries((await db.read(counts, { broadcastId })).map(({ status, count }) => [status, count]));
    },
    failedFor: async (broadcastId, reason) => (await db.read(failed, { broadcastId, reason }))[0]?.count ?? 0,
    deliveriesOf: (inboundId) => db.read(ofInbound, { inboundId }),
  } satisfies Partial<Reads>;
}

function logsOf(db: Database) {
  const { inbounds, logEntries, conversations, consentEvents } = db.tables;
  const inbound = selecting(
    db,
    inbounds,
    and(eq(inbounds.numberId, p('numberId')), eq(inbounds.providerId, p('providerId'))),
  );
  const texts = selecting(
    db,
    inbounds,
    eq(inbounds.bookId, p('bookId')),
    [desc(inbounds.at), desc(inbounds.id)],
    'limit',
  );
  const entries = selecting(
    db,
    logEntries,
    eq(logEntries.bookId, p('bookId')),
    [desc(logEntries.at), desc(logEntries.id)],
    'limit',
  );
  const conversation = selecting(
    db,
    conversations,
    and(eq(conversations.numberId, p('numberId')), eq(conversations.sender, p('sender'))),
  );
  const leaves = db.statement(
    sql`select book_id, count(*) from consent_events where event in ('left', 'left_all') and book_id is not null
      and ${gte(consentEvents.at, p('from'))} and ${lt(consentEvents.at, p('to'))} group by book_id`,
    { bookId: consentEvents.bookId, count: asNumber },
  );
  return {
    inbound: (numberId, providerId) => one(db.read(inbound, { numberId, providerId })),
    async log(bookId, limit) {
      const given = { bookId, limit };
      const [inboundRows, entryRows] = await db.readAll([
        { statement: texts, given },
        { statement: entries, given },
      ]);
      return { inbounds: inboundRows, entries: entryRows };
    },
    conversation: (numberId, sender) => one(db.read(conversation, { numberId, sender })),
    async leavesBetween(from, to) {
      const rows = await db.read(leaves, { from, to });
      return rows.map(({ bookId, count }) => ({ bookId: bookId as string, count }));
    },
  } satisfies Partial<Reads>;
}
