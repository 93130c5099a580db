import type { Work } from './database.ts';
import { Undo } from './database.ts';

/** What group commit needs of the connection; synchronous, so no other code can slip into the transaction. */
export type Connection = {
  begin(): void;
  savepoint(): void;
  release(): void;
  rollbackToSavepoint(): void;
  commit(): void;
  rollback(): void;
  readonly inTransaction: boolean;
  /** Runs one piece of work to its end. */
  perform<T>(work: Work<T>): T | Undo<T>;
  /** Another process holds the lock: try again later. */
  isBusy(error: unknown): boolean;
};

type Waiting = { work: () => Work<unknown>; resolve(value: unknown): void; reject(error: unknown): void };

/** Longest time that one transaction holds the event loop before it commits and lets others in, ms. */
const SLICE_MS = 8;
/** How long a lock held by another process is waited for, and how often it is tried, ms (F23). */
export const PATIENCE_MS = 10_000;
export const RETRY_MS = 25;
export const LOCKED = 'Another process has kept the database locked for 10 seconds.';

/**
 * Collects the pieces of work that wait, runs them in one transaction, each in its own savepoint, and resolves them all
 * after the commit: under load dozens share one fsync. The commit is put off to the end of the event loop's turn
 * (setImmediate), so that all requests which that turn read come along.
 */
export function groupCommit(connection: Connection) {
  let waiting: Waiting[] = [];
  let scheduled = false;
  let lockedSince: number | null = null;

  function schedule(): void {
    if (scheduled) return;
    scheduled = true;
    setImmediate(flush);
  }

  function flush(): void {
    scheduled = false;
    if (waiting.length === 0) return;
    if (!begin()) return;
    const resolved: (() => void)[] = [];
    const taken: Waiting[] = [];
    const alone = waiting.length === 1;
    const until = performance.now() + SLICE_MS;
    let fault: { error: unknown } | null = null;
    do {
      const next = waiting[taken.length] as Waiting;
      taken.push(next);
      try {
        const settle = alone ? performAlone(next) : performInSavepoint(next);
        resolved.push(settle);
      } catch (error) {
        fault = { error };
      }
    } while (fault === null && taken.length < waiting.length && performance.now() < until);
    waiting = waiting.slice(taken.length);
    if (waiting.length > 0) schedule();
    try {
      if (fault !== null) throw fault.error;
      if (connection.inTransaction) connection.commit();
    } catch (error) {
      if (connection.inTransaction) connection.rollback();
      for (const { reject } of taken) reject(error);
      return;
    }
    for (const settle of resolved) settle();
  }

  /** False: not now; either a retry is planned or everybody was told. */
  function begin(): boolean {
    try {
      connection.begin();
      lockedSince = null;
      return true;
    } catch (error) {
      const now = performance.now();
      lockedSince ??= now;
      if (connection.isBusy(error) && now - lockedSince < PATIENCE_MS) {
        scheduled = true;
        setTimeout(flush, RETRY_MS);
        return false;
      }
      lockedSince = null;
      const refused = waiting;
      waiting = [];
      const fault = connection.isBusy(error) ? new Error(LOCKED, { cause: error }) : error;
      for (const { reject } of refused) reject(fault);
      return false;
    }
  }

  /** The usual case when nothing is busy: the transaction itself is the savepoint. */
  function performAlone({ work, resolve, reject }: Waiting): () => void {
    try {
      const result = connection.perform(work());
      if (!(result instanceof Undo)) return () => resolve(result);
      connection.rollback();
      return () => resolve(result.value);
    } catch (error) {
      if (connection.inTransaction) connection.rollback();
      return () => reject(error);
    }
  }

  /** Throws when the whole transaction is lost (SQLITE_FULL and I/O errors roll back by themselves). */
  function performInSavepoint({ work, resolve, reject }: Waiting): () => void {
    connection.savepoint();
    try {
      const result = connection.perform(work());
      if (result instanceof Undo) connection.rollbackToSavepoint();
      connection.release();
      return () => resolve(result instanceof Undo ? result.value : result);
    } catch (error) {
      if (!connection.inTransaction) throw error;
      connection.rollbackToSavepoint();
      connection.release();
      return () => reject(error);
    }
  }

  return {
    write<T>(work: () => Work<T>): Promise<T> {
      return new Promise<T>((resolve, reject) => {
        waiting.push({ work: work as () => Work<unknown>, resolve: resolve as (value: unknown) => void, reject });
        schedule();
      });
    },
    /** What still waits, before closing. */
    flush,
    get waiting(): number {
      return waiting.length;
    },
  };
}
