import type { Guess } from './account.ts';

/**
 * A brake on guessing passwords, codes and links (OWASP ASVS 5.0, 6.3.1): by account and by address. It slows down and
 * never locks for good, so that nobody can lock somebody else out by guessing.
 */
export type BrakeKind = 'account' | 'address';

const MINUTE = 60_000;
/** Wrong guesses are forgotten after this. */
const WINDOW = 15 * MINUTE;
/** A household, a school or a mobile operator shares an address. */
const FREE: Readonly<Record<BrakeKind, number>> = { account: 5, address: 30 };
const LONGEST = 15 * MINUTE;

/** ms to wait before another guess is looked at; 0 = go on. */
export const brakeLeft = (guess: Guess | null, now: number): number => Math.max(0, (guess?.until ?? 0) - now);

/** The row after one more wrong guess: free ones first, then 30 s, doubled each time, at most a quarter of an hour. */
export function afterGuess(id: string, guess: Guess | null, kind: BrakeKind, now: number): Guess {
  const old = guess === null || now - guess.since > WINDOW + (guess.until === null ? 0 : guess.until - guess.since);
  const count = old ? 1 : guess.count + 1;
  const since = old ? now : guess.since;
  const over = count - FREE[kind];
  return { id, count, since, until: over < 0 ? null : now + Math.min(LONGEST, (MINUTE / 2) * 2 ** over) };
}
