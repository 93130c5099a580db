import { type SQL, sql } from 'drizzle-orm';
import type { ConsentEvent } from '../core/consent.ts';
import type { MailProof } from '../core/mail.ts';
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
 * Takes everything personal about an address out of the database. What stays: the keyed hash in `stops` and in the
 * ledger's fixed facts, so that who left stays out (B-41); the counts; the ids. One transaction for the membership, the
 * ledger and a line that says so; then the long tables page by page, as no index leads from an address to them. Repeating
 * it is harmless. Sends nothing more: queued messages to the address are cancelled.
 */
export function eraseOf(db: Database) {
  const stepsFor = stepsOf(db);
  const { inbounds, deliveries } = db.tables;
  const short = shortOf(db);
  /** Texts to functionaries that quote the person (B-27) hang on the person's inbounds. */
  const quoted = db.statement(sql`update deliveries set text = '' where text is not null and inbound_id is not null
    and inbound_id in (select id from inbounds where sender = ${address} and id > ${p('from')} and id <= ${p('to')})`);
  const texts = db.statement(sql`update inbounds set sender = '', text = '' where sender = ${address}
    and id > ${p('from')} and id <= ${p('to')}`);
  /** Before the inbounds lose their sender, which is what leads to the mails. A mail that went to everybody keeps its words. */
  const theirs = sql`from mails m join inbounds i on m.inbound_id is not null and i.id = m.inbound_id
    where i.sender = ${address} and i.id > ${p('from')} and i.id <= ${p('to')}`;
  const pieces = db.statement(sql`delete from mail_pieces where raw_id in (select m.raw_id ${theirs})`);
  const files = db.statement(
    sql`delete from attachments where raw_id in (select m.raw_id ${theirs} and i.broadcast_id is null)`,
  );
  const words = db.statement(
    sql`update mails set subject = '', text = '' where id in (select m.id ${theirs} and i.broadcast_id is null)`,
  );
  const senders = db.statement(
    sql`update mails set envelope_from = '', message_id = '', remote = '', pieces = 0, proof = ${sql.param(NOBODY, db.tables.mails.proof)}
      where id in (select m.id ${theirs})`,
  );
  /** The id keeps it unique among the copies of one broadcast. */
  const copies =
    db.statement(sql`update deliveries set address = 'erased:' || id, text = case when text is null then null else '' end,
    status = case when status = 'queued' then 'cancelled' else status end,
    reason = case when status = 'queued' then 'erased' else reason end
    where address = ${address} and id > ${p('from')} and id <= ${p('to')}`);
  /** "Told once" keys are made with addresses; with the hash in its place a key still says the same. */
  const keys = db.statement(sql`update deliveries set once_key = replace(once_key, ${address}, ${hash})
    where once_key is not null and replace(once_key, ${address}, '') <> once_key
    and id > ${p('from')} and id <= ${p('to')}`);
  const nextInbound = db.statement(
    sql`select max(id) from (select id from inbounds where id > ${p('from')} order by id limit ${sql.raw(String(PAGE))}) page`,
    { to: inbounds.id },
  );
  const nextDelivery = db.statement(
    sql`select max(id) from (select id from deliveries where id > ${p('from')} order by id limit ${sql.raw(String(PAGE))}) page`,
    { to: deliveries.id },
  );

  async function paged<K>(next: Statement<{ to: K }>, from: K, given: object, statements: Statement<never>[]) {
    let rows = 0;
    for (let at = from; ; ) {
      const [page] = await db.read(next, { from: at });
      const to = (page?.to ?? null) as K | null;
      if (to === null) return rows;
      const bounds = { ...given, from: at, to };
      rows += await db.write(function* (): Work<number> {
        let changed = 0;
        for (const statement of statements) changed += (yield* run(statement, bounds)).changes;
        return changed;
      });
      at = to;
    }
  }

  return async (erased: string, addressHash: string, event: ConsentEvent): Promise<{ rows: number }> => {
    const given = { address: erased, addressHash };
    const { calls } = stepsFor([{ add: 'consentEvents', row: event, exists: 'ignore' }]);
    let rows = await db.write(function* (): Work<number> {
      let changed = 0;
      for (const statement of short) changed += (yield* run(statement, given)).changes;
      yield calls;
      return changed;
    });
    rows += await paged(nextInbound, '', given, [pieces, files, words, senders, quoted, texts]);
    rows += await paged(nextDelivery, 0, given, [copies, keys]);
    return { rows };
  };
}

/** What an index or a small table leads to. Order matters: stops are taken from the members' rows before they go. */
function shortOf(db: Database): Statement<never>[] {
  const statements: SQL[] = [
    sql`insert into stops (scope, scope_id, address_hash, address, since, how)
      select 'book', book_id, ${hash}, null, coalesce(left_at, since), 'erased' from members
      where (phone = ${address} or mail = ${address}) and status = 'unsubscribed' on conflict do nothing`,
    sql`update stops set address = null where address_hash = ${hash} and address is not null`,
    sql`update roll_answers set text = '' where member_id in
      (select id from members where phone = ${address} or mail = ${address} or other_phone = ${address})`,
    sql`update members set other_phone = null, version = version + 1 where other_phone is not null and other_phone = ${address}`,
    sql`delete from crisis_pins where address = ${address}`,
    sql`delete from members where phone = ${address}`,
    sql`delete from members where mail = ${address}`,
    sql`delete from conversations where sender = ${address}
      and number_id in (select id from numbers union all select 'mail:' || id from organisations)`,
    sql`delete from consent_persons where event_id in (select id from consent_events where address_hash = ${hash})`,
    sql`update broadcasts set writer = '' where writer = ${address}`,
    sql`delete from writers where address = ${address}`,
    sql`delete from functionaries where address = ${address}`,
    sql`delete from tokens where address = ${address}`,
    sql`delete from bounces where address = ${address}`,
    sql`delete from join_forms where phone = ${address} or mail = ${address}`,
    sql`delete from carrier_messages where receiver = ${address} or sender = ${address}`,
    sql`update installation set directory_version = directory_version + 1`,
  ];
  return statements.map((statement) => db.statement(statement));
}
