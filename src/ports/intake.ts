import type { InboundText } from '../core/inbound.ts';
import type { Receipt } from './outbox.ts';

/**
 * What a door gets back. `done` and `duplicate` answer the same; `unknown_number`: stored nowhere, answered kindly;
 * `busy`: five snapshots in a row were stale, the peer should try again (503). A store fault throws (503 / 451).
 */
export type ReceiveResult = 'done' | 'duplicate' | 'unknown_number' | 'busy';

export type ReceiveText = (inbound: InboundText) => Promise<ReceiveResult>;
export type ReceiveReceipt = (receipt: Receipt) => Promise<'moved' | 'kept' | 'unknown'>;
