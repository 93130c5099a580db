import type { Adding } from '../../core/adding.ts';
import type { Book } from '../../core/book.ts';
import type { Organisation } from '../../core/organisation.ts';
import type { Log } from '../../ports/log.ts';
import type { Upload } from '../../ports/store.ts';
import { type AddOutcome, type AddRun, planPeople } from '../addPeople.ts';
import type { ReadPerson } from '../applyFile.ts';
import { breath } from '../breath.ts';
import { Unreadable, type UnreadableWhy } from '../csvText.ts';
import type { Columns } from '../importColumns.ts';
import { isRepaired, type RowProblem, readRow } from '../importFile.ts';
import { chunksOf, commitChunk, keepRows } from '../importRows.ts';
import { createLineTable } from '../lineTable.ts';
import { createScratchFile, type ScratchFile } from '../scratchFile.ts';
import { type Desk, type DeskDeps, deskLog } from './desk.ts';
import { piecesOf } from './uploads.ts';
import { columnsOf, type Mapping, type MappingProblem, recordsOf, type Texts } from './uploadText.ts';

/** The import of a file in the toolbox: looked at first, then all of it or, where a row cannot be read, nothing. */
export type ImportUploadDeps = DeskDeps & { log: Log };

/** One row that cannot be read. */
export type UnreadRow = { line: number; problem: RowProblem | { why: UnreadableWhy } };
export type RowOutcome = AddOutcome['outcome'];
export type OutcomeCounts = Partial<Record<RowOutcome, number>>;
/** `unread`: at most MOST_UNREAD of them; `unreadCount` all. */
export type Checked = {
  rows: number;
  counts: OutcomeCounts;
  unread: UnreadRow[];
  unreadCount: number;
  /** Numbers that a spreadsheet had taken the 0 or the + from. */
  repaired: number;
};

/**
 * As it is kept in the upload's row. Its pieces hold a line for each row of the file, cells with tabs between: line, who,
 * outcome, when they left (ms) or the earlier line, how they left.
 */
export type ImportReport = Checked;

const MOST_UNREAD = 1000;
/** Somebody else's process writes at least this often while it works, ms. */
const HEARTBEAT_MS = 1000;
/** No sign for so long: the process that ran it is gone. */
const GONE_MS = 20_000;
const ROWS_AT_ONCE = 500;
/** Others are served in the same process: a commit of so many holds them up some 15 ms. */
const WRITTEN_AT_ONCE = 150;

/** What an import would do, without doing it; a person who stands twice in the file counts once as new. */
export async function tryImport(
  upload: Pick<Upload, 'id'>,
  mapping: Mapping,
  book: Book,
  deps: ImportUploadDeps,
): Promise<Checked | { why: MappingProblem }> {
  const read = columnsOf(mapping);
  if (!read.ok) return { why: read.why };
  const counts: OutcomeCounts = {};
  const named = createLineTable();
  const run = { ...(await runOf(book, 'UTC', deps)), dry: true };
  const look = async (people: ReadPerson[]) => {
    const fresh = people.filter(({ line, phone, mail }) => {
      const key = `${phone}|${mail}`;
      const again = named.get(key) !== undefined;
      if (again) counts.twice = (counts.twice ?? 0) + 1;
      else named.set(key, line);
      return !again;
    });
    const { outcomes } = await planPeople(fresh, run, deps);
    for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    await breath();
  };
  return { ...(await readAll(piecesOf(upload.id, 'content', deps), mapping, read.columns, look)), counts };
}

type Read = Omit<Checked, 'counts'>;

async function readAll(
  texts: Texts,
  { header, country }: Mapping,
  columns: Columns,
  take: (people: ReadPerson[]) => Promise<void>,
): Promise<Read> {
  const read: Read = { rows: 0, unread: [], unreadCount: 0, repaired: 0 };
  const fail = (line: number, problem: UnreadRow['problem']) => {
    read.unreadCount += 1;
    if (read.unread.length < MOST_UNREAD) read.unread.push({ line, problem });
  };
  let first = header;
  let people: ReadPerson[] = [];
  try {
    for await (const records of recordsOf(texts)) {
      for (const record of records) {
        if (first) {
          first = false;
          continue;
        }
        read.rows += 1;
        const { person, problems } = readRow(record, columns, country);
        if (person === null) for (const problem of problems) fail(record.line, shortened(problem));
        else {
          people.push(person);
          const raw = columns.phone === null ? '' : (record.cells[columns.phone] ?? '');
          if (person.phone !== null && isRepaired(raw, person.phone, country)) read.repaired += 1;
        }
        if (people.length >= ROWS_AT_ONCE) {
          const some = people;
          people = [];
          await take(some);
        }
      }
    }
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    fail(error.line, { why: error.why });
  }
  if (people.length > 0) await take(people);
  return read;
}

/** A cell may hold a novel; its beginning is enough to find it. */
const shortened = (problem: RowProblem): RowProblem =>
  'value' in problem ? { ...problem, value: problem.value.slice(0, 60) } : problem;

async function runOf(book: Book, timezone: string, { store }: Pick<DeskDeps, 'store'>): Promise<AddRun> {
  return {
    book,
    timezone,
    rule: 'import',
    door: 'web',
    event: 'imported',
    ownNumbers: new Set((await store.reads.numbers()).map(({ e164 }) => e164)),
    seen: createLineTable(),
  };
}

