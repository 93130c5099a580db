import { createRequire } from 'node:module';
import { types } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { Row } from 'read-excel-file/node';
import { breath } from '../breath.ts';
import { meaningOf } from '../importColumns.ts';
import { createTurns } from '../inTurn.ts';
import { BadZip, entriesOf, isZip, storedZip, unpacked, type ZipEntry } from './zip.ts';

/** A sheet as the lines that CSV makes: cells with tabs between, line 1 being the sheet's row 1. */
export type SheetText = {
  ok: true;
  text: string;
  /** The sheet that was read, and how many there are to see. */
  sheet: string;
  sheets: number;
  /** Rows that nobody sees in the spreadsheet program; they are read all the same. */
  hiddenRows: number;
};
export type NoSheet = { ok: false; why: 'empty' | 'spreadsheet' | 'locked' | 'sheet_broken' | 'sheet_large' };

/** Of the file itself; people's lists are a tenth of it. */
export const MOST_SHEET_BYTES = 25 * 1024 * 1024;
/** Unpacked bytes that are read of one workbook: some 250,000 rows of four cells. */
const MOST_UNPACKED = 64 * 1024 * 1024;
const MOST_SMALL = 4 * 1024 * 1024;
/** The library builds the sheet in memory: it may have so much, in a thread of its own, and no longer than this. */
const MOST_HEAP_MB = 320;
const MOST_MS = 60_000;
const MOST_ROWS = 250_000;
const ROWS_AT_ONCE = 500;

/** An old .xls or an encrypted .xlsx: a compound file (MS-CFB 2.2). */
const isCompound = (bytes: Uint8Array): boolean => bytes[0] === 0xd0 && bytes[1] === 0xcf && bytes[2] === 0x11;

/** Files of spreadsheet programs, by their first bytes. */
export const isSheet = (bytes: Uint8Array): boolean => isZip(bytes) || isCompound(bytes);

/** One workbook at a time in this process, for the memory that it takes. */
const inTurn = createTurns();

/**
 * The first sheet of an .xlsx file that holds something. What is wrong with the file is a value; the directory of the
 * archive, the sizes behind it and the memory of the reading are bounded, whatever the file says of itself.
 */
export async function sheetTextOf(bytes: Uint8Array): Promise<SheetText | NoSheet> {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (isCompound(file)) {
    const encrypted = file.includes(Buffer.from('EncryptedPackage', 'utf16le'));
    return { ok: false, why: encrypted ? 'locked' : 'spreadsheet' };
  }
  return inTurn('sheet', async () => {
    try {
      return await readWorkbook(file);
    } catch (error) {
      if (!(error instanceof BadZip)) throw error;
      const { why } = error;
      return { ok: false, why: why === 'damaged' ? 'sheet_broken' : why === 'large' ? 'sheet_large' : 'locked' };
    }
  });
}

async function readWorkbook(file: Buffer): Promise<SheetText | NoSheet> {
  const entries = entriesOf(file);
  const workbook = entries.get('xl/workbook.xml');
  const links = entries.get('xl/_rels/workbook.xml.rels');
  // A document, a picture book, an .ods or .xlsb: an archive, but no workbook of this kind.
  if (!workbook || !links) return { ok: false, why: 'spreadsheet' };
  let left = MOST_UNPACKED;
  const unpack = async (entry: ZipEntry, most = left) => {
    const data = await unpacked(file, entry, Math.min(most, left));
    left -= data.length;
    return { name: entry.name, bytes: data };
  };
  const book = await unpack(workbook, MOST_SMALL);
  const rels = await unpack(links, MOST_SMALL);
  const targets = targetsOf(rels.bytes.toString('utf8'));
  const listed = sheetsOf(book.bytes.toString('utf8'));
  const parts = [book, rels];
  for (const { type, path } of targets.values()) {
    const entry = /^(?:sharedStrings|styles)$/.test(type) ? entries.get(path) : undefined;
    if (entry) parts.push(await unpack(entry));
  }
  const seen = listed.filter(({ hidden }) => !hidden);
  for (const { no, name, id } of seen) {
    const entry = entries.get(targets.get(id)?.path ?? '');
    if (!entry) continue;
    const sheet = await unpack(entry);
    const { holds, hiddenRows } = await look(sheet.bytes);
    if (!holds) continue;
    if (lastRow(sheet.bytes) > MOST_ROWS) return { ok: false, why: 'sheet_large' };
    const text = await readLines(storedZip([...parts, sheet]), sheet.bytes, no);
    if (typeof text === 'object') return text;
    if (text.trim() === '') continue;
    return { ok: true, text, sheet: name, sheets: seen.length, hiddenRows };
  }
  return { ok: false, why: 'empty' };
}

/** Looked through at a stretch: a ms or two. */
const STRETCH = 1024 * 1024;
const HIDDEN = ['hidden="1"', 'hidden="true"'];
const VALUES = ['<v>', '<v ', '<is>', '<is '];

/** Whether any cell of a sheet holds a value, and how many of its rows are hidden. */
async function look(sheet: Buffer): Promise<{ holds: boolean; hiddenRows: number }> {
  let holds = false;
  let hiddenRows = 0;
  for (let from = 0; from < sheet.length; from += STRETCH) {
    // What begins in this stretch may end in the next.
    const part = sheet.subarray(from, from + STRETCH + 16);
    holds ||= VALUES.some((mark) => part.includes(mark));
    for (const mark of HIDDEN)
      for (let at = part.indexOf(mark); at >= 0 && at < STRETCH; at = part.indexOf(mark, at + mark.length)) {
        const tag = sheet.lastIndexOf('<', from + at);
        if (sheet.toString('latin1', tag, tag + 4) === '<row') hiddenRows += 1;
      }
    await breath();
  }
  return { holds, hiddenRows };
}

