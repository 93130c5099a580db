/** Bytes of a file of somebody's spreadsheet program, as text and as records; streamed, nothing is kept. */
export type CsvRecord = {
  /** The line of the file on which it begins; a quoted cell may hold line breaks. */
  line: number;
  cells: string[];
};
export type Delimiter = ',' | ';' | '\t';

/** What cannot be read as CSV at all. Meant for people; `line` is that of the file. */
export class Unreadable extends Error {
  readonly line: number;
  readonly why: UnreadableWhy;
  constructor(line: number, why: UnreadableWhy, message: string) {
    super(message);
    this.line = line;
    this.why = why;
  }
}
export type UnreadableWhy =
  | 'spreadsheet'
  | 'locked'
  | 'sheet_broken'
  | 'sheet_large'
  | 'pdf'
  | 'not_text'
  | 'long_line'
  | 'open_quote';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

/** No row of names and addresses is longer; a file without line breaks must not fill the memory. */
const LONGEST_RECORD = 64 * 1024;
/** An opening quote that is never closed would otherwise swallow the file. */
const LONGEST_CELL_LINES = 20;

/**
 * The encoding that the beginning of a file tells; null when it does not (UTF-8 until a byte says otherwise). Throws
 * `Unreadable` for files of other kinds.
 */
export function sniffEncoding(start: Uint8Array): Encoding | null {
  const [a, b, c, d] = start;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  const zip = a === 0x50 && b === 0x4b && (c === 3 || c === 5) && (d === 4 || d === 6);
  if (zip || (a === 0xd0 && b === 0xcf && c === 0x11))
    throw new Unreadable(1, 'spreadsheet', 'this is a spreadsheet or an archive; save it as .xlsx or CSV first');
  if (a === 0x25 && b === 0x50 && c === 0x44 && d === 0x46)
    throw new Unreadable(1, 'pdf', 'this is a PDF, not a CSV file');
  // UTF-16 without a mark: every other byte of plain letters is nought.
  if (a !== undefined && a !== 0 && b === 0) return 'utf-16le';
  if (a === 0 && b !== undefined && b !== 0) return 'utf-16be';
  return null;
}

/** Thrown when bytes are not UTF-8 and nothing said that they were: the file is then read again as Windows-1252. */
export class NotUtf8 extends Error {}

/** Line breaks of all kinds become \n, so that lines can be counted. */
export async function* decodeText(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  let held = '';
  for await (const text of decoded(chunks, encoding)) {
    const all = held + text;
    // A \r at the end may be the first half of \r\n.
    held = all.endsWith('\r') ? '\r' : '';
    const whole = held === '' ? all : all.slice(0, -1);
    yield whole.includes('\r') ? whole.replace(/\r\n?/g, '\n') : whole;
  }
  if (held !== '') yield '\n';
}

async function* decoded(chunks: AsyncIterable<Uint8Array>, encoding: Encoding): AsyncGenerator<string> {
  if (encoding === 'windows-1252') {
    for await (const chunk of chunks) yield windows1252(chunk);
    return;
  }
  const decoder = new TextDecoder(encoding, { fatal: true });
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk === undefined ? decoder.decode() : decoder.decode(chunk, { stream: true });
    } catch (error) {
      throw new NotUtf8('bytes that are no text in this encoding', { cause: error });
    }
  };
  for await (const chunk of chunks) yield decode(chunk);
  yield decode();
}

/** 0x80 to 0x9f; five of them mean nothing. Trap: Node's own "windows-1252" reads these as control characters. */
const UPPER = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ';
const windows1252 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    .toString('latin1')
    .replace(/[\x80-\x9f]/g, (char) => UPPER[char.charCodeAt(0) - 0x80] as string);

/**
 * Records of the text, many at a time; empty lines are passed over. `choose` is shown the first line and names the
 * delimiter. Why not csv-parse here: it counts a \r\n in a cell as two lines and takes five times as long.
 */
export async function* readRecords(
  texts: AsyncIterable<string>,
  choose: (firstLine: string) => Delimiter,
): AsyncGenerator<CsvRecord[]> {
  let rest = '';
  let line = 1;
  let delimiter: Delimiter | null = null;
  const take = (text: string, last: boolean): CsvRecord[] => {
    const records: CsvRecord[] = [];
    let from = 0;
    while (from < text.length) {
      let end = text.indexOf('\n', from);
      if (end < 0 && !last) break;
      if (end < 0) end = text.length;
      let record = text.slice(from, end);
      if (record.length > LONGEST_RECORD)
        throw new Unreadable(line, 'long_line', 'this line is too long; is the file CSV?');
      if (record.includes('\0')) throw new Unreadable(line, 'not_text', 'this is not a text file');
      let lines = 1;
      if (record !== '') {
        delimiter ??= choose(record);
        let cells = splitRecord(record, delimiter);
        while (cells === null) {
          const next = text.indexOf('\n', end + 1);
          // The line that ends the cell has not arrived yet, or not as a whole.
          if (next < 0 && !last) break;
          if (end >= text.length || lines === LONGEST_CELL_LINES)
            throw new Unreadable(line, 'open_quote', 'a quoted cell that begins here does not end');
          end = next < 0 ? text.length : next;
          record = text.slice(from, end);
          lines += 1;
          cells = splitRecord(record, delimiter);
        }
        if (cells === null) break;
        if (cells.some((cell) => cell !== '')) records.push({ line, cells });
      }
      line += lines;
      from = end + 1;
    }
    rest = text.slice(from);
    return records;
  };
  for await (const text of texts) {
    const records = take(rest + text, false);
    if (rest.length > LONGEST_RECORD * LONGEST_CELL_LINES)
      throw new Unreadable(line, 'long_line', 'this line is too long; is the file CSV?');
    if (records.length > 0) yield records;
  }
  const records = take(rest, true);
  if (records.length > 0) yield records;
}

/**
 * The trimmed cells of one record; null when it ends inside a quoted cell. A quote that does not begin a cell is a
 * character like others ('Anna "Ann" Ek').
 */
export function splitRecord(record: string, delimiter: Delimiter): string[] | null {
  if (!record.includes('"')) return record.split(delimiter).map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    while (record[at] === ' ') at += 1;
    let cell = '';
    if (record[at] === '"') {
      for (at += 1; ; at += 1) {
        const quote = record.indexOf('"', at);
        if (quote < 0) return null;
        cell += record.slice(at, quote);
        at = quote + 1;
        if (record[at] !== '"') break;
        cell += '"';
      }
    }
    let end = record.indexOf(delimiter, at);
    if (end < 0) end = record.length;
    cells.push((cell + record.slice(at, end)).trim());
    if (end === record.length) return cells;
    at = end + 1;
  }
}
