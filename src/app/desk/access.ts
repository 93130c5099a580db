import type { Book } from '../../core/book.ts';
import { type Desk, type DeskDeps, deskLog } from './desk.ts';

export type AccessChange = { ok: true; changed: boolean } | { ok: false; why: 'not_found' };

/** Gives or takes away a user's access to one book of their own organisation (T-8). */
export async function setAccess(
  book: Pick<Book, 'id' | 'organisationId'>,
  userId: string,
  given: boolean,
  by: Desk,
  deps: DeskDeps,
): Promise<AccessChange> {
  const { reads } = deps.store;
  const user = await reads.user(userId);
  if (user?.organisationId !== book.organisationId) return { ok: false, why: 'not_found' };
  const has = (await reads.accesses(userId)).includes(book.id);
  if (has === given) return { ok: true, changed: false };
  const row = { userId, bookId: book.id };
  const log = deskLog(book.organisationId, by, deps);
  await deps.store.commit([
    given ? { add: 'accesses', row, exists: 'ignore' } : { remove: 'accesses', where: row },
    log(book.id, given ? 'access_given' : 'access_taken', { user: userId, before: has, after: given }),
  ]);
  return { ok: true, changed: true };
}
