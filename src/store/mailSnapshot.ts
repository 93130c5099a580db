import { asc, getTableColumns, sql } from 'drizzle-orm';
import { emptyState } from '../core/conversation.ts';
import { mailLine } from '../core/mail.ts';
import type { MailReads } from '../ports/mailReads.ts';
import type { Database } from './database.ts';
import type { Directory, DirectoryReader } from './directory.ts';
import { bookView, mayWrite, reachOf, rightNow, senderReadOf, stopIn } from './snapshot.ts';
import { asNumber } from './statement.ts';

const p = (name: string) => sql.placeholder(name);

/**
 * One book as the sender of a mail meets it: as the hot path's read (snapshot.ts), with the rows by mail address and the
 * conversation with the organisation's mail line.
 */
export function mailSnapshotOf(db: Database, directory: DirectoryReader): MailReads['mailSnapshot'] {
  const { members } = db.tables;
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
  /** Few tokens live at any time; only asked for somebody who may write. */
  const waiting = db.statement(
    sql`select count(*) from tokens where expires_at > ${p('now')} and purpose = 'send' and used_at is null
      and address = ${p('sender')}`,
    { count: asNumber },
  );

  const read = senderReadOf(db, directory, memberRows);

  return async (bookId, sender, senderHash, now) => {
    const lineIn = ({ byBook }: Directory) => mailLine(byBook.get(bookId)?.organisation.id ?? '');
    const { known, conversation, rows, stopped } = await read({ sender, senderHash, bookId }, lineIn);
    const entry = known.byBook.get(bookId);
    if (entry === undefined) return null;
    const { number, organisation } = entry;
    const of = rightNow(entry.entry, now);
    const writes = mayWrite(of, sender, rows);
    const [activeCount, open] = await Promise.all([
      writes ? reached(bookId) : 0,
      writes ? db.read(waiting, { sender, now }) : [],
    ]);
    const view = { ...bookView(of, sender, rows, stopped), activeCount, lastCopyAt: null };
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
