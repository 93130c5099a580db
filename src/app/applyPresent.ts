import type { User } from '../core/account.ts';
import type { Book } from '../core/book.ts';
import type { Organisation, VirtualNumber } from '../core/organisation.ts';
import type { Store } from '../ports/store.ts';

/** What an `apply` file is compared with: few rows, read before the plan and guarded by their versions. */
export type Present = {
  organisation: Organisation | null;
  /** Of the whole installation: a number or an address that is another organisation's is an error. */
  numbers: readonly VirtualNumber[];
  books: readonly Book[];
  users: readonly User[];
  /** By book id. */
  writers: ReadonlyMap<string, readonly string[]>;
  /** Those of them whose mails always wait for their link. */
  confirming: ReadonlyMap<string, readonly string[]>;
  functionaries: ReadonlyMap<string, readonly string[]>;
  /** Book ids by user id. */
  accesses: ReadonlyMap<string, readonly string[]>;
};

/** `organisation` is matched by its name. */
export async function loadPresent(organisationName: string, { reads }: Store): Promise<Present> {
  const [organisations, numbers, books] = await Promise.all([reads.organisations(), reads.numbers(), reads.books()]);
  const organisation = organisations.find(({ name }) => name === organisationName) ?? null;
  const own = books.filter(({ organisationId }) => organisationId === organisation?.id);
  const users = (await Promise.all(organisations.map(({ id }) => reads.users(id)))).flat();
  const ownUsers = users.filter(({ organisationId }) => organisationId === organisation?.id);
  const [writers, confirming, functionaries, accesses] = await Promise.all([
    byId(own, reads.writers),
    byId(own, reads.confirmingWriters),
    byId(own, reads.functionaries),
    byId(ownUsers, reads.accesses),
  ]);
  return { organisation, numbers, books, users, writers, confirming, functionaries, accesses };
}

const byId = async (
  rows: readonly { id: string }[],
  read: (id: string) => Promise<string[]>,
): Promise<Map<string, string[]>> =>
  new Map(await Promise.all(rows.map(async ({ id }) => [id, await read(id)] as const)));
