import { sql } from 'drizzle-orm';
import type { StopScope } from '../core/consent.ts';
import type { MemberStatus } from '../core/member.ts';
import type { Claimed, Lane } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { asOneOf, given } from './outboxSql.ts';
import { asText } from './statement.ts';

/** A claimed row before its facts are known. */
export type Taken = Omit<
  Claimed,
  'memberName' | 'memberStatus' | 'leftBook' | 'stoppedOnNumber' | 'blockedAtProvider'
> & {
  memberId: string | null;
};

/**
 * What the gate must know about claimed deliveries, in two questions for all of them. They are put together here: asked
 * row by row inside one query, PostgreSQL reads a small table from end to end for every row.
 *
 * A member is looked for under the copy's phone: whoever was removed or has another number since is none (status null).
 * Two on one phone get one copy, and no name is merged into it.
 */
export function factsOf(db: Database): (lane: Lane, rows: readonly Taken[]) => Promise<Claimed[]> {
  const stops = db.statement(
    sql`select address, scope, scope_id from stops where ${db.among(sql`address`, 'addresses')}`,
    { address: asText, scope: asOneOf<StopScope>(), scopeId: asText },
  );
  const members = db.statement(
    sql`select id, phone, name, status from members where ${db.among(sql`phone`, 'addresses')} and book_id = ${given('bookId')}`,
    { id: asText, phone: asText, name: asText, status: asOneOf<MemberStatus>() },
  );

  return async (lane, rows) => {
    const addresses = rows.map((row) => row.address);
    const askStops = { statement: stops, given: { addresses } };
    const { broadcast } = lane;
    const [stopped, found] =
      broadcast === null
        ? [(await db.readAll([askStops]))[0], []]
        : await db.readAll([askStops, { statement: members, given: { addresses, bookId: broadcast.bookId } }]);

    const stopSet = new Set(stopped.map((stop) => keyOf(stop.scope, stop.scopeId, stop.address)));
    const byId = new Map(found.map((member) => [member.id, member]));
    const onPhone = new Map<string, number>();
    for (const { phone } of found) onPhone.set(phone, (onPhone.get(phone) ?? 0) + 1);

    // Property by property: a rest or a spread of rows from the database takes longer than the claim itself.
    return rows.map((row) => {
      const { address, bookId } = row;
      const member = byId.get(row.memberId ?? '');
      return {
        id: row.id,
        kind: row.kind,
        bookId,
        broadcastId: row.broadcastId,
        address,
        text: row.text,
        parts: row.parts,
        attempts: row.attempts,
        latestAt: row.latestAt,
        memberName: member === undefined || (onPhone.get(address) ?? 0) > 1 ? null : member.name,
        memberStatus: member?.status ?? null,
        leftBook: bookId !== null && stopSet.has(keyOf('book', bookId, address)),
        stoppedOnNumber: stopSet.has(keyOf('number', lane.numberId, address)),
        blockedAtProvider: stopSet.has(keyOf('provider', lane.numberId, address)),
      };
    });
  };
}

const keyOf = (scope: StopScope, scopeId: string, address: string): string => `${scope} ${scopeId} ${address}`;
