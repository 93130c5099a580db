import { existsSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { createSealer, type Sealer } from '../app/account/sealer.ts';
import { systemClock } from '../app/clock.ts';
import { createIds } from '../app/ids.ts';
import { type Config, dataFolder, keyed as keyedWith, loadConfig, secretKey } from '../config.ts';
import { createLog } from '../log.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Installation, Store } from '../ports/store.ts';
import { open } from '../store/open.ts';
import { Unusable } from '../store/unusable.ts';
import { missingDatabase, readMarker, Stopped, writeMarker } from './installation.ts';

/** What every command that needs the database works with. */
export type Context = {
  config: Config;
  folder: string;
  log: Log;
  clock: Clock;
  ids: Ids;
  keyed: Keyed;
  sealer: Sealer;
  store: Store;
};

export type ContextOptions = {
  /** `serve --new`: begin although a database is missing, empty, damaged or another one. */
  fresh?: boolean;
  /** Logs of `serve` go to stdout, those of all other commands to stderr. */
  logTo?: 'stdout' | 'stderr';
  config?: Config;
};

/** Reads the settings, opens (or makes) the database, and refuses one that is not this installation's. */
export async function openContext(options: ContextOptions = {}): Promise<Context> {
  const config = options.config ?? loadConfig();
  const folder = dataFolder(config);
  const log = createLog(options.logTo === 'stdout' ? config.logLevel : quieter(config.logLevel), {
    stderr: options.logTo !== 'stdout',
  });
  const clock = systemClock;
  const ids = createIds();
  const marker = readMarker(folder);
  if (marker && !config.secretKey && !existsSync(resolve(folder, 'secret.key')))
    throw new Stopped(
      `${resolve(folder, 'secret.key')} is missing. It keys the list of who has left; restore it from your backup or set SECRET_KEY.`,
    );
  const secret = secretKey(config, folder);
  const keyed = keyedWith(secret);
  const fresh = options.fresh ?? false;
  const store = await openDatabase(config, { create: fresh || marker === null, fresh, keyed });
  try {
    const installation = await installationOf(store, keyed, ids.next(clock.now()), clock.now());
    if (marker && marker.id !== installation.id && !fresh)
      throw missingDatabase(
        'DATABASE_URL points at another database than the one that this installation was made with.',
      );
    if (marker?.id !== installation.id)
      writeMarker(folder, { id: installation.id, madeAt: new Date(installation.createdAt).toISOString() });
    if (installation.keyFingerprint !== keyed.fingerprint)
      throw new Stopped(
        'SECRET_KEY is another than the one that this database was made with. It keys the list of who has left, so the old key must come back.',
      );
    return { config, folder, log, clock, ids, keyed, sealer: createSealer(secret), store };
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** Runs a command with an open database and always closes it. */
export async function withContext<T>(work: (context: Context) => Promise<T>, options: ContextOptions = {}): Promise<T> {
  const context = await openContext(options);
  try {
    return await work(context);
  } finally {
    await context.store.close();
  }
}

async function openDatabase(
  config: Config,
  options: { create: boolean; fresh: boolean; keyed: Keyed },
): Promise<Store> {
  try {
    return await open(config.databaseUrl, options);
  } catch (error) {
    if (!(error instanceof Unusable) || error.reason === 'newer') throw error;
    if (!options.fresh) throw missingDatabase(REASONS[error.reason]);
    setAside(config.databaseUrl);
    return open(config.databaseUrl, options);
  }
}

const REASONS = {
  missing: 'The database of this installation is missing.',
  empty: 'The database of this installation is empty.',
  damaged: 'The database of this installation is damaged.',
};

/** A damaged file may still be mended by somebody who knows how, so it is kept under another name. */
function setAside(url: string): void {
  if (!url.startsWith('file:')) return;
  const file = resolve(url.slice('file:'.length));
  const stamp = new Date(systemClock.now()).toISOString().replace(/[:.]/g, '-');
  for (const end of ['', '-wal', '-shm'])
    if (existsSync(file + end)) renameSync(file + end, `${file}.damaged-${stamp}${end}`);
}

async function installationOf(store: Store, keyed: Keyed, id: string, now: number): Promise<Installation> {
  const known = await store.reads.installation();
  if (known) return known;
  const made = { id, keyFingerprint: keyed.fingerprint, directoryVersion: 0, createdAt: now };
  await store.createInstallation(made);
  return (await store.reads.installation()) ?? made;
}

/** Commands print their own answer; their log speaks up only when something is wrong, unless more was asked for. */
const quieter = (level: string): string => (level === 'info' ? 'warn' : level);
