import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Member } from '../../src/core/member.ts';
import { bookRow, eventRow, memberRow, NOON, personRow, stopRow } from '../kit/rows.ts';
import { type Answer, type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const ANNA = '+46701740605';
const BO = '+46701740606';
const CIA = '+46701740607';
const DAN = '+46701740608';
const MAY = Date.UTC(2026, 4, 1, 6, 41);

/** A book with somebody of every kind; Cia has left by texting STOPP on the first of May. */
async function people(world: ToolboxWorld): Promise<void> {
  const hash = world.deps.keyed.addressHash(CIA);
  await world.add(
    {
      add: 'members',
      row: memberRow({
        id: 'anna',
        phone: ANNA,
        name: 'Anna Berg',
        labels: ['Lag 1', 'Ledare'],
        fields: { barn: 'Elsa' },
      }),
      exists: 'stale',
    },
    { add: 'members', row: memberRow({ id: 'bo', phone: BO, mail: 'bo@example.se', name: 'Bo Ek' }), exists: 'stale' },
    {
      add: 'members',
      row: memberRow({ id: 'cia', phone: CIA, name: 'Cia Lind', status: 'unsubscribed', since: MAY, leftAt: MAY }),
      exists: 'stale',
    },
    { add: 'stops', row: stopRow({ addressHash: hash, address: CIA, since: MAY }), exists: 'stale' },
    {
      add: 'consentEvents',
      row: eventRow({ id: 'e-cia', event: 'left', rule: 'B-12', addressHash: hash, at: MAY }),
      exists: 'stale',
    },
    {
      add: 'consentPersons',
      row: personRow({ eventId: 'e-cia', address: CIA, name: 'Cia Lind', text: 'Stopp tack <b>' }),
      exists: 'stale',
    },
    { add: 'members', row: memberRow({ id: 'dan', phone: DAN, name: 'Dan', status: 'paused' }), exists: 'stale' },
  );
}

const of = async (world: ToolboxWorld, id: string): Promise<Member> => {
  const member = await world.store.reads.member(id);
  if (!member) throw new Error(`there is no ${id}`);
  return member;
};

/** What the next page says once. */
const noticeAfter = async (client: Client, answer: Answer): Promise<string> => {
  expect(answer.status).toBe(303);
  const { text } = await client.get(answer.location ?? '');
  return /class="notice notice-\w+" role="status">([^<]*)/.exec(text)?.[1] ?? '';
};

describe('the list of members', () => {
  let world: ToolboxWorld;
  let viewer: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    await people(world);
    viewer = await world.as('viewer');
  });
  afterAll(() => world.close());
  const names = ({ text }: Answer) => [...text.matchAll(/class="person[^>]*>([^<]*)</g)].map((found) => found[1]);

  test('shows who is in the book by name, in red who gets nothing, and not who left', async () => {
    const answer = await viewer.get('/books/p12/members');
    expect(names(answer)).toEqual(['Anna Berg', 'Bo Ek', 'Dan']);
    expect(answer.text).toMatch(/person is-stop" href="\/books\/p12\/members\/dan"/);
    expect(answer.text).toContain('070-174 06 05');
    expect(answer.text).not.toContain('/members/add');
  });

  test.each([
    ['q=berg', ['Anna Berg']],
    ['q=ek+bo', ['Bo Ek']],
    ['q=BO%40EX', ['Bo Ek']],
    ['q=bo%40', ['Bo Ek']],
    ['q=070-174', ['Anna Berg', 'Bo Ek', 'Cia Lind', 'Dan']],
    ['q=0608', ['Dan']],
    ['q=%2B46+70+174+06+05', ['Anna Berg']],
    ['q=cia', ['Cia Lind']],
    ['q=%25', []],
    ['q=%27', []],
    ['q=%00', []],
    ['label=Lag+1', ['Anna Berg']],
    ['label=Lag', []],
    ['label=%25', []],
    ['status=paused', ['Dan']],
    ['status=nonsense', ['Anna Berg', 'Bo Ek', 'Dan']],
    ['at=%7B%7D', ['Anna Berg', 'Bo Ek', 'Dan']],
    [`at=${'x'.repeat(3000)}`, ['Anna Berg', 'Bo Ek', 'Dan']],
  ])('finds by %s', async (query, expected) => {
    const answer = await viewer.get(`/books/p12/members?${query}`);
    expect(answer.status).toBe(200);
    expect(names(answer)).toEqual(expected);
  });

  test('who left is found when one searches, in red with the word', async () => {
    const { text } = await viewer.get('/books/p12/members?q=cia');
    expect(text).toMatch(/person is-stop"[^>]*>Cia Lind/);
    expect(text).toContain('Har lämnat');
  });

  test('as one types only the table comes', async () => {
    const { text } = await viewer.get('/books/p12/members?q=anna', { 'HX-Request': 'true' });
    expect(text).toMatch(/^\s*<div id="people"/);
    expect(text).not.toContain('<html');
  });

  test('page by page, forth and back', async () => {
    const other = await toolboxWorld();
    try {
      const rows = Array.from({ length: 120 }, (_, i) =>
        memberRow({ id: `m${i}`, phone: `+4670174${1000 + i}`, name: `Medlem ${String(i).padStart(3, '0')}` }),
      );
      await other.add(...rows.map((row) => ({ add: 'members', row, exists: 'stale' }) as const));
      const reader = await other.as('viewer');
      const href = (text: string, rel: string) =>
        new RegExp(`rel="${rel}" href="([^"]+)"`).exec(text)?.[1]?.replaceAll('&amp;', '&').replaceAll('&#x3D;', '=') ??
        '';
      const first = await reader.get('/books/p12/members');
      const second = await reader.get(href(first.text, 'next'));
      const third = await reader.get(href(second.text, 'next'));
      expect([first, second, third].map((page) => names(page).length)).toEqual([50, 50, 20]);
      expect(names(third).at(-1)).toBe('Medlem 119');
      expect(href(third.text, 'next')).toBe('');
      const back = await reader.get(href(third.text, 'prev'));
      expect(names(back)).toEqual(names(second));
      const begin = await reader.get(href(back.text, 'prev'));
      expect(names(begin)).toEqual(names(first));
      expect(href(begin.text, 'prev')).toBe('');
    } finally {
      await other.close();
    }
  });

  test('an empty book says what to do', async () => {
    const other = await toolboxWorld();
    try {
      const { text } = await (await other.as('admin')).get('/books/p12/members');
      expect(text).toContain('Ingen är med än');
      expect(text).toContain('076-686 10 01');
    } finally {
      await other.close();
    }
  });

  test('export: members as CSV, no cell is a formula', async () => {
    await world.add({
      add: 'members',
      row: memberRow({ id: 'evil', phone: '+46701740699', name: '=HYPERLINK("http://x")' }),
      exists: 'stale',
    });
    expect((await viewer.get('/books/p12/members/export.csv')).status).toBe(403);
    const answer = await (await world.as('sender')).get('/books/p12/members/export.csv');
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.text).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect(answer.text).toContain(`${ANNA},,Anna Berg,active`);
  });
});

describe('adding by hand', () => {
  let world: ToolboxWorld;
  let sender: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    await people(world);
    sender = await world.as('sender');
  });
  afterAll(() => world.close());
  const add = (fields: Record<string, string | string[]>) => sender.post('/books/p12/members/add', fields);

  test('a national number, a name, labels and fields', async () => {
    const answer = await add({
      phone: '070-174 07 01',
      name: '  Eva   Ek ',
      labels: 'Lag 1, lag 1; Ledare',
      fieldName: ['barn', ''],
      fieldValue: ['Ida', ''],
    });
    expect(await noticeAfter(sender, answer)).toBe('Eva Ek är nu med i Föräldrar P12.');
    const [row] = await world.store.reads.membersByAddress('book1', ['+46701740701']);
    expect(row).toMatchObject({
      name: 'Eva Ek',
      status: 'active',
      labels: ['Lag 1', 'Ledare'],
      fields: { barn: 'Ida' },
    });
    const history = await world.store.ledger.history(world.deps.keyed.addressHash('+46701740701'));
    expect(history.map(({ event, rule, door }) => [event, rule, door])).toEqual([['added', 'desk', 'web']]);
    const { entries } = await world.store.reads.log('book1', 5);
    expect(entries[0]).toMatchObject({ actor: sender.user?.id, event: 'member_added' });
    expect(JSON.stringify(entries)).not.toContain('Eva');
  });

  test('B-41: who left is refused, with when and how they come back, and stays away', async () => {
    const answer = await add({ phone: '+46 70 174 06 07', name: 'Cia' });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Cia Lind kan inte läggas till');
    expect(answer.text).toContain(
      'Cia Lind har själv lämnat listan den 1 maj. Bara Cia Lind kan komma tillbaka: be Cia Lind texta START till 076-686 10 01.',
    );
    expect(answer.text).toContain('value="+46 70 174 06 07"');
    expect((await of(world, 'cia')).status).toBe('unsubscribed');
  });

  test('who is there already is shown', async () => {
    const answer = await add({ phone: '0701740605' });
    expect(answer.location).toBe('/books/p12/members/anna');
    expect(await noticeAfter(sender, answer)).toBe('0701740605 fanns redan.');
  });

  test.each([
    [{}, 'Skriv ett mobilnummer eller en mejladress.'],
    [{ phone: '12' }, 'Det numret kan inte finnas. Kontrollera siffrorna.'],
    [{ phone: 'anna' }, 'Det är inget telefonnummer.'],
    [{ phone: '046-35 00 00' }, 'Det är inget mobilnummer, så det kan inte få sms.'],
    [{ phone: '0766861001' }, 'Det är ett av systemets egna nummer.'],
    [{ mail: 'anna@' }, 'Det är ingen mejladress.'],
    [{ phone: '0701740710', name: 'x'.repeat(101) }, 'Namnet är längre än 100 tecken.'],
    [{ phone: '0701740710', labels: 'x'.repeat(41) }, 'En etikett är längre än 40 tecken.'],
    [{ phone: '0701740710', fieldName: 'barn', fieldValue: 'x'.repeat(201) }, 'Ett värde är längre än 200 tecken.'],
  ])('%o: the form again, with what was typed and what to do', async (fields, says) => {
    const answer = await add(fields as Record<string, string>);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(says);
    for (const value of Object.values(fields)) expect(answer.text).toContain(`value="${value}"`);
  });
});

