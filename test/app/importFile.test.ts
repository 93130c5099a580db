import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { ReadPerson } from '../../src/app/applyFile.ts';
import { splitRecord } from '../../src/app/csvText.ts';
import { readMembersFile } from '../../src/app/importFile.ts';
import { readMobile } from '../../src/core/phoneNumber.ts';

/** In pieces of `size` bytes, so that every border of a letter, a line end and a quote is met. */
const read = async (content: string | Uint8Array, size = 64 * 1024) => {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  let people: ReadPerson[] = [];
  const pieces = async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };
  const result = await readMembersFile(
    pieces,
    'SE',
    async (some) => {
      people.push(...some);
    },
    async () => {
      people = [];
    },
  );
  const rows = people.map(({ line, phone, mail, name }) => [line, phone, mail, name]);
  return { rows, errors: result.errors.map(({ line, message }) => `${line}: ${message}`) };
};

const ANNA = [2, '+46701000003', 'anna@example.se', 'Anna Åberg'];
const utf16 = (text: string, big: boolean): Buffer => {
  const bytes = Buffer.from(text, 'utf16le');
  return big ? bytes.swap16() : bytes;
};
const CSV = 'phone,mail,name\n070-100 00 03,anna@example.se,Anna Åberg\n';

describe('one row, however it is written', () => {
  test.each<[string, string | Uint8Array]>([
    ['commas', CSV],
    ['semicolons', 'telefon;e-post;namn\n0701000003;Anna@Example.se;Anna Åberg'],
    ['tabs', 'Mobil\tE-postadress\tNamn\n+46 70 100 00 03\tanna@example.se\tAnna Åberg\n'],
    ['quotes', '"Telefon","Epost","Namn"\n"070-100 00 03","anna@example.se","Anna Åberg"\n'],
    [
      'other columns, another order',
      'nr,namn,status,mobilnummer,mejl\n1,Anna Åberg,active,0046701000003,anna@example.se\n',
    ],
    ['first and last names', 'Förnamn;Efternamn;Mobilnummer;E-post\nAnna;Åberg;070 100 00 03;anna@example.se'],
    ['mobile before phone', 'Telefon,Mobil,Mail,Name\n046-12 34 56,0701000003,anna@example.se,Anna Åberg'],
    ['Spanish', 'Teléfono móvil;Correo electrónico;Nombre\n+46701000003;anna@example.se;Anna Åberg'],
    ['German', 'Handynummer;E-Mail-Adresse;Name\n+46701000003;anna@example.se;Anna Åberg'],
    ['Windows line ends', CSV.replaceAll('\n', '\r\n')],
    ['old Mac line ends', CSV.replaceAll('\n', '\r')],
    ['UTF-8 with a mark', `\ufeff${CSV}`],
    ['UTF-16 with a mark', utf16(`\ufeff${CSV}`, false)],
    ['UTF-16, big end first', utf16(`\ufeff${CSV}`, true)],
    ['UTF-16 without a mark', utf16(CSV, false)],
    ['Windows-1252', Buffer.from(CSV, 'latin1')],
    ['an apostrophe before the number', CSV.replace('070', "'070")],
    ['fewer cells and more', 'phone,mail,name,,\n070-100 00 03,anna@example.se,Anna Åberg,,,,\n'],
  ])('%s', async (_, content) => {
    for (const size of [64 * 1024, 3, 1]) expect(await read(content, size)).toEqual({ rows: [ANNA], errors: [] });
  });

  test('the sep= line of Excel is passed over and counts as a line', async () => {
    const { rows } = await read('sep=;\ntelefon;namn\n0701000003;"Ek; Bo ""Bosse"""\n');
    expect(rows).toEqual([[3, '+46701000003', null, 'Ek; Bo "Bosse"']]);
  });

  test('Windows-1252 has its own signs between 0x80 and 0x9f', async () => {
    const bytes = Buffer.concat([Buffer.from('phone,name\n0701000003,Zo'), Buffer.from([0xeb, 0x20, 0x80, 0x9a])]);
    expect((await read(bytes)).rows).toEqual([[2, '+46701000003', null, 'Zoë €š']]);
  });

  test('lines are those of the file: empty ones and breaks in cells count', async () => {
    const source = 'phone,name\r\n\r\n0701000003,"Anna\r\nÅberg"\r\n\r\n , \r\n0701000004,Bo\r\n';
    expect((await read(source, 2)).rows).toEqual([
      [3, '+46701000003', null, 'Anna Åberg'],
      [7, '+46701000004', null, 'Bo'],
    ]);
  });

  test('the apostrophe that export puts before a formula is taken off again', async () => {
    const { rows } = await read("mail,name\n'-x@example.se,'=1+1\n@x.se,\n");
    expect(rows).toEqual([]);
    expect((await read("mail,name\na@example.se,'=1+1\nb@example.se,''=x\nc@example.se,'n Roll\n")).rows).toEqual([
      [2, null, 'a@example.se', '=1+1'],
      [3, null, 'b@example.se', "'=x"],
      [4, null, 'c@example.se', "'n Roll"],
    ]);
  });
});

