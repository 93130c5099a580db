import { type SQL, sql } from 'drizzle-orm';
import type { MailProof } from '../core/mail.ts';
import type { Erasure } from '../ports/personReads.ts';
import { type Database, run, type Work } from './database.ts';
import type { Statement } from './statement.ts';
import { stepsOf } from './steps.ts';

/** A mail without its sender. */
const NOBODY: MailProof = { from: '', proven: false, by: '', reasons: [], spf: '', dkim: '', dmarc: '', arc: '' };

/** Rows looked through in one transaction, so that nobody waits long for the lock. */
const PAGE = 20_000;
const p = (name: string) => sql.placeholder(name);
const address = p('address');
const hash = p('addressHash');

/**
 * Takes everything personal about an address out of what some organisations hold. What stays: the keyed hash in `stops` and
 * in the ledger's fixed facts, so that who left stays out (B-41); the counts; the ids; other organisations' rows. One
 * transaction for the membership, the ledger and the lines that say so; then the long tables page by page, as no index
 * leads from an address to them. Repeating it is harmless. Sends nothing more: queued messages to the address, and notices
 * about the person, are cancelled.
 */
export function eraseOf(db: Database) {
  const stepsFor = stepsOf(db);
  const { inbounds, deliveries, mails } = db.tables;
  const short = shortOf(db);
  const within = (table = '') => db.among(sql.raw(`${table}organisation_id`), 'organisationIds');
  const inPage = sql`id > ${p('from')} and id <= ${p('to')}`;
  const emptied = sql`text = '', letter = null,
    status = case when status = 'queued' then 'cancelled' else status end,
    reason = case when status = 'queued' then 'erased' else reason end`;
  /** Texts to functionaries that quote the person (B-27) hang on the person's inbounds. */
  const quoted =
    db.statement(sql`update deliveries set ${emptied} where text is not null and text <> '' and inbound_id is not null
    and inbound_id in (select id from inbounds where sender = ${address} and ${within()} and ${inPage})`);
  const texts = db.statement(sql`update inbounds set sender = '', text = '' where sender = ${address} and ${within()}
    and ${inPage}`);
  /** Before the inbounds lose their sender, which is what leads to the mails. A mail that went to everybody keeps its words. */
  const theirs = sql`from mails m join inbounds i on m.inbound_id is not null and i.id = m.inbound_id
    where i.sender = ${address} and ${within('i.')} and i.id > ${p('from')} and i.id <= ${p('to')}`;
  const pieces = db.statement(sql`delete from mail_pieces where raw_id in (select m.raw_id ${theirs})`);
  const files = db.statement(
    sql`delete from attachments where raw_id in (select m.raw_id ${theirs} and i.broadcast_id is null)`,
  );
  const words = db.statement(
    sql`update mails set subject = '', text = '' where id in (select m.id ${theirs} and i.broadcast_id is null)`,
  );
  const nobody = sql`envelope_from = '', message_id = '', remote = '', pieces = 0, proof = ${sql.param(NOBODY, mails.proof)}`;
  const senders = db.statement(sql`update mails set ${nobody} where id in (select m.id ${theirs})`);
  /** Mails of theirs that became no inbound: automatic answers, reports, what no book could be named for. */
  const stray = sql`envelope_from = ${address} and inbound_id is null and ${within()} and ${inPage}`;
  const strayParts = (['mail_pieces', 'attachments'] as const).map((table) =>
    db.statement(sql`delete from ${sql.raw(table)} where raw_id in (select raw_id from mails where ${stray})`),
  );
  const strayMails = db.statement(sql`update mails set subject = '', text = '', ${nobody} where ${stray}`);
  /** The id keeps it unique among the copies of one broadcast. */
  const copies =
    db.statement(sql`update deliveries set address = 'erased:' || id, text = case when text is null then null else '' end, letter = null,
    status = case when status = 'queued' then 'cancelled' else status end,
    reason = case when status = 'queued' then 'erased' else reason end
    where address = ${address} and ${within()} and ${inPage}`);
  /** Notices that name them and hang on no inbound: somebody left by a link, a mail came back. */
  const named = db.statement(
    sql`update deliveries set ${emptied} where kind = 'notice' and broadcast_id is null and text is not null and text <> ''
      and ${within()} and ${inPage} and ${db.containsAny(sql`text`, 'names')}`,
  );
  /** "Told once" keys are made with addresses; with the hash in its place a key still says the same. */
  const keys = db.statement(sql`update deliveries set once_key = replace(once_key, ${address}, ${hash})
    where once_key is not null and replace(once_key, ${address}, '') <> once_key and ${within()} and ${inPage}`);
  const next = <K>(table: string, column: K) =>
    db.statement(
      sql`select max(id) from (select id from ${sql.raw(table)} where id > ${p('from')} order by id limit ${sql.raw(String(PAGE))}) page`,
      { to: column as never },
    ) as unknown as Statement<{ to: unknown }>;
  const long = [
    { next: next('inbounds', inbounds.id), start: '', statements: [pieces, files, words, senders, quoted, texts] },
    { next: next('mails', mails.id), start: '', statements: [...strayParts, strayMails] },
    { next: next('deliveries', deliveries.id), start: 0, statements: [copies, named, keys] },
  ];

  return async ({
    address: erased,
    addressHash,
    organisationIds,
    events,
    names,
  }: Erasure): Promise<{ rows: number }> => {
    const given = { address: erased, addressHash, organisationIds, names: [erased, ...names] };
    const { calls } = stepsFor(events.map((row) => ({ add: 'consentEvents', row, exists: 'ignore' }) as const));
    let rows = await db.write(function* (): Work<number> {
      let changed = 0;
      for (const statement of short) changed += (yield* run(statement, given)).changes;
      yield calls;
      return changed;
    });
    for (const { next: ahead, start, statements } of long) {
      for (let from: unknown = start; ; ) {
        const [page] = await db.read(ahead, { from });
        const to = page?.to ?? null;
        if (to === null) break;
        const bounds = { ...given, from, to };
        rows += await db.write(function* (): Work<number> {
          let changed = 0;
          for (const statement of statements) changed += (yield* run(statement, bounds)).changes;
          return changed;
        });
        from = to;
      }
    }
    return { rows };
  };
}

