import { readMail } from '../core/address.ts';
import type { Book } from '../core/book.ts';
import type { Member } from '../core/member.ts';
import { readPhone } from '../core/phoneNumber.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Step, Store } from '../ports/store.ts';
import { ERASED } from './addPeople.ts';
import { consentEvent, logStep } from './plan.ts';

/** `startstopp erase PHONE|MAIL`: GDPR article 17, with the keyed hash kept so that no import writes to them again (B-41). */
export type EraseDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed };
export type EraseResult =
  | { ok: false; why: 'unreadable' | 'own_number' | 'no_organisation' | 'changed' }
  | {
      ok: true;
      /** The address given, and the person's other one where nobody else has it. */
      addresses: number;
      /** Rows from which something personal was taken. */
      rows: number;
      memberships: { book: string; status: Member['status'] }[];
      /** Books where they were this until now; a file that names them still would bring them back. */
      writerOf: string[];
      functionaryOf: string[];
      /** There is a login with this mail address; it is not touched. */
      user: boolean;
    };

const TRIES = 5;

/**
 * Takes a person out of every book and every text. Memberships end with a stop that only they can lift, by texting START.
 * Safe to repeat, also after a crash half-way: the stops come first.
 */
export async function erasePerson(raw: string, deps: EraseDeps): Promise<EraseResult> {
  const { reads } = deps.store;
  const [organisations, numbers, books] = await Promise.all([reads.organisations(), reads.numbers(), reads.books()]);
  const [organisation] = organisations;
  if (!organisation) return { ok: false, why: 'no_organisation' };
  const address = readAny(raw, new Set(organisations.map(({ country }) => country)));
  if (address === null) return { ok: false, why: 'unreadable' };
  if (numbers.some(({ e164 }) => e164 === address)) return { ok: false, why: 'own_number' };
  const ended = await endMemberships(address, books, deps);
  if (!ended) return { ok: false, why: 'changed' };
  const { members, addresses } = ended;
  const roles = await rolesOf(addresses, books, deps.store);
  const users = (await Promise.all(organisations.map(({ id }) => reads.users(id)))).flat();
  const bookById = new Map(books.map((book) => [book.id, book]));
  const organisationId = bookById.get(members[0]?.bookId ?? '')?.organisationId ?? organisation.id;
  let rows = 0;
  for (const one of addresses)
    rows += (await deps.store.erase(one, deps.keyed.addressHash(one), erasedEvent(one, organisationId, deps))).rows;
  await deps.store.commit([
    logStep(
      null,
      'erased',
      { rows, memberships: members.length },
      { now: deps.clock.now(), ids: deps.ids, organisationId, actor: 'cli' },
    ),
  ]);
  return {
    ok: true,
    addresses: addresses.length,
    rows,
    memberships: members.map(({ bookId, status }) => ({ book: bookById.get(bookId)?.address ?? '', status })),
    ...roles,
    user: users.some(({ mail }) => addresses.includes(mail)),
  };
}

/** National numbers can be read where every organisation is in one country. */
function readAny(raw: string, countries: ReadonlySet<string>): string | null {
  if (raw.includes('@')) {
    const read = readMail(raw);
    return read.ok ? read.mail : null;
  }
  const read = readPhone(raw, countries.size === 1 ? ([...countries][0] ?? '') : '');
  return read.ok ? read.e164 : null;
}

/** Stops for every book that they are in, and the memberships end; in one commit, before anything is forgotten. */
async function endMemberships(
  address: string,
  books: readonly Book[],
  deps: EraseDeps,
): Promise<{ members: Member[]; addresses: string[] } | null> {
  const bookById = new Map(books.map((book) => [book.id, book]));
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const members = await deps.store.reads.membersEverywhere(address);
    const addresses = await ownAddresses(address, members, deps.store);
    const now = deps.clock.now();
    const steps = members.flatMap((member) => {
      const book = bookById.get(member.bookId);
      return book ? endSteps(member, book, addresses, now, deps.keyed) : [];
    });
    if (steps.length === 0 || (await deps.store.commit(steps)) === 'done') return { members, addresses };
  }
  return null;
}

/** A phone that another person has as well (B-40) stays theirs. */
async function ownAddresses(address: string, members: readonly Member[], { reads }: Store): Promise<string[]> {
  const mine = new Set(members.map(({ id }) => id));
  const others = new Set(
    members.flatMap(({ phone, mail }) => [phone, mail]).filter((one) => one !== null && one !== address),
  );
  const addresses = [address];
  for (const other of others) {
    if (other === null) continue;
    if ((await reads.membersEverywhere(other)).every(({ id }) => mine.has(id))) addresses.push(other);
  }
  return addresses;
}

function endSteps(member: Member, book: Book, addresses: readonly string[], now: number, keyed: Keyed): Step[] {
  const left = member.status === 'unsubscribed';
  const since = left ? (member.leftAt ?? member.since) : now;
  const steps: Step[] = left
    ? []
    : [
        {
          change: 'members',
          where: { id: member.id, version: member.version },
          set: { status: 'unsubscribed', since: now, leftAt: now, pausedUntil: null, version: member.version + 1 },
          none: 'stale',
        },
      ];
  for (const address of addresses) {
    if (address !== member.phone && address !== member.mail) continue;
    steps.push(
      {
        add: 'stops',
        row: { scope: 'book', scopeId: book.id, addressHash: keyed.addressHash(address), address, since, how: ERASED },
        exists: 'ignore',
      },
      { cancelCopies: { numberId: book.numberId, bookId: book.id, address, reason: ERASED, at: now } },
    );
  }
  return steps;
}

async function rolesOf(addresses: readonly string[], books: readonly Book[], { reads }: Store) {
  const writerOf: string[] = [];
  const functionaryOf: string[] = [];
  const has = (list: readonly string[]) => list.some((address) => addresses.includes(address));
  for (const { id, address } of books) {
    if (has(await reads.writers(id))) writerOf.push(address);
    if (has(await reads.functionaries(id))) functionaryOf.push(address);
  }
  return { writerOf, functionaryOf };
}

/** The line that says so carries the hash only: its own personal part is empty and is not stored. */
function erasedEvent(address: string, organisationId: string, deps: EraseDeps) {
  const { event } = consentEvent(
    { do: 'consent', bookId: null, event: 'erased', rule: 'erase', address: '', name: '', text: '' },
    { now: deps.clock.now(), ids: deps.ids, keyed: deps.keyed, organisationId, door: 'cli', providerId: '' },
  );
  return { ...event, addressHash: deps.keyed.addressHash(address) };
}