describe("one member's page", () => {
  let world: ToolboxWorld;
  let sender: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    await people(world);
    sender = await world.as('sender');
  });
  afterAll(() => world.close());
  const act = (id: string, what: string, fields = {}) => sender.post(`/books/p12/members/${id}/${what}`, fields);

  test('name, labels and fields can be changed; what is wrong is said', async () => {
    const path = '/books/p12/members/anna';
    const wrong = await sender.post(path, { name: 'y'.repeat(101), labels: 'a' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('Namnet är längre än 100 tecken.');
    const answer = await sender.post(path, {
      name: 'Anna Öberg',
      labels: 'Lag 2',
      fieldName: ['barn', 'kost'],
      fieldValue: ['', 'vegan'],
    });
    expect(await noticeAfter(sender, answer)).toBe('Sparat.');
    expect(await of(world, 'anna')).toMatchObject({
      name: 'Anna Öberg',
      nameKey: 'anna öberg',
      labels: ['Lag 2'],
      fields: { kost: 'vegan' },
      phone: ANNA,
    });
  });

  test('who left is locked: no button, no change, and the page says how they come back', async () => {
    const { text } = await sender.get('/books/p12/members/cia');
    expect(text).toContain('Bara Cia Lind kan komma tillbaka');
    expect(text).toContain('<q>Stopp tack &lt;b&gt;</q>');
    expect(text).not.toContain('action="/books/p12/members/cia');
    for (const what of ['', '/pause', '/resume', '/remove'])
      await sender.post(`/books/p12/members/cia${what}`, { name: 'X' });
    const answer = await act('cia', 'resume');
    expect(await noticeAfter(sender, answer)).toBe('Cia Lind har själv lämnat. Bara Cia Lind kan komma tillbaka.');
    expect(await of(world, 'cia')).toMatchObject({ status: 'unsubscribed', name: 'Cia Lind', leftAt: MAY });
  });

  test('pause until a day, and resume', async () => {
    const past = await act('bo', 'pause', { until: '2020-01-01' });
    expect(past.status).toBe(422);
    expect(past.text).toContain('Välj en dag som kommer.');
    expect((await act('bo', 'pause', { until: 'i morgon' })).status).toBe(422);
    const answer = await act('bo', 'pause', { until: '2099-12-24' });
    expect(await noticeAfter(sender, answer)).toBe('Bo Ek är pausad.');
    expect(await of(world, 'bo')).toMatchObject({
      status: 'paused',
      pausedUntil: Date.UTC(2099, 11, 24, 23, 0),
    });
    expect((await sender.get('/books/p12/members/bo')).text).toContain('till och med 24 december 2099');
    expect(await noticeAfter(sender, await act('bo', 'resume'))).toBe('Bo Ek får utskick igen.');
    expect(await of(world, 'bo')).toMatchObject({ status: 'active', pausedUntil: null });
  });

  test('a ban and its end; one who left meanwhile stays away', async () => {
    expect(await noticeAfter(sender, await act('dan', 'ban'))).toBe('Dan är spärrad.');
    expect((await of(world, 'dan')).status).toBe('banned');
    await world.add({
      add: 'stops',
      row: stopRow({ addressHash: world.deps.keyed.addressHash(DAN), address: DAN, since: NOON }),
      exists: 'stale',
    });
    expect(await noticeAfter(sender, await act('dan', 'unban'))).toBe('Spärren är hävd.');
    expect(await of(world, 'dan')).toMatchObject({ status: 'unsubscribed', leftAt: NOON });
  });

  test('removed from the book', async () => {
    await world.add({
      add: 'members',
      row: memberRow({ id: 'gun', phone: '+46701740720', name: 'Gun' }),
      exists: 'stale',
    });
    const answer = await act('gun', 'remove');
    expect(answer.location).toBe('/books/p12/members');
    expect(await noticeAfter(sender, answer)).toBe('Gun är borttagen.');
    expect(await world.store.reads.member('gun')).toBeNull();
  });
});

