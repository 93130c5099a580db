import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import type { Installation } from './installation.ts';

/** Where an installation on SQLite keeps its database, as long as DATABASE_URL does not say otherwise. */
export const fileOf = (place: Installation): string =>
  place.env['DATABASE_URL']?.replace(/^file:/, '') ?? join(place.folder, 'data', 'startstopp.db');

/** The provider ids of all inbound texts that are on the disk. */
export function inboundsOn(file: string): Set<string> {
  const connection = new Sqlite(file, { timeout: 5_000 });
  try {
    return new Set(connection.prepare('select provider_id from inbounds').pluck().all() as string[]);
  } finally {
    connection.close();
  }
}
