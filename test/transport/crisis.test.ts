import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keepHouse } from '../../src/app/housekeeping.ts';
import { silentLog } from '../../src/log.ts';
import { memberRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** The crisis switch in the toolbox: who may, once however often pressed, the board, the end, PINs. */
const KARIN = 'karin@example.se';
const OLA = 'ola@example.se';
const WRITER = '+46701000099';
const BASE = '/books/p12/crisis';
let world: ToolboxWorld;
let karin: Client;
let ola: Client;
let admin: Client;

const confirmId = (html: string): string => /name="id" value="([^"]*)"/.exec(html)?.[1] ?? '';
const fields = { text: 'KRIS P12. Svara 1 = OK, 2 = hjälp.', hours: '2', remind: '15' };
const book = async () => {
  const found = await world.store.reads.bookById('book1');
  if (!found) throw new Error('no book');
  return found;
};
const house = () => keepHouse({ ...world.deps, log: silentLog });

beforeAll(async () => {
  world = await toolboxWorld({
    plan: [
      ...[KARIN, OLA, WRITER].map(
        (address) =>
          ({ add: 'writers', row: { bookId: 'book1', address, alwaysConfirm: false }, exists: 'stale' }) as const,
      ),
      ...Array.from({ length: 120 }, (_, n) => {
        const name = `Namn ${String(n).padStart(3, '0')}`;
        const row = memberRow({
          id: `m${100 + n}`,
          phone: `+4670174${1000 + n}`,
          name,
          otherPhone: n === 0 ? '+46701749999' : null,
        });
        return { add: 'members', row, exists: 'stale' } as const;
      }),
    ],
  });
  karin = await world.as('sender', { mail: KARIN });
  ola = await world.as('sender', { mail: OLA });
  admin = await world.as('admin');
});
afterAll(() => world?.close());

describe('starting', () => {
  test('a proposal, what it will do, and nothing happens before the press', async () => {
    const page = await karin.get(BASE);
    expect(page.text).toContain('Är det en kris?');
    expect(page.text).toContain('Svara 1 &#x3D; OK, 2 &#x3D; hjälp.');
    const confirm = await karin.post(BASE, fields);
    expect(confirm.status).toBe(200);
    expect(confirm.text).toMatch(/Starta krisläge och skicka till 12\d/);
    expect(confirm.text).not.toContain('Svara STOPP för att lämna');
    expect((await book()).crisis).toBeNull();
    const back = await karin.post(BASE, { ...fields, hours: '3', do: 'back' });
    expect(back.text).toContain('value="3"');
  });

  test.each([
    ['no hours', { hours: '' }, 'Skriv ett helt antal timmar'],
    ['too many', { hours: '25' }, 'Skriv ett helt antal timmar'],
    ['not a number', { hours: '1e1' }, 'Skriv ett helt antal timmar'],
    ['no minutes', { remind: '0' }, 'Skriv ett helt antal minuter'],
    ['no text', { text: '  ' }, 'field-error'],
    ['too long', { text: 'ä'.repeat(1000) }, 'field-error'],
  ])('%s: the form again, with what was typed', async (_, wrong, said) => {
    const page = await karin.post(BASE, { ...fields, ...wrong });
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    const forced = await karin.post(`${BASE}/start`, { ...fields, ...wrong, id: world.deps.ids.next(1) });
    expect([409, 422]).toContain(forced.status);
    expect((await book()).crisis).toBeNull();
  });

  test('only a writer (S3-26), and nobody from another organisation', async () => {
    const id = world.deps.ids.next(world.clock.now());
    const [viewer, sender, other] = await Promise.all([
      world.as('viewer'),
      world.as('sender'),
      world.as('admin', { organisationId: 'org2', access: [] }),
    ]);
    expect((await viewer.post(`${BASE}/start`, { ...fields, id })).status).toBe(403);
    expect((await sender.post(`${BASE}/start`, { ...fields, id })).status).toBe(403);
    expect((await admin.post(`${BASE}/start`, { ...fields, id })).status).toBe(403);
    expect((await other.post(`${BASE}/start`, { ...fields, id })).status).toBe(404);
    expect((await sender.get(BASE)).text).toContain('Bara en skribent kan starta');
    expect((await book()).crisis).toBeNull();
  });

  test('pressed twenty times by two people at once: one crisis, one broadcast (F17)', async () => {
    const before = (await world.store.reads.broadcasts('book1', 50)).length;
    const [mine, theirs] = await Promise.all([karin.post(BASE, fields), ola.post(BASE, fields)]);
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) =>
        n % 2 === 0
          ? karin.post(`${BASE}/start`, { ...fields, id: confirmId(mine.text) })
          : ola.post(`${BASE}/start`, { ...fields, id: confirmId(theirs.text) }),
      ),
    );
    const { crisis } = await book();
    expect(new Set(answers.map(({ location }) => location))).toEqual(new Set([`${BASE}/${crisis?.rollCallId}`]));
    expect((await world.store.reads.broadcasts('book1', 50)).length).toBe(before + 1);
    expect(await world.store.reads.rollCalls('book1', 9)).toHaveLength(1);
    expect(await world.store.reads.broadcast(crisis?.rollCallId ?? '')).toMatchObject({
      header: '',
      footer: '',
      status: 'sending',
    });
  });
});

