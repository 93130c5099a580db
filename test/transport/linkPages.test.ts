import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeLeaveToken } from '../../src/app/leaveLink.ts';
import type { Token } from '../../src/core/mail.ts';
import type { Member } from '../../src/core/member.ts';
import { rawRequest } from '../kit/rawHttp.ts';
import { broadcastRow, mailRow, memberRow, tokenRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** Public pages behind links: GET shows, POST acts, without a session, cookies or a word about where they come from. */
const ANNA = '+46701740603';
const COACH = 'tranare@example.se';
let world: ToolboxWorld;
beforeEach(async () => {
  world = await toolboxWorld();
  await world.add(
    { add: 'writers', row: { bookId: 'book1', address: COACH, alwaysConfirm: false }, exists: 'stale' },
    member({ id: 'm1', phone: ANNA, mail: 'anna@example.se', name: 'Anna' }),
    member({ id: 'm2', phone: '+46701740604', name: 'Bo' }),
  );
});
afterEach(() => world?.close());

const member = (row: Parameters<typeof memberRow>[0]) =>
  ({ add: 'members', row: memberRow(row), exists: 'stale' }) as const;
const link = (id = 'm1'): string => `/leave/${makeLeaveToken(id, world.deps.keyed)}`;
const statusOf = async (id = 'm1'): Promise<Member['status'] | undefined> =>
  (await world.store.reads.member(id))?.status;
const get = (path: string, headers: Record<string, string> = {}) => world.stranger().get(path, headers);
const post = (path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}) =>
  world.stranger().post(path, fields, headers);

/** A token as our mails carry it: `secret` stands in the address, its digest in the database. */
async function token(secret: string, row: Partial<Token>): Promise<void> {
  const now = world.clock.now();
  await world.add({
    add: 'tokens',
    row: tokenRow({ id: world.deps.keyed.digest(secret), createdAt: now, expiresAt: now + 3_600_000, ...row }),
    exists: 'stale',
  });
}
/** A mail that waits for its writer's yes. */
async function heldMail(proof: object = {}): Promise<void> {
  const now = world.clock.now();
  const mail = mailRow({ id: 'mail1', subject: 'Lördag', text: 'Hela texten.\nAnna\n--\nsignatur', createdAt: now });
  await world.add(
    { add: 'mails', row: { ...mail, proof: { ...mail.proof, ...proof } }, exists: 'stale' },
    {
      add: 'broadcasts',
      row: broadcastRow({
        ...{ id: 'bc1', door: 'mail', writer: COACH, status: 'held', mailId: 'mail1', text: 'Vi ses <lördag>.' },
        ...{ createdAt: now, dueAt: now, latestAt: now + 3_600_000, finishedAt: null, fanCursor: '', parts: 2 },
      }),
      exists: 'stale',
    },
  );
  await token('hemlig', { purpose: 'send', subjectId: 'bc1', address: COACH });
}