/** What an index or a small table leads to. Order matters: stops are taken from the members' rows before they go. */
function shortOf(db: Database): Statement<never>[] {
  const within = db.among(sql`organisation_id`, 'organisationIds');
  const books = sql`(select id from books where ${within})`;
  const lines = sql`(select id from numbers where ${within} union all select 'mail:' || id from organisations where ${db.among(sql`id`, 'organisationIds')})`;
  const numbers = sql`(select e164 from numbers where ${within})`;
  const statements: SQL[] = [
    sql`insert into stops (scope, scope_id, address_hash, address, since, how)
      select 'book', book_id, ${hash}, null, coalesce(left_at, since), 'erased' from members
      where (phone = ${address} or mail = ${address}) and status = 'unsubscribed' and book_id in ${books} on conflict do nothing`,
    sql`update stops set address = null where address_hash = ${hash} and address is not null
      and (scope_id in ${books} or scope_id in ${lines})`,
    sql`update roll_answers set text = '' where member_id in (select id from members
      where (phone = ${address} or mail = ${address} or other_phone = ${address}) and book_id in ${books})`,
    sql`update members set other_phone = null, version = version + 1 where other_phone = ${address} and book_id in ${books}`,
    sql`delete from members where phone = ${address} and book_id in ${books}`,
    sql`delete from members where mail = ${address} and book_id in ${books}`,
    sql`delete from conversations where sender = ${address} and number_id in ${lines}`,
    sql`delete from consent_persons where event_id in (select id from consent_events where address_hash = ${hash} and ${within})`,
    sql`update broadcasts set writer = '' where writer = ${address} and ${within}`,
    sql`delete from writers where address = ${address} and book_id in ${books}`,
    sql`delete from functionaries where address = ${address} and book_id in ${books}`,
    sql`delete from crisis_pins where address = ${address} and book_id in ${books}`,
    sql`delete from tokens where address = ${address} and book_id in ${books}`,
    sql`delete from join_forms where (phone = ${address} or mail = ${address}) and book_id in ${books}`,
    sql`delete from bounces where address = ${address} and ${within}`,
    // The simulated network. A broadcast may go out under a name in place of the number; its delivery says whose it was.
    sql`delete from carrier_messages where (sender = ${address} and receiver in ${numbers})
      or (receiver = ${address} and (sender in ${numbers} or exists (select 1 from deliveries d where d.id = carrier_messages.delivery_id
        and ${db.among(sql`d.organisation_id`, 'organisationIds')})))`,
    sql`delete from carrier_blocks where receiver = ${address} and sender in ${numbers}`,
    sql`update installation set directory_version = directory_version + 1`,
  ];
  return statements.map((statement) => db.statement(statement));
}
