import { countries } from '../../core/phoneNumber.ts';
import { readMailCell, readMobileCell } from '../applySchema.ts';
import { breath } from '../breath.ts';
import {
  type CsvRecord,
  decodeText,
  type Encoding,
  NotUtf8,
  readRecords,
  sniffEncoding,
  Unreadable,
  type UnreadableWhy,
} from '../csvText.ts';
import { type Columns, chooseDelimiter, isSepLine, meaningOf } from '../importColumns.ts';
import { isSheet, type SheetText, sheetTextOf } from '../xlsx/readSheet.ts';

/** What somebody uploads or pastes: first as text, then as columns that they give a meaning. */
export const MOST_BYTES = 25 * 1024 * 1024;
export type NoText = { ok: false; why: 'empty' | 'broken' | UnreadableWhy };

/** UTF-8, UTF-16 or Windows-1252 as text with \n; or why it is none. */
export async function textOf(bytes: Uint8Array): Promise<{ ok: true; text: string } | NoText> {
  if (bytes.length === 0) return { ok: false, why: 'empty' };
  let sniffed: Encoding | null;
  try {
    sniffed = sniffEncoding(bytes);
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, why: error.why };
    throw error;
  }
  let text = await decoded(bytes, sniffed ?? 'utf-8');
  if (text === null) {
    if (sniffed !== null) return { ok: false, why: 'broken' };
    text = (await decoded(bytes, 'windows-1252')) ?? '';
  }
  // Pictures, archives and the like have these within their first bytes; no text of people has.
  if (/[^\P{Cc}\s]/u.test(text)) return { ok: false, why: 'not_text' };
  return text.trim() === '' ? { ok: false, why: 'empty' } : { ok: true, text };
}

/** A file as text: a sheet of .xlsx, or what `textOf` reads. */
export async function fileTextOf(
  bytes: Uint8Array,
): Promise<{ ok: true; text: string; sheet: Omit<SheetText, 'ok' | 'text'> | null } | NoText> {
  if (!isSheet(bytes)) {
    const found = await textOf(bytes);
    return found.ok ? { ...found, sheet: null } : found;
  }
  const found = await sheetTextOf(bytes);
  if (!found.ok) return found;
  const { text, ...sheet } = found;
  return { ok: true, text, sheet };
}

const SLICE = 256 * 1024;
/** Some 300 rows, 3 ms: others are served in between. */
const READ_AT_ONCE = 8 * 1024;

export type Texts = Iterable<string> | AsyncIterable<string>;

async function decoded(bytes: Uint8Array, encoding: Encoding): Promise<string | null> {
  async function* slices() {
    for (let at = 0; at < bytes.length; at += SLICE) {
      yield bytes.subarray(at, at + SLICE);
      await breath();
    }
  }
  const texts: string[] = [];
  try {
    for await (const text of decodeText(slices(), encoding)) texts.push(text);
  } catch (error) {
    if (error instanceof NotUtf8) return null;
    throw error;
  }
  return texts.join('');
}

/** Records of a text that comes in pieces, many at a time. Throws `Unreadable`. */
export async function* recordsOf(texts: Texts): AsyncGenerator<CsvRecord[]> {
  async function* slices() {
    for await (const text of texts)
      for (let at = 0; at < text.length; at += READ_AT_ONCE) {
        yield text.slice(at, at + READ_AT_ONCE);
        await breath();
      }
  }
  for await (const records of readRecords(slices(), chooseDelimiter)) {
    const kept = records.filter(({ line, cells }) => line > 1 || !isSepLine(cells));
    if (kept.length > 0) yield kept;
  }
}

/** What a column is, as the page's form names it. */
export type ColumnUse = 'ignore' | 'phone' | 'mail' | 'name' | 'firstName' | 'lastName' | 'labels' | 'field';
export const COLUMN_USES: readonly ColumnUse[] = [
  'ignore',
  'phone',
  'mail',
  'name',
  'firstName',
  'lastName',
  'labels',
  'field',
];
export type Mapping = {
  /** The first row names the columns. */
  header: boolean;
  /** ISO 3166 alpha-2: of numbers without a country code. */
  country: string;
  columns: { use: ColumnUse; name: string }[];
};
export type MappingProblem = 'no_address_column' | 'column_twice' | 'field_without_name' | 'unknown_country';

