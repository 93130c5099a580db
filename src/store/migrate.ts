import { fileURLToPath } from 'node:url';
import type Sqlite from 'better-sqlite3';
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator';
import { Unusable } from './unusable.ts';

/** Which migrations have run. `at` is drizzle-kit's time of the migration, its name in the journal. */
const LOG_TABLE = 'create table if not exists schema_migrations (at bigint primary key, hash text not null)';
/** Any number: every process of Startstopp asks for the same lock before it migrates PostgreSQL. */
const LOCK = 7_337_100;

const folderOf = (dialect: 'sqlite' | 'postgres'): string =>
  fileURLToPath(new URL(`../../db/${dialect}`, import.meta.url));

export const migrationsOf = (dialect: 'sqlite' | 'postgres', folder = folderOf(dialect)): MigrationMeta[] =>
  readMigrationFiles({ migrationsFolder: folder });

/**
 * Brings SQLite up to this code's schema. Each migration is one transaction, with the line that says that it ran: killed
 * half-way, it has not run and the next start runs it (F33).
 */
export function migrateSqlite(connection: Sqlite.Database, migrations = migrationsOf('sqlite')): number {
  connection.exec(LOG_TABLE);
  let ran = 0;
  for (const migration of migrations) {
    connection.exec('begin immediate');
    try {
      const done = connection.prepare('select at from schema_migrations').pluck().all() as number[];
      refuseNewer(done, migrations);
      if (!done.includes(migration.folderMillis)) {
        for (const statement of migration.sql) connection.exec(statement);
        connection
          .prepare('insert into schema_migrations (at, hash) values (?, ?)')
          .run(migration.folderMillis, migration.hash);
        ran += 1;
      }
      connection.exec('commit');
    } catch (error) {
      if (connection.inTransaction) connection.exec('rollback');
      throw error;
    }
  }
  return ran;
}

/** The same for PostgreSQL; processes that start together wait for the first. */
export async function migratePostgres(url: string, migrations = migrationsOf('postgres')): Promise<number> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  await client.connect();
  let ran = 0;
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]);
    await client.query(LOG_TABLE);
    const { rows } = await client.query<{ at: string }>('select at from schema_migrations');
    const done = rows.map(({ at }) => Number(at));
    refuseNewer(done, migrations);
    for (const migration of migrations) {
      if (done.includes(migration.folderMillis)) continue;
      await client.query('begin');
      for (const statement of migration.sql) await client.query(statement);
      await client.query('insert into schema_migrations (at, hash) values ($1, $2)', [
        migration.folderMillis,
        migration.hash,
      ]);
      await client.query('commit');
      ran += 1;
    }
  } finally {
    /** Ending the session rolls back what is open and frees the lock. */
    await client.end().catch(() => {});
  }
  return ran;
}

function refuseNewer(done: readonly number[], migrations: readonly MigrationMeta[]): void {
  const known = new Set(migrations.map(({ folderMillis }) => folderMillis));
  if (done.some((at) => !known.has(at))) {
    throw new Unusable('newer', 'The database was made by a newer version of Startstopp: install that version.');
  }
}
