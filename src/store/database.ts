import type { SQL } from 'drizzle-orm';
import type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
import type { Call, Given, Read, Row, Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/**
 * What the files of this folder share: one database behind one interface, whichever dialect it speaks.
 *
 *   const late = db.statement(db.build.update(t.deliveries).set({ status: 'expired' }).where(…));   // once, at start
 *   const rows = await db.read(byId, { id });                                                       // outside a transaction
 *   const n = await db.write(function* () {                                                         // one transaction
 *     const taken = yield* run(claim, { limit });      // { rows, changes }
 *     if (taken.changes === 0) return new Undo(0);     // rolls this piece of work back and answers 0
 *     return taken.changes;
 *   });
 *   const { changes } = await db.writeOne(late, { … });                                             // one of one statement
 *
 * drizzle builds each statement once (`db.statement`), then the bare driver runs it. A piece of work is a generator: SQLite
 * runs it synchronously inside its group commit, PostgreSQL awaits each answer. It may be run again from its start
 * (deadlocks), so it must do nothing but yield statements. Never await inside: a generator cannot.
 */
export interface Database {
  readonly dialect: 'sqlite' | 'postgres';
  /** The tables of this dialect, under PostgreSQL's types. */
  readonly tables: Tables;
  /** drizzle's builder. It has no connection; it only builds what `statement` takes. */
  readonly build: PgDatabase<PgQueryResultHKT>;
  /** Compiles a builder or a piece of `sql`; see statement.ts. */
  readonly statement: Compile;
  /** `column in (the list given as NAME)`, for lists of any length under one prepared statement. */
  readonly among: (column: SQL.Aliased | SQL | ColumnLike, name: string) => SQL;
  /** The text of `column` holds the one given as NAME, letter by letter: no signs mean anything, nothing is folded. */
  readonly contains: (column: SQL, name: string) => SQL;
  /** The text of `column` holds one of those in the list given as NAME; none is in an empty list. */
  readonly containsAny: (column: SQL, name: string) => SQL;
  /** `for update skip locked`, or nothing where one process has the database for itself. */
  readonly skipLocked: SQL;
  /** Rows of one statement, outside of any transaction. */
  read<R>(statement: Statement<R>, given?: Given): Promise<R[]>;
  /** Several reads in one round trip; not one instant on PostgreSQL. */
  readAll<const C extends readonly Call<unknown>[]>(calls: C): Promise<RowsOf<C>>;
  /** One transaction; resolves when it is on the disk. Many that wait share one commit on SQLite. */
  write<T>(work: () => Work<T>): Promise<T>;
  /** One statement as a transaction of its own: one round trip on PostgreSQL, and no lock there waits for this process. */
  writeOne<R>(statement: Statement<R>, given?: Given): Promise<Answer<R>>;
  /** Reads that all see one instant, while others go on writing: for copies of the whole. */
  still<T>(look: (read: Database['read']) => Promise<T>): Promise<T>;
  /** After rows came with their own integer keys: the next key that the database gives is higher. */
  raiseIdentities(): Promise<void>;
  /** Writes a copy to a new file while others go on writing; null: this dialect has no such thing of its own. */
  readonly backup: ((file: string) => Promise<void>) | null;
  /** Tells listeners, in this process and on PostgreSQL in all, that there are new deliveries. */
  announce(): void;
  listen(listener: () => void): () => void;
  close(): Promise<void>;
}

type ColumnLike = Parameters<typeof import('drizzle-orm').eq>[0];
export type Compile = {
  (query: { getSQL(): SQL }): Statement<never>;
  <R>(query: { getSQL(): SQL }, read: Read<R>): Statement<R>;
  <F extends Record<string, unknown>>(query: { getSQL(): SQL }, fields: F): Statement<Row<F>>;
};
export type RowsOf<C extends readonly Call<unknown>[]> = {
  [K in keyof C]: C[K] extends Call<infer R> ? R[] : never;
};

/** What a statement did: `changes` counts rows inserted, updated or deleted (or returned). */
export type Answer<R> = { rows: R[]; changes: number };

/** Yields statements, gets their answers; returns the result, or `Undo` to roll back and give it. */
export type Work<T> = Generator<readonly Call<unknown>[], T | Undo<T>, readonly Answer<unknown>[]>;

/** Rolls back this piece of work, and only this one; `value` is what `write` resolves with. */
export class Undo<T> {
  readonly value: T;
  constructor(value: T) {
    this.value = value;
  }
}

/** One statement within a piece of work. */
export function* run<R>(
  statement: Statement<R>,
  given: Given = {},
): Generator<readonly Call<unknown>[], Answer<R>, readonly Answer<unknown>[]> {
  const [answer] = yield [{ statement, given }];
  return answer as Answer<R>;
}

/**
 * Several statements that do not need each other's answers: one round trip on PostgreSQL. A call with `guard` that
 * changes no row ends the batch: the answers stop with it.
 */
export function* runAll(
  calls: readonly Call<unknown>[],
): Generator<readonly Call<unknown>[], readonly Answer<unknown>[], readonly Answer<unknown>[]> {
  return yield calls;
}
