import type { Clock } from '../ports/clock.ts';

/** The machine's wall clock. */
export const systemClock: Clock = { now: () => Date.now() };

export const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));
