import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { hashPassword } from '../../src/app/account/credentials.ts';
import { offerFirstUser } from '../../src/app/account/firstUser.ts';
import { inviteUser } from '../../src/app/account/links.ts';
import { dropSecondStep } from '../../src/app/account/own.ts';
import { IDLE_MS, SESSION_MS, type User } from '../../src/core/account.ts';
import { userRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const PASSWORD = 'en grön cykel i snön';
let world: ToolboxWorld;
let count = 0;
beforeAll(async () => {
  world = await toolboxWorld();
});
afterAll(() => world.close());

/** Somebody with a password of their own. */
async function person(over: Partial<User> = {}): Promise<User> {
  count += 1;
  const user = userRow({ id: `p${count}`, passwordHash: await hashPassword(PASSWORD), ...over });
  await world.add({ add: 'users', row: user, exists: 'stale' });
  return user;
}
async function signedIn(user: User): Promise<Client> {
  const browser = world.stranger();
  const answer = await browser.post('/sign-in', { mail: user.mail, password: PASSWORD });
  expect(answer).toMatchObject({ status: 303, location: '/' });
  const page = await browser.get('/account');
  browser.csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
  return browser;
}

describe('signing in', () => {
  test('the right password opens the toolbox, and one comes back to where one was going', async () => {
    const user = await person();
    const browser = world.stranger();
    const first = await browser.get('/books/p12');
    expect(first).toMatchObject({ status: 303, location: '/sign-in?back=%2Fbooks%2Fp12' });
    const form = await browser.get(first.location ?? '');
    expect(form.text).toContain('value="/books/p12"');
    const answer = await browser.post('/sign-in', {
      mail: user.mail.toUpperCase(),
      password: PASSWORD,
      back: '/books/p12',
    });
    expect(answer).toMatchObject({ status: 303, location: '/books/p12' });
    expect((await browser.get('/books/p12')).status).toBe(200);
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', 'javascript:alert(1)'])(
    'going back to %s goes to the start page',
    async (back) => {
      const user = await person();
      expect((await world.stranger().post('/sign-in', { mail: user.mail, password: PASSWORD, back })).location).toBe(
        '/',
      );
    },
  );

  test('a wrong password, an unknown mail and a closed account look the same', async () => {
    const user = await person();
    const closed = await person({ disabledAt: 1 });
    const answers = await Promise.all(
      [
        [user.mail, 'fel lösenord helt'],
        ['nobody@example.se', PASSWORD],
        [closed.mail, PASSWORD],
      ].map(([mail = '', password = '']) => world.stranger().post('/sign-in', { mail, password })),
    );
    const said = answers.map(({ status, text }) => [status, /role="alert">([^<]+)/.exec(text)?.[1]]);
    expect(said[0]?.[0]).toBe(422);
    expect(said[1]).toEqual(said[0]);
    expect(said[2]).toEqual(said[0]);
  });

  test('what was typed stays, but for the password', async () => {
    const { text } = await world.stranger().post('/sign-in', { mail: 'anna@example.se', password: 'hemligt ord' });
    expect(text).toContain('value="anna@example.se"');
    expect(text).not.toContain('hemligt ord');
  });

  test('guessing is slowed down by account, also for the right password, and says for how long', async () => {
    const user = await person();
    for (let guess = 0; guess < 5; guess++)
      expect((await world.stranger().post('/sign-in', { mail: user.mail, password: `gissning ${guess}` })).status).toBe(
        422,
      );
    const late = await world.stranger().post('/sign-in', { mail: user.mail, password: PASSWORD });
    expect(late.status).toBe(429);
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    world.clock.ms += 20 * 60_000;
    expect((await world.stranger().post('/sign-in', { mail: user.mail, password: PASSWORD })).status).toBe(303);
  });

  test('a session ends idle after 45 minutes, and after twelve hours however busy', async () => {
    const browser = await signedIn(await person());
    world.clock.ms += IDLE_MS - 60_000;
    expect((await browser.get('/account')).status).toBe(200);
    world.clock.ms += IDLE_MS + 60_000;
    expect((await browser.get('/account')).location).toMatch(/^\/sign-in/);
    const busy = await signedIn(await person());
    for (let passed = 0; passed < SESSION_MS; passed += IDLE_MS - 60_000) {
      world.clock.ms += IDLE_MS - 60_000;
      await busy.get('/account');
    }
    expect((await busy.get('/account')).location).toMatch(/^\/sign-in/);
  });

  test('signing in gives a new token, and the one from before is worth nothing', async () => {
    const user = await person();
    const browser = await signedIn(user);
    const before = browser.cookies.get('session') ?? '';
    await browser.post('/sign-in', { mail: user.mail, password: PASSWORD });
    expect(browser.cookies.get('session')).not.toBe(before);
    const thief = world.stranger();
    thief.cookies.set('session', before);
    expect((await thief.get('/account')).location).toMatch(/^\/sign-in/);
  });

  test('signing out ends it on the server too', async () => {
    const browser = await signedIn(await person());
    const token = browser.cookies.get('session') ?? '';
    expect((await browser.post('/sign-out')).location).toBe('/sign-in');
    browser.cookies.set('session', token);
    expect((await browser.get('/account')).location).toMatch(/^\/sign-in/);
  });

  test('the cookie cannot be read by scripts nor sent along by other sites', async () => {
    const user = await person();
    const { headers } = await world.stranger().post('/sign-in', { mail: user.mail, password: PASSWORD });
    expect(headers.getSetCookie().find((line) => line.startsWith('session='))).toMatch(/HttpOnly; SameSite=Lax/);
  });
});

describe('forms from elsewhere', () => {
  test('without the token, or from another site, nothing is done', async () => {
    const browser = await world.as('admin');
    for (const answer of [
      await browser.post('/account', { csrf: 'wrong', name: 'X' }),
      await browser.post('/account', { name: 'X' }, { 'Sec-Fetch-Site': 'cross-site' }),
      await browser.post('/account', { name: 'X' }, { Origin: 'https://evil.example' }),
    ])
      expect(answer.status).toBe(403);
    expect((await world.store.reads.user(browser.user?.id ?? ''))?.name).toBe('');
    expect((await browser.post('/account', { name: 'Maja' }, { 'Sec-Fetch-Site': 'same-origin' })).status).toBe(303);
  });
});

describe('the second step', () => {
  test('switched on with a code, asked for at the next sign-in, each code once', async () => {
    const user = await person();
    const browser = await signedIn(user);
    const page = await browser.get('/account/second-step');
    const sealed = /name="sealed" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const secret = world.deps.sealer.open(sealed) ?? '';
    const codeAt = (ms: number) => generateSync({ secret, epoch: Math.floor(ms / 1000) });
    const wrong = await browser.post('/account/second-step', { sealed, code: '000000', current: PASSWORD });
    expect(wrong.status).toBe(422);
    const on = await browser.post('/account/second-step', {
      sealed,
      code: codeAt(world.clock.now()),
      current: PASSWORD,
    });
    const recovery = [...on.text.matchAll(/<code>([a-z0-9-]{11})<\/code>/g)].map(([, code = '']) => code);
    expect(recovery).toHaveLength(10);
    expect((await world.store.reads.user(user.id))?.totp).not.toContain(secret);

    const other = world.stranger();
    const half = await other.post('/sign-in', { mail: user.mail, password: PASSWORD, back: '/account' });
    expect(half.location).toBe('/sign-in/code?back=%2Faccount');
    expect((await other.get('/account')).location).toBe('/sign-in/code');
    const form = await other.get('/sign-in/code');
    other.csrf = /name="csrf" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    // The code that switched it on is used.
    expect((await other.post('/sign-in/code', { code: codeAt(world.clock.now()) })).status).toBe(422);
    world.clock.ms += 30_000;
    const code = codeAt(world.clock.now());
    expect((await other.post('/sign-in/code', { code, back: '/account' })).location).toBe('/account');
    expect((await other.get('/account')).status).toBe(200);

    for (const status of [303, 422]) {
      const third = world.stranger();
      await third.post('/sign-in', { mail: user.mail, password: PASSWORD });
      third.csrf = /name="csrf" value="([^"]+)"/.exec((await third.get('/sign-in/code')).text)?.[1] ?? '';
      expect((await third.post('/sign-in/code', { code: recovery[0] ?? '' })).status).toBe(status);
    }
  });
});

