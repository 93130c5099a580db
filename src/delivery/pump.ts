import type { Log } from '../ports/log.ts';
import type { Dialler } from './dial.ts';
import { nextRun, type RefillDeps, refill } from './refill.ts';
import type { NumberState, ProviderState } from './roster.ts';

export type PumpDeps = {
  refill: RefillDeps;
  halted: () => boolean;
  dialler: Dialler;
  log: Log;
  /** A lane was claimed empty: look at the lanes again. */
  lookAgain: () => void;
};

export type Pump = {
  /** Starts the claims that there is room for now. */
  run(): void;
  /** The same at the end of this turn of the event loop, so that several answers share one claim. */
  soon(): void;
  stop(): void;
  readonly claiming: number;
};

/**
 * Where requests come thick, rows are claimed ahead, so that one transaction serves many: at most so many times the
 * connections, and never more than will be dialled in this time. Longer requests leave time enough to claim. A leave that
 * meets a claimed copy is answered so much later (B-36).
 */
const AHEAD = { ms: 80, times: 5 };
/** Of the connections, kept free of copies, so that replies never wait for a hanging broadcast. */
const KEPT_FOR_REPLIES = 0.06;
/** A claim that failed is tried again after this. */
const FAULT_MS = 250;

function aheadOf({ usualMs, provider }: ProviderState): number {
  if (usualMs === null || usualMs > AHEAD.ms) return 0;
  return Math.floor(provider.concurrency * Math.min(AHEAD.times, AHEAD.ms / Math.max(usualMs, 1)));
}

/** Keeps every provider's connections busy, and numbers and broadcasts in turn. */
export function createPump(deps: PumpDeps): Pump {
  const { options, roster, now } = deps.refill;
  let timer: NodeJS.Timeout | null = null;
  let timerAt = Number.POSITIVE_INFINITY;
  let planned = false;
  let stopped = false;
  let claiming = 0;

  function run(): void {
    planned = false;
    if (stopped || deps.halted()) return;
    deps.dialler.dialWaiting();
    const mono = options.monotonic();
    let next = Number.POSITIVE_INFINITY;
    for (const provider of roster.providers.values()) next = Math.min(next, runProvider(provider, mono));
    if (Number.isFinite(next)) later(next);
  }

  /** Returns the monotonic time at which it is worth trying again without being asked. */
  function runProvider(provider: ProviderState, mono: number): number {
    if (provider.blockedUntil > mono)
      return provider.turns.length > 0 ? provider.blockedUntil : Number.POSITIVE_INFINITY;
    const { concurrency } = provider.provider;
    const ahead = aheadOf(provider);
    let free = Math.min(concurrency + ahead - provider.slots.held, provider.slots.room()) - provider.promised;
    if (free <= 0) return Number.POSITIVE_INFINITY;
    let next = Number.POSITIVE_INFINITY;
    const ready: NumberState[] = [];
    for (const number of provider.turns) {
      if (number.claiming || !nextRun(number, roster, now())) continue;
      const from = Math.max(number.blockedUntil, number.pace.readyAt());
      if (from <= mono) ready.push(number);
      else next = Math.min(next, from);
    }
    if (ready.length === 0) return next;
    // While most connections are busy, a few answers are waited for, so that one claim serves them all.
    const enough = ahead > 0 ? ahead * 0.8 : Math.min(8, concurrency / 4);
    if (free < enough && provider.slots.held > free && provider.usualMs !== null) {
      const gather = ahead > 0 ? AHEAD.ms / 2 : Math.min(10, provider.usualMs * 0.05);
      if (!gathering(provider, mono, gather)) return Math.min(next, mono + gather);
    }
    gatheredSince.delete(provider);
    const fair = Math.max(1, Math.ceil(concurrency / ready.length));
    const forCopies = Math.max(1, concurrency + ahead - Math.ceil(concurrency * KEPT_FOR_REPLIES));
    let turns = ready.length;
    for (const number of ready) {
      const share = Math.ceil(free / turns--);
      let limit = Math.min(share, number.slots.room());
      if (ready.length > 1) limit = Math.min(limit, fair - number.slots.held);
      const run = nextRun(number, roster, now());
      if (run?.lane.broadcast && concurrency > 1)
        limit = Math.min(limit, forCopies - provider.slots.held - provider.promised);
      if (limit <= 0) continue;
      free -= limit;
      rotate(provider, number);
      claim(number, limit);
    }
    return next;
  }

  const gatheredSince = new Map<ProviderState, number>();
  function gathering(provider: ProviderState, mono: number, ms: number): boolean {
    const since = gatheredSince.get(provider);
    if (since === undefined) gatheredSince.set(provider, mono);
    return since !== undefined && mono - since >= ms;
  }

  function rotate(provider: ProviderState, number: NumberState): void {
    if (provider.turns.length < 2) return;
    provider.turns = provider.turns.filter((each) => each !== number);
    provider.turns.push(number);
  }

  function claim(number: NumberState, limit: number): void {
    number.claiming = true;
    claiming++;
    deps.refill.settler.joinClaim();
    refill(number, limit, deps.refill)
      .then((count) => {
        // A claim that came up short of rows it had before: look what is left, at once. One that was empty waits.
        if (count > 0 && !nextRun(number, roster, now())) deps.lookAgain();
      })
      .catch((error: unknown) => {
        number.blockedUntil = Math.max(number.blockedUntil, options.monotonic() + FAULT_MS);
        deps.log.error({ err: error, numberId: number.id }, 'claiming failed; trying again');
      })
      .finally(() => {
        number.claiming = false;
        claiming--;
        soon();
      });
  }

  function soon(): void {
    if (planned || stopped) return;
    planned = true;
    setImmediate(run);
  }

  function later(at: number): void {
    if (timer && timerAt <= at) return;
    if (timer) clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(
      () => {
        timer = null;
        timerAt = Number.POSITIVE_INFINITY;
        run();
      },
      Math.max(1, Math.ceil(at - options.monotonic())),
    );
  }

  return {
    run,
    soon,
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
    get claiming() {
      return claiming;
    },
  };
}
