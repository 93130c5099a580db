import type { Book } from '../../core/book.ts';
import { keywordKey } from '../settingRules.ts';
import type { FieldProblem, ProblemCode } from './desk.ts';

/** What one book's settings mean for the others on its number (B-18, B-45, B-46): one main book, a keyword each. */
export type Settled = {
  book: Book;
  problems: FieldProblem[];
  /** Other books whose place as main book changes with it. */
  others: { book: Book; main: boolean }[];
};

/**
 * `before` null: a new book. `all`: every book there is, or those on the two numbers. A book that becomes the main one
 * takes that place over; a main book cannot just stop being it, for then nobody would know who STOPP is for.
 */
export function settleBook(before: Book | null, wanted: Book, all: readonly Book[]): Settled {
  const rest = all.filter(({ id }) => id !== wanted.id);
  const here = rest.filter(({ numberId }) => numberId === wanted.numberId);
  const settled: Settled = { book: wanted, problems: [], others: [] };
  const fail = (field: string, why: ProblemCode, params?: FieldProblem['params']): void => {
    settled.problems.push({ field, why, ...(params && { params }) });
  };

  if (here.length === 0) settled.book = { ...wanted, main: true };
  else {
    if (wanted.keyword === null) fail('keyword', 'keyword_needed', { book: here[0]?.name ?? '' });
    const same = here.find(
      ({ keyword }) =>
        keyword !== null && wanted.keyword !== null && keywordKey(keyword) === keywordKey(wanted.keyword),
    );
    if (same) fail('keyword', 'keyword_taken', { word: wanted.keyword ?? '', book: same.name });
    const without = here.find(({ keyword }) => keyword === null);
    if (without) fail('number', 'other_needs_keyword', { book: without.name });
    const main = here.find((book) => book.main);
    if (wanted.main && main) settled.others.push({ book: main, main: false });
    if (!wanted.main && !main) fail('main', 'main_needed');
  }

  if (before !== null && before.numberId !== wanted.numberId) {
    const left = rest.filter(({ numberId }) => numberId === before.numberId);
    const [only] = left;
    if (only && left.length === 1) {
      if (!only.main) settled.others.push({ book: only, main: true });
    } else if (left.length > 1 && !left.some((book) => book.main)) fail('number', 'main_left');
  }
  return settled;
}
