import { type SQL, sql } from 'drizzle-orm';
import type { Database } from './database.ts';
import type { As } from './statement.ts';

/** A named value of a statement. */
export const given = (name: string): SQL => sql`${sql.placeholder(name)}`;
/** The same where PostgreSQL could not tell what it is (`$1 + $2`, `$1 is null`). */
export const number = (name: string): SQL => sql`cast(${sql.placeholder(name)} as bigint)`;

export const asBoolean: As<boolean> = { mapFromDriverValue: (value) => Boolean(Number(value)) };
/** Text of a known set; the database holds nothing else. */
export const asOneOf = <T extends string>(): As<T> => ({ mapFromDriverValue: (value) => value as T });

/**
 * The clock of leases: the database's own on PostgreSQL, where workers on several machines must agree, and the caller's
 * `now` on SQLite, where there is one worker.
 */
export const leaseClock = (db: Database): SQL =>
  db.dialect === 'postgres' ? sql`cast(extract(epoch from clock_timestamp()) * 1000 as bigint)` : number('now');

/**
 * A table from one value: `rows` is the JSON of an array of objects. One prepared statement serves any number of rows,
 * and 500 settlements are one statement.
 */
export function listed(db: Database, name: string, columns: Readonly<Record<string, 'bigint' | 'text'>>): SQL {
  const names = Object.entries(columns);
  if (db.dialect === 'postgres') {
    return sql`json_to_recordset(cast(${given(name)} as json)) as s(${sql.raw(names.map(([n, type]) => `${n} ${type}`).join(', '))})`;
  }
  const fields = names.map(([n]) => `value ->> '${n}' as ${n}`).join(', ');
  return sql`(select ${sql.raw(fields)} from json_each(${given(name)})) as s`;
}

/** core/mail.ts `mailLine`, in SQL. `column`: of the table that is called `name` there. */
export const mailLineOf = (name: string, column = 'organisation_id'): SQL => sql.raw(`'mail:' || ${name}.${column}`);

/** Statuses of broadcasts that may have copies which are not settled. */
export const UNFINISHED = sql.raw(`b.finished_at is null and b.status in ('sending', 'paused', 'cancelled')`);
