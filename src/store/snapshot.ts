import { asc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { Book } from '../core/book.ts';
import type { Stop } from '../core/consent.ts';
import { type Conversation, emptyState } from '../core/conversation.ts';
import type { Member } from '../core/member.ts';
import type { BookView } from '../core/snapshot.ts';
import { inCrisis, underCrisis } from '../core/underCrisis.ts';
import type { Reads } from '../ports/store.ts';
import type { Database } from './database.ts';
import type { BookEntry, Directory, DirectoryReader } from './directory.ts';
import { asNumber, type Statement } from './statement.ts';

/** How far back reactions, quotes and "the book that last sent to them" look (B-18, B-23, B-25, B-47). */
const LOOK_BACK_MS = 30 * 24 * 3_600_000;
const QUOTES = 50;

/**
 * The hot path's read. Four tiny statements always (directory version, conversation, the sender's rows, the sender's
 * stops), in one round trip; others only when the sender or the text makes them matter.
 */
export function snapshotOf(db: Database, directory: DirectoryReader): Reads['snapshot'] {
  const { members, broadcasts } = db.tables;
  const p = (name: string) => sql.placeholder(name);

  const reached = reachOf(db);
  const memberRows = db.statement(
    db.build
      .select()
      .from(members)
      .where(eq(members.phone, p('sender')))
      .orderBy(asc(members.id)),
    getTableColumns(members),
  );
  const secondRows = db.statement(
    db.build
      .select()
      .from(members)
      .where(sql`other_phone is not null and ${members.otherPhone} = ${p('sender')}`)
      .orderBy(asc(members.id)),
    getTableColumns(members),
  );
  const heldFields = {
    id: broadcasts.id,
    bookId: broadcasts.bookId,
    text: broadcasts.text,
    parts: broadcasts.parts,
    version: broadcasts.version,
  };
  const heldRows = db.statement(
    db.build
      .select(heldFields)
      .from(broadcasts)
      .where(sql`${db.among(broadcasts.id, 'ids')} and status = 'held'`),
    heldFields,
  );
  const recentFields = {
    broadcastId: broadcasts.id,
    bookId: broadcasts.bookId,
    header: broadcasts.header,
    text: broadcasts.text,
    footer: broadcasts.footer,
  };
  const recentRows = db.statement(
    sql`select id, book_id, header, text, footer from broadcasts where number_id = ${p('numberId')}
      and created_at >= ${p('since')} and status not in ('held', 'expired', 'scheduled')
      order by created_at desc limit ${sql.raw(String(QUOTES))}`,
    recentFields,
  );
  /** One probe of deliveries_copy for each broadcast of these 30 days. */
  const lastCopies = db.statement(
    sql`select b.book_id, max(d.created_at) from broadcasts b
      join deliveries d on d.broadcast_id = b.id and d.broadcast_id is not null and d.address = ${p('sender')}
      where b.number_id = ${p('numberId')} and b.created_at >= ${p('since')} and d.status <> 'cancelled'
      group by b.book_id`,
    { bookId: broadcasts.bookId, at: asNumber },
  );

  const read = senderReadOf(db, directory, memberRows);

  return async (e164, sender, senderHash, { quotes, now }) => {
    const lineIn = ({ byNumber }: Directory) => byNumber.get(e164)?.number.id ?? '';
    const { known, conversation, rows, stopped } = await read({ sender, senderHash }, lineIn);
    const entry = known.byNumber.get(e164);
    if (entry === undefined) return null;
    const { number, organisation } = entry;
    const books = entry.books.map((each) => rightNow(each, now));
    const given = { numberId: number.id, sender, since: now - LOOK_BACK_MS };
    const isHere = (id: string) => books.some(({ book }) => book.id === id);
    const ids = conversation === undefined ? [] : pendingBroadcasts(conversation);
    // A second number only leaves and answers a roll call: asked for where it could be one.
    const second = !rows.some(({ bookId }) => isHere(bookId)) || books.some(({ book }) => inCrisis(book, now));
    const [recentTexts, held, copies, others, counts] = await Promise.all([
      quotes ? db.read(recentRows, given) : [],
      ids.length > 0 ? db.read(heldRows, { ids }) : [],
      books.length > 1 ? db.read(lastCopies, given) : [],
      second ? db.read(secondRows, given) : [],
      Promise.all(books.map((entry) => (mayWrite(entry, sender, rows) ? reached(entry.book.id) : 0))),
    ]);
    return {
      organisation,
      number,
      ownNumbers: known.ownNumbers,
      books: books.map((entry, i) => ({
        ...bookView(entry, sender, rows, stopped),
        ...secondIn(entry.book, others),
        activeCount: counts[i] ?? 0,
        lastCopyAt: copies.find(({ bookId }) => bookId === entry.book.id)?.at ?? null,
      })),
      conversation: conversation ?? { numberId: number.id, sender, state: emptyState(), version: 0, updatedAt: 0 },
      stopOnNumber: stopIn(stopped, 'number', number.id),
      stopAtProvider: stopIn(stopped, 'provider', number.id),
      recentTexts,
      held,
    };
  };
}

/**
 * What is always read of a sender, by text or by mail: the directory that it fits, the conversation on the line that
 * `lineIn` finds there, their rows and their stops. Read again when the directory has moved on in between.
 */
export function senderReadOf(db: Database, directory: DirectoryReader, memberRows: Statement<Member>) {
  const { conversations, stops } = db.tables;
  const p = (name: string) => sql.placeholder(name);
  const conversationRow = db.statement(
    db.build
      .select()
      .from(conversations)
      .where(sql`${conversations.numberId} = ${p('numberId')} and ${conversations.sender} = ${p('sender')}`),
    getTableColumns(conversations),
  );
  const stopRows = db.statement(
    db.build
      .select()
      .from(stops)
      .where(eq(stops.addressHash, p('senderHash'))),
    getTableColumns(stops),
  );
  type Asked = { sender: string; senderHash: string; bookId?: string };
  return async (asked: Asked, lineIn: (known: Directory) => string) => {
    let known = directory.kept ?? (await directory.load());
    for (;;) {
      const given = { ...asked, numberId: lineIn(known) };
      const [versions, conversation, rows, stopped] = await db.readAll([
        { statement: directory.version, given },
        { statement: conversationRow, given },
        { statement: memberRows, given },
        { statement: stopRows, given },
      ]);
      if ((versions[0]?.version ?? 0) === known.version) return { known, conversation: conversation[0], rows, stopped };
      known = await directory.load();
    }
  };
}

/** One book as this sender meets it, but for what only some doors ask. */
export const bookView = (
  { book, writers, functionaries }: BookEntry,
  sender: string,
  rows: readonly Member[],
  stopped: readonly Stop[],
): Omit<BookView, 'activeCount' | 'lastCopyAt'> => ({
  book,
  functionaries,
  senderIsWriter: writers.has(sender),
  senderIsFunctionary: functionaries.includes(sender),
  members: rows.filter((row) => row.bookId === book.id),
  stop: stopIn(stopped, 'book', book.id),
});

/** The book as it is at this moment: the one place where a crisis changes what is decided about a text or a mail. */
export const rightNow = (entry: BookEntry, now: number): BookEntry => {
  const book = underCrisis(entry.book, now);
  return book === entry.book ? entry : { ...entry, book };
};

function secondIn(book: Pick<Book, 'id'>, others: readonly Member[]): Pick<BookView, 'secondOf'> {
  const secondOf = others.filter(({ bookId }) => bookId === book.id);
  return secondOf.length === 0 ? {} : { secondOf };
}

/** How many people a broadcast reaches, by SMS or by mail; members_status alone serves it. */
export function reachOf(db: Database): (bookId: string) => Promise<number> {
  const reach = db.statement(
    sql`select count(*) from members where book_id = ${sql.placeholder('bookId')} and status = 'active'`,
    { count: asNumber },
  );
  return async (bookId) => (await db.read(reach, { bookId }))[0]?.count ?? 0;
}

const pendingBroadcasts = ({ state }: Conversation): string[] =>
  state.pending.flatMap((question) => (question.kind === 'send' ? [question.broadcastId] : []));

/** Only then is the number of recipients of interest (B-20, B-22, B-26). */
export const mayWrite = ({ book, writers }: BookEntry, sender: string, rows: readonly Member[]): boolean =>
  writers.has(sender) ||
  (book.senders === 'members' && rows.some(({ bookId, status }) => bookId === book.id && status === 'active'));

export const stopIn = (stops: readonly Stop[], scope: Stop['scope'], scopeId: string): Stop | null =>
  stops.find((stop) => stop.scope === scope && stop.scopeId === scopeId) ?? null;
