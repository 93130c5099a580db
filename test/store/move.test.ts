import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { getTableColumns, sql } from 'drizzle-orm';
import type { Plan } from '../../src/ports/store.ts';
import { move, open } from '../../src/store/open.ts';
import type { Tables } from '../../src/store/tables.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import {
  bookRow,
  broadcastRow,
  conversationRow,
  copyRow,
  deliveryRow,
  draftRow,
  eventRow,
  inboundRow,
  logRow,
  mailRow,
  memberRow,
  NOON,
  personRow,
  SMALL_WORLD,
  stopRow,
  tokenRow,
  uploadSteps,
  userRow,
} from '../kit/rows.ts';
import { KEYED, type Opened, openBoth, scratch } from '../kit/store.ts';

const folder = scratch();
let server: Postgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server?.stop();
  folder.clear();
});

const MEMBERS = 2_500;
/** Something in every table, more than a page in some, and gaps in the ids of deliveries. */
const world: Plan = [
  ...SMALL_WORLD,
  { add: 'books', row: bookRow({ id: 'book2', address: 'p14', confirmAbove: null, footer: false }), exists: 'stale' },
  {
    add: 'users',
    row: userRow({ id: 'u1', recovery: ['digest'] }),
    exists: 'stale',
  },
  { add: 'accesses', row: { userId: 'u1', bookId: 'book1' }, exists: 'stale' },
  {
    add: 'sessions',
    row: {
      id: 's1',
      userId: 'u1',
      csrf: 'c',
      stage: 'full',
      createdAt: NOON,
      seenAt: NOON,
      agent: 'x',
    },
    exists: 'stale',
  },
  {
    add: 'links',
    row: { id: 'k1', purpose: 'reset', userId: 'u1', createdAt: NOON, expiresAt: NOON, usedAt: null },
    exists: 'stale',
  },
  {
    add: 'passkeys',
    row: {
      ...{
        id: 'pk1',
        userId: 'u1',
        publicKey: Buffer.from('cose\0'),
        counter: 7,
        transports: ['internal'],
        name: 'Mobil',
      },
      ...{ createdAt: NOON, usedAt: null },
    },
    exists: 'stale',
  },
  {
    add: 'challenges',
    row: {
      id: 'ch1',
      purpose: 'passkey_use',
      userId: null,
      data: { challenge: 'x' },
      createdAt: NOON,
      expiresAt: NOON,
    },
    exists: 'stale',
  },
  { add: 'guesses', row: { id: 'g1', count: 6, since: NOON, until: NOON }, exists: 'stale' },
  {
    add: 'drafts',
    row: draftRow({ id: 'd1', audience: { labels: ['lag A'], fields: { klass: '3B' } }, reports: 'failure' }),
    exists: 'stale',
  },
  ...uploadSteps({ id: 'f1' }, 'telefon'),
  { add: 'conversations', row: conversationRow(), exists: 'stale' },
  { add: 'inbounds', row: inboundRow({ id: 'i1', text: '=1+1 \u{1F525}', also: ['B-18'] }), exists: 'stale' },
  { add: 'broadcasts', row: broadcastRow({ id: 'b1' }), exists: 'stale' },
  ...Array.from({ length: MEMBERS }, (_, i) =>
    memberRow({ id: `m${i}`, phone: `+46701${100_000 + i}`, name: `N ${i}`, labels: ['x'] }),
  ).map((row) => ({ add: 'members', row, exists: 'stale' }) as const),
  ...Array.from({ length: MEMBERS }, (_, i) => copyRow({ broadcastId: 'b1', address: `+46701${100_000 + i}` })).map(
    (row) => ({ add: 'deliveries', row, exists: 'stale' }) as const,
  ),
  { add: 'deliveries', row: deliveryRow({ onceKey: 'once', inboundId: 'i1' }), exists: 'stale' },
  { remove: 'deliveries', where: { address: '+46701100007' } },
  { add: 'mails', row: mailRow({ id: 'ma1', inboundId: 'i1' }), exists: 'stale' },
  ...[0, 1].map(
    (no) =>
      ({
        add: 'mailPieces',
        row: { rawId: 'raw-ma1', no, content: Buffer.from([0, 255, no]), createdAt: NOON },
        exists: 'stale',
      }) as const,
  ),
  {
    add: 'attachments',
    row: {
      rawId: 'raw-ma1',
      no: 0,
      name: 'schema.pdf',
      type: 'application/pdf',
      content: Buffer.from('%PDF\0'),
      createdAt: NOON,
    },
    exists: 'stale',
  },
  { add: 'tokens', row: tokenRow({ id: 't1' }), exists: 'stale' },
  {
    add: 'joinForms',
    row: {
      ...{
        id: 'j1',
        bookId: 'book1',
        phone: '+46701000007',
        mail: null,
        name: 'Åsa',
        wording: 'Ja till P12',
        digest: 'd',
      },
      ...{ triesLeft: 3, createdAt: NOON, expiresAt: NOON + 1, usedAt: null },
    },
    exists: 'stale',
  },
  {
    add: 'rollCalls',
    row: {
      ...{ id: 'r1', organisationId: 'org1', bookId: 'book1', broadcastId: null, startedAt: NOON, endsAt: NOON + 1 },
      ...{ remindAt: null, remindedAt: null, endedAt: null, version: 1 },
    },
    exists: 'stale',
  },
  {
    add: 'rollAnswers',
    row: { rollCallId: 'r1', memberId: 'm1', answer: 'help', text: '2 källaren', at: NOON },
    exists: 'stale',
  },
  { add: 'crisisPins', row: { bookId: 'book1', address: '+46701000001', digest: 'd' }, exists: 'stale' },
  {
    add: 'bounces',
    row: { id: 'bo1', organisationId: 'org1', deliveryId: 1, address: 'a@b.se', kind: 'hard', code: '5.1.1', at: NOON },
    exists: 'stale',
  },
  { add: 'consentEvents', row: eventRow({ id: 'e1', chainNo: 1, chainHash: 'h' }), exists: 'stale' },
  { add: 'consentPersons', row: personRow({ eventId: 'e1' }), exists: 'stale' },
  { add: 'stops', row: stopRow(), exists: 'stale' },
  { add: 'stops', row: stopRow({ scope: 'number', scopeId: 'num1', address: null }), exists: 'stale' },
  { add: 'logEntries', row: logRow({ id: 'l1', details: { a: 1, b: null } }), exists: 'stale' },
];

