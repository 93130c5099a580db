import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SQL, sql } from 'drizzle-orm';
import type { Store } from '../../src/ports/store.ts';
import type { Database } from '../../src/store/database.ts';
import { open, openDatabase } from '../../src/store/open.ts';
import { asNumber } from '../../src/store/statement.ts';
import type { Tables } from '../../src/store/tables.ts';

/** Hashes with a key that everybody may know. */
const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
export const KEYED = { digest, mac: (text: string) => digest(`key ${text}`) };

/** A store and, beside it, a second handle on the same database to look in. */
export type Opened = {
  store: Store;
  db: Database;
  url: string;
  counts(): Promise<Record<keyof Tables, number>>;
  /** Values of the first column. */
  column(query: SQL): Promise<unknown[]>;
  /** Every row of every table, as text. */
  dump(): Promise<string>;
  close(): Promise<void>;
};

export async function openBoth(url: string): Promise<Opened> {
  const store = await open(url, { create: true, keyed: KEYED });
  const db = await openDatabase(url, { create: false });
  return {
    store,
    db,
    url,
    counts: () => countsOf(db),
    async column(query) {
      const fields = { value: { mapFromDriverValue: (value: unknown) => value } };
      return (await db.read(db.statement(query, fields))).map(({ value }) => value);
    },
    async dump() {
      let text = '';
      for (const table of Object.values(db.tables)) {
        text += JSON.stringify(await db.read(db.statement(sql`select * from ${table}`)));
      }
      return text;
    },
    async close() {
      await store.close();
      await db.close();
    },
  };
}

/** A folder of its own, gone after `clear`. */
export function scratch(): { path(name: string): string; clear(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'startstopp-store-'));
  return {
    path: (name) => join(folder, name),
    clear: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** How many rows each table has. */
export async function countsOf(db: Database): Promise<Record<keyof Tables, number>> {
  const counts: Partial<Record<keyof Tables, number>> = {};
  for (const name of Object.keys(db.tables) as (keyof Tables)[]) {
    const [row] = await db.read(db.statement(sql`select count(*) from ${db.tables[name]}`, { count: asNumber }));
    counts[name] = row?.count ?? 0;
  }
  return counts as Record<keyof Tables, number>;
}
