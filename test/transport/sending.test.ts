import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Broadcast } from '../../src/core/broadcast.ts';
import { LOCALES } from '../../src/core/locale.ts';
import { broadcastRow, copyRow, memberRow, NOON, userRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** The pages of sending over real requests; Karin is a sender and a writer of P12, which has three members. */
const KARIN = 'karin@example.se';
const phone = (n: number) => `+4670174060${n}`;
let world: ToolboxWorld;
let karin: Client;

beforeAll(async () => {
  world = await toolboxWorld({
    plan: [
      { add: 'writers', row: { bookId: 'book1', address: KARIN, alwaysConfirm: false }, exists: 'stale' },
      ...[
        { id: 'm1', phone: phone(1), name: 'Anna', labels: ['Lag 1'], fields: { klass: '6B' } },
        { id: 'm2', phone: phone(2), name: 'Bo', labels: ['Lag 2'], fields: { klass: '7A' } },
        { id: 'm3', phone: phone(3), name: 'Cecilia' },
        { id: 'm4', phone: phone(4), name: 'Dan', status: 'paused' as const },
      ].map((row) => ({ add: 'members', row: memberRow(row), exists: 'stale' }) as const),
      {
        add: 'users',
        row: userRow({ id: 'boss', role: 'admin', name: 'Eva Ek', mail: 'eva@example.se' }),
        exists: 'stale',
      },
    ],
  });
  karin = await world.as('sender', { mail: KARIN });
});
afterAll(() => world.close());

const field = (html: string, name: string): string =>
  new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
const review = (text: string, more: Record<string, string | readonly string[]> = {}, client = karin) =>
  client.post('/books/p12/write', { text, do: 'next', ...more });
/** Writes, confirms and sends; the broadcast. */
async function sendOut(text: string, more: Record<string, string | readonly string[]> = {}): Promise<Broadcast> {
  const confirmation = await review(text, more);
  expect(confirmation.status).toBe(200);
  const sent = await karin.post('/books/p12/send', { id: field(confirmation.text, 'id'), text, ...more });
  expect(sent.status).toBe(303);
  const broadcast = await world.store.reads.broadcast(/broadcasts\/(.+)$/.exec(sent.location ?? '')?.[1] ?? '');
  if (!broadcast) throw new Error('nothing was sent');
  return broadcast;
}

describe('writing', () => {
  test('the page shows the text box, the whole book as its readers, and what stands around the text', async () => {
    const page = await karin.get('/books/p12/write');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<textarea id="text"');
    expect(page.text).toContain('Svara STOPP för att lämna.');
    expect(page.text).toContain('Alla i boken');
    expect(page.text).not.toContain('disabled');
  });

  test.each([
    ['', 'Skriv ett meddelande först.'],
    ['a'.repeat(500), 'Boken tillåter 3'],
    ['Hej {namn}', '”{namn}” är ingen uppgift'],
  ])('%.12j is not sent: %s', async (text, said) => {
    const page = await review(text);
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    expect(page.text).toContain('aria-invalid="true"');
    if (text !== '') expect(page.text).toContain(text);
  });

  test.each([
    [{ sender: 'Förskolan' }, 'Bara a–z'],
    [{ sender: '123' }, 'minst en bokstav'],
    [{ sender: 'Abcdefghijkl' }, 'högst 11 tecken'],
    [{ due: '2020-01-01T10:00' }, 'Tiden har redan varit'],
    [{ due: 'i morgon' }, 'går inte att läsa'],
    [{ label: 'Lag 9' }, 'Ingen passar in'],
  ])('%j is put right first', async (more, said) => {
    const page = await review('Hej', more);
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    expect(page.text).toContain('>Hej</textarea>');
  });

  test('dear characters are marked, listed, and changed with one button', async () => {
    const typed = '”Hej” – í dag…';
    const page = await karin.post('/books/p12/write', { text: typed, do: 'count' });
    expect(page.text).toContain('<mark class="dear">”</mark>');
    expect(page.text).toContain('” kan bytas mot &quot; (2 gånger)');
    const plain = await karin.post('/books/p12/write', { text: typed, do: 'plain' });
    expect(plain.text).toContain('>&quot;Hej&quot; - í dag...</textarea>');
    const letter = await karin.post('/books/p12/write', { text: 'í dag', do: 'letter:í' });
    expect(letter.text).toContain('>i dag</textarea>');
  });

  test('a tag is put in without scripts too', async () => {
    const page = await karin.post('/books/p12/write', { text: 'Hej ', do: 'tag:klass' });
    expect(page.text).toContain('>Hej {klass}</textarea>');
  });

  test('htmx gets the preview alone', async () => {
    const part = await karin.post('/books/p12/write/preview', { text: 'Hej {name}' }, { 'HX-Request': 'true' });
    expect(part.status).toBe(200);
    expect(part.text).not.toContain('<html');
    expect(part.text).toContain('Hej Cecilia');
    expect(part.text).toContain('3 personer');
  });

  test('whoever is no writer sees why the button is off, and who can change that (S3-26)', async () => {
    const nina = await world.as('sender', { mail: 'nina@example.se' });
    const page = await nina.get('/books/p12/write');
    expect(page.text).toContain('nina@example.se är inte skribent');
    expect(page.text).toContain('Eva Ek (eva@example.se)');
    expect(page.text).toMatch(/<button class="button" disabled>/);
    expect((await review('Hej', {}, nina)).status).toBe(403);
    const made = await review('Hej');
    const before = (await world.store.reads.broadcasts('book1', 100)).length;
    expect((await nina.post('/books/p12/send', { id: field(made.text, 'id'), text: 'Hej' })).status).toBe(403);
    expect(await world.store.reads.broadcasts('book1', 100)).toHaveLength(before);
  });

  test('a viewer sees the text box and may not send, not even as a writer', async () => {
    const viewer = await world.as('viewer', { mail: KARIN.replace('karin', 'vera') });
    await world.add({
      add: 'writers',
      row: { bookId: 'book1', address: 'vera@example.se', alwaysConfirm: false },
      exists: 'stale',
    });
    expect((await viewer.get('/books/p12/write')).text).toContain('Din roll är att se på');
    expect((await review('Hej', {}, viewer)).status).toBe(403);
    expect((await viewer.post('/books/p12/send', { text: 'Hej' })).status).toBe(403);
  });
});

describe('sending', () => {
  test('the confirmation says to how many, what it costs and who pays; nothing has gone yet', async () => {
    const before = (await world.store.reads.broadcasts('book1', 100)).length;
    const page = await review('a'.repeat(200));
    expect(page.text).toContain('Skicka till 3 personer?');
    expect(page.text).toContain('Lunds IK betalar för 6 sms-delar.');
    expect(page.text).toContain('>Skicka till 3</button>');
    expect(await world.store.reads.broadcasts('book1', 100)).toHaveLength(before);
  });

  test('what was confirmed goes out', async () => {
    expect(await sendOut('Matchen flyttas till 18.', { reports: 'failure' })).toMatchObject({
      door: 'web',
      status: 'sending',
      writer: KARIN,
      userId: karin.user?.id,
      text: 'Matchen flyttas till 18.',
      header: '*P12*',
      footer: 'Svara STOPP för att lämna.',
      parts: 1,
      sender: null,
      audience: null,
      reports: 'failure',
      fanCursor: '',
    });
  });

  test('to a part of the book, from a name', async () => {
    const broadcast = await sendOut('Hej {klass}', { label: 'Lag 1', 'is:klass': '6b', sender: 'Skolan' });
    expect(broadcast).toMatchObject({
      audience: { labels: ['Lag 1'], fields: { klass: '6b' } },
      sender: 'Skolan',
      footer: 'Sms:a STOPP till +46766861001 för att lämna.',
    });
  });

  test('at a time of the organisation’s', async () => {
    const broadcast = await sendOut('Hej', { due: '2027-01-15T06:40', latest: '2' });
    const dueAt = Date.UTC(2027, 0, 15, 5, 40);
    expect(broadcast).toMatchObject({ status: 'scheduled', dueAt, latestAt: dueAt + 2 * 3_600_000 });
  });

  test('F17: 20 parallel clicks on one confirmation are one broadcast', async () => {
    const confirmation = await review('En gång');
    const id = field(confirmation.text, 'id');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => karin.post('/books/p12/send', { id, text: 'En gång' })),
    );
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`))).toEqual(
      new Set([`303 /books/p12/broadcasts/${id}`]),
    );
    const all = await world.store.reads.broadcasts('book1', 100);
    expect(all.filter(({ text }) => text === 'En gång')).toHaveLength(1);
    const entries = (await world.store.reads.log('book1', 500)).entries;
    expect(entries.filter(({ event, details }) => event === 'broadcast_sent' && details.broadcast === id)).toHaveLength(
      1,
    );
  });

  test.each([
    ['no id', ''],
    ['a made-up id', 'b1'],
    ['an id of another kind', '8f14e45f-ceea-467f-a6d5-2a5c1f1d2f3a'],
  ])('%s sends nothing', async (_, id) => {
    const answer = await karin.post('/books/p12/send', { id, text: 'Hej på er' });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('>Hej på er</textarea>');
  });

  test('another’s broadcast cannot be taken over by its id', async () => {
    const { id } = await sendOut('Min text');
    const otto = await world.as('sender', { mail: 'otto@example.se' });
    await world.add({
      add: 'writers',
      row: { bookId: 'book1', address: 'otto@example.se', alwaysConfirm: false },
      exists: 'stale',
    });
    expect((await otto.post('/books/p12/send', { id, text: 'Annat' })).status).toBe(409);
  });

  test('what was changed on the way is looked at again', async () => {
    const confirmation = await review('Hej');
    const answer = await karin.post('/books/p12/send', { id: field(confirmation.text, 'id'), text: 'Hej {intet}' });
    expect(answer.status).toBe(422);
  });

  test('the confirmation carries everything along, back to the form too', async () => {
    const more = { label: ['Lag 1', 'Lag 2'], sender: 'Skolan', latest: '2', reports: 'always' };
    const confirmation = await review('Rad 1\nRad "2"', more);
    expect(confirmation.text).toContain('name="label" value="Lag 2"');
    expect(field(confirmation.text, 'text')).toBe('Rad 1\nRad &quot;2&quot;');
    const back = await karin.post('/books/p12/write', { text: 'Rad 1', ...more, do: 'back' });
    expect(back.status).toBe(200);
    expect(back.text).toMatch(/value="Lag 2" checked/);
    expect(back.text).toMatch(/value="always" checked/);
    expect(back.text).toMatch(/value="2" selected/);
  });

  test('the same text so soon again is pointed out', async () => {
    await sendOut('Samma text');
    expect((await review('Samma text')).text).toContain('Samma text skickades i dag');
  });
});

describe('drafts, templates and tests', () => {
  test('a draft is kept whatever is wrong with it, opened, changed, and gone once it is sent', async () => {
    const saved = await karin.post('/books/p12/write', { text: 'Utkast {x}', label: 'Lag 1', do: 'draft' });
    expect(saved.status).toBe(303);
    const id = /draft=(.+)$/.exec(saved.location ?? '')?.[1] ?? '';
    const opened = await karin.get(`/books/p12/write?draft=${id}`);
    expect(opened.text).toContain('>Utkast {x}</textarea>');
    const again = await karin.post('/books/p12/write', { text: 'Utkast två', draft: id, do: 'draft' });
    expect(again.location).toBe(saved.location);
    expect((await karin.get('/books/p12/broadcasts')).text).toContain('Utkast två');
    await sendOut('Utkast två', { draft: id });
    expect(await world.store.reads.draft(id)).toBeNull();
  });

  test('another’s draft is not there; a template is everybody’s in the book', async () => {
    const draft = await karin.post('/books/p12/write', { text: 'Hemligt', do: 'draft' });
    const olle = await world.as('sender', { mail: 'olle@example.se' });
    expect((await olle.get(draft.location ?? '')).status).toBe(404);
    expect((await karin.post('/books/p12/write', { text: 'Inställt', do: 'template' })).status).toBe(422);
    const template = await karin.post('/books/p12/write', { text: 'Inställt', do: 'template', template: 'Inställd' });
    expect((await olle.get(template.location ?? '')).text).toContain('>Inställt</textarea>');
    const id = /draft=(.+)$/.exec(template.location ?? '')?.[1] ?? '';
    expect((await olle.post(`/books/p12/drafts/${id}/delete`)).status).toBe(303);
    expect((await olle.post(`/books/p12/drafts/${id}/delete`)).status).toBe(404);
  });

  test('a test goes to a writer’s or functionary’s phone only, five times at most', async () => {
    const attempt = (to: string) => karin.post('/books/p12/write', { text: 'Prov {name}', do: 'test', phone: to });
    expect((await attempt(phone(1))).status).toBe(422);
    for (let n = 0; n < 5; n++) expect((await attempt('+46701000002')).text).toContain('Provet är på väg');
    const sixth = await attempt('+46701000002');
    expect(sixth.status).toBe(422);
    expect(sixth.text).toContain('fem prov');
    expect(sixth.text).toContain('>Prov {name}</textarea>');
  });
});

describe('following', () => {
  const now = Date.now();
  const at = now + 7000;
  beforeEach(async () => {
    await world.store.commit([
      {
        add: 'broadcasts',
        row: broadcastRow({ id: 'b-run', createdAt: now, dueAt: now, latestAt: now + 3_600_000 }),
        exists: 'ignore',
      },
      ...[
        {
          address: phone(1),
          memberId: 'm1',
          status: 'delivered' as const,
          claimedAt: at,
          settledAt: at,
          providerId: 'S1',
        },
        { address: phone(2), memberId: 'm2', status: 'failed' as const, reason: '30003', claimedAt: at, settledAt: at },
        { address: phone(3), memberId: 'm3', status: 'cancelled' as const, reason: 'left', settledAt: at },
        { address: phone(5) },
      ].map(
        (row) => ({ add: 'deliveries', row: copyRow({ broadcastId: 'b-run', ...row }), exists: 'ignore' }) as const,
      ),
    ]);
  });

  test('a running broadcast: figures, reasons in plain words, people, and it asks again by itself', async () => {
    const page = await karin.get('/books/p12/broadcasts/b-run');
    expect(page.status).toBe(200);
    for (const said of [
      '3 av 4 klara',
      'avstängd eller utan täckning (kod 30003)',
      'Har lämnat boken',
      'Anna',
      'Framme',
    ])
      expect(page.text).toContain(said);
    expect(page.text).toContain('hx-trigger="every 2s"');
    expect(page.text).toMatch(/<noscript><meta http-equiv="refresh"/);
    const part = await karin.get('/books/p12/broadcasts/b-run/live', { 'HX-Request': 'true' });
    expect(part.text).not.toContain('<html');
    expect(part.text).toContain('<svg class="chart"');
    const problems = await karin.get('/books/p12/broadcasts/b-run?show=problems');
    expect(problems.text).not.toContain('>Anna</a>');
    expect(problems.text).toContain('>Bo</a>');
  });

  test('pause, go on, stop the rest after a question; each once', async () => {
    const path = '/books/p12/broadcasts/b-run';
    const status = async () => (await world.store.reads.broadcast('b-run'))?.status;
    await karin.post(path, { do: 'pause' });
    expect(await status()).toBe('paused');
    expect((await karin.get(path)).text).toContain('Pausat av en människa');
    await karin.post(path, { do: 'resume' });
    expect(await status()).toBe('sending');
    expect((await karin.get(`${path}/cancel`)).text).toContain('2 har redan gått iväg. 1 väntar');
    await karin.post(path, { do: 'cancel' });
    expect(await status()).toBe('cancelled');
    await karin.post(path, { do: 'cancel' });
    expect((await karin.get(path)).text).toContain('Det är redan klart.');
    expect((await karin.post(path, { do: 'explode' })).status).toBe(400);
  });

  test('one that missed its time is asked about: sent now by a writer, or given up', async () => {
    await world.store.commit(
      ['b-miss1', 'b-miss2'].map((id) => ({
        add: 'broadcasts',
        row: broadcastRow({ id, status: 'missed', finishedAt: Date.now(), createdAt: Date.now() }),
        exists: 'ignore',
      })),
    );
    expect((await karin.get('/books/p12/broadcasts')).text).toContain('Blev inte av i tid');
    expect((await karin.get('/books/p12/broadcasts/b-miss1')).text).toContain('Ska det skickas ändå?');
    const pia = await world.as('sender', { mail: 'pia@example.se' });
    await pia.post('/books/p12/broadcasts/b-miss1', { do: 'send_now' });
    expect((await world.store.reads.broadcast('b-miss1'))?.status).toBe('missed');
    await Promise.all([1, 2, 3].map(() => karin.post('/books/p12/broadcasts/b-miss1', { do: 'send_now' })));
    expect(await world.store.reads.broadcast('b-miss1')).toMatchObject({
      status: 'sending',
      fanCursor: '',
      finishedAt: null,
    });
    await pia.post('/books/p12/broadcasts/b-miss2', { do: 'cancel' });
    expect((await world.store.reads.broadcast('b-miss2'))?.status).toBe('cancelled');
  });

  test('the list pages by what was shown last', async () => {
    await world.store.commit(
      Array.from({ length: 25 }, (_, i) => ({
        add: 'broadcasts',
        row: broadcastRow({
          id: `old-${i}`,
          text: `Gammalt ${i}.`,
          status: 'sent',
          finishedAt: NOON,
          createdAt: NOON - i * 1000,
        }),
        exists: 'ignore',
      })),
    );
    const first = await karin.get('/books/p12/broadcasts');
    const next = /href="([^"]*before[^"]*)"/.exec(first.text)?.[1]?.replace('&#x3D;', '=') ?? '';
    expect((await karin.get(next)).text).toContain('Gammalt 24.');
  });

  test.each(['write', 'broadcasts', 'broadcasts/b-run', 'broadcasts/b-run/cancel'])(
    '%s in four languages',
    async (path) => {
      const titles = new Set<string>();
      for (const locale of LOCALES) {
        const page = await karin.get(`/books/p12/${path}`, { 'Accept-Language': locale });
        expect(page.status).toBe(200);
        expect(page.text).toContain(`<html lang="${locale}"`);
        titles.add(/<h1>([^<]*)<\/h1>/.exec(page.text)?.[1] ?? '');
      }
      expect(titles.size).toBe(4);
    },
  );

  test.each(['nothing', 'b9'])('a broadcast that is not this book’s (%s) is not there', async (id) => {
    for (const path of ['', '/live', '/cancel'])
      expect((await karin.get(`/books/p12/broadcasts/${id}${path}`)).status).toBe(404);
    expect((await karin.post(`/books/p12/broadcasts/${id}`, { do: 'pause' })).status).toBe(404);
  });
});
