import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { consentEvent } from '../../src/app/plan.ts';
import { pdfText } from '../kit/pdfText.ts';
import {
  bookRow,
  broadcastRow,
  copyRow,
  deliveryRow,
  eventRow,
  inboundRow,
  logRow,
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

/** Somebody else's program: it knows only what the pack says about itself, and plain SHA-256. */
function checkPack(json: string): { lines: number; broken: string[]; joined: number } {
  const pack = JSON.parse(json) as {
    lines: {
      no: number;
      factsText: string;
      personalText: string | null;
      personalHash: string;
      previousHash: string;
      chainHash: string;
      personal: Record<string, string> | null;
      event: string;
      rule: string;
    }[];
    ledger: { lines: number; hash: string };
  };
  const sha = (text: string) => createHash('sha256').update(text, 'utf8').digest('base64url');
  const broken: string[] = [];
  let joined = 0;
  for (const [i, line] of pack.lines.entries()) {
    if (sha(`${line.previousHash}\n${line.factsText}`) !== line.chainHash) broken.push(`chain ${line.no}`);
    const facts = JSON.parse(line.factsText) as unknown[];
    if (facts[4] !== line.event || facts[5] !== line.rule || facts.at(-1) !== line.personalHash)
      broken.push(`facts ${line.no}`);
    if (line.personalText !== null) {
      if (sha(line.personalText) !== line.personalHash) broken.push(`personal ${line.no}`);
      const [salt, address, name, text, providerId] = JSON.parse(line.personalText) as string[];
      if (JSON.stringify({ salt, address, name, text, providerId }) !== JSON.stringify(line.personal))
        broken.push(`words ${line.no}`);
    }
    const next = pack.lines[i + 1];
    if (next && next.no === line.no + 1 && next.previousHash !== line.chainHash) broken.push(`order ${line.no}`);
    if (line.no === pack.ledger.lines && line.chainHash !== pack.ledger.hash) broken.push('head');
    if (line.event === 'joined') joined += 1;
  }
  return { lines: pack.lines.length, broken, joined };
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

/** Texts that a page of paper has trouble with. */
const HARD = [
  'START',
  'Start!! 👍🏽 tack, Åsa Żółć',
  'СТАРТ, пожалуйста',
  'ابدأ من فضلك',
  'rad ett\nrad två\u00a0slut\u200b',
  '=1+1 <b>&amp;</b> \u202eabc 👨‍👩‍👧',
  '开始',
];

describe('evidence, export and erasure', () => {
  let world: ToolboxWorld;
  let admin: Client;
  const base = '/books/p12/members/eva';
  beforeAll(async () => {
    world = await toolboxWorld();
    const { keyed, ids } = world.deps;
    const address = '+46701740801';
    await world.add({
      add: 'members',
      row: memberRow({ id: 'eva', phone: address, name: 'Eva Żółć' }),
      exists: 'stale',
    });
    for (const [n, text] of HARD.entries()) {
      // Others' lines between hers, so that the chain has gaps in the pack.
      for (const [who, words] of [
        ['+46701740802', 'STOPP'],
        [address, text],
      ] as const) {
        const { event, person } = consentEvent(
          {
            do: 'consent',
            bookId: 'book1',
            event: n % 2 ? 'left' : 'joined',
            rule: n % 2 ? 'B-11' : 'B-1',
            address: who,
            name: who === address ? 'Eva Żółć' : 'Fia',
            text: words,
          },
          { now: now - DAY + n * MINUTE, ids, keyed, organisationId: 'org1', door: 'sms', providerId: `SM${n}` },
        );
        await world.add(
          { add: 'consentEvents', row: event, exists: 'stale' },
          { add: 'consentPersons', row: person, exists: 'stale' },
        );
      }
    }
    await world.add(
      {
        add: 'inbounds',
        row: inboundRow({ id: 'x1', sender: address, text: 'Hej från Eva', kind: 'forwarded' }),
        exists: 'stale',
      },
      { add: 'inbounds', row: inboundRow({ id: 'x2', sender: '+46701740802', text: 'Inte Evas' }), exists: 'stale' },
      { add: 'broadcasts', row: broadcastRow({ id: 'xb', text: 'Till alla' }), exists: 'stale' },
      { add: 'deliveries', row: copyRow({ broadcastId: 'xb', address, memberId: 'eva' }), exists: 'stale' },
      {
        add: 'logEntries',
        row: logRow({ id: 'l1', event: 'member_paused', details: { member: 'eva' } }),
        exists: 'stale',
      },
      {
        add: 'inbounds',
        row: inboundRow({
          id: 'x9',
          organisationId: 'org2',
          bookId: 'book9',
          numberId: 'num2',
          sender: address,
          text: 'Till Malmö',
        }),
        exists: 'stale',
      },
    );
    admin = await world.as('admin');
  });
  afterAll(() => world.close());

  test('only who reaches every book may have it', async () => {
    const sender = await world.as('sender');
    for (const path of ['/evidence.pdf', '/evidence.json', '/everything.json', '/erase'])
      expect([path, (await sender.get(base + path)).status]).toEqual([path, 403]);
    expect((await sender.post(`${base}/erase`, { word: 'RADERA' })).status).toBe(403);
    expect((await sender.get(base)).text).not.toContain('/erase');
    const theirs = await world.as('admin', { organisationId: 'org2', access: [] });
    expect((await theirs.get(`${base}/evidence.json`)).status).toBe(404);
  });

  test('a pack proves itself from its own words alone, and a change in any of them shows', async () => {
    const { status, text, headers } = await admin.get(`${base}/evidence.json`);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(checkPack(text)).toEqual({ lines: HARD.length, broken: [], joined: 4 });
    const pack = JSON.parse(text) as {
      lines: { personal: { text: string } }[];
      ledger: { lines: number; mac: string };
      wordings: object;
      howToCheck: string[];
    };
    expect(pack.lines.map(({ personal }) => personal.text)).toEqual(HARD);
    expect(pack.ledger).toMatchObject({ lines: 2 * HARD.length });
    expect(pack.howToCheck.join(' ')).toContain('SHA-256');
    for (const [from, to] of [
      ['B-11', 'B-12'],
      ['СТАРТ', 'СТАРТЪ'],
      ['+46701740801\\', '+46701740809\\'],
    ] as const)
      expect([from, checkPack(text.replace(from, to)).broken.length > 0]).toEqual([from, true]);
  });

  test('the same on paper: every text is there, and no character is lost in silence', async () => {
    const answer = await fetch(`${world.url}${base}/evidence.pdf`, {
      headers: { Cookie: [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
    });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    const bytes = Buffer.from(await answer.arrayBuffer());
    if (process.env.KEEP_PDF) writeFileSync(process.env.KEEP_PDF, bytes);
    const pages = pdfText(bytes);
    expect(pages.length).toBeGreaterThan(1);
    const text = pages.join('\n').replace(/\s+/g, ' ');
    for (const words of [
      'Bevis om samtycke',
      'Start!! [U+1F44D][U+1F3FD] tack, Åsa Żółć',
      'СТАРТ, пожалуйста',
      'rad två[U+00A0]slut[U+200B]',
      '[U+202E]abc [U+1F468][U+200D][U+1F469]',
      '[U+5F00][U+59CB]',
      'Så kontrollerar man',
    ])
      expect(text).toContain(words);
    for (const letter of 'ابدأمنفضلك') expect([letter, text.includes(letter)]).toEqual([letter, true]);
    expect(text).not.toContain('\ufffd');
  });

  test('everything about her, and nothing of others', async () => {
    const { text } = await admin.get(`${base}/everything.json`);
    const all = JSON.parse(text) as Record<string, { text?: string; said?: string }[]>;
    expect(all.received?.map((row) => row.text)).toEqual(['Hej från Eva']);
    expect(all.broadcasts?.map((row) => row.text)).toEqual(['Till alla']);
    expect(all.consent?.map((row) => row.said)).toEqual(HARD);
    expect(all.log?.map((row) => (row as { event: string }).event).sort()).toEqual([
      'evidence_made',
      'evidence_made',
      'member_paused',
      'person_exported',
    ]);
    expect(all.memberships).toMatchObject([{ book: 'Föräldrar P12', phone: '+46701740801', name: 'Eva Żółć' }]);
    for (const theirs of ['Inte Evas', 'Till Malmö', '+46701740802']) expect(text).not.toContain(theirs);
  });

  test('who looked is in the log, without whom by name', async () => {
    const { text } = await admin.get('/books/p12/log');
    expect(text).toContain('Tog fram bevis om en person');
    expect(text).toContain('Laddade ner allt om en person');
  });

  test('erasing asks for a word, then nothing personal is left and the ledger holds', async () => {
    const { text } = await admin.get(`${base}/erase`);
    for (const words of ['Ska allt om Eva raderas?', 'Föräldrar P12', 'Skriv RADERA'])
      expect(plain(text)).toContain(words);
    const wrong = await admin.post(`${base}/erase`, { word: 'radrea' });
    expect([wrong.status, plain(wrong.text).includes('Skriv RADERA i rutan')]).toEqual([422, true]);
    expect((await admin.get(base)).status).toBe(200);
    const done = await admin.post(`${base}/erase`, { word: 'radera ' });
    expect([done.status, done.location]).toEqual([303, '/books/p12/members']);
    expect((await admin.get('/books/p12/members')).text).toContain('Allt om personen är raderat i Lunds IK.');
    expect((await admin.get(base)).status).toBe(404);
    expect((await admin.post(`${base}/erase`, { word: 'RADERA' })).status).toBe(404);
    expect(await world.dump()).not.toContain('Żółć');
    while ((await world.store.ledger.seal(500)) > 0);
    expect((await world.store.ledger.verify()).breaks).toEqual([]);
    // Somebody else's evidence over the same chain still proves itself.
    await world.add({ add: 'members', row: memberRow({ id: 'fia', phone: '+46701740802' }), exists: 'stale' });
    expect(checkPack((await admin.get('/books/p12/members/fia/evidence.json')).text).broken).toEqual([]);
  });

  test('with an import nobody brings her back, and she herself can', async () => {
    const file = 'namn;mobil\nEva;070-174 08 01\n';
    const uploaded = await admin.upload('/books/p12/members/import', {}, { name: 'lag.csv', bytes: file });
    expect(uploaded.status).toBe(303);
    const run = await admin.post(uploaded.location ?? '', {});
    expect([303, 200]).toContain(run.status);
    for (let i = 0; i < 100; i++) {
      if ((await world.store.reads.uploadState((uploaded.location ?? '').split('/').at(-1) ?? ''))?.status === 'done')
        break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(await world.store.reads.membersEverywhere('+46701740801')).toEqual([]);
  });
});
