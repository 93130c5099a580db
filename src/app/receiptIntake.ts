import { retryAfterReceipt } from '../core/retry.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReceiveReceipt } from '../ports/intake.ts';
import type { Receipt } from '../ports/outbox.ts';
import type { Store } from '../ports/store.ts';
import type { OnEvent } from '../ports/workerEvent.ts';

/**
 * Receipts only move a delivery forward (F12); what a failure means comes after, by document 6's table: a handset that was
 * off is tried again as a new attempt on the same delivery, a block is mirrored, a dead number is noted.
 */
export function createReceiveReceipt(deps: { store: Store; clock: Clock; onEvent: OnEvent }): ReceiveReceipt {
  return async (receipt) => {
    const result = await deps.store.outbox.receipt(receipt);
    const failed = receipt.status === 'undelivered' || receipt.status === 'failed';
    if (result === 'moved' && failed && receipt.reason !== null) await afterFailure(receipt, receipt.reason, deps);
    return result;
  };
}

/** Unknown handset, landline, not a mobile number: the number is bad, not the person. */
const BAD_NUMBER = new Set(['30005', '30006']);
/** 30004: the message was blocked, most likely because the person opted out somewhere we do not see. */
const FLAGGED = new Set(['30004', '30007']);

async function afterFailure(
  receipt: Receipt,
  code: string,
  { store, clock, onEvent }: Parameters<typeof createReceiveReceipt>[0],
): Promise<void> {
  const failure = await store.outbox.failure(receipt.deliveryId);
  if (!failure) return;
  const dueAt = retryAfterReceipt(code, failure.attempts, clock.now(), failure.latestAt);
  if (dueAt !== null) await store.outbox.retryFailed(receipt.deliveryId, receipt.providerId, dueAt);
  else if (code === '21610') await onEvent({ kind: 'provider_blocked', reason: code, ...failure });
  else if (BAD_NUMBER.has(code)) await onEvent({ kind: 'address_bad', reason: code, ...failure });
  else if (FLAGGED.has(code)) await onEvent({ kind: 'flagged', reason: code, ...failure });
}
