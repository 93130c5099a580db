import type { MemberStatus } from './member.ts';

/** One line of the append-only ledger: who joined or left, when, how. */
export type ConsentEventName =
  | 'joined'
  | 'requested'
  | 'approved'
  | 'refused'
  | 'left'
  | 'left_all'
  | 'asked'
  | 'stayed'
  | 'paused'
  | 'resumed'
  | 'banned'
  | 'added'
  | 'imported'
  | 'add_refused'
  | 'provider_blocked'
  | 'provider_unblocked'
  | 'erased';

/**
 * How a line leaves the person standing in its book; lines that are not here change nothing of it. A ban and an erasure
 * mean different things to those who ask, who add them.
 */
export const STANDING_AFTER = {
  joined: 'active',
  approved: 'active',
  added: 'active',
  imported: 'active',
  resumed: 'active',
  stayed: 'active',
  requested: 'pending',
  asked: 'asked',
  refused: 'refused',
  paused: 'paused',
  left: 'unsubscribed',
  left_all: 'unsubscribed',
} as const satisfies Partial<Record<ConsentEventName, MemberStatus>>;

/** The fixed facts: chained, never changed, never erased. */
export type ConsentEvent = {
  id: string;
  at: number;
  organisationId: string;
  /** null: it concerns a whole number or an erasure. */
  bookId: string | null;
  event: ConsentEventName;
  /** The row that recognised it (`B-11`), or the command (`apply`, `import`). */
  rule: string;
  door: 'sms' | 'mail' | 'web' | 'cli' | 'provider' | 'clock';
  wordingVersion: string;
  /** HMAC of the address under SECRET_KEY: remains after erasing, so that imports are still refused (B-41). */
  addressHash: string;
  /** SHA-256 of salt and personal part: erasing the part leaves the hash. */
  personalHash: string;
  /** Set by sealing: position in the chain and the chain's hash up to here. */
  chainNo: number | null;
  chainHash: string | null;
};

/** The personal part: erasable. */
export type ConsentPerson = {
  eventId: string;
  salt: string;
  address: string;
  name: string;
  /** The exact text that they sent, or how they were added. */
  text: string;
  providerId: string;
};

/** Three facts kept apart per address: left this book · stop for everything on this number · blocked by the provider. */
export type StopScope = 'book' | 'number' | 'provider';

export type Stop = {
  scope: StopScope;
  /** A book's id, or a number's. */
  scopeId: string;
  addressHash: string;
  /** null once the person is erased; the hash still refuses imports. */
  address: string | null;
  since: number;
  /** For people: the door and the rule, such as "sms B-11". */
  how: string;
};

/** The fixed facts in the one order in which they are chained; the ledger's hash is over exactly this text. */
export const factsText = (e: ConsentEvent): string =>
  JSON.stringify([
    e.id,
    e.at,
    e.organisationId,
    e.bookId,
    e.event,
    e.rule,
    e.door,
    e.wordingVersion,
    e.addressHash,
    e.personalHash,
  ]);

/** The personal part with its salt, in the order in which `personalHash` is made of it (`Keyed.digest`). */
export const personalText = (p: Omit<ConsentPerson, 'eventId'>): string =>
  JSON.stringify([p.salt, p.address, p.name, p.text, p.providerId]);
