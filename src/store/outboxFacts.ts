import { sql } from 'drizzle-orm';
import type { Book } from '../core/book.ts';
import type { StopScope } from '../core/consent.ts';
import type { Letter } from '../core/delivery.ts';
import type { Locale } from '../core/locale.ts';
import type { MailBook } from '../core/mailCopy.ts';
import type { MemberStatus } from '../core/member.ts';
import type { Claimed, Lane, LaneBroadcast } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { asOneOf, given } from './outboxSql.ts';
import { asText, asTextOrNull } from './statement.ts';

/** A claimed copy before its facts are known; the rest is the lane's. */
export type TakenCopy = Pick<Claimed, 'id' | 'address' | 'attempts' | 'latestAt'> & { memberId: string | null };
/** A claimed reply or notice before its facts are known. */
export type TakenReply = Pick<
  Claimed,
  'id' | 'kind' | 'bookId' | 'address' | 'text' | 'parts' | 'attempts' | 'latestAt'
> & { letter: Letter | null };

/** `address`: the one that the copy goes to; `other`: the member's other one, mail lanes only. */
type Member = {
  id: string;
  address: string;
  name: string;
  status: MemberStatus;
  fields: Fields;
  other: string | null;
};
type Fields = Record<string, string> | null;
type Stop = { address: string; scope: StopScope; scopeId: string };
type Stopped = Pick<Claimed, 'leftBook' | 'stoppedOnNumber' | 'blockedAtProvider'>;

/**
 * What the gate must know about claimed deliveries, in two questions for all of them. They are put together here: asked
 * row by row inside one query, PostgreSQL reads a small table from end to end for every row.
 *
 * A member is looked for under the copy's address: whoever was removed or has another one since is none (status null).
 * Two on one address get one copy, and no name is merged into it. Who has left by phone gets no mail either (B-39); the
 * other way round the member's status says it, so that texts are not asked about a second time.
 */
