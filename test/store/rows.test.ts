import { expect, test } from '@jest/globals';
import type { CarrierMessage } from '../../src/ports/carrierLog.ts';
import type { Installation, Rows, Table } from '../../src/ports/store.ts';
import type { Tables } from '../../src/store/tables.ts';

/**
 * Compile-time check (`npm run check:types`) that every table's row is the core type of the same name, no more and no
 * less. A difference makes `true` not assignable to `never` below, at the name of the table.
 */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;
type Flat<T> = { [K in keyof T]: T[K] };
type Stored<T extends keyof Tables> = Flat<Tables[T]['$inferSelect']>;
type Checked = { [T in Exclude<Table, 'deliveries'>]: Same<Stored<T>, Flat<Rows[T]>> } & {
  deliveries: Same<Flat<Omit<Stored<'deliveries'>, 'id'>>, Flat<Rows['deliveries']>>;
  carrierMessages: Same<Stored<'carrierMessages'>, Flat<CarrierMessage>>;
  installation: Same<Stored<'installation'>, Flat<Installation>>;
};

const rowsAreCoreTypes: Checked = {
  organisations: true,
  numbers: true,
  books: true,
  members: true,
  writers: true,
  functionaries: true,
  users: true,
  accesses: true,
  sessions: true,
  links: true,
  passkeys: true,
  challenges: true,
  guesses: true,
  drafts: true,
  uploads: true,
  uploadPieces: true,
  conversations: true,
  inbounds: true,
  broadcasts: true,
  deliveries: true,
  mails: true,
  mailPieces: true,
  attachments: true,
  tokens: true,
  joinForms: true,
  rollCalls: true,
  rollAnswers: true,
  crisisPins: true,
  bounces: true,
  consentEvents: true,
  consentPersons: true,
  stops: true,
  logEntries: true,
  carrierMessages: true,
  installation: true,
};

test('every table that a plan can name is compared with its core type', () => {
  expect(Object.values(rowsAreCoreTypes).every(Boolean)).toBe(true);
});
