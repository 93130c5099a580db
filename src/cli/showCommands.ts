import { type BroadcastRefusal, type BroadcastVerb, changeBroadcast } from '../app/broadcasts.ts';
import { type ShownBroadcast, showBook, shownBroadcast } from '../app/showBook.ts';
import { withContext } from './context.ts';
import { Stopped } from './installation.ts';
import { noBook } from './noBook.ts';
import { print, printJson } from './print.ts';
import { table } from './table.ts';

/** Looking, and stopping what goes out: apart from the commands that read files, so that these begin in half the time. */
type Json = { json?: boolean };

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
