import { getTableColumns, sql } from 'drizzle-orm';
import type { MailReads } from '../ports/mailReads.ts';
import type { Database } from './database.ts';
import type { DirectoryReader } from './directory.ts';
import { mailSnapshotOf } from './mailSnapshot.ts';
import { given } from './outboxSql.ts';
import { asNumber, asText, asTextOrNull } from './statement.ts';

/** Of the sweep for raw mails that were never decided. */
const ORPHAN_WINDOW_MS = 2 * 3_600_000;

/** Reads of the mail door (ports/mailReads.ts says what each promises). */
export function mailReadsOf(db: Database, directory: DirectoryReader): MailReads {
  return { mailSnapshot: mailSnapshotOf(db, directory), ...mailsOf(db), ...overdueOf(db) };
}

function mailsOf(db: Database): Pick<MailReads, 'mail' | 'mailOfInbound' | 'token' | 'sentMails' | 'bouncesOf'> {
  const { mails, tokens, bounces } = db.tables;
  const columns = getTableColumns(mails);
  const mail = db.statement(
    db.build
      .select()
      .from(mails)
      .where(sql`id = ${given('id')}`),
    columns,
  );
  const ofInbound = db.statement(
    db.build
      .select()
      .from(mails)
      .where(sql`inbound_id is not null and inbound_id = ${given('inboundId')}`),
    columns,
  );
  const token = db.statement(
    db.build
      .select()
      .from(tokens)
      .where(sql`id = ${given('id')}`),
    getTableColumns(tokens),
  );
  const sent = db.statement(
    sql`select id, organisation_id, book_id, broadcast_id, member_id, address, provider_id from deliveries d
      where ${db.among(sql`d.id`, 'ids')} and d.number_id = 'mail:' || d.organisation_id`,
    {
      id: asNumber,
      organisationId: asText,
      bookId: asTextOrNull,
      broadcastId: asTextOrNull,
      memberId: asTextOrNull,
      address: asText,
      providerId: asTextOrNull,
    },
  );
  const back = db.statement(
    db.build
      .select()
      .from(bounces)
      .where(sql`address = ${given('address')} and at >= ${given('since')}`)
      .orderBy(sql`at, id`),
    getTableColumns(bounces),
  );
  return {
    mail: async (id) => (await db.read(mail, { id }))[0] ?? null,
    mailOfInbound: async (inboundId) => (await db.read(ofInbound, { inboundId }))[0] ?? null,
    token: async (id) => (await db.read(token, { id }))[0] ?? null,
    sentMails: (ids) => (ids.length === 0 ? Promise.resolve([]) : db.read(sent, { ids })),
    bouncesOf: (address, since) => db.read(back, { address, since }),
  };
}

function overdueOf(db: Database): Pick<MailReads, 'tokensOver' | 'rawMailsOver' | 'attachmentsOver' | 'bouncesOver'> {
  const ids = { id: asText };
  const limit = sql`limit ${given('limit')}`;
  const tokens = db.statement(sql`select id from tokens where expires_at < ${given('before')} ${limit}`, ids);
  const bounces = db.statement(sql`select id from bounces where at < ${given('before')} ${limit}`, ids);
  const attachments = db.statement(
    sql`select distinct raw_id from attachments where created_at < ${given('before')} ${limit}`,
    ids,
  );
  const raws = db.statement(
    sql`select distinct raw_id from mail_pieces p where p.created_at < ${given('before')} ${limit}`,
    ids,
  );
  // A window, for this is asked every second and the mails of a month would be looked up each time. What fell through
  // it (the house was down) goes with its age.
  const orphans = db.statement(
    sql`select distinct raw_id from mail_pieces p where p.created_at < ${given('before')} and p.created_at >= ${given('after')}
      and not exists (select 1 from mails m where m.raw_id = p.raw_id) ${limit}`,
    ids,
  );
  const idsOf = async (rows: Promise<{ id: string }[]>) => (await rows).map(({ id }) => id);
  return {
    tokensOver: (before, most) => idsOf(db.read(tokens, { before, limit: most })),
    bouncesOver: (before, most) => idsOf(db.read(bounces, { before, limit: most })),
    attachmentsOver: (before, most) => idsOf(db.read(attachments, { before, limit: most })),
    async rawMailsOver(before, orphansBefore, most) {
      const [old, never] = await db.readAll([
        { statement: raws, given: { before, limit: most } },
        { statement: orphans, given: { before: orphansBefore, after: orphansBefore - ORPHAN_WINDOW_MS, limit: most } },
      ]);
      return [...new Set([...old, ...never].map(({ id }) => id))].slice(0, most);
    },
  };
}
