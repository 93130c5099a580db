import { sql } from 'drizzle-orm';
import type { Broadcast } from '../../src/core/broadcast.ts';
import type { NewDelivery } from '../../src/core/delivery.ts';
import type { Organisation, ProviderName, VirtualNumber } from '../../src/core/organisation.ts';
import { createWorker, type Worker, type WorkerDeps } from '../../src/delivery/worker.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Provider } from '../../src/ports/provider.ts';
import type { Step } from '../../src/ports/store.ts';
import type { WorkerEvent } from '../../src/ports/workerEvent.ts';
import { asText } from '../../src/store/statement.ts';
import { bookRow, broadcastRow, deliveryRow, memberRow, NUMBER, ORGANISATION } from '../kit/rows.ts';
import { type Opened, openBoth, scratch } from '../kit/store.ts';

/** What is logged on purpose is kept for a failing test to show; nothing asserts on its prose. */
export function quietLog(): Log & { lines: string[] } {
  const lines: string[] = [];
  const note = (level: string) => (fields: Record<string, unknown>, message: string) => {
    lines.push(`${level} ${message} ${fields.err instanceof Error ? fields.err.message : ''}`);
  };
  const log: Log & { lines: string[] } = {
    lines,
    debug: note('debug'),
    info: note('info'),
    warn: note('warn'),
    error: note('error'),
    child: () => log,
  };
  return log;
}

export const phone = (n: number): string => `+4670${String(2_000_000 + n)}`;

export type World = {
  opened: Opened;
  sql: typeof sql;
  events: WorkerEvent[];
  log: ReturnType<typeof quietLog>;
  /** A book on its own number, with `members` active members. */
  book(id: string, members: number, number?: Partial<VirtualNumber>): Promise<void>;
  broadcast(id: string, bookId: string, row?: Partial<Broadcast>): Promise<void>;
  reply(row: Partial<NewDelivery>): Promise<void>;
  commit(...steps: Step[]): Promise<void>;
  worker(options?: Partial<WorkerDeps> & { provider: WorkerDeps['provider'] }): Worker;
  /** How many deliveries are in each status (of one broadcast). */
  statuses(broadcastId?: string): Promise<Record<string, number>>;
  reasons(): Promise<string[]>;
  close(): Promise<void>;
};

/** A real SQLite store with one organisation, and workers on it that are drained at the end. */
export async function openWorld(organisation: Partial<Organisation> = {}): Promise<World> {
  const folder = scratch();
  const opened = await openBoth(`file:${folder.path('delivery.db')}`);
  const { store } = opened;
  const events: WorkerEvent[] = [];
  const log = quietLog();
  const workers: Worker[] = [];
  const commit = async (...steps: Step[]): Promise<void> => {
    const result = await store.commit(steps);
    if (result !== 'done') throw new Error(`a plan of the test is ${result}`);
  };
  await store.createInstallation({ id: 'inst', keyFingerprint: 'f', directoryVersion: 1, createdAt: Date.now() });
  await commit({ add: 'organisations', row: { ...ORGANISATION, ...organisation }, exists: 'stale' });

  return {
    opened,
    sql,
    events,
    log,
    commit,
    async book(id, members, number = {}) {
      const numberId = `num-${id}`;
      const row: VirtualNumber = { ...NUMBER, id: numberId, e164: `+4676${id}`, partsPerSecond: 1_000_000, ...number };
      await commit(
        { add: 'numbers', row, exists: 'stale' },
        { add: 'books', row: bookRow({ id, numberId, address: id }), exists: 'stale' },
      );
      for (let from = 0; from < members; from += 1000) {
        const some = Array.from({ length: Math.min(1000, members - from) }, (_, i): Step => {
          const n = from + i;
          const member = memberRow({
            id: `${id}-${String(n).padStart(7, '0')}`,
            bookId: id,
            phone: phone(n),
            name: `Namn ${n}`,
          });
          return { add: 'members', row: member, exists: 'stale' };
        });
        await commit(...some);
      }
    },
    async broadcast(id, bookId, row = {}) {
      const now = Date.now();
      const whole = broadcastRow({
        id,
        bookId,
        numberId: `num-${bookId}`,
        fanCursor: '',
        dueAt: now,
        createdAt: now,
        latestAt: now + 4 * 3_600_000,
        ...row,
      });
      await commit({ add: 'broadcasts', row: whole, exists: 'stale' });
    },
    async reply(row) {
      const now = Date.now();
      await commit({
        add: 'deliveries',
        row: deliveryRow({ dueAt: now, createdAt: now, latestAt: now + 3_600_000, ...row }),
        exists: 'stale',
      });
    },
    worker(deps) {
      const worker = createWorker({
        outbox: store.outbox,
        clock: { now: () => Date.now() },
        log,
        owner: `w${workers.length}`,
        onEvent: (event) => void events.push(event),
        provider: () => null,
        ...deps,
      });
      workers.push(worker);
      worker.start();
      return worker;
    },
    async statuses(broadcastId) {
      const where = broadcastId === undefined ? sql`` : sql`where broadcast_id = ${broadcastId}`;
      const query = sql`select status from deliveries ${where}`;
      const found: Record<string, number> = {};
      for (const status of (await opened.column(query)) as string[]) found[status] = (found[status] ?? 0) + 1;
      return found;
    },
    async reasons() {
      const statement = opened.db.statement(sql`select reason from deliveries where reason is not null order by id`, {
        reason: asText,
      });
      return (await opened.db.read(statement)).map(({ reason }) => reason);
    },
    async close() {
      await Promise.all(workers.map((worker) => worker.drain(2000)));
      await opened.close();
      folder.clear();
    },
  };
}

/** Providers by name; what is not named is not set up. */
export const only =
  (...providers: Provider[]) =>
  (name: ProviderName): Provider | null =>
    providers.find((provider) => provider.name === name) ?? null;

/** Waits until it is so, looking often; throws after `ms`, saying what it saw last. */
export async function until<T>(look: () => T | Promise<T>, isSo: (seen: T) => boolean, ms = 40_000): Promise<T> {
  const end = performance.now() + ms;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > end) throw new Error(`it did not come about; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
