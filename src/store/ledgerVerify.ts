import { getTableColumns, sql } from 'drizzle-orm';
import { type ConsentEvent, personalText } from '../core/consent.ts';
import type { LedgerReport } from '../ports/store.ts';
import { breath } from './breath.ts';
import type { Database } from './database.ts';
import { chained, GENESIS, type Hashes, headOf, macOf } from './ledgerChain.ts';
import { asBoolean, given } from './outboxSql.ts';
import { orNull, type Statement } from './statement.ts';

const PAGE = 500;
/** More breaks than this say nothing new, and memory stays flat. */
const BREAKS = 1000;

type Line = ConsentEvent & {
  salt: string | null;
  address: string | null;
  name: string | null;
  text: string | null;
  providerId: string | null;
  erased: boolean;
};

/**
 * Proves the whole ledger, page by page: every hash is made again from what stands there. After a break the chain is
 * followed from the stored hash, so that each report names its own line.
 */
export function verifyOf(db: Database, keyed: Hashes): () => Promise<LedgerReport> {
  const { consentEvents, consentPersons } = db.tables;
  const fields = {
    ...getTableColumns(consentEvents),
    salt: orNull(consentPersons.salt),
    address: orNull(consentPersons.address),
    name: orNull(consentPersons.name),
    text: orNull(consentPersons.text),
    providerId: orNull(consentPersons.providerId),
    erased: asBoolean,
  };
  // Erased on demand: there is an `erased` line for the address, not older than this one. A part that somebody took out
  // of a later line, after a new joining, has none; and what one organisation erased excuses no other's lines.
  const columns = {
    ...getTableColumns(consentEvents),
    salt: consentPersons.salt,
    address: consentPersons.address,
    name: consentPersons.name,
    text: consentPersons.text,
    providerId: consentPersons.providerId,
    erased: sql`case when consent_persons.event_id is null and exists (select 1 from consent_events x
      where x.address_hash = consent_events.address_hash and x.event = 'erased' and x.at >= consent_events.at
        and (x.rule <> 'erase_organisation' or x.organisation_id = consent_events.organisation_id)) then 1 else 0 end`,
  };
  const page = (where: ReturnType<typeof sql>, order: ReturnType<typeof sql>): Statement<Line> =>
    db.statement(
      db.build
        .select(columns)
        .from(consentEvents)
        .leftJoin(consentPersons, sql`${consentPersons.eventId} = ${consentEvents.id}`)
        .where(where)
        .orderBy(order)
        .limit(PAGE),
      fields,
    );
  const sealed = page(
    sql`${consentEvents.chainNo} > ${given('after')} and consent_events.chain_no is not null`,
    sql`${consentEvents.chainNo}`,
  );
  const unsealed = page(
    sql`consent_events.chain_no is null and ${consentEvents.id} > ${given('after')}`,
    sql`${consentEvents.id}`,
  );
  const head = headOf(db);

  return async () => {
    const report: LedgerReport = { lines: 0, sealed: 0, erased: 0, breaks: [] };
    const broken = (chainNo: number | null, eventId: string, what: LedgerReport['breaks'][number]['what']) => {
      if (report.breaks.length < BREAKS) report.breaks.push({ chainNo, eventId, what });
    };
    const missing = (from: number, to: number) => {
      for (let no = from; no < to && report.breaks.length < BREAKS; no += 1) broken(no, '', 'removed');
    };
    const person = ({ salt, address, name, text, providerId, ...line }: Line) => {
      if (salt === null || address === null || name === null || text === null || providerId === null) {
        if (line.event === 'erased') return;
        if (line.erased) report.erased += 1;
        else broken(line.chainNo, line.id, 'personal_changed');
      } else if (keyed.digest(personalText({ salt, address, name, text, providerId })) !== line.personalHash) {
        broken(line.chainNo, line.id, 'personal_changed');
      }
    };

    let last = { no: 0, hash: GENESIS };
    let top = (await db.read(head))[0];
    for (;;) {
      const lines = await db.read(sealed, { after: last.no });
      for (const line of lines) {
        const no = line.chainNo ?? 0;
        missing(last.no + 1, no);
        // The line after a gap hangs on a hash that is gone; nothing can be said about it alone.
        if (no === last.no + 1 && chained(keyed, last.hash, line) !== line.chainHash) broken(no, line.id, 'changed');
        person(line);
        last = { no, hash: line.chainHash ?? '' };
      }
      report.lines += lines.length;
      report.sealed += lines.length;
      if (lines.length === PAGE) {
        await breath();
        continue;
      }
      // Somebody may seal meanwhile: the head is read after the lines, and what it knows more of is looked for again.
      const before = top;
      top = (await db.read(head))[0];
      if (top === undefined || top.mac === before?.mac || top.count <= last.no) break;
    }
    if (top === undefined) {
      if (last.no > 0) broken(last.no, '', 'head');
    } else if (top.mac !== macOf(keyed, top.count, top.hash)) {
      broken(top.count, '', 'head');
    } else {
      missing(last.no + 1, top.count + 1);
      if (top.count < last.no || (top.count === last.no && top.hash !== last.hash)) broken(last.no, '', 'head');
    }

    for (let after = ''; ; ) {
      const lines = await db.read(unsealed, { after });
      for (const line of lines) person(line);
      report.lines += lines.length;
      after = lines.at(-1)?.id ?? after;
      if (lines.length < PAGE) return report;
      await breath();
    }
  };
}
