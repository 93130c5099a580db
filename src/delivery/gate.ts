import type { DeliveryKind } from '../core/delivery.ts';
import type { Claimed } from '../ports/outbox.ts';

/** What the gate asks of a delivery; the claim's own facts. */
export type GateFacts = Pick<Claimed, 'kind' | 'leftBook' | 'stoppedOnNumber' | 'blockedAtProvider' | 'memberStatus'>;

/** What the lane says right now: until when copies are held, ms since the epoch; null = they are not. */
export type GateHolds = { quietUntil: number | null; quotaUntil: number | null };

export type Verdict =
  | { gate: 'send' }
  /** Never goes out; `reason` is shown on the delivery. */
  | { gate: 'withhold'; reason: string }
  /** Stays queued until then. */
  | { gate: 'hold'; until: number; reason: 'quiet_hours' | 'quota' };

type Check = (facts: GateFacts, holds: GateHolds) => Verdict | null;

const withhold = (reason: string): Verdict => ({ gate: 'withhold', reason });
const hold = (until: number | null, reason: 'quiet_hours' | 'quota'): Verdict | null =>
  until === null ? null : { gate: 'hold', until, reason };

const providerBlock: Check = (facts) => (facts.blockedAtProvider ? withhold('provider_block') : null);
const stopOnNumber: Check = (facts) => (facts.stoppedOnNumber ? withhold('stop_on_number') : null);
const leftBook: Check = (facts) => (facts.leftBook ? withhold('left') : null);
/** Paused, asked, banned and so on; a row that is gone (null) was removed from the book. */
const notActive: Check = (facts) =>
  facts.memberStatus === 'active' ? null : withhold(facts.memberStatus === null ? 'removed' : facts.memberStatus);
const quietHours: Check = (_, holds) => hold(holds.quietUntil, 'quiet_hours');
const quota: Check = (_, holds) => hold(holds.quotaUntil, 'quota');

/** Document 2, Sending: the one table. B-30 limits answers where they are decided, before they are written. */
const CHECKS: Record<DeliveryKind, readonly Check[]> = {
  copy: [providerBlock, stopOnNumber, leftBook, notActive, quietHours, quota],
  joined: [providerBlock],
  left: [providerBlock],
  answer: [providerBlock],
  notice: [providerBlock, stopOnNumber],
  // Anybody may have typed the address: whoever wants nothing from this number is left in peace (S3-16).
  code: [providerBlock, stopOnNumber],
};

/** The one gate that every outgoing message passes, just before it is dialled. The first check that hits wins. */
export function gate(facts: GateFacts, holds: GateHolds): Verdict {
  for (const check of CHECKS[facts.kind]) {
    const verdict = check(facts, holds);
    if (verdict) return verdict;
  }
  return { gate: 'send' };
}