export type ImportStart =
  /** `ended` resolves when it is over, whichever way; the upload's row says which. Never rejects. */
  { ok: true; ended: Promise<void> } | { ok: false; why: MappingProblem | 'not_waiting' };

/** Takes the upload (once, whoever else asks) and goes on by itself. */
export async function startImport(
  { id }: Pick<Upload, 'id'>,
  mapping: Mapping,
  book: Book,
  organisation: Organisation,
  by: Desk,
  deps: ImportUploadDeps,
): Promise<ImportStart> {
  const read = columnsOf(mapping);
  if (!read.ok) return { ok: false, why: read.why };
  const set = { status: 'running', done: 0, total: 0, updatedAt: deps.clock.now() } as const;
  const taken = await deps.store.commit([{ change: 'uploads', where: { id, status: 'waiting' }, set, none: 'stale' }]);
  if (taken !== 'done') return { ok: false, why: 'not_waiting' };
  const ended = work(id, mapping, read.columns, book, organisation, by, deps).catch(async (fault: unknown) => {
    deps.log.error({ kind: (fault as Error)?.name }, 'an import broke');
    await mark(id, 'broken', null, deps).catch(() => undefined);
  });
  return { ok: true, ended };
}

/** `null` report: none. Only a running import ends. */
async function mark(
  id: string,
  status: 'done' | 'refused' | 'broken',
  report: ImportReport | null,
  { store, clock }: Pick<DeskDeps, 'store' | 'clock'>,
): Promise<void> {
  await store.commit([
    {
      change: 'uploads',
      where: { id, status: 'running' },
      set: { status, report, updatedAt: clock.now() },
      none: 'ignore',
    },
  ]);
}

async function work(
  id: string,
  mapping: Mapping,
  columns: Columns,
  book: Book,
  organisation: Organisation,
  by: Desk,
  deps: ImportUploadDeps,
): Promise<void> {
  const checked = await createScratchFile();
  const log = deskLog(book.organisationId, by, deps);
  try {
    const read = await readAll(piecesOf(id, 'content', deps), mapping, columns, async (people) => {
      await keepRows(people, checked);
    });
    if (read.unreadCount > 0) {
      await mark(id, 'refused', { ...read, counts: {} }, deps);
      return;
    }
    const counts = await write(id, checked, read.rows, book, organisation, deps);
    const refused = Object.entries(counts).reduce((sum, [name, n]) => (name.startsWith('refused_') ? sum + n : sum), 0);
    await deps.store.commit([
      {
        change: 'uploads',
        where: { id, status: 'running' },
        set: { status: 'done', done: read.rows, report: { ...read, counts }, updatedAt: deps.clock.now() },
        none: 'ignore',
      },
      { remove: 'uploadPieces', where: { uploadId: id, part: 'content' } },
      log(book.id, 'imported', {
        rows: read.rows,
        added: counts.added ?? 0,
        changed: counts.changed ?? 0,
        alreadyThere: counts.already_there ?? 0,
        refused: refused + (counts.twice ?? 0),
      }),
    ]);
  } finally {
    await checked.close();
  }
}

async function write(
  id: string,
  checked: ScratchFile,
  total: number,
  book: Book,
  organisation: Organisation,
  deps: ImportUploadDeps,
): Promise<OutcomeCounts> {
  const run = await runOf(book, organisation.timezone, deps);
  const counts: OutcomeCounts = {};
  let no = 0;
  let done = 0;
  let told = 0;
  for await (const people of chunksOf(checked, WRITTEN_AT_ONCE)) {
    done += people.length;
    const now = deps.clock.now();
    const due = now - told >= HEARTBEAT_MS;
    const outcomes = await commitChunk(people, run, deps, ({ outcomes, decided }) => {
      const text = outcomes.map((outcome, i) => reportLine(outcome, decided[i] ?? null)).join('');
      // In the same commit as the rows: what is said to be done is done.
      const piece = { uploadId: id, part: 'report', no, createdAt: now, text } as const;
      const sign = { change: 'uploads', where: { id }, set: { done, total, updatedAt: now }, none: 'ignore' } as const;
      const report = { add: 'uploadPieces', row: piece, exists: 'stale' } as const;
      return due ? [report, sign] : [report];
    });
    no += 1;
    if (due) told = now;
    for (const { outcome } of outcomes) counts[outcome] = (counts[outcome] ?? 0) + 1;
    // Deciding on the next rows in the turn that wrote the last ones would make others wait for both.
    await breath();
  }
  return counts;
}

const reportLine = ({ line, who, outcome }: AddOutcome, decided: Adding | null): string =>
  `${line}\t${who}\t${outcome}\t${detailOf(decided)}\n`;

const detailOf = (decided: Adding | null): string =>
  decided?.do === 'refuse' ? `${decided.at ?? ''}\t${decided.how.replace(/[\t\n]/g, ' ')}` : '\t';

/** As a page shows it: an import whose process has gone is broken, and the row says so from then on. Of this book only. */
export async function uploadNow(
  id: string,
  bookId: string,
  deps: Pick<DeskDeps, 'store' | 'clock'>,
): Promise<Awaited<ReturnType<DeskDeps['store']['reads']['uploadState']>>> {
  const state = await deps.store.reads.uploadState(id);
  if (state?.bookId !== bookId) return null;
  if (state.status !== 'running' || deps.clock.now() - state.updatedAt < GONE_MS) return state;
  await mark(id, 'broken', null, deps);
  return deps.store.reads.uploadState(id);
}
