import { createReadStream } from 'node:fs';
import type { FileError, ReadPerson } from './applyFile.ts';
import { notMail, notMobile, readMailCell, readMobileCell } from './applySchema.ts';
import {
  type CsvRecord,
  decodeText,
  type Encoding,
  NotUtf8,
  readRecords,
  sniffEncoding,
  Unreadable,
} from './csvText.ts';
import { type Columns, chooseDelimiter, isSepLine, readColumns } from './importColumns.ts';

/** Enough for any file that somebody will mend; of more the count is told. */
const MOST_ERRORS = 10_000;

/** The beginning of a file says what it is. */
const SNIFFED = 4;

type FileRead = { rows: number; errors: FileError[] };

/**
 * Reads every row of a CSV file once: header with phone, mail and name in one of four languages; comma, semicolon or tab;
 * UTF-8, UTF-16 or Windows-1252. `take` gets the people of the rows that can be read, many at a time; `restart` is called
 * when all that was taken must be forgotten, because the encoding proved to be another. Numbers without a country code
 * are of `country`. Returns every error with its line; throws only when the file cannot be opened.
 */
export async function readMembersFile(
  bytes: () => AsyncIterable<Uint8Array>,
  country: string,
  take: (people: ReadPerson[]) => Promise<void>,
  restart: () => Promise<void>,
): Promise<FileRead> {
  const sniffed = await sniff(bytes);
  if ('errors' in sniffed) return { rows: 0, errors: sniffed.errors };
  try {
    return await readOnce(bytes(), sniffed.encoding ?? 'utf-8', country, take);
  } catch (error) {
    if (!(error instanceof NotUtf8)) throw error;
    if (sniffed.encoding !== null)
      return { rows: 0, errors: [{ line: 1, message: 'the file is damaged: it is not the text that it says it is' }] };
    await restart();
    return readOnce(bytes(), 'windows-1252', country, take);
  }
}

/** The bytes of a file, from its beginning each time. */
export const bytesOf = (path: string) => (): AsyncIterable<Uint8Array> => createReadStream(path);

async function sniff(
  bytes: () => AsyncIterable<Uint8Array>,
): Promise<{ encoding: Encoding | null } | { errors: FileError[] }> {
  try {
    let start: Uint8Array = Buffer.alloc(0);
    for await (const chunk of bytes()) {
      start = Buffer.concat([start, chunk]);
      if (start.length >= SNIFFED) break;
    }
    if (start.length > 0) return { encoding: sniffEncoding(start) };
  } catch (error) {
    if (error instanceof Unreadable) return { errors: [{ line: error.line, message: error.message }] };
    throw error;
  }
  return { errors: [{ line: 1, message: 'the file is empty' }] };
}

async function readOnce(
  chunks: AsyncIterable<Uint8Array>,
  encoding: Encoding,
  country: string,
  take: (people: ReadPerson[]) => Promise<void>,
): Promise<FileRead> {
  const errors: FileError[] = [];
  let unlisted = 0;
  const fail = (line: number, message: string) => {
    if (errors.length < MOST_ERRORS) errors.push({ line, message });
    else unlisted += 1;
  };
  let columns: Columns | null = null;
  let rows = 0;
  try {
    for await (const records of readRecords(decodeText(chunks, encoding), chooseDelimiter)) {
      const people: ReadPerson[] = [];
      for (const record of records) {
        if (columns !== null) {
          const person = readRow(record, columns, country, fail);
          rows += 1;
          if (person !== null) people.push(person);
        } else if (!isSepLine(record.cells)) {
          const header = readColumns(record.cells);
          if (!header.ok) return { rows, errors: [{ line: record.line, message: header.message }] };
          columns = header.columns;
        }
      }
      // After the first error nothing will be written, so nothing need be kept.
      if (errors.length === 0) await take(people);
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    fail(error.line, error.message);
  }
  if (columns === null && errors.length === 0) fail(1, 'the file is empty');
  if (unlisted > 0)
    errors.push({ line: errors.at(-1)?.line ?? 1, message: `and ${unlisted} more errors after this line` });
  return { rows, errors };
}

function readRow(
  { line, cells }: CsvRecord,
  columns: Columns,
  country: string,
  fail: (line: number, message: string) => void,
): ReadPerson | null {
  if (cells.slice(columns.count).some((cell) => cell !== '')) {
    fail(line, `has ${cells.length} cells and the header has ${columns.count}; a comma in a name needs "quotes"`);
    return null;
  }
  const cell = (index: number | null): string => (index === null ? '' : undoInert(cells[index] ?? ''));
  const rawPhone = cell(columns.phone);
  const rawMail = cell(columns.mail);
  const phone = rawPhone === '' ? null : readMobileCell(rawPhone, country);
  const mail = rawMail === '' ? null : readMailCell(rawMail);
  const name = nameOf(cell(columns.name), cell(columns.firstName), cell(columns.lastName));
  const wrong: string[] = [];
  if (rawPhone !== '' && phone === null) wrong.push(`phone ${notMobile(rawPhone)}`);
  if (rawMail !== '' && mail === null) wrong.push(`mail ${notMail(rawMail)}`);
  if (rawPhone === '' && rawMail === '') wrong.push('needs a phone or a mail address');
  if (name.length > 100) wrong.push('the name is longer than 100 characters');
  for (const message of wrong) fail(line, message);
  return wrong.length > 0 ? null : { phone, mail, name, labels: null, line };
}

const nameOf = (name: string, first: string, last: string): string =>
  (name || `${first} ${last}`).replace(/[\s\p{Cc}]+/gu, ' ').trim();

/** Takes off the apostrophe that `export` puts before cells that a spreadsheet would take for a formula. */
const undoInert = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