async function filled(url: string): Promise<Opened> {
  const opened = await openBoth(url);
  await opened.store.createInstallation({ id: 'inst', keyFingerprint: 'f', directoryVersion: 1, createdAt: NOON });
  expect(await opened.store.commit(world)).toBe('done');
  await opened.store.outbox.reserveSpend('org1', '2026-11-22', 3, 100);
  await opened.store.carrierLog.setBlocked('+1', '+2', true);
  return opened;
}

/** Every table's rows as JavaScript values, in one order. */
async function contents(opened: Opened): Promise<Record<string, string[]>> {
  const { db } = opened;
  const all: Record<string, string[]> = {};
  for (const [name, table] of Object.entries(db.tables) as [string, Tables['books']][]) {
    // Named one by one: a column that a later migration added stands last in the database.
    const columns = getTableColumns(table);
    const names = sql.join(
      Object.values(columns).map((column) => sql`${column}`),
      sql`, `,
    );
    const rows = await db.read(db.statement(sql`select ${names} from ${table}`, columns));
    all[name] = rows.map((row) => JSON.stringify(row, (_, value) => ordered(value))).sort();
  }
  return all;
}

/** jsonb keeps no order of keys. */
const ordered = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

describe('move and backup', () => {
  test('SQLite to PostgreSQL and back: the same rows, and new ids go on after the old ones', async () => {
    const source = await filled(`file:${folder.path('source.db')}`);
    const before = await contents(source);
    expect(
      Object.entries(before)
        .filter(([, rows]) => rows.length === 0)
        .map(([name]) => name),
    ).toEqual(['carrierMessages', 'ledgerHeads', 'paces']);
    const url = await server.database();
    const heard = new Map<string, number>();
    await move(source.url, url, (table, rows) => heard.set(table, rows));
    expect(heard.get('members')).toBe(MEMBERS);
    const moved = await openBoth(url);
    expect(await contents(moved)).toEqual(before);
    expect(
      await moved.store.commit([{ add: 'deliveries', row: deliveryRow({ address: 'new' }), exists: 'stale' }]),
    ).toBe('done');
    expect(await moved.column(sql`select id from deliveries where address = 'new'`)).toEqual([MEMBERS + 2]);
    await moved.store.commit([{ remove: 'deliveries', where: { address: 'new' } }]);

    await expect(move(source.url, url)).rejects.toThrow(/in use/);
    expect(await contents(moved)).toEqual(before);

    await moved.store.backup(folder.path('from-postgres.db'));
    const backup = await openBoth(`file:${folder.path('from-postgres.db')}`);
    expect(await contents(backup)).toEqual(before);
    for (const one of [source, moved, backup]) await one.close();
  });

  test('what an unfinished move left is emptied and copied again', async () => {
    const source = await filled(`file:${folder.path('again.db')}`);
    const url = await server.database();
    const half = await openBoth(url);
    await half.store.commit(SMALL_WORLD);
    await move(source.url, url);
    expect(await contents(half)).toEqual(await contents(source));
    await source.close();
    await half.close();
  });

  test('a backup of SQLite while it is written to opens by itself', async () => {
    const source = await filled(`file:${folder.path('live.db')}`);
    const path = folder.path('backup.db');
    const writing = Array.from({ length: 50 }, (_, i) =>
      source.store.commit([{ add: 'logEntries', row: logRow({ id: `w${i}` }), exists: 'stale' }]),
    );
    await source.store.backup(path);
    await Promise.all(writing);
    const backup = await open(`file:${path}`, { create: false, keyed: KEYED });
    expect((await backup.reads.installation())?.id).toBe('inst');
    expect((await backup.reads.memberCounts('book1')).active).toBe(MEMBERS);
    await expect(source.store.backup(path)).rejects.toThrow(/already/);
    await backup.close();
    await source.close();
  });
});
