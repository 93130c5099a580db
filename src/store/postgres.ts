import { sql } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { PgDialect } from 'drizzle-orm/pg-core';
import pg from 'pg';
import { bulletin } from './bulletin.ts';
import { type Answer, type Compile, type Database, type RowsOf, Undo, type Work } from './database.ts';
import * as schema from './schema.postgres.ts';
import { type Call, compile, type Given, type Read, type Statement } from './statement.ts';
import type { Tables } from './tables.ts';

/** Serialization failure, deadlock, slept too long inside the transaction: all was undone, and may well succeed now. */
const TRY_AGAIN = new Set(['40001', '40P01', '25P03']);
const TRIES = 10;
const PAUSE_MS = 10;
/**
 * A process that is frozen between a statement and its commit (a paused machine, SIGSTOP) holds the locks of its rows,
 * and with the row of a number's pace all sending of that number. After this the server undoes what it had begun (F29).
 */
const ASLEEP_MS = 5_000;

/** bigint and numeric as numbers: times and counts stay far below 2^53. */
const types = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    oid === pg.types.builtins.INT8 || oid === pg.types.builtins.NUMERIC
      ? Number
      : (pg.types.getTypeParser(oid, format as 'text') as (value: string) => unknown),
};

/**
 * PostgreSQL's executor: a pool, one transaction a piece of work, prepared statements, and pipelining: the statements of
 * one batch leave together, so a plan costs two round trips (begin with all its statements; commit).
 */
