import type { Readable } from 'node:stream';
import type { Book } from '../core/book.ts';
import type { Organisation } from '../core/organisation.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { type AddOutcome, type AddRun, planPeople } from './addPeople.ts';
import type { FileError, ReadPerson } from './applyFile.ts';
import { bytesOf, readMembersFile } from './importFile.ts';
import { createLineTable } from './lineTable.ts';
import { logStep } from './plan.ts';
import { createScratchFile, type ScratchFile } from './scratchFile.ts';

/** `startstopp import ADDRESS FILE.csv` (document 5): first every row is read and checked, then they are written. */
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

/** Members in one commit: short enough that nobody waits for it, long enough that an fsync is shared by many. */
const CHUNK = 500;
const TRIES = 5;

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
    const bytes = typeof source === 'string' ? bytesOf(source) : (await kept(source, scratch)).bytes;
    const checked = await createScratchFile();
    scratch.push(checked);
    const read = await check(bytes, organisation.country, checked, listener);
    if (read.errors.length > 0) return { ok: false, why: 'errors', errors: read.errors };
    return await write(checked, read.rows, book, organisation, deps, listener);
  } finally {
    await Promise.all(scratch.map((file) => file.close()));
  }
}

/** A stream can be read once only, and a wrong guess at its encoding needs another look. */
async function kept(source: Readable, scratch: ScratchFile[]): Promise<ScratchFile> {
  const file = await createScratchFile();
  scratch.push(file);
  for await (const chunk of source) await file.write(typeof chunk === 'string' ? chunk : (chunk as Uint8Array));
  return file;
}

/** Reads the whole file and keeps its rows in their normal form: a number is parsed once, and a file that changes meanwhile does no harm. */
async function check(
  bytes: () => AsyncIterable<Uint8Array>,
  country: string,
  checked: ScratchFile,
  listener: ImportListener,
) {
  let rows = 0;
  const take = async (people: ReadPerson[]) => {
    await checked.write(people.map((one) => `${JSON.stringify([one.line, one.phone, one.mail, one.name])}\n`).join(''));
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
    for (const outcome of await commitChunk(people, run, deps)) {
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

/** One commit. A member who texted meanwhile makes it stale: look again, decide again. */
async function commitChunk(people: ReadPerson[], run: AddRun, deps: ImportDeps): Promise<AddOutcome[]> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { steps, outcomes, seen } = await planPeople(people, run, deps);
    if (steps.length > 0 && (await deps.store.commit(steps)) !== 'done') continue;
    for (const [id, line] of seen) run.seen.set(id, line);
    return outcomes;
  }
  deps.log.warn({ tries: TRIES, rows: people.length }, 'the rows of an import changed each time');
  throw new Error(
    'the members of this book are being changed at the same time; run the import again, it goes on where it ended',
  );
}

type CheckedRow = [line: number, phone: string | null, mail: string | null, name: string];

async function* chunksOf(checked: ScratchFile): AsyncGenerator<ReadPerson[]> {
  const decoder = new TextDecoder();
  let rest = '';
  let people: ReadPerson[] = [];
  for await (const bytes of checked.bytes()) {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) {
      const [line, phone, mail, name] = JSON.parse(text) as CheckedRow;
      people.push({ line, phone, mail, name, labels: null });
      if (people.length === CHUNK) {
        yield people;
        people = [];
      }
    }
  }
  if (people.length > 0) yield people;
}
