import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Inbound } from '../core/inbound.ts';
import type { PersonLine, PersonReads, StoryEdge } from '../ports/personReads.ts';
import { breath } from './breath.ts';
import type { Database } from './database.ts';
import { GENESIS, headOf } from './ledgerChain.ts';
import { erasable, personFields } from './ledgerPerson.ts';
import { given } from './outboxSql.ts';
import { replyColumnsOf, sentColumnsOf } from './personColumns.ts';
import { everythingOf } from './personExport.ts';
import { asNumber, asNumberOrNull, asText, asTextOrNull } from './statement.ts';

/** Texts of a book that one look passes over: a few ms, in which SQLite answers nobody else. */
const SLICE = 10_000;

/** Both conditions, so that an index on the time is used. */
const before = (at: SQL, id: SQL): SQL =>
  sql`${at} <= ${given('at')} and (${at} < ${given('at')} or ${id} < ${given('upTo')})`;
/** No id comes before the empty one: then only the time counts. */
const edgeOf = ({ at, upTo }: StoryEdge) => (upTo === null ? { at: at + 1, upTo: '' } : { at, upTo });

/** Reads for the pages about one person (ports/personReads.ts says what each promises). */
export function personReadsOf(db: Database): PersonReads {
  return { ...textsOf(db), ...sentOf(db), ...ledgerLinesOf(db), ...standingOf(db), ...everythingOf(db) };
}

function textsOf(db: Database): Pick<PersonReads, 'textsFrom' | 'repliesTo'> {
  const { inbounds, deliveries: d } = db.tables;
  const columns = getTableColumns(inbounds);
  /** Read from the index alone: where a slice ends. */
  const end = db.statement(
    sql`select min(at) from (select at from inbounds where book_id = ${given('bookId')} and at <= ${given('at')}
      and at >= ${given('from')} order by at desc limit ${sql.raw(String(SLICE))}) slice`,
    { at: asNumberOrNull },
  );
  const slice = db.statement(
    db.build
      .select()
      .from(inbounds)
      .where(
        sql`book_id = ${given('bookId')} and at >= ${given('end')} and ${before(sql`at`, sql`id`)} and ${db.among(inbounds.sender, 'senders')}`,
      )
      .orderBy(sql`at desc, id desc`)
      .limit(sql.placeholder('limit')),
    columns,
  );
  const replyColumns = replyColumnsOf(db.tables);
  const replies = db.statement(
    db.build
      .select(replyColumns)
      .from(d)
      .where(
        // Word for word the condition of the index `deliveries_replies`.
        sql`broadcast_id is null and ${db.among(d.address, 'addresses')} and book_id = ${given('bookId')} and created_at <= ${given('at')}
          and (created_at < ${given('at')} or id < ${given('id')})`,
      )
      .orderBy(sql`created_at desc, id desc`)
      .limit(sql.placeholder('limit')),
    replyColumns,
  );
  return {
    async textsFrom(bookId, senders, edge, from, limit) {
      const found: Inbound[] = [];
      for (let at = edge.at, upTo = edge.upTo; senders.length > 0; ) {
        const [last] = await db.read(end, { bookId, at, from });
        if (!last || last.at === null) break;
        const given = { bookId, senders, end: last.at, ...edgeOf({ at, upTo }), limit: limit - found.length };
        found.push(...(await db.read(slice, given)));
        if (found.length >= limit || last.at <= from) break;
        // The rest of that very millisecond has been read with it.
        at = last.at - 1;
        upTo = null;
        await breath();
      }
      return found;
    },
    async repliesTo(bookId, addresses, { at, upTo }, limit) {
      if (addresses.length === 0) return [];
      const id = upTo === null ? Number.MAX_SAFE_INTEGER : Number(upTo);
      return db.read(replies, { bookId, addresses, at, id, limit });
    },
  };
}

