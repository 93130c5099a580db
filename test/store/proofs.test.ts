import { execFile, spawn } from 'node:child_process';
import { cpSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import type { Plan, Step } from '../../src/ports/store.ts';
import { commitOf } from '../../src/store/commit.ts';
import { type Database, run, type Work } from '../../src/store/database.ts';
import { openDatabase } from '../../src/store/open.ts';
import { asNumber } from '../../src/store/statement.ts';
import { compiled } from '../kit/compiled.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import {
  bookRow,
  broadcastRow,
  conversationRow,
  copyRow,
  deliveryRow,
  eventRow,
  inboundRow,
  memberRow,
  SMALL_WORLD,
} from '../kit/rows.ts';
import { countsOf, scratch } from '../kit/store.ts';

/** The four things that the store's layout rests on (docs: the store, two dialects, one body). */
const folder = scratch();
const root = fileURLToPath(new URL('../../', import.meta.url));
let postgres: Postgres;
const opened = new Map<string, Database>();
const trace: string[] = [];

beforeAll(async () => {
  postgres = await startPostgres();
  const file = `file:${folder.path('proofs.db')}`;
  opened.set('sqlite', await openDatabase(file, { create: true, trace: (text) => trace.push(text) }));
  opened.set('postgres', await openDatabase(await postgres.database(), { create: true }));
  for (const db of opened.values()) expect(await commitOf(db)(SMALL_WORLD)).toBe('done');
});

afterAll(async () => {
  for (const db of opened.values()) await db.close();
  await postgres?.stop();
  folder.clear();
});

const DIALECTS = ['sqlite', 'postgres'] as const;
const of = (dialect: string): Database => opened.get(dialect) as Database;

describe('1: one table body under two column kits', () => {
  test.each([
    ['sqlite', 'sqlite'],
    ['postgres', 'postgresql'],
  ])('drizzle-kit sees every table of %s and finds no drift from db/', async (name, dialect) => {
    cpSync(`${root}db/${name}`, folder.path(`migrations-${name}`), { recursive: true });
    const { stdout } = await promisify(execFile)(
      process.execPath,
      [
        `${root}node_modules/drizzle-kit/bin.cjs`,
        'generate',
        `--dialect=${dialect}`,
        `--schema=${root}src/store/schema.${name}.ts`,
        /** drizzle-kit takes only a path from where it runs. */
        `--out=migrations-${name}`,
      ],
      { cwd: folder.path('') },
    );
    expect(stdout).toContain(`${Object.keys(of(name).tables).length} tables`);
    expect(stdout).toContain('No schema changes, nothing to migrate');
  });

  test('both databases have the same tables, columns, nullability and indexes', async () => {
    const sqlite = await of('sqlite').read(
      of('sqlite').statement(
        sql`select m.name || '.' || c.name || case when c."notnull" then '!' else '?' end from sqlite_schema m, pragma_table_info(m.name) c
            where m.type = 'table' and m.name not like 'sqlite_%' and m.name <> 'schema_migrations'`,
        { column: { mapFromDriverValue: String } },
      ),
    );
    const pg = await of('postgres').read(
      of('postgres').statement(
        sql`select table_name || '.' || column_name || case when is_nullable = 'NO' then '!' else '?' end
            from information_schema.columns where table_schema = 'public' and table_name <> 'schema_migrations'`,
        { column: { mapFromDriverValue: String } },
      ),
    );
    expect(sqlite.map(({ column }) => column).sort()).toEqual(pg.map(({ column }) => column).sort());
    const indexes = await Promise.all([
      of('sqlite').read(
        of('sqlite').statement(sql`select name from sqlite_schema where type = 'index' and sql is not null`, {
          name: { mapFromDriverValue: String },
        }),
      ),
      of('postgres').read(
        of('postgres').statement(
          sql`select indexname from pg_indexes where schemaname = 'public' and indexname not like '%_pk%' and indexname not like '%_pkey'`,
          { name: { mapFromDriverValue: String } },
        ),
      ),
    ]);
    const [inSqlite, inPostgres] = indexes.map((list) => list.map(({ name }) => name).sort());
    expect(inSqlite).toEqual(inPostgres);
  });
});

/** A START with all that hangs on it. */
const joining = (id: string): Step[] => [
  { add: 'conversations', row: conversationRow({ sender: `+4670${id}` }), exists: 'stale' },
  { add: 'inbounds', row: inboundRow({ id: `in${id}` }), exists: 'duplicate' },
  { add: 'members', row: memberRow({ id: `m${id}`, phone: `+4670${id}` }), exists: 'stale' },
  { add: 'consentEvents', row: eventRow({ id: `e${id}` }), exists: 'stale' },
  { add: 'deliveries', row: deliveryRow({ address: `+4670${id}`, kind: 'joined' }), exists: 'stale' },
  { change: 'books', where: { id: 'book1' }, set: { name: `name ${id}` }, none: 'stale' },
];
const GUARDS: [string, Step, string][] = [
  ['a unique key', { add: 'books', row: bookRow(), exists: 'duplicate' }, 'duplicate'],
  ['a version', { change: 'books', where: { id: 'book1', version: 77 }, set: { version: 78 }, none: 'stale' }, 'stale'],
];
const FAULT: Step = { change: 'books', where: { id: 'book1' }, set: { name: null as never }, none: 'stale' };
const plans = (step: Step): Plan[] =>
  Array.from({ length: joining('x').length + 1 }, (_, n) => joining(`x${n}`).toSpliced(n, 0, step));