/** Columns that mean a person; what is read is checked, for a form can say anything. */
export function columnsOf(mapping: Mapping): { ok: true; columns: Columns } | { ok: false; why: MappingProblem } {
  if (!countries().includes(mapping.country)) return { ok: false, why: 'unknown_country' };
  const at = (use: ColumnUse): number | null => {
    const index = mapping.columns.findIndex((column) => column.use === use);
    return index < 0 ? null : index;
  };
  const uses = mapping.columns.map(({ use }) => use).filter((use) => use !== 'ignore' && use !== 'field');
  if (new Set(uses).size < uses.length) return { ok: false, why: 'column_twice' };
  if (at('phone') === null && at('mail') === null) return { ok: false, why: 'no_address_column' };
  const fields = mapping.columns.flatMap(({ use, name }, index) => (use === 'field' ? [{ index, name }] : []));
  if (fields.some(({ name }) => name.trim() === '')) return { ok: false, why: 'field_without_name' };
  if (new Set(fields.map(({ name }) => name.trim())).size < fields.length) return { ok: false, why: 'column_twice' };
  return {
    ok: true,
    columns: {
      phone: at('phone'),
      mail: at('mail'),
      name: at('name'),
      firstName: at('firstName'),
      lastName: at('lastName'),
      labels: at('labels'),
      fields,
      count: mapping.columns.length,
    },
  };
}

const SHOWN = 20;
const MOST_COLUMNS = 60;

/** The beginning of a file as it stands in it, and what its columns seem to be. */
export type Glance = { rows: CsvRecord[]; guess: Mapping };

export async function glanceAt(texts: Texts, country: string): Promise<Glance | NoText> {
  const rows: CsvRecord[] = [];
  try {
    for await (const records of recordsOf(texts)) {
      rows.push(...records.slice(0, SHOWN + 1 - rows.length));
      if (rows.length > SHOWN) break;
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    if (rows.length === 0) return { ok: false, why: error.why };
  }
  const [first] = rows;
  if (!first) return { ok: false, why: 'empty' };
  return { rows, guess: guessOf(rows, first, country) };
}

function guessOf(rows: readonly CsvRecord[], first: CsvRecord, country: string): Mapping {
  const meanings = first.cells.map(meaningOf);
  const readable = first.cells.some((cell) => readMobileCell(cell, country) !== null || readMailCell(cell) !== null);
  const header = !readable && (meanings.some((one) => one !== undefined) || rows.length > 1);
  // Under headings a longer row is a mistake, such as a comma in a name; without any, the longest row has them all.
  const longest = header ? first.cells.length : Math.max(...rows.map(({ cells }) => cells.length));
  const count = Math.min(MOST_COLUMNS, longest);
  const below = header ? rows.slice(1) : rows;
  const taken = new Set<ColumnUse>();
  const columns: Mapping['columns'] = [];
  const holdsMobile = meanings.includes('mobile');
  for (let index = 0; index < count; index++) {
    const title = header ? (first.cells[index] ?? '') : '';
    const cells = below.map((row) => row.cells[index] ?? '').filter((cell) => cell !== '');
    let use = header ? useOf(meanings[index], holdsMobile) : 'ignore';
    if (use === 'ignore') use = useByCells(cells, country);
    // A second name-like column without a title that says so is something else.
    if (taken.has(use) || (use === 'name' && header && meanings[index] === undefined && meanings.some(isName)))
      use = 'ignore';
    taken.add(use);
    columns.push({ use, name: title });
  }
  return { header, country, columns };
}

const isName = (meaning: ReturnType<typeof meaningOf>): boolean => meaning === 'name' || meaning === 'firstName';

function useOf(meaning: ReturnType<typeof meaningOf>, holdsMobile: boolean): ColumnUse {
  if (meaning === undefined) return 'ignore';
  if (meaning === 'mobile') return 'phone';
  return meaning === 'phone' && holdsMobile ? 'ignore' : meaning;
}

/** What most cells below are. */
function useByCells(cells: readonly string[], country: string): ColumnUse {
  const most = (is: (cell: string) => boolean) => cells.length > 0 && cells.filter(is).length * 2 > cells.length;
  if (most((cell) => readMobileCell(cell, country) !== null)) return 'phone';
  if (most((cell) => readMailCell(cell) !== null)) return 'mail';
  return most((cell) => /^\p{L}[\p{L}\p{M}' .-]+ \p{L}/u.test(cell)) ? 'name' : 'ignore';
}
