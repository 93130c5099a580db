import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { bookRow, broadcastRow, inboundRow, memberRow, NUMBER, stopRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const ANNA = '+46701000003';
const SETTINGS = {
  name: 'Föräldrar P12',
  sms_name: 'P12',
  locale: 'sv',
  number: 'num1',
  main: 'on',
  opt_in: 'keyword',
  approval: 'automatic',
  leaving: 'free',
  senders: 'writers',
  confirm: 'above',
  confirm_above: '100',
  header: '*P12*',
  footer: 'on',
  part_limit: '3',
  latest_hours: '4',
  quiet_from: '',
  quiet_to: '',
  tell_broadcast: 'on',
  tell_leave: 'on',
  reply_to: 'writer',
  long_mail: 'shorten',
};

describe("the pages of a book's keeper", () => {
  let world: ToolboxWorld;
  let admin: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    admin = await world.as('admin');
    const at = world.clock.now();
    await world.add(
      { add: 'members', row: memberRow({ id: 'm1', phone: ANNA, name: 'Anna <b>' }), exists: 'stale' },
      { add: 'broadcasts', row: broadcastRow({ id: 'bc1', status: 'sent', createdAt: at - 9000 }), exists: 'stale' },
      inbound('i1', { text: 'När börjar det? <script>', at: at - 8000 }),
      inbound('i2', {
        text: 'Gillade ”Matchen flyttas till 18.”',
        kind: 'reaction',
        broadcastId: 'bc1',
        at: at - 7000,
      }),
      inbound('i3', { text: 'Jag kör just nu', kind: 'auto_reply', sender: '+46701000099', at: at - 6000 }),
      inbound('i4', { text: 'Kampanj', kind: 'stored', sender: 'Reklam', at: at - 5000 }),
    );
  });
  afterAll(() => world?.close());
  const inbound = (id: string, row: Partial<Parameters<typeof inboundRow>[0]>) =>
    ({
      add: 'inbounds',
      row: inboundRow({ id, kind: 'forwarded', rule: 'B-27', sender: ANNA, ...row }),
      exists: 'stale',
    }) as const;
  const book = async () =>
    (await world.store.reads.book('p12')) as NonNullable<Awaited<ReturnType<typeof world.store.reads.book>>>;
  const entries = async () =>
    (await world.store.reads.entriesPage('book1', null, 100)).map(({ event, details }) => ({ event, details }));

  test('every setting is shown as it is, and saving it as it is changes nothing', async () => {
    const page = await admin.get('/books/p12/settings');
    expect(page.status).toBe(200);
    for (const name of Object.keys(SETTINGS).filter((name) => name !== 'main'))
      expect(page.text).toContain(`name="${name}"`);
    const saved = await admin.post('/books/p12/settings', SETTINGS);
    expect([saved.status, saved.location]).toEqual([303, '/books/p12/settings']);
    expect((await book()).version).toBe(1);
    expect((await admin.get('/books/p12/settings')).text).toContain('Inget var ändrat');
  });

  test('what is changed is saved, with a line in the log for each, before and after', async () => {
    const wanted = {
      ...SETTINGS,
      header: '',
      confirm: 'never',
      quiet_from: '21.00',
      quiet_to: '7:00',
      latest_hours: '2,5',
    };
    expect((await admin.post('/books/p12/settings', wanted)).status).toBe(303);
    expect(await book()).toMatchObject({
      header: '',
      confirmAbove: null,
      quietFrom: '21:00',
      quietTo: '07:00',
      latestAfterMs: 2.5 * 3_600_000,
      version: 2,
    });
    const changes = (await entries()).filter(({ event }) => event === 'setting_changed').map(({ details }) => details);
    expect(changes).toEqual(
      expect.arrayContaining([
        { setting: 'header', before: '*P12*', after: '' },
        { setting: 'confirm_above', before: 100, after: null },
        { setting: 'quiet_from', before: null, after: '21:00' },
        { setting: 'quiet_to', before: null, after: '07:00' },
        { setting: 'latest_hours', before: 4, after: 2.5 },
      ]),
    );
    expect(changes.length).toBe(5);
    expect((await admin.post('/books/p12/settings', SETTINGS)).status).toBe(303);
  });

  test.each<[string, Record<string, string>, string]>([
    ['no name', { name: ' ' }, 'Fyll i det här'],
    ['a long name', { name: 'x'.repeat(61) }, 'Högst 60 tecken'],
    ['a name in texts that is dear', { sms_name: 'P12 🎉' }, 'Högst 20 vanliga sms-tecken'],
    ['a reserved keyword', { keyword: 'stopp' }, 'betyder redan något'],
    ['a keyword of two words', { keyword: 'P 12' }, 'Ett enda ord'],
    ['many parts', { part_limit: '11' }, 'heltal från 1 till 10'],
    ['no parts', { part_limit: 'tre' }, 'heltal från 1 till 10'],
    ['a late latest time', { latest_hours: '73' }, 'högst 72'],
    ['half a night', { quiet_from: '21:00' }, 'båda klockslagen'],
    ['no clock', { quiet_from: '25:00', quiet_to: '07:00' }, 'som 21:00'],
    ['another organisation’s number', { number: 'num2' }, 'Välj ett av alternativen'],
    ['no such choice', { opt_in: 'nobody' }, 'Välj ett av alternativen'],
  ])('%s is refused beside its field, and what was typed stays', async (_name, wrong, words) => {
    const page = await admin.post('/books/p12/settings', { ...SETTINGS, header: '*kvar*', ...wrong });
    expect(page.status).toBe(422);
    expect(page.text).toContain(words);
    expect(page.text).toContain('*kvar*');
    expect((await book()).header).toBe('*P12*');
  });

  test('a second book on the number needs a keyword, and takes the main place over', async () => {
    const first = await admin.post('/books/new', { name: 'Tränare', number: 'num1' });
    expect(first.status).toBe(422);
    expect(first.text).toContain('Föräldrar P12 ligger på samma nummer');
    const blocked = await admin.post('/books/new', { name: 'Tränare', number: 'num1', keyword: 'coach' });
    expect(blocked.text).toContain('Föräldrar P12 på det här numret har inget nyckelord');
    expect((await admin.post('/books/p12/settings', { ...SETTINGS, keyword: 'P12' })).status).toBe(303);
    const made = await admin.post('/books/new', { name: 'Tränare', number: 'num1', keyword: 'coach' });
    expect([made.status, made.location]).toEqual([303, '/books/tranare/settings']);
    expect(await world.store.reads.book('tranare')).toMatchObject({
      keyword: 'COACH',
      main: false,
      smsName: 'Tränare',
    });
    const same = await admin.post('/books/new', { name: 'Tränare', number: 'num1', keyword: 'cöach' });
    expect(same.text).toContain('Adressen är upptagen');
    const twice = await admin.post('/books/new', { name: 'Ledare', number: 'num1', keyword: 'cöach' });
    expect(twice.text).toContain('har redan CÖACH');
    const main = { ...SETTINGS, name: 'Tränare', sms_name: 'Tränare', header: '*Tränare*', keyword: 'COACH' };
    expect((await admin.post('/books/tranare/settings', main)).status).toBe(303);
    expect((await world.store.reads.book('tranare'))?.main).toBe(true);
    expect((await book()).main).toBe(false);
    const { main: _, ...none } = main;
    expect((await admin.post('/books/tranare/settings', none)).text).toContain('Numret behöver en huvudbok');
  });

  test.each(['writers', 'functionaries'] as const)('%s are added and removed', async (list) => {
    const path = `/books/p12/${list}`;
    expect((await admin.post(path, { address: '070-100 00 03' })).location).toBe(path);
    expect((await admin.get(path)).text).toContain('Anna &lt;b&gt;');
    expect((await admin.post(path, { address: 'Coach@Example.se' })).status).toBe(303);
    expect(await world.store.reads[list]('book1')).toEqual(expect.arrayContaining([ANNA, 'coach@example.se']));
    expect((await admin.post(path, { address: NUMBER.e164 })).text).toContain('ett av våra egna nummer');
    expect((await admin.post(path, { address: '0766-86 10 01' })).text).toContain('ett av våra egna nummer');
    const wrong = await admin.post(path, { address: '123' });
    expect([wrong.status, wrong.text.includes('value="123"')]).toEqual([422, true]);
    expect((await admin.post(`${path}/remove`, { address: ANNA })).status).toBe(303);
    expect(await world.store.reads[list]('book1')).not.toContain(ANNA);
    const log = JSON.stringify(await entries());
    expect(log).not.toContain(ANNA);
    expect(log).not.toContain('coach@example.se');
  });

  test('a reply of its own is refused without its name and a way out, and is then what goes out', async () => {
    const page = await admin.get('/books/p12/replies');
    expect(page.text).toContain('Du är nu med i P12. Svara STOPP för att lämna.');
    const none = await admin.post('/books/p12/replies', { reply: 'joined', text: 'Hej P12', do: 'save' });
    expect([none.status, none.text.includes('med ordet STOPP')]).toEqual([422, true]);
    const nobody = await admin.post('/books/p12/replies', { reply: 'joined', text: 'Hej. STOPP', do: 'save' });
    expect(nobody.text).toContain('Nämn boken vid namn: P12');
    const text = 'Kul att du är med i P12 … STOPP lämnar.';
    const cheap = await admin.post('/books/p12/replies', { reply: 'joined', text, do: 'cheap' });
    expect(cheap.text).toContain('med i P12 ... STOPP');
    const count = await admin.post(
      '/books/p12/replies',
      { reply: 'joined', text, do: 'count' },
      { 'HX-Request': 'true' },
    );
    expect(count.text).not.toContain('<html');
    expect(count.text).toContain('Dyra tecken');
    expect((await admin.post('/books/p12/replies', { reply: 'joined', text, do: 'save' })).status).toBe(303);
    expect((await book()).replies).toEqual({ joined: text });
    expect((await admin.post('/books/p12/replies', { reply: 'joined', text, do: 'usual' })).status).toBe(303);
    expect((await book()).replies).toEqual({});
    expect((await admin.post('/books/p12/replies', { reply: 'nope', text, do: 'save' })).status).toBe(400);
  });

  test('access is given and taken away, never to another organisation’s user', async () => {
    const viewer = await world.as('viewer', { access: [] });
    const stranger = await world.as('viewer', { access: [], organisationId: 'org2' });
    expect((await viewer.get('/books/p12/log')).status).toBe(404);
    const id = viewer.user?.id ?? '';
    expect((await admin.post('/books/p12/access', { user: id, give: 'yes' })).status).toBe(303);
    expect((await viewer.get('/books/p12/log')).status).toBe(200);
    expect((await admin.post('/books/p12/access', { user: id, give: 'no' })).status).toBe(303);
    expect((await viewer.get('/books/p12/log')).status).toBe(404);
    expect((await admin.post('/books/p12/access', { user: stranger.user?.id ?? '', give: 'yes' })).status).toBe(404);
  });

  test('the log shows what came in, what went out and what was changed, escaped and by pages', async () => {
    const page = await admin.get('/books/p12/log');
    for (const words of [
      'Matchen flyttas',
      'När börjar det? &lt;script&gt;',
      'Ändrade: Text först',
      '*P12*',
      'Utskick: Skickat',
    ])
      expect(page.text).toContain(words);
    const live = await admin.get('/books/p12/log', { 'HX-Request': 'true' });
    expect(live.text).not.toContain('<html');
    expect((await admin.get('/books/p12/log?before=1-x')).text).not.toContain('Matchen');
    expect((await admin.get('/books/p12/log?before=zzz')).status).toBe(200);
  });

  test('a log that renews itself does not keep a session open that was left', async () => {
    const left = await world.as('admin');
    const live = () => left.get('/books/p12/log', { 'HX-Request': 'true' });
    for (const minutes of [20, 40]) {
      world.clock.ms = minutes * 60_000;
      expect((await live()).status).toBe(200);
    }
    world.clock.ms = 46 * 60_000;
    const ended = await live();
    expect([ended.status, ended.headers.get('HX-Redirect')?.startsWith('/sign-in')]).toEqual([401, true]);
    world.clock.ms = 0;
  });

  test('statistics are pictures with their tables', async () => {
    const page = await admin.get('/books/p12/statistics');
    expect(page.status).toBe(200);
    expect(page.text).toContain('<svg class="chart picture"');
    expect(page.text).toContain('<table');
    expect((await admin.get('/books/p12/statistics?by=day')).status).toBe(200);
  });

  describe('the inbox', () => {
    test('shows what the others sent, machines apart, and reactions under their broadcast', async () => {
      const { text } = await admin.get('/books/p12/inbox');
      expect(text).toContain('När börjar det? &lt;script&gt;');
      expect(text).toContain('is-machine');
      expect(text).toContain('Matchen flyttas till 18.');
      expect(text).toContain('Anna &lt;b&gt; (070-100 00 03)');
      expect((await admin.get('/inbox')).text).toContain('När börjar det?');
    });

    test('others than the keeper see a name or how a number ends', async () => {
      const sender = await world.as('sender');
      const { text } = await sender.get('/books/p12/inbox');
      expect(text).toContain('Anna &lt;b&gt;');
      expect(text).not.toContain('070-100 00 03');
      expect(text).toContain('nummer som slutar på 99');
    });

    test('one person is answered once, however often the form is sent', async () => {
      const sender = await world.as('sender');
      const page = await sender.get('/books/p12/inbox/i1');
      const form = /name="form" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      expect(form.length).toBe(36);
      for (let press = 0; press < 2; press++)
        expect((await sender.post('/books/p12/inbox/i1', { form, text: 'Klockan 18.' })).location).toBe(
          '/books/p12/inbox',
        );
      const sent = await world.store.reads.deliveriesOf('i1');
      expect(sent.map(({ kind, address, text, status }) => ({ kind, address, text, status }))).toEqual([
        { kind: 'answer', address: ANNA, text: 'P12: Klockan 18.', status: 'queued' },
      ]);
      expect((await admin.get('/books/p12/inbox')).text).toContain('P12: Klockan 18.');
      expect((await entries()).filter(({ event }) => event === 'answered').length).toBe(1);
    });

    test.each<[string, string, string, string]>([
      ['nothing', 'i1', '', 'Skriv något först'],
      ['too much', 'i1', 'x'.repeat(500), 'Korta det'],
      ['a name that cannot be answered', 'i4', 'Hej', 'Avsändaren kan inte ta emot svar'],
    ])('%s is refused', async (_name, id, text, words) => {
      const page = await admin.post(`/books/p12/inbox/${id}`, { text });
      expect([page.status, page.text.includes(words)]).toEqual([422, true]);
    });

    test('who left after writing is not texted, who wrote after leaving is; a provider’s block always holds', async () => {
      const at = world.clock.now();
      const left = '+46701000050';
      const addressHash = world.deps.keyed.addressHash(left);
      await world.add(inbound('i5', { sender: left, at: at - 2000 }), inbound('i6', { sender: left, at }), {
        add: 'stops',
        row: stopRow({ address: left, addressHash, since: at - 1000 }),
        exists: 'stale',
      });
      expect((await admin.post('/books/p12/inbox/i5', { text: 'Hej' })).text).toContain('har lämnat listan efter');
      expect((await admin.post('/books/p12/inbox/i6', { text: 'Hej' })).status).toBe(303);
      const blocked = stopRow({ scope: 'provider', scopeId: 'num1', address: left, addressHash, since: 0 });
      await world.add({ add: 'stops', row: blocked, exists: 'stale' });
      expect((await admin.post('/books/p12/inbox/i6', { text: 'Hej' })).text).toContain('Operatören stoppar sms');
    });

    test('a viewer reads and does not answer; other books’ messages are not there', async () => {
      const viewer = await world.as('viewer');
      expect((await viewer.get('/books/p12/inbox')).text).not.toContain('Svara Anna');
      expect((await viewer.get('/books/p12/inbox/i1')).status).toBe(403);
      expect((await viewer.post('/books/p12/inbox/i1', { text: 'Hej' })).status).toBe(403);
      const keeper = await world.as('viewer', { mail: 'kansli@example.se' });
      await admin.post('/books/p12/functionaries', { address: 'kansli@example.se' });
      expect((await keeper.get('/books/p12/inbox')).text).toContain('Svara Anna');
      expect((await keeper.get('/books/p12/inbox')).text).not.toContain('070-100 00 03');
      expect((await keeper.post('/books/p12/inbox/i1', { text: 'Klockan sju' })).status).toBe(303);
      await world.add({
        add: 'inbounds',
        row: inboundRow({ id: 'o1', bookId: 'book9', numberId: 'num2' }),
        exists: 'stale',
      });
      expect((await admin.get('/books/p12/inbox/o1')).status).toBe(404);
      expect((await admin.post('/books/p12/inbox/o1', { text: 'Hej' })).status).toBe(404);
    });
  });

  test.each(['settings', 'writers', 'functionaries', 'replies', 'access'])(
    '%s is for the keeper alone',
    async (page) => {
      const sender = await world.as('sender');
      expect((await sender.get(`/books/p12/${page}`)).status).toBe(403);
      expect((await sender.post(`/books/p12/${page}`, {})).status).toBe(403);
      expect((await admin.get(`/books/mff/${page}`)).status).toBe(404);
      expect((await admin.post(`/books/mff/${page}`, {})).status).toBe(404);
      expect((await world.stranger().get(`/books/p12/${page}`)).status).toBe(303);
    },
  );
  test.each(['log', 'statistics', 'inbox'])('%s of another organisation is not there', async (page) => {
    expect((await admin.get(`/books/mff/${page}`)).status).toBe(404);
  });

  test('nobody but an admin makes a book, and `new` is none', async () => {
    expect((await (await world.as('sender')).get('/books/new')).status).toBe(403);
    const page = await admin.post('/books/new', { name: 'New', address: 'new', number: 'num1', keyword: 'NY' });
    expect(page.text).toContain('Små bokstäver');
  });
});

test('a book on an installation without numbers says who adds one', async () => {
  const world = await toolboxWorld({ plan: [] });
  const admin = await world.as('admin', { organisationId: 'org2', access: [] });
  await world.add({ add: 'organisations', row: { ...(await org(world)), id: 'org3', name: 'Tomt' }, exists: 'stale' });
  const empty = await world.as('admin', { organisationId: 'org3', access: [] });
  expect((await empty.get('/books/new')).text).toContain('har inget nummer');
  expect((await admin.get('/books/new')).text).toContain('delas med Malmö');
  expect((await empty.get('/inbox')).text).toContain('Inget har kommit in');
  await world.close();
});
const org = async (world: ToolboxWorld) =>
  (await world.store.reads.organisation('org1')) as never as import('../../src/core/organisation.ts').Organisation;
void bookRow;