describe.each(DIALECTS)('2: a plan that fails at step n leaves nothing, for every n (%s)', (dialect) => {
  test.each(GUARDS)('%s', async (_, step, verdict) => {
    const before = await countsOf(of(dialect));
    for (const plan of plans(step)) expect(await commitOf(of(dialect))(plan)).toBe(verdict);
    expect(await countsOf(of(dialect))).toEqual(before);
  });

  test('a fault throws', async () => {
    const before = await countsOf(of(dialect));
    for (const plan of plans(FAULT))
      await expect(commitOf(of(dialect))(plan)).rejects.toHaveProperty('message', expect.stringMatching(/not.null/i));
    expect(await countsOf(of(dialect))).toEqual(before);
  });

  test('others that are committed together with it stay', async () => {
    const before = await countsOf(of(dialect));
    const commit = commitOf(of(dialect));
    const results = await Promise.allSettled([
      commit(joining('11')),
      ...plans(FAULT).map(commit),
      commit(joining('12')),
      ...plans((GUARDS[1] as (typeof GUARDS)[number])[1]).map(commit),
      commit(joining('13')),
      commit(joining('13')),
    ]);
    const told = results.map((result) => (result.status === 'fulfilled' ? result.value : 'fault'));
    expect(told.filter((result) => result === 'done')).toHaveLength(3);
    expect(told.filter((result) => result === 'fault')).toHaveLength(7);
    expect(told.filter((result) => result === 'stale')).toHaveLength(8);
    const after = await countsOf(of(dialect));
    expect(after.members).toBe(before.members + 3);
    expect(after.deliveries).toBe(before.deliveries + 3);
  });
});

describe.each(DIALECTS)('3: insert … select … on conflict do nothing (%s)', (dialect) => {
  test('a second fan-out writes nothing, and two members on one phone get one copy', async () => {
    const db = of(dialect);
    await commitOf(db)([
      { add: 'broadcasts', row: broadcastRow({ id: 'fan' }), exists: 'stale' },
      { add: 'members', row: memberRow({ id: 'fa', phone: '+46709999901', mail: 'a@example.se' }), exists: 'stale' },
      { add: 'members', row: memberRow({ id: 'fb', phone: '+46709999901', mail: 'b@example.se' }), exists: 'stale' },
      { add: 'deliveries', row: copyRow({ broadcastId: 'fan', address: '+46709999902' }), exists: 'stale' },
    ]);
    const fan =
      db.statement(sql`insert into deliveries (kind, organisation_id, number_id, book_id, broadcast_id, member_id,
      address, parts, priority, status, due_at, latest_at, attempts, created_at)
      select 'copy', 'org1', 'num1', book_id, 'fan', id, phone, 1, 5, 'queued', 0, 0, 0, 0 from members
      where phone = '+46709999901' order by id on conflict do nothing`);
    const fanOut = () =>
      db.write(function* (): Work<number> {
        return (yield* run(fan)).changes;
      });
    expect(await fanOut()).toBe(1);
    expect(await fanOut()).toBe(0);
  });
});

describe('4: group commit', () => {
  test('many plans that wait share one commit, and so one fsync', async () => {
    const commit = commitOf(of('sqlite'));
    trace.length = 0;
    const results = await Promise.all(Array.from({ length: 40 }, (_, i) => commit(joining(`g${i}`))));
    expect(results.every((result) => result === 'done')).toBe(true);
    expect(trace.filter((text) => text === 'begin immediate').length).toBeLessThanOrEqual(4);
    expect(trace.filter((text) => text === 'commit').length).toBeLessThanOrEqual(4);
    expect(trace).not.toContain('savepoint piece');
  });

  test('one that must be undone takes no other along, and one whose first guard fails costs the others nothing', async () => {
    const commit = commitOf(of('sqlite'));
    const before = await countsOf(of('sqlite'));
    trace.length = 0;
    const seen = await Promise.all([commit(joining('h1')), commit(joining('h1')), commit(joining('h2'))]);
    expect(seen).toEqual(['done', 'stale', 'done']);
    expect(trace).not.toContain('savepoint piece');
    const seenBefore = [...joining('h4').slice(0, 1), ...joining('h1').slice(1)];
    const results = await Promise.all([commit(joining('h3')), commit(seenBefore), commit(joining('h5'))]);
    expect(results).toEqual(['done', 'duplicate', 'done']);
    expect(trace).toContain('rollback to piece');
    const after = await countsOf(of('sqlite'));
    expect(after.inbounds).toBe(before.inbounds + 4);
    expect(after.members).toBe(before.members + 4);
  });

  test('a row is on the disk when commit resolves: kill -9 right after it', async () => {
    const sources = compiled(['core', 'i18n', 'ports', 'store']);
    const file = folder.path('killed.db');
    writeFileSync(
      sources.path('child.js'),
      `import { open } from './src/store/open.js';
       const store = await open('file:' + process.argv[2], { create: true, keyed: {} });
       for (let i = 0; ; i += 1) {
         await store.commit([{ add: 'logEntries', exists: 'stale', row: { id: 'l' + i, at: 0, organisationId: 'o', bookId: null, actor: 'cli', event: 'e', details: {} } }]);
         process.stdout.write(i + '\\n');
       }`,
    );
    const child = spawn(process.execPath, [sources.path('child.js'), file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let last = -1;
    for await (const line of createInterface({ input: child.stdout })) {
      last = Number(line);
      if (last === 25) break;
    }
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    const db = await openDatabase(`file:${file}`, { create: false });
    const [row] = await db.read(db.statement(sql`select count(*) from log_entries`, { count: asNumber }));
    await db.close();
    sources.clear();
    expect(last).toBe(25);
    expect(row?.count).toBeGreaterThanOrEqual(26);
  });
});
