import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import pg from 'pg';
import type { Plan } from '../../src/ports/store.ts';
import { run, type Work } from '../../src/store/database.ts';
import { migratePostgres, migrationsOf } from '../../src/store/migrate.ts';
import { open, openDatabase } from '../../src/store/open.ts';
import { pacingOf } from '../../src/store/outboxPace.ts';
import { compiled } from '../kit/compiled.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { bookRow, deliveryRow, logRow, SMALL_WORLD } from '../kit/rows.ts';
import { countsOf, KEYED, openBoth } from '../kit/store.ts';
import { storeContract } from './contract.ts';

let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.stop());
const line = (id: string): Plan => [{ add: 'logEntries', row: logRow({ id }), exists: 'stale' }];

storeContract('PostgreSQL', async () => openBoth(await server.database()));

describe('opening', () => {
  test('an empty database is refused unless it is new (F23)', async () => {
    const url = await server.database();
    await expect(open(url, { create: false, keyed: KEYED })).rejects.toThrow(/empty/);
    await (await open(url, { create: true, keyed: KEYED })).close();
    await (await open(url, { create: false, keyed: KEYED })).close();
  });

  test('a newer schema stops with one line', async () => {
    const url = await server.database();
    await migratePostgres(url);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`insert into schema_migrations values (9999999999999, 'x')`);
    await client.end();
    await expect(open(url, { create: true, keyed: KEYED })).rejects.toThrow(/newer version/);
  });

  test('a migration that fails half-way leaves nothing (F33), and many that start at once migrate once', async () => {
    const url = await server.database();
    const [first] = migrationsOf('postgres');
    if (first === undefined) throw new Error('no migration');
    const half = { ...first, sql: [...first.sql.slice(0, 5), 'no sql at all'] };
    await expect(migratePostgres(url, [half])).rejects.toThrow(/syntax error/);
    const ran = await Promise.all([migratePostgres(url), migratePostgres(url), migratePostgres(url)]);
    expect(ran.sort()).toEqual([0, 0, migrationsOf('postgres').length]);
  });
});

describe('several processes', () => {
  test('new deliveries of one wake the listeners of the other', async () => {
    const url = await server.database();
    const [one, two] = [
      await open(url, { create: true, keyed: KEYED }),
      await open(url, { create: true, keyed: KEYED }),
    ];
    await one.commit(SMALL_WORLD);
    const stops: (() => void)[] = [];
    /** The first call is for what was missed before listening began. */
    await new Promise<void>((resolve) => stops.push(two.onDeliveries(resolve)));
    const woken = new Promise<void>((resolve) => stops.push(two.onDeliveries(resolve)));
    await one.commit([{ add: 'deliveries', row: deliveryRow(), exists: 'stale' }]);
    await woken;
    for (const stop of stops) stop();
    await one.close();
    await two.close();
  });

  test('a deadlock is tried again and both are committed', async () => {
    const { store, close } = await openBoth(await server.database());
    await store.commit([
      ...SMALL_WORLD,
      { add: 'books', row: bookRow({ id: 'book2', address: 'p14' }), exists: 'stale' },
    ]);
    const names = (ids: string[]): Plan =>
      ids.map((id) => ({ change: 'books', where: { id }, set: { name: `n${id}` }, none: 'stale' }));
    const plans = Array.from({ length: 12 }, (_, i) => names(i % 2 ? ['book1', 'book2'] : ['book2', 'book1']));
    const results = await Promise.all(plans.map((plan) => store.commit(plan)));
    expect(new Set(results)).toEqual(new Set(['done']));
    await close();
  });

  test('a statement that was first prepared in a transaction that failed works in the next', async () => {
    const db = await openDatabase(await server.database(), { create: true });
    const broken = db.statement(sql`select 1 / 0`);
    const later = Array.from({ length: 3 }, (_, i) => db.statement(sql`insert into paces values (${`n${i}`}, 0, 0)`));
    const all = [broken, ...later].map((statement) => ({ statement, given: {} }));
    for (let i = 0; i < 12; i += 1) {
      await expect(
        db.write(function* (): Work<void> {
          yield all;
        }),
      ).rejects.toThrow(/division by zero/);
    }
    await db.write(function* (): Work<void> {
      for (const statement of later) yield* run(statement);
    });
    expect((await countsOf(db)).paces).toBe(3);
    await db.close();
  });
});

describe('a process stands still (F29)', () => {
  test('in the middle of a transaction: the others go on, and it does its work again when it wakes', async () => {
    const sources = compiled(['core', 'i18n', 'ports', 'store']);
    writeFileSync(
      sources.path('child.js'),
      `import { writeSync } from 'node:fs';
       import { sql } from 'drizzle-orm';
       import { run } from './src/store/database.js';
       import { openDatabase } from './src/store/open.js';
       const db = await openDatabase(process.argv[2], { create: false });
       const raise = db.statement(sql\`update paces set slow_until = slow_until + 1 where number_id = 'num1'\`);
       let times = 0;
       await db.write(function* () {
         yield* run(raise);
         times += 1;
         if (times > 1) return;
         writeSync(1, 'inside\\n');
         process.kill(process.pid, 'SIGSTOP');
         // The signal may reach this thread a moment later.
         Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);
       });
       writeSync(1, 'done\\n');
       await db.close();`,
    );
    const url = await server.database();
    const db = await openDatabase(url, { create: true });
    const pace = pacingOf(db);
    await pace.slowDown('num1', 0);
    const child = spawn(process.execPath, [sources.path('child.js'), url], { stdio: ['ignore', 'pipe', 'inherit'] });
    try {
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe('inside');
      // Waits for the row that the sleeper holds; a worker that cannot reserve sends nothing.
      await pace.reservePace('num1', 1, 10);
      child.kill('SIGCONT');
      expect((await lines.next()).value).toBe('done');
    } finally {
      child.kill('SIGKILL');
      await db.close();
      sources.clear();
    }
  });
});

describe('the server goes away (F28)', () => {
  test('plans throw meanwhile, and work again when it is back; listeners too', async () => {
    const { store, close, counts } = await openBoth(await server.database());
    await store.commit(SMALL_WORLD);
    let heard = 0;
    let wake = () => {};
    const stop = store.onDeliveries(() => {
      heard += 1;
      wake();
    });
    await Promise.all(Array.from({ length: 10 }, (_, i) => store.commit(line(`a${i}`))));
    const during = Array.from({ length: 10 }, (_, i) => store.commit(line(`b${i}`)));
    const [, ...ended] = await Promise.allSettled([server.crash(), ...during]);
    await expect(store.commit(line('down'))).rejects.toThrow();
    await server.start();
    const done = ended.filter(({ status }) => status === 'fulfilled').length;
    const deadline = performance.now() + 10_000;
    for (;;) {
      const result = await store.commit(line('back')).catch((fault: unknown) => fault);
      if (result === 'done') break;
      if (performance.now() > deadline) throw result;
    }
    /** Whoever was told "done" is there; of the others nobody can tell. */
    expect((await counts()).logEntries).toBeGreaterThanOrEqual(10 + done + 1);
    const before = heard;
    await new Promise<void>((resolve) => {
      wake = () => (heard > before ? resolve() : undefined);
      void store.commit([{ add: 'deliveries', row: deliveryRow(), exists: 'stale' }]);
    });
    stop();
    await close();
  });
});
