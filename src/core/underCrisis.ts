import type { Book } from './book.ts';

/** The crisis ends by time alone: nothing has to run for it to be over. */
export const inCrisis = ({ crisis }: Pick<Book, 'crisis'>, now: number): boolean =>
  crisis !== null && now < crisis.until;

/**
 * The book as the rules see it in a crisis (S3-20, B-26). No code is asked for (B-22): it would hold a member's cry for
 * ten minutes, and a crisis is short, PIN-proved or pressed by a signed-in writer, and its members stand under the storm
 * brake. What is doubtful (B-21) is still held.
 */
export const crisisBook = <B extends CrisisSettings>(book: B): B => ({
  ...book,
  senders: 'members',
  header: '',
  footer: false,
  quietFrom: null,
  quietTo: null,
  confirmAbove: null,
});
type CrisisSettings = Pick<Book, 'senders' | 'header' | 'footer' | 'quietFrom' | 'quietTo' | 'confirmAbove'>;

/** The book as it is right now: its own settings, or those of a crisis. Called where a snapshot's books are made. */
export const underCrisis = <B extends CrisisSettings & Pick<Book, 'crisis'>>(book: B, now: number): B =>
  inCrisis(book, now) ? crisisBook(book) : book;
