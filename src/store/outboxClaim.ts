import { type SQL, sql } from 'drizzle-orm';
import type { Door } from '../core/broadcast.ts';
import { isTagged } from '../core/copy.ts';
import type { DeliveryKind } from '../core/delivery.ts';
import { isMailLine } from '../core/mail.ts';
import type { ProviderName } from '../core/organisation.ts';
import type { InDoubt, Outbox } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { factsOf, type TakenCopy } from './outboxFacts.ts';
import { asOneOf, given, leaseClock, mailLineOf, number, UNFINISHED } from './outboxSql.ts';
import { asNumber, asNumberOrNull, asText, asTextOrNull, orNull } from './statement.ts';

/** Two people on one phone get one copy, and nobody's name or field is merged into it. */
const onlyOnThisPhone = (column: 'm.name' | 'm.fields') =>
  sql.raw(
    `case when (select count(*) from members o where o.phone = d.address and o.book_id = d.book_id) > 1 then null else ${column} end`,
  );

/**
 * Claims, leases and the clock that they share.
 *
 * The facts for the gate are read after the claim has committed, not with it. A leave that commits before that read is
 * seen here and stops the copy; one that commits after it finds the row claimed (`claimedCopyAge`) and waits with its
 * answer. Read inside the claim they would be older than its commit, and a leave in between would miss both ways (B-36).
 */
