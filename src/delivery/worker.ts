import type { ProviderName } from '../core/organisation.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Outbox } from '../ports/outbox.ts';
import type { Provider } from '../ports/provider.ts';
import type { OnEvent } from '../ports/workerEvent.ts';
import { createAftermath } from './aftermath.ts';
import { createDialler } from './dial.ts';
import { createDoubts } from './doubts.ts';
import { createKeeping } from './keeping.ts';
import { DEFAULTS, type WorkerOptions } from './options.ts';
import { createPump } from './pump.ts';
import { createRoster } from './roster.ts';
import { createSettler } from './settler.ts';

export type WorkerDeps = {
  outbox: Outbox;
  /** null: not set up; its deliveries wait and `configuration` is told. */
  provider: (name: ProviderName) => Provider | null;
  clock: Clock;
  log: Log;
  /** Names this process in the rows that it claims; another one after a restart. */
  owner: string;
  onEvent: OnEvent;
  options?: Partial<WorkerOptions>;
};

/** Counts since the start, and what is under way right now; for /metrics. */
export type WorkerStats = {
  accepted: number;
  failed: number;
  expired: number;
  withheld: number;
  uncertain: number;
  retried: number;
  handedBack: number;
  inFlight: number;
  inDoubt: number;
  unsettled: number;
};

export type Worker = {
  start(): void;
  /** There may be something to send: looks at once. */
  wake(): void;
  /** Claims nothing more, hands back what is not dialled, waits up to `ms` for what is on the wire, settles it. */
  drain(ms: number): Promise<void>;
  stats(): WorkerStats;
};

/** First and longest pause after a fault of the database, ms. */
const FAULT_MS = { first: 100, most: 2000 };

/** How often requests are looked at for having run out of time, ms. */
const REVIEW_MS = 100;

/** A pause that does not keep the process alive. */
const unhurried = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

/** Sends what is due: claim, dial, settle, and find out what became of the unclear (document 3). */
export function createWorker(deps: WorkerDeps): Worker {
  const options: WorkerOptions = { ...DEFAULTS, ...deps.options, doubt: { ...DEFAULTS.doubt, ...deps.options?.doubt } };
  const { outbox, owner, log } = deps;
  const now = (): number => deps.clock.now();
  const { monotonic } = options;
  let settledCount = 0;
  const counts = { accepted: 0, failed: 0, expired: 0, withheld: 0, uncertain: 0, retried: 0, handedBack: 0 };
  let stopping = false;
  let looping: Promise<void> | null = null;
  let nudge: (() => void) | null = null;
  let woken = false;
  let tookOver = false;
  let reviewing: NodeJS.Timeout | null = null;

  const roster = createRoster(outbox, deps.provider, options);
  const settler = createSettler(
    { outbox, owner, log, monotonic },
    (ids) => {
      settledCount += ids.length;
      aftermath.settled(ids);
      doubts.forget(ids);
    },
    () => dialler.underWay <= 4,
  );
  const doubts = createDoubts({
    outbox,
    provider: deps.provider,
    options,
    log,
    now,
    sameUnderWay: (from, to, id) => aftermath.sameUnderWay(from, to, id),
    pendingProviderId: (id) => settler.holdsProviderId(id),
    returnSpend: (spend) => aftermath.returnSpend(spend),
    settle: (settlement, where) => aftermath.concluded(settlement, where),
  });
  const aftermath = createAftermath({
    outbox,
    roster,
    settler,
    doubts,
    options,
    log,
    now,
    counts,
    onEvent: deps.onEvent,
    freed: () => pump.soon(),
  });
  const dialler = createDialler({
    options,
    roster,
    now,
    halted: () => stopping || settler.failing,
    handBack: aftermath.handBack,
    expired: aftermath.expired,
    ended: aftermath.ended,
    endedLate: aftermath.endedLate,
    threw: (error, job) => log.error({ err: error, deliveryId: job.row.id }, 'a provider threw'),
  });
  const pump = createPump({
    refill: {
      outbox,
      owner,
      options,
      roster,
      settler,
      now,
      quotaSpent: aftermath.quotaSpent,
      returnSpend: aftermath.returnSpend,
      accept: (job) => {
        aftermath.claimed(job);
        dialler.accept(job);
      },
    },
    halted: () => stopping || settler.failing,
    dialler,
    log,
    lookAgain: () => wake(),
  });
  const keeping = createKeeping({ outbox, owner, options, roster, doubts, aftermath, log, now });

  function wake(): void {
    woken = true;
    nudge?.();
  }

  async function takeOver(): Promise<void> {
    if (options.alone) {
      const inDoubt = await outbox.expireLeases(now());
      if (inDoubt > 0) log.warn({ inDoubt }, 'a former process left deliveries in doubt; they are looked up');
    }
    tookOver = true;
  }

  async function loop(): Promise<void> {
    let pause = FAULT_MS.first;
    while (!stopping) {
      let rest = options.pollMs;
      try {
        if (!tookOver) await takeOver();
        const asked = woken;
        woken = false;
        rest = await keeping.round(asked, () => pump.run(), settledCount);
        pause = FAULT_MS.first;
      } catch (error) {
        log.error({ err: error }, 'the delivery loop met a fault; trying again');
        rest = pause;
        pause = Math.min(pause * 2, FAULT_MS.most);
      }
      if (!stopping) await sleep(rest);
    }
  }

  /** Ends early when somebody wakes the worker, but never at once: other work gets its turn. */
  function sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const least = Math.min(ms, 5);
      let timer: NodeJS.Timeout;
      const done = (): void => {
        nudge = null;
        clearTimeout(timer);
        resolve();
      };
      timer = setTimeout(done, woken ? least : ms);
      nudge = () => {
        nudge = null;
        clearTimeout(timer);
        timer = setTimeout(done, least);
      };
    });
  }

  return {
    start() {
      if (looping) return;
      looping = loop();
      reviewing = setInterval(() => dialler.review(), REVIEW_MS);
    },
    wake,
    async drain(ms) {
      stopping = true;
      const deadline = monotonic() + ms;
      nudge?.();
      pump.stop();
      if (reviewing) clearInterval(reviewing);
      dialler.handBackWaiting('drained');
      while ((dialler.underWay > 0 || pump.claiming > 0 || aftermath.telling > 0) && monotonic() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        dialler.review();
      }
      await settler.flushed(Math.max(deadline, monotonic() + 500));
      await Promise.race([looping, unhurried(Math.max(0, deadline - monotonic()))]);
      if (dialler.underWay > 0)
        log.warn({ inFlight: dialler.underWay }, 'stopped with requests on the wire; they will be looked up');
    },
    stats: () => ({ ...counts, inFlight: dialler.underWay, inDoubt: doubts.size, unsettled: settler.waiting }),
  };
}
