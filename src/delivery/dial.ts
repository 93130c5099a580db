import type { SendOutcome } from '../ports/provider.ts';
import type { Job } from './job.ts';
import { messageOf } from './letter.ts';
import type { WorkerOptions } from './options.ts';
import { validForS } from './outcome.ts';
import type { NumberState, ProviderState, Roster } from './roster.ts';

export type DialDeps = {
  options: WorkerOptions;
  roster: Roster;
  now: () => number;
  /** Nothing may be dialled: outcomes cannot be written down, or the worker is stopping. */
  halted: () => boolean;
  /** Claimed and not dialled in time, or not to be dialled now. */
  handBack: (job: Job, reason: string) => void;
  expired: (job: Job) => void;
  ended: (job: Job, outcome: SendOutcome) => void;
  /** An answer that came after we had given up waiting for it. */
  endedLate: (job: Job, outcome: SendOutcome) => void;
  /** A provider threw: a bug. */
  threw: (error: unknown, job: Job) => void;
};

export type Dialler = {
  accept(job: Job): void;
  /** Dials what waits for a free connection; hands back what has waited too long. */
  dialWaiting(): void;
  /** Gives up requests that have run out of time and lets others pass those that take unusually long. */
  review(): void;
  /** Hands back everything that is not dialled. */
  handBackWaiting(reason: string): void;
  readonly underWay: number;
  readonly waiting: number;
};

