import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { hashPassword, newTotpSecret } from '../../src/app/account/credentials.ts';
import { dropSecondStep } from '../../src/app/account/own.ts';
import { tidyAccounts } from '../../src/app/account/tidy.ts';
import { CHALLENGE_MS, FRESH_MS, type User } from '../../src/core/account.ts';
import { createDevice, type Device, type Lies } from '../kit/authenticator.ts';
import { userRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { keepingLog } from '../kit/web.ts';

const PASSWORD = 'en grön cykel i snön';
const ORIGIN = 'https://sms.example.se';
const log = keepingLog();
let world: ToolboxWorld;
let passwordHash = '';
beforeAll(async () => {
  world = await toolboxWorld({ publicUrl: ORIGIN, log: log.log });
  passwordHash = await hashPassword(PASSWORD);
});
afterAll(() => world.close());

/** Signed in with a password of their own. */
async function person(over: Partial<User> = {}): Promise<Client> {
  const client = await world.as('admin');
  const set = { passwordHash, ...over };
  await world.add({ change: 'users', where: { id: client.user?.id ?? '' }, set, none: 'stale' });
  return client;
}
const rowOf = async (client: Client) => world.store.reads.passkeysOf(client.user?.id ?? '');

async function add(client: Client, device: Device, lies?: Lies, name = 'Jobbdatorn') {
  const asked = await client.post('/account/passkeys/ask', { current: PASSWORD, name });
  expect(asked.status).toBe(200);
  const { options } = JSON.parse(asked.text);
  return {
    options,
    answer: await client.post('/account/passkeys', { name, credential: device.create(options, lies) }),
  };
}
async function withPasskey(over: Partial<User> = {}, counting = true): Promise<{ client: Client; device: Device }> {
  const client = await person(over);
  const device = createDevice(ORIGIN, counting);
  expect((await add(client, device)).answer).toMatchObject({ status: 303, location: '/account' });
  return { client, device };
}
async function ask(browser: Client) {
  const { text } = await browser.post('/sign-in/passkey/ask');
  return JSON.parse(text).options;
}
async function signIn(device: Device, lies?: Lies, browser = world.stranger()) {
  const credential = device.get(await ask(browser), lies);
  return { browser, credential, answer: await browser.post('/sign-in/passkey', { credential, back: '/books/p12' }) };
}

describe('a passkey', () => {
  test('is added with the password, signs in without it, and counts as the second step', async () => {
    const { client, device } = await withPasskey();
    const [row] = await rowOf(client);
    expect(row).toMatchObject({
      id: device.id,
      name: 'Jobbdatorn',
      counter: 0,
      transports: ['internal'],
      usedAt: null,
    });
    expect((await client.get('/account')).text).toContain('Jobbdatorn');
    const { browser, answer } = await signIn(device);
    expect(answer).toMatchObject({ status: 303, location: '/books/p12' });
    expect((await browser.get('/books/p12')).status).toBe(200);
    expect((await rowOf(client))[0]).toMatchObject({ counter: 1, usedAt: expect.any(Number) });
    const events = (await world.store.reads.auditPage('org1', null, 2)).map(({ event }) => event);
    expect(events).toEqual(['signed_in_passkey', 'passkey_added']);

    const organisation = await world.store.reads.organisation('org1');
    const demand = (secondStep: 'chosen' | 'everybody') =>
      world.add({ change: 'organisations', where: { id: 'org1' }, set: { secondStep }, none: 'stale' });
    await demand('everybody');
    try {
      expect((await browser.get('/books/p12')).status).toBe(200);
      // With the password alone one is asked for the passkey, and cannot make another second step.
      expect((await client.get('/books/p12')).location).toBe('/account/second-step');
      expect((await client.get('/account/second-step')).text).toContain('Logga in med din passkey');
      const secret = newTotpSecret();
      const sealed = world.deps.sealer.seal(secret);
      const code = generateSync({ secret });
      await client.post('/account/second-step', { sealed, code, current: PASSWORD });
      expect((await world.store.reads.user(client.user?.id ?? ''))?.totp).toBeNull();
      expect((await client.post('/account/passkeys/ask', { current: PASSWORD })).status).toBe(303);
    } finally {
      await demand(organisation?.secondStep as 'chosen');
    }
  });

  test('one that lives in several devices counts nothing and works each time', async () => {
    const { device } = await withPasskey({}, false);
    for (let time = 0; time < 3; time++) expect((await signIn(device)).answer.status).toBe(303);
  });

  test('a session of before is replaced, and its token is worth nothing', async () => {
    const { client, device } = await withPasskey();
    const before = client.cookies.get('__Host-session') ?? '';
    const credential = device.get(await ask(client));
    expect((await client.post('/sign-in/passkey', { credential })).status).toBe(303);
    const thief = world.stranger();
    thief.cookies.set('__Host-session', before);
    expect((await thief.get('/account')).location).toMatch(/^\/sign-in/);
  });

  test('what is asked names our host, any passkey, and demands a finger, face or code', async () => {
    const options = await ask(world.stranger());
    expect(options).toMatchObject({ rpId: 'sms.example.se', userVerification: 'required' });
    expect(options.allowCredentials ?? []).toEqual([]);
    const client = await person();
    const { options: made } = JSON.parse((await client.post('/account/passkeys/ask', { current: PASSWORD })).text);
    expect(made).toMatchObject({
      rp: { id: 'sms.example.se' },
      attestation: 'none',
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    });
  });

  test('the token of what was asked is a short-lived cookie that no script reads', async () => {
    const { headers } = await world.stranger().post('/sign-in/passkey/ask');
    const line = headers.getSetCookie().find((each) => each.startsWith('__Host-passkey='));
    expect(line).toMatch(/Max-Age=300; .*HttpOnly; Secure; SameSite=Lax/);
  });
});

describe('adding one', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['another place', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['an answer of signing in', { type: 'webauthn.get' }],
    ['nobody asked for a finger or a code', { flags: 0x01 }],
    ['nobody there', { flags: 0x00 }],
  ])('is refused: %s', async (_, lies) => {
    const client = await person();
    expect((await add(client, createDevice(ORIGIN), lies)).answer.status).toBe(422);
    expect(await rowOf(client)).toEqual([]);
  });

  test.each(['', 'null', '[]', '{}', '"x"', '{"id":1}', '{"id":"a","rawId":"a","type":"public-key","response":5}'])(
    'is refused and breaks nothing: %s',
    async (credential) => {
      const client = await person();
      await client.post('/account/passkeys/ask', { current: PASSWORD });
      expect((await client.post('/account/passkeys', { credential })).status).toBe(422);
      const browser = world.stranger();
      await ask(browser);
      expect((await browser.post('/sign-in/passkey', { credential })).status).toBe(422);
      // They come from one address, and guessing is slowed.
      world.clock.ms += 20 * 60_000;
    },
  );

  test('asks for the password, and guessing it is slowed', async () => {
    const client = await person();
    for (let guess = 0; guess < 5; guess++) {
      const { status, text } = await client.post('/account/passkeys/ask', { current: `gissning ${guess}` });
      expect([status, JSON.parse(text).problem]).toEqual([422, 'Det var inte ditt lösenord.']);
    }
    const { text } = await client.post('/account/passkeys/ask', { current: PASSWORD });
    expect(JSON.parse(text).problem).toMatch(/Vänta/);
    expect((await client.post('/account/passkeys', { credential: '{}' })).status).toBe(422);
  });

  test('who has no password must have just signed in', async () => {
    const client = await person({ passwordHash: null });
    expect((await client.post('/account/passkeys/ask')).status).toBe(200);
    world.clock.ms += FRESH_MS + 1_000;
    const { status, text } = await client.post('/account/passkeys/ask');
    expect([status, JSON.parse(text).problem]).toEqual([422, expect.stringContaining('Logga ut och in igen')]);
    expect((await client.get('/account')).text).not.toContain('id="passkey-current"');
  });

  test('the question belongs to the session that asked, once', async () => {
    const [client, other] = [await person(), await person()];
    const device = createDevice(ORIGIN);
    const { text, headers } = await client.post('/account/passkeys/ask', { current: PASSWORD });
    expect(headers.get('content-type')).toMatch(/json/);
    const credential = device.create(JSON.parse(text).options);
    other.cookies.set('__Host-passkey', client.cookies.get('__Host-passkey') ?? '');
    expect((await other.post('/account/passkeys', { credential })).status).toBe(422);
    // Used up by the one who tried.
    expect((await client.post('/account/passkeys', { credential })).status).toBe(422);
  });

  test('nobody can add one that somebody has, nor more than ten', async () => {
    const { device } = await withPasskey();
    const client = await person();
    expect((await add(client, device)).answer.status).toBe(422);
    for (let count = 0; count < 10; count++) await add(client, createDevice(ORIGIN), {}, `nr ${count}`);
    const { status, text } = await client.post('/account/passkeys/ask', { current: PASSWORD });
    expect([status, JSON.parse(text).problem]).toEqual([422, 'Fler än tio går inte. Ta bort en först.']);
    expect(await rowOf(client)).toHaveLength(10);
  });
});

