import { readFileSync } from 'node:fs';
import { applyFile } from '../app/apply.ts';
import { approveMembers } from '../app/approve.ts';
import { type BroadcastRefusal, type BroadcastVerb, changeBroadcast } from '../app/broadcasts.ts';
import { exportMembers } from '../app/exportMembers.ts';
import { importMembers } from '../app/importMembers.ts';
import { type ShownBroadcast, showBook, shownBroadcast } from '../app/showBook.ts';
import { type Tried, type TriedError, tryText } from '../app/tryText.ts';
import { withContext } from './context.ts';
import { Stopped } from './installation.ts';
import { print, printJson, progress } from './print.ts';
import { table } from './table.ts';

type Json = { json?: boolean };

const noBook = (address: string): Stopped =>
  new Stopped(`There is no book with the address "${address}". Books: startstopp show books`);

/** Input the user named: a clear line when it cannot be read. */
function readInput(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Stopped(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}).`);
  }
}

type Outcome = { line: number; who: string; outcome: string; reason: string };
const isRefusal = ({ outcome }: Outcome): boolean => outcome.startsWith('refused') || outcome === 'twice';

function printErrors(file: string, errors: readonly { line: number; message: string }[], json: boolean): never {
  if (json) printJson({ ok: false, errors });
  else for (const { line, message } of errors) process.stderr.write(`${file}:${line}: ${message}\n`);
  throw new Stopped(
    `${errors.length === 1 ? 'One error' : `${errors.length} errors`} in ${file}; nothing was changed.`,
  );
}

export async function apply(file: string, options: Json): Promise<void> {
  const source = readInput(file);
  const result = await withContext((context) => applyFile(source, context));
  if (!result.ok) printErrors(file, result.errors, options.json ?? false);
  if (options.json) return printJson(result);
  for (const change of result.changes) print(change);
  for (const one of result.outcomes.filter(isRefusal))
    print(`line ${one.line}: ${one.who}: ${one.outcome.replaceAll('_', ' ')}: ${one.reason}`);
  if (result.changes.length === 0) print('Nothing to change.');
}

export async function importFile(address: string, file: string, options: Json): Promise<void> {
  readInput(file);
  const result = await withContext((context) =>
    importMembers(address, file, context, {
      progress: ({ doing, rows, of }) => progress(`${doing} ${rows}${of === null ? '' : ` of ${of}`} rows`),
    }),
  );
  progress(null);
  if (!result.ok) {
    if (result.why === 'no_book') throw noBook(address);
    printErrors(file, result.errors, options.json ?? false);
  }
  if (options.json) return printJson(result);
  print(
    `${result.rows} rows: ${result.added} added, ${result.changed} changed, ${result.alreadyThere} already there, ${result.refused.length} refused`,
  );
  for (const one of result.refused)
    print(`line ${one.line}: ${one.who}: ${one.outcome.replaceAll('_', ' ')}: ${one.reason}`);
}

export async function exportFile(address: string, options: { unsubscribed?: boolean }): Promise<void> {
  await withContext(async ({ store }) => {
    const exported = await exportMembers(address, { unsubscribed: options.unsubscribed ?? false }, { store });
    if (!exported.ok) throw noBook(address);
    for await (const line of exported.lines) print(line);
  });
}

export async function show(address: string, options: Json): Promise<void> {
  const book = await withContext(({ store, clock, config }) =>
    showBook(address, store.reads, { now: clock.now(), listDomain: config.listDomain }),
  );
  if (!book) throw noBook(address);
  if (options.json) return printJson(book);
  print(
    `${book.name}  (${book.address}, ${book.number}${book.keyword ? `, keyword ${book.keyword}` : ''}${book.main ? ', main book' : ''})`,
  );
  print(`mail: ${book.mail}`);
  print(
    `\n${table(
      ['setting', 'value'],
      Object.entries(book.settings).map(([name, value]) => [name, String(value)]),
    )}`,
  );
  print(
    `\nwriters: ${book.writers.map((one) => (book.confirming.includes(one) ? `${one} (confirms every mail)` : one)).join(', ') || 'none'}\nfunctionaries: ${book.functionaries.join(', ') || 'none'}`,
  );
  const counts = Object.entries(book.counts).map(([status, count]) => `${count} ${status}`);
  print(`\nmembers: ${counts.join(', ') || 'none'}`);
  if (book.members.length > 0)
    print(
      table(
        ['phone', 'mail', 'name', 'status', 'since'],
        book.members.slice(0, 200).map((m) => [m.phone, m.mail, m.name, m.status, m.since]),
      ),
    );
  if (book.members.length > 200) print(`… and ${book.members.length - 200} more: startstopp export ${book.address}`);
  if (book.broadcasts.length > 0) print(`\n${broadcastTable(book.broadcasts)}`);
  const lines = book.log.slice(0, 20);
  if (lines.length > 0)
    print(
      `\n${table(
        ['at', 'what', 'rule', 'from', 'text'],
        lines.map((l) =>
          l.what === 'inbound' ? [l.at, l.kind, l.rule, l.from, firstOf(l.text)] : [l.at, l.event, '', l.actor, ''],
        ),
      )}`,
    );
}

export async function list(options: Json): Promise<void> {
  const rows = await withContext(async ({ store }) => {
    const numbers = new Map((await store.reads.numbers()).map((number) => [number.id, number.e164]));
    return Promise.all(
      (await store.reads.books()).map(async (book) => ({
        address: book.address,
        name: book.name,
        number: numbers.get(book.numberId) ?? '',
        keyword: book.keyword,
        active: (await store.reads.memberCounts(book.id)).active ?? 0,
      })),
    );
  });
  if (options.json) return printJson(rows);
  print(
    rows.length === 0
      ? 'No books yet. Make one with: startstopp apply FILE.yaml'
      : table(
          ['address', 'name', 'number', 'keyword', 'active'],
          rows.map((r) => [r.address, r.name, r.number, r.keyword, r.active]),
        ),
  );
}

export async function judge(
  verdict: 'approve' | 'refuse',
  address: string,
  phones: string[],
  options: Json & { all?: boolean },
): Promise<void> {
  if (phones.length === 0 && !options.all) throw new Stopped('Name the phones, or give --all.');
  const result = await withContext((context) =>
    approveMembers(address, verdict, options.all ? 'all' : phones, { actor: 'cli', door: 'cli' }, context),
  );
  if (!result.ok) throw noBook(address);
  if (options.json) printJson(result.outcomes);
  else if (result.outcomes.length === 0) print('Nobody waits for approval.');
  else
    print(
      table(
        ['who', 'name', 'outcome'],
        result.outcomes.map((one) => [
          one.who,
          one.name,
          `${one.outcome.replaceAll('_', ' ')}${one.reason === '' ? '' : `: ${one.reason}`}`,
        ]),
      ),
    );
  const done = result.outcomes.some((one) => one.outcome === 'approved' || one.outcome === 'refused');
  if (!done && !options.all) throw new Stopped('Nobody of these waits for approval; nothing was changed.');
}

export async function broadcasts(address: string, options: Json): Promise<void> {
  const rows = await withContext(async ({ store, clock }) => {
    const book = await store.reads.book(address);
    if (!book) throw noBook(address);
    const found = await store.reads.broadcasts(book.id, 100);
    return Promise.all(found.map((one) => shownBroadcast(one, store.reads, clock.now())));
  });
  if (options.json) return printJson(rows);
  print(rows.length === 0 ? 'Nothing has been sent to this book yet.' : broadcastTable(rows));
}

const REFUSALS: Record<BroadcastRefusal, string> = {
  not_found: 'There is no broadcast with that id. Ids: startstopp broadcasts ADDRESS',
  not_running: 'It is not going out now, so it cannot be paused.',
  not_paused: 'It is not paused.',
  not_waiting: 'It waits for no time.',
  over: 'It has ended already.',
  too_late: 'Its latest time has passed, so it is not sent late. Write it again if it still holds.',
  changed: 'It changed meanwhile; try again.',
};

export async function change(verb: BroadcastVerb, id: string, options: Json): Promise<void> {
  const shown = await withContext(async (context) => {
    const outcome = await changeBroadcast(id, verb, { actor: 'cli', reason: 'person' }, context);
    if (!outcome.ok) throw new Stopped(REFUSALS[outcome.why]);
    return shownBroadcast(outcome.broadcast, context.store.reads, context.clock.now());
  });
  if (options.json) return printJson(shown);
  print(
    `${shown.status}: ${shown.accepted} handed over, ${shown.waiting} waiting, ${shown.cancelled} cancelled of ${shown.recipients}${shown.eta ? `, done about ${shown.eta}` : ''}`,
  );
}

export async function tryOut(
  address: string,
  text: string | undefined,
  options: Json & { from?: string; batch?: string },
): Promise<void> {
  const cases = options.batch === undefined ? oneCase(text, options.from) : readBatch(options.batch);
  const result = await withContext((context) => tryText(address, cases, context));
  if (!result.ok) throw noBook(address);
  if (options.batch !== undefined) return printJson(result.tried);
  const [tried] = result.tried;
  if (!tried) return;
  if (options.json) return printJson(tried);
  printTried(tried);
}

function oneCase(text: string | undefined, from: string | undefined): { text: string; from: string }[] {
  if (text === undefined) throw new Stopped('Give the text to try, or --batch FILE.json.');
  if (from === undefined) throw new Stopped('Give the sender: --from +46701740605');
  return [{ text, from }];
}

function readBatch(file: string): { text: string; from: string }[] {
  let value: unknown;
  try {
    value = JSON.parse(readInput(file));
  } catch (error) {
    if (error instanceof Stopped) throw error;
    throw new Stopped(`${file} is not JSON: ${(error as Error).message}`);
  }
  const fits = (one: unknown): one is { text: string; from: string } =>
    typeof (one as { text?: unknown })?.text === 'string' && typeof (one as { from?: unknown })?.from === 'string';
  if (!Array.isArray(value)) throw new Stopped(`${file} must hold an array of { "text", "from" }.`);
  const wrong = value.findIndex((one) => !fits(one));
  if (wrong >= 0) throw new Stopped(`${file}: entry ${wrong + 1} must be { "text": "…", "from": "+46…" }.`);
  return value as { text: string; from: string }[];
}

function printTried(tried: Tried | TriedError): void {
  if ('error' in tried) throw new Stopped(tried.error);
  print(`read as   ${tried.normalForm || '(nothing)'}`);
  print(
    `rule      ${tried.rule ?? 'none'}${tried.also.length > 0 ? `  also ${tried.also.join(', ')}` : ''}  (${tried.kind}${tried.book ? `, book ${tried.book}` : ''})`,
  );
  for (const { do: what, ...rest } of tried.changes)
    print(
      `change    ${what.replaceAll('_', ' ')} ${Object.entries(rest)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
    );
  if (tried.changes.length === 0) print('change    nothing');
  for (const out of tried.outgoing)
    print(`text      to ${out.to} (${out.parts} ${out.parts === 1 ? 'part' : 'parts'}): ${out.text}`);
  if (tried.outgoing.length === 0) print('text      none');
}

function broadcastTable(rows: readonly ShownBroadcast[]): string {
  return table(
    ['broadcast', 'at', 'status', 'of', 'handed over', 'delivered', 'failed', 'cancelled', 'waiting', 'text'],
    rows.map((r) => [
      r.id,
      r.at,
      r.pausedFor ? `${r.status} (${r.pausedFor})` : r.status,
      r.recipients,
      r.accepted,
      r.delivered,
      r.failed,
      r.cancelled,
      r.waiting,
      firstOf(r.text),
    ]),
  );
}

/** One line of a text; control characters would move a terminal's cursor. */
function firstOf(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]+/gu, ' ');
  return line.length > 40 ? `${line.slice(0, 37)}...` : line;
}
