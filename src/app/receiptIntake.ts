import type { ReceiveReceipt } from '../ports/intake.ts';
import type { Store } from '../ports/store.ts';

/** Receipts move a delivery forward and decide nothing, so they go straight to the outbox (F12). */
export const createReceiveReceipt =
  (store: Store): ReceiveReceipt =>
  (receipt) =>
    store.outbox.receipt(receipt);
