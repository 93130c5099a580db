import type { Log } from '../ports/log.ts';
import type { Lane, Outbox, Settlement } from '../ports/outbox.ts';
import type { SendOutcome } from '../ports/provider.ts';
import type { OnEvent, Whereabouts, WorkerEvent } from '../ports/workerEvent.ts';
import { give } from './dial.ts';
import type { Doubts } from './doubts.ts';
import type { Job } from './job.ts';
import type { WorkerOptions } from './options.ts';
import { notSpent, pacingBackoff, settlementOf } from './outcome.ts';
import { createRefusals } from './refusals.ts';
import type { Roster } from './roster.ts';
import type { Settler } from './settler.ts';
import type { Spend } from './spend.ts';
import { tell } from './tell.ts';

export type Counts = {
  accepted: number;
  failed: number;
  expired: number;
  withheld: number;
  uncertain: number;
  retried: number;
  handedBack: number;
};

export type AftermathDeps = {
  outbox: Outbox;
  roster: Roster;
  settler: Settler;
  doubts: Doubts;
  options: WorkerOptions;
  log: Log;
  now: () => number;
  counts: Counts;
  onEvent: OnEvent;
  /** A place is free. */
  freed: () => void;
};

export type Aftermath = ReturnType<typeof createAftermath>;

/** So many unclear or temporary answers in a row stop a number for 1, 2, 4 … 30 s. */
const STRIKE_AFTER = 5;
const STRIKE_MS = { first: 1000, most: 30_000 };

