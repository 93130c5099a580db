import { sql } from 'drizzle-orm';
import { type ConsentEvent, factsText } from '../core/consent.ts';
import type { Keyed } from '../ports/clock.ts';
import type { Database } from './database.ts';
import { asNumber, asText } from './statement.ts';

export type Hashes = Pick<Keyed, 'digest' | 'mac'>;

/** Stands before the first line. */
export const GENESIS = '';

/** A line's hash is over all before it and its own fixed facts. */
export const chained = (keyed: Hashes, before: string, event: ConsentEvent): string =>
  keyed.digest(`${before}\n${factsText(event)}`);

/** The head's keyed hash: without SECRET_KEY nobody can say that the chain ends somewhere else. */
export const macOf = (keyed: Hashes, count: number, hash: string): string =>
  keyed.mac(`ledger head\n${count}\n${hash}`);

/** The one row that says how far the chain goes. */
export const headOf = (db: Database) =>
  db.statement(sql`select count, hash, mac from ledger_heads where id = 'head'`, {
    count: asNumber,
    hash: asText,
    mac: asText,
  });
