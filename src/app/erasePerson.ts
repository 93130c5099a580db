import { readMail } from '../core/address.ts';
import type { Book } from '../core/book.ts';
import type { Member } from '../core/member.ts';
import type { Organisation } from '../core/organisation.ts';
import { formatNational, readPhone } from '../core/phoneNumber.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Step, Store } from '../ports/store.ts';
import { ERASED } from './addPeople.ts';
import { consentEvent, logStep } from './plan.ts';

/**
 * Erasing a person (GDPR article 17), with the keyed hash kept so that no import writes to them again (B-41): everywhere by
 * `startstopp erase PHONE|MAIL`, and within one organisation from the person's page.
 */
export type EraseDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed };
export type EraseResult = { ok: false; why: 'unreadable' | 'own_number' | 'no_organisation' | 'changed' } | Erased;
export type Erased = {
  ok: true;
  /** The address given, and the person's other ones where nobody else has them. */
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

/** Whose rows are erased, by whom; the rule stands in the ledger, and says how far an `erased` line reaches. */
export type Erasing = {
  organisations: readonly Organisation[];
  rule: 'erase' | 'erase_organisation';
  actor: string;
  door: 'cli' | 'web';
  /** Where the log line stands; null = the organisation's own log. */
  bookId: string | null;
};

const TRIES = 5;

/** Takes a person out of every book and every text of the installation. */
export async function erasePerson(raw: string, deps: EraseDeps): Promise<EraseResult> {
  const { reads } = deps.store;
  const [organisations, numbers] = await Promise.all([reads.organisations(), reads.numbers()]);
  if (organisations.length === 0) return { ok: false, why: 'no_organisation' };
  const address = readAny(raw, new Set(organisations.map(({ country }) => country)));
  if (address === null) return { ok: false, why: 'unreadable' };
  if (numbers.some(({ e164 }) => e164 === address)) return { ok: false, why: 'own_number' };
  const how: Erasing = { organisations, rule: 'erase', actor: 'cli', door: 'cli', bookId: null };
  const find = async () => {
    const members = await reads.membersEverywhere(address);
    return { members, addresses: await ownAddresses([address], members, deps.store) };
  };
  return eraseFound(find, how, deps);
}

/**
 * Erases who is found. Memberships end with a stop that only the person can lift, by texting START: in every book of an
 * organisation that they are in, for they have asked it to forget them, not one list. Safe to repeat, also after a crash
 * half-way: the stops come first.
 */
export async function eraseFound(
  find: () => Promise<{ members: Member[]; addresses: string[] }>,
  how: Erasing,
  deps: EraseDeps,
): Promise<Erased | { ok: false; why: 'changed' }> {
  const { reads } = deps.store;
  const ids = how.organisations.map(({ id }) => id);
  const books = (await reads.books()).filter(({ organisationId }) => ids.includes(organisationId));
  const ended = await endMemberships(find, books, deps);
  if (!ended) return { ok: false, why: 'changed' };
  const { members, addresses } = ended;
  const roles = await rolesOf(addresses, books, deps.store);
  const users = (await Promise.all(ids.map((id) => reads.users(id)))).flat();
  const names = namesOf(members, addresses, how.organisations);
  const forgotten = await forgetSmallThings(addresses, names, how, deps);
  if (!forgotten) return { ok: false, why: 'changed' };
  let rows = 0;
  for (const one of addresses) {
    const addressHash = deps.keyed.addressHash(one);
    const told = await tracesOf(addressHash, members, books, how.organisations, deps.store);
    const events = told.map((organisationId) => erasedEvent(one, organisationId, how, deps));
    rows += (await deps.store.erase({ address: one, addressHash, organisationIds: ids, events, names })).rows;
  }
  const bookById = new Map(books.map((book) => [book.id, book]));
  const organisationId = bookById.get(how.bookId ?? members[0]?.bookId ?? '')?.organisationId ?? ids[0] ?? '';
  await deps.store.commit([
    logStep(
      how.bookId,
      'erased',
      { rows, memberships: members.length },
      { now: deps.clock.now(), ids: deps.ids, organisationId, actor: how.actor },
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

/** Stops for every book, and the memberships end; in one commit, before anything is forgotten. */
async function endMemberships(
  find: () => Promise<{ members: Member[]; addresses: string[] }>,
  books: readonly Book[],
  deps: EraseDeps,
): Promise<{ members: Member[]; addresses: string[] } | null> {
  const bookById = new Map(books.map((book) => [book.id, book]));
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { members: all, addresses } = await find();
    const members = all.filter(({ bookId }) => bookById.has(bookId));
    const now = deps.clock.now();
    const steps = [
      ...members.flatMap((member) => endSteps(member, addresses, now, bookById, deps.keyed)),
      ...keptOut(members, addresses, now, books, deps.keyed),
    ];
    if (steps.length === 0 || (await deps.store.commit(steps)) === 'done') return { members, addresses };
  }
  return null;
}

/** The person's addresses that nobody else has: a phone that another person has as well (B-40) stays theirs. */
export async function ownAddresses(
  sure: readonly string[],
  members: readonly Member[],
  { reads }: Pick<Store, 'reads'>,
  isOurs: (member: Member) => boolean = () => true,
): Promise<string[]> {
  const mine = new Set(members.map(({ id }) => id));
  const addresses = [...sure];
  const others = new Set(members.flatMap(({ phone, mail, otherPhone }) => [phone, mail, otherPhone]));
  for (const other of others) {
    if (other === null || addresses.includes(other)) continue;
    const theirs = (await reads.membersEverywhere(other)).filter(isOurs);
    if (theirs.every(({ id }) => mine.has(id))) addresses.push(other);
  }
  return addresses;
}

function endSteps(
  member: Member,
  addresses: readonly string[],
  now: number,
  bookById: ReadonlyMap<string, Book>,
  keyed: Keyed,
): Step[] {
  const book = bookById.get(member.bookId);
  if (!book) return [];
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
    steps.push(stopStep(book, address, since, keyed), {
      cancelCopies: { numberId: book.numberId, bookId: book.id, address, reason: ERASED, at: now },
    });
  }
  return steps;
}

/** The other books of organisations that they were members with: there a stop alone keeps an import from them. */
function keptOut(
  members: readonly Member[],
  addresses: readonly string[],
  now: number,
  books: readonly Book[],
  keyed: Keyed,
): Step[] {
  const theirs = new Set(members.map(({ bookId }) => books.find(({ id }) => id === bookId)?.organisationId));
  const used = addresses.filter((one) => members.some(({ phone, mail }) => one === phone || one === mail));
  return books
    .filter(({ organisationId }) => theirs.has(organisationId))
    .flatMap((book) => used.map((address) => stopStep(book, address, now, keyed)));
}

const stopStep = (book: Book, address: string, since: number, keyed: Keyed): Step => ({
  add: 'stops',
  row: { scope: 'book', scopeId: book.id, addressHash: keyed.addressHash(address), address, since, how: ERASED },
  exists: 'ignore',
});

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

/** Shorter names are parts of other words. */
const TELLING_NAME = 4;

/** What notices call them: their names, and their numbers as one writes them here. */
function namesOf(
  members: readonly Member[],
  addresses: readonly string[],
  organisations: readonly Organisation[],
): string[] {
  const names = members.map(({ name }) => name).filter((name) => name.length >= TELLING_NAME);
  const numbers = addresses
    .filter((address) => address.startsWith('+'))
    .flatMap((address) =>
      [...new Set(organisations.map(({ country }) => country))].map((c) => formatNational(address, c)),
    );
  return [...new Set([...names, ...numbers])];
}

/** Uploads that name them, and a running crisis that they began. */
async function forgetSmallThings(
  addresses: readonly string[],
  names: readonly string[],
  { organisations }: Erasing,
  { store }: EraseDeps,
): Promise<boolean> {
  const ids = organisations.map(({ id }) => id);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const found = new Set<string>();
    for (const address of addresses) {
      const digits = address.startsWith('+') ? nationalDigits(address, organisations) : '';
      const words = [...names.flatMap((name) => [name, name.toLowerCase()]), address];
      for (const id of await store.reads.uploadsNaming(ids, { digits, words })) found.add(id);
    }
    const steps: Step[] = [...found].flatMap((id): Step[] => [
      { remove: 'uploadPieces', where: { uploadId: id } },
      { remove: 'uploads', where: { id } },
    ]);
    for (const book of await store.reads.books())
      if (book.crisis !== null && addresses.includes(book.crisis.by) && ids.includes(book.organisationId))
        steps.push({
          change: 'books',
          where: { id: book.id, version: book.version },
          set: { crisis: { ...book.crisis, by: '' }, version: book.version + 1 },
          none: 'stale',
        });
    if (steps.length === 0 || (await store.commit(steps)) === 'done') return true;
  }
  return false;
}

/** The digits that are there however a number is written: "070-174 06 05" and "+46 70 174 06 05" both hold 701740605. */
function nationalDigits(e164: string, organisations: readonly Organisation[]): string {
  const national = formatNational(e164, organisations[0]?.country ?? '').replace(/\D/g, '');
  const own = national.replace(/^0+/, '');
  return e164.endsWith(own) ? own : e164.slice(1);
}

/** Organisations whose ledger or members know the address; one at least, for an erasure is always written down. */
async function tracesOf(
  addressHash: string,
  members: readonly Member[],
  books: readonly Book[],
  organisations: readonly Organisation[],
  { reads }: Store,
): Promise<string[]> {
  const homes = new Set(members.map(({ bookId }) => books.find(({ id }) => id === bookId)?.organisationId));
  const told: string[] = [];
  for (const { id } of organisations) {
    const known = homes.has(id) || (await reads.personLines(id, [addressHash], { after: null, limit: 1 })).length > 0;
    if (known) told.push(id);
  }
  return told.length > 0 ? told : organisations.slice(0, 1).map(({ id }) => id);
}

/** The line that says so carries the hash only: its own personal part is empty and is not stored. */
function erasedEvent(address: string, organisationId: string, { rule, door }: Erasing, deps: EraseDeps) {
  const { event } = consentEvent(
    { do: 'consent', bookId: null, event: 'erased', rule, address: '', name: '', text: '' },
    { now: deps.clock.now(), ids: deps.ids, keyed: deps.keyed, organisationId, door, providerId: '' },
  );
  return { ...event, addressHash: deps.keyed.addressHash(address) };
}
