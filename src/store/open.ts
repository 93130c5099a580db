import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sql } from 'drizzle-orm';
import type { Keyed } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { carrierLogOf } from './carrierLog.ts';
import { commitOf } from './commit.ts';
import { type Database, run, Undo, type Work } from './database.ts';
import { eraseOf } from './erase.ts';
import { ledgerOf } from './ledger.ts';
import { migratePostgres, migrateSqlite } from './migrate.ts';
import { copyAll, type Progress } from './move.ts';
import { outboxOf } from './outbox.ts';
import { readsOf } from './reads.ts';
import { connectSqlite, hasTables, type SqliteOptions, sqliteDatabase } from './sqlite.ts';
import { Unusable } from './unusable.ts';

/**
 * The only place that asks which dialect.
 *
 * How this folder fits together: tables.ts has every table once, under two column kits · statement.ts compiles what
 * drizzle built, once · database.ts is the handle that all others are written against (its head shows how) · sqlite.ts
 * with groupCommit.ts, and postgres.ts with bulletin.ts, are the two executors · steps.ts and commit.ts turn a plan
 * into one transaction · reads.ts, snapshot.ts, directory.ts read · outbox*.ts, ledger*.ts, carrierLog.ts are the other
 * ports · migrate.ts, move.ts, erase.ts do the rare things.
 */
export type OpenOptions = SqliteOptions & {
  /** Make the database if it is missing or empty. Otherwise that is refused: starting empty would forget every STOPP. */
  create: boolean;
  keyed: Pick<Keyed, 'digest' | 'mac'>;
};

/**
 * Opens and migrates the database of `file:PATH` or `postgres://…`. Throws `Unusable` with one clear line when it is
 * missing, empty, damaged or newer than this code; other faults (no connection, no right to write) as they come.
 */
export async function open(url: string, options: OpenOptions): Promise<Store> {
  return storeOf(await openDatabase(url, options), options.keyed);
}

/** `open` without the ports around it. */
export async function openDatabase(url: string, { create, trace }: Omit<OpenOptions, 'keyed'>): Promise<Database> {
  if (isPostgres(url)) {
    // Its driver and its tables take a tenth of a start, which whoever has SQLite need not wait for.
    const { hasPostgresTables, postgresDatabase } = await import('./postgres.ts');
    if (!create && !(await hasPostgresTables(url))) throw emptyDatabase();
    await migratePostgres(url);
    return postgresDatabase(url);
  }
  const file = fileOf(url);
  if (!existsSync(file)) {
    if (!create)
      throw new Unusable('missing', 'The database is missing. Restore it, or start with --new if it is new.');
    mkdirSync(dirname(file), { recursive: true });
  } else if (!create && statSync(file).size === 0) throw emptyDatabase();
  const connection = await connectSqlite(file, (connection) => {
    if (!create && !hasTables(connection)) throw emptyDatabase();
    migrateSqlite(connection);
  });
  return sqliteDatabase(connection, trace === undefined ? {} : { trace });
}

/** Copies everything into an empty database of either dialect, migrating it first; the source should be at rest. */
export async function move(from: string, to: string, progress?: Progress): Promise<void> {
  const source = await openDatabase(from, { create: false });
  try {
    const target = await openDatabase(to, { create: true });
    try {
      await copyAll(source, target, progress);
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

const isPostgres = (url: string): boolean => /^postgres(?:ql)?:\/\//.test(url);

function fileOf(url: string): string {
  if (url.startsWith('file://')) return fileURLToPath(url);
  if (url.startsWith('file:')) return url.slice('file:'.length);
  throw new Error('DATABASE_URL begins with file: or postgres://');
}

const emptyDatabase = () =>
  new Unusable('empty', 'The database is empty. Restore it, or start with --new if it is new.');

function storeOf(db: Database, keyed: OpenOptions['keyed']): Store {
  const p = (name: string) => sql.placeholder(name);
  const insertInstallation = db.statement(
    sql`insert into installation (id, key_fingerprint, directory_version, created_at)
      values (${p('id')}, ${p('keyFingerprint')}, ${p('directoryVersion')}, ${p('createdAt')}) on conflict do nothing`,
  );
  const nothing = db.statement(sql`select 1`);
  return {
    dialect: db.dialect,
    reads: readsOf(db),
    outbox: outboxOf(db),
    ledger: ledgerOf(db, keyed),
    carrierLog: carrierLogOf(db),
    commit: commitOf(db),
    erase: eraseOf(db),
    onDeliveries: db.listen,
    async createInstallation(installation) {
      return (await db.writeOne(insertInstallation, installation)).changes === 1;
    },
    async ready() {
      await db.write(function* (): Work<void> {
        yield* run(nothing);
        return new Undo(undefined);
      });
    },
    backup: (file) => backup(db, file),
    close: db.close,
  };
}

/** On either dialect the backup is an SQLite file that `serve` can open and `move` can read. Written beside its place and renamed when it is whole, so that a half one is never taken for a backup. */
async function backup(db: Database, file: string): Promise<void> {
  if (existsSync(file)) throw new Error('There is a file of that name already.');
  const part = `${file}.part`;
  rmSync(part, { force: true });
  if (db.backup !== null) await db.backup(part);
  else {
    const copy = await openDatabase(`file:${part}`, { create: true });
    try {
      await copyAll(db, copy);
    } finally {
      await copy.close();
    }
  }
  renameSync(part, file);
}