export function factsOf(db: Database) {
  const stops = db.statement(
    sql`select address, scope, scope_id from stops where ${db.among(sql`address`, 'addresses')}`,
    { address: asText, scope: asOneOf<StopScope>(), scopeId: asText },
  );
  const members = db.statement(
    sql`select id, phone, name, status from members where ${db.among(sql`phone`, 'addresses')} and book_id = ${given('bookId')}`,
    ([id, address, name, status]): Member => ({
      id: id as string,
      address: address as string,
      name: name as string,
      status: status as MemberStatus,
      fields: null,
      other: null,
    }),
  );
  const { fields } = db.tables.members;
  const membersWithFields = db.statement(
    sql`select id, phone, name, status, fields from members where ${db.among(sql`phone`, 'addresses')} and book_id = ${given('bookId')}`,
    { id: asText, address: asText, name: asText, status: asOneOf<MemberStatus>(), fields },
  );
  const membersByMail = db.statement(
    sql`select id, mail, name, status, fields, phone from members where ${db.among(sql`mail`, 'addresses')} and book_id = ${given('bookId')}`,
    { id: asText, address: asText, name: asText, status: asOneOf<MemberStatus>(), fields, other: asTextOrNull },
  );
  /** A second number is no member's own: its copy is its member's, whose status and stops hold for it. */
  const membersBySecond = db.statement(
    sql`select id, other_phone, name, status, fields, phone from members where ${db.among(sql`id`, 'ids')} and book_id = ${given('bookId')}
      and other_phone is not null`,
    { id: asText, address: asText, name: asText, status: asOneOf<MemberStatus>(), fields, other: asTextOrNull },
  );
  const repliedTo = db.statement(sql`select id, mail, book_id from members where ${db.among(sql`mail`, 'addresses')}`, {
    id: asText,
    mail: asText,
    bookId: asText,
  });
  const books = db.statement(
    sql`select id, name, address, locale, reply_to, senders from books where ${db.among(sql`id`, 'ids')}`,
    {
      id: asText,
      name: asText,
      address: asText,
      locale: asOneOf<Locale>(),
      replyTo: asOneOf<Book['replyTo']>(),
      senders: asOneOf<Book['senders']>(),
    },
  );

  /** Of copies by mail: first who they go to, then the stops of all their addresses. */
  async function byMail(broadcast: LaneBroadcast, addresses: readonly string[]): Promise<[Stop[], Member[]]> {
    const found = await db.read(membersByMail, { addresses, bookId: broadcast.bookId });
    const others = found.flatMap(({ other }) => (other === null ? [] : [other]));
    return [await db.read(stops, { addresses: [...addresses, ...others] }), found];
  }
  const byPhone = async (broadcast: LaneBroadcast, addresses: readonly string[]): Promise<[Stop[], Member[]]> => {
    const [stopped, found] = await db.readAll([
      { statement: stops, given: { addresses } },
      { statement: broadcast.tagged ? membersWithFields : members, given: { addresses, bookId: broadcast.bookId } },
    ]);
    return [stopped, broadcast.tagged ? found.map((member) => ({ ...member, other: null })) : (found as Member[])];
  };

  /** Only where a copy's member is not found under its address: a second number, or somebody who is gone. */
  async function secondsOf(bookId: string, missing: readonly TakenCopy[]): Promise<[Stop[], Member[]]> {
    const addresses = new Map(missing.map(({ memberId, address }) => [memberId, address]));
    const found = await db.read(membersBySecond, { ids: [...addresses.keys()], bookId });
    const theirs = found.filter(({ id, address }) => addresses.get(id) === address);
    const own = theirs.flatMap(({ other }) => (other === null ? [] : [other]));
    return [own.length === 0 ? [] : await db.read(stops, { addresses: own }), theirs];
  }

  /** Whose links replies by mail carry, and which book they come from. */
  async function mailsOf(rows: readonly TakenReply[]) {
    const ids = [...new Set(rows.flatMap(({ bookId }) => (bookId === null ? [] : [bookId])))];
    const [found, known] = await db.readAll([
      { statement: repliedTo, given: { addresses: rows.map((row) => row.address) } },
      { statement: books, given: { ids } },
    ]);
    const memberOf = new Map(found.map((member) => [`${member.bookId} ${member.mail}`, member.id]));
    const bookOf = new Map<string, MailBook>(known.map((book) => [book.id, book]));
    return (bookId: string | null, address: string, letter: Letter | null) => ({
      memberId: bookId === null ? null : (memberOf.get(`${bookId} ${address}`) ?? null),
      book: bookId === null ? null : (bookOf.get(bookId) ?? null),
      letter,
    });
  }

  return {
    async ofCopies(lane: Lane, broadcast: LaneBroadcast, rows: readonly TakenCopy[]): Promise<Claimed[]> {
      const addresses = rows.map((row) => row.address);
      const mailed = lane.mail !== null;
      const [stopped, found] = await (mailed ? byMail : byPhone)(broadcast, addresses);
      const byId = new Map<string, Member>();
      const onAddress = new Map<string, number>();
      for (const member of found) {
        byId.set(member.id, member);
        onAddress.set(member.address, (onAddress.get(member.address) ?? 0) + 1);
      }
      const missing = rows.filter(({ memberId }) => memberId !== null && !byId.has(memberId));
      if (!mailed && missing.length > 0) {
        const [theirStops, seconds] = await secondsOf(broadcast.bookId, missing);
        stopped.push(...theirStops);
        for (const member of seconds) byId.set(member.id, member);
      }
      const stopsOf = byAddress(stopped);
      // Property by property, here and below: a rest or a spread of rows takes longer than the claim itself.
      return rows.map(({ id, address, attempts, latestAt, memberId }) => {
        const member = memberId === null ? undefined : byId.get(memberId);
        const { leftBook, stoppedOnNumber, blockedAtProvider } = stopsFor(stopsOf, lane, broadcast.bookId, address);
        const other = member === undefined || member.other === null ? undefined : stopsOf.get(member.other);
        return {
          id,
          kind: 'copy',
          bookId: broadcast.bookId,
          broadcastId: broadcast.id,
          address,
          text: null,
          parts: broadcast.parts,
          attempts,
          latestAt,
          memberName: member === undefined || (onAddress.get(address) ?? 0) > 1 ? null : member.name,
          memberFields: member === undefined || (onAddress.get(address) ?? 0) > 1 ? null : member.fields,
          memberStatus: member === undefined ? null : member.status,
          leftBook: leftBook || (other !== undefined && leftBookOf(other, broadcast.bookId)),
          stoppedOnNumber,
          blockedAtProvider,
          mail: mailed ? { memberId: member === undefined ? null : member.id, book: null, letter: null } : null,
        };
      });
    },

    async ofReplies(lane: Lane, rows: readonly TakenReply[]): Promise<Claimed[]> {
      const stopped = await db.read(stops, { addresses: rows.map((row) => row.address) });
      const stopsOf = byAddress(stopped);
      const mailOf = lane.mail === null ? () => null : await mailsOf(rows);
      return rows.map(({ id, kind, bookId, address, text, parts, attempts, latestAt, letter }) => {
        const { leftBook, stoppedOnNumber, blockedAtProvider } = stopsFor(stopsOf, lane, bookId, address);
        return {
          id,
          kind,
          bookId,
          broadcastId: null,
          address,
          text,
          parts,
          attempts,
          latestAt,
          memberName: null,
          memberFields: null,
          memberStatus: null,
          leftBook,
          stoppedOnNumber,
          blockedAtProvider,
          mail: mailOf(bookId, address, letter),
        };
      });
    },
  };
}

function byAddress(stopped: readonly Stop[]): ReadonlyMap<string, Stop[]> {
  const found = new Map<string, Stop[]>();
  for (const stop of stopped) {
    const known = found.get(stop.address);
    if (known) known.push(stop);
    else found.set(stop.address, [stop]);
  }
  return found;
}

const leftBookOf = (stops: readonly Stop[], bookId: string): boolean =>
  stops.some((stop) => stop.scope === 'book' && stop.scopeId === bookId);

const NONE: Stopped = { leftBook: false, stoppedOnNumber: false, blockedAtProvider: false };

function stopsFor(stopsOf: ReadonlyMap<string, Stop[]>, lane: Lane, bookId: string | null, address: string): Stopped {
  const own = stopsOf.get(address);
  if (own === undefined) return NONE;
  const has = (scope: StopScope, scopeId: string) =>
    own.some((stop) => stop.scope === scope && stop.scopeId === scopeId);
  return {
    leftBook: bookId !== null && has('book', bookId),
    stoppedOnNumber: has('number', lane.numberId),
    blockedAtProvider: has('provider', lane.numberId),
  };
}
