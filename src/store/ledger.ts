import { getTableColumns, sql } from 'drizzle-orm';
import type { Ledger } from '../ports/store.ts';
import { type Database, runAll, Undo } from './database.ts';
import { chained, GENESIS, type Hashes, headOf, macOf } from './ledgerChain.ts';
import { erasable, personFields } from './ledgerPerson.ts';
import { verifyOf } from './ledgerVerify.ts';
import { given, listed } from './outboxSql.ts';
import { asText } from './statement.ts';

/**
 * Sealing and proving the ledger. Somebody who can write to the database but has no SECRET_KEY cannot change, remove,
 * add between or cut off a sealed line unnoticed. A whole older copy of the database put back is not noticed.
 */
export function ledgerOf(db: Database, keyed: Hashes): Ledger {
  const { consentEvents, consentPersons } = db.tables;
  const head = headOf(db);
  const lastHash = db.statement(sql`select chain_hash from consent_events where chain_no = ${given('count')}`, {
    hash: asText,
  });
  const anySealed = db.statement(sql`select id from consent_events where chain_no is not null limit 1`, { id: asText });
  const fields = getTableColumns(consentEvents);
  const unsealed = db.statement(
    db.build
      .select(fields)
      .from(consentEvents)
      .where(sql`chain_no is null`)
      .orderBy(consentEvents.id)
      .limit(sql.placeholder('limit')),
    fields,
  );
  const begin = db.statement(
    sql`insert into ledger_heads (id, count, hash, mac) values ('head', ${given('count')}, ${given('hash')}, ${given('mac')})
      on conflict do nothing`,
  );
  const advance = db.statement(
    sql`update ledger_heads set count = ${given('count')}, hash = ${given('hash')}, mac = ${given('mac')}
      where id = 'head' and mac = ${given('was')}`,
  );
  const seal = db.statement(
    sql`update consent_events set chain_no = s.no, chain_hash = s.hash
      from ${listed(db, 'rows', { id: 'text', no: 'bigint', hash: 'text' })}
      where consent_events.id = s.id and consent_events.chain_no is null`,
  );
  const person = getTableColumns(consentPersons);
  const history = db.statement(
    db.build
      .select({ ...fields, person })
      .from(consentEvents)
      .leftJoin(consentPersons, sql`${consentPersons.eventId} = ${consentEvents.id}`)
      .where(sql`${consentEvents.addressHash} = ${given('addressHash')}`)
      .orderBy(consentEvents.at, consentEvents.id),
    {
      ...fields,
      ...personFields(db.tables),
    },
  );

  return {
    async seal(limit) {
      const [[found], lines] = await db.readAll([
        { statement: head, given: {} },
        { statement: unsealed, given: { limit } },
      ]);
      if (lines.length === 0) return 0;
      // Sealing on would give a cut or forged chain a new, valid head.
      const [top] = await db.read(lastHash, { count: found?.count ?? 0 });
      const sound =
        found === undefined
          ? (await db.read(anySealed)).length === 0
          : found.mac === macOf(keyed, found.count, found.hash) && (top?.hash ?? GENESIS) === found.hash;
      if (!sound && (await db.read(head))[0]?.mac !== found?.mac) return 0; // Another sealer went on meanwhile.
      if (!sound)
        throw new Error('the ledger does not fit its head; nothing is sealed until it is looked into (ledger verify)');

      let hash = found?.hash ?? GENESIS;
      let no = found?.count ?? 0;
      const rows = lines.map((line) => {
        hash = chained(keyed, hash, line);
        no += 1;
        return { id: line.id, no, hash };
      });
      const next = { count: no, hash, mac: macOf(keyed, no, hash) };
      return await db.write<number>(function* () {
        // One sealer wins: the head moves only from where this one saw it.
        const [moved, sealed] = yield* runAll([
          found === undefined
            ? { statement: begin, given: next, guard: true }
            : { statement: advance, given: { ...next, was: found.mac }, guard: true },
          { statement: seal, given: { rows: JSON.stringify(rows) } },
        ]);
        if (moved?.changes !== 1 || sealed?.changes !== rows.length) return new Undo(0);
        return rows.length;
      });
    },

    verify: verifyOf(db, keyed),

    async history(addressHash) {
      return (await db.read(history, { addressHash })).map(erasable);
    },
  };
}
