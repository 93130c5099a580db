import type { Readable } from 'node:stream';
import type { Book } from '../core/book.ts';
import type { Organisation } from '../core/organisation.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { AddOutcome, AddRun } from './addPeople.ts';
import type { FileError, ReadPerson } from './applyFile.ts';
import { bytesOf, readMembersFile } from './importFile.ts';
import { chunksOf, commitChunk, keepRows } from './importRows.ts';
import { createLineTable } from './lineTable.ts';
import { logStep } from './plan.ts';
import { createScratchFile, type ScratchFile } from './scratchFile.ts';
import { isSheet, MOST_SHEET_BYTES, type NoSheet, sheetTextOf } from './xlsx/readSheet.ts';

/** `startstopp import ADDRESS FILE`, CSV or .xlsx (document 5): first every row is read and checked, then they are written. */
export type ImportDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed; log: Log };
export type ImportResult =
  | { ok: false; why: 'no_book'; errors: [] }
  /** Nothing was written. */
  | { ok: false; why: 'errors'; errors: FileError[] }
  /** `refused`: who has left, is banned, and who stands twice in the file. */
  | { ok: true; rows: number; added: number; changed: number; alreadyThere: number; refused: AddOutcome[] };
/** `of` is known once the file has been read. */
export type ImportProgress = { doing: 'reading' | 'writing'; rows: number; of: number | null };
export type ImportListener = {
  progress?: (progress: ImportProgress) => void;
  /** Each row but those that were simply added, as it is decided. */
  outcome?: (outcome: AddOutcome) => void;
};

/**
 * `source` is a path, or a stream such as stdin. Memory does not grow with the file. What was written before a fault
 * stays; repeating the import goes on where it ended. Throws when the file cannot be opened and on faults.
 */
export async function importMembers(
  bookAddress: string,
  source: string | Readable,
  deps: ImportDeps,
  listener: ImportListener = {},
): Promise<ImportResult> {
  const book = await deps.store.reads.book(bookAddress);
  const organisation = book && (await deps.store.reads.organisation(book.organisationId));
  if (!book || !organisation) return { ok: false, why: 'no_book', errors: [] };
  const scratch: ScratchFile[] = [];
  try {
    const raw = typeof source === 'string' ? bytesOf(source) : (await kept(source, scratch)).bytes;
    const bytes = await sheetAsText(raw);
    if ('errors' in bytes) return { ok: false, why: 'errors', errors: bytes.errors };
    const checked = await createScratchFile();
    scratch.push(checked);
    const read = await check(bytes, organisation.country, checked, listener);
    if (read.errors.length > 0) return { ok: false, why: 'errors', errors: read.errors };
    return await write(checked, read.rows, book, organisation, deps, listener);
  } finally {
    await Promise.all(scratch.map((file) => file.close()));
  }
}

const NO_SHEET: Readonly<Record<NoSheet['why'], string>> = {
  empty: 'no sheet of this workbook holds anything',
  spreadsheet: 'this is a spreadsheet of another kind or an archive; save it as .xlsx or CSV first',
  locked: 'this workbook is locked with a password; save it without one first',
  sheet_broken: 'this workbook is damaged; open it and save it again, as .xlsx or CSV',
  sheet_large: 'this workbook is too large to be read; save the sheet as CSV, or divide it',
};

/** The bytes as they are, or of a workbook (.xlsx) the sheet that is read, as text. */
async function sheetAsText(
  bytes: () => AsyncIterable<Uint8Array>,
): Promise<(() => AsyncIterable<Uint8Array>) | { errors: FileError[] }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of bytes()) {
    chunks.push(chunk);
    size += chunk.length;
    if (!isSheet(Buffer.concat(chunks.slice(0, 2)))) return bytes;
    if (size > MOST_SHEET_BYTES) return { errors: [{ line: 1, message: NO_SHEET.sheet_large }] };
  }
  if (size === 0) return bytes;
  const found = await sheetTextOf(Buffer.concat(chunks));
  if (!found.ok) return { errors: [{ line: 1, message: NO_SHEET[found.why] }] };
  const text = Buffer.from(found.text);
  return async function* () {
    yield text;
  };
}

/** A stream can be read once only, and a wrong guess at its encoding needs another look. */
async function kept(source: Readable, scratch: ScratchFile[]): Promise<ScratchFile> {
  const file = await createScratchFile();
  scratch.push(file);
  for await (const chunk of source) await file.write(typeof chunk === 'string' ? chunk : (chunk as Uint8Array));
  return file;
}

/** Reads the whole file and keeps its rows. */
async function check(
  bytes: () => AsyncIterable<Uint8Array>,
  country: string,
  checked: ScratchFile,
  listener: ImportListener,
) {
  let rows = 0;
  const take = async (people: ReadPerson[]) => {
    await keepRows(people, checked);
    rows += people.length;
    listener.progress?.({ doing: 'reading', rows, of: null });
  };
  const restart = () => {
    rows = 0;
    return checked.empty();
  };
  return readMembersFile(bytes, country, take, restart);
}

async function write(
  checked: ScratchFile,
  rows: number,
  book: Book,
  organisation: Organisation,
  deps: ImportDeps,
  listener: ImportListener,
): Promise<ImportResult> {
  const result = { ok: true as const, rows, added: 0, changed: 0, alreadyThere: 0, refused: [] as AddOutcome[] };
  const ownNumbers = new Set((await deps.store.reads.numbers()).map(({ e164 }) => e164));
  const run: AddRun = {
    book,
    timezone: organisation.timezone,
    rule: 'import',
    event: 'imported',
    ownNumbers,
    seen: createLineTable(),
  };
  let done = 0;
  for await (const people of chunksOf(checked)) {
    const outcomes = await commitChunk(people, run, deps);
    for (const outcome of outcomes) {
      if (outcome.outcome === 'added') result.added += 1;
      else if (outcome.outcome === 'changed') result.changed += 1;
      else if (outcome.outcome === 'already_there') result.alreadyThere += 1;
      else result.refused.push(outcome);
      if (outcome.outcome !== 'added') listener.outcome?.(outcome);
    }
    done += people.length;
    listener.progress?.({ doing: 'writing', rows: done, of: rows });
  }
  const { added, changed, alreadyThere, refused } = result;
  const details = { rows, added, changed, alreadyThere, refused: refused.length };
  const context = { now: deps.clock.now(), ids: deps.ids, organisationId: book.organisationId, actor: 'cli' };
  if (rows > 0) await deps.store.commit([logStep(book.id, 'imported', details, context)]);
  return result;
}
