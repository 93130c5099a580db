import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { generateSync } from 'otplib';
import { digestOf, hashPassword, newTotpSecret } from '../../src/app/account/credentials.ts';
import { inviteUser } from '../../src/app/account/links.ts';
import { signOnFindings } from '../../src/cli/signOnDoctor.ts';
import { CHALLENGE_MS, type User } from '../../src/core/account.ts';
import type { SignOn } from '../../src/core/organisation.ts';
import { createSignOn } from '../../src/providers/openId.ts';
import { selfSigned } from '../kit/certificate.ts';
import { type Employee, type Oidc, startOidc } from '../kit/oidc.ts';
import { userRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { keepingLog } from '../kit/web.ts';

const PASSWORD = 'en grön cykel i snön';
const DOMAIN = 'lundsik.example';
const log = keepingLog();
let world: ToolboxWorld;
let oidc: Oidc;
let count = 0;
beforeAll(async () => {
  world = await toolboxWorld({ log: log.log });
  oidc = await startOidc('http://localhost:8080/sign-in/sso/callback');
});
afterAll(async () => {
  await oidc?.close();
  await world?.close();
});

const settings = (over: Partial<SignOn> = {}): SignOn => ({
  issuer: oidc.issuer,
  clientId: oidc.clientId,
  secret: world.deps.sealer.seal(oidc.secret),
  domains: [DOMAIN],
  only: false,
  inside: false,
  ...over,
});
const setSignOn = (signOn: SignOn | null, id = 'org1') =>
  world.add({ change: 'organisations', where: { id }, set: { signOn }, none: 'stale' });
beforeEach(() => setSignOn(settings()));
afterEach(() => setSignOn(null, 'org2'));

/** A user of the organisation, and the same person at the provider. */
async function person(over: Partial<User> = {}, there: Employee = {}): Promise<{ user: User; sub: string }> {
  count += 1;
  const [id, sub] = [`s${count}`, `sub-${count}`];
  const user = userRow({ id, mail: `${id}@${DOMAIN}`, ...over });
  await world.add({ add: 'users', row: user, exists: 'stale' });
  oidc.people.set(sub, { email: user.mail, email_verified: true, ...there });
  return { user, sub };
}
async function start(mail: string, browser = world.stranger(), back = '/books/p12') {
  const answer = await browser.post('/sign-in/sso', { mail, back });
  const to = /^0; url=(.+)$/.exec(answer.headers.get('refresh') ?? '')?.[1] ?? '';
  return { browser, answer, to };
}
const pathOf = (url: URL): string => url.pathname + url.search;
async function come(mail: string, sub: string | null, browser = world.stranger()) {
  const { to } = await start(mail, browser);
  const end = await oidc.visit(to, sub);
  return { browser, end, answer: await browser.get(pathOf(end)) };
}
const isIn = async (browser: Client) => (await browser.get('/account')).status === 200;
const events = async (most: number, id = 'org1') =>
  (await world.store.reads.auditPage(id, null, most)).map(({ event }) => event);
const refused = { status: 403, location: null };

describe('signing in with the organisation’s account', () => {
  test('leads there and back to where one was going; the first time binds it to the user', async () => {
    const { user, sub } = await person();
    const page = await world.stranger().get('/sign-in');
    expect(page.text).toContain('href="/sign-in/sso"');
    const { browser, answer: begun, to } = await start(user.mail);
    expect(begun.text).toContain(new URL(oidc.issuer).host);
    const query = new URL(to).searchParams;
    expect(Object.fromEntries(query)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      redirect_uri: 'http://localhost:8080/sign-in/sso/callback',
      scope: 'openid email profile',
      login_hint: user.mail,
    });
    for (const name of ['state', 'nonce', 'code_challenge']) expect(query.get(name)?.length).toBeGreaterThan(40);
    const answer = await browser.get(pathOf(await oidc.visit(to, sub)));
    expect(answer).toMatchObject({ status: 303, location: '/books/p12' });
    expect(await isIn(browser)).toBe(true);
    expect(await world.store.reads.user(user.id)).toMatchObject({ subject: `${oidc.issuer} ${sub}`, role: 'admin' });
    expect(await events(2)).toEqual(['signed_in_sign_on', 'sign_on_bound']);
    await come(user.mail, sub);
    expect(await events(2)).toEqual(['signed_in_sign_on', 'signed_in_sign_on']);
  });

  test('the cookie on the way is short-lived, and gone when one is back', async () => {
    const { user, sub } = await person();
    const { browser, answer, to } = await start(user.mail);
    const line = answer.headers.getSetCookie().find((each) => each.startsWith('signOn='));
    expect(line).toMatch(/Max-Age=300; .*HttpOnly; SameSite=Lax/);
    await browser.get(pathOf(await oidc.visit(to, sub)));
    expect(browser.cookies.has('signOn')).toBe(false);
  });

  test('a session of before is replaced', async () => {
    const { user, sub } = await person();
    const browser = await world.as('viewer');
    const before = browser.cookies.get('session') ?? '';
    await come(user.mail, sub, browser);
    expect(browser.cookies.get('session')).not.toBe(before);
    const thief = world.stranger();
    thief.cookies.set('session', before);
    expect(await isIn(thief)).toBe(false);
  });

  test('who is bound stays the same user when their mail address changes there', async () => {
    const { user, sub } = await person();
    await come(user.mail, sub);
    oidc.people.set(sub, { email: `nygift@${DOMAIN}`, email_verified: false });
    const { browser } = await come(user.mail, sub);
    expect((await browser.get('/account')).text).toContain(user.mail);
  });

  test('without JavaScript the page going there has a link, and forms lead nowhere but here', async () => {
    const { user } = await person();
    const { answer, to } = await start(user.mail);
    expect(answer.text).toContain(`href="${to.replaceAll('&', '&amp;').replaceAll('=', '&#x3D;')}"`);
    expect(answer.headers.get('content-security-policy')).toContain("form-action 'self'");
  });

  test('the organisation that a mail address leads to tells nothing about who is a user', async () => {
    const { user } = await person();
    const answers = await Promise.all([user.mail, `nobody@${DOMAIN}`].map(async (mail) => (await start(mail)).to));
    const shape = (to: string) => [...new URL(to).searchParams.keys()];
    expect(answers.map(shape)[1]).toEqual(answers.map(shape)[0]);
    for (const mail of ['a@elsewhere.example', '', 'nonsense', `a@sub.${DOMAIN}`]) {
      const { answer } = await start(mail);
      expect([mail, answer.status, answer.headers.get('refresh')]).toEqual([mail, 422, null]);
    }
  });
});

