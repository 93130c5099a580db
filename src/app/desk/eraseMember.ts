import type { Book } from '../../core/book.ts';
import type { Member } from '../../core/member.ts';
import type { Organisation } from '../../core/organisation.ts';
import { type Erased, eraseFound, ownAddresses } from '../erasePerson.ts';
import type { Desk, DeskDeps } from './desk.ts';
import { memberOf } from './tendMember.ts';

/** A person as one organisation knows them. */
export type PersonHere = {
  /** Rows of this person in the organisation's books. */
  members: Member[];
  /** Their addresses that nobody else in the organisation has; empty: somebody else has every one (B-40). */
  addresses: string[];
  /** Addresses of theirs that somebody else in the organisation has too. */
  shared: string[];
};

/** Two rows are one person where no address of theirs differs; a phone alone may be a household's (B-40). */
const agree = (a: Pick<Member, 'phone' | 'mail'>, b: Pick<Member, 'phone' | 'mail'>): boolean =>
  (a.phone === null || b.phone === null || a.phone === b.phone) &&
  (a.mail === null || b.mail === null || a.mail === b.mail);

/** Looks for a member's other rows in the books of the organisation, and for whoever has the same address. */
export async function personHere(book: Book, member: Member, { store }: Pick<DeskDeps, 'store'>): Promise<PersonHere> {
  const books = new Set(
    (await store.reads.books())
      .filter(({ organisationId }) => organisationId === book.organisationId)
      .map(({ id }) => id),
  );
  const isOurs = (row: Member): boolean => books.has(row.bookId);
  const own = [member.phone, member.mail].filter((one) => one !== null);
  const rows = new Map<string, Member>();
  for (const address of own)
    for (const row of await store.reads.membersEverywhere(address)) if (isOurs(row)) rows.set(row.id, row);
  const isShared = (address: string): boolean =>
    [...rows.values()].some((row) => (row.phone === address || row.mail === address) && !agree(row, member));
  const shared = own.filter(isShared);
  const sure = own.filter((address) => !isShared(address));
  const members = [...rows.values()].filter(
    (row) => row.id === member.id || sure.some((address) => row.phone === address || row.mail === address),
  );
  const addresses = sure.length === 0 ? [] : await ownAddresses(sure, members, store, isOurs);
  return { members, addresses: addresses.filter((address) => !shared.includes(address)), shared };
}

export type MemberErased = Erased | { ok: false; why: 'not_found' | 'shared' | 'changed' };

/**
 * Erases a member from everything that their organisation holds: all its books, not only the one whose page it is. What
 * another organisation knows of the same number is neither read nor touched; the installation's operator erases that with
 * `startstopp erase`.
 */
export async function eraseMember(
  book: Book,
  organisation: Organisation,
  memberId: string,
  by: Desk,
  deps: DeskDeps,
): Promise<MemberErased> {
  const member = await memberOf(book, memberId, deps);
  if (!member) return { ok: false, why: 'not_found' };
  const first = await personHere(book, member, deps);
  if (first.addresses.length === 0) return { ok: false, why: 'shared' };
  const find = async () => personHere(book, (await memberOf(book, memberId, deps)) ?? member, deps);
  return eraseFound(
    find,
    { organisations: [organisation], rule: 'erase_organisation', actor: by.actor, door: by.door, bookId: null },
    deps,
  );
}