describe('signing in', () => {
  test.each([
    ['another origin', { origin: 'https://evil.example' }],
    ['a page of our host without https', { origin: 'http://sms.example.se' }],
    ['another place', { rpId: 'evil.example' }],
    ['another challenge', { challenge: 'AAAA' }],
    ['an answer of adding one', { type: 'webauthn.create' }],
    ['nobody asked for a finger or a code', { flags: 0x01 }],
    ['another user', { userHandle: Buffer.from('u-other').toString('base64url') }],
    ['no user', { userHandle: '' }],
    ['a signature of somebody else', { signature: Buffer.alloc(70, 7).toString('base64url') }],
  ])('is refused: %s', async (_, lies) => {
    const { device } = await withPasskey();
    const { answer, browser } = await signIn(device, lies);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Det gick inte att logga in med den passkeyn');
    expect((await browser.get('/account')).location).toMatch(/^\/sign-in/);
  });

  test('an answer works once, also two at the same moment', async () => {
    const { device } = await withPasskey({}, false);
    const browser = world.stranger();
    const credential = device.get(await ask(browser));
    const token = browser.cookies.get('__Host-passkey') ?? '';
    const twins = Array.from({ length: 4 }, () => {
      const twin = world.stranger();
      twin.cookies.set('__Host-passkey', token);
      return twin.post('/sign-in/passkey', { credential });
    });
    expect((await Promise.all(twins)).map(({ status }) => status).sort()).toEqual([303, 422, 422, 422]);
    browser.cookies.set('__Host-passkey', token);
    expect((await browser.post('/sign-in/passkey', { credential })).status).toBe(422);
    // Nor does it answer the next question.
    await ask(browser);
    expect((await browser.post('/sign-in/passkey', { credential })).status).toBe(422);
  });

  test('an answer that comes after five minutes is too late, and housekeeping sweeps the question', async () => {
    const { device } = await withPasskey();
    const browser = world.stranger();
    const credential = device.get(await ask(browser));
    world.clock.ms += CHALLENGE_MS + 1;
    expect((await browser.post('/sign-in/passkey', { credential })).status).toBe(422);
    expect((await world.store.reads.spentChallenges(world.clock.now(), 100)).length).toBeGreaterThan(0);
    await tidyAccounts(world.deps);
    expect(await world.store.reads.spentChallenges(world.clock.now(), 100)).toEqual([]);
  });

  test('a copy of a passkey shows by its counter: refused, in the log and in the audit log', async () => {
    const { client, device } = await withPasskey();
    expect((await signIn(device)).answer.status).toBe(303);
    expect((await signIn(device, { counter: 1 })).answer.status).toBe(422);
    expect((await signIn(device, { counter: 0 })).answer.status).toBe(422);
    const [line] = await world.store.reads.auditPage('org1', null, 1);
    expect(line).toMatchObject({ event: 'passkey_refused', actor: client.user?.id });
    expect(log.lines()).toContain('there is a copy of it');
    // A forged one says nothing of that kind.
    const before = log.lines().split('there is a copy').length;
    await signIn(device, { counter: 0, signature: Buffer.alloc(70, 7).toString('base64url') });
    expect(log.lines().split('there is a copy').length).toBe(before);
  });

  test('who is shut out, or must come by the organisation’s accounts, does not get in; operators do', async () => {
    const closed = await withPasskey();
    const id = closed.client.user?.id ?? '';
    await world.add({ change: 'users', where: { id }, set: { disabledAt: 1 }, none: 'stale' });
    expect((await signIn(closed.device)).answer.status).toBe(422);

    const [only, operator] = [await withPasskey(), await withPasskey({ role: 'operator' })];
    const signOn = { issuer: 'https://id.example.se', clientId: 'a', secret: 'x', domains: ['example.se'] };
    const set = (only: boolean) => ({ signOn: { ...signOn, only, inside: false } });
    await world.add({ change: 'organisations', where: { id: 'org1' }, set: set(true), none: 'stale' });
    try {
      expect((await signIn(only.device)).answer.status).toBe(422);
      expect((await signIn(operator.device)).answer.status).toBe(303);
    } finally {
      await world.add({ change: 'organisations', where: { id: 'org1' }, set: { signOn: null }, none: 'stale' });
    }
    expect((await signIn(only.device)).answer.status).toBe(303);
  });

  test('asking for ever from one address waits', async () => {
    const other = await toolboxWorld();
    try {
      const browser = other.stranger();
      const answers = await Promise.all(Array.from({ length: 310 }, () => browser.post('/sign-in/passkey/ask')));
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(300);
      expect((await browser.post('/sign-in/passkey/ask')).status).toBe(429);
    } finally {
      await other.close();
    }
  });
});

