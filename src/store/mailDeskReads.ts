import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type { MailDeskReads } from '../ports/mailDeskReads.ts';
import type { Database } from './database.ts';
import { asNumber } from './statement.ts';

const p = (name: string) => sql.placeholder(name);

/** Reads of the toolbox about mail (ports/mailDeskReads.ts says what each promises). */
export function mailDeskReadsOf(db: Database): MailDeskReads {
  const { writers, mails } = db.tables;
  const confirming = db.statement(
    db.build
      .select()
      .from(writers)
      .where(and(eq(writers.bookId, p('bookId')), eq(writers.alwaysConfirm, true))),
    getTableColumns(writers),
  );
  const { id, inboundId, subject, proof, size } = mails;
  const seen = { id, inboundId, subject, proof, size };
  const ofInbounds = db.statement(
    // Word for word the condition of the index `mails_inbound`.
    db.build
      .select(seen)
      .from(mails)
      .where(and(sql`inbound_id is not null`, db.among(inboundId, 'inboundIds'))),
    seen,
  );
  // An expression in place of the column, so that the index of mail addresses is walked, not all members of the book.
  const withMail = db.statement(
    sql`select 1 from members where mail is not null and (book_id || '') = ${p('bookId')} and status = 'active' limit 1`,
    { found: asNumber },
  );
  return {
    confirmingWriters: async (bookId) => (await db.read(confirming, { bookId })).map(({ address }) => address),
    mailsOf: async (inboundIds) => (inboundIds.length === 0 ? [] : db.read(ofInbounds, { inboundIds })),
    hasMailMembers: async (bookId) => (await db.read(withMail, { bookId })).length > 0,
  };
}