export function postgresDatabase(url: string): Database {
  const dialect = new PgDialect();
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    types: types as never,
    pipeline: true,
    keepAlive: true,
    /** Waiting for a free connection counts too; a server that is down refuses at once. */
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
  } as pg.PoolConfig);
  /** A lost connection: the pool throws it away and opens another when asked; whoever works on it gets the rejection. */
  pool.on('error', () => {});
  pool.on('connect', (client) => {
    client.on('error', () => {});
    // Not among the settings of the connection: poolers in between refuse one that they do not know.
    client.query(`set idle_in_transaction_session_timeout = ${ASLEEP_MS}`).catch(() => {});
  });
  const news = bulletin(url, pool);

  const send = (client: pg.PoolClient | pg.Pool, { statement, given }: Call<unknown>) =>
    client.query<unknown[]>({
      name: statement.name,
      text: statement.sql,
      values: storable(statement.bind(given)),
      rowMode: 'array',
    });

  /** All at once; the answers stop with the first guard that changed nothing, which outranks any later error. */
  async function batch(client: pg.PoolClient, calls: readonly Call<unknown>[]): Promise<Answer<unknown>[]> {
    const ended = await Promise.allSettled(calls.map((call) => send(client, call)));
    const answers: Answer<unknown>[] = [];
    for (const [i, end] of ended.entries()) {
      if (end.status === 'rejected') throw end.reason;
      const call = calls[i] as Call<unknown>;
      const answer = { rows: decoded(call.statement, end.value.rows), changes: end.value.rowCount ?? 0 };
      answers.push(answer);
      if (call.guard && answer.changes === 0) break;
    }
    return answers;
  }

  async function perform<T>(work: Work<T>): Promise<T> {
    const client = await pool.connect();
    let lost: Error | undefined;
    try {
      /** Not awaited: it leaves with the first batch. Its failure shows in that batch too. */
      const begun = client.query('begin');
      begun.catch(() => {});
      let step = work.next([]);
      while (!step.done) step = work.next(await batch(client, step.value));
      await begun;
      if (step.value instanceof Undo) {
        await client.query('rollback');
        return step.value.value;
      }
      await client.query('commit');
      return step.value;
    } catch (error) {
      await client.query('rollback').catch((fault: Error) => {
        lost = fault;
      });
      throw error;
    } finally {
      client.release(lost);
    }
  }

  async function persistent<T>(attempt: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await attempt();
      } catch (error) {
        if (!TRY_AGAIN.has(codeOf(error)) || tries === TRIES) throw error;
        // By chance, or the same two meet again and again.
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS * 2 ** Math.min(tries, 5) * Math.random()));
      }
    }
  }

  async function readAll<const C extends readonly Call<unknown>[]>(calls: C): Promise<RowsOf<C>> {
    const client = await pool.connect();
    let lost: Error | undefined;
    try {
      const ended = await Promise.allSettled(calls.map((call) => send(client, call)));
      return ended.map((end, i) => {
        if (end.status === 'rejected') throw end.reason;
        return decoded((calls[i] as Call<unknown>).statement, end.value.rows);
      }) as RowsOf<C>;
    } catch (error) {
      if (codeOf(error) === '') lost = error as Error;
      throw error;
    } finally {
      client.release(lost);
    }
  }

  const statement: Compile = (query: Parameters<Compile>[0], fields?: Record<string, unknown> | Read<unknown>) =>
    compile(dialect.sqlToQuery(query.getSQL()), fields) as never;

  return {
    dialect: 'postgres',
    tables: schema as unknown as Tables,
    build: drizzle.mock() as unknown as Database['build'],
    statement,
    among: (column, name) => sql`${column} = any(${sql.placeholder(name)})`,
    contains: (column, name) => sql`strpos(${column}, ${sql.placeholder(name)}) > 0`,
    containsAny: (column, name) =>
      sql`exists (select 1 from unnest(cast(${sql.placeholder(name)} as text[])) n(name) where strpos(${column}, n.name) > 0)`,
    skipLocked: sql`for update skip locked`,
    async read<R>(one: Statement<R>, given: Given = {}) {
      const { rows } = await send(pool, { statement: one, given });
      return decoded(one, rows) as R[];
    },
    readAll,
    write: (work) => persistent(() => perform(work())),
    writeOne: <R>(one: Statement<R>, given: Given = {}) =>
      persistent(async () => {
        const { rows, rowCount } = await send(pool, { statement: one, given });
        return { rows: decoded(one, rows) as R[], changes: rowCount ?? 0 };
      }),
    async still(look) {
      const client = await pool.connect();
      try {
        // It locks no row, and whoever looks may write elsewhere for a while between two reads.
        await client.query(
          'begin isolation level repeatable read read only; set local idle_in_transaction_session_timeout = 0',
        );
        return await look(async (one, given = {}) => {
          const { rows } = await send(client, { statement: one, given });
          return decoded(one, rows) as never;
        });
      } finally {
        const ended = await client.query('rollback').then(
          () => undefined,
          (fault: Error) => fault,
        );
        client.release(ended);
      }
    },
    async raiseIdentities() {
      await pool.query(`select setval(pg_get_serial_sequence('deliveries', 'id'),
        (select coalesce(max(id), 0) + 1 from deliveries), false)`);
    },
    backup: null,
    announce: news.announce,
    listen: news.listen,
    async close() {
      await news.close();
      await pool.end();
    },
  };
}

/** No text of PostgreSQL holds NUL; a person's message with one is kept with U+FFFD in its place (B-33). */
function storable(values: unknown[]): unknown[] {
  for (let i = 0; i < values.length; i += 1) {
    const value = values[i];
    if (typeof value === 'string' && value.includes('\0')) values[i] = value.replaceAll('\0', '\uFFFD');
  }
  return values;
}

/** False: nobody has migrated this database yet. */
export async function hasPostgresTables(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rows } = await client.query<{ there: boolean }>(`select to_regclass('installation') is not null as there`);
    return rows[0]?.there === true;
  } finally {
    await client.end();
  }
}

function decoded(statement: Statement<unknown>, rows: unknown[][]): unknown[] {
  return statement.decode === null ? rows : rows.map(statement.decode);
}

/** SQLSTATE, or '' for errors of the connection. */
function codeOf(error: unknown): string {
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : '';
}
