import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { expect } from '@jest/globals';
import pg from 'pg';
import { migrationsOf } from '../../src/store/migrate.ts';
import { bookFile, type Installation, install, until } from '../kit/installation.ts';
import { startPostgres } from '../kit/postgres.ts';
import { promise } from './promise.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const SQLITE = fileURLToPath(new URL('../../node_modules/better-sqlite3/lib/index.js', import.meta.url));

/** Runs `migrate` with `preload` read first; resolves with the signal that ended it. */
async function migrate(place: Installation, preload?: string): Promise<string | number | null> {
  const args = preload === undefined ? [] : ['--import', pathToFileURL(preload).href];
  const child = spawn(process.execPath, [...args, MAIN, 'migrate'], {
    cwd: place.folder,
    env: place.env,
    stdio: ['ignore', 'ignore', 'ignore'],
  });
  const [code, signal] = await once(child, 'exit');
  return signal ?? code;
}

/** The whole: a book, and its members, and what they are shown as. */
async function works(place: Installation): Promise<void> {
  await place.apply(bookFile({ members: 3, provider: 'simulator' }));
  expect((await place.show()).counts).toEqual({ active: 3 });
}

promise(
  'F33',
  'a migration of SQLite killed -9 half-way: the next start completes it',
  async (long) => {
    const statements = migrationsOf('sqlite').flatMap(({ sql }) => sql).length;
    const kills = Array.from({ length: long ? statements : 5 }, (_, n) =>
      long ? n + 1 : Math.max(1, Math.round((n / 4) * statements)),
    );
    let killed = 0;
    for (const n of kills) {
      const place = await install(null);
      try {
        // The process kills itself, as hard as anybody else could, after the nth statement of the schema.
        const preload = join(place.folder, 'preload.mjs');
        writeFileSync(
          preload,
          `import { createRequire } from 'node:module';
           const Sqlite = createRequire(${JSON.stringify(SQLITE)})(${JSON.stringify(SQLITE)});
           const exec = Sqlite.prototype.exec;
           let ran = 0;
           Sqlite.prototype.exec = function (sql) {
             const result = exec.call(this, sql);
             if (/^\\s*(create (table \`|(unique )?index)|alter table|drop index)/i.test(sql) && ++ran === ${n}) process.kill(process.pid, 'SIGKILL');
             return result;
           };`,
        );
        const how = await migrate(place, preload);
        expect(how).toBe('SIGKILL');
        killed++;
        expect(await migrate(place)).toBe(0);
        if (n % (long ? 10 : 25) === 1) await works(place);
      } finally {
        await place.clear();
      }
    }
    return {
      done: `kill -9 after ${kills.length === statements ? 'each' : kills.join(', ')} of ${statements} statements`,
      figure: `${killed} of ${killed} completed by the next start`,
    };
  },
  800_000,
);

promise(
  'F33',
  'a migration of PostgreSQL killed -9 half-way: the next start completes it',
  async (long) => {
    const postgres = await startPostgres();
    try {
      const tables = long ? ['organisations', 'members', 'deliveries', 'conversations'] : ['members', 'deliveries'];
      for (const table of tables) {
        const url = await postgres.database();
        const place = await install(null, { databaseUrl: url });
        const client = new pg.Client({ connectionString: url });
        // Apart, because one transaction sees the server's activity as it was at its first look.
        const watcher = new pg.Client({ connectionString: url });
        await Promise.all([client.connect(), watcher.connect()]);
        try {
          // Somebody else is just making a table of that name: the migration waits for them in its middle.
          await client.query(`begin; create table ${table} (x int)`);
          const child = spawn(process.execPath, [MAIN, 'migrate'], {
            cwd: place.folder,
            env: place.env,
            stdio: 'ignore',
          });
          const waiting = async () => {
            const { rows } = await watcher.query<{ n: number }>(
              `select count(*)::int as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
            );
            return rows[0]?.n === 1;
          };
          const gone = once(child, 'exit');
          await until(waiting, 'the migration stands in its middle');
          child.kill('SIGKILL');
          expect((await gone)[1]).toBe('SIGKILL');
          await client.query('rollback');
          expect(await migrate(place)).toBe(0);
          await works(place);
        } finally {
          await Promise.all([client.end(), watcher.end()]);
          await place.clear();
        }
      }
      return {
        done: `kill -9 while it made ${tables.join(', ')}, with the tables before them made`,
        figure: `${tables.length} of ${tables.length} completed by the next start`,
      };
    } finally {
      await postgres.stop();
    }
  },
  300_000,
);