/** What follows from each way in which a claimed delivery can end. */
export function createAftermath(deps: AftermathDeps) {
  const { outbox, roster, settler, doubts, options, log, counts, now } = deps;
  /** Claimed by us and not settled; those in doubt are in `doubts`. */
  const jobs = new Map<number, Job>();
  const late = new Map<string | null, number>();
  const quotaTold = new Set<string>();
  let telling = 0;

  async function say(event: WorkerEvent): Promise<boolean> {
    telling++;
    try {
      return await tell(deps.onEvent, event, log);
    } finally {
      telling--;
    }
  }
  const refusals = createRefusals({ roster, options, say });

  function returnSpend({ organisationId, day, parts }: Spend): void {
    // Lost if the database fails now: then less is sent than the cap allows, never more.
    outbox.returnSpend(organisationId, day, parts).catch((error: unknown) => {
      log.error({ err: error, organisationId, parts }, 'reserved parts could not be given back');
    });
  }

  function undialled(job: Job): void {
    give(job);
    deps.freed();
    job.number.pace.giveBack(job.row.parts);
    if (job.spend) returnSpend(job.spend);
  }

  function handBack(job: Job, reason: string): void {
    undialled(job);
    counts.handedBack++;
    settler.push({ id: job.row.id, to: 'queued', dueAt: now(), reason, countsAsAttempt: false });
  }

  function expired(job: Job): void {
    undialled(job);
    settle({ id: job.row.id, to: 'expired', reason: 'too_late', at: now() }, job.row.broadcastId);
  }

  function settle(settlement: Settlement, broadcastId: string | null): void {
    if (settlement.to === 'accepted') counts.accepted++;
    else if (settlement.to === 'queued') counts.retried++;
    else if (settlement.to === 'failed') counts.failed++;
    else if (settlement.to === 'uncertain') counts.uncertain++;
    else if (settlement.to === 'expired') {
      counts.expired++;
      late.set(broadcastId, (late.get(broadcastId) ?? 0) + 1);
    }
    settler.push(settlement);
  }

  function ended(job: Job, outcome: SendOutcome): void {
    deps.freed();
    if (job.spend && notSpent(outcome)) returnSpend(job.spend);
    if (outcome.result === 'unknown') {
      jobs.delete(job.row.id);
      doubts.addOutcome(job);
      wentBadly(job);
      return;
    }
    if (outcome.result === 'not_begun') {
      // The same as if it had not been dialled; it says nothing about the provider.
      job.number.pace.giveBack(job.row.parts);
      counts.handedBack++;
      const back = settlementOf(outcome, job.row, now(), 0);
      if (back) settler.push(back);
      return;
    }
    let paceMs = 0;
    if (outcome.result === 'pacing') paceMs = slowDown(job, outcome.retryAfterMs);
    else if (outcome.result === 'temporary') wentBadly(job);
    else if (outcome.result !== 'configuration') wentWell(job);
    const settlement = settlementOf(outcome, job.row, now(), paceMs);
    if (!settlement) return;
    if (settlement.to === 'accepted') settle(settlement, job.row.broadcastId);
    else void settleAfterTelling(job, outcome, settlement);
  }

  /** `app` acts first where a crash in between would lose it, or where the row would be claimed again at once. */
  async function settleAfterTelling(job: Job, outcome: SendOutcome, settlement: Settlement): Promise<void> {
    if (outcome.result === 'configuration') await refusals.refuse(job, outcome);
    else if (outcome.result === 'blocked')
      await say({ kind: 'provider_blocked', reason: outcome.reason, ...whereabouts(job) });
    else if (outcome.result === 'permanent')
      await say({ kind: 'address_bad', reason: outcome.reason, ...whereabouts(job) });
    else if (outcome.result === 'fault') await say({ kind: 'fault', reason: outcome.reason, ...whereabouts(job) });
    settle(settlement, job.row.broadcastId);
  }

  function wentWell({ number, run }: Job): void {
    number.bad = 0;
    number.strikes = 0;
    if (number.blockedUntil <= options.monotonic()) number.tooFast = 0;
    run.slots.answered();
    number.slots.answered();
    number.provider.slots.answered();
  }

  /** Many in a row mean that the provider is down for this number: wait, then feel the way with one request. */
  function wentBadly({ number }: Job): void {
    const mono = options.monotonic();
    number.slots.shrink();
    number.bad++;
    if (number.bad < STRIKE_AFTER || number.blockedUntil > mono) return;
    number.strikes++;
    number.bad = STRIKE_AFTER - 1;
    number.blockedUntil = mono + Math.min(STRIKE_MS.first * 2 ** (number.strikes - 1), STRIKE_MS.most);
    number.slots.restart(1);
    log.warn({ numberId: number.id, strikes: number.strikes }, 'a number gets no clear answers; waiting');
  }

  /** Returns for how long, ms: the provider's own word, or 1, 2, 4 … 30 s. */
  function slowDown({ number }: Job, retryAfterMs: number | null): number {
    const mono = options.monotonic();
    if (number.blockedUntil <= mono) number.tooFast++;
    const ms = retryAfterMs ?? pacingBackoff(number.tooFast);
    number.blockedUntil = Math.max(number.blockedUntil, mono + ms);
    number.pace.stop(number.blockedUntil);
    number.slots.shrink();
    outbox.slowDown(number.id, ms).catch((error: unknown) => {
      log.error({ err: error, numberId: number.id }, 'slowing down could not be written; this worker keeps it');
    });
    return ms;
  }

  return {
    claimed: (job: Job): void => void jobs.set(job.row.id, job),
    handBack,
    expired,
    ended,
    returnSpend,
    endedLate(job: Job, outcome: SendOutcome): void {
      // Only good news is news: everything else is being looked up.
      if (outcome.result !== 'accepted' || !doubts.resolve(job.row.id)) return;
      settle({ id: job.row.id, to: 'accepted', providerId: outcome.providerId, at: now() }, job.row.broadcastId);
    },
    /** What a look-up concluded. */
    concluded(settlement: Settlement, where: { numberId: string; broadcastId: string | null }): void {
      settle(settlement, where.broadcastId);
      if (settlement.to !== 'uncertain') return;
      void say({ kind: 'uncertain', deliveryId: settlement.id, ...where });
    },
    settled(ids: readonly number[]): void {
      for (const id of ids) jobs.delete(id);
    },
    quotaSpent(lane: Lane, day: string): void {
      const key = `${lane.organisationId} ${day}`;
      if (!lane.broadcast || quotaTold.has(key)) return;
      quotaTold.add(key);
      void say({ kind: 'quota', organisationId: lane.organisationId, broadcastId: lane.broadcast.id, day });
    },
    say,
    refusals,
    owns: (id: number): boolean => jobs.has(id),
    /** Is another delivery to this address under way on this number? Its entry in the provider's log is not ours. */
    sameUnderWay(from: string, to: string, id: number): boolean {
      for (const { row, run } of jobs.values()) {
        if (row.address === to && row.id !== id && run.lane.from === from) return true;
      }
      return false;
    },
    /** Deliveries that expired since the last call, by broadcast. */
    takeLate(): Map<string | null, number> {
      const taken = new Map(late);
      late.clear();
      return taken;
    },
    get telling(): number {
      return telling;
    },
  };
}

const whereabouts = ({ row, number, run }: Job): Whereabouts => ({
  deliveryId: row.id,
  numberId: number.id,
  organisationId: run.lane.organisationId,
  bookId: row.bookId,
  broadcastId: row.broadcastId,
  address: row.address,
});
