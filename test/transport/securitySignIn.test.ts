import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { hashPassword } from '../../src/app/account/credentials.ts';
import { inviteUser } from '../../src/app/account/links.ts';
import type { User } from '../../src/core/account.ts';
import { userRow } from '../kit/rows.ts';
import { type Answer, type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { keepingLog } from '../kit/web.ts';

/** Signing in under attack (OWASP ASVS 5.0, V6, V7 and V16). Whoever asks comes by a trusted proxy that says from where. */
const PASSWORD = 'en grön cykel i snön';
const kept = keepingLog();
let world: ToolboxWorld;
let count = 0;
beforeAll(async () => {
  world = await toolboxWorld({ trustedProxies: ['127.0.0.1'], log: kept.log });
});
afterAll(() => world.close());

/** An address that nobody has guessed from. */
const elsewhere = (): string => `2001:db8:${(++count).toString(16)}::1`;

async function person(over: Partial<User> = {}): Promise<User> {
  const user = userRow({ id: `s${++count}`, passwordHash: await hashPassword(PASSWORD), ...over });
  await world.add({ add: 'users', row: user, exists: 'stale' });
  return user;
}
const from = (address: string) => ({ 'X-Forwarded-For': address });
const tryIn = (mail: string, password: string, address = elsewhere(), browser = world.stranger()): Promise<Answer> =>
  browser.post('/sign-in', { mail, password }, from(address));

const csrfOf = ({ text }: Answer): string => /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
async function signedIn(user: User, password = PASSWORD): Promise<Client> {
  const browser = world.stranger();
  expect((await tryIn(user.mail, password, elsewhere(), browser)).status).toBe(303);
  browser.csrf = csrfOf(await browser.get(user.totp === null ? '/account' : '/sign-in/code'));
  return browser;
}
const statuses = (answers: readonly Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};

describe('guessing passwords', () => {
  test('two hundred at the same moment are five, and the owner comes in from elsewhere all the same', async () => {
    const user = await person();
    const thief = elsewhere();
    const answers = await Promise.all(Array.from({ length: 200 }, (_, i) => tryIn(user.mail, `gissning ${i}`, thief)));
    expect(statuses(answers)).toEqual({ 422: 5, 429: 195 });
    expect(Number(answers.find(({ status }) => status === 429)?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await tryIn(user.mail, PASSWORD, thief)).status).toBe(429);
    expect((await tryIn(user.mail, PASSWORD)).status).toBe(303);
    // Their coming in does not help the thief.
    expect((await tryIn(user.mail, 'ännu en gissning', thief)).status).toBe(429);
  });

  test('one address at many accounts is stopped after thirty, and an address may not pretend to be many', async () => {
    const thief = elsewhere();
    const answers: Answer[] = [];
    for (let i = 0; i < 32; i++) {
      // What comes before the proxy's own word is the peer's to invent; of IPv6 a machine has a whole /64.
      const claimed = `192.0.2.${i}, ${thief.replace(/::1$/, `::${i + 1}`)}`;
      answers.push(await tryIn(`nobody${i}@example.se`, PASSWORD, claimed));
    }
    expect(statuses(answers)).toEqual({ 422: 30, 429: 2 });
  });

  test('many addresses at one account are slowed down together', async () => {
    const user = await person();
    const answers: Answer[] = [];
    for (let i = 0; i < 42; i++) answers.push(await tryIn(user.mail, `gissning ${i}`));
    expect(statuses(answers)).toEqual({ 422: 40, 429: 2 });
    // A link from an admin opens the way at once.
    const { token } = await inviteUser(user, 'cli', world.deps);
    const chosen = { password: 'en helt ny mening', name: '' };
    expect((await world.stranger().post(`/password/${token}`, chosen, from(elsewhere()))).status).toBe(303);
    expect((await tryIn(user.mail, chosen.password)).status).toBe(303);
  });

  test('nobody, somebody, a closed account and one without a password get the same words', async () => {
    const mails = [
      (await person()).mail,
      'nobody@example.se',
      (await person({ disabledAt: 1 })).mail,
      (await person({ passwordHash: null })).mail,
      'not a mail',
    ];
    const said = new Set<string>();
    for (const mail of mails) {
      const { status, text } = await tryIn(mail, 'fel lösenord helt');
      said.add(`${status} ${/role="alert">([^<]+)/.exec(text)?.[1]}`);
    }
    expect(said.size).toBe(1);
  });

  test('there is no account from the start', async () => {
    for (const [mail, password] of [
      ['admin', 'admin'],
      ['admin@example.se', 'password'],
      ['', ''],
    ] as const)
      expect((await tryIn(mail, password)).status).toBe(422);
  });
});

describe('passwords', () => {
  async function choose(password: string, over: Partial<User> = {}): Promise<[number, User]> {
    const user = await person({ passwordHash: null, ...over });
    const { token } = await inviteUser(user, 'cli', world.deps);
    return [(await world.stranger().post(`/password/${token}`, { password, name: '' })).status, user];
  }
  test.each([
    ['elva tecken', 422],
    ['tolv tecken!', 303],
    ['bcdefghijklmnop', 303],
    ['en mening som är sextiofyra tecken lång, och det är ganska långt', 303],
    ['x1'.repeat(32) + 'åäö'.repeat(21), 303],
    ['y'.repeat(129), 422],
    ['password123456', 422],
    ['Sommar2026!', 422],
    ['qwertyuiop123', 422],
    ['Startstopp 2026', 422],
    ['Lunds-IK-Lunds-2026', 303],
    ['Lunds IK 2026!', 422],
    ['karin.kansli@example.se', 422],
    ['Karin Kansli 1', 422],
  ])('%s: %i', async (password, status) => {
    expect((await choose(password, { name: 'Karin Kansli', mail: `karin.kansli${count}@example.se` }))[0]).toBe(
      password.includes('@') ? 422 : status,
    );
  });

  test('only the very same one fits: no case, blank or length is given away', async () => {
    const long = `${'långt och ännu längre '.repeat(4)}slut`;
    const [status, { mail }] = await choose(long);
    expect(status).toBe(303);
    for (const wrong of [long.toUpperCase(), `${long} `, ` ${long}`, long.slice(0, 72), long.slice(0, -1), `${long}\0`])
      expect((await tryIn(mail, wrong)).status).toBe(422);
    // The one thing that is evened out: the same letters come in two spellings, by keyboard (Unicode NFKC).
    expect((await tryIn(mail, long.normalize('NFD'))).status).toBe(303);
  });

  test('are kept as argon2id with 19 MiB, twice over', async () => {
    const [, user] = await choose('en helt vanlig mening');
    expect((await world.store.reads.user(user.id))?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  test('the fields are for password managers', async () => {
    const { text } = await world.stranger().get('/sign-in');
    expect(text).toMatch(/<input[^>]*type="password"[^>]*autocomplete="current-password"/);
    const { token } = await inviteUser(await person({ passwordHash: null }), 'cli', world.deps);
    const form = await world.stranger().get(`/password/${token}`);
    expect(form.text).toMatch(/<input[^>]*type="password"[^>]*autocomplete="new-password"/);
    expect(`${text}${form.text}`).not.toMatch(/onpaste|maxlength="?\d\b/);
  });
});

describe('sessions', () => {
  test('their names are 256 random bits, and one that was planted is not taken over', async () => {
    const user = await person();
    const seen = new Set<string>();
    for (let i = 0; i < 40; i++) {
      const browser = world.stranger();
      browser.cookies.set('session', 'planted');
      expect((await tryIn(user.mail, PASSWORD, elsewhere(), browser)).status).toBe(303);
      const token = browser.cookies.get('session') ?? '';
      expect(Buffer.from(token, 'base64url')).toHaveLength(32);
      seen.add(token);
    }
    expect(seen.size).toBe(40);
    // The database knows them by their digest only.
    const dump = await world.dump();
    for (const token of seen) expect(dump).not.toContain(token);
  });

  test('somebody who is shut out is out at once, everywhere, with their links', async () => {
    const user = await person();
    const [phone, desk] = [await signedIn(user), await signedIn(user)];
    const { token } = await inviteUser(user, 'cli', world.deps);
    const admin = await world.as('admin');
    await admin.post(`/organisation/users/${user.id}`, { do: 'disable' });
    for (const browser of [phone, desk]) expect((await browser.get('/account')).location).toMatch(/^\/sign-in/);
    expect((await world.stranger().get(`/password/${token}`)).status).toBe(410);
    expect((await tryIn(user.mail, PASSWORD)).status).toBe(422);
  });

  test('who gets another role has it at the next click', async () => {
    const user = await person();
    const browser = await signedIn(user);
    expect((await browser.get('/organisation/users')).status).toBe(200);
    const admin = await world.as('admin');
    await admin.post(`/organisation/users/${user.id}`, { do: 'role', role: 'viewer' });
    expect((await browser.get('/organisation/users')).status).toBe(403);
  });

  test('after signing out nothing is left in the browser, and every page has the way out', async () => {
    const browser = await signedIn(await person());
    const page = await browser.get('/account');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).toMatch(/action="\/sign-out"/);
    const out = await browser.post('/sign-out');
    expect(out.headers.get('clear-site-data')).toBe('"cache", "storage"');
    expect(out.headers.getSetCookie().join()).toMatch(/session=;.*Expires=Thu, 01 Jan 1970/);
  });

  test('dangerous things ask for the password, and guessing at it there is braked too', async () => {
    const user = await person();
    const browser = await signedIn(user);
    const { text } = await browser.get('/account/second-step');
    const sealed = /name="sealed" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const tries: Answer[] = [];
    for (const current of ['', 'fel', 'fel igen']) {
      tries.push(await browser.post('/account/password', { current, password: 'en helt ny mening' }));
      tries.push(await browser.post('/account/second-step', { sealed, code: '123456', current }));
    }
    expect(statuses(tries)).toEqual({ 422: 6 });
    expect(tries.at(-1)?.text).toMatch(/Vänta|vänta|minut/);
    expect((await world.store.reads.user(user.id))?.passwordHash).toBe(user.passwordHash);
  });
});

describe('the second step', () => {
  const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
  const codeAt = (ms: number): string => generateSync({ secret, epoch: Math.floor(ms / 1000) });
  const twoSteps = () => person({ totp: world.deps.sealer.seal(secret), recovery: [] });

  test.each([
    [-90_000, 422],
    [-60_000, 422],
    [-30_000, 303],
    [0, 303],
    [30_000, 303],
    [60_000, 422],
  ])('a code %i ms off: %i', async (off, status) => {
    const browser = await signedIn(await twoSteps());
    // From the middle of a step, so that the clock does not tip over in between.
    world.clock.ms += 45_000 - (world.clock.now() % 30_000);
    expect(
      (await browser.post('/sign-in/code', { code: codeAt(world.clock.now() + off) }, from(elsewhere()))).status,
    ).toBe(status);
  });

  test('a code works once, also in two browsers at the same moment', async () => {
    const user = await twoSteps();
    const browsers = [await signedIn(user), await signedIn(user), await signedIn(user)];
    const code = codeAt(world.clock.now());
    const answers = await Promise.all(browsers.map((each) => each.post('/sign-in/code', { code }, from(elsewhere()))));
    expect(statuses(answers)).toEqual({ 303: 1, 422: 2 });
  });

  test('one’s own code is no good in somebody else’s half-open session', async () => {
    const other = await person({ totp: world.deps.sealer.seal('KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU') });
    const browser = await signedIn(other);
    expect((await browser.post('/sign-in/code', { code: codeAt(world.clock.now()) }, from(elsewhere()))).status).toBe(
      422,
    );
  });

  test('a hundred wrong codes, each from elsewhere, are five, and half a session opens nothing', async () => {
    const user = await twoSteps();
    const browser = await signedIn(user);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, i) =>
        browser.post('/sign-in/code', { code: String(100_000 + i) }, from(elsewhere())),
      ),
    );
    expect(statuses(answers)).toEqual({ 422: 5, 429: 95 });
    for (const path of ['/', '/account', '/books/p12', '/organisation/users', '/account/second-step'])
      expect((await browser.get(path)).location).toBe('/sign-in/code');
    expect((await browser.post('/account/second-step/stop', { current: PASSWORD })).location).toBe('/sign-in/code');
    // Beginning anew with the password does not start the count anew.
    const again = await signedIn(user);
    expect((await again.post('/sign-in/code', { code: codeAt(world.clock.now()) }, from(elsewhere()))).status).toBe(
      429,
    );
  });

  test('a new password by a link does not go around it', async () => {
    const user = await twoSteps();
    const { token } = await inviteUser(user, 'cli', world.deps);
    const password = 'en helt ny mening';
    const browser = world.stranger();
    await browser.post(`/password/${token}`, { password, name: '' });
    expect((await tryIn(user.mail, password, elsewhere(), browser)).location).toBe('/sign-in/code');
    expect((await browser.get('/account')).location).toBe('/sign-in/code');
  });

  test('neither the secret nor the recovery codes can be read in the database', async () => {
    const user = await person();
    const browser = await signedIn(user);
    const page = await browser.get('/account/second-step');
    const sealed = /name="sealed" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const own = world.deps.sealer.open(sealed) ?? '';
    const code = generateSync({ secret: own, epoch: Math.floor(world.clock.now() / 1000) });
    const on = await browser.post('/account/second-step', { sealed, code, current: PASSWORD });
    const codes = [...on.text.matchAll(/<code>([a-z0-9-]{11})<\/code>/g)].map(([, each = '']) => each);
    expect(new Set(codes).size).toBe(10);
    const dump = await world.dump();
    for (const each of [own, ...codes]) expect(dump).not.toContain(each);
  });

  test.each(['', 'x', 'AAAA', randomBytes(60).toString('base64url')])(
    'a made-up sealed secret is no secret: %#',
    async (sealed) => {
      const user = await person();
      const browser = await signedIn(user);
      const answer = await browser.post('/account/second-step', {
        sealed,
        code: codeAt(world.clock.now()),
        current: PASSWORD,
      });
      expect(answer.location).toBe('/account');
      expect((await world.store.reads.user(user.id))?.totp).toBeNull();
    },
  );
});

describe('one-time links', () => {
  test('looking uses nothing up, not even with HEAD; two who use one at once are one', async () => {
    const user = await person();
    const { token } = await inviteUser(user, 'cli', world.deps);
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    for (const method of ['HEAD', 'GET', 'OPTIONS', 'HEAD']) await fetch(`${world.url}/password/${token}`, { method });
    const answers = await Promise.all(
      ['den första meningen', 'den andra meningen', 'den tredje meningen'].map((password) =>
        world.stranger().post(`/password/${token}`, { password, name: '' }),
      ),
    );
    expect(statuses(answers)).toEqual({ 303: 1, 410: 2 });
    expect(await world.dump()).not.toContain(token);
  });

  test('changing the password makes a link that was on its way worthless', async () => {
    const user = await person();
    const { token } = await inviteUser(user, 'cli', world.deps);
    const browser = await signedIn(user);
    await browser.post('/account/password', { current: PASSWORD, password: 'en helt ny mening' }, from(elsewhere()));
    expect((await world.stranger().get(`/password/${token}`)).status).toBe(410);
  });

  test('the page for who has forgotten says the same to all', async () => {
    const [one, two] = [
      await world.stranger().get('/sign-in/forgot'),
      await world.stranger().get('/sign-in/forgot?mail=s1@example.se'),
    ];
    const main = ({ text }: Answer) => /<main[\s\S]*<\/main>/.exec(text)?.[0];
    expect(main(two)).toBe(main(one));
    expect(main(one)).not.toMatch(/<input(?! type="hidden")/);
  });
});

describe('what stands written afterwards', () => {
  test('the audit log says who came in and what they changed about signing in', async () => {
    const user = await person();
    const browser = await signedIn(user);
    await browser.post('/account/password', { current: PASSWORD, password: 'en helt ny mening' }, from(elsewhere()));
    await inviteUser(user, 'u-admin', world.deps);
    const events = (await world.store.reads.auditPage('org1', null, 10)).filter(
      ({ actor, details }) => actor === user.id || details.user === user.id,
    );
    expect(events.map(({ event, actor }) => [event, actor])).toEqual([
      ['user_reset', 'u-admin'],
      ['password_changed', user.id],
      ['signed_in', user.id],
    ]);
    for (const { at } of events) expect(Math.abs(at - world.clock.now())).toBeLessThan(60_000);
  });

  test('the log tells of refused sign-ins, with marks that can be compared and no more', async () => {
    const user = await person();
    const before = kept.lines().length;
    const address = elsewhere();
    await tryIn(user.mail, 'hemligt felskrivet', address);
    await tryIn(user.mail.toUpperCase(), 'hemligt felskrivet', address);
    const lines = kept
      .lines()
      .slice(before)
      .trim()
      .split('\n')
      .map((each) => JSON.parse(each));
    const refused = lines.filter(({ message }) => message === 'a sign-in was refused');
    expect(refused).toHaveLength(2);
    expect(refused[0]).toEqual({ ...refused[1], requestId: refused[0].requestId });
    expect(refused[0]).toMatchObject({ at: 'password', why: 'wrong' });
    expect(Object.keys(refused[0]).sort()).toEqual(['at', 'message', 'requestId', 'where', 'who', 'why']);
  });

  test('nothing secret and nobody’s address stands in any line of it', async () => {
    const user = await person({ mail: 'hemlig.person@example.se', name: 'Hemlig\r\n\u001b[31mPerson' });
    const { token } = await inviteUser(user, 'cli', world.deps);
    const browser = await signedIn(user);
    await browser.get(`/password/${token}`);
    await browser.get('/books/p12/members?q=070-174%2006%2099');
    await browser.post('/account', { csrf: 'wrong' });
    await browser.post(`/password/${token}`, { password: 'en hemlig mening till', name: '' });
    const secrets = [
      PASSWORD,
      'hemlig mening',
      'hemligt felskrivet',
      'gissning',
      token,
      browser.csrf,
      user.mail,
      'example.se',
      '06 99',
      '2001:db8',
      'Hemlig',
      '\u001b',
    ];
    for (const each of [...secrets, browser.cookies.get('session') ?? 'none'])
      expect([each, kept.lines().includes(each)]).toEqual([each, false]);
    expect(kept.lines().length).toBeGreaterThan(1_000);
  });
});
