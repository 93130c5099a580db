import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Plan, Step } from '../../src/ports/store.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { NOON, ORGANISATION, SMALL_WORLD, userRow } from '../kit/rows.ts';
import { type Opened, openBoth, scratch } from '../kit/store.ts';

const passkey = (id: string, userId: string, createdAt: number): Step => ({
  add: 'passkeys',
  row: {
    id,
    userId,
    publicKey: Buffer.from([0, 255, 7]),
    counter: 4_294_967_295,
    transports: ['internal', 'hybrid'],
    name: 'Jobbdatorn',
    createdAt,
    usedAt: null,
  },
  exists: 'stale',
});
const challenge = (id: string, expiresAt: number) =>
  ({
    add: 'challenges',
    row: { id, purpose: 'sign_on', userId: null, data: { state: 's' }, createdAt: 0, expiresAt },
    exists: 'stale',
  }) as const;

const world: Plan = [
  ...SMALL_WORLD,
  { add: 'organisations', row: { ...ORGANISATION, id: 'org2', name: 'Malmö FF' }, exists: 'stale' },
  { add: 'users', row: userRow({ id: 'u1', subject: 'https://id.example.se abc' }), exists: 'stale' },
  { add: 'users', row: userRow({ id: 'u2', organisationId: 'org2', mail: 'a@mff.example' }), exists: 'stale' },
  passkey('second', 'u1', NOON + 1),
  passkey('first', 'u1', NOON),
  passkey('other', 'u2', NOON),
  challenge('old', NOON - 1),
  challenge('new', NOON + 1),
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

describe.each(['sqlite', 'postgres'] as const)('signing in without a password on %s', (dialect) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await openBoth(dialect === 'sqlite' ? `file:${folder.path('signIn.db')}` : await server.database());
    expect(await opened.store.commit(world)).toBe('done');
  });
  afterAll(() => opened?.close());

  test('passkeys come back as they went in, oldest first', async () => {
    const { reads } = opened.store;
    const own = await reads.passkeysOf('u1');
    expect(own.map(({ id }) => id)).toEqual(['first', 'second']);
    expect(own[0]).toMatchObject({ counter: 4_294_967_295, transports: ['internal', 'hybrid'], usedAt: null });
    expect(Buffer.from((await reads.passkey('other'))?.publicKey ?? '')).toEqual(Buffer.from([0, 255, 7]));
    expect(await reads.passkey('nobody')).toBeNull();
  });

  test('a passkey is one of somebody, and a subject is one user', async () => {
    const { store } = opened;
    expect(await store.commit([passkey('first', 'u2', NOON)])).toBe('stale');
    expect((await store.reads.userBySubject('https://id.example.se abc'))?.id).toBe('u1');
    expect(await store.reads.userBySubject('https://id.example.se ABC')).toBeNull();
  });

  test('challenges are used once and swept when they ran out', async () => {
    const { store } = opened;
    expect(await store.reads.challenge('new')).toMatchObject({ purpose: 'sign_on', data: { state: 's' } });
    const use = () =>
      store.commit([
        { change: 'challenges', where: { id: 'new', expiresAt: NOON + 1 }, set: { expiresAt: 0 }, none: 'stale' },
      ]);
    expect([await use(), await use()]).toEqual(['done', 'stale']);
    expect(await store.reads.spentChallenges(NOON, 10)).toEqual(['new', 'old']);
    expect(await store.reads.spentChallenges(NOON, 1)).toEqual(['new']);
  });

  test.each([
    ['mff.example', 'org1', ['org2']],
    ['mff.example', 'org2', []],
    ['example', 'org1', []],
    ['xmff.example', 'org1', []],
  ])('who else has users at %s than %s', async (domain, own, others) =>
    expect(await opened.store.reads.organisationsAtDomain(domain, own)).toEqual(others),
  );
});