describe('leaving', () => {
  test('looking says which book and what stops, as often as one likes, and changes nothing', async () => {
    const before = await world.dump();
    for (let i = 0; i < 3; i++) {
      const page = await get(link());
      expect(page.status).toBe(200);
      expect(page.text).toContain('Vill du lämna Föräldrar P12?');
      expect(page.text).toContain('Lunds IK');
      expect(page.headers.get('x-robots-tag')).toContain('noindex');
      expect(page.headers.getSetCookie()).toEqual([]);
      expect(page.text).not.toMatch(/<script|anna@example|0701|style=/);
    }
    expect(await world.dump()).toBe(before);
  });

  test('pressing leaves with every address, and the same link brings one back', async () => {
    const left = await post(link(), { do: 'leave' });
    expect([left.status, left.text.includes('Du har lämnat Föräldrar P12')]).toEqual([200, true]);
    expect(await statusOf()).toBe('unsubscribed');
    const { reads } = world.store;
    const hashes = [ANNA, 'anna@example.se'].map((address) => world.deps.keyed.addressHash(address));
    expect(await reads.stops('book', 'book1', hashes)).toHaveLength(2);
    expect(await statusOf('m2')).toBe('active');
    expect((await get(link())).text).toContain('Du har redan lämnat Föräldrar P12');
    const again = await post(link(), { do: 'leave' });
    expect([again.status, again.text.includes('Du har lämnat')]).toEqual([200, true]);
    const back = await post(link(), { do: 'return' });
    expect([back.status, back.text.includes('Du är med i Föräldrar P12')]).toEqual([200, true]);
    expect(await statusOf()).toBe('active');
    const events = (await reads.bookEvents('book1', hashes)).map(({ event, door }) => `${event} ${door}`);
    expect(events).toEqual(expect.arrayContaining(['left web', 'joined web']));
  });

  test.each([
    ['as a form', 'application/x-www-form-urlencoded', 'List-Unsubscribe=One-Click'],
    [
      'as multipart',
      'multipart/form-data; boundary=b',
      '--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n',
    ],
    ['without a type', '', 'List-Unsubscribe=One-Click'],
    ['with nothing', 'application/x-www-form-urlencoded', ''],
  ])('one click acts at once, %s, without cookies or Origin', async (_, type, body) => {
    const { port } = world.server.address() as AddressInfo;
    const answer = await rawRequest(port, [
      `POST ${link()} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${type ? `Content-Type: ${type}\r\n` : ''}Content-Length: ${body.length}\r\n\r\n${body}`,
    ]);
    expect(answer?.status).toBe(200);
    expect(await statusOf()).toBe('unsubscribed');
  });

  test('another site’s form acts too: the link itself is the proof', async () => {
    const answer = await post(link(), {}, { Origin: 'https://mail.example.com', 'Sec-Fetch-Site': 'cross-site' });
    expect([answer.status, await statusOf()]).toEqual([200, 'unsubscribed']);
  });

  test('information to staff asks once more, and the second press leaves', async () => {
    await world.add({ change: 'books', where: { id: 'book1' }, set: { leaving: 'exempt' }, none: 'stale' });
    const first = await post(link());
    expect(first.text).toContain('Vill du verkligen lämna Föräldrar P12?');
    expect(await statusOf()).toBe('asked');
    expect((await post(link())).text).toContain('Du har lämnat Föräldrar P12');
    expect(await statusOf()).toBe('unsubscribed');
  });

  test('coming back to a book that approves each is a request', async () => {
    await world.add({ change: 'books', where: { id: 'book1' }, set: { approval: 'manual' }, none: 'stale' });
    await post(link());
    expect((await post(link(), { do: 'return' })).text).toContain('Din anmälan till Föräldrar P12 väntar');
    expect(await statusOf()).toBe('pending');
  });

  test('somebody who was banned leaves, and does not come back by it', async () => {
    await world.add({ change: 'members', where: { id: 'm1' }, set: { status: 'banned' }, none: 'stale' });
    const back = await post(link(), { do: 'return' });
    expect([back.status, back.text.includes('Du kan inte gå med i')]).toEqual([409, true]);
    expect(await statusOf()).toBe('banned');
  });

  test.each([
    ['made up', () => '/leave/made-up', 404],
    ['another member under one’s proof', () => link().replace('/m1.', '/m2.'), 404],
    ['cut off', () => link().slice(0, -3), 404],
    ['very long', () => `/leave/${'a'.repeat(5_000)}`, 404],
    ['with a nul', () => '/leave/m1.%00', 404],
  ])('%s is no link of ours', async (_, path, status) => {
    const before = await world.dump();
    for (const answer of [await get(path()), await post(path())]) {
      expect(answer.status).toBe(status);
      expect(answer.text).toContain('Länken går inte att använda');
    }
    expect(await world.dump()).toBe(before);
  });

  test('whose member is gone has nothing left to leave, and a mail service hears that it worked', async () => {
    const path = link();
    await world.add({ remove: 'members', where: { id: 'm1' } });
    expect((await get(path)).text).toContain('Du är inte med längre');
    expect((await post(path, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
  });

  test('speaks the language of the book, and a wrong link that of the browser', async () => {
    const german = { 'Accept-Language': 'de' };
    const page = await get(link(), german);
    expect([page.text.includes('<html lang="sv">'), page.headers.get('content-language')]).toEqual([true, 'sv']);
    expect((await get('/leave/made-up', german)).text).toContain('Dieser Link funktioniert nicht');
    await world.add({ change: 'books', where: { id: 'book1' }, set: { locale: 'es' }, none: 'stale' });
    expect((await get(link(), german)).text).toContain('¿Quieres darte de baja de Föräldrar P12?');
  });
});

describe('confirming a mail', () => {
  test('the page shows the text, to how many, in how many parts and why it waits; looking sends nothing', async () => {
    await heldMail({ proven: false, reasons: ['spf_fail', 'dkim_none'] });
    const before = await world.dump();
    const page = await get('/confirm/hemlig');
    expect(page.status).toBe(200);
    expect(page.text).toContain('Ska det här ut till 2 personer i Föräldrar P12?');
    expect(page.text).toContain('Vi ses &lt;lördag&gt;.');
    expect(page.text).toContain('servern får inte skicka för domänen (SPF), mejlet är inte signerat (DKIM).');
    expect(page.text).toContain('2 delar till var och en');
    expect(page.text).toContain('Skicka till 2 personer');
    expect(page.headers.get('x-robots-tag')).toContain('noindex');
    expect(await world.dump()).toBe(before);
  });

  test('a writer who always confirms, and a mail that is doubted for what it says, are told so', async () => {
    await heldMail();
    expect((await get('/confirm/hemlig')).text).toContain('inte var tänkt för alla');
    const where = { bookId: 'book1', address: COACH };
    await world.add({ change: 'writers', where, set: { alwaysConfirm: true }, none: 'stale' });
    expect((await get('/confirm/hemlig')).text).toContain('Dina mejl ska alltid bekräftas');
  });

  test('pressing sends it, once, however often', async () => {
    await heldMail();
    const answers = await Promise.all([1, 2, 3].map(() => post('/confirm/hemlig', { do: 'send' })));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410]);
    expect(answers.find(({ status }) => status === 200)?.text).toContain('Det är på väg till 2 personer');
    expect((await world.store.reads.broadcast('bc1'))?.status).toBe('sending');
    const later = await get('/confirm/hemlig');
    expect([later.status, later.text.includes('Det är redan bekräftat')]).toEqual([410, true]);
  });

  test('too late, cancelled, no writer any more, nobody there: said, and nothing is sent', async () => {
    await heldMail();
    const said = async (): Promise<string> => /<h1>(.*?)<\/h1>/.exec((await post('/confirm/hemlig')).text)?.[1] ?? '';
    world.clock.ms = 3_700_000;
    expect((await get('/confirm/hemlig')).status).toBe(410);
    expect(await said()).toBe('Det är för sent att skicka det här');
    world.clock.ms = 0;
    await world.add({ remove: 'writers', where: { bookId: 'book1', address: COACH } });
    expect(await said()).toBe('Du får inte skriva till alla i Föräldrar P12');
    expect((await world.store.reads.broadcast('bc1'))?.status).not.toBe('sending');
  });

  test.each(['/confirm/hemli', '/confirm/HEMLIG', '/mail-join/hemlig', '/read/hemlig', '/confirm/%00'])(
    '%s is no link of ours',
    async (path) => {
      await heldMail();
      expect((await get(path)).status).toBe(404);
      if (!path.startsWith('/read')) expect((await post(path)).status).toBe(404);
      expect((await world.store.reads.broadcast('bc1'))?.status).toBe('held');
    },
  );
});

describe('joining by mail', () => {
  beforeEach(() => token('hemlig', { purpose: 'join', address: 'ny@example.se', subjectId: '' }));
  const joined = async () => (await world.store.reads.membersByAddress('book1', ['ny@example.se']))[0]?.status;

  test('the page says to what; pressing joins, once', async () => {
    const page = await get('/mail-join/hemlig');
    expect(page.text).toContain('Vill du gå med i Föräldrar P12?');
    expect(page.text).toContain('ny@example.se');
    expect(await joined()).toBeUndefined();
    const done = await post('/mail-join/hemlig', { do: 'join' });
    expect([done.status, done.text.includes('Du är med i Föräldrar P12')]).toEqual([200, true]);
    expect(await joined()).toBe('active');
    const again = await post('/mail-join/hemlig');
    expect([again.status, again.text.includes('Länken är redan använd')]).toEqual([410, true]);
  });

  test('too late says where to mail for a new one', async () => {
    world.clock.ms = 3_700_000;
    expect((await get('/mail-join/hemlig')).text).toContain('p12+join@lists.example.se');
    expect((await post('/mail-join/hemlig')).status).toBe(410);
    expect(await joined()).toBeUndefined();
  });
});

describe('reading the whole of a shortened text', () => {
  test('is for who has the link, escaped, line by line, and never in a search engine', async () => {
    await heldMail();
    const text = 'Första raden\n<script>alert(1)</script>\nSista raden';
    await world.add({ change: 'mails', where: { id: 'mail1' }, set: { text }, none: 'stale' });
    await token('laes', { purpose: 'read', subjectId: 'mail1', address: '' });
    const page = await get('/read/laes');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<h1>Lördag</h1>');
    expect(page.text).toContain('Första raden\n&lt;script&gt;alert(1)&lt;/script&gt;\nSista raden');
    expect([page.headers.get('x-robots-tag'), page.text.includes('name="robots" content="noindex')]).toEqual([
      'noindex, nofollow, noarchive',
      true,
    ]);
    expect((await post('/read/laes')).status).toBe(404);
    world.clock.ms = 3_700_000;
    expect((await get('/read/laes')).status).toBe(404);
  });
});

test('many wrong links from one address wait; links of a leave are not counted, and never wait', async () => {
  for (let i = 0; i < 30; i++) expect((await get(`/confirm/wrong-${i}`)).status).toBe(404);
  const waits = await get('/read/wrong');
  expect(waits.status).toBe(429);
  expect(Number(waits.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await post(link())).status).toBe(200);
  expect(await statusOf()).toBe('unsubscribed');
});

test('a form over its size is refused, whatever it is', async () => {
  const answer = await post(link(), { x: 'y'.repeat(20_000) });
  expect([answer.status, await statusOf()]).toEqual([413, 'active']);
});