describe('who does not get in', () => {
  test.each([
    ['nobody invited them', { email: `nobody@${DOMAIN}`, email_verified: true }],
    ['they are a user of another organisation', { email: 'elsewhere@mff.example', email_verified: true }],
    ['the mail address is not verified', { email_verified: false }],
    ['nothing is said about the mail address', { email_verified: undefined }],
    ['a verified address of another domain', { email: 'other@example.se', email_verified: true }],
    ['no mail address', { email: undefined }],
    ['odd claims', { email: ['a'] as never, email_verified: 'yes' as never }],
  ])('%s', async (_, there) => {
    const { user, sub } = await person({}, there);
    const known = { ...userRow({ id: `x${count}`, mail: 'elsewhere@mff.example', organisationId: 'org2' }) };
    await world.add({ add: 'users', row: known, exists: 'ignore' });
    const before = (await world.store.reads.users('org1')).length;
    const { answer, browser } = await come(user.mail, sub);
    expect(answer).toMatchObject(refused);
    expect(answer.text).toContain('Du är inte inbjuden än');
    expect(await isIn(browser)).toBe(false);
    expect((await world.store.reads.users('org1')).length).toBe(before);
    expect((await world.store.reads.user(user.id))?.subject).toBeNull();
  });

  test('who is shut out, also when bound', async () => {
    const { user, sub } = await person({ disabledAt: 1 });
    expect((await come(user.mail, sub)).answer).toMatchObject(refused);
    const bound = await person();
    await come(bound.user.mail, bound.sub);
    await world.add({ change: 'users', where: { id: bound.user.id }, set: { disabledAt: 1 }, none: 'stale' });
    expect((await come(bound.user.mail, bound.sub)).answer).toMatchObject(refused);
  });

  test('somebody else there with the mail address of one who is bound; logged, and an admin can let go', async () => {
    const { user, sub } = await person();
    await come(user.mail, sub);
    oidc.people.set('newcomer', { email: user.mail, email_verified: true });
    expect((await come(user.mail, 'newcomer')).answer).toMatchObject(refused);
    const [line] = await world.store.reads.auditPage('org1', null, 1);
    expect(line).toMatchObject({ event: 'sign_on_refused', details: { user: user.id, why: 'taken' } });
    const admin = await world.as('admin');
    expect((await admin.get('/organisation/users')).text).toContain('value="unbind"');
    expect((await admin.post(`/organisation/users/${user.id}`, { do: 'unbind' })).status).toBe(303);
    expect(await events(1)).toEqual(['sign_on_unbound']);
    expect((await come(user.mail, 'newcomer')).answer.status).toBe(303);
    expect((await come(user.mail, sub)).answer).toMatchObject(refused);
  });

  test('an operator: whoever sets the provider up must not become one', async () => {
    const { user, sub } = await person({ role: 'operator' });
    expect((await come(user.mail, sub)).answer).toMatchObject(refused);
    const [line] = await world.store.reads.auditPage('org1', null, 1);
    expect(line?.details).toEqual({ user: user.id, why: 'operator' });
  });

  test('a subject that is bound in one organisation is nobody in another', async () => {
    const { user, sub } = await person();
    await come(user.mail, sub);
    await setSignOn(settings({ domains: ['mff.example'] }), 'org2');
    const { answer, browser } = await come('someone@mff.example', sub);
    expect(answer).toMatchObject(refused);
    expect(await isIn(browser)).toBe(false);
  });

  test('one whose provider changed is bound anew', async () => {
    const { user, sub } = await person({ subject: 'https://old.example abc' });
    expect((await come(user.mail, sub)).answer.status).toBe(303);
  });

  test('Entra ID says it in its own word', async () => {
    const { user, sub } = await person({}, { email_verified: undefined, xms_edov: true });
    expect((await come(user.mail, sub)).answer.status).toBe(303);
  });
});

