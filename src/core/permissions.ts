import type { Role, User } from './account.ts';
import type { Book } from './book.ts';
import type { Organisation } from './organisation.ts';

/**
 * What a page of a book may ask of its reader: to `see` and to `edit` the people, to change `settings`, to `send`; and
 * `person`: evidence about one of them, everything that is kept, erasing it. That reaches into every book of the
 * organisation, so it takes somebody who reaches all of them.
 */
export type BookNeed = 'see' | 'edit' | 'settings' | 'send' | 'person';

const MAY: Readonly<Record<BookNeed, readonly Role[]>> = {
  see: ['viewer', 'sender', 'admin', 'operator'],
  // Access alone does not let one send (S3-26): the writers decide that. A viewer's text box is off all the same.
  send: ['sender', 'admin', 'operator'],
  edit: ['sender', 'admin', 'operator'],
  settings: ['admin', 'operator'],
  person: ['admin', 'operator'],
};

type Actor = Pick<User, 'role' | 'organisationId'>;

/** Is the book one that this user may know of at all? Of any other one there is no trace (404, not 403). */
export function reachesBook(
  actor: Actor,
  book: Pick<Book, 'id' | 'organisationId'>,
  accesses: readonly string[],
): boolean {
  if (actor.role === 'operator') return true;
  if (actor.organisationId !== book.organisationId) return false;
  return actor.role === 'admin' || accesses.includes(book.id);
}

export const mayInBook = (actor: Actor, need: BookNeed): boolean => MAY[need].includes(actor.role);

export const mayInOrganisation = (actor: Actor, organisationId: string): boolean =>
  actor.role === 'operator' || (actor.role === 'admin' && actor.organisationId === organisationId);

export const mayInInstallation = ({ role }: Actor): boolean => role === 'operator';

/** Must this user have the second step before anything else (ASVS 6.3.3)? `rule`: their own organisation's. */
export const mustHaveSecondStep = ({ role }: Pick<User, 'role'>, rule: Organisation['secondStep']): boolean =>
  rule === 'everybody' || (rule === 'admins' && (role === 'admin' || role === 'operator'));

/** Nobody hands out more than they have. */
export const mayGive = (actor: Actor, role: Role): boolean =>
  actor.role === 'operator' || (actor.role === 'admin' && role !== 'operator');
