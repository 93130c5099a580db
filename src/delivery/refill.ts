import type { Claimed, Lane, Outbox } from '../ports/outbox.ts';
import { type GateHolds, gate } from './gate.ts';
import type { Job } from './job.ts';
import type { WorkerOptions } from './options.ts';
import type { NumberState, Roster, RunState } from './roster.ts';
import { quietUntil } from './rules.ts';
import type { Settler } from './settler.ts';
import { reserveSpend, type Spend } from './spend.ts';

export type RefillDeps = {
  outbox: Outbox;
  owner: string;
  options: WorkerOptions;
  roster: Roster;
  settler: Settler;
  now: () => number;
  /** The cost cap is used up (told once a day by the caller). */
  quotaSpent: (lane: Lane, day: string) => void;
  returnSpend: (spend: Spend) => void;
  /** Takes a claimed delivery over for dialling. */
  accept: (job: Job) => void;
};

/** A lane whose quota is used up is asked again after this: the cap may be raised during the day. */
const QUOTA_AGAIN_MS = 10_000;

/** What this number would claim from next: replies before copies, copies of its broadcasts in turn. null = nothing. */
export function nextRun(number: NumberState, roster: Roster, now: number): RunState | null {
  const { replies } = number;
  if (replies && !replies.drained && replies.slots.room() > 0) return replies;
  for (const run of number.runs) {
    if (run.drained || run.heldUntil > now || run.slots.room() <= 0) continue;
    if (run.lane.broadcast && roster.refusals.has(run.lane.broadcast.id)) continue;
    return run;
  }
  return null;
}

/**
 * Claims for one number, at most `limit` (which the provider has promised): pace first, then quota, then the rows, then
 * the gate. Returns how many were claimed.
 */
export async function refill(number: NumberState, limit: number, deps: RefillDeps): Promise<number> {
  const { provider } = number;
  const promise = { left: limit };
  provider.promised += limit;
  try {
    return await claimWithin(number, promise, deps);
  } finally {
    provider.promised -= promise.left;
  }
}

async function claimWithin(number: NumberState, promise: { left: number }, deps: RefillDeps): Promise<number> {
  const { options, roster } = deps;
  let total = 0;
  while (promise.left > 0) {
    const run = nextRun(number, roster, deps.now());
    if (!run) break;
    const parts = run.lane.broadcast?.parts ?? 1;
    const paced = run.lane.partsPerSecond > 0;
    if (paced && number.pace.credit() <= 0) await number.pace.reserve(parts, run.lane.partsPerSecond);
    // Not yet: whoever calls again then may find a reply that goes first.
    if (number.pace.readyAt() > options.monotonic()) break;
    const byPace = paced ? Math.max(1, Math.floor(number.pace.credit() / parts)) : promise.left;
    const limit = Math.min(promise.left, byPace, run.slots.room());
    total += await claimRun(number, run, limit, promise, deps);
  }
  return total;
}

/** Returns how many rows were claimed. */
async function claimRun(
  number: NumberState,
  run: RunState,
  limit: number,
  promise: { left: number },
  deps: RefillDeps,
): Promise<number> {
  const { outbox, owner, options } = deps;
  const { lane } = run;
  const quiet = quietUntil(lane, deps.now());
  if (quiet !== null) {
    run.heldUntil = quiet;
    return 0;
  }
  const spend = await reserveSpend(outbox, lane, limit, deps.now());
  if (spend && spend.copies === 0) {
    run.heldUntil = deps.now() + QUOTA_AGAIN_MS;
    deps.quotaSpent(lane, spend.day);
    return 0;
  }
  takeTurn(number, run);
  const count = spend ? Math.min(limit, spend.copies) : limit;
  const holders = [run.slots, number.slots, number.provider.slots];
  for (const slots of holders) slots.take(count);
  number.provider.promised -= count;
  promise.left -= count;
  const claimedAt = deps.now();
  const claimedMono = options.monotonic();
  let rows: Claimed[] = [];
  try {
    rows = await outbox.claim(lane, owner, count, claimedAt, options.leaseMs);
  } finally {
    for (const slots of holders) slots.give(count - rows.length);
    number.provider.promised += count - rows.length;
    promise.left += count - rows.length;
    if (rows.length === 0 && spend) deps.returnSpend(spend);
  }
  if (rows.length < count) run.drained = true;
  let unspent = spend?.parts ?? 0;
  for (const row of rows) {
    const own = spend ? { organisationId: spend.organisationId, day: spend.day, parts: row.parts } : null;
    unspent -= row.parts;
    number.pace.spend(row.parts);
    pass(
      {
        row,
        number,
        run,
        claimedAt,
        claimedMono,
        spend: own,
        text: '',
        dialledMono: null,
        slow: false,
        stalled: false,
        ended: false,
      },
      deps,
    );
  }
  if (rows.length > 0 && spend && unspent > 0) deps.returnSpend({ ...spend, parts: unspent });
  return rows.length;
}

/** The next claim on this number is another broadcast's. */
function takeTurn(number: NumberState, run: RunState): void {
  const at = number.runs.indexOf(run);
  if (at < 0 || number.runs.length < 2) return;
  number.runs.splice(at, 1);
  number.runs.push(run);
}

/** Through the gate: dialled, or settled without having been dialled. */
function pass(job: Job, deps: RefillDeps): void {
  const { row, number, run } = job;
  const now = deps.now();
  const holds: GateHolds = { quietUntil: quietUntil(run.lane, now), quotaUntil: null };
  const verdict = gate(row, holds);
  if (verdict.gate === 'send') {
    deps.accept(job);
    return;
  }
  for (const slots of [run.slots, number.slots, number.provider.slots]) slots.give(1);
  number.pace.giveBack(row.parts);
  if (job.spend) deps.returnSpend(job.spend);
  const { reason } = verdict;
  if (verdict.gate === 'withhold') deps.settler.push({ id: row.id, to: 'cancelled', reason, at: now });
  else deps.settler.push({ id: row.id, to: 'queued', dueAt: verdict.until, reason, countsAsAttempt: false });
}
