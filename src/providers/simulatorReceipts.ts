import type { ReceiveReceipt } from '../ports/intake.ts';
import type { Log } from '../ports/log.ts';
import type { Receipt } from '../ports/outbox.ts';

/** How many receipts are handed over at once; a store commits what comes together in one go. */
const AT_ONCE = 64;
const TRIES = 3;

/**
 * Hands delivery receipts back, a bounded number at a time, in turn. As with a real provider a receipt is worth a few
 * tries and no more: what stays unsettled is found by asking the message log.
 */
export function createReceiptQueue(receiveReceipt: ReceiveReceipt, log: Log) {
  let waiting: Receipt[] = [];
  let head = 0;
  let running = 0;
  let closed = false;

  async function hand(receipt: Receipt): Promise<void> {
    for (let attempt = 1; attempt <= TRIES; attempt++) {
      try {
        await receiveReceipt(receipt);
        return;
      } catch (error) {
        const kind = error instanceof Error ? error.name : 'unknown';
        log.warn({ deliveryId: receipt.deliveryId, attempt, kind }, 'a simulated receipt was not taken');
      }
    }
  }

  function next(): Receipt | undefined {
    const receipt = closed ? undefined : waiting[head++];
    // Shifting one by one would cost the length of the queue for each of them.
    if (head >= waiting.length) {
      waiting = [];
      head = 0;
    }
    return receipt;
  }

  async function work(): Promise<void> {
    running++;
    for (let receipt = next(); receipt !== undefined; receipt = next()) await hand(receipt);
    running--;
  }

  return {
    add(receipt: Receipt): void {
      waiting.push(receipt);
      if (running < AT_ONCE) void work();
    },
    close(): void {
      closed = true;
    },
  };
}
