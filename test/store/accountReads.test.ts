import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { tidyAccounts } from '../../src/app/account/tidy.ts';
import { IDLE_MS } from '../../src/core/account.ts';
import type { Plan } from '../../src/ports/store.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { NOON, SMALL_WORLD, userRow } from '../kit/rows.ts';
import { type Opened, openBoth, scratch } from '../kit/store.ts';

const session = (id: string, seenAt: number) =>
  ({
    add: 'sessions',
    row: { id, userId: 'u1', csrf: 'c', stage: 'full', createdAt: seenAt, seenAt, agent: 'x' },
    exists: 'stale',
  }) as const;
const link = (id: string, expiresAt: number) =>
  ({
    add: 'links',
    row: { id, purpose: 'reset', userId: 'u1', createdAt: 0, expiresAt, usedAt: null },
    exists: 'stale',
  }) as const;
const guess = (id: string, since: number) =>
  ({ add: 'guesses', row: { id, count: 1, since, until: null }, exists: 'stale' }) as const;

const world: Plan = [
  ...SMALL_WORLD,
  { add: 'users', row: userRow({ id: 'u1', passwordHash: 'x', recovery: ['d'] }), exists: 'stale' },
  { add: 'users', row: userRow({ id: 'u2' }), exists: 'stale' },
  { add: 'accesses', row: { userId: 'u1', bookId: 'book1' }, exists: 'stale' },
  session('old', NOON - IDLE_MS - 1),
  session('new', NOON),
  link('old', NOON - 1),
  link('new', NOON + 1),
  guess('old', NOON - 25 * 3_600_000 - 1),
  guess('new', NOON - 25 * 3_600_000),
];

let server: Postgres;
const folder = scratch();
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(async () => {
  await server?.stop();
  folder.clear();
});

describe.each(['sqlite', 'postgres'] as const)('accounts on %s', (dialect) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openBoth(dialect === 'sqlite' ? `file:${folder.path('accounts.db')}` : await server.database());
    expect(await opened.store.commit(world)).toBe('done');
  });
  afterAll(() => opened?.close());

  test('users, sessions, links, guesses and access are found by what one has in hand', async () => {
    const { reads } = opened.store;
    expect(await reads.user('u1')).toMatchObject({ mail: 'u1@example.se', recovery: ['d'], locale: null });
    expect((await reads.userByMail('u2@example.se'))?.id).toBe('u2');
    expect(await reads.userByMail('U2@example.se')).toBeNull();
    expect(await reads.hasUsers()).toBe(true);
    expect((await reads.sessionsOf('u1')).map(({ id }) => id)).toEqual(['new', 'old']);
    expect((await reads.link('new'))?.purpose).toBe('reset');
    expect((await reads.guesses(['old', 'new', 'none'])).map(({ id }) => id).sort()).toEqual(['new', 'old']);
    expect(await reads.accessesTo('book1')).toEqual(['u1']);
  });

  test('tidying takes what is spent and nothing else', async () => {
    const { store } = opened;
    await tidyAccounts({ store, clock: { now: () => NOON } });
    expect((await store.reads.sessionsOf('u1')).map(({ id }) => id)).toEqual(['new']);
    expect([await store.reads.link('old'), (await store.reads.link('new'))?.id]).toEqual([null, 'new']);
    expect((await store.reads.guesses(['old', 'new'])).map(({ id }) => id)).toEqual(['new']);
  });
});
