import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { memberRow, stopRow } from '../kit/rows.ts';
import { type Answer, type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const IMPORT = '/books/p12/members/import';
const utf16 = (text: string, bigEndian: boolean): Buffer => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le');
  return bigEndian ? bytes.swap16() : bytes;
};

describe('a list of people', () => {
  let world: ToolboxWorld;
  let sender: Client;
  beforeAll(async () => {
    world = await toolboxWorld();
    sender = await world.as('sender');
  });
  afterAll(() => world.close());

  const send = (bytes: Uint8Array | string, name = 'lista.csv') => sender.upload(IMPORT, {}, { name, bytes });
  const paste = (text: string) => sender.upload(IMPORT, { text }, { name: '', bytes: '' });
  /** The form of the preview as it stands, as a browser would send it. */
  const fieldsOf = ({ text }: Answer): Record<string, string> => {
    const fields: Record<string, string> = {};
    for (const [, name = '', options = ''] of text.matchAll(/<select id="[^"]*" name="([^"]*)">(.*?)<\/select>/gs))
      fields[name] = /value="([^"]*)" selected/.exec(options)?.[1] ?? '';
    for (const [, name = '', value = ''] of text.matchAll(/<input id="name\d+" name="(name\d+)" value="([^"]*)"/g))
      fields[name] = value;
    if (/name="header" value="1" checked/.test(text)) fields.header = '1';
    return fields;
  };
  const figures = ({ text }: Answer): Record<string, string> =>
    Object.fromEntries(
      [...text.matchAll(/<dt>([^<]*)<\/dt><dd>([^<]*)<\/dd>/g)].map((found) => [found[1] ?? '', found[2] ?? '']),
    );
  const look = async (answer: Answer): Promise<{ path: string; preview: Answer }> => {
    expect([answer.status, /role="alert">([^<]*)/.exec(answer.text)?.[1]]).toEqual([303, undefined]);
    const path = answer.location ?? '';
    return { path, preview: await sender.get(path) };
  };
  /** Imports as it stands and waits for the report. */
  const run = async (path: string, fields: Record<string, string>): Promise<Answer> => {
    expect((await sender.post(path, fields)).status).toBe(303);
    for (let i = 0; i < 200; i++) {
      const answer = await sender.get(path);
      if (!answer.text.includes('id="import"')) return answer;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error('the import did not end');
  };
  const at = async (phone: string) => (await world.store.reads.membersByAddress('book1', [phone]))[0];

  test.each([
    ['UTF-8', Buffer.from('telefon;namn\n0701741001;Åsa Öberg\n')],
    ['UTF-8 with a mark', Buffer.from('\uFEFFtelefon;namn\n0701741001;Åsa Öberg\n')],
    ['Windows-1252', Buffer.from('telefon;namn\r\n0701741001;Åsa Öberg\r\n', 'latin1')],
    ['UTF-16 little end first', utf16('telefon\tnamn\r\n0701741001\tÅsa Öberg\r\n', false)],
    ['UTF-16 big end first', utf16('telefon\tnamn\r\n0701741001\tÅsa Öberg\r\n', true)],
    ['UTF-16 without a mark', Buffer.from('telefon\tnamn\n0701741001\tÅsa Öberg\n', 'utf16le')],
  ])('is read as %s', async (_, bytes) => {
    const { preview } = await look(await send(bytes));
    expect(preview.text).toContain('Åsa Öberg');
    expect(fieldsOf(preview)).toMatchObject({ use0: 'phone', use1: 'name', header: '1', country: 'SE' });
    expect(figures(preview)).toEqual({ Nya: '1' });
  });

  test('pasted: a bare column of numbers, and it is imported', async () => {
    const { path, preview } = await look(await paste('070-174 11 01\n070-174 11 02\n\n070-174 11 01\n'));
    expect(fieldsOf(preview)).toEqual({ use0: 'phone', country: 'SE' });
    expect(figures(preview)).toEqual({ Nya: '2', 'Står två gånger': '1' });
    expect(preview.text).toContain('Lägg till 2');
    const report = await run(path, fieldsOf(preview));
    expect(report.text).toContain('Klart: 2 tillagda');
    expect(figures(report)).toEqual({ Tillagd: '2', 'Står två gånger i listan': '1' });
    expect(await at('+46701741102')).toMatchObject({ status: 'active' });
    const history = await world.store.ledger.history(world.deps.keyed.addressHash('+46701741102'));
    expect(history.map(({ event, rule, door }) => [event, rule, door])).toEqual([['imported', 'import', 'web']]);
    const { entries } = await world.store.reads.log('book1', 1);
    expect(entries[0]).toMatchObject({
      event: 'imported',
      actor: sender.user?.id,
      details: { rows: 3, added: 2, refused: 1 },
    });
  });

  test('columns get the meaning that one gives them; a form looks again without importing', async () => {
    const { path, preview } = await look(
      await paste('Elev\tMålsman\tMobil\tKlass\tGrupp\nElsa\tEva Ek\t0701741201\t6B\tLag 1, Lag 2\n'),
    );
    const guessed = fieldsOf(preview);
    expect(guessed).toMatchObject({ use2: 'phone', use4: 'labels' });
    const wanted = { ...guessed, use0: 'field', name0: 'barn', use1: 'name', use3: 'field', name3: 'Klass' };
    const again = await sender.post(path, { ...wanted, look: '1' });
    expect(again.status).toBe(200);
    expect(fieldsOf(again)).toMatchObject(wanted);
    expect(await at('+46701741201')).toBeUndefined();
    expect((await run(path, wanted)).text).toContain('Klart: 1 tillagda');
    expect(await at('+46701741201')).toMatchObject({
      name: 'Eva Ek',
      labels: ['Lag 1', 'Lag 2'],
      fields: { barn: 'Elsa', Klass: '6B' },
    });
  });

  test.each([
    [{ use0: 'ignore' }, 'Välj vilken kolumn som är mobilnummer eller mejladress.'],
    [{ use1: 'phone' }, 'Två kolumner är samma sak.'],
    [{ country: 'XX' }, 'Välj ett land i listan.'],
  ])('a mapping that means nothing is said: %o', async (change, says) => {
    const { path, preview } = await look(await paste('telefon\tnamn\n0701741301\tEva\n'));
    const answer = await sender.post(path, { ...fieldsOf(preview), ...change });
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(says);
    expect(await at('+46701741301')).toBeUndefined();
  });

  test('B-41: who left is counted before, refused, and reported with when', async () => {
    const since = Date.UTC(2026, 4, 1, 6, 41);
    await world.add({
      add: 'stops',
      row: stopRow({
        addressHash: world.deps.keyed.addressHash('+46701741401'),
        address: '+46701741401',
        since,
      }),
      exists: 'stale',
    });
    await world.add({
      add: 'members',
      row: memberRow({ id: 'banned', phone: '+46701741402', status: 'banned' }),
      exists: 'stale',
    });
    const { path, preview } = await look(await paste('0701741401\n0701741402\n0701741403'));
    expect(figures(preview)).toEqual({ Nya: '1', 'Har lämnat': '1', Spärrade: '1' });
    const report = await run(path, fieldsOf(preview));
    expect(report.text).toContain('Har själv lämnat 1 maj');
    expect(await at('+46701741401')).toBeUndefined();
    const csv = await sender.get(`${path}/report.csv`);
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(csv.text.replace('\uFEFF', '').split('\r\n')).toEqual([
      'rad,vem,utfall,orsak',
      '1,+46701741401,Har själv lämnat,Har själv lämnat 1 maj',
      '2,+46701741402,Spärrad,',
      '3,+46701741403,Tillagd,',
      '',
    ]);
  });

  test('a row that cannot be read: all of them are listed, nothing is applied', async () => {
    const rows = [
      'telefon,namn',
      '0701741501,Eva',
      '12,Bo',
      '046-350000,Cia',
      ',Dan',
      '0701741502,a,b,c',
      `0701741503,${'x'.repeat(101)}`,
    ];
    const { path, preview } = await look(await send(rows.join('\n')));
    expect(figures(preview)).toMatchObject({ Nya: '1', 'Går inte att läsa': '5' });
    for (const line of [3, 4, 5, 6, 7]) expect(preview.text).toContain(`Rad ${line}`);
    expect(preview.text).toContain('”12” är inget mobilnummer.');
    expect(preview.text).toMatch(/<button class="button" disabled>/);
    const report = await run(path, fieldsOf(preview));
    expect(report.text).toContain('Ingen lades till');
    expect(report.text).toContain('”12” är inget mobilnummer.');
    expect(await at('+46701741501')).toBeUndefined();
    expect((await sender.get(`${path}/report.csv`)).text).toContain('Gick inte att läsa');
  });

  test('mixed countries, formula cells, markup', async () => {
    const { path, preview } = await look(
      await send(
        'phone;name\n+4917012345678;Jürgen\n+34600123456;"=HYPERLINK(""http://x"")"\n0701741601;<script>alert(1)</script>\n',
      ),
    );
    expect(preview.text).not.toContain('<script>alert');
    const report = await run(path, fieldsOf(preview));
    expect(figures(report)).toEqual({ Tillagd: '3' });
    expect(await at('+34600123456')).toMatchObject({ name: '=HYPERLINK("http://x")' });
    expect((await sender.get('/books/p12/members/export.csv')).text).toContain(`"'=HYPERLINK(""http://x"")"`);
    expect((await sender.get('/books/p12/members?q=script')).text).not.toContain('<script>alert');
  });

  const ZIP = Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(400, 7)]);
  const PNG = Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13]),
    Buffer.alloc(200, 3),
  ]);
  test.each<[string, Uint8Array | string, string]>([
    ['a spreadsheet named .csv', ZIP, 'Kalkylbladet är skadat'],
    ['a PDF', '%PDF-1.7 ...', 'Det är en PDF.'],
    ['a picture', PNG, 'Det är ingen textfil.'],
    ['nothing but NUL', Buffer.alloc(100), 'Det är ingen textfil.'],
    ['an empty file', '', 'Filen är tom.'],
    ['white space', ' \n\n', 'Filen är tom.'],
    ['half of UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('abc')]), 'Filen är skadad'],
    ['one endless line', 'a'.repeat(200_000), 'En rad är alldeles för lång.'],
    ['a quote that never ends', '"0701741700', 'En cell börjar med citattecken'],
  ])('%s is refused with a reason', async (_, bytes, says) => {
    const answer = await send(bytes);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(says);
  });

  test('30 MB, and 100 MB, are refused', async () => {
    for (const size of [30, 100]) {
      const answer = await send(Buffer.alloc(size * 1024 * 1024, '0701741800\n'));
      expect([size, answer.status]).toEqual([size, 422]);
      expect(answer.text).toContain('Filen är större än 25 MB.');
    }
  }, 120_000);

  test('nothing pasted and nothing chosen', async () => {
    const answer = await paste('  ');
    expect(answer.status).toBe(422);
    expect(answer.text).toContain('Klistra in något eller välj en fil.');
  });

  test('not a form of ours, or without its token', async () => {
    expect((await sender.post(IMPORT, {}, { 'Content-Type': 'application/json' })).status).toBe(422);
    const other = await world.as('sender');
    other.csrf = 'made up';
    expect((await other.upload(IMPORT, {}, { name: 'a.csv', bytes: '0701741901' })).status).toBe(403);
  });

  test('the same import begun twice at once happens once', async () => {
    const { path, preview } = await look(
      await paste(Array.from({ length: 600 }, (_, i) => `070-1742${String(i).padStart(3, '0')}`).join('\n')),
    );
    const answers = await Promise.all([1, 2, 3, 4].map(() => sender.post(path, fieldsOf(preview))));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303, 303]);
    const report = await run(path, {});
    expect(report.text).toContain('Klart: 600 tillagda');
    const { entries } = await world.store.reads.log('book1', 50);
    expect(entries.filter(({ details }) => details.rows === 600)).toHaveLength(1);
  });

  test('an import whose process has gone is broken, and says that repeating is harmless', async () => {
    const { path } = await look(await paste('0701743001'));
    const id = path.split('/').at(-1) ?? '';
    const updatedAt = world.clock.now() - 60_000;
    await world.add({
      change: 'uploads',
      where: { id },
      set: { status: 'running', done: 500, total: 900, updatedAt },
      none: 'stale',
    });
    const answer = await sender.get(path);
    expect(answer.text).toContain('Det avbröts på vägen');
    expect(answer.text).toContain('läggs inte till två gånger');
    expect((await world.store.reads.uploadState(id))?.status).toBe('broken');
    expect((await sender.post(path, {})).location).toBe(path);
  });

  test("a viewer sees none of it; another book's upload is not there", async () => {
    const viewer = await world.as('viewer');
    expect((await viewer.get(IMPORT)).status).toBe(403);
    const { path } = await look(await paste('0701743101'));
    expect((await viewer.get(path)).status).toBe(403);
    expect((await sender.get(`${IMPORT}/nothing`)).status).toBe(404);
  });
});
