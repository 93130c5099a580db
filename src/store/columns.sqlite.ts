import { blob, integer as int, real, sqliteTable, text } from 'drizzle-orm/sqlite-core';

/** The column kit of SQLite: the names of `columns.postgres.ts`, same meaning. */
export const table = sqliteTable;
export { text };
export const integer = (name: string) => int(name);
export const boolean = (name: string) => int(name, { mode: 'boolean' });
/** ms since the epoch, or any other number past 32 bits. */
export const time = (name: string) => int(name);
/** Fractions of a ms. */
export const float = (name: string) => real(name);
export const json = (name: string) => text(name, { mode: 'json' });
/** Octets, as a Buffer. */
export const bytes = (name: string) => blob(name, { mode: 'buffer' });
/** An integer key that the database gives and never gives twice, unless the row brings its own (`move` keeps them). */
export const identity = (name: string) => int(name).primaryKey({ autoIncrement: true });
export { index, primaryKey, uniqueIndex } from 'drizzle-orm/sqlite-core';
