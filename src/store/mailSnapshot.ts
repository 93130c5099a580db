import { asc, eq, getTableColumns, sql } from 'drizzle-orm';
import { emptyState } from '../core/conversation.ts';
import { mailLine } from '../core/mail.ts';
import type { MailReads } from '../ports/mailReads.ts';
import type { Database } from './database.ts';
import type { DirectoryReader } from './directory.ts';
import { conversationOf, mayWrite, reachOf, stopIn } from './snapshot.ts';
import { asNumber } from './statement.ts';

const p = (name: string) => sql.placeholder(name);

/**
 * One book as the sender of a mail meets it: as the hot path's read (snapshot.ts), with the rows by mail address and the
 * conversation with the organisation's mail line.
 */
export function mailSnapshotOf(db: Database, directory: DirectoryReader): MailReads['mailSnapshot'] {
  const { members, stops } = db.tables;
  const conversationRow = conversationOf(db);
  const reached = reachOf(db);
  const memberRows = db.statement(
    db.build
      .select()
      .from(members)
      .where(
        sql`${members.mail} is not null and ${members.mail} = ${p('sender')} and ${members.bookId} = ${p('bookId')}`,
      )
      .orderBy(asc(members.id)),
    getTableColumns(members),
  );
  const stopRows = db.statement(
    db.build
      .select()
      .from(stops)
      .where(eq(stops.addressHash, p('senderHash'))),
    getTableColumns(stops),
  );
  /** Few tokens live at any time; only asked for somebody who may write. */
  const waiting = db.statement(
    sql`select count(*) from tokens where expires_at > ${p('now')} and purpose = 'send' and used_at is null
      and address = ${p('sender')}`,
    { count: asNumber },
  );

  async function read(bookId: string, sender: string, senderHash: string) {
    let known = directory.kept ?? (await directory.load());
    for (;;) {
      const entry = known.byBook.get(bookId);
      const numberId = mailLine(entry?.organisation.id ?? '');
      const given = { numberId, sender, senderHash, bookId };
      const [versions, conversation, rows, stopped] = await db.readAll([
        { statement: directory.version, given },
        { statement: conversationRow, given },
        { statement: memberRows, given },
        { statement: stopRows, given },
      ]);
      if ((versions[0]?.version ?? 0) === known.version) {
        return { entry, known, conversation: conversation[0], rows, stopped };
      }
      known = await directory.load();
    }
  }

  return async (bookId, sender, senderHash, now) => {
    const { entry, known, conversation, rows, stopped } = await read(bookId, sender, senderHash);
    if (entry === undefined) return null;
    const { number, organisation, entry: of } = entry;
    const writes = mayWrite(of, sender, rows);
    const [activeCount, open] = await Promise.all([
      writes ? reached(bookId) : 0,
      writes ? db.read(waiting, { sender, now }) : [],
    ]);
    const view = {
      book: of.book,
      activeCount,
      functionaries: of.functionaries,
      senderIsWriter: of.writers.has(sender),
      senderIsFunctionary: of.functionaries.includes(sender),
      members: rows,
      stop: stopIn(stopped, 'book', bookId),
      lastCopyAt: null,
    };
    const line = mailLine(organisation.id);
    return {
      snapshot: {
        organisation,
        // What a provider answers by itself (B-44) is no matter of mail.
        number: { ...number, providerKeywords: 'off' as const },
        ownNumbers: known.ownNumbers,
        books: [view],
        conversation: conversation ?? { numberId: line, sender, state: emptyState(), version: 0, updatedAt: 0 },
        stopOnNumber: stopIn(stopped, 'number', line),
        stopAtProvider: null,
        recentTexts: [],
        held: [],
      },
      view,
      alwaysConfirms: of.confirming.has(sender),
      ownAddresses: known.addresses,
      paused: stopIn(stopped, 'provider', line),
      openConfirms: open[0]?.count ?? 0,
    };
  };
}
