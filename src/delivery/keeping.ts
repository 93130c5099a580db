import type { Log } from '../ports/log.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Aftermath } from './aftermath.ts';
import type { Doubts } from './doubts.ts';
import type { WorkerOptions } from './options.ts';
import type { Roster } from './roster.ts';

export type KeepingDeps = {
  outbox: Outbox;
  owner: string;
  options: WorkerOptions;
  roster: Roster;
  doubts: Doubts;
  aftermath: Aftermath;
  log: Log;
  now: () => number;
};

/** How often, ms. */
const EVERY = { takeInDoubt: 1000, expireLate: 2000, finish: 500 };
/** Receipts and cancelling may leave nothing to do as well, so finished broadcasts are looked for now and then anyway. */
const FINISH_ANYWAY_MS = 3000;
const IN_DOUBT_PAGE = 500;
/** The wall clock was set when it and the monotonic clock part by more than this between two rounds (F25). */
const CLOCK_SET_MS = 1000;
/** Looking at the lanes under load, at most so often. */
const LANES_MS = 20;

/** One round of the worker's loop, beside the sending itself: what is there to do, and what became of the rest. */
export function createKeeping(deps: KeepingDeps) {
  const { outbox, owner, options, roster, doubts, aftermath, log, now } = deps;
  let nextLanes = 0;
  let lastLanes = Number.NEGATIVE_INFINITY;
  const next = { takeInDoubt: 0, expireLate: 0, finish: 0 };
  let settledBefore = -1;
  /** The wall clock's lead over the monotonic one; null = not compared yet. */
  let lead: number | null = null;
  let finishedAt = Number.NEGATIVE_INFINITY;

  function isDue(what: keyof typeof EVERY, mono: number): boolean {
    if (next[what] > mono) return false;
    next[what] = mono + EVERY[what];
    return true;
  }

  /**
   * @param asked somebody woke the worker
   * @param settled how many deliveries have been settled so far
   * Returns for how long the loop may rest, ms.
   */
  async function round(asked: boolean, pump: () => void, settled: number): Promise<number> {
    const mono = options.monotonic();
    await watchClock(mono);
    if (mono >= nextLanes || (asked && mono >= lastLanes + LANES_MS)) await readLanes(mono);
    else if (asked) nextLanes = Math.min(nextLanes, lastLanes + LANES_MS);
    pump();
    const fanning = await fanOut(pump);
    if (isDue('takeInDoubt', mono)) await takeInDoubt();
    doubts.look();
    if (isDue('expireLate', mono)) await expireLate();
    sayLate();
    if ((settled !== settledBefore || mono >= finishedAt + FINISH_ANYWAY_MS) && isDue('finish', mono)) {
      settledBefore = settled;
      finishedAt = mono;
      await finish();
    }
    return fanning ? 1 : Math.max(1, Math.min(options.pollMs, nextLanes - options.monotonic()));
  }

  /** Due times are wall times: set back by two hours, a running broadcast would wait for two hours. */
  async function watchClock(mono: number): Promise<void> {
    const wall = now();
    const back = lead === null ? 0 : lead - (wall - mono);
    if (Math.abs(back) >= CLOCK_SET_MS) {
      for (const number of roster.numbers.values()) for (const run of number.runs) run.heldUntil = 0;
      const moved = back > 0 ? await outbox.clockSetBack(Math.ceil(back), wall) : 0;
      log.warn({ byMs: Math.round(-back), moved }, 'the clock was set; what is due goes by the new time');
    }
    // Only now: a fault above is met again in the next round.
    lead = wall - mono;
  }

  async function readLanes(mono: number): Promise<void> {
    lastLanes = mono;
    nextLanes = mono + options.pollMs;
    const { unconfigured } = roster.update(await outbox.lanes(now()));
    for (const lane of unconfigured) void aftermath.refusals.notConfigured(lane);
  }

  /** A page of each broadcast that still fans out; its first copies go while later pages are written. */
  async function fanOut(pump: () => void): Promise<boolean> {
    let more = false;
    for (const number of roster.numbers.values()) {
      for (const run of [...number.runs]) {
        const { broadcast } = run.lane;
        if (!broadcast?.fanning) continue;
        const result = await outbox.fanOut(broadcast.id, now());
        run.drained = false;
        if (result === 'done') {
          broadcast.fanning = false;
          // Its mail copies are a lane of their own, which may be new.
          nextLanes = Math.min(nextLanes, lastLanes + LANES_MS);
        } else more = true;
        pump();
        // Answers, webhooks and pages get their turn between two pages.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    return more;
  }

  async function takeInDoubt(): Promise<void> {
    const rows = await outbox.takeInDoubt(owner, IN_DOUBT_PAGE, now(), options.leaseMs);
    let fresh = 0;
    for (const row of rows) {
      // Our own, still under way or being looked up: the new lease is all it needed.
      if (aftermath.owns(row.id) || doubts.has(row.id)) continue;
      doubts.addLease(row);
      fresh++;
    }
    if (fresh > 0) log.warn({ inDoubt: fresh }, 'claims whose lease ran out are looked up');
  }

  async function expireLate(): Promise<void> {
    for (const { broadcastId, count } of await outbox.expireLate(now())) {
      void aftermath.say({ kind: 'late', broadcastId, count });
    }
  }

  function sayLate(): void {
    for (const [broadcastId, count] of aftermath.takeLate()) void aftermath.say({ kind: 'late', broadcastId, count });
  }

  async function finish(): Promise<void> {
    for (const { id, bookId } of await outbox.finish(now())) {
      void aftermath.say({ kind: 'finished', broadcastId: id, bookId });
    }
  }

  return { round };
}