describe('those who wait', () => {
  let world: ToolboxWorld;
  let sender: Client;
  const ask = async (id: string, phone: string, name: string, text: string) => {
    const hash = world.deps.keyed.addressHash(phone);
    await world.add(
      { add: 'members', row: memberRow({ id, phone, name, status: 'pending' }), exists: 'stale' },
      {
        add: 'consentEvents',
        row: eventRow({ id: `e-${id}`, event: 'requested', rule: 'B-10', addressHash: hash, at: MAY }),
        exists: 'stale',
      },
      { add: 'consentPersons', row: personRow({ eventId: `e-${id}`, address: phone, text }), exists: 'stale' },
    );
  };
  beforeAll(async () => {
    world = await toolboxWorld();
    await world.add({
      change: 'books',
      where: { id: 'book1' },
      set: { approval: bookRow({ approval: 'manual' }).approval },
      none: 'stale',
    });
    sender = await world.as('sender');
  });
  afterAll(() => world.close());

  test('an empty list says when somebody comes', async () => {
    expect((await sender.get('/books/p12/pending')).text).toContain('Ingen väntar');
  });

  test('with the text that they wrote; one is approved, one refused, the rest at once', async () => {
    await ask('p1', '+46701740801', 'Eva', 'START');
    await ask('p2', '+46701740802', '', 'Start!!');
    await ask('p3', '+46701740803', 'Gun', 'start');
    await ask('p4', '+46701740804', 'Hans', 'START');
    const { text } = await sender.get('/books/p12/pending');
    expect(text).toContain('Start!!');
    expect(await noticeAfter(sender, await sender.post('/books/p12/pending', { approve: 'p1' }))).toBe(
      'Eva är insläppt och har fått sms om det.',
    );
    expect(await noticeAfter(sender, await sender.post('/books/p12/pending', { refuse: 'p2' }))).toBe(
      '070-174 08 02 är nekad och har fått sms om det.',
    );
    const none = await sender.post('/books/p12/pending', { approve: 'chosen' });
    expect(none.status).toBe(422);
    expect(none.text).toContain('Välj minst en person först.');
    const both = await sender.post('/books/p12/pending', { approve: 'chosen', member: ['p3', 'p4'] });
    expect(await noticeAfter(sender, both)).toBe('2 är insläppta och har fått sms om det.');
    expect(await noticeAfter(sender, await sender.post('/books/p12/pending', { approve: 'p3' }))).toMatch(
      /någon annan/,
    );
    const statuses = await Promise.all(['p1', 'p2', 'p3', 'p4'].map(async (id) => (await of(world, id)).status));
    expect(statuses).toEqual(['active', 'refused', 'active', 'active']);
  });

  test('F17: twenty answers at once are one answer, one text', async () => {
    await ask('race', '+46701740810', 'Ida', 'START');
    const desks = await Promise.all(Array.from({ length: 4 }, () => world.as('sender')));
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        (desks[i % 4] as Client).post('/books/p12/pending', { [i % 2 ? 'refuse' : 'approve']: 'race' }),
      ),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(303));
    const { status, version } = await of(world, 'race');
    expect(version).toBe(2);
    const history = await world.store.ledger.history(world.deps.keyed.addressHash('+46701740810'));
    expect(history.map(({ event }) => event)).toEqual(['requested', status === 'active' ? 'approved' : 'refused']);
    const { entries } = await world.store.reads.log('book1', 200);
    expect(entries.filter(({ details }) => details.member === 'race')).toHaveLength(1);
  });
});

describe('those who left', () => {
  test('when, how, and how they come back', async () => {
    const world = await toolboxWorld();
    try {
      await people(world);
      const { text } = await (await world.as('viewer')).get('/books/p12/unsubscribed');
      expect(text).toContain(
        'Cia Lind har själv lämnat listan den 1 maj. Bara Cia Lind kan komma tillbaka: be Cia Lind texta START till 076-686 10 01.',
      );
      expect(text).toContain('Textade <q>Stopp tack &lt;b&gt;</q>');
      expect(text).not.toContain('Anna Berg');
      const english = await (await world.as('viewer')).get('/books/p12/unsubscribed', { 'Accept-Language': 'en' });
      expect(english.text).toContain('Only Cia Lind can come back: ask Cia Lind to text START to 076-686 10 01.');
    } finally {
      await world.close();
    }
  });
});
