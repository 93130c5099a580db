import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  bookRow,
  broadcastRow,
  copyRow,
  deliveryRow,
  eventRow,
  inboundRow,
  mailRow,
  memberRow,
  personRow,
} from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const ANNA = '+46701740605';
const ANNA_MAIL = 'anna.berg@example.se';
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const now = Date.now();

/** Anna joined a month ago, wrote and was written to, left and came back; beside her another book and another town. */
async function story(world: ToolboxWorld): Promise<void> {
  const hash = world.deps.keyed.addressHash(ANNA);
  const consent = (id: string, event: 'joined' | 'left', at: number, text: string, more = {}) =>
    [
      {
        add: 'consentEvents',
        row: eventRow({ id, event, rule: event === 'left' ? 'B-11' : 'B-1', at, addressHash: hash, ...more }),
        exists: 'stale',
      },
      {
        add: 'consentPersons',
        row: personRow({ eventId: id, address: ANNA, name: 'Anna Berg', text }),
        exists: 'stale',
      },
    ] as const;
  const sent = (id: string, at: number, text: string, more = {}) =>
    ({
      add: 'broadcasts',
      row: broadcastRow({ id, status: 'sent', text, createdAt: at, dueAt: at, finishedAt: at + MINUTE, ...more }),
      exists: 'stale',
    }) as const;
  const copy = (broadcastId: string, row = {}) =>
    ({
      add: 'deliveries',
      row: copyRow({ broadcastId, address: ANNA, memberId: 'anna', ...row }),
      exists: 'stale',
    }) as const;
  await world.add(
    {
      add: 'members',
      row: memberRow({
        id: 'anna',
        phone: ANNA,
        mail: ANNA_MAIL,
        name: 'Anna Berg',
        since: now - 5 * DAY,
        createdAt: now - 30 * DAY,
      }),
      exists: 'stale',
    },
    {
      add: 'inbounds',
      row: inboundRow({ id: 'i1', sender: ANNA, text: 'Start', at: now - 30 * DAY }),
      exists: 'stale',
    },
    ...consent('e1', 'joined', now - 30 * DAY, 'Start'),
    {
      add: 'deliveries',
      row: deliveryRow({
        kind: 'joined',
        inboundId: 'i1',
        address: ANNA,
        text: 'Du är nu med i P12.',
        status: 'delivered',
        createdAt: now - 30 * DAY,
        settledAt: now - 30 * DAY,
      }),
      exists: 'stale',
    },
    sent('b1', now - 20 * DAY, 'Matchen flyttas till 18.'),
    copy('b1', {
      status: 'delivered',
      attempts: 2,
      settledAt: now - 20 * DAY + MINUTE,
      createdAt: now - 20 * DAY,
      providerId: 'SM77',
    }),
    sent('b2', now - 10 * DAY, 'Kiosken söker folk.', { createdAt: now - 12 * DAY }),
    copy('b2', { address: '+46709999999', memberId: 'bo', status: 'delivered', createdAt: now - 10 * DAY }),
    ...consent('e2', 'left', now - 11 * DAY, 'STOPP!'),
    ...consent('e3', 'joined', now - 5 * DAY, 'start'),
    {
      add: 'inbounds',
      row: inboundRow({
        id: 'i4',
        sender: ANNA,
        text: 'Var är <b>bussen</b>?',
        kind: 'forwarded',
        rule: 'B-27',
        at: now - 4 * DAY,
      }),
      exists: 'stale',
    },
    {
      add: 'inbounds',
      row: inboundRow({
        id: 'i5',
        sender: ANNA_MAIL,
        door: 'mail',
        text: 'Hej, en fråga',
        kind: 'forwarded',
        rule: 'M-3',
        at: now - 3 * DAY,
      }),
      exists: 'stale',
    },
    {
      add: 'mails',
      row: mailRow({ id: 'mail5', inboundId: 'i5', subject: 'Angående lördag', envelopeFrom: ANNA_MAIL }),
      exists: 'stale',
    },
    sent('b3', now - 2 * DAY, 'Ta med regnkläder.'),
    copy('b3', { status: 'failed', reason: '30005', attempts: 1, settledAt: now - 2 * DAY, createdAt: now - 2 * DAY }),
    copy('b3', {
      address: ANNA_MAIL,
      status: 'accepted',
      attempts: 1,
      settledAt: now - 2 * DAY,
      createdAt: now - 2 * DAY,
    }),
    // The same number in another book of the town, and in another town.
    {
      add: 'books',
      row: bookRow({ id: 'book2', address: 'p14', name: 'Föräldrar P14', smsName: 'P14', keyword: 'P14', main: false }),
      exists: 'stale',
    },
    {
      add: 'inbounds',
      row: inboundRow({ id: 'i6', bookId: 'book2', sender: ANNA, text: 'Hemligt P14' }),
      exists: 'stale',
    },
    { add: 'deliveries', row: deliveryRow({ bookId: 'book2', address: ANNA, text: 'Svar från P14' }), exists: 'stale' },
    ...consent('e6', 'joined', now - DAY, 'START P14', { bookId: 'book2' }),
    ...consent('e9', 'left', now - DAY, 'Malmö stopp', { bookId: 'book9', organisationId: 'org2' }),
    {
      add: 'consentEvents',
      row: eventRow({
        id: 'e10',
        event: 'left_all',
        bookId: null,
        organisationId: 'org2',
        addressHash: hash,
        at: now - DAY,
      }),
      exists: 'stale',
    },
  );
}