describe('answers that do not hold', () => {
  const broken = async (change: (end: URL) => void) => {
    const { user, sub } = await person();
    const { browser, to } = await start(user.mail);
    const end = await oidc.visit(to, sub);
    change(end);
    return { browser, end, answer: await browser.get(pathOf(end)) };
  };

  test.each<[string, (end: URL) => void]>([
    ['a forged state', (end) => end.searchParams.set('state', 'made-up')],
    ['no state', (end) => end.searchParams.delete('state')],
    ['another issuer’s name (mix-up)', (end) => end.searchParams.set('iss', 'https://evil.example')],
    ['no issuer’s name, where it is promised', (end) => end.searchParams.delete('iss')],
    ['a made-up code', (end) => end.searchParams.set('code', 'x'.repeat(43))],
    ['no code', (end) => end.searchParams.delete('code')],
    ['two codes', (end) => end.searchParams.append('code', 'x')],
    ['an answer within', (end) => end.searchParams.set('id_token', 'eyJ')],
    ['far too much', (end) => end.searchParams.set('code', 'x'.repeat(9_000))],
  ])('%s', async (_, change) => {
    const { answer, browser, end } = await broken(change);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Du är inte inloggad');
    expect(await isIn(browser)).toBe(false);
    // The question is used up: mending the answer does not help.
    browser.cookies.set('signOn', 'anything');
    expect((await browser.get(pathOf(end))).status).toBe(422);
  });

  test('an answer for another browser, and one that comes twice', async () => {
    const { user, sub } = await person();
    const { browser, to } = await start(user.mail);
    const token = browser.cookies.get('signOn') ?? '';
    const end = pathOf(await oidc.visit(to, sub));
    expect((await world.stranger().get(end)).status).toBe(422);
    const other = (await start(user.mail)).browser;
    expect((await other.get(end)).status).toBe(422);
    const twins = [browser, world.stranger(), world.stranger()];
    for (const twin of twins) twin.cookies.set('signOn', token);
    const statuses = await Promise.all(twins.map(async (twin) => (await twin.get(end)).status));
    expect(statuses.sort()).toEqual([303, 422, 422]);
    browser.cookies.set('signOn', token);
    expect((await browser.get(end)).status).toBe(422);
  });

  test.each(['nonce', 'verifier', 'issuer'])('another %s than was asked with', async (name) => {
    const { user, sub } = await person();
    const { browser, to } = await start(user.mail);
    const id = digestOf(browser.cookies.get('signOn') ?? '');
    const row = await world.store.reads.challenge(id);
    const data = { ...row?.data, [name]: 'x'.repeat(43) };
    await world.add({ change: 'challenges', where: { id }, set: { data }, none: 'stale' });
    expect((await browser.get(pathOf(await oidc.visit(to, sub)))).status).toBe(422);
    expect(await isIn(browser)).toBe(false);
  });

  test('after five minutes, and after the admin changed the provider', async () => {
    const { user, sub } = await person();
    const late = await start(user.mail);
    const end = await oidc.visit(late.to, sub);
    world.clock.ms += CHALLENGE_MS + 1;
    expect((await late.browser.get(pathOf(end))).status).toBe(422);
    const moved = await start(user.mail);
    const other = await oidc.visit(moved.to, sub);
    await setSignOn(settings({ issuer: 'https://other.example' }));
    expect((await moved.browser.get(pathOf(other))).status).toBe(422);
  });

  test('saying no there is said here', async () => {
    const { user } = await person();
    const { answer } = await come(user.mail, null);
    expect([answer.status, answer.text.includes('avbröts eller nekades')]).toEqual([422, true]);
  });

  test('a wrong secret is for the admin to mend, not for the one who signs in', async () => {
    await setSignOn(settings({ secret: world.deps.sealer.seal('fel') }));
    const { user, sub } = await person();
    expect((await come(user.mail, sub)).answer.status).toBe(503);
    expect(log.lines()).toContain('"why":"secret"');
    await setSignOn(settings({ secret: 'sealed under another key' }));
    expect((await start(user.mail)).answer.status).toBe(503);
  });
});

