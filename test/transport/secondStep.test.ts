import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { hashPassword, newTotpSecret } from '../../src/app/account/credentials.ts';
import type { Role } from '../../src/core/account.ts';
import type { Organisation } from '../../src/core/organisation.ts';
import { routes } from '../../src/transport/web/routes.ts';
import { ownPathOf } from '../kit/hostile.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** A second step that an organisation demands (OWASP ASVS 5.0, 6.3.3). */
let world: ToolboxWorld;
beforeAll(async () => {
  world = await toolboxWorld();
});
afterAll(() => world?.close());

type Rule = Organisation['secondStep'];
const demand = (secondStep: Rule, id = 'org1') =>
  world.add({ change: 'organisations', where: { id }, set: { secondStep }, none: 'stale' });
const setUp = { status: 303, location: '/account/second-step' };

describe.each<[Rule, readonly Role[]]>([
  ['chosen', []],
  ['admins', ['admin', 'operator']],
  ['everybody', ['viewer', 'sender', 'admin', 'operator']],
])('demanded of %s', (rule, demanded) => {
  beforeAll(() => demand(rule));

  test.each(['viewer', 'sender', 'admin', 'operator'] as const)('a %s without one', async (role) => {
    const browser = await world.as(role);
    const answer = await browser.get('/books/p12');
    if (demanded.includes(role)) expect(answer).toMatchObject(setUp);
    else expect(answer.status).toBe(200);
  });

  test.each(['viewer', 'sender', 'admin', 'operator'] as const)('a %s who has one comes in', async (role) => {
    const browser = await world.as(role);
    const totp = world.deps.sealer.seal(newTotpSecret());
    await world.add({ change: 'users', where: { id: browser.user?.id ?? '' }, set: { totp }, none: 'stale' });
    expect((await browser.get('/books/p12')).status).toBe(200);
    const account = await browser.get('/account');
    expect(account.text.includes('Din organisation kräver den')).toBe(demanded.includes(role));
  });
});

describe('until it is set up', () => {
  let browser: Client;
  beforeAll(async () => {
    await demand('everybody');
    browser = await world.as('operator');
  });
  const forStrangers = ['nobody', 'link'] as const;
  const isForStrangers = (need: unknown): boolean => forStrangers.some((each) => each === need);
  const open = routes.filter(({ need, setsUp }) => isForStrangers(need) || need === 'password' || setsUp !== undefined);

  test('nothing is open but the page that does it, signing out and what is open to strangers', () => {
    const own = open.filter(({ need }) => !isForStrangers(need)).map(({ method, path }) => `${method} ${path}`);
    expect(own).toEqual([
      'get /sign-in/code',
      'post /sign-in/code',
      'get /account/second-step',
      'post /account/second-step',
    ]);
  });

  test.each(routes.filter((route) => !open.includes(route)).map((route) => [route.method, route.path, route] as const))(
    '%s %s leads there',
    async (method, _path, route) => {
      const path = ownPathOf(route);
      const answer =
        method === 'get'
          ? await browser.get(path)
          : route.body === 'upload'
            ? await browser.upload(path, {}, { name: 'a.csv', bytes: 'telefon\n' })
            : await browser.post(path);
      expect(answer).toMatchObject(setUp);
    },
  );

  test('a part of a page sends the whole page there', async () => {
    const part = await browser.get('/books/p12/members', { 'HX-Request': 'true' });
    expect([part.status, part.headers.get('hx-redirect')]).toEqual([204, '/account/second-step']);
  });

  test('the page says why, and has nothing to go on to', async () => {
    const page = await browser.get('/account/second-step');
    expect(page.text).toContain('Din organisation kräver en kod');
    expect(page.text).not.toContain('href="/books/p12"');
    expect(page.text).not.toContain('Avbryt');
  });

  test('signing out works', async () => {
    const other = await world.as('viewer');
    expect(await other.post('/sign-out')).toMatchObject({ status: 303, location: '/sign-in' });
  });

  test('setting it up opens the rest', async () => {
    const person = await world.as('sender');
    const passwordHash = await hashPassword('en grön cykel i snön');
    await world.add({ change: 'users', where: { id: person.user?.id ?? '' }, set: { passwordHash }, none: 'stale' });
    const sealed = /name="sealed" value="([^"]+)"/.exec((await person.get('/account/second-step')).text)?.[1] ?? '';
    const secret = world.deps.sealer.open(sealed) ?? '';
    const code = generateSync({ secret, epoch: Math.floor(world.clock.now() / 1000) });
    const done = await person.post('/account/second-step', { sealed, code, current: 'en grön cykel i snön' });
    expect(done.status).toBe(200);
    expect((await person.get('/books/p12')).status).toBe(200);
  });
});

test('an operator who looks at another organisation follows the rule of their own', async () => {
  await demand('chosen');
  await demand('everybody', 'org2');
  const operator = await world.as('operator');
  await operator.post('/installation/switch', { organisation: 'org2' });
  expect((await operator.get('/books/mff')).status).toBe(200);
  await demand('admins');
  await demand('chosen', 'org2');
  expect(await operator.get('/books/mff')).toMatchObject(setUp);
});

test('an admin sets it for the organisation, and it stands in the log', async () => {
  await demand('chosen');
  const admin = await world.as('admin');
  const { name, locale, timezone, country, contact } = (await world.store.reads.organisation('org1')) as Organisation;
  const fields = { name, locale, timezone, country, contact, daily_parts: '' };
  expect((await admin.get('/organisation')).text).toContain('Vem måste ha en kod vid inloggning?');
  expect((await admin.post('/organisation', { ...fields, second_step: 'nobody' })).status).toBe(422);
  expect((await admin.post('/organisation', { ...fields, second_step: 'admins' })).status).toBe(303);
  expect(await admin.get('/organisation')).toMatchObject(setUp);
  const [line] = await world.store.reads.auditPage('org1', null, 1);
  expect(line?.details).toEqual({ setting: 'second_step', before: 'chosen', after: 'admins' });
});
