import type { ProviderName } from '../core/organisation.ts';
import type { Log } from '../ports/log.ts';
import type { InDoubt, Outbox, Settlement } from '../ports/outbox.ts';
import type { Provider } from '../ports/provider.ts';
import { type Doubt, type Finding, judge, type Look, sameText } from './inDoubt.ts';
import type { Job } from './job.ts';
import type { WorkerOptions } from './options.ts';
import { doubtBackoff, queuedOrExpired } from './outcome.ts';
import { copyText } from './rules.ts';
import type { Spend } from './spend.ts';

type Case = Doubt & {
  id: number;
  sender: string;
  to: string;
  provider: ProviderName;
  numberId: string;
  broadcastId: string | null;
  latestAt: number;
  /** Of the cost cap; null also for a claim of another process, whose parts stay spent. */
  spend: Spend | null;
  looking: boolean;
  concluded: boolean;
  /** The log's entry that it was found to be. */
  took: string | null;
};

export type DoubtDeps = {
  outbox: Pick<Outbox, 'ownerOfProviderId'>;
  provider: (name: ProviderName) => Provider | null;
  options: WorkerOptions;
  log: Log;
  now: () => number;
  /** A request for the same text and address is under way or not yet written down: its log entry is not ours. */
  sameUnderWay: (from: string, to: string, id: number) => boolean;
  /** A provider id whose owner the database does not know yet. */
  pendingProviderId: (id: string) => boolean;
  returnSpend: (spend: Spend) => void;
  settle: (settlement: Settlement, found: { numberId: string; broadcastId: string | null }) => void;
};

export type Doubts = {
  /** We saw a request of ours end unclearly. */
  addOutcome(job: Job): void;
  /** A claim whose lease ran out. */
  addLease(row: InDoubt): void;
  has(id: number): boolean;
  /** The answer came after all. */
  resolve(id: number): boolean;
  forget(ids: readonly number[]): void;
  /** Starts the look-ups that are due. */
  look(): void;
  readonly size: number;
};

/** Finds out what became of unclear requests, by asking the provider's log (document 3, The store, point 8). */
export function createDoubts(deps: DoubtDeps): Doubts {
  const { options, outbox } = deps;
  const cases = new Map<number, Case>();
  /** Provider ids that a case has just taken. */
  const taken = new Map<string, number>();
  let looking = 0;

  function addOutcome(job: Job): void {
    const { row, number, run } = job;
    const mono = options.monotonic();
    cases.set(row.id, {
      ...start('outcome', mono, mono + options.doubt.firstLookMs),
      id: row.id,
      text: job.text,
      claimedAt: job.claimedAt,
      attempts: row.attempts,
      sender: run.lane.from,
      to: row.address,
      provider: run.lane.provider,
      numberId: number.id,
      broadcastId: row.broadcastId,
      latestAt: row.latestAt,
      spend: job.spend,
    });
  }

  function addLease(row: InDoubt): void {
    const mono = options.monotonic();
    // Its process may have died just now, with the request still on its way through the provider.
    const wait = Math.min(
      options.doubt.firstLookMs,
      Math.max(0, row.claimedAt + options.doubt.firstLookMs - deps.now()),
    );
    const { tagged } = row;
    const broadcast = { text: row.broadcastText ?? '', header: row.header ?? '', footer: row.footer ?? '', tagged };
    cases.set(row.id, {
      ...start('lease', mono, mono + wait),
      id: row.id,
      text: row.text ?? copyText(broadcast, row),
      claimedAt: row.claimedAt,
      attempts: row.attempts,
      sender: row.from,
      to: row.address,
      provider: row.provider,
      numberId: row.numberId,
      broadcastId: row.broadcastId,
      latestAt: row.latestAt,
      spend: null,
    });
  }

  const start = (from: Doubt['from'], since: number, nextLook: number) =>
    ({ from, since, nextLook, clear: 0, looking: false, concluded: false, took: null }) as const;

  function look(): void {
    const mono = options.monotonic();
    for (const doubt of cases.values()) {
      if (looking >= options.doubt.lookups) return;
      if (doubt.looking || doubt.concluded || doubt.nextLook > mono) continue;
      looking++;
      doubt.looking = true;
      lookAt(doubt)
        .catch((error: unknown) => {
          doubt.nextLook = options.monotonic() + options.doubt.againMs;
          deps.log.error({ err: error, deliveryId: doubt.id }, 'a look-up failed');
        })
        .finally(() => {
          looking--;
          doubt.looking = false;
        });
    }
  }

  async function lookAt(doubt: Case): Promise<void> {
    if (deps.sameUnderWay(doubt.sender, doubt.to, doubt.id)) {
      doubt.nextLook = options.monotonic() + options.doubt.againMs / 4;
      return;
    }
    const seen = await readLog(doubt);
    if (cases.get(doubt.id) !== doubt || doubt.concluded) return;
    const finding = judge(doubt, seen, options.monotonic(), options.doubt);
    const lost = finding.found === 'accepted' && (taken.get(finding.providerId) ?? doubt.id) !== doubt.id;
    if (lost) return;
    if (finding.found === 'look_again') {
      if (seen) doubt.clear++;
      doubt.nextLook = finding.at;
      return;
    }
    conclude(doubt, finding);
  }

  async function readLog(doubt: Case): Promise<Look> {
    const entries = (await deps.provider(doubt.provider)?.find(doubt.to, doubt.sender)) ?? null;
    if (!entries) return null;
    const others = new Set<string>();
    for (const { providerId } of sameText(entries, doubt.text)) {
      const owner = await outbox.ownerOfProviderId(providerId, { numberId: doubt.numberId, address: doubt.to });
      // Also one that is known as this delivery's own: that is an earlier attempt, which failed later.
      if (owner !== null || deps.pendingProviderId(providerId)) others.add(providerId);
    }
    // Asked last, without a pause in between: another case may have taken one meanwhile.
    for (const { providerId } of entries) {
      const by = taken.get(providerId);
      if (by !== undefined && by !== doubt.id) others.add(providerId);
    }
    return { entries, others };
  }

  function conclude(doubt: Case, finding: Exclude<Finding, { found: 'look_again' }>): void {
    doubt.concluded = true;
    const { id } = doubt;
    const now = deps.now();
    if (finding.found === 'accepted') {
      doubt.took = finding.providerId;
      taken.set(finding.providerId, id);
      deps.settle({ id, to: 'accepted', providerId: finding.providerId, at: now }, doubt);
      return;
    }
    if (finding.found === 'uncertain') {
      deps.settle({ id, to: 'uncertain', reason: finding.reason, at: now }, doubt);
      return;
    }
    if (doubt.spend) deps.returnSpend(doubt.spend);
    // It was claimed and may have been dialled, so the attempt counts: a receipt that comes after all still finds it.
    const wait = doubt.from === 'lease' ? 0 : doubtBackoff(id, doubt.attempts);
    deps.settle(queuedOrExpired(doubt, now + wait, 'resend', true, now), doubt);
  }

  function forget(ids: readonly number[]): void {
    if (cases.size === 0) return;
    for (const id of ids) {
      const took = cases.get(id)?.took;
      if (took) taken.delete(took);
      cases.delete(id);
    }
  }

  return {
    addOutcome,
    addLease,
    has: (id) => cases.has(id),
    resolve(id) {
      const doubt = cases.get(id);
      if (!doubt || doubt.concluded) return false;
      doubt.concluded = true;
      return true;
    },
    forget,
    look,
    get size() {
      return cases.size;
    },
  };
}