test('a lost phone: the code is switched off for them, and every session ends', async () => {
  const user = await person({ totp: world.deps.sealer.seal('JBSWY3DPEHPK3PXP'), recovery: ['d'] });
  const browser = world.stranger();
  expect((await browser.post('/sign-in', { mail: user.mail, password: PASSWORD })).location).toBe('/sign-in/code');
  expect(await dropSecondStep(user, 'cli', world.deps)).toBe('done');
  expect((await browser.get('/sign-in/code')).location).toMatch(/^\/sign-in/);
  expect(await world.store.reads.user(user.id)).toMatchObject({ totp: null, totpStep: null, recovery: [] });
  expect((await world.stranger().post('/sign-in', { mail: user.mail, password: PASSWORD })).location).toBe('/');
});

describe('links', () => {
  test('an invitation sets a password once; looking at it uses nothing up', async () => {
    const user = await person({ passwordHash: null });
    const { token } = await inviteUser(user, 'cli', world.deps);
    const browser = world.stranger();
    for (let look = 0; look < 3; look++) expect((await browser.get(`/password/${token}`)).text).toContain(user.mail);
    for (const [password, status] of [
      ['kort', 422],
      ['passwordpassword', 422],
      [user.mail, 422],
      [PASSWORD, 303],
      [PASSWORD, 410],
    ] as const)
      expect([password, (await browser.post(`/password/${token}`, { password, name: 'Anna' })).status]).toEqual([
        password,
        status,
      ]);
    expect((await browser.get(`/password/${token}`)).status).toBe(410);
    expect((await browser.post('/sign-in', { mail: user.mail, password: PASSWORD })).status).toBe(303);
  });

  test('a link that is too old, made up or replaced by another is gone', async () => {
    const user = await person();
    const first = await inviteUser(user, 'cli', world.deps);
    const second = await inviteUser(user, 'cli', world.deps);
    expect((await world.stranger().get(`/password/${first.token}`)).status).toBe(410);
    expect((await world.stranger().get('/password/made-up')).status).toBe(410);
    expect((await world.stranger().get(`/password/${second.token}`)).status).toBe(200);
    world.clock.ms += 3 * 3_600_000;
    expect((await world.stranger().get(`/password/${second.token}`)).status).toBe(410);
  });

  test('a new password ends every session', async () => {
    const user = await person();
    const browser = await signedIn(user);
    const { token } = await inviteUser(user, 'cli', world.deps);
    await world.stranger().post(`/password/${token}`, { password: `${PASSWORD} igen` });
    expect((await browser.get('/account')).location).toMatch(/^\/sign-in/);
  });
});