describe('every error with its line', () => {
  test.each<[string, string | Uint8Array, string[]]>([
    ['nothing', '', ['1: the file is empty']],
    ['empty lines', '\n\n', ['1: the file is empty']],
    [
      'no header',
      '0701000003,Anna',
      ['1: the first line must name the columns, such as: phone,mail,name (or telefon, e-post, namn)'],
    ],
    [
      'a header without addresses',
      '\nnamn,ort\nAnna,Lund',
      ['2: the first line must name the columns, such as: phone,mail,name (or telefon, e-post, namn)'],
    ],
    [
      'two columns of one kind',
      'mobil,mobilnummer\n1,2',
      ['1: the columns "mobil" and "mobilnummer" mean the same; remove one'],
    ],
    [
      'a quote that does not end',
      'phone,name\n0701000003,Anna\n0701000004,"Bo\n',
      ['3: a quoted cell that begins here does not end'],
    ],
    [
      'a spreadsheet',
      Buffer.from('PK\u0003\u0004xyz'),
      ['1: this is a spreadsheet or an archive; save it as .xlsx or CSV first'],
    ],
    ['a PDF', '%PDF-1.7', ['1: this is a PDF, not a CSV file']],
    ['a program', Buffer.concat([Buffer.from('phone\n'), Buffer.from([1, 0, 2])]), ['2: this is not a text file']],
    ['a line without end', `phone\n${'x'.repeat(70_000)}`, ['2: this line is too long; is the file CSV?']],
    [
      'UTF-16 cut in a letter',
      Buffer.concat([utf16('\ufeffphone\n', false), Buffer.from([0x00, 0xd8, 0x41, 0x00])]),
      ['1: the file is damaged: it is not the text that it says it is'],
    ],
  ])('%s', async (_, content, errors) => {
    expect((await read(content)).errors).toEqual(errors);
    expect((await read(content, 1)).errors).toEqual(errors);
  });

  test('all rows that cannot be read', async () => {
    const rows = [
      '0701000003,,Anna',
      '',
      '08-123 45 67,,Bo',
      ',cia@example,Cia',
      ',,Dan',
      '0701000004,,"Eva\nBerg"',
      '0701000005,,Ek, Fia',
      '12,x,Gun',
    ];
    expect((await read(`phone,mail,name\n${rows.join('\n')}\n`)).errors).toEqual([
      '4: phone "08-123 45 67" is no mobile number; write it as +46701740605 or 070-174 06 05',
      '5: mail "cia@example" is no mail address',
      '6: needs a phone or a mail address',
      '9: has 4 cells and the header has 3; a comma in a name needs "quotes"',
      '10: phone "12" is no mobile number; write it as +46701740605 or 070-174 06 05',
      '10: mail "x" is no mail address',
    ]);
  });

  test('of very many the rest is counted', async () => {
    const { errors } = await read(`phone\n${'1\n'.repeat(10_005)}`);
    expect(errors).toHaveLength(10_001);
    expect(errors.at(-1)).toBe('10001: and 5 more errors after this line');
  });
});

test('records are split as csv-parse splits them', () => {
  const signs = ['a', 'b', ' ', ',', ',', '"', '"', '""', ';', 'å', "'"];
  // A fixed sequence: a failure can be run again.
  let seed = 7;
  const next = (below: number) => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (seed >>> 8) % below;
  };
  let compared = 0;
  for (let round = 0; round < 4000; round++) {
    const cells = Array.from({ length: 1 + next(4) }, () =>
      Array.from({ length: next(6) }, () => signs[next(signs.length)])
        .join('')
        .trim(),
    );
    const quote = (cell: string) => (/[",]/.test(cell) || next(3) === 0 ? `"${cell.replaceAll('"', '""')}"` : cell);
    const record = cells.map(quote).join(',');
    if (record === '') continue;
    const [theirs] = parse(record, { relax_column_count: true, trim: false }) as string[][];
    expect(splitRecord(record, ',')).toEqual((theirs ?? []).map((cell) => cell.trim()));
    compared += 1;
  }
  expect(compared).toBeGreaterThan(3000);
});

test('Swedish mobile numbers are read by their ranges as the library reads them', () => {
  const differing: string[] = [];
  for (let prefix = 0; prefix < 1000; prefix++) {
    for (const rest of ['12345', '123456', '1234567']) {
      const number = `0${String(prefix).padStart(3, '0')}${rest}`;
      const theirs = parsePhoneNumberFromString(number, 'SE');
      const mobile = theirs?.isValid() && /MOBILE/.test(theirs.getType() ?? '') ? theirs.number : null;
      const ours = readMobile(number, 'SE');
      if ((ours.ok ? ours.e164 : null) !== mobile) differing.push(number);
    }
  }
  expect(differing).toEqual([]);
});
