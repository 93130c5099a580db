import type { PersonLine, PersonReads } from '../ports/personReads.ts';

/** Lines a look. */
const PAGE = 500;

/**
 * What the ledger of one organisation says of some addresses, oldest first, a page at a time; of one book and its number
 * when a `bookId` is given.
 */
export async function* personLines(
  reads: Pick<PersonReads, 'personLines'>,
  organisationId: string,
  hashes: readonly string[],
  bookId?: string,
): AsyncGenerator<PersonLine> {
  for (let after: { at: number; id: string } | null = null; ; ) {
    const range = { after, limit: PAGE, ...(bookId !== undefined && { bookId }) };
    const page: PersonLine[] = await reads.personLines(organisationId, hashes, range);
    yield* page;
    const last = page.at(-1);
    if (page.length < PAGE || !last) return;
    after = { at: last.at, id: last.id };
  }
}
