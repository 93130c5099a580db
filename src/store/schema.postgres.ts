import * as kit from './columns.postgres.ts';
import { tables } from './tables.ts';

/** Destructured, so that drizzle-kit sees an export for every table. */
export const {
  installation,
  organisations,
  numbers,
  paces,
  books,
  members,
  writers,
  functionaries,
  users,
  accesses,
  sessions,
  links,
  guesses,
  drafts,
  uploads,
  conversations,
  inbounds,
  broadcasts,
  deliveries,
  consentEvents,
  consentPersons,
  ledgerHeads,
  stops,
  logEntries,
  spends,
  carrierMessages,
  carrierBlocks,
} = tables(kit);
