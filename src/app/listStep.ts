import type { Step } from '../ports/store.ts';

/** Puts an address among a book's writers or functionaries. A writer by mail need not confirm what is proven (M-1). */
export const listStep = (
  list: 'writers' | 'functionaries',
  bookId: string,
  address: string,
  exists: 'stale' | 'ignore',
): Step =>
  list === 'writers'
    ? { add: list, row: { bookId, address, alwaysConfirm: false }, exists }
    : { add: list, row: { bookId, address }, exists };