describe('the second step', () => {
  const demand = (secondStep: 'chosen' | 'everybody') =>
    world.add({ change: 'organisations', where: { id: 'org1' }, set: { secondStep }, none: 'stale' });
  afterEach(() => demand('chosen'));

  test('two factors there are two factors here', async () => {
    await demand('everybody');
    const { user, sub } = await person({}, { amr: ['pwd', 'mfa'] });
    const { browser } = await come(user.mail, sub);
    expect((await browser.get('/books/p12')).status).toBe(200);
  });

  test('otherwise one’s own code is asked for, and who has none sets it up', async () => {
    const secret = newTotpSecret();
    const { user, sub } = await person({ totp: world.deps.sealer.seal(secret) }, { amr: ['pwd'] });
    const { browser, answer } = await come(user.mail, sub);
    expect(answer.location).toBe('/sign-in/code?back=%2Fbooks%2Fp12');
    expect((await browser.get('/account')).location).toBe('/sign-in/code');
    browser.csrf = /name="csrf" value="([^"]+)"/.exec((await browser.get('/sign-in/code')).text)?.[1] ?? '';
    const code = generateSync({ secret, epoch: Math.floor(world.clock.now() / 1000) });
    expect((await browser.post('/sign-in/code', { code })).status).toBe(303);
    expect(await isIn(browser)).toBe(true);

    await demand('everybody');
    const without = await person();
    const second = await come(without.user.mail, without.sub);
    expect((await second.browser.get('/books/p12')).location).toBe('/account/second-step');
    // They have no password, and have just signed in.
    const { text } = await second.browser.get('/account/second-step');
    expect(text).not.toContain('id="current"');
    const sealed = /name="sealed" value="([^"]+)"/.exec(text)?.[1] ?? '';
    second.browser.csrf = /name="csrf" value="([^"]+)"/.exec(text)?.[1] ?? '';
    const own = generateSync({
      secret: world.deps.sealer.open(sealed) ?? '',
      epoch: Math.floor(world.clock.now() / 1000),
    });
    expect((await second.browser.post('/account/second-step', { sealed, code: own })).status).toBe(200);
    expect((await second.browser.get('/books/p12')).status).toBe(200);
  });
});

