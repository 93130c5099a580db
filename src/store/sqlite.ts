import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import Sqlite from 'better-sqlite3';
import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/better-sqlite3';
import { SQLiteSyncDialect } from 'drizzle-orm/sqlite-core';
import { type Answer, type Compile, type Database, type RowsOf, run, type Undo, type Work } from './database.ts';
import { type Connection, groupCommit, LOCKED, PATIENCE_MS, RETRY_MS } from './groupCommit.ts';
import * as schema from './schema.sqlite.ts';
import { type Call, compile, type Given, type Read, type Statement } from './statement.ts';
import type { Tables } from './tables.ts';
import { Unusable } from './unusable.ts';

/** better-sqlite3 waits for locks synchronously: wait briefly, then let others run and come back. */
const BUSY_TIMEOUT_MS = 5;
/** Files up to this size are checked through when they are opened: about 1 ms a MB. */
const CHECKED_BYTES = 64 * 1024 * 1024;

export type SqliteOptions = {
  /** Sees every BEGIN, COMMIT and statement; for tests and measuring. */
  trace?: (sql: string) => void;
};

/**
 * SQLite's executor: one connection, WAL, an fsync in every commit, many pieces of work in one commit.
 * The file must exist; open.ts decides whether it may be made.
 */
export function sqliteDatabase(connection: Sqlite.Database, options: SqliteOptions = {}): Database {
  const dialect = new SQLiteSyncDialect();
  const execute = executor(connection, options);
  const group = groupCommit(transactions(connection, execute, options));
  const listeners = new Set<() => void>();
  let announced = false;
  let closed = false;

  const statement: Compile = (query: Parameters<Compile>[0], fields?: Record<string, unknown> | Read<unknown>) =>
    compile(dialect.sqlToQuery(query.getSQL()), fields) as never;
  const asJson = { mapToDriverValue: (list: unknown) => JSON.stringify(list) };

  const write: Database['write'] = (work) =>
    closed ? Promise.reject(new Error('the database is closed')) : group.write(work);

  return {
    dialect: 'sqlite',
    tables: schema as unknown as Tables,
    build: drizzle.mock() as unknown as Database['build'],
    statement,
    among: (column, name) =>
      sql`${column} in (select value from json_each(${sql.param(sql.placeholder(name), asJson)}))`,
    contains: (column, name) => sql`instr(${column}, ${sql.placeholder(name)}) > 0`,
    containsAny: (column, name) =>
      sql`exists (select 1 from json_each(${sql.param(sql.placeholder(name), asJson)}) n where instr(${column}, n.value) > 0)`,
    skipLocked: sql``,
    read: <R>(one: Statement<R>, given: Given = {}) => patiently(() => execute({ statement: one, given }).rows as R[]),
    readAll: <const C extends readonly Call<unknown>[]>(calls: C) =>
      patiently(() => calls.map((call) => execute(call).rows) as RowsOf<C>),
    async still(look) {
      const own = connect(connection.name);
      const executeThere = executor(own, {});
      try {
        own.exec('begin');
        return await look(
          async <R>(one: Statement<R>, given: Given = {}) => executeThere({ statement: one, given }).rows as R[],
        );
      } finally {
        own.close();
      }
    },
    /** AUTOINCREMENT has noted the highest key itself. */
    raiseIdentities: () => Promise.resolve(),
    write,
    writeOne: (one, given) => write(() => run(one, given)),
    async backup(file) {
      await connection.backup(file);
    },
    announce() {
      if (announced) return;
      announced = true;
      setImmediate(() => {
        announced = false;
        for (const listener of listeners) listener();
      });
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async close() {
      closed = true;
      while (group.waiting > 0) await new Promise((resolve) => setTimeout(resolve, 1));
      connection.close();
    },
  };
}

/** Runs one statement on one connection; prepares it at its first use. */
function executor(connection: Sqlite.Database, { trace }: SqliteOptions): (call: Call<unknown>) => Answer<unknown> {
  const prepared = new WeakMap<Statement<unknown>, Sqlite.Statement<unknown[]>>();
  return ({ statement, given }) => {
    let driver = prepared.get(statement);
    if (driver === undefined) {
      driver = connection.prepare<unknown[]>(statement.sql);
      if (driver.reader) driver.raw(true);
      prepared.set(statement, driver);
    }
    trace?.(statement.sql);
    const values = statement.bind(given);
    for (let i = 0; i < values.length; i += 1) if (typeof values[i] === 'boolean') values[i] = values[i] ? 1 : 0;
    if (!driver.reader) return { rows: [], changes: driver.run(...values).changes };
    const raw = driver.all(...values) as unknown[][];
    return { rows: statement.decode === null ? raw : raw.map(statement.decode), changes: raw.length };
  };
}

/**
 * Opens a file (making it if it is not there), lets `prepare` look at it, and closes it again if that throws. A file that
 * is no database, or a broken one, throws `Unusable`.
 */
export async function connectSqlite(
  file: string,
  prepare: (connection: Sqlite.Database) => void,
): Promise<Sqlite.Database> {
  let connection: Sqlite.Database | undefined;
  try {
    return await patiently(() => {
      connection?.close();
      connection = connect(file);
      if (statSync(file).size <= CHECKED_BYTES) check(connection);
      prepare(connection);
      return connection;
    });
  } catch (error) {
    connection?.close();
    if (/^SQLITE_(?:NOTADB|CORRUPT)/.test(codeOf(error))) throw damaged(error);
    throw error;
  }
}

/** An answered message is on the disk: FULL syncs the log in every commit. */
function connect(file: string): Sqlite.Database {
  const connection = new Sqlite(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    connection.pragma('foreign_keys = ON');
    // 8 MB, not more: a commit that has balanced a tree walks through the whole cache, so that with 32 MB a claim costs a
    // fifth more. What is not in it comes from the system's own cache.
    connection.pragma('cache_size = -8000');
    // What a savepoint keeps to undo one plan is more than the 64 KB after which SQLite would write it to a file: that
    // doubled the cost of a START (bench/README.md).
    connection.pragma('temp_store = MEMORY');
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

function check(connection: Sqlite.Database): void {
  const found = connection.pragma('quick_check(1)', { simple: true });
  if (found !== 'ok') throw damaged(undefined);
}

const damaged = (cause: unknown) =>
  new Unusable('damaged', 'The database is damaged. Restore it from a backup.', { cause });

/** False: nobody has migrated this file yet. */
export const hasTables = (connection: Sqlite.Database): boolean =>
  connection.prepare(`select 1 from sqlite_schema where type = 'table' and name = 'installation'`).get() !== undefined;

/** better-sqlite3 blocks the process while it waits for a lock, so it waits briefly and the rest happens here (F23). */
async function patiently<T>(work: () => T): Promise<T> {
  const since = performance.now();
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error)) throw error;
      if (performance.now() - since > PATIENCE_MS) throw new Error(LOCKED, { cause: error });
      await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    }
  }
}

