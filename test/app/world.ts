import { createHash, createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createIds } from '../../src/app/ids.ts';
import type { Keyed } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Store } from '../../src/ports/store.ts';
import { open } from '../../src/store/open.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { NOON } from '../kit/rows.ts';
import { scratch } from '../kit/store.ts';

/** A key that everybody may know. */
export const keyed: Keyed = {
  addressHash: (address) => createHmac('sha256', 'key').update(address).digest('base64url'),
  digest: (text) => createHash('sha256').update(text).digest('base64url'),
  mac: (text) => createHmac('sha256', 'key').update(text).digest('base64url'),
  fingerprint: 'test',
};

const silent: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent };

export type World = {
  deps: { store: Store; clock: { now(): number }; ids: ReturnType<typeof createIds>; keyed: Keyed; log: Log };
  /** Moves the clock. */
  later(ms: number): void;
};

/** Real stores for a test file, a new empty one each time. `close` ends all of them. */
export function worlds(dialect: 'sqlite' | 'postgres') {
  const folder = scratch();
  const opened: Store[] = [];
  let postgres: Postgres | null = null;
  return {
    async create(): Promise<World> {
      if (dialect === 'postgres') postgres ??= await startPostgres();
      const url = postgres ? await postgres.database() : `file:${folder.path(`${opened.length}.db`)}`;
      const store = await open(url, { create: true, keyed });
      opened.push(store);
      let now = NOON;
      return {
        deps: { store, clock: { now: () => now }, ids: createIds(), keyed, log: silent },
        later: (ms) => {
          now += ms;
        },
      };
    },
    async close() {
      for (const store of opened) await store.close();
      await postgres?.stop();
      folder.clear();
    },
  };
}

export const fixturePath = (name: string): string =>
  fileURLToPath(new URL(`../../fixtures/books/${name}`, import.meta.url));
export const fixture = (name: string): string => readFileSync(fixturePath(name), 'utf8');