describe('while it is on', () => {
  const path = async () => `${BASE}/${(await book()).crisis?.rollCallId}`;

  test('every page of the book says so and leads to the board; so does the switch', async () => {
    for (const each of ['/books/p12', '/books/p12/members', '/books/p12/log'])
      expect((await karin.get(each)).text).toContain(`href="${await path()}"`);
    expect((await karin.get(await path())).text).not.toContain('class="notice notice-stop"');
    expect((await karin.get(BASE)).location).toBe(await path());
  });

  test('what one writes meanwhile has no header and no footer', async () => {
    const page = await karin.post('/books/p12/write', { text: 'Gå till gympasalen', do: 'next' });
    expect(page.status).toBe(200);
    expect(page.text).not.toContain('*P12*');
    expect(page.text).not.toContain('Svara STOPP');
  });

  test('the board: figures, whoever needs help first, numbers to press, search, pages', async () => {
    const rollCallId = (await book()).crisis?.rollCallId ?? '';
    const at = world.clock.now();
    await world.add(
      {
        add: 'rollAnswers',
        row: { rollCallId, memberId: 'm100', answer: 'help', text: '<b>2</b> källaren', at },
        exists: 'stale',
      },
      { add: 'rollAnswers', row: { rollCallId, memberId: 'm101', answer: 'ok', text: '1', at }, exists: 'stale' },
    );
    const page = await karin.get(await path());
    expect(page.text).toMatch(/figure is-stop"><dt>Behöver hjälp<\/dt><dd>1</);
    expect(page.text).toContain('&lt;b&gt;2&lt;/b&gt; källaren');
    expect(page.text).toContain('href="tel:+46701741000"');
    expect(page.text).toContain('href="tel:+46701749999"');
    expect(page.text).toContain('http-equiv="refresh"');
    const live = await karin.get(`${await path()}/live`, { 'hx-request': 'true' });
    expect(live.text).toContain('hx-trigger="every 2s"');
    expect(live.text).not.toContain('<html');
    expect((await karin.get(`${await path()}?page=1`)).text).toContain('Namn 060');
    const found = await karin.get(`${await path()}/live?q=namn+119`);
    expect(found.text).toContain('Namn 119');
    expect(found.text).not.toContain('Namn 118');
    expect((await karin.get(`${await path()}?show=ok`)).text).toContain('Namn 001');
    expect((await karin.get(`${BASE}/nope`)).status).toBe(404);
  });

  test('answers as CSV, of which no cell is a formula', async () => {
    const rollCallId = (await book()).crisis?.rollCallId ?? '';
    const row = { rollCallId, memberId: 'm102', answer: 'help', text: '=2+2', at: 1 } as const;
    await world.add({ add: 'rollAnswers', row, exists: 'stale' });
    const csv = await karin.get(`${await path()}/answers.csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.text).toContain("'=2+2");
    expect(csv.text.split('\r\n').length).toBeGreaterThan(120);
    expect((await (await world.as('viewer')).get(`${await path()}/answers.csv`)).status).toBe(403);
  });

  test('made longer by a writer alone, once however often it is pressed, and a day ahead at most; nobody is texted', async () => {
    const at = await path();
    const until = async () => (await book()).crisis?.until ?? 0;
    const first = await until();
    const copies = await world.column('select count(*) from deliveries');
    const longer = (who: Client, hours: string, shown: number) =>
      who.post(`${at}/longer`, { hours, until: String(shown) });
    expect((await karin.get(at)).text).toContain('name="hours" value="3">3 timmar längre');
    const pressed = await Promise.all([karin, ola, karin].map((who) => longer(who, '3', first)));
    expect(pressed.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await until()).toBe(first + 3 * 3_600_000);
    expect((await world.store.reads.rollCall(at.split('/').at(-1) ?? ''))?.endsAt).toBe(await until());
    expect((await world.column("select event from log_entries where event = 'crisis_lengthened'")).length).toBe(1);

    for (const who of [admin, await world.as('sender')]) {
      await longer(who, '1', await until());
      expect((await who.get(at)).text).not.toContain('timmar längre');
    }
    expect((await longer(await world.as('viewer'), '1', await until())).status).toBe(403);
    for (const hours of ['0', '-3', '2', '24', '', 'många', '1e3']) await longer(karin, hours, await until());
    expect(await until()).toBe(first + 3 * 3_600_000);
    expect((await karin.get(at)).text).toContain('till ett dygn framåt');

    for (let n = 0; n < 5; n++) await longer(karin, '6', await until());
    const page = await karin.get(at);
    expect(await until()).toBeLessThanOrEqual(world.clock.now() + 24 * 3_600_000);
    expect(await until()).toBe(first + 21 * 3_600_000);
    expect(page.text).not.toContain('6 timmar längre');
    expect(await world.column('select count(*) from deliveries')).toEqual(copies);
    expect((await karin.get('/books/p12/log')).text).toContain('Förlängde krisläget');
  });

  test('ended by a writer or an admin alone; the record stays; an old form starts nothing', async () => {
    const at = await path();
    const bystander = await world.as('sender');
    await bystander.post(`${at}/end`);
    expect((await book()).crisis).not.toBeNull();
    expect((await bystander.get(at)).text).not.toContain('Ja, avsluta');
    expect((await Promise.all([1, 2, 3].map(() => admin.post(`${at}/end`)))).map(({ status }) => status)).toEqual([
      303, 303, 303,
    ]);
    expect((await book()).crisis).toBeNull();
    await house();
    const page = await karin.get(at);
    expect(page.text).toContain('Krisläget är slut');
    expect(page.text).not.toContain('every 2s');
    expect((await karin.get('/books/p12/log')).text).toContain('Krisläget tog slut: OK 1, behöver hjälp 2');
    expect((await karin.get(BASE)).text).toContain('Tidigare krislägen');
    await karin.post(`${at}/longer`, {
      hours: '1',
      until: String((await world.store.reads.rollCall(at.split('/').at(-1) ?? ''))?.endsAt),
    });
    expect((await book()).crisis).toBeNull();
    const again = await karin.post(`${BASE}/start`, { ...fields, id: at.split('/').at(-1) ?? '' });
    expect(again.location).toBe(at);
    expect((await book()).crisis).toBeNull();
  });
});

describe('PINs', () => {
  test('given to a writer by phone, shown once, kept as a digest', async () => {
    const shown = await admin.post('/books/p12/writers/pin', { address: WRITER });
    const pin = /: (\d{4,8})</.exec(shown.text)?.[1] ?? '';
    expect(pin).toMatch(/^\d{8}$/);
    expect(shown.headers.get('cache-control')).toContain('no-store');
    expect(await world.dump()).not.toContain(pin);
    expect((await admin.get('/books/p12/writers')).text).not.toContain(pin);
    expect((await admin.get('/books/p12/writers')).text).toContain('Ge en ny PIN');
    const second = await admin.post('/books/p12/writers/pin', { address: WRITER });
    expect(/: (\d{8})</.exec(second.text)?.[1]).not.toBe(pin);
  });

  test('not for others than writers by phone, and only by who looks after the book', async () => {
    for (const address of ['+46701749998', KARIN, ''])
      expect((await admin.post('/books/p12/writers/pin', { address })).status).toBe(303);
    expect(await world.store.reads.crisisPinsIn('book1')).toEqual([WRITER]);
    expect((await karin.post('/books/p12/writers/pin', { address: WRITER })).status).toBe(403);
  });

  test('taken back, also with the writer', async () => {
    await admin.post('/books/p12/writers/pin/remove', { address: WRITER });
    expect(await world.store.reads.crisisPinsIn('book1')).toEqual([]);
    await admin.post('/books/p12/writers/pin', { address: WRITER });
    await admin.post('/books/p12/writers/remove', { address: WRITER });
    expect(await world.store.reads.crisisPinsIn('book1')).toEqual([]);
  });
});

describe('a second number', () => {
  const at = '/books/p12/members/m105';
  const save = (otherPhone: string) => karin.post(at, { name: 'Namn 005', labels: '', otherPhone });
  const stored = async () => (await world.store.reads.member('m105'))?.otherPhone;

  test('as one writes it here, and taken away again; the log says what, not which', async () => {
    expect((await save('070-174 88 88')).status).toBe(303);
    expect(await stored()).toBe('+46701748888');
    expect((await karin.get(at)).text).toContain('070-174 88 88');
    expect(JSON.stringify((await world.store.reads.log('book1', 5)).entries)).not.toContain('8888');
    await save('');
    expect(await stored()).toBeNull();
  });

  test.each([
    ['hej', 'Det där är inget mobilnummer'],
    ['+4670174' + '1005', 'samma nummer som personens eget'],
    ['076-686 10 01', 'ett av era egna nummer'],
  ])('%s is refused beside the field', async (typed, said) => {
    const page = await save(typed);
    expect(page.status).toBe(422);
    expect(page.text).toContain(said);
    expect(await stored()).toBeNull();
  });
});
