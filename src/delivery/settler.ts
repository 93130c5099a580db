import type { Log } from '../ports/log.ts';
import type { Outbox, Settlement } from '../ports/outbox.ts';

/** Collects what became of deliveries and writes it down in few transactions. */
export type Settler = {
  push(settlement: Settlement): void;
  /** A claim is about to be written: what waits goes into the same transaction. */
  joinClaim(): void;
  /** Outcomes not yet on the disk. */
  readonly waiting: number;
  /** The last write failed: nothing may be dialled until one succeeds. */
  readonly failing: boolean;
  /** The provider ids among what waits: they have an owner that the database does not know yet. */
  holdsProviderId(id: string): boolean;
  /** Resolves when everything pushed so far is on the disk, or false at the (monotonic) deadline. */
  flushed(deadline: number): Promise<boolean>;
};

const BATCH = 500;
/** Under load a settlement waits for the next claim to share its transaction, or for so many others, or so long. */
const GATHER = { count: 400, ms: 50 };
const BACKOFF_MS = { first: 100, most: 2000 };

/**
 * @param settled called for each delivery once its row is settled
 * @param calm whether so little is under way that nothing is gained by waiting
 */
export function createSettler(
  deps: { outbox: Pick<Outbox, 'settle'>; owner: string; log: Log; monotonic: () => number },
  settled: (ids: readonly number[]) => void,
  calm: () => boolean,
): Settler {
  let queue: Settlement[] = [];
  const providerIds = new Set<string>();
  let running = false;
  let failing = false;
  let waiters: (() => void)[] = [];

  async function run(): Promise<void> {
    let pause = BACKOFF_MS.first;
    do {
      const batch = queue.slice(0, BATCH);
      try {
        await deps.outbox.settle(deps.owner, batch);
      } catch (error) {
        // Kept and tried again: as long as this process lives, what it knows is not lost.
        failing = true;
        deps.log.error({ err: error, waiting: queue.length }, 'settling failed; trying again');
        await new Promise((resolve) => setTimeout(resolve, pause));
        pause = Math.min(pause * 2, BACKOFF_MS.most);
        continue;
      }
      failing = false;
      pause = BACKOFF_MS.first;
      queue = queue.slice(batch.length);
      for (const each of batch) if (each.to !== 'queued' && each.providerId) providerIds.delete(each.providerId);
      settled(batch.map((each) => each.id));
      for (const wake of waiters) wake();
    } while (failing || queue.length >= GATHER.count);
    running = false;
    if (queue.length > 0) schedule();
  }

  let timer: NodeJS.Timeout | null = null;

  function begin(): void {
    if (timer) clearTimeout(timer);
    timer = null;
    if (running || queue.length === 0) return;
    running = true;
    void run();
  }

  function schedule(): void {
    if (running) return;
    if (queue.length >= GATHER.count) begin();
    else timer ??= setTimeout(begin, calm() ? 0 : GATHER.ms);
  }

  return {
    push(settlement) {
      queue.push(settlement);
      if (settlement.to !== 'queued' && settlement.providerId) providerIds.add(settlement.providerId);
      schedule();
    },
    joinClaim: begin,
    get waiting() {
      return queue.length;
    },
    get failing() {
      return failing;
    },
    holdsProviderId: (id) => providerIds.has(id),
    async flushed(deadline) {
      while (queue.length > 0) {
        const left = deadline - deps.monotonic();
        if (left <= 0) return false;
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, left);
          waiters.push(() => {
            clearTimeout(timer);
            resolve();
          });
        });
        waiters = [];
      }
      return true;
    },
  };
}
