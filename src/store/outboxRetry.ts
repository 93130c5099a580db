import { sql } from 'drizzle-orm';
import type { Outbox } from '../ports/outbox.ts';
import { type Database, run } from './database.ts';
import { given, number } from './outboxSql.ts';
import { asNumber, asText, asTextOrNull } from './statement.ts';

/** A new attempt on a delivery that the provider has reported as failed; and what such a report is about. */
export function retriesOf(db: Database): Pick<Outbox, 'retryFailed' | 'failure'> {
  const look = db.statement(
    sql`select number_id, organisation_id, book_id, broadcast_id, address, attempts, latest_at from deliveries where id = ${given('id')}`,
    {
      numberId: asText,
      organisationId: asText,
      bookId: asTextOrNull,
      broadcastId: asTextOrNull,
      address: asText,
      attempts: asNumber,
      latestAt: asNumber,
    },
  );
  // The old provider id stays until the new attempt is answered: a late receipt about it must not move the new one.
  const requeue = db.statement(
    sql`update deliveries set status = 'queued', due_at = ${number('dueAt')}, settled_at = null, owner = null
      where id = ${given('id')} and provider_id = ${given('providerId')} and status in ('undelivered', 'failed')`,
  );
  const reopen = db.statement(
    sql`update broadcasts set status = 'sending', finished_at = null, version = version + 1
      where status = 'sent' and id = (select broadcast_id from deliveries where id = ${given('id')})`,
  );
  return {
    async failure(deliveryId) {
      const [row] = await db.read(look, { id: deliveryId });
      return row ? { deliveryId, ...row } : null;
    },
    async retryFailed(deliveryId, providerId, dueAt) {
      const queued = await db.write(function* () {
        const { changes } = yield* run(requeue, { id: deliveryId, providerId, dueAt });
        if (changes > 0) yield* run(reopen, { id: deliveryId });
        return changes;
      });
      return queued > 0;
    },
  };
}
