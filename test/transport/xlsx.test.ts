import { readFileSync, writeFileSync } from 'node:fs';
import { crc32, deflateRawSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readSheet } from 'read-excel-file/node';
import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import { exportSheet } from '../../src/app/exportMembers.ts';
import { importMembers } from '../../src/app/importMembers.ts';
import { sheetTextOf } from '../../src/app/xlsx/readSheet.ts';
import { directory, localHeader, storedZip as storedParts } from '../../src/app/xlsx/zip.ts';
import { silentLog } from '../../src/log.ts';
import { memberRow } from '../kit/rows.ts';
import { scratch } from '../kit/store.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

const made = (rows: unknown[][]): Promise<Buffer> =>
  writeExcelFile(rows as SheetData, { dateFormat: 'yyyy-mm-dd' }).toBuffer() as Promise<Buffer>;

const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const storedZip = (files: Parameters<typeof storedParts>[0]): Buffer => Buffer.concat(storedParts(files));
/** A workbook by hand; each sheet is the XML within `<sheetData>`. */
function workbook(
  sheets: readonly { name: string; data: string; state?: string; around?: string }[],
  more: Record<string, string> = {},
): { name: string; bytes: Buffer }[] {
  const files: Record<string, string> = {
    'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${sheets
      .map(
        ({ name, state = 'visible' }, i) =>
          `<sheet name="${name}" sheetId="${i + 1}" state="${state}" r:id="r${i + 1}"/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${sheets
      .map((_, i) => `<Relationship Id="r${i + 1}" Type="${OFFICE}/worksheet" Target="worksheets/sheet${i + 1}.xml"/>`)
      .join('')}<Relationship Id="s" Type="${OFFICE}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>`,
    ...more,
  };
  for (const [i, { data, around = '' }] of sheets.entries())
    files[`xl/worksheets/sheet${i + 1}.xml`] =
      `<worksheet xmlns="${MAIN}"><sheetData>${data}</sheetData>${around}</worksheet>`;
  return Object.entries(files).map(([name, xml]) => ({ name, bytes: Buffer.from(xml) }));
}
const byHand = (...given: Parameters<typeof workbook>): Buffer => storedZip(workbook(...given));

/** As spreadsheet programs pack; `claim`: what the directory says of the sizes instead of the truth. */
function packed(files: readonly { name: string; bytes: Buffer }[], claim?: number): Buffer {
  const parts: Buffer[] = [];
  const lines: Parameters<typeof directory>[0][number][] = [];
  let at = 0;
  for (const { name, bytes } of files) {
    const data = deflateRawSync(bytes);
    const file = { name, crc: crc32(bytes), packed: data.length, size: claim ?? bytes.length, method: 8 as const, at };
    const head = localHeader(file, false);
    parts.push(head, data);
    lines.push({ ...file, streamed: false });
    at += head.length + data.length;
  }
  return Buffer.concat([...parts, directory(lines, at)]);
}

const cell = (at: string, text: string) => `<c r="${at}" t="inlineStr"><is><t>${text}</t></is></c>`;
const row = (no: number, cells: string, more = '') => `<row r="${no}"${more}>${cells}</row>`;

describe('a sheet as lines of text', () => {
  const textOf = async (bytes: Uint8Array) => {
    const found = await sheetTextOf(bytes);
    return found.ok ? found.text : found.why;
  };

  test('cells of every kind, made by another program', async () => {
    const file = await made([
      ['Namn', 'Mobil', 'Född', 'Med', 'Avgift'],
      ['Anna "Ann" Ek; ledare', 701740605, new Date(Date.UTC(2012, 4, 1)), true, 12.5],
      [],
      ['Rad\nbrytning', '+46701740606', new Date(Date.UTC(2012, 4, 1, 17, 30)), false, 0],
      ['=1+1', 46_701_740_607, null, null, -3],
    ]);
    expect(await textOf(file)).toBe(
      [
        'Namn\tMobil\tFödd\tMed\tAvgift',
        '"Anna ""Ann"" Ek; ledare"\t701740605\t2012-05-01\ttrue\t12.5',
        '',
        'Rad brytning\t+46701740606\t2012-05-01 17:30\tfalse\t0',
        '=1+1\t46701740607\t\t\t-3',
        '',
      ].join('\n'),
    );
  });

  test.each<[string, Buffer, string]>([
    [
      'rich text in pieces',
      byHand([{ name: 'A', data: row(1, '<c r="A1" t="s"><v>0</v></c>') }], {
        'xl/sharedStrings.xml': `<sst><si><r><t>An</t></r><r><rPr><b/></rPr><t>na</t></r></si></sst>`,
      }),
      'Anna\n',
    ],
    [
      'a formula has the value that was worked out',
      byHand([
        {
          name: 'A',
          data: row(1, '<c r="A1" t="str"><f>A2&amp;B2</f><v>Anna Ek</v></c><c r="B1"><f>1+1</f><v>2</v></c>'),
        },
      ]),
      'Anna Ek\t2\n',
    ],
    [
      'a formula with a fault is empty',
      byHand([{ name: 'A', data: row(1, `${cell('A1', 'Anna')}<c r="B1" t="e"><v>#N/A</v></c>`) }]),
      'Anna\n',
    ],
    [
      'a number in scientific form keeps all its digits',
      byHand([{ name: 'A', data: row(1, '<c r="A1"><v>4.6701740605E10</v></c>') }]),
      '46701740605\n',
    ],
    [
      'rows keep their numbers, gaps and all',
      byHand([{ name: 'A', data: row(3, cell('A3', 'Anna')) + row(6, cell('B6', 'Bo')) }]),
      '\n\nAnna\t\n\n\n\tBo\n',
    ],
    [
      'of merged cells the first has the value',
      byHand([
        {
          name: 'A',
          data: row(1, cell('A1', 'Lag') + cell('C1', 'Nr')),
          around: '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>',
        },
      ]),
      'Lag\t\tNr\n',
    ],
    ['a packed file', packed(workbook([{ name: 'A', data: row(1, cell('A1', 'Anna')) }])), 'Anna\n'],
    [
      'entities are not unfolded',
      byHand([{ name: 'A', data: row(1, cell('A1', '&lol;')) }], {
        'xl/styles.xml': '<!DOCTYPE x [<!ENTITY lol "ha">]><styleSheet/>',
      }),
      '"&lol;"\n',
    ],
    [
      'what names a delimiter in CSV names none here',
      byHand([{ name: 'A', data: row(1, cell('A1', 'sep=;')) }]),
      '"sep =;"\n',
    ],
  ])('%s', async (_, file, text) => {
    expect(await textOf(file)).toBe(text);
  });

  test('the first sheet that one can see and that holds something', async () => {
    const file = byHand([
      { name: 'Gömt', data: row(1, cell('A1', 'Hemligt')), state: 'veryHidden' },
      { name: 'Tomt', data: row(1, '<c r="A1" s="0"/>') },
      { name: 'Också tomt', data: row(1, '<c r="A1" t="str"><f>""</f><v></v></c>') },
      { name: 'P12 &amp; P13', data: row(1, cell('A1', 'Anna')) + row(2, cell('A2', 'Bo'), ' hidden="1"') },
      { name: 'Annat', data: row(1, cell('A1', 'Cilla')) },
    ]);
    expect(await sheetTextOf(file)).toEqual({
      ok: true,
      text: 'Anna\nBo\n',
      sheet: 'P12 & P13',
      sheets: 4,
      hiddenRows: 1,
    });
  });

  const ole = (inside: string) =>
    Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(600), Buffer.from(inside, 'utf16le')]);
  const good = byHand([{ name: 'A', data: row(1, cell('A1', 'Anna')) }]);
  const locked = Buffer.from(good);
  locked.writeUInt16LE(locked.readUInt16LE(locked.indexOf('PK\x01\x02') + 8) | 1, locked.indexOf('PK\x01\x02') + 8);
  const bomb = workbook([{ name: 'A', data: row(1, cell('A1', 'x')) + ' '.repeat(100 * 1024 * 1024) }]);
  test.each<[string, Buffer, string]>([
    ['an old .xls', ole('Workbook'), 'spreadsheet'],
    ['a workbook behind a password', ole('EncryptedPackage'), 'locked'],
    ['an archive behind a password', locked, 'locked'],
    [
      'an .ods',
      storedZip([{ name: 'mimetype', bytes: Buffer.from('application/vnd.oasis.opendocument.spreadsheet') }]),
      'spreadsheet',
    ],
    ['a document', storedZip([{ name: 'word/document.xml', bytes: Buffer.from('<w/>') }]), 'spreadsheet'],
    ['the beginning of a file', good.subarray(0, 300), 'sheet_broken'],
    ['only four bytes of one', Buffer.from('PK\x03\x04'), 'sheet_broken'],
    [
      'a directory that points outside',
      Buffer.concat([good.subarray(0, -6), Buffer.from('ffffff7f0000', 'hex')]),
      'sheet_broken',
    ],
    ['XML that breaks off', byHand([{ name: 'A', data: '<row r="1"><c r="A1"><v>1</v>' }]), 'sheet_broken'],
    [
      'two files of one name',
      storedZip([...workbook([{ name: 'A', data: '' }]), { name: 'xl/workbook.xml', bytes: Buffer.from('<x/>') }]),
      'sheet_broken',
    ],
    ['nothing in it', byHand([{ name: 'A', data: '' }]), 'empty'],
    ['a bomb that says what it is', packed(bomb), 'sheet_large'],
    ['a bomb that says that it is small', packed(bomb, 500), 'sheet_large'],
    [
      'one cell in the last corner of the sheet',
      byHand([{ name: 'A', data: row(1_048_576, cell('XFD1048576', 'x')) }]),
      'sheet_large',
    ],
    [
      'too many files',
      storedZip([
        ...workbook([]),
        ...Array.from({ length: 5_001 }, (_, i) => ({ name: `${i}`, bytes: Buffer.alloc(0) })),
      ]),
      'sheet_large',
    ],
  ])(
    '%s is refused',
    async (_, file, why) => {
      expect(await sheetTextOf(file)).toEqual({ ok: false, why });
    },
    60_000,
  );
});