/** Requests to providers: started within the dialling limit of their claim or not at all. */
export function createDialler(deps: DialDeps): Dialler {
  const { options } = deps;
  const waiting = new Map<ProviderState, Job[]>();
  const underWay = new Set<Job>();
  const busy = new Map<ProviderState, number>();

  const busyOn = (provider: ProviderState): number => busy.get(provider) ?? 0;

  function accept(job: Job): void {
    const provider = job.number.provider;
    const queue = waiting.get(provider) ?? [];
    if (!waiting.has(provider)) waiting.set(provider, queue);
    // Replies and notices pass the copies that wait.
    if (job.run.lane.broadcast) queue.push(job);
    else {
      const firstCopy = queue.findIndex((each) => each.run.lane.broadcast !== null);
      queue.splice(firstCopy < 0 ? queue.length : firstCopy, 0, job);
    }
    dialProvider(provider, queue);
  }

  let dialling = false;
  function dialProvider(provider: ProviderState, queue: Job[]): void {
    // A request may end before it has been handed over: then the loop below goes on.
    if (dialling) return;
    dialling = true;
    let taken = 0;
    try {
      while (taken < queue.length && busyOn(provider) < provider.provider.concurrency) {
        const job = queue[taken++];
        if (job) dial(job);
      }
    } finally {
      queue.splice(0, taken);
      dialling = false;
    }
  }

  function isOld(job: Job): boolean {
    const limit = options.dialWithinMs;
    return options.monotonic() - job.claimedMono > limit || deps.now() - job.claimedAt > limit;
  }

  function blocked({ number, run }: Job): boolean {
    const mono = options.monotonic();
    if (number.blockedUntil > mono || number.provider.blockedUntil > mono) return true;
    return run.lane.broadcast !== null && deps.roster.refusals.has(run.lane.broadcast.id);
  }

  function dial(job: Job): void {
    if (deps.halted()) {
      deps.handBack(job, 'halted');
      return;
    }
    if (isOld(job)) {
      deps.handBack(job, 'not_dialled_in_time');
      return;
    }
    if (blocked(job)) {
      deps.handBack(job, 'number_waits');
      return;
    }
    const { row, number, run } = job;
    const seconds = validForS(row.latestAt, deps.now());
    if (seconds < 1) {
      deps.expired(job);
      return;
    }
    const { text, mail } = messageOf(run.lane, row);
    job.text = text;
    job.dialledMono = options.monotonic();
    underWay.add(job);
    busy.set(number.provider, busyOn(number.provider) + 1);
    const message = {
      deliveryId: row.id,
      from: run.lane.from,
      to: row.address,
      text: job.text,
      validForS: seconds,
      startWithinMs: options.dialWithinMs - (job.dialledMono - job.claimedMono),
      ...(mail === null ? {} : { mail }),
    };
    const { provider } = number.provider;
    try {
      if (provider.begin) provider.begin(message, (outcome) => end(job, outcome));
      else
        provider.send(message).then(
          (outcome) => end(job, outcome),
          (error: unknown) => failed(job, error),
        );
    } catch (error) {
      failed(job, error);
    }
  }

  function failed(job: Job, error: unknown): void {
    deps.threw(error, job);
    end(job, { result: 'unknown', reason: 'provider_threw' });
  }

  function end(job: Job, outcome: SendOutcome): void {
    if (job.ended) {
      deps.endedLate(job, outcome);
      return;
    }
    job.ended = true;
    underWay.delete(job);
    const provider = job.number.provider;
    if (job.stalled) {
      provider.stalled--;
      job.number.stalled--;
    } else {
      busy.set(provider, busyOn(provider) - 1);
      if (outcome.result !== 'not_begun') {
        const took = options.monotonic() - (job.dialledMono ?? 0);
        provider.usualMs = provider.usualMs === null ? took : provider.usualMs * 0.95 + took * 0.05;
      }
    }
    release(job);
    deps.ended(job, outcome);
    const queue = waiting.get(provider);
    if (queue !== undefined && queue.length > 0) dialProvider(provider, queue);
  }

  function dialWaiting(): void {
    for (const [provider, queue] of waiting) if (queue.length > 0) dialProvider(provider, queue);
  }

  function handBackOld(): void {
    for (const [provider, queue] of waiting) {
      const old = queue.filter(isOld);
      if (old.length === 0) continue;
      waiting.set(
        provider,
        queue.filter((job) => !old.includes(job)),
      );
      for (const job of old) deps.handBack(job, 'not_dialled_in_time');
    }
  }

  function review(): void {
    const mono = options.monotonic();
    const slow = new Map<NumberState, number>();
    for (const job of underWay) {
      const age = mono - (job.dialledMono ?? mono);
      if (age >= Math.max(options.requestMs, job.number.provider.provider.requestMs ?? 0)) {
        end(job, { result: 'unknown', reason: 'timeout' });
        continue;
      }
      const { provider } = job.number;
      if (age < Math.max(options.stallMs, 10 * (provider.usualMs ?? 0))) continue;
      slow.set(job.number, (slow.get(job.number) ?? 0) + 1);
      // Whoever refuses us answers at once: a request that hangs must not keep the provider's window shut for others.
      if (!job.slow) provider.slots.answered();
      job.slow = true;
      letPass(job, provider);
    }
    for (const [number, count] of slow) if (count * 4 > number.slots.held + number.stalled) number.slots.shrink();
    handBackOld();
    dialWaiting();
  }

  /** A request that hangs gives its place to another, as far as the provider has connections to spare. */
  function letPass(job: Job, provider: ProviderState): void {
    if (job.stalled || provider.stalled >= (provider.provider.spare ?? 0)) return;
    job.stalled = true;
    provider.stalled++;
    job.number.stalled++;
    busy.set(provider, busyOn(provider) - 1);
    give(job);
  }

  function release(job: Job): void {
    if (!job.stalled) give(job);
  }

  return {
    accept,
    dialWaiting,
    review,
    handBackWaiting(reason) {
      for (const [provider, queue] of waiting) {
        waiting.set(provider, []);
        for (const job of queue) deps.handBack(job, reason);
      }
    },
    get underWay() {
      return underWay.size;
    },
    get waiting() {
      let count = 0;
      for (const queue of waiting.values()) count += queue.length;
      return count;
    },
  };
}

/** Its places in the run, on the number and at the provider are free again. */
export function give({ run, number }: Job): void {
  run.slots.give(1);
  number.slots.give(1);
  number.provider.slots.give(1);
}