const isBusy = (error: unknown): boolean => /^SQLITE_(?:BUSY|LOCKED)/.test(codeOf(error));

/** Not by `instanceof`: the driver's native part keeps the error class of whichever copy of the driver was loaded first. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

function transactions(
  connection: Sqlite.Database,
  execute: (call: Call<unknown>) => Answer<unknown>,
  { trace }: SqliteOptions,
): Connection {
  const verb = (text: string) => {
    const driver = connection.prepare(text);
    return () => {
      trace?.(text);
      driver.run();
    };
  };
  let clean = true;
  function perform<T>(work: Work<T>): T | Undo<T> {
    clean = true;
    let step = work.next([]);
    while (!step.done) step = work.next(batch(step.value));
    return step.value;
  }
  function batch(calls: readonly Call<unknown>[]): Answer<unknown>[] {
    const answers: Answer<unknown>[] = [];
    for (const call of calls) {
      const answer = execute(call);
      answers.push(answer);
      // Rows that were only read count as well: that is on the safe side.
      if (answer.changes > 0) clean = false;
      if (call.guard && answer.changes === 0) break;
    }
    return answers;
  }
  const mustBeThere = presence(connection);
  const begin = verb('begin immediate');
  return {
    begin() {
      mustBeThere();
      begin();
    },
    savepoint: verb('savepoint piece'),
    release: verb('release piece'),
    rollbackToSavepoint: verb('rollback to piece'),
    commit: verb('commit'),
    rollback: verb('rollback'),
    get inTransaction() {
      return connection.inTransaction;
    },
    perform,
    get clean() {
      return clean;
    },
    isBusy,
  };
}

/**
 * Throws when the database's file or its log is no longer where it was opened. The system lets us write on into a file
 * that was removed or replaced, and every commit would seem to be kept (F23). Moved back, it serves again. Two looks
 * at the file system cost 5 µs a commit.
 */
function presence(connection: Sqlite.Database): () => void {
  const files = ['', '-wal'].map((end) => resolve(connection.name) + end);
  const same = (file: string, inode: number | undefined) => statSync(file, { throwIfNoEntry: false })?.ino === inode;
  const opened = files.map((file) => statSync(file, { throwIfNoEntry: false })?.ino);
  return () => {
    for (const [i, file] of files.entries()) {
      // The log is made with the first transaction, if the migrations had none.
      if (opened[i] === undefined) opened[i] = statSync(file, { throwIfNoEntry: false })?.ino;
      if (!same(file, opened[i])) throw new Error('The database was removed or replaced while it was open.');
    }
  };
}
