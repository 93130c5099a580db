import type { Book } from '../../core/book.ts';
import { newBook } from '../newBook.ts';
import { isBookAddress, isSmsName, LONGEST } from '../settingRules.ts';
import { keyword, Reading } from './bookForm.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog, type FieldProblem, type Form } from './desk.ts';
import { settleBook } from './settleBook.ts';

export type BookCreation =
  | { ok: true; book: Book }
  | { ok: false; why: 'invalid'; problems: FieldProblem[] }
  | { ok: false; why: 'no_organisation' | 'changed' };

/**
 * A new book of an organisation: its name, its number, and where another book is on that number a keyword. Address and
 * name in texts are proposed from the name when they are left empty; everything else has its default (document 5).
 */
export async function createBook(organisationId: string, form: Form, by: Desk, deps: DeskDeps): Promise<BookCreation> {
  const read = new Reading(form);
  const name = read.text('name', LONGEST.name);
  const address = read.raw('address') === '' ? proposeAddress(name) : read.raw('address').toLowerCase();
  // `/books/new` is where books are made.
  if (name !== '' && (!isBookAddress(address) || address === 'new')) read.fail('address', 'address', null);
  const smsName = read.raw('sms_name');
  if (smsName !== '' && !isSmsName(smsName)) read.fail('sms_name', 'sms_name', null);
  const wanted = { keyword: keyword(read), numberId: read.raw('number') };
  const { reads } = deps.store;
  return commitAtDesk<BookCreation>(
    deps,
    async () => {
      const [organisation, all, numbers] = await Promise.all([
        reads.organisation(organisationId),
        reads.books(),
        reads.numbers(),
      ]);
      if (!organisation) return { answer: { ok: false, why: 'no_organisation' }, steps: [] };
      const own = numbers.filter((one) => one.organisationId === organisationId);
      const number = own.find(({ id }) => id === wanted.numberId) ?? (own.length === 1 ? own[0] : undefined);
      const problems = [...read.problems];
      if (!number) problems.push({ field: 'number', why: 'choose' });
      // Whose it is is not said: one organisation learns nothing of another's books.
      if (all.some((book) => book.address === address)) problems.push({ field: 'address', why: 'address_taken' });
      if (!number || problems.length > 0) return { answer: { ok: false, why: 'invalid', problems }, steps: [] };
      const now = deps.clock.now();
      const made = newBook({ name, address, smsName: smsName || undefined }, organisation, number, {
        ids: deps.ids,
        now,
      });
      const settled = settleBook(null, { ...made, keyword: wanted.keyword }, all);
      if (settled.problems.length > 0)
        return { answer: { ok: false, why: 'invalid', problems: settled.problems }, steps: [] };
      const { book } = settled;
      const log = deskLog(organisationId, by, deps);
      return {
        answer: { ok: true, book },
        steps: [{ add: 'books', row: book, exists: 'stale' }, log(book.id, 'book_created', { address: book.address })],
      };
    },
    { ok: false, why: 'changed' },
  );
}

/** "Föräldrar P12" gives foraldrar-p12. */
export function proposeAddress(name: string): string {
  const plain = name
    .normalize('NFD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replaceAll('ß', 'ss')
    .replaceAll('ø', 'o');
  return plain
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');
}
