import { createReadStream } from 'node:fs';
import { LONGEST_NAME, type MarkProblem, readFields, readLabels, tidied } from '../core/marks.ts';
import { callingCode } from '../core/phoneNumber.ts';
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
          const { person, problems } = readRow(record, columns, country);
          rows += 1;
          if (person !== null) people.push(person);
          else for (const problem of problems) fail(record.line, messageOf(problem));
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

/** What is wrong with one row; `value` is the cell, cut short. */
export type RowProblem =
  | { why: 'cells'; count: number; header: number }
  | { why: 'phone' | 'mail'; value: string }
  | { why: 'no_address' }
  | { why: MarkProblem };

const MARKS: Partial<Record<RowProblem['why'], string>> = {
  no_address: 'needs a phone or a mail address',
  name_long: `the name is longer than ${LONGEST_NAME} characters`,
  label_long: 'a label is too long',
  many_labels: 'has too many labels',
  field_long: 'a field is too long',
  field_name_long: 'the name of a field is too long',
  many_fields: 'has too many fields',
};

function messageOf(problem: RowProblem): string {
  switch (problem.why) {
    case 'cells':
      return `has ${problem.count} cells and the header has ${problem.header}; a comma in a name needs "quotes"`;
    case 'phone':
      return `phone ${notMobile(problem.value)}`;
    case 'mail':
      return `mail ${notMail(problem.value)}`;
    default:
      return MARKS[problem.why] ?? problem.why;
  }
}

/** One row of a file as a person; or everything that is wrong with it. */
export function readRow(
  { line, cells }: CsvRecord,
  columns: Columns,
  country: string,
): { person: ReadPerson; problems: null } | { person: null; problems: RowProblem[] } {
  if (cells.length > columns.count && cells.slice(columns.count).some((cell) => cell !== ''))
    return { person: null, problems: [{ why: 'cells', count: cells.length, header: columns.count }] };
  const cell = (index: number | null): string => (index === null ? '' : undoInert(cells[index] ?? ''));
  const rawPhone = cell(columns.phone);
  const rawMail = cell(columns.mail);
  const phone = rawPhone === '' ? null : (readMobileCell(rawPhone, country) ?? readPlusless(rawPhone, country));
  const mail = rawMail === '' ? null : readMailCell(rawMail);
  const name = nameOf(cell(columns.name), cell(columns.firstName), cell(columns.lastName));
  const problems: RowProblem[] = [];
  if (rawPhone !== '' && phone === null) problems.push({ why: 'phone', value: rawPhone });
  if (rawMail !== '' && mail === null) problems.push({ why: 'mail', value: rawMail });
  if (rawPhone === '' && rawMail === '') problems.push({ why: 'no_address' });
  if (name.length > LONGEST_NAME) problems.push({ why: 'name_long' });
  const person: ReadPerson = { phone, mail, name, labels: null, line };
  if (columns.labels !== null) {
    const { labels, problem } = readLabels(cell(columns.labels));
    if (problem) problems.push({ why: problem });
    // An empty cell takes nobody's labels away.
    if (labels.length > 0) person.labels = labels;
  }
  if (columns.fields.length > 0) {
    const { fields, problem } = readFields(columns.fields.map(({ index, name }) => [name, cell(index)] as const));
    if (problem) problems.push({ why: problem });
    person.fields = fields;
  }
  return problems.length > 0 ? { person: null, problems } : { person, problems: null };
}

/** A spreadsheet takes +4915112345678 for a number and keeps 4915112345678. */
const readPlusless = (raw: string, country: string): string | null => {
  const code = callingCode(country);
  return code !== null && raw.startsWith(code) && /^\d{9,15}$/.test(raw) ? readMobileCell(`+${raw}`, country) : null;
};

/** Did a spreadsheet take the 0 or the + off this number, as it does from what looks like a number to it? */
export function isRepaired(raw: string, phone: string, country: string): boolean {
  if (!/^[1-9]\d{5,14}$/.test(raw)) return false;
  return `+${raw}` === phone || readMobileCell(`0${raw}`, country) === phone;
}

const nameOf = (name: string, first: string, last: string): string => tidied(name || `${first} ${last}`);

/** Takes off the apostrophe that `export` puts before cells that a spreadsheet would take for a formula. */
const undoInert = (cell: string): string => (/^'+[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);
