import type { Claimed } from '../ports/outbox.ts';
import type { NumberState, RunState } from './roster.ts';
import type { Spend } from './spend.ts';

/** A delivery that this worker has claimed, until it is settled. */
export type Job = {
  row: Claimed;
  number: NumberState;
  run: RunState;
  /** Claim, wall and monotonic: the older of the two counts, so that neither a jump nor a freeze lets it be dialled late. */
  claimedAt: number;
  claimedMono: number;
  spend: Spend | null;
  /** As it goes out; '' until it is dialled. */
  text: string;
  /** Monotonic start of the request; null = not dialled. */
  dialledMono: number | null;
  /** It takes unusually long. */
  slow: boolean;
  /** It no longer counts as under way, so that others can be. */
  stalled: boolean;
  /** Given up waiting, or answered. */
  ended: boolean;
};
