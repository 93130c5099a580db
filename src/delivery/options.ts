/** The worker's times and sizes; the defaults are those of document 3 (The store, points 6 and 8). All ms. */
export type WorkerOptions = {
  /** From the claim to the start of the request; older claims are handed back. */
  dialWithinMs: number;
  leaseMs: number;
  /** A request is given up after this, well inside the lease; the second net behind the provider's own limit. */
  requestMs: number;
  /** A request that takes longer than this (and ten times the usual) no longer holds up others on its number. */
  stallMs: number;
  /** Lanes are looked at this often when nothing wakes the worker. */
  pollMs: number;
  doubt: { firstLookMs: number; againMs: number; giveUpMs: number; maxAttempts: number; lookups: number };
  /** Requests at once on a run, a number or an account whose last word was not "accepted" (F9: at most 5 refusals). */
  probes: number;
  /** A refused account or number is tried again after this. */
  refusedMs: number;
  /** SQLite: this is the only worker, so its predecessor's claims are in doubt at once. */
  alone: boolean;
  /** The monotonic clock. */
  monotonic: () => number;
};

export const DEFAULTS: WorkerOptions = {
  dialWithinMs: 250,
  leaseMs: 30_000,
  requestMs: 16_000,
  stallMs: 1000,
  pollMs: 200,
  doubt: { firstLookMs: 2000, againMs: 3000, giveUpMs: 90_000, maxAttempts: 12, lookups: 10 },
  probes: 5,
  refusedMs: 60_000,
  alone: false,
  monotonic: () => performance.now(),
};