describe('only with the organisation’s accounts', () => {
  const said = (text: string) => /role="alert">([^<]+)/.exec(text)?.[1];
  test('a right password, a wrong one and nobody at all get the same answer; operators get in', async () => {
    const passwordHash = await hashPassword(PASSWORD);
    await setSignOn(settings({ only: true }));
    const [one, operator] = [await person({ passwordHash }), await person({ passwordHash, role: 'operator' })];
    const tries: [string, string][] = [
      [one.user.mail, PASSWORD],
      [one.user.mail, 'fel lösenord helt'],
      [`nobody@${DOMAIN}`, PASSWORD],
      [operator.user.mail, 'fel lösenord helt'],
    ];
    for (const [mail, password] of tries) {
      const answer = await world.stranger().post('/sign-in', { mail, password });
      expect([answer.status, said(answer.text)]).toEqual([
        422,
        'Med den adressen loggar man in med organisationens konto, inte med lösenord.',
      ]);
      expect(answer.text).toContain(`<input type="hidden" name="mail" value="${mail}">`);
    }
    const answer = await world.stranger().post('/sign-in', { mail: operator.user.mail, password: PASSWORD });
    expect(answer.status).toBe(303);
    // Somebody of the same organisation with another address keeps their password.
    const guest = await person({ passwordHash, mail: `guest${count}@example.se` });
    expect((await world.stranger().post('/sign-in', { mail: guest.user.mail, password: PASSWORD })).status).toBe(303);
    expect((await come(one.user.mail, one.sub)).answer.status).toBe(303);
  });

  test('a link for a password says how one comes in, and sets none', async () => {
    await setSignOn(settings({ only: true }));
    const { user } = await person();
    const { token } = await inviteUser(user, 'cli', world.deps);
    for (const answer of [
      await world.stranger().get(`/password/${token}`),
      await world.stranger().post(`/password/${token}`, { password: PASSWORD }),
    ])
      expect([answer.status, answer.text.includes('Du loggar in med organisationens konto')]).toEqual([200, true]);
    expect((await world.store.reads.user(user.id))?.passwordHash).toBeNull();
  });
});

describe('the provider is down', () => {
  test('the page says so, and the password still works', async () => {
    const passwordHash = await hashPassword(PASSWORD);
    await setSignOn(settings({ issuer: 'http://127.0.0.1:1024' }));
    const { user } = await person({ passwordHash });
    const { answer } = await start(user.mail);
    expect([answer.status, answer.text.includes('fungerar inte just nu')]).toEqual([503, true]);
    expect((await world.stranger().post('/sign-in', { mail: user.mail, password: PASSWORD })).status).toBe(303);
  });

  test('what it says of itself is read once, and again after ten minutes', async () => {
    const { user } = await person();
    const looks = () => oidc.asked.filter((path) => path === '/.well-known/openid-configuration').length;
    world.clock.ms += 11 * 60_000;
    const before = looks();
    for (let time = 0; time < 3; time++) await start(user.mail);
    expect(looks()).toBe(before + 1);
    world.clock.ms += 11 * 60_000;
    await start(user.mail);
    expect(looks()).toBe(before + 2);
  });
});

/** The fields of the form as they stand in the organisation. */
const form = (over: Record<string, string> = {}) => ({
  sso_issuer: oidc.issuer,
  sso_client_id: oidc.clientId,
  sso_secret: '',
  sso_domains: DOMAIN,
  ...over,
});
const PATH = '/organisation/sign-on';

