import { sql } from 'drizzle-orm';
import type { StopScope } from '../core/consent.ts';
import type { MemberStatus } from '../core/member.ts';
import type { Claimed, Lane, LaneBroadcast } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { asOneOf, given } from './outboxSql.ts';
import { asText } from './statement.ts';

/** A claimed copy before its facts are known; the rest is the lane's. */
export type TakenCopy = Pick<Claimed, 'id' | 'address' | 'attempts' | 'latestAt'> & { memberId: string | null };
/** A claimed reply or notice before its facts are known. */
export type TakenReply = Pick<
  Claimed,
  'id' | 'kind' | 'bookId' | 'address' | 'text' | 'parts' | 'attempts' | 'latestAt'
>;

type Member = { id: string; phone: string; name: string; status: MemberStatus; fields: Fields };
type Fields = Record<string, string> | null;
type Stop = { address: string; scope: StopScope; scopeId: string };
type Stopped = Pick<Claimed, 'leftBook' | 'stoppedOnNumber' | 'blockedAtProvider'>;

/**
 * What the gate must know about claimed deliveries, in two questions for all of them. They are put together here: asked
 * row by row inside one query, PostgreSQL reads a small table from end to end for every row.
 *
 * A member is looked for under the copy's phone: whoever was removed or has another number since is none (status null).
 * Two on one phone get one copy, and no name is merged into it.
 */
export function factsOf(db: Database) {
  const stops = db.statement(
    sql`select address, scope, scope_id from stops where ${db.among(sql`address`, 'addresses')}`,
    { address: asText, scope: asOneOf<StopScope>(), scopeId: asText },
  );
  const members = db.statement(
    sql`select id, phone, name, status from members where ${db.among(sql`phone`, 'addresses')} and book_id = ${given('bookId')}`,
    ([id, phone, name, status]): Member => ({
      id: id as string,
      phone: phone as string,
      name: name as string,
      status: status as MemberStatus,
      fields: null,
    }),
  );
  const { fields } = db.tables.members;
  const membersWithFields = db.statement(
    sql`select id, phone, name, status, fields from members where ${db.among(sql`phone`, 'addresses')} and book_id = ${given('bookId')}`,
    { id: asText, phone: asText, name: asText, status: asOneOf<MemberStatus>(), fields },
  );

  return {
    async ofCopies(lane: Lane, broadcast: LaneBroadcast, rows: readonly TakenCopy[]): Promise<Claimed[]> {
      const addresses = rows.map((row) => row.address);
      const [stopped, found] = await db.readAll([
        { statement: stops, given: { addresses } },
        { statement: broadcast.tagged ? membersWithFields : members, given: { addresses, bookId: broadcast.bookId } },
      ]);
      const stopsOf = byAddress(stopped);
      const byId = new Map<string, Member>();
      const onPhone = new Map<string, number>();
      for (const member of found) {
        byId.set(member.id, member);
        onPhone.set(member.phone, (onPhone.get(member.phone) ?? 0) + 1);
      }
      // Property by property, here and below: a rest or a spread of rows takes longer than the claim itself.
      return rows.map(({ id, address, attempts, latestAt, memberId }) => {
        const member = memberId === null ? undefined : byId.get(memberId);
        const { leftBook, stoppedOnNumber, blockedAtProvider } = stopsFor(stopsOf, lane, broadcast.bookId, address);
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
          memberName: member === undefined || (onPhone.get(address) ?? 0) > 1 ? null : member.name,
          memberFields: member === undefined || (onPhone.get(address) ?? 0) > 1 ? null : member.fields,
          memberStatus: member === undefined ? null : member.status,
          leftBook,
          stoppedOnNumber,
          blockedAtProvider,
        };
      });
    },

    async ofReplies(lane: Lane, rows: readonly TakenReply[]): Promise<Claimed[]> {
      const stopped = await db.read(stops, { addresses: rows.map((row) => row.address) });
      const stopsOf = byAddress(stopped);
      return rows.map(({ id, kind, bookId, address, text, parts, attempts, latestAt }) => {
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
