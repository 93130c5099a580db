import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mayInBook } from '../../src/core/permissions.ts';
import type { Plan } from '../../src/ports/store.ts';
import type { PageRoute } from '../../src/transport/web/page.ts';
import { routes } from '../../src/transport/web/routes.ts';
import { broadcastRow, draftRow, inboundRow, memberRow, uploadSteps, userRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/**
 * The golden table: every route of the toolbox with the access that it needs. A new route, or one whose access changed,
 * shows up here; `UPDATE_GOLDEN=1` writes the table anew, to be read before it is committed.
 */
const GOLDEN = new URL('../../fixtures/golden/routes.txt', import.meta.url);
const needOf = ({ need }: PageRoute): string => (typeof need === 'string' ? need : `book: ${need.book}`);
const isGuarded = (need: PageRoute['need']): boolean => need !== 'nobody' && need !== 'link' && need !== 'password';
const line = (route: PageRoute): string =>
  `${route.method.toUpperCase().padEnd(4)} ${route.path.padEnd(58)} ${needOf(route)}`;

test('the routes and what each needs', () => {
  const table = `${routes
    .map(line)
    .sort((a, b) => (a.slice(5) < b.slice(5) ? -1 : 1))
    .join('\n')}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, table);
  expect(table).toBe(readFileSync(GOLDEN, 'utf8'));
});

test('no two routes answer the same address', () => {
  const seen = routes.map(({ method, path }) => `${method} ${path}`);
  expect(seen).toEqual([...new Set(seen)]);
});

/** Something of the other organisation behind every id that an address can hold. */
const THEIRS: Record<string, string> = {
  book: 'mff',
  member: 'm9',
  broadcast: 'b9',
  draft: 'd9',
  inbound: 'i9',
  message: 'i9',
  upload: 'f9',
  user: 'u9',
  organisation: 'org2',
  number: 'num2',
  session: '0123456789abcdef',
  token: 'made-up',
  passkey: '0123456789abcdef',
  roll: 'roll9',
};
const theirs: Plan = [
  {
    add: 'rollCalls',
    row: {
      id: 'roll9',
      organisationId: 'org2',
      bookId: 'book9',
      broadcastId: 'b9',
      startedAt: 1,
      endsAt: 9e12,
      remindAt: null,
      remindedAt: null,
      endedAt: null,
      version: 1,
    },
    exists: 'stale',
  },
  {
    add: 'members',
    row: memberRow({ id: 'm9', bookId: 'book9', phone: '+46701740699', name: 'Zlatan' }),
    exists: 'stale',
  },
  {
    add: 'broadcasts',
    row: broadcastRow({
      id: 'b9',
      organisationId: 'org2',
      bookId: 'book9',
      numberId: 'num2',
      status: 'paused',
      text: 'Hemligt Malmö',
    }),
    exists: 'stale',
  },
  {
    add: 'inbounds',
    row: inboundRow({
      id: 'i9',
      organisationId: 'org2',
      bookId: 'book9',
      numberId: 'num2',
      text: 'Hemligt Malmö',
      kind: 'forward' as never,
    }),
    exists: 'stale',
  },
  { add: 'users', row: userRow({ id: 'u9', organisationId: 'org2', name: 'Zlatan' }), exists: 'stale' },
  {
    add: 'drafts',
    row: draftRow({
      id: 'd9',
      organisationId: 'org2',
      bookId: 'book9',
      userId: 'u9',
      name: 'Hemligt Malmö',
      text: 'Hemligt Malmö',
    }),
    exists: 'stale',
  },
  ...uploadSteps(
    { id: 'f9', organisationId: 'org2', bookId: 'book9', userId: 'u9', fileName: 'Malmö.csv' },
    'telefon\n+46701740699',
  ),
];

/** The address with ids filled in; a name that this table does not know is a mistake in the table. */
function filled(path: string, ids: Record<string, string>): string {
  return path.replace(/:(\w+)/g, (_, name: string) => {
    const id = ids[name] ?? THEIRS[name];
    if (id === undefined) throw new Error(`the test knows no id for :${name}`);
    return encodeURIComponent(id);
  });
}

const call = (browser: Client, { method, body }: PageRoute, path: string) =>
  method === 'get'
    ? browser.get(path)
    : body === 'upload'
      ? browser.upload(path, {}, { name: 'a.csv', bytes: 'telefon\n' })
      : browser.post(path);

describe('who is let in', () => {
  let world: ToolboxWorld;
  beforeAll(async () => {
    world = await toolboxWorld({ plan: theirs });
  });
  afterAll(() => world.close());
  /** All that the other organisation has, as it stands. */
  const rowsOfTheirs = async () => {
    const { reads } = world.store;
    return JSON.stringify([
      await reads.organisation('org2'),
      await reads.bookById('book9'),
      await reads.members('book9', { after: '', limit: 10 }),
      await reads.broadcast('b9'),
      await reads.rollCall('roll9'),
      await reads.users('org2'),
      await reads.writers('book9'),
      await reads.functionaries('book9'),
      await reads.accesses('u9'),
      (await reads.numbers()).filter(({ organisationId }) => organisationId === 'org2'),
      (await reads.log('book9', 50)).entries.length,
    ]);
  };

  const guarded = routes.filter(({ need, orElse }) => isGuarded(need) && orElse === undefined);
  test.each(guarded.map((route) => [line(route), route] as const))(
    'a stranger is asked to sign in: %s',
    async (_, route) => {
      const answer = await call(world.stranger(), route, filled(route.path, { book: 'p12' }));
      expect(answer.status).toBe(303);
      expect(answer.location).toMatch(/^\/sign-in/);
    },
  );

  const ofBooks = routes.filter(({ need }) => typeof need === 'object');
  test.each(ofBooks.map((route) => [line(route), route] as const))(
    "an admin finds nothing of another organisation's book: %s",
    async (_, route) => {
      const before = await rowsOfTheirs();
      const answer = await call(await world.as('admin'), route, filled(route.path, THEIRS));
      expect(answer.status).toBe(404);
      expect(answer.text).not.toMatch(/Malmö|Zlatan|0699/);
      expect(await rowsOfTheirs()).toBe(before);
    },
  );

  const withIds = routes.filter(
    ({ path, need }) => need !== 'nobody' && need !== 'link' && path.replace(':book', '').includes(':'),
  );
  test.each(withIds.map((route) => [line(route), route] as const))(
    "another organisation's id under one's own book, or in one's own organisation, leads nowhere: %s",
    async (_, route) => {
      const before = await rowsOfTheirs();
      const answer = await call(await world.as('admin'), route, filled(route.path, { book: 'p12' }));
      expect([403, 404]).toContain(answer.status);
      expect(answer.text).not.toMatch(/Malmö|Zlatan|0699/);
      expect(await rowsOfTheirs()).toBe(before);
    },
  );

  test.each(
    (['viewer', 'sender', 'admin'] as const).flatMap((role) =>
      ofBooks.map((route) => [role, line(route), route] as const),
    ),
  )('a %s with access: %s', async (role, _, route) => {
    if (typeof route.need !== 'object') throw new Error('not a book route');
    const answer = await call(await world.as(role), route, filled(route.path, { book: 'p12' }));
    if (mayInBook({ role, organisationId: 'org1' }, route.need.book)) expect([403, 500]).not.toContain(answer.status);
    else expect(answer.status).toBe(403);
  });

  test.each(
    (['viewer', 'sender', 'admin'] as const).flatMap((role) =>
      routes
        .filter(({ need }) => need === 'organisation' || need === 'installation')
        .map((route) => [role, line(route), route] as const),
    ),
  )('a %s in the organisation: %s', async (role, _, route) => {
    const answer = await call(await world.as(role), route, filled(route.path, {}));
    const allowed = role === 'admin' && route.need === 'organisation';
    if (allowed) expect([500]).not.toContain(answer.status);
    else expect(answer.status).toBe(403);
  });

  const posts = guarded.filter(({ method }) => method === 'post');
  test.each(posts.map((route) => [line(route), route] as const))(
    'a form without its token does nothing: %s',
    async (_, route) => {
      const browser = await world.as('operator');
      browser.csrf = '';
      expect((await call(browser, route, filled(route.path, { book: 'p12' }))).status).toBe(403);
    },
  );
});