describe('setting it up', () => {
  beforeEach(() => setSignOn(null));

  test('the secret is sealed, never shown again, and stays when nothing is typed', async () => {
    const admin = await world.as('admin');
    expect((await admin.get(PATH)).text).toContain('http://localhost:8080/sign-in/sso/callback');
    expect((await admin.post(PATH, form())).status).toBe(422);
    expect(await admin.post(PATH, form({ sso_secret: oidc.secret }))).toMatchObject({ status: 303, location: PATH });
    const signOn = (await world.store.reads.organisation('org1'))?.signOn;
    expect(signOn).toMatchObject({ issuer: oidc.issuer, domains: [DOMAIN], only: false, inside: false });
    expect(world.deps.sealer.open(signOn?.secret ?? '')).toBe(oidc.secret);
    const shown = await admin.get(PATH);
    expect(shown.text).not.toContain(oidc.secret);
    expect(shown.text).not.toContain(signOn?.secret);
    await admin.post(PATH, form({ sso_only: 'on', sso_domains: `@${DOMAIN.toUpperCase()}; other.example` }));
    const after = (await world.store.reads.organisation('org1'))?.signOn;
    expect(after).toMatchObject({ only: true, domains: [DOMAIN, 'other.example'], secret: signOn?.secret });
    const lines = await world.store.reads.auditPage('org1', null, 2);
    expect(lines.map(({ details }) => details.setting).sort()).toEqual(['sso_domains', 'sso_only']);
    expect(await world.dump()).not.toContain(oidc.secret);
    // Another provider has another secret.
    expect((await admin.post(PATH, form({ sso_issuer: 'https://id.example.se' }))).status).toBe(422);
    expect((await admin.post(PATH, { do: 'drop' })).status).toBe(303);
    expect((await world.store.reads.organisation('org1'))?.signOn).toBeNull();
  });

  test.each([
    ['sso_issuer', 'id.example.se'],
    ['sso_issuer', 'https://id.example.se?x=1'],
    ['sso_issuer', 'https://user:pass@id.example.se'],
    ['sso_issuer', 'javascript:alert(1)'],
    ['sso_issuer', 'https://id.example.se/ä'],
    ['sso_issuer', ''],
    ['sso_client_id', ''],
    ['sso_domains', ''],
    ['sso_domains', 'example'],
    ['sso_domains', '%'],
    ['sso_domains', Array.from({ length: 21 }, (_, i) => `d${i}.example`).join(',')],
  ])('%s may not be %j', async (field, value) => {
    const admin = await world.as('admin');
    const answer = await admin.post(PATH, form({ sso_secret: 'x', [field]: value }));
    expect([answer.status, answer.text.includes(`id="${field}-error"`)]).toEqual([422, true]);
    expect(answer.text).not.toContain('value="x"');
  });

  test('the whole address of the description is taken for the issuer', async () => {
    const admin = await world.as('admin');
    const sso_issuer = `${oidc.issuer}/.well-known/openid-configuration`;
    expect((await admin.post(PATH, form({ sso_issuer, sso_secret: 'x' }))).status).toBe(303);
    expect((await world.store.reads.organisation('org1'))?.signOn?.issuer).toBe(oidc.issuer);
  });

  test('a domain that another organisation names or has users at is not theirs to take', async () => {
    const their = userRow({ id: 'their', mail: 'a@theirs.example', organisationId: 'org2' });
    await world.add({ add: 'users', row: their, exists: 'stale' });
    await setSignOn(settings({ domains: ['named.example'] }), 'org2');
    const [admin, operator] = [await world.as('admin'), await world.as('operator')];
    for (const [who, domain, status] of [
      [admin, 'named.example', 422],
      [admin, 'theirs.example', 422],
      [operator, 'named.example', 422],
      [operator, 'theirs.example', 303],
    ] as const)
      expect([domain, (await who.post(PATH, form({ sso_secret: 'x', sso_domains: domain }))).status]).toEqual([
        domain,
        status,
      ]);
    // Even then nobody who is a user elsewhere is sent there.
    expect((await start('a@theirs.example')).answer.status).toBe(422);
  });

  test('trying it says in words what is wrong, and saves nothing', async () => {
    const admin = await world.as('admin');
    const tried = async (sso_issuer: string) =>
      /role="status">([^<]+)/.exec((await admin.post(PATH, form({ sso_issuer, do: 'test' }))).text)?.[1];
    expect(await tried(oidc.issuer)).toContain('svarar och kan det som behövs');
    expect(await tried(`${oidc.issuer}/nowhere`)).toContain('ingen OpenID Connect-beskrivning');
    expect(await tried('http://127.0.0.1:1024')).toContain('Ingen svarar');
    expect(await tried('http://id.example.se')).toContain('måste börja med https');
    expect((await world.store.reads.organisation('org1'))?.signOn).toBeNull();
  });
});

