import type { Book } from '../../core/book.ts';
import type { JoinPage } from '../../core/joinForm.ts';
import { joinWord, smsLink } from '../../core/joinWord.ts';
import type { Organisation, VirtualNumber } from '../../core/organisation.ts';
import type { Store } from '../../ports/store.ts';

/** The way in by SMS, which always remains. `word`: "START", or "START P12" where several books share the number. */
export type SmsWay = { number: VirtualNumber; organisation: Organisation; shares: boolean; word: string; link: string };

/**
 * What `/join/<address>` leads to. An admin who switches the page on makes the book's name and number public; until then
 * the page is the same as for an address that nobody has, so that guessing finds no books.
 */
export type JoinDoor =
  | { isOpen: true; book: Book; page: JoinPage; way: SmsWay }
  | { isOpen: false; book: Book | null; way: SmsWay | null };

export async function joinDoor(address: string, { reads }: Pick<Store, 'reads'>): Promise<JoinDoor> {
  const book = await reads.book(address);
  if (!book) return { isOpen: false, book: null, way: null };
  const way = await smsWay(book, { reads });
  return book.joinPage === null ? { isOpen: false, book, way } : { isOpen: true, book, page: book.joinPage, way };
}

/** How one joins the book by SMS, and whose it is. Throws for a book without its number. */
export async function smsWay(book: Book, { reads }: Pick<Store, 'reads'>): Promise<SmsWay> {
  const [organisation, numbers, books] = await Promise.all([
    reads.organisation(book.organisationId),
    reads.numbers(),
    // Without a keyword it has the number for itself.
    book.keyword === null ? [] : reads.books(),
  ]);
  const number = numbers.find(({ id }) => id === book.numberId);
  if (!organisation || !number) throw new Error('a book without its number or organisation');
  const shares = books.some(({ id, numberId }) => numberId === book.numberId && id !== book.id);
  const word = joinWord({ book, shares });
  return { number, organisation, shares, word, link: smsLink(number.e164, word) };
}