function sentOf(db: Database): Pick<PersonReads, 'sentToAll' | 'copiesAt' | 'fannedAt' | 'bouncesFor'> {
  const { broadcasts: b, deliveries: d, bounces } = db.tables;
  const sentColumns = sentColumnsOf(db.tables);
  const sent = db.statement(
    db.build
      .select(sentColumns)
      .from(b)
      .where(
        sql`book_id = ${given('bookId')} and status in ('sending', 'paused', 'sent', 'cancelled', 'missed')
          and due_at >= ${given('from')} and ${before(sql`due_at`, sql`id`)}`,
      )
      .orderBy(sql`due_at desc, id desc`)
      .limit(sql.placeholder('limit')),
    sentColumns,
  );
  const copyColumns = {
    id: d.id,
    broadcastId: d.broadcastId,
    memberId: d.memberId,
    address: d.address,
    status: d.status,
    reason: d.reason,
    attempts: d.attempts,
    dueAt: d.dueAt,
    createdAt: d.createdAt,
    claimedAt: d.claimedAt,
    settledAt: d.settledAt,
    providerId: d.providerId,
    parts: d.parts,
  };
  const copies = db.statement(
    db.build
      .select(copyColumns)
      .from(d)
      .where(
        sql`broadcast_id is not null and ${db.among(d.broadcastId, 'broadcastIds')} and ${db.among(d.address, 'addresses')}`,
      ),
    copyColumns,
  );
  /** The first and last few by address stand for all: pages go by member, which addresses do not follow. */
  const some = (order: 'asc' | 'desc') =>
    sql`select created_at from (select created_at from deliveries where broadcast_id is not null
      and broadcast_id = ${given('id')} order by address ${sql.raw(order)} limit 20) few`;
  const fanned = db.statement(
    sql`select min(created_at), max(created_at) from (${some('asc')} union all ${some('desc')}) times`,
    { from: asNumberOrNull, to: asNumberOrNull },
  );
  const bounced = db.statement(
    sql`select delivery_id, at, code from bounces where ${db.among(bounces.address, 'addresses')}
      and ${db.among(bounces.deliveryId, 'ids')} order by at`,
    { deliveryId: bounces.deliveryId, at: bounces.at, code: bounces.code },
  );
  return {
    sentToAll: (bookId, edge, from, limit) => db.read(sent, { bookId, from, limit, ...edgeOf(edge) }),
    copiesAt: async (broadcastIds, addresses) =>
      broadcastIds.length === 0 || addresses.length === 0 ? [] : db.read(copies, { broadcastIds, addresses }),
    async fannedAt(id) {
      const [row] = await db.read(fanned, { id });
      return row && row.from !== null && row.to !== null ? { from: row.from, to: row.to } : null;
    },
    async bouncesFor(ids, addresses) {
      if (ids.length === 0 || addresses.length === 0) return [];
      const latest = new Map((await db.read(bounced, { ids, addresses })).map((row) => [row.deliveryId, row]));
      return [...latest.values()];
    },
  };
}

function ledgerLinesOf(db: Database): Pick<PersonReads, 'personLines' | 'ledgerHead'> {
  const { consentEvents: e, consentPersons: p } = db.tables;
  const fields = getTableColumns(e);
  const person = getTableColumns(p);
  const columns = { ...fields, ...personFields(db.tables), previous: asTextOrNull };
  const lines = (where: SQL) =>
    db.statement(
      db.build
        .select({
          ...fields,
          person,
          previous: sql`(select x.chain_hash from consent_events x where x.chain_no is not null and x.chain_no = consent_events.chain_no - 1)`,
        })
        .from(e)
        .leftJoin(p, sql`consent_persons.event_id = consent_events.id`)
        .where(
          sql`${db.among(e.addressHash, 'hashes')} and consent_events.organisation_id = ${given('organisationId')} ${where}
            and consent_events.at >= ${given('at')} and (consent_events.at > ${given('at')} or consent_events.id > ${given('id')})`,
        )
        .orderBy(sql`consent_events.at, consent_events.id`)
        .limit(sql.placeholder('limit')),
      columns,
    );
  const all = lines(sql``);
  const ofBook = lines(sql`and (consent_events.book_id = ${given('bookId')} or consent_events.book_id is null)`);
  const head = headOf(db);
  return {
    async personLines(organisationId, hashes, { after, limit, bookId }) {
      if (hashes.length === 0) return [];
      const given = { organisationId, hashes, limit, at: after?.at ?? 0, id: after?.id ?? '' };
      const rows = bookId === undefined ? await db.read(all, given) : await db.read(ofBook, { ...given, bookId });
      return rows.map(erasable).map(({ previous, ...line }): PersonLine => {
        return { ...line, previousHash: line.chainNo === 1 ? GENESIS : previous };
      });
    },
    ledgerHead: async () => (await db.read(head))[0] ?? null,
  };
}

/** Without what people put between the digits of a number. */
const bare = (text: SQL): SQL =>
  [' ', '-', '/', '.', '(', ')', '\u00a0'].reduce(
    (inner, sign) => sql`replace(${inner}, ${sql.raw(`'${sign}'`)}, '')`,
    text,
  );

function standingOf(db: Database): Pick<PersonReads, 'stopsOf' | 'spentOn' | 'uploadsNaming'> {
  const { stops } = db.tables;
  const columns = getTableColumns(stops);
  const all = db.statement(
    db.build.select().from(stops).where(db.among(stops.addressHash, 'hashes')).orderBy(stops.since),
    columns,
  );
  const spent = db.statement(
    sql`select parts from spends where organisation_id = ${given('organisationId')} and day = ${given('day')}`,
    { parts: asNumber },
  );
  const names = (text: SQL): SQL =>
    sql`((${given('digits')} <> '' and ${db.contains(bare(text), 'digits')}) or ${db.containsAny(text, 'words')} or ${db.containsAny(sql`lower(${text})`, 'words')})`;
  const naming = db.statement(
    sql`select u.id from uploads u where ${db.among(sql`u.organisation_id`, 'organisationIds')} and u.status <> 'running'
      and (${names(sql`coalesce(cast(u.report as text), '')`)} or ${names(sql`u.file_name`)}
        or exists (select 1 from upload_pieces p where p.upload_id = u.id and ${names(sql`p.text`)}))`,
    { id: asText },
  );
  return {
    uploadsNaming: async (organisationIds, { digits, words }) =>
      (await db.read(naming, { organisationIds, digits, words })).map(({ id }) => id),
    stopsOf: async (hashes) => (hashes.length === 0 ? [] : db.read(all, { hashes })),
    spentOn: async (organisationId, day) => (await db.read(spent, { organisationId, day }))[0]?.parts ?? 0,
  };
}