/** Relations by id: what each is, and the path of its file. */
function targetsOf(xml: string): Map<string, { type: string; path: string }> {
  const targets = new Map<string, { type: string; path: string }>();
  for (const [tag] of xml.matchAll(/<Relationship\s[^>]*>/g)) {
    const target = attribute(tag, 'Target');
    const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    targets.set(attribute(tag, 'Id'), { type: attribute(tag, 'Type').split('/').at(-1) ?? '', path });
  }
  return targets;
}

/** Sheets in their order; `no` counts from 1, the hidden ones too. */
const sheetsOf = (xml: string) =>
  [...xml.matchAll(/<sheet\s[^>]*>/g)].map(([tag], index) => ({
    no: index + 1,
    name: attribute(tag, 'name').slice(0, 40),
    id: attribute(tag, 'r:id'),
    hidden: /hidden/i.test(attribute(tag, 'state')),
  }));

const MARKS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const attribute = (tag: string, name: string): string =>
  (new RegExp(`\\s${name}="([^"]*)"`).exec(tag)?.[1] ?? '').replace(/&(\w+);/g, (whole, mark) => MARKS[mark] ?? whole);

/** The rows up to the last one are built, empty or not. */
const lastRow = (sheet: Buffer): number => {
  const at = sheet.lastIndexOf('<row ');
  return at < 0 ? 0 : Number(attribute(sheet.toString('latin1', at, at + 1_000), 'r')) || 0;
};

/**
 * The library unpacks and parses in one go: seconds in which nobody else would be served, and memory that a made-up file
 * could drive up. So it works in a thread with a limit. As text, for a thread's file would have to be found both where
 * TypeScript runs and where it was compiled.
 */
const THREAD = `
const { parentPort, workerData } = require('node:worker_threads');
const { readSheet } = require(workerData.library);
readSheet(Buffer.concat(workerData.file), workerData.no).then(
  (rows) => {
    let at = 0;
    parentPort.on('message', () => {
      parentPort.postMessage({ rows: rows.slice(at, at + ${ROWS_AT_ONCE}) });
      at += ${ROWS_AT_ONCE};
    });
    parentPort.emit('message');
  },
  () => parentPort.postMessage({ rows: null }),
);
`;

/** The sheet as lines of text; or why not. */
async function readLines(file: readonly Uint8Array[], sheet: Uint8Array, no: number): Promise<string | NoSheet> {
  const library = createRequire(import.meta.url).resolve('read-excel-file/node');
  // The sheet is handed over, not copied, where it has its memory to itself; the other parts may serve another sheet.
  const { buffer, byteLength } = sheet;
  const own = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength ? [buffer] : [];
  const worker = new Worker(THREAD, {
    eval: true,
    workerData: { library, file, no },
    transferList: own,
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP_MB, maxYoungGenerationSizeMb: 32 },
  });
  const lines: string[] = [];
  try {
    return await new Promise<string | NoSheet>((resolve) => {
      const large = () => resolve({ ok: false, why: 'sheet_large' });
      const timer = setTimeout(large, MOST_MS);
      // Out of memory, most of all: then the thread ends and this process goes on.
      worker.once('error', large);
      worker.once('exit', () => {
        clearTimeout(timer);
        large();
      });
      let begun = false;
      worker.on('message', async ({ rows }: { rows: Row[] | null }) => {
        if (rows === null) return resolve({ ok: false, why: 'sheet_broken' });
        if (rows.length === 0) return resolve(`${lines.join('\n')}\n`);
        if (!begun) for (let no = titleRows(rows); no > 0; no--) rows[no - 1] = [];
        begun = true;
        for (const row of rows) lines.push(lineOf(row));
        await breath();
        worker.postMessage('more');
      });
    });
  } finally {
    await worker.terminate();
  }
}

const LONGEST_TITLE = 10;

/** How many rows with a title of the list stand above its headings; a row of two cells is no title. */
function titleRows(rows: readonly Row[]): number {
  const held = (row: Row) => row.filter((cell) => cell !== null);
  const first = rows.findIndex((row) => held(row).length > 1);
  if (first < 1 || first > LONGEST_TITLE) return 0;
  return held(rows[first] ?? []).some((cell) => typeof cell === 'string' && meaningOf(cell) !== undefined) ? first : 0;
}

/** An empty row is an empty line: lines of the text are rows of the sheet. The same number of tabs in each other one. */
function lineOf(row: Row): string {
  return row.every((cell) => cell === null) ? '' : row.map((cell) => cellOf(cell as unknown)).join('\t');
}

function cellOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (types.isDate(value)) return dateOf(value);
  // As a number is written, not as a narrow column shows it: 4.67E+10 has lost nothing in the file.
  const text = String(value)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    // What Excel writes above a CSV to name its delimiter is nothing of the kind here.
    .replace(/^sep=/i, 'sep =');
  return /[",;]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Spreadsheets know neither zones nor, most often, times of day. */
function dateOf(at: Date): string {
  if (Number.isNaN(at.getTime())) return '';
  // Times are fractions of a day: 17:30 comes as a little less.
  const [day = '', time = ''] = new Date(Math.round(at.getTime() / 1_000) * 1_000).toISOString().split('T');
  return time.startsWith('00:00:00') ? day : `${day} ${time.slice(0, 5)}`;
}
