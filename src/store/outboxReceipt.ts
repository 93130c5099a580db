import { sql } from 'drizzle-orm';
import type { DeliveryStatus } from '../core/delivery.ts';
import type { Outbox, Receipt } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { asOneOf, given } from './outboxSql.ts';
import { asNumber, asTextOrNull } from './statement.ts';

type Known = { status: DeliveryStatus; providerId: string | null; attempts: number };

/** How far the provider's word has brought a delivery; 3 is final. */
const PROVIDER_RANK: Partial<Record<DeliveryStatus, number>> = {
  accepted: 1,
  sent: 2,
  delivered: 3,
  undelivered: 3,
  failed: 3,
};

/**
 * What a receipt means for a delivery (F12: receipts come shuffled, doubled, and before the answer to the request).
 * - A receipt with another provider id than the row's is about something else.
 * - Dialled and unanswered by the provider, whatever we have made of it since (waiting for another try, uncertain, even
 *   cancelled or expired before that try): the receipt proves that it was accepted, so the receipt is the truth.
 * - The row carries an id but is queued or claimed: it failed for good and is being tried anew. The old id says nothing
 *   more; a new one on a claimed row is the new attempt's, ahead of the answer.
 */
export function afterReceipt(row: Known, receipt: Pick<Receipt, 'providerId' | 'status'>): 'move' | 'kept' | 'unknown' {
  const rank = PROVIDER_RANK[row.status];
  const same = row.providerId === receipt.providerId;
  if (row.providerId === null) {
    if (row.attempts === 0) return 'unknown';
    return rank === undefined ? 'move' : 'kept';
  }
  if (rank === undefined) {
    if (row.status === 'claimed') return same ? 'kept' : 'move';
    if (row.status === 'uncertain') return same ? 'move' : 'unknown';
    return same ? 'kept' : 'unknown';
  }
  if (!same) return 'unknown';
  return (PROVIDER_RANK[receipt.status] ?? 0) > rank ? 'move' : 'kept';
}

/** Receipts of providers, and whose a provider's id is. */
export function receiptsOf(db: Database): Pick<Outbox, 'receipt' | 'ownerOfProviderId'> {
  const look = db.statement(sql`select status, provider_id, attempts from deliveries where id = ${given('id')}`, {
    status: asOneOf<DeliveryStatus>(),
    providerId: asTextOrNull,
    attempts: asNumber,
  });
  // Compare and set, without a lock in between: a settlement or another receipt may come at the same time.
  const move = db.statement(
    sql`update deliveries set status = ${given('status')}, provider_id = ${given('providerId')}, reason = ${given('reason')},
        settled_at = ${given('at')}, owner = null
      where id = ${given('id')} and status = ${given('was')} and coalesce(provider_id, '') = ${given('wasProviderId')}`,
  );
  // By number and address, through every broadcast's copy to it: an index on random ids would slow down settling.
  const owner = db.statement(
    sql`select d.id from deliveries d where d.broadcast_id is null and d.address = ${given('address')}
        and d.number_id = ${given('numberId')} and d.provider_id = ${given('providerId')}
      union all
      select d.id from broadcasts b join deliveries d on d.broadcast_id = b.id and d.address = ${given('address')}
      where b.number_id = ${given('numberId')} and d.provider_id = ${given('providerId')}
      limit 1`,
    { id: asNumber },
  );

  return {
    async receipt({ deliveryId, providerId, status, reason, at }) {
      for (let tries = 0; tries < 5; tries++) {
        const [row] = await db.read(look, { id: deliveryId });
        const verdict = row === undefined ? 'unknown' : afterReceipt(row, { providerId, status });
        if (row === undefined || verdict === 'unknown' || verdict === 'kept')
          return verdict === 'kept' ? 'kept' : 'unknown';
        const set = {
          id: deliveryId,
          status,
          providerId,
          reason,
          at,
          was: row.status,
          wasProviderId: row.providerId ?? '',
        };
        const { changes } = await db.writeOne(move, set);
        if (changes > 0) return 'moved';
      }
      throw new Error('a receipt met a moving delivery five times');
    },

    async ownerOfProviderId(providerId, message) {
      const [row] = await db.read(owner, { providerId, ...message });
      return row?.id ?? null;
    },
  };
}