export function claimsOf(db: Database): Pick<Outbox, 'claim' | 'takeInDoubt' | 'expireLeases' | 'claimedCopyAge'> {
  const clock = leaseClock(db);
  const claiming = (which: SQL, columns: string) =>
    // Materialized: PostgreSQL could otherwise run the limited selection again for every row and take too many.
    sql`with due as materialized (${which} ${db.skipLocked})
      update deliveries set status = 'claimed', owner = ${given('owner')}, attempts = attempts + 1,
        claimed_at = ${clock}, due_at = ${clock} + ${number('leaseMs')}
      where id in (select id from due) returning ${sql.raw(columns)}`;

  // What all copies of a broadcast have in common is in the lane: with eleven columns a row took a third longer.
  const claimCopies = db.statement(
    claiming(
      sql`select d.id from deliveries d
        where d.broadcast_id = ${given('broadcastId')} and d.number_id = ${given('numberId')} and d.status = 'queued'
          and d.due_at <= ${given('now')}
          and exists (select 1 from broadcasts b where b.id = ${given('broadcastId')} and b.status = 'sending' and b.latest_at >= ${given('now')})
        order by d.due_at, d.id limit ${given('limit')}`,
      'id, member_id, address, attempts, latest_at',
    ),
    ([id, memberId, address, attempts, latestAt]): TakenCopy => ({
      id: Number(id),
      memberId: memberId as string | null,
      address: address as string,
      attempts: Number(attempts),
      latestAt: Number(latestAt),
    }),
  );

  /** `broadcasts`: those whose copies to the same address a confirmation of leaving waits for (B-36). */
  const claimRepliesOf = (broadcasts: string) =>
    db.statement(
      claiming(
        sql`select d.id from deliveries d
        where d.number_id = ${given('numberId')} and d.broadcast_id is null and d.status = 'queued'
          and d.due_at <= ${given('now')} and d.latest_at >= ${given('now')}
          and not (d.kind = 'left' and exists (select 1 from broadcasts b join deliveries c on c.broadcast_id = b.id
            and c.address = d.address and c.status = 'claimed' where ${sql.raw(broadcasts)} and ${UNFINISHED}))
        order by d.priority, d.due_at, d.id limit ${given('limit')}`,
        'id, kind, book_id, address, text, parts, attempts, latest_at, priority, letter',
      ),
      {
        id: asNumber,
        kind: asOneOf<DeliveryKind>(),
        bookId: asTextOrNull,
        address: asText,
        text: asTextOrNull,
        parts: asNumber,
        attempts: asNumber,
        latestAt: asNumber,
        priority: asNumber,
        letter: db.tables.deliveries.letter,
      },
    );
  const claimReplies = claimRepliesOf('b.number_id = d.number_id');
  const claimMailReplies = claimRepliesOf(
    'b.number_id in (select n.id from numbers n where n.organisation_id = d.organisation_id)',
  );

  const facts = factsOf(db);

  const takeOver = db.statement(
    sql`with late as materialized (select d.id from deliveries d where d.status = 'claimed' and d.due_at <= ${clock}
        order by d.due_at limit ${given('limit')} ${db.skipLocked})
      update deliveries set owner = ${given('owner')}, due_at = ${clock} + ${number('leaseMs')}
      where id in (select id from late) returning id`,
    { id: asNumber },
  );
  const doubts = db.statement(
    sql`select d.id, d.number_id, case when n.id is null then coalesce(k.address, '') else coalesce(b.sender, n.e164) end,
        coalesce(n.provider, 'smtp'), d.kind, d.broadcast_id, d.address, d.text, ${onlyOnThisPhone('m.name')}, ${onlyOnThisPhone('m.fields')},
        b.header, b.footer, b.text, b.door, d.claimed_at, d.attempts, d.latest_at
      from deliveries d left join numbers n on n.id = d.number_id left join broadcasts b on b.id = d.broadcast_id
      left join books k on k.id = b.book_id left join members m on m.id = d.member_id where ${db.among(sql`d.id`, 'ids')} order by d.claimed_at, d.id`,
    {
      id: asNumber,
      numberId: asText,
      from: asText,
      provider: asOneOf<ProviderName>(),
      kind: asOneOf<DeliveryKind>(),
      broadcastId: asTextOrNull,
      address: asText,
      text: asTextOrNull,
      memberName: asTextOrNull,
      memberFields: orNull(db.tables.members.fields),
      header: asTextOrNull,
      footer: asTextOrNull,
      broadcastText: asTextOrNull,
      door: asOneOf<Door>(),
      claimedAt: asNumber,
      attempts: asNumber,
      latestAt: asNumber,
    },
  );
  const endLeases = db.statement(
    sql`update deliveries set due_at = ${given('now')} where status = 'claimed' and due_at > ${given('now')}`,
  );

  const newestClaimOf = (broadcasts: SQL) =>
    db.statement(
      sql`select max(d.claimed_at), ${db.dialect === 'postgres' ? clock : sql.raw('null')}
        from broadcasts b join deliveries d on d.broadcast_id = b.id
        where ${broadcasts} and ${UNFINISHED} and d.address = ${given('address')} and d.status = 'claimed'`,
      { claimedAt: asNumberOrNull, clock: asNumberOrNull },
    );
  const newestClaim = newestClaimOf(sql`b.number_id = ${given('numberId')}`);
  const newestMailClaim = newestClaimOf(
    sql`b.number_id in (select n.id from numbers n where ${mailLineOf('n')} = ${given('numberId')})`,
  );
  // SQLite: the caller's time at the last claim, carried on by the monotonic clock. A predecessor's claims are old.
  let lastClaim = { now: performance.timeOrigin, at: 0 };

  return {
    async claim(lane, owner, limit, now, leaseMs) {
      lastClaim = { now, at: performance.now() };
      const { broadcast } = lane;
      if (broadcast === null) {
        const { rows } = await db.writeOne(lane.mail === null ? claimReplies : claimMailReplies, {
          owner,
          limit,
          now,
          leaseMs,
          numberId: lane.numberId,
        });
        if (rows.length === 0) return [];
        rows.sort((a, b) => a.priority - b.priority || a.id - b.id);
        return await facts.ofReplies(lane, rows);
      }
      const { rows } = await db.writeOne(claimCopies, {
        owner,
        limit,
        now,
        leaseMs,
        broadcastId: broadcast.id,
        numberId: lane.numberId,
      });
      if (rows.length === 0) return [];
      rows.sort((a, b) => a.id - b.id);
      return await facts.ofCopies(lane, broadcast, rows);
    },

    async takeInDoubt(owner, limit, now, leaseMs) {
      const { rows } = await db.writeOne(takeOver, { owner, limit, now, leaseMs });
      if (rows.length === 0) return [];
      const found = await db.read(doubts, { ids: rows.map((row) => row.id) });
      return found.map(({ door, ...row }): InDoubt => ({ ...row, tagged: isTagged(door, row.broadcastText ?? '') }));
    },

    async expireLeases(now) {
      // On PostgreSQL other workers may be alive and dialling; their leases run out by themselves.
      if (db.dialect === 'postgres') return 0;
      const { changes } = await db.writeOne(endLeases, { now });
      return changes;
    },

    async claimedCopyAge(numberId, address) {
      const [newest] = await db.read(isMailLine(numberId) ? newestMailClaim : newestClaim, { numberId, address });
      if (newest === undefined || newest.claimedAt === null) return null;
      const now = newest.clock ?? lastClaim.now + performance.now() - lastClaim.at;
      return Math.max(0, now - newest.claimedAt);
    },
  };
}