describe('.xlsx in the toolbox and on the command line', () => {
  let world: ToolboxWorld;
  let admin: Client;
  const folder = scratch();
  beforeAll(async () => {
    world = await toolboxWorld();
    admin = await world.as('admin');
  });
  afterAll(async () => {
    await world?.close();
    folder.clear();
  });
  const upload = (bytes: Uint8Array, name = 'lista.xlsx') =>
    admin.upload('/books/p12/members/import', {}, { name, bytes });

  test('from the file to the members, with the rows of the sheet in the report', async () => {
    const file = await made([
      ['Medlemslista 2026'],
      [],
      ['Namn', 'Mobil', 'Klass', 'Klass'],
      ['Anna Ek', 701740605, 'P12', 'x'],
      ['Bo Åberg', '+46 70 174 06 06', 'P13', 'y'],
      [],
      ['Cilla', 46701740607, 'P12', 'z'],
    ]);
    const sent = await upload(file);
    expect(sent.status).toBe(303);
    // The title above the headings is no person and names no column; the rows keep the sheet's numbers.
    const preview = await admin.get(sent.location ?? '');
    expect(preview.text).toContain('lista.xlsx, 3 rader');
    expect(preview.text).toContain('2 nummer saknade nollan eller plustecknet');
    expect(preview.text).toContain('nummer från Sverige');
    const done = await admin.post(sent.location ?? '', {
      use0: 'name',
      use1: 'phone',
      use2: 'field',
      name2: 'klass',
      use3: 'ignore',
      header: '1',
      country: 'SE',
      go: '1',
    });
    expect(done.status).toBe(303);
    await admin.get(sent.location ?? '');
    const members = await world.store.reads.membersByAddress('book1', ['+46701740605', '+46701740606', '+46701740607']);
    expect(members.map(({ name, phone, fields }) => [name, phone, fields.klass]).sort()).toEqual([
      ['Anna Ek', '+46701740605', 'P12'],
      ['Bo Åberg', '+46701740606', 'P13'],
      ['Cilla', '+46701740607', 'P12'],
    ]);
    const report = await admin.get(`${sent.location}/report.csv`);
    expect(report.text).toMatch(/^7,\+46701740607/m);
  });

  test('which sheet was read is said, and that hidden rows are among them', async () => {
    const sent = await upload(
      byHand([
        { name: 'Omslag', data: '' },
        { name: 'Spelare', data: row(1, cell('A1', '0701740605')) + row(2, cell('A2', '0701740606'), ' hidden="1"') },
      ]),
    );
    expect((await admin.get(sent.location ?? '')).text).toContain(
      'lista.xlsx, bladet Spelare av 2, med 1 dolda rader, 2 rader',
    );
  });

  test.each<[string, Uint8Array, string, string]>([
    ['an .xls', Buffer.from('d0cf11e0a1b11ae100000000', 'hex'), 'lista.xls', 'spara som .xlsx eller CSV'],
    ['an archive', Buffer.from('PK\x03\x04 and no more'), 'lista.xlsx', 'Kalkylbladet är skadat'],
    [
      'a picture that says it is a sheet',
      Buffer.from('89504e470d0a1a0a0000000d', 'hex'),
      'lista.xlsx',
      'ingen textfil',
    ],
  ])('%s: the page says what to do', async (_, bytes, name, words) => {
    const answer = await upload(bytes, name);
    expect(answer.status).toBe(422);
    expect(answer.text).toContain(words);
  });

  test('a text that says it is a sheet is read as the text that it is', async () => {
    const sent = await upload(Buffer.from('Namn;Mobil\nAnna;070-174 06 05\n'), 'lista.xlsx');
    expect(sent.status).toBe(303);
  });

  test('the export opens elsewhere: texts only, never a formula, numbers with their +, and comes back as it was', async () => {
    const names = ['=HYPERLINK("http://x")', '+1', '@SUM(1)', 'Åsa <b> & "Co"', '_x0041_ \u{1F600}', ' tom '];
    await world.add(
      ...names.map((name, i) => {
        const each = memberRow({ id: `f${i}`, bookId: 'book9', phone: `+4670174062${i}`, name, since: 0 });
        return { add: 'members', row: each, exists: 'stale' } as const;
      }),
    );
    const theirs = await world.as('admin', { organisationId: 'org2', access: ['book9'] });
    const url = `${world.url}/books/mff/members/export.xlsx`;
    const cookie = [...theirs.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const answer = await fetch(url, { headers: { cookie } });
    expect(answer.headers.get('content-disposition')).toContain('mff.xlsx');
    const bytes = Buffer.from(await answer.arrayBuffer());
    const rows = await readSheet(bytes, { trim: false });
    expect(rows[0]).toEqual(['phone', 'mail', 'name', 'status', 'since', 'left_at']);
    expect(rows.slice(1).map((cells) => [cells[0], cells[2]])).toEqual(
      names.map((name, i) => [`+4670174062${i}`, name]),
    );
    expect(bytes.includes('<f>')).toBe(false);
    const file = folder.path('out.xlsx');
    writeFileSync(file, bytes);
    const back = await importMembers('p12', file, { ...world.deps, log: silentLog });
    expect(back).toMatchObject({ ok: true, rows: 6, added: 6, refused: [] });
    const [first] = await world.store.reads.membersByAddress('book1', ['+46701740620']);
    expect(first?.name).toBe('=HYPERLINK("http://x")');
  });

  test('the command line names what is wrong, and where', async () => {
    const file = folder.path('bad.xlsx');
    const errors = async (bytes: Uint8Array) => {
      writeFileSync(file, bytes);
      const result = await importMembers('p12', file, { ...world.deps, log: silentLog });
      return result.ok ? [] : result.errors.map(({ line, message }) => `${line}: ${message}`);
    };
    expect(await errors(await made([['phone'], [], ['hej']]))).toEqual([expect.stringContaining('3: phone "hej"')]);
    expect(await errors(Buffer.from('PK\x03\x04'))).toEqual([expect.stringContaining('damaged')]);
    expect(await errors(Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(26 * 1024 * 1024)]))).toEqual([
      expect.stringContaining('too large'),
    ]);
  });

  test('a long export is written row by row', async () => {
    const many = await toolboxWorld();
    const people = 20_000;
    for (let from = 0; from < people; from += 5_000)
      await many.add(
        ...Array.from({ length: 5_000 }, (_, i) => {
          const phone = `+46702${String(from + i).padStart(6, '0')}`;
          return {
            add: 'members',
            row: memberRow({ id: `m${from + i}`, phone, name: `Anna ${i}` }),
            exists: 'stale',
          } as const;
        }),
      );
    const result = await exportSheet('p12', { unsubscribed: false }, many);
    if (!result.ok) throw new Error('no book');
    const pieces: Buffer[] = [];
    for await (const piece of result.bytes) pieces.push(piece);
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(512 * 1024);
    expect((await readSheet(Buffer.concat(pieces))).length).toBe(people + 1);
    await many.close();
  }, 180_000);

  test('the links stand beside those of CSV', async () => {
    expect((await admin.get('/books/p12/members')).text).toContain('/books/p12/members/export.xlsx');
    expect(readFileSync(new URL('../../views/members/import.hbs', import.meta.url), 'utf8')).toContain('.xlsx');
  });
});
