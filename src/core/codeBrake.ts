import type { Guess } from './account.ts';

/**
 * How often a proof of an address may be asked for on a public page (S3-16), so that nobody fills somebody's phone by it or
 * drains an organisation's money. Every ask counts, whether or not a message comes of it: the answer must not tell who is
 * in a book. START by SMS always remains, and costs the organisation nothing.
 */
export type AskLimit = { id: string; most: number; within: number };

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * `address`: a number or mail address, in all books together · `network`: where the asker is (guessBrake.ts `networkOf`):
 * a school or a mobile operator shares one · `book`: everybody together.
 */
export const ASK_LIMITS = {
  address: [
    { most: 3, within: HOUR },
    { most: 8, within: DAY },
  ],
  network: [{ most: 20, within: HOUR }],
  book: [
    { most: 60, within: HOUR },
    { most: 300, within: DAY },
  ],
} as const;

export type AskedBy = keyof typeof ASK_LIMITS;

/** A count from the future is one of a clock that jumped (F25): it starts anew. */
const isOld = (guess: Guess, { within }: AskLimit, now: number): boolean =>
  now - guess.since >= within || guess.since > now + DAY;

/** ms until another ask is taken; 0 = now. */
export function askWait(guess: Guess | null, limit: AskLimit, now: number): number {
  if (guess === null || isOld(guess, limit, now) || guess.count < limit.most) return 0;
  return Math.max(1, guess.since + limit.within - now);
}

/** The row after one more ask. */
export const afterAsk = (guess: Guess | null, limit: AskLimit, now: number): Guess =>
  guess === null || isOld(guess, limit, now)
    ? { id: limit.id, count: 1, since: now, until: null }
    : { ...guess, count: guess.count + 1 };