describe('where it goes', () => {
  const servers: Server[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    }
  });
  async function serve(listener: RequestListener, secure?: { cert: string; key: string }): Promise<string> {
    const server = secure ? createSecureServer(secure, listener) : createServer(listener);
    servers.push(server as Server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return `http${secure ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  const here = createSignOn({ publicUrl: 'http://localhost:8080', clock: { now: Date.now } });
  const public_ = createSignOn({ publicUrl: 'https://sms.example.se', clock: { now: Date.now } });
  const whyOf = async (issuer: string, inside = false, from = here) => {
    const result = await from.look({ issuer, inside });
    return result.ok ? 'ok' : result.why;
  };
  const described = (issuer: string, over: object = {}) =>
    JSON.stringify({
      issuer,
      authorization_endpoint: `${issuer}/a`,
      token_endpoint: `${issuer}/t`,
      jwks_uri: `${issuer}/k`,
      response_types_supported: ['code'],
      ...over,
    });

  test.each([
    'http://127.0.0.1:1',
    'https://127.0.0.1:1',
    'https://localhost:1',
    'https://[::1]:1',
    'https://[::ffff:127.0.0.1]:1',
    'https://169.254.169.254',
    'https://0.0.0.0:1',
    'https://[::]:1',
    'https://[fe80::1]:1',
    'http://id.example.se',
    'https://user@id.example.se',
    'ftp://id.example.se',
    'https://2130706433:1',
    'https://0x7f.1:1',
  ])('an installation in the open does not go to %s', async (issuer) =>
    expect(await whyOf(issuer, true, public_)).toBe('address'),
  );

  test.each([
    'https://10.0.0.1:1',
    'https://192.168.1.1:1',
    'https://172.16.0.1:1',
    'https://100.64.0.1:1',
    'https://[fd00::1]:1',
    'https://[::ffff:10.0.0.1]:1',
  ])('nor to %s, unless whoever runs it vouches', async (issuer) =>
    expect(await whyOf(issuer, false, public_)).toBe('inside'),
  );

  test('to no name that leads there either', async () => {
    // What this machine calls itself leads to itself or to its private network.
    expect(await whyOf(`https://${hostname()}:4443`, false, public_)).toMatch(/^(?:address|inside)$/);
  });

  test('no redirect is followed', async () => {
    let followed = 0;
    const issuer: string = await serve((req, res) => {
      if (req.url === '/elsewhere') {
        followed += 1;
        return void res.end(described(issuer));
      }
      res.writeHead(302, { Location: '/elsewhere' }).end();
    });
    expect([await whyOf(issuer), followed]).toEqual(['missing', 0]);
  });

  test.each<[string, (issuer: string) => string, string]>([
    ['what is needed', (issuer) => described(issuer), 'ok'],
    ['not JSON', () => '<html>', 'odd'],
    ['JSON of another kind', () => '[]', 'odd'],
    ['no places to go', (issuer) => described(issuer, { token_endpoint: undefined }), 'odd'],
    [
      'a place that is a script',
      (issuer) => described(issuer, { authorization_endpoint: 'javascript:alert(1)' }),
      'odd',
    ],
    ['another name', () => described('https://evil.example'), 'issuer'],
    ['no codes', (issuer) => described(issuer, { response_types_supported: ['id_token'] }), 'unsuited'],
    ['no PKCE', (issuer) => described(issuer, { code_challenge_methods_supported: ['plain'] }), 'unsuited'],
    ['far too much', (issuer) => described(issuer, { more: 'x'.repeat(600_000) }), 'odd'],
  ])('a description with %s', async (_, body, why) => {
    const issuer: string = await serve((_req, res) => {
      res.setHeader('Content-Type', 'application/json');
      res.end(body(issuer));
    });
    expect(await whyOf(issuer)).toBe(why);
  });

  test('one that never answers is waited for five seconds, one that hangs up none', async () => {
    const silent = await serve(() => undefined);
    const began = Date.now();
    expect(await whyOf(silent)).toBe('slow');
    expect(Date.now() - began).toBeLessThan(20_000);
    expect(await whyOf(await serve((req) => req.socket.destroy()))).toBe('unreachable');
  });

  test('a certificate that nobody vouches for is not taken', async () => {
    const issuer = await serve((_req, res) => res.end('{}'), selfSigned('127.0.0.1'));
    expect(await whyOf(issuer)).toBe('certificate');
  });

  test('a name that leads nowhere', async () => {
    expect(await whyOf('https://nobody.invalid')).toBe('unreachable');
  });
});

test('the doctor says of each organisation whether its people can come in', async () => {
  const context = { config: { publicUrl: 'http://localhost:8080' } as never, ...world.deps };
  const organisation = async (signOn: SignOn | null) => {
    const row = await world.store.reads.organisation('org1');
    if (!row) throw new Error('no organisation');
    return signOnFindings({ ...row, signOn }, context);
  };
  expect(await organisation(null)).toEqual([]);
  const what = 'sign-on of Lunds IK';
  expect(await organisation(settings())).toMatchObject([{ what, state: 'ok' }]);
  const gone = { issuer: 'http://127.0.0.1:1024' };
  expect(await organisation(settings(gone))).toMatchObject([{ what, state: 'warn' }]);
  expect(await organisation(settings({ ...gone, only: true }))).toMatchObject([{ what, state: 'bad' }]);
  expect(await organisation(settings({ secret: 'x' }))).toMatchObject([
    { says: expect.stringContaining('SECRET_KEY') },
  ]);
});

test('the log has nobody’s address', () => {
  expect(log.lines()).not.toMatch(/lundsik\.example|127\.0\.0\.1/);
});
