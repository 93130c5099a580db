import { asc, getTableColumns } from 'drizzle-orm';
import type { Book } from '../core/book.ts';
import type { Organisation, VirtualNumber } from '../core/organisation.ts';
import type { Database } from './database.ts';

/** One number with all that changes seldom: whose it is, its books (the main one first), who writes, who is told. */
export type NumberEntry = {
  number: VirtualNumber;
  organisation: Organisation;
  books: readonly BookEntry[];
};
export type BookEntry = {
  book: Book;
  writers: ReadonlySet<string>;
  /** Those of them whose every mail waits for a link (M-2). */
  confirming: ReadonlySet<string>;
  functionaries: readonly string[];
};
export type Directory = {
  version: number;
  ownNumbers: readonly string[];
  byNumber: ReadonlyMap<string, NumberEntry>;
  /** For the mail door: the local parts of all lists, and books by id. */
  addresses: readonly string[];
  byBook: ReadonlyMap<string, { number: VirtualNumber; organisation: Organisation; entry: BookEntry }>;
};
export type DirectoryReader = ReturnType<typeof directoryOf>;

/**
 * Keeps the directory in memory. Every commit that changes it counts `installation.directory_version` up, so a reader
 * that asks for the version first (one tiny read) never decides on an old directory for longer than that read takes.
 */
export function directoryOf(db: Database) {
  const { installation, organisations, numbers, books, writers, functionaries } = db.tables;
  const every = <T extends typeof organisations | typeof numbers | typeof writers | typeof functionaries>(table: T) =>
    db.statement(db.build.select().from(table as never), getTableColumns(table));
  const version = db.statement(db.build.select({ version: installation.directoryVersion }).from(installation), {
    version: installation.directoryVersion,
  });
  const all = [
    { statement: version, given: {} },
    { statement: every(organisations), given: {} },
    { statement: every(numbers), given: {} },
    {
      statement: db.statement(db.build.select().from(books).orderBy(asc(books.id)), getTableColumns(books)),
      given: {},
    },
    { statement: every(writers), given: {} },
    { statement: every(functionaries), given: {} },
  ] as const;
  let kept: Directory | null = null;

  async function load(): Promise<Directory> {
    /** The version is read first: a change in between is then noticed by the next reader. */
    const [versions, allOrganisations, allNumbers, allBooks, allWriters, allFunctionaries] = await db.readAll(all);
    const entries = new Map<
      string,
      BookEntry & { writers: Set<string>; confirming: Set<string>; functionaries: string[] }
    >();
    for (const book of allBooks) {
      entries.set(book.id, { book, writers: new Set(), confirming: new Set(), functionaries: [] });
    }
    for (const { bookId, address, alwaysConfirm } of allWriters) {
      entries.get(bookId)?.writers.add(address);
      if (alwaysConfirm) entries.get(bookId)?.confirming.add(address);
    }
    for (const { bookId, address } of allFunctionaries) entries.get(bookId)?.functionaries.push(address);
    const byNumber = new Map<string, NumberEntry>();
    const byBook = new Map<string, { number: VirtualNumber; organisation: Organisation; entry: BookEntry }>();
    for (const number of allNumbers as VirtualNumber[]) {
      const organisation = (allOrganisations as Organisation[]).find(({ id }) => id === number.organisationId);
      if (organisation === undefined) continue;
      const here = [...entries.values()].filter(({ book }) => book.numberId === number.id);
      here.sort((a, b) => Number(b.book.main) - Number(a.book.main));
      byNumber.set(number.e164, { number, organisation, books: here });
      for (const entry of here) byBook.set(entry.book.id, { number, organisation, entry });
    }
    const addresses = [...entries.values()].map(({ book }) => book.address);
    kept = { version: versions[0]?.version ?? 0, ownNumbers: [...byNumber.keys()], byNumber, addresses, byBook };
    return kept;
  }

  return {
    /** The statement that tells whether `kept` still holds; send it along with other reads. */
    version,
    get kept(): Directory | null {
      return kept;
    },
    load,
  };
}
