import { bigint, boolean, customType, doublePrecision, integer, pgTable, text } from 'drizzle-orm/pg-core';

/**
 * The column kit of PostgreSQL. `tables.ts` is written against its types; `columns.sqlite.ts` offers the same names.
 * Only what both databases have may stand here.
 */
export const table = pgTable;
export { boolean, integer, text };
/** ms since the epoch, or any other number past 32 bits. */
export const time = (name: string) => bigint(name, { mode: 'number' });
/** Fractions of a ms. */
export const float = (name: string) => doublePrecision(name);
/** PostgreSQL stores no NUL, neither in text (postgres.ts) nor in JSON; a text that holds one is kept with U+FFFD there. */
export const json = customType<{ data: unknown; driverData: unknown }>({
  dataType: () => 'jsonb',
  toDriver(value) {
    const text = JSON.stringify(value);
    return text.includes('\\u0000') ? text.replace(/\\(?:u0000|.)/g, withoutNul) : text;
  },
  fromDriver: (value) => (typeof value === 'string' ? JSON.parse(value) : value),
});
/** Goes from escape to escape, so that an escaped backslash before `u0000` is not taken for one. */
const withoutNul = (found: string) => (found === '\\u0000' ? '\\ufffd' : found);
/** Octets, as a Buffer. */
export const bytes = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' });
/** An integer key that the database gives, unless the row brings its own (`move` keeps them). */
export const identity = (name: string) => bigint(name, { mode: 'number' }).primaryKey().generatedByDefaultAsIdentity();
export { index, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
