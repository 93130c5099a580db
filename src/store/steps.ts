import { and, type Column, eq, getTableColumns, isNull, type SQL, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { isMailLine } from '../core/mail.ts';
import type { Plan, Step, Table } from '../ports/store.ts';
import { askAgainOf } from './askAgain.ts';
import type { Database } from './database.ts';
import type { Call, Given, Statement } from './statement.ts';

/** What a failed guard means for the whole plan. */
export type Verdict = 'duplicate' | 'stale';
export type Steps = {
  calls: readonly Call<unknown>[];
  /** By call: the verdict when it changes no row; undefined = it may. */
  verdicts: readonly (Verdict | undefined)[];
  writesDeliveries: boolean;
};

/** Readers keep these in memory and ask `installation.directory_version` whether they still may. */
const DIRECTORY: ReadonlySet<Table> = new Set(['organisations', 'numbers', 'books', 'writers', 'functionaries']);

/**
 * Turns plans into calls of compiled statements. A statement is compiled once per shape (verb, table, columns), so the hot
 * path never runs drizzle's builder.
 */
export function stepsOf(db: Database): (plan: Plan) => Steps {
  const compiled = new Map<string, Statement<never>>();
  const of = (shape: string, build: () => { getSQL(): SQL }): Statement<never> => {
    const known = compiled.get(shape);
    if (known !== undefined) return known;
    const statement = db.statement(build());
    compiled.set(shape, statement);
    return statement;
  };
  const tableOf = (name: Table) => db.tables[name] as unknown as PgTable;
  const bump = db.statement(sql`update installation set directory_version = directory_version + 1`);

  /** Every column of the row has a value, but for an id that the database gives. */
  const adding = (name: Table) => () => {
    const columns = Object.entries(getTableColumns(tableOf(name))).filter(([, column]) => !isIdentity(name, column));
    return db.build
      .insert(tableOf(name))
      .values(Object.fromEntries(columns.map(([key]) => [key, sql.placeholder(key)])) as never)
      .onConflictDoNothing();
  };
  const matching = (name: Table, where: Given): SQL => {
    const columns = getTableColumns(tableOf(name));
    const conditions = Object.entries(where).map(([key, value]) => {
      const column = columns[key] as Column;
      return value === null ? isNull(column) : eq(column, sql.param(sql.placeholder(`where_${key}`), column));
    });
    if (conditions.length === 0) throw new Error(`a step on ${name} names no row`);
    return and(...conditions) as SQL;
  };
  const changing = (name: Table, where: Given, set: Given) => () =>
    db.build
      .update(tableOf(name))
      .set(Object.fromEntries(Object.keys(set).map((key) => [key, sql.placeholder(key)])) as never)
      .where(matching(name, where));
  const removing = (name: Table, where: Given) => () => db.build.delete(tableOf(name)).where(matching(name, where));

  const cancelled = sql`update deliveries set status = 'cancelled', reason = ${sql.placeholder('reason')},
    settled_at = ${sql.placeholder('at')}`;
  /**
   * One probe of deliveries_copy for each unfinished broadcast. The status is spelled so that the index of queued copies
   * does not fit: while a broadcast fans out PostgreSQL has no statistics of it and would read all of its copies (0.1 s).
   */
  const copiesTo = (broadcasts: SQL) =>
    db.statement(sql`${cancelled} where status || '' = 'queued' and address = ${sql.placeholder('address')}
      and broadcast_id in (select id from broadcasts where finished_at is null and ${broadcasts})`);
  const onNumber = sql`number_id = ${sql.placeholder('numberId')}`;
  const inBook = sql`book_id = ${sql.placeholder('bookId')}`;
  const cancelInBook = copiesTo(sql`${onNumber} and ${inBook}`);
  const cancelOnNumber = copiesTo(onNumber);
  // Broadcasts stand on their book's number, and are found by it; a mail line is the organisation's.
  const cancelInBookByMail = copiesTo(
    sql`number_id = (select k.number_id from books k where k.id = ${sql.placeholder('bookId')}) and ${inBook}`,
  );
  const cancelOnLine = copiesTo(
    sql`number_id in (select n.id from numbers n where 'mail:' || n.organisation_id = ${sql.placeholder('numberId')})`,
  );
  const cancelBroadcast = db.statement(
    sql`${cancelled} where status = 'queued' and broadcast_id is not null
      and broadcast_id = ${sql.placeholder('broadcastId')}`,
  );

  const askAgain = askAgainOf(db);

  function call(step: Step): [Call<unknown>, Verdict | undefined] {
    if ('add' in step) {
      const statement = of(`add ${step.add}`, adding(step.add));
      return [
        { statement, given: step.row, guard: step.exists !== 'ignore' },
        step.exists === 'ignore' ? undefined : step.exists,
      ];
    }
    if ('change' in step) {
      const { change: name, set } = step as { change: Table; set: Given };
      const where = step.where as Given;
      const statement = of(`change ${name} ${Object.keys(set)} ${shape(where)}`, changing(name, where, set));
      const guard = step.none === 'stale';
      return [{ statement, given: prefixed(where, set), guard }, guard ? 'stale' : undefined];
    }
    if ('remove' in step) {
      const where = step.where as Given;
      const statement = of(`remove ${step.remove} ${shape(where)}`, removing(step.remove, where));
      return [{ statement, given: prefixed(where, {}) }, undefined];
    }
    if ('cancelCopies' in step) {
      const { cancelCopies: given } = step;
      const byMail = isMailLine(given.numberId);
      const everywhere = byMail ? cancelOnLine : cancelOnNumber;
      const inItsBook = byMail ? cancelInBookByMail : cancelInBook;
      return [{ statement: given.bookId === null ? everywhere : inItsBook, given }, undefined];
    }
    if ('askAgain' in step) return [{ statement: askAgain[step.askAgain.by], given: step.askAgain }, undefined];
    return [{ statement: cancelBroadcast, given: step.cancelBroadcast }, undefined];
  }

  return (plan) => {
    const calls: Call<unknown>[] = [];
    const verdicts: (Verdict | undefined)[] = [];
    let directory = false;
    let writesDeliveries = false;
    for (const step of plan) {
      const [one, verdict] = call(step);
      calls.push(one);
      verdicts.push(verdict);
      const name = 'add' in step ? step.add : 'change' in step ? step.change : 'remove' in step ? step.remove : null;
      if (name !== null && DIRECTORY.has(name)) directory = true;
      if (name === 'deliveries' || name === 'broadcasts' || 'askAgain' in step) writesDeliveries = true;
    }
    if (directory) calls.push({ statement: bump, given: {} });
    return { calls, verdicts, writesDeliveries };
  };
}

const isIdentity = (name: Table, column: Column): boolean => name === 'deliveries' && column.name === 'id';

/** Column names, and which of them are asked to be null: `x = null` is never true in SQL. */
const shape = (where: Given): string =>
  Object.entries(where)
    .map(([key, value]) => (value === null ? `${key}:null` : key))
    .join();

/** A column may stand in both `where` and `set` (a version), so their placeholders have different names. */
function prefixed(where: Given, set: Given): Given {
  const given: Record<string, unknown> = { ...set };
  for (const key in where) given[`where_${key}`] = where[key];
  return given;
}
