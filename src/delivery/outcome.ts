import { retryAt } from '../core/retry.ts';
import type { Claimed, Settlement } from '../ports/outbox.ts';
import type { SendOutcome } from '../ports/provider.ts';

type Temporary = Extract<SendOutcome, { result: 'temporary' }>;
type Row = Pick<Claimed, 'id' | 'attempts' | 'latestAt' | 'kind'>;

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** Spreads rows that failed together over a fifth more time, the same way each time. */
function spread(wait: number, id: number, attempts: number): number {
  const mixed = Math.imul(id ^ Math.imul(attempts, 0x9e3779b1), 0x85ebca6b) >>> 0;
  return Math.round(wait * (1 + (0.2 * mixed) / 2 ** 32));
}

/** How long a row waits after a look-up has found that its `attempts`-th try was not accepted: 1, 2, 4 … s, at most 5 min. */
export function doubtBackoff(id: number, attempts: number): number {
  return spread(Math.min(SECOND * 2 ** Math.min(Math.max(attempts, 1) - 1, 10), 5 * MINUTE), id, attempts);
}

/** How long a refused reply waits: 1, 2, 4 … min, at most an hour (F9). */
export function refusalBackoff(attempts: number): number {
  return Math.min(MINUTE * 2 ** Math.min(Math.max(attempts, 1) - 1, 10), 60 * MINUTE);
}

/** How long a number is slowed down when the provider does not say: 1, 2, 4 … 30 s. */
export function pacingBackoff(inARow: number): number {
  return Math.min(SECOND * 2 ** Math.min(Math.max(inARow, 1) - 1, 10), 30 * SECOND);
}

/**
 * What becomes of a row after its request. null: in doubt, look it up first.
 * @param paceMs how long its number was slowed down for, when it was
 */
export function settlementOf(outcome: SendOutcome, row: Row, now: number, paceMs: number): Settlement | null {
  const { id } = row;
  switch (outcome.result) {
    case 'accepted':
      return { id, to: 'accepted', providerId: outcome.providerId, at: now };
    case 'not_begun':
      return { id, to: 'queued', dueAt: now, reason: 'not_dialled_in_time', countsAsAttempt: false };
    case 'unknown':
      return null;
    case 'temporary':
      return afterTemporary(outcome, row, now);
    case 'pacing':
      return queuedOrExpired(row, now + paceMs, outcome.reason, false, now);
    case 'permanent':
    case 'blocked':
    case 'fault':
      return { id, to: 'failed', reason: outcome.reason, at: now };
    case 'configuration':
      return row.kind === 'copy'
        ? { id, to: 'queued', dueAt: now, reason: outcome.reason, countsAsAttempt: false }
        : queuedOrExpired(row, now + refusalBackoff(row.attempts), outcome.reason, true, now);
  }
}

/** Core says when; a code that is not tried again is final, a try that would come too late is not made. */
function afterTemporary(outcome: Temporary, row: Row, now: number): Settlement {
  const { id, attempts, latestAt } = row;
  const { reason } = outcome;
  const failure = { result: outcome.result, code: reason, retryAfterMs: outcome.retryAfterMs };
  const dueAt = retryAt(failure, attempts, now, latestAt);
  if (dueAt !== null) {
    return queuedOrExpired(
      row,
      Math.min(now + spread(dueAt - now, id, attempts), Math.max(dueAt, latestAt - 2 * SECOND)),
      reason,
      true,
      now,
    );
  }
  const wouldBe = retryAt(failure, attempts, now, Number.POSITIVE_INFINITY);
  return { id, to: wouldBe === null ? 'failed' : 'expired', reason, at: now };
}

/** No retry goes past the latest time (document 2, Sending). */
export function queuedOrExpired(
  row: Pick<Row, 'id' | 'latestAt'>,
  dueAt: number,
  reason: string,
  countsAsAttempt: boolean,
  now: number,
): Settlement {
  if (dueAt > row.latestAt) return { id: row.id, to: 'expired', reason, at: now };
  return { id: row.id, to: 'queued', dueAt, reason, countsAsAttempt };
}

/** Was it surely not taken, so that its parts were not spent? */
export const notSpent = (outcome: SendOutcome): boolean =>
  outcome.result !== 'accepted' && outcome.result !== 'unknown';

/** Whole seconds that the provider may keep trying (Twilio: 1-36000); 0 = too late to send. */
export const validForS = (latestAt: number, now: number): number =>
  Math.max(0, Math.min(36_000, Math.floor((latestAt - now) / 1000)));
