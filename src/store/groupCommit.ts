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
  /** What was performed last has changed nothing. */
  readonly clean: boolean;
  /** Another process holds the lock: try again later. */
  isBusy(error: unknown): boolean;
};

/** `undo`: one of the pieces cannot stay, and without savepoints all must go. */
type Batch = { taken: number; resolved: (() => void)[]; fault: { error: unknown } | null; undo: boolean };
type Waiting = { work: () => Work<unknown>; resolve(value: unknown): void; reject(error: unknown): void };

/** Longest time that one transaction holds the event loop before it commits and lets others in, ms. */
const SLICE_MS = 8;
/** How long a lock held by another process is waited for, and how often it is tried, ms (F23). */
export const PATIENCE_MS = 10_000;
export const RETRY_MS = 25;
export const LOCKED = 'Another process has kept the database locked for 10 seconds.';

/**
 * Collects the pieces of work that wait, runs them in one transaction, each whole or not at all, and resolves them all
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
    if (waiting.length === 0 || !begin()) return;
    let batch = performAll(waiting.length === 1 ? performAlone : performBare);
    if (batch.undo) {
      connection.rollback();
      if (!begin()) return;
      batch = performAll(performInSavepoint);
    }
    const taken = waiting.slice(0, batch.taken);
    waiting = waiting.slice(batch.taken);
    if (waiting.length > 0) schedule();
    try {
      if (batch.fault !== null) throw batch.fault.error;
      if (connection.inTransaction) connection.commit();
    } catch (error) {
      if (connection.inTransaction) connection.rollback();
      for (const { reject } of taken) reject(error);
      return;
    }
    for (const settle of batch.resolved) settle();
  }

  /** As many pieces as fit into one slice, in their order. A fault is the whole transaction's. */
  function performAll(perform: (one: Waiting) => (() => void) | null): Batch {
    const resolved: (() => void)[] = [];
    const until = performance.now() + SLICE_MS;
    let taken = 0;
    do {
      try {
        const settle = perform(waiting[taken++] as Waiting);
        if (settle === null) return { taken, resolved, fault: null, undo: true };
        resolved.push(settle);
      } catch (error) {
        return { taken, resolved, fault: { error }, undo: false };
      }
    } while (taken < waiting.length && performance.now() < until);
    return { taken, resolved, fault: null, undo: false };
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

  /**
   * Without a savepoint, which costs a copy of every page that the piece changes. Nearly all pieces succeed or, as
   * duplicates do, fail before they have changed anything. When one has to be undone (null), all of the batch are performed
   * again, each in a savepoint.
   */
  function performBare({ work, resolve, reject }: Waiting): (() => void) | null {
    try {
      const result = connection.perform(work());
      if (!(result instanceof Undo)) return () => resolve(result);
      return connection.clean ? () => resolve(result.value) : null;
    } catch (error) {
      if (!connection.inTransaction) throw error;
      return connection.clean ? () => reject(error) : null;
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
