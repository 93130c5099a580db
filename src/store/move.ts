import { getTableColumns, sql } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { Database } from './database.ts';
import { runAll, type Work } from './database.ts';
import { asNumber, type Call } from './statement.ts';
import type { Tables } from './tables.ts';

/** Rows read and written at a time. */
const PAGE = 1_000;

/** Each table after those that it refers to; `installation` last: a target without it is an unfinished copy. */
export const COPY_ORDER = [
  'organisations',
  'numbers',
  'paces',
  'books',
  'users',
  'members',
  'writers',
  'functionaries',
  'accesses',
  'sessions',
  'links',
  'passkeys',
  'challenges',
  'guesses',
  'drafts',
  'uploads',
  'uploadPieces',
  'conversations',
  'inbounds',
  'broadcasts',
  'deliveries',
  'mails',
  'mailPieces',
  'attachments',
  'tokens',
  'joinForms',
  'rollCalls',
  'rollAnswers',
  'crisisPins',
  'bounces',
  'consentEvents',
  'consentPersons',
  'ledgerHeads',
  'stops',
  'logEntries',
  'spends',
  'carrierMessages',
  'carrierBlocks',
  'installation',
] as const satisfies readonly (keyof Tables)[];

/** The keys that a page goes on after: text, or numbers from 0. */
const KEYS: { [T in keyof Tables]?: readonly string[] } = {
  paces: ['numberId'],
  writers: ['bookId', 'address'],
  functionaries: ['bookId', 'address'],
  accesses: ['userId', 'bookId'],
  conversations: ['numberId', 'sender'],
  uploadPieces: ['uploadId', 'part', 'no'],
  mailPieces: ['rawId', 'no'],
  attachments: ['rawId', 'no'],
  rollAnswers: ['rollCallId', 'memberId'],
  crisisPins: ['bookId', 'address'],
  consentPersons: ['eventId'],
  stops: ['addressHash', 'scope', 'scopeId'],
  spends: ['organisationId', 'day'],
  carrierBlocks: ['from', 'to'],
};

export type Progress = (table: string, rows: number) => void;

/**
 * Copies everything from one database to another of either dialect, as one instant of the source. Ids and times come from
 * the app, so it is a plain copy. Refuses a target that is somebody's database; empties what an unfinished copy left.
 * Throws when the counts differ at the end. `progress` hears of each table's rows so far.
 */
export async function copyAll(source: Database, target: Database, progress: Progress = () => {}): Promise<void> {
  const [occupied] = await target.read(countOf(target, 'installation'));
  if ((occupied?.count ?? 0) > 0) throw new Error('The target database is in use: give an empty one.');
  await empty(target);
  await source.still(async (read) => {
    for (const name of COPY_ORDER) {
      const rows = await copyTable(read, source, target, name, progress);
      const [there] = await target.read(countOf(target, name));
      const [here] = await read(countOf(source, name));
      if (there?.count !== rows || here?.count !== rows) {
        throw new Error(`The copy is not whole: ${name} has ${here?.count} rows here and ${there?.count} there.`);
      }
    }
  });
  await target.raiseIdentities();
}

async function copyTable(
  read: Database['read'],
  source: Database,
  target: Database,
  name: keyof Tables,
  progress: Progress,
): Promise<number> {
  const page = pageOf(source, name);
  const insert = insertOf(target, name);
  let rows = 0;
  for (let after = page.start; ; ) {
    const found = await read(page.statement, after);
    const last = found.at(-1);
    if (last === undefined) break;
    await target.write(function* (): Work<number> {
      yield* runAll(found.map((row): Call<unknown> => ({ statement: insert, given: row })));
      return found.length;
    });
    rows += found.length;
    progress(name, rows);
    after = Object.fromEntries(page.keys.map((key) => [key, last[key]]));
  }
  return rows;
}

/** `… where (key, key) > (…) order by key, key limit PAGE` */
function pageOf(db: Database, name: keyof Tables) {
  const table = db.tables[name] as unknown as PgTable;
  const columns = getTableColumns(table);
  const keys = KEYS[name] ?? ['id'];
  const names = keys.map((key) => columns[key] as PgColumn);
  const list = sql.join(names, sql`, `);
  const after = sql.join(
    keys.map((key) => sql.placeholder(key)),
    sql`, `,
  );
  const statement = db.statement(
    db.build
      .select()
      .from(table)
      .where(sql`(${list}) > (${after})`)
      .orderBy(...names)
      .limit(PAGE),
    columns,
  );
  const start = Object.fromEntries(keys.map((key) => [key, columns[key]?.dataType === 'number' ? -1 : '']));
  return { statement, keys, start: start as Record<string, unknown> };
}

function insertOf(db: Database, name: keyof Tables) {
  const table = db.tables[name] as unknown as PgTable;
  const values = Object.fromEntries(Object.keys(getTableColumns(table)).map((key) => [key, sql.placeholder(key)]));
  return db.statement(db.build.insert(table).values(values as never));
}

const countOf = (db: Database, name: keyof Tables) =>
  db.statement(db.build.select({ count: sql`count(*)` }).from(db.tables[name] as unknown as PgTable), {
    count: asNumber,
  });

async function empty(db: Database): Promise<void> {
  const calls = COPY_ORDER.toReversed().map((name): Call<unknown> => {
    return { statement: db.statement(db.build.delete(db.tables[name] as unknown as PgTable)), given: {} };
  });
  await db.write(function* (): Work<void> {
    yield* runAll(calls);
  });
}
