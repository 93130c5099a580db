import { once } from 'node:events';
import { crc32, createDeflateRaw } from 'node:zlib';
import { descriptor, directory, localHeader } from './zip.ts';

/** What browsers and spreadsheet programs call it. */
export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main';
const OFFICE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006';
const KIND = 'application/vnd.openxmlformats-officedocument.spreadsheetml';

/** All but the sheet. Style 1 is "Text": what is typed into such a cell stays as it was typed, a + included. */
const partsOf = (sheet: string): readonly (readonly [name: string, xml: string])[] => [
  [
    '[Content_Types].xml',
    `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${KIND}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${KIND}.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="${KIND}.styles+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets><sheet name="${textOf(sheet)}" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${PACKAGE}/relationships"><Relationship Id="rId1" Type="${OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${OFFICE}/styles" Target="styles.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `<styleSheet xmlns="${MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/><xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyNumberFormat="1" applyFont="1"/></cellXfs></styleSheet>`,
  ],
];

const SHEET = 'xl/worksheets/sheet1.xml';
/** More than a sheet holds (ECMA-376: 2^20 rows) is left out. */
const MOST_ROWS = 1_048_576;

/** What XML 1.0 knows; a lone half of a pair is no character. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** "_x0041_" means A to a spreadsheet; its own underscore is written out, so that it stays what somebody wrote. */
const textOf = (text: string): string =>
  text
    .replace(NOT_XML, '')
    .replace(/_(?=x[\dA-F]{4}_)/gi, '_x005F_')
    .replace(/[&<>"]/g, (mark) => MARKS[mark] ?? mark);

/**
 * An .xlsx file of one sheet, row by row, the first one being its headings. Every cell is a text: none is ever a formula
 * (B-33), and a number keeps its + and its zeros. Memory does not grow with the sheet.
 */
export async function* xlsxOf(
  rows: AsyncIterable<readonly string[]>,
  sheet: string,
  widths: readonly number[],
): AsyncGenerator<Buffer> {
  const files: Parameters<typeof directory>[0][number][] = [];
  let at = 0;
  for (const [name, xml] of partsOf(sheet)) {
    const bytes = Buffer.from(HEAD + xml);
    const file = { name, crc: crc32(bytes), packed: bytes.length, size: bytes.length, method: 0 as const, at };
    const out = Buffer.concat([localHeader(file, false), bytes]);
    files.push({ ...file, streamed: false });
    at += out.length;
    yield out;
  }
  const file = { name: SHEET, crc: 0, packed: 0, size: 0, method: 8 as 0 | 8, at };
  const header = localHeader(file, true);
  at += header.length;
  yield header;
  const pack = createDeflateRaw();
  const packed: Buffer[] = [];
  pack.on('data', (chunk: Buffer) => packed.push(chunk));
  const ended = once(pack, 'end');
  try {
    for await (const xml of sheetXml(rows, widths)) {
      const bytes = Buffer.from(xml);
      file.crc = crc32(bytes, file.crc);
      file.size += bytes.length;
      if (!pack.write(bytes)) await once(pack, 'drain');
      for (const chunk of packed.splice(0)) {
        file.packed += chunk.length;
        yield chunk;
      }
    }
    pack.end();
    await ended;
  } finally {
    pack.destroy();
  }
  for (const chunk of packed) {
    file.packed += chunk.length;
    yield chunk;
  }
  at += file.packed;
  const after = descriptor(file);
  files.push({ ...file, streamed: true });
  yield Buffer.concat([after, directory(files, at + after.length)]);
}

const PIECE = 64 * 1024;

async function* sheetXml(rows: AsyncIterable<readonly string[]>, widths: readonly number[]): AsyncGenerator<string> {
  const columns = widths.map((width, i) => `<col min="${i + 1}" max="${i + 1}" width="${width}" customWidth="1"/>`);
  // The headings stay in sight.
  let xml = `${HEAD}<worksheet xmlns="${MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${columns.join('')}</cols><sheetData>`;
  let no = 0;
  for await (const cells of rows) {
    no += 1;
    if (no > MOST_ROWS) break;
    xml += rowXml(cells, no);
    if (xml.length < PIECE) continue;
    yield xml;
    xml = '';
  }
  yield `${xml}</sheetData></worksheet>`;
}

const rowXml = (cells: readonly string[], no: number): string =>
  `<row r="${no}">${cells
    .map((cell, i) =>
      cell === ''
        ? ''
        : `<c r="${String.fromCharCode(65 + i)}${no}" s="${no === 1 ? 2 : 1}" t="inlineStr"><is><t${/^\s|\s$/.test(cell) ? ' xml:space="preserve"' : ''}>${textOf(cell)}</t></is></c>`,
    )
    .join('')}</row>`;
