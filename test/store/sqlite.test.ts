import { existsSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import type { Plan } from '../../src/ports/store.ts';
import { commitOf } from '../../src/store/commit.ts';
import { migrateSqlite, migrationsOf } from '../../src/store/migrate.ts';
import { open } from '../../src/store/open.ts';
import { connectSqlite, sqliteDatabase } from '../../src/store/sqlite.ts';
import { Unusable } from '../../src/store/unusable.ts';
import { inboundRow, logRow, NUMBER, SMALL_WORLD } from '../kit/rows.ts';
import { countsOf, KEYED, openBoth, scratch } from '../kit/store.ts';
import { storeContract } from './contract.ts';

const folder = scratch();
afterAll(() => folder.clear());
const create = { create: true, keyed: KEYED };
const existing = { create: false, keyed: KEYED };
const url = (name: string) => `file:${folder.path(name)}`;
const line = (id: string): Plan => [{ add: 'logEntries', row: logRow({ id }), exists: 'stale' }];

storeContract('SQLite', () => openBoth(url('contract.db')));

describe('a database that cannot be used (F23)', () => {
  const refused = async (name: string) => {
    const error = await open(url(name), existing).then(
      () => null,
      (fault: unknown) => fault,
    );
    expect(error).toBeInstanceOf(Unusable);
    expect((error as Unusable).message).not.toContain(folder.path(''));
    return (error as Unusable).reason;
  };

  test('missing: refused, and not made', async () => {
    expect(await refused('missing.db')).toBe('missing');
    expect(existsSync(folder.path('missing.db'))).toBe(false);
  });

  test('empty file', async () => {
    writeFileSync(folder.path('empty.db'), '');
    expect(await refused('empty.db')).toBe('empty');
  });

  test('no database at all', async () => {
    writeFileSync(folder.path('text.db'), 'not a database, only words '.repeat(500));
    expect(await refused('text.db')).toBe('damaged');
    await expect(open(url('text.db'), create)).rejects.toThrow(/damaged/);
  });

  test.each(['cut', 'overwritten'])('%s in the middle', async (how) => {
    const store = await open(url(`${how}.db`), create);
    await store.commit(SMALL_WORLD);
    for (let i = 0; i < 200; i += 1)
      await store.commit([{ add: 'inbounds', row: inboundRow({ id: `i${i}` }), exists: 'stale' }]);
    await store.close();
    const path = folder.path(`${how}.db`);
    const bytes = readFileSync(path);
    if (how === 'cut') truncateSync(path, Math.floor(bytes.length / 8192) * 4096);
    else writeFileSync(path, bytes.fill(0xa5, 8192, bytes.length - 8192));
    expect(await refused(`${how}.db`)).toBe('damaged');
  });

  test('newer than the code', async () => {
    await (await open(url('newer.db'), create)).close();
    const direct = new Sqlite(folder.path('newer.db'));
    direct.prepare('insert into schema_migrations values (9999999999999, ?)').run('x');
    direct.close();
    expect(await refused('newer.db')).toBe('newer');
  });
});

describe('migrations', () => {
  test('one that fails or is killed half-way leaves nothing, and the next start runs it (F33)', async () => {
    const connection = new Sqlite(folder.path('migrated.db'));
    const [first] = migrationsOf('sqlite');
    if (first === undefined) throw new Error('no migration');
    const half = { ...first, sql: [...first.sql.slice(0, 5), 'no sql at all'] };
    expect(() => migrateSqlite(connection, [half])).toThrow();
    expect(
      connection
        .prepare(`select count(*) from sqlite_schema where name <> 'schema_migrations' and name not like 'sqlite_%'`)
        .pluck()
        .get(),
    ).toBe(0);
    expect(migrateSqlite(connection, [first])).toBe(1);
    expect(migrateSqlite(connection, [first])).toBe(0);
    connection.close();
  });

  test('a second start finds its rows', async () => {
    const store = await open(url('twice.db'), create);
    await store.commit(SMALL_WORLD);
    await store.close();
    const again = await open(url('twice.db'), existing);
    expect(await again.reads.numbers()).toEqual([NUMBER]);
    await again.close();
  });
});

describe('locks and full disks', () => {
  test('another process holds the lock: the event loop goes on, and the plan is committed after it (F15)', async () => {
    const store = await open(url('locked.db'), create);
    const other = new Sqlite(folder.path('locked.db'));
    other.exec('begin immediate');
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
      if (turns === 20) other.exec('commit');
    }, 10);
    expect(await store.commit(line('l1'))).toBe('done');
    clearInterval(ticking);
    expect(turns).toBeGreaterThanOrEqual(20);
    other.close();
    await store.close();
  });

  test('a full disk is a fault, loses nothing that was answered, and passes (F20)', async () => {
    let connection: Sqlite.Database | undefined;
    const db = sqliteDatabase(
      await connectSqlite(folder.path('full.db'), (made) => {
        connection = made;
        migrateSqlite(made);
      }),
    );
    const commit = commitOf(db);
    const wide = (id: string): Plan => [
      { add: 'logEntries', row: logRow({ id, details: { text: 'x'.repeat(50_000) } }), exists: 'stale' },
    ];
    const pages = connection?.pragma('page_count', { simple: true }) as number;
    /** SQLite answers SQLITE_FULL at this size, as it does when the disk is full. */
    connection?.pragma(`max_page_count = ${pages + 60}`);
    const results = await Promise.allSettled(Array.from({ length: 20 }, (_, i) => commit(wide(`w${i}`))));
    const done = results.filter(({ status }) => status === 'fulfilled').length;
    expect(done).toBeLessThan(20);
    expect((await countsOf(db)).logEntries).toBe(done);
    const tooMuch = Array.from({ length: 20 }, (_, i) => wide(`t${i}`)).flat();
    await expect(commit(tooMuch)).rejects.toMatchObject({ code: 'SQLITE_FULL' });
    connection?.pragma('max_page_count = 100000');
    for (let i = 0; i < 20; i += 1) expect(['done', 'stale']).toContain(await commit(wide(`w${i}`)));
    expect((await countsOf(db)).logEntries).toBe(20);
    await db.close();
  });

  test('a file that was moved away or replaced is a fault, and serves again once it is back (F23)', async () => {
    const store = await open(url('moved.db'), create);
    await store.commit(line('l1'));
    renameSync(folder.path('moved.db'), folder.path('away.db'));
    await expect(store.commit(line('l2'))).rejects.toThrow(/removed or replaced/);
    await expect(store.ready()).rejects.toThrow(/removed or replaced/);
    writeFileSync(folder.path('moved.db'), 'another file');
    await expect(store.commit(line('l2'))).rejects.toThrow(/removed or replaced/);
    renameSync(folder.path('away.db'), folder.path('moved.db'));
    await store.ready();
    expect(await store.commit(line('l2'))).toBe('done');
    await store.close();
  });

  test('commits after closing are faults; those before it are finished', async () => {
    const store = await open(url('closed.db'), create);
    const last = store.commit(line('l1'));
    await store.close();
    expect(await last).toBe('done');
    await expect(store.commit(line('l2'))).rejects.toThrow(/closed/);
  });
});
