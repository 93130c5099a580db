import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/**
 * Which database is ours. When a database is first made its id is written to `installation.json` beside it. A database
 * that has gone missing, is empty, damaged or another one would forget every STOPP, so it stops every command but
 * `serve --new` (interface, document 5; F20-F23).
 */
export type Marker = { id: string; madeAt: string };

/** Why a command does not go on; the message says what to do. Exit code 1. */
export class Stopped extends Error {}

const markerFile = (folder: string): string => resolve(folder, 'installation.json');

export function readMarker(folder: string): Marker | null {
  const file = markerFile(folder);
  if (!existsSync(file)) return null;
  try {
    const value = JSON.parse(readFileSync(file, 'utf8')) as Partial<Marker>;
    if (typeof value.id === 'string' && value.id !== '') return { id: value.id, madeAt: String(value.madeAt ?? '') };
  } catch {
    // Said below: an unreadable marker must not be taken for none.
  }
  throw new Stopped(`${file} cannot be read. It names the database of this installation; restore it from your backup.`);
}

/** Written whole or not at all: a crash in the middle must not leave half a marker. */
export function writeMarker(folder: string, marker: Marker): void {
  mkdirSync(folder, { recursive: true });
  const file = markerFile(folder);
  if (existsSync(file)) renameSync(file, `${file}.before`);
  writeFileSync(`${file}.new`, `${JSON.stringify(marker, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

const HOW_ON =
  'Starting empty would forget everybody who has left. Restore the database from your backup, or, if it really is to begin anew, run: startstopp serve --new';

export const missingDatabase = (what: string): Stopped => new Stopped(`${what} ${HOW_ON}`);