describe('removing one', () => {
  test('asks for the password, and only one’s own is there', async () => {
    const { client, device } = await withPasskey();
    const path = /action="(\/account\/passkeys\/[^"]+\/remove)"/.exec((await client.get('/account')).text)?.[1] ?? '';
    expect((await (await person()).post(path, { current: PASSWORD })).status).toBe(404);
    expect((await client.post(path, { current: 'fel lösenord här' })).status).toBe(422);
    expect(await rowOf(client)).toHaveLength(1);
    expect((await client.post(path, { current: PASSWORD })).status).toBe(303);
    expect(await rowOf(client)).toEqual([]);
    expect((await signIn(device)).answer.status).toBe(422);
    expect((await world.store.reads.auditPage('org1', null, 1))[0]?.event).toBe('passkey_removed');
  });

  test('a lost phone: the command line takes passkeys away with the codes', async () => {
    const { client, device } = await withPasskey();
    const user = (await world.store.reads.user(client.user?.id ?? '')) as User;
    expect(await dropSecondStep(user, 'cli', world.deps)).toBe('done');
    expect((await signIn(device)).answer.status).toBe(422);
    expect(await rowOf(client)).toEqual([]);
  });
});

test('names of passkeys are shown as they were typed, and nothing secret stands in the log', async () => {
  const client = await person({ name: 'Maja' });
  await add(client, createDevice(ORIGIN), {}, '<img src=x onerror=alert(1)>');
  expect((await client.get('/account')).text).toContain('&lt;img src&#x3D;x onerror&#x3D;alert(1)&gt;');
  expect(log.lines()).not.toMatch(/@example\.se|127\.0\.0\.1/);
  expect(userRow({ id: 'x' }).subject).toBeNull();
});