const plain = (html: string): string =>
  html
    .replace(/<(script|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]+>/g, ' ')
    .replace(/\s+/g, ' ');

describe('one person', () => {
  let world: ToolboxWorld;
  let admin: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    await story(world);
    admin = await world.as('admin');
  });
  afterAll(() => world.close());

  test('everything sent and received, newest first, word for word, of this book alone', async () => {
    const { status, text } = await admin.get('/books/p12/members/anna');
    expect(status).toBe(200);
    const seen = plain(text.slice(text.indexOf('id="story"')));
    const order = [
      'regnkläder',
      'Angående lördag',
      'bussen',
      'start',
      'Kiosken',
      'STOPP!',
      'Matchen',
      'Du är nu med',
      'Start',
    ];
    const places = order.map((word) => seen.indexOf(word));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places.every((place) => place > 0)).toBe(true);
    expect(text).toContain('Var är &lt;b&gt;bussen&lt;/b&gt;?');
    expect(seen).toContain('STOPP, eller ett ord som betyder samma sak, lämnar. (B-11, ordlista 1)');
    expect(seen).toContain('Utskick som inte gick till Anna');
    expect(seen).toContain('gick inte att skicka: Numret finns inte (kod 30005)');
    for (const theirs of ['Hemligt P14', 'Svar från P14', 'START P14', 'Malmö stopp', 'Lämnade allt på numret'])
      expect(text).not.toContain(theirs);
  });

  test('a viewer of the book sees it; somebody without access finds no such page', async () => {
    const viewer = await world.as('viewer');
    expect((await viewer.get('/books/p12/members/anna')).text).toContain('STOPP!');
    const other = await world.as('sender', { access: ['book2'] });
    expect((await other.get('/books/p12/members/anna')).status).toBe(404);
    expect((await other.get('/books/p14/members/anna')).status).toBe(404);
  });

  test.each([
    ['b1', ['Ja', 'Framme', 'SM77', 'sparas det senaste svaret']],
    ['b2', ['Nej', 'Anna lämnade', 'efter att utskicket skrevs men innan det gick ut', 'Anna var med igen']],
    ['b3', ['Ja', 'Det gick inte fram', 'Numret finns inte', 'Mejlservern tog emot det', 'titta i skräpposten']],
  ])('why or why not %s', async (id, words) => {
    const { status, text } = await admin.get(`/books/p12/members/anna/broadcasts/${id}`);
    expect(status).toBe(200);
    const seen = plain(text);
    for (const word of words) expect(seen).toContain(word);
  });

  test('the broadcast leads there, and another book does not', async () => {
    expect((await admin.get('/books/p12/broadcasts/b1')).text).toContain('/books/p12/members/anna/broadcasts/b1');
    expect((await admin.get('/books/p14/members/anna/broadcasts/b1')).status).toBe(404);
    await world.add({ add: 'broadcasts', row: broadcastRow({ id: 'b14', bookId: 'book2' }), exists: 'stale' });
    expect((await admin.get('/books/p12/members/anna/broadcasts/b14')).status).toBe(404);
  });

  test('page by page: each thing once, whatever happened in the same millisecond', async () => {
    const at = now - 3 * HOUR;
    const hash = world.deps.keyed.addressHash('+46701740700');
    await world.add(
      {
        add: 'members',
        row: memberRow({ id: 'many', phone: '+46701740700', createdAt: at - 1, since: at - 1 }),
        exists: 'stale',
      },
      ...Array.from({ length: 25 }, (_, n) => [
        {
          add: 'inbounds',
          row: inboundRow({ id: `t${n}`, sender: '+46701740700', text: `text ${n}.`, at }),
          exists: 'stale',
        } as const,
        {
          add: 'deliveries',
          row: deliveryRow({ address: '+46701740700', text: `svar ${n}.`, createdAt: at }),
          exists: 'stale',
        } as const,
        { add: 'consentEvents', row: eventRow({ id: `c${n}`, addressHash: hash, at }), exists: 'stale' } as const,
        { add: 'consentPersons', row: personRow({ eventId: `c${n}`, text: `ja ${n}.` }), exists: 'stale' } as const,
      ]).flat(),
    );
    const seen: string[] = [];
    let path: string | undefined = '/books/p12/members/many';
    for (let pages = 0; path !== undefined && pages < 6; pages++) {
      const { text } = await admin.get(path);
      seen.push(...[...text.matchAll(/(?:text|svar|ja) \d+\./g)].map(([word]) => word));
      path = /rel="next" href="([^"]+)"/.exec(text)?.[1]?.replaceAll('&#x3D;', '=');
    }
    const all = ['text', 'svar', 'ja'].flatMap((word) => Array.from({ length: 25 }, (_, n) => `${word} ${n}.`));
    expect([...seen].sort()).toEqual(all.sort());
    expect((await admin.get('/books/p12/members/many?before=nonsense')).status).toBe(200);
  });
});
