import { afterAll, beforeAll, beforeEach, describe, expect } from '@jest/globals';
import { sql } from 'drizzle-orm';
import type { Plan, Rows, Step, Store, Table } from '../../src/ports/store.ts';
import type { Database } from '../../src/store/database.ts';
import { COPY_ORDER } from '../../src/store/move.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { SMALL_WORLD } from '../kit/rows.ts';
import { type Opened, openBoth, scratch } from '../kit/store.ts';

/** The same tests on both databases; each test begins with the small world and nothing else. */
export type Bench = {
  readonly dialect: 'sqlite' | 'postgres';
  readonly store: Store;
  /** On PostgreSQL another process's store; on SQLite, where there is one worker, the same. */
  readonly other: Store;
  readonly db: Database;
  /** Rows as the database gives them: names of columns to values. */
  rows(query: string): Promise<Record<string, unknown>[]>;
  change(query: string): Promise<number>;
  done(...plan: Plan): Promise<void>;
};

export const add = <T extends Table>(table: T, row: Rows[T]): Step => ({ add: table, row, exists: 'stale' }) as Step;

export function onBothDialects(name: string, body: (bench: Bench) => void): void {
  describe.each(['sqlite', 'postgres'] as const)(`${name} on %s`, (dialect) => {
    const folder = scratch();
    let server: Postgres | undefined;
    let opened: Opened;
    let second: Opened | undefined;

    beforeAll(async () => {
      if (dialect === 'sqlite') {
        opened = await openBoth(`file:${folder.path('test.db')}`);
      } else {
        server = await startPostgres();
        opened = await openBoth(await server.database());
        second = await openBoth(opened.url);
      }
    });
    afterAll(async () => {
      await second?.close();
      await opened?.close();
      await server?.stop();
      folder.clear();
    });
    const change = (query: string) =>
      opened.db.write(function* () {
        const [answer] = yield [{ statement: opened.db.statement(sql.raw(query)), given: {} }];
        return answer?.changes ?? 0;
      });
    beforeEach(async () => {
      await change('delete from carrier_messages');
      await change('delete from carrier_blocks');
      await change('delete from spends');
      await change('delete from paces');
      await change('delete from ledger_heads');
      await opened.db.write(function* () {
        for (const table of COPY_ORDER.toReversed()) {
          yield [{ statement: opened.db.statement(sql`delete from ${opened.db.tables[table]}`), given: {} }];
        }
      });
      expect(await opened.store.commit(SMALL_WORLD)).toBe('done');
    });

    body({
      dialect,
      get store() {
        return opened.store;
      },
      get other() {
        return second?.store ?? opened.store;
      },
      get db() {
        return opened.db;
      },
      async rows(query) {
        const names = /^select (.+?) from/s.exec(query)?.[1]?.split(', ') ?? [];
        const value = { mapFromDriverValue: (given: unknown) => given };
        const fields = Object.fromEntries(names.map((n) => [n, value]));
        return await opened.db.read(opened.db.statement(sql.raw(query), fields));
      },
      change,
      async done(...plan) {
        expect(await opened.store.commit(plan)).toBe('done');
      },
    });
  });
}