describe("one's own account", () => {
  test('changing the password asks for the old one and ends the others', async () => {
    const user = await person();
    const [here, there] = [await signedIn(user), await signedIn(user)];
    expect(
      (await here.post('/account/password', { current: 'fel fel fel fel', password: 'en helt ny mening' })).status,
    ).toBe(422);
    expect((await here.post('/account/password', { current: PASSWORD, password: 'en helt ny mening' })).status).toBe(
      303,
    );
    expect((await here.get('/account')).status).toBe(200);
    expect((await there.get('/account')).location).toMatch(/^\/sign-in/);
  });

  test('sessions are listed and can be ended, but only one’s own', async () => {
    const user = await person();
    const [here, there] = [await signedIn(user), await signedIn(user)];
    const stranger = await signedIn(await person());
    const path = /action="(\/account\/sessions\/[^/"]+\/end)"/.exec((await here.get('/account')).text)?.[1] ?? '';
    expect((await stranger.post(path)).status).toBe(404);
    expect((await there.get('/account')).status).toBe(200);
    expect((await here.post(path)).status).toBe(303);
    expect((await there.get('/account')).location).toMatch(/^\/sign-in/);
    expect((await here.get('/account')).status).toBe(200);
  });

  test('a language that was chosen stays, and the page says which it is', async () => {
    const browser = await signedIn(await person());
    await browser.post('/account', { name: 'Ana', locale: 'es' });
    const { text, headers } = await browser.get('/');
    expect(text).toContain('<html lang="es"');
    expect(headers.get('content-language')).toBe('es');
  });
});

describe('the first user', () => {
  test('one link, one user, and only while nobody can sign in', async () => {
    const fresh = await toolboxWorld();
    try {
      const token = await offerFirstUser(fresh.deps);
      const path = `/first/${token}`;
      const given = { mail: 'maja@example.se', name: 'Maja', password: PASSWORD };
      expect((await fresh.stranger().get(path)).status).toBe(200);
      expect((await fresh.stranger().post(path, { ...given, mail: 'maja' })).status).toBe(422);
      const both = await Promise.all([
        fresh.stranger().post(path, given),
        fresh.stranger().post(path, { ...given, mail: 'b@example.se' }),
      ]);
      expect(both.map(({ status }) => status).sort()).toEqual([303, 410]);
      expect((await fresh.store.reads.users('org1')).map(({ role }) => role)).toEqual(['operator']);
      expect((await fresh.stranger().get(path)).status).toBe(410);
      expect(await offerFirstUser(fresh.deps)).toBeNull();
    } finally {
      await fresh.close();
    }
  });
});

describe('access', () => {
  test.each(['viewer', 'sender', 'admin'] as const)(
    "a %s sees nothing of another organisation's book",
    async (role) => {
      const browser = await world.as(role);
      expect((await browser.get('/books/p12')).status).toBe(200);
      const [theirs, nobodys] = [await browser.get('/books/mff'), await browser.get('/books/nowhere')];
      expect([theirs.status, nobodys.status]).toEqual([404, 404]);
      expect(theirs.text).not.toContain('Malmö');
    },
  );

  test('without access a sender does not find the book', async () => {
    expect((await (await world.as('sender', { access: [] })).get('/books/p12')).status).toBe(404);
  });
});
