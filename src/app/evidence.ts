import type { Book } from '../core/book.ts';
import { type ConsentEvent, type ConsentPerson, factsText, personalText, type Stop } from '../core/consent.ts';
import { JOIN_WORD, LEAVE_ALL_WORDS, LEAVE_WORDS, WORDING_VERSION } from '../core/keywords.ts';
import { mailLine } from '../core/mail.ts';
import type { Member } from '../core/member.ts';
import type { Organisation } from '../core/organisation.ts';
import type { Clock, Keyed } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { personLines } from './personLines.ts';

/**
 * The evidence pack about an address: all that the consent ledger of one organisation says of it, with everything that is
 * needed to check it by hand. docs/evidence.md says how; the pack says it too.
 */
export type EvidenceDeps = { store: Store; clock: Clock; keyed: Keyed };

export type EvidenceHead = {
  format: 'startstopp-evidence';
  version: 1;
  /** ISO 8601, UTC. */
  madeAt: string;
  organisation: { id: string; name: string };
  /** Addresses asked about; the hash is keyed with SECRET_KEY, so only the operator can make it again. */
  addresses: { address: string; addressHash: string }[];
  /** How far the chain went; `mac` is keyed. null = nothing is sealed yet. */
  ledger: { lines: number; hash: string; mac: string; readAt: string } | null;
  /** false: the chain does not fit its head, so newer lines could not be sealed (`ledger verify` says where). */
  sealed: boolean;
  books: { id: string; name: string; address: string }[];
  memberships: (Pick<
    Member,
    'id' | 'phone' | 'mail' | 'name' | 'labels' | 'fields' | 'status' | 'via' | 'otherPhone'
  > & {
    book: string;
    since: string;
    leftAt: string | null;
    createdAt: string;
  })[];
  stops: { scope: Stop['scope']; scopeId: string; addressHash: string; since: string; how: string }[];
};

/** One line with what it is chained by. `chainHash` = sha256(`previousHash` + "\n" + `factsText`), base64url. */
export type EvidenceLine = {
  /** Position in the chain; null = not sealed yet. */
  no: number | null;
  at: string;
  book: string | null;
  event: ConsentEvent['event'];
  rule: string;
  door: ConsentEvent['door'];
  wordingVersion: string;
  /** Exactly what is chained. */
  factsText: string;
  /** null = erased; the hash stands in the facts all the same. */
  personal: Omit<ConsentPerson, 'eventId'> | null;
  /** Exactly what `personalHash` is the sha256 of. */
  personalText: string | null;
  personalHash: string;
  previousHash: string | null;
  chainHash: string | null;
};

export type Evidence = {
  head: EvidenceHead;
  /** Oldest first, read page by page: a pack never fills the memory. */
  lines(): AsyncGenerator<EvidenceLine>;
};

const SEAL = 500;
/** A ledger that takes in more than this meanwhile is busy; what is not sealed yet says so. */
const MOST_SEALS = 40;

export async function evidenceOf(
  organisation: Organisation,
  addresses: readonly string[],
  deps: EvidenceDeps,
): Promise<Evidence> {
  const { store, clock, keyed } = deps;
  const { reads, ledger } = store;
  const sealed = await sealAll(ledger);
  const head = await reads.ledgerHead();
  const readAt = iso(clock.now());
  const hashes = addresses.map((address) => keyed.addressHash(address));
  const books = (await reads.books()).filter(({ organisationId }) => organisationId === organisation.id);
  const members = await membersOf(addresses, books, store);
  const ours = new Set([...books.flatMap(({ id, numberId }) => [id, numberId]), mailLine(organisation.id)]);
  const stops = (await reads.stopsOf(hashes)).filter(({ scopeId }) => ours.has(scopeId));
  return {
    head: {
      format: 'startstopp-evidence',
      version: 1,
      madeAt: iso(clock.now()),
      organisation: { id: organisation.id, name: organisation.name },
      addresses: addresses.map((address, i) => ({ address, addressHash: hashes[i] ?? '' })),
      ledger: head && { lines: head.count, hash: head.hash, mac: head.mac, readAt },
      sealed,
      books: books.map(({ id, name, address }) => ({ id, name, address })),
      memberships: members.map(
        ({ id, phone, mail, name, labels, fields, status, via, otherPhone, bookId, since, leftAt, createdAt }) => ({
          ...{ id, phone, mail, name, labels, fields, status, via, otherPhone },
          book: bookId,
          since: iso(since),
          leftAt: leftAt === null ? null : iso(leftAt),
          createdAt: iso(createdAt),
        }),
      ),
      stops: stops.map(({ scope, scopeId, addressHash, since, how }) => ({
        ...{ scope, scopeId, addressHash, how },
        since: iso(since),
      })),
    },
    async *lines() {
      for await (const { person, previousHash, ...event } of personLines(reads, organisation.id, hashes))
        yield lineOf(event, person, previousHash);
    },
  };
}

/** The lines of the last seconds are chained first, so that the pack carries their hashes. */
async function sealAll(ledger: Store['ledger']): Promise<boolean> {
  try {
    for (let i = 0; i < MOST_SEALS; i++) if ((await ledger.seal(SEAL)) === 0) break;
    return true;
  } catch {
    return false;
  }
}

export async function membersOf(addresses: readonly string[], books: readonly Book[], { reads }: Pick<Store, 'reads'>) {
  const here = new Set(books.map(({ id }) => id));
  const rows = new Map<string, Member>();
  for (const address of addresses)
    for (const row of await reads.membersEverywhere(address)) if (here.has(row.bookId)) rows.set(row.id, row);
  return [...rows.values()];
}

function lineOf(event: ConsentEvent, person: ConsentPerson | null, previousHash: string | null): EvidenceLine {
  const { chainNo: no, at, bookId: book, event: name, rule, door, wordingVersion, personalHash, chainHash } = event;
  const personal = person && {
    salt: person.salt,
    address: person.address,
    name: person.name,
    text: person.text,
    providerId: person.providerId,
  };
  return {
    ...{ no, at: iso(at), book, event: name, rule, door, wordingVersion },
    factsText: factsText(event),
    personal,
    personalText: personal && personalText(personal),
    personalHash,
    previousHash: chainHash === null ? null : previousHash,
    chainHash,
  };
}

const iso = (at: number): string => new Date(at).toISOString();

/** The words that a version reads as joining and leaving; this program knows its own. */
export const wordsOfVersion = (version: string): { join: readonly string[]; leave: readonly string[] } | null =>
  version === WORDING_VERSION ? { join: [JOIN_WORD], leave: [...LEAVE_WORDS, ...LEAVE_ALL_WORDS] } : null;
