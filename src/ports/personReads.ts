import type { Broadcast } from '../core/broadcast.ts';
import type { ConsentEvent, ConsentPerson, Stop } from '../core/consent.ts';
import type { Conversation } from '../core/conversation.ts';
import type { RollAnswer } from '../core/crisis.ts';
import type { Delivery } from '../core/delivery.ts';
import type { Inbound } from '../core/inbound.ts';
import type { JoinForm } from '../core/joinForm.ts';
import type { Bounce, Token } from '../core/mail.ts';
import type { LogEntry } from './logEntry.ts';

/**
 * Where a page of somebody's story ends, newest first: what happened before `at`, or at that very time and has an id
 * (`upTo`) that is smaller. `upTo` null = everything of that time is still to come.
 */
export type StoryEdge = { at: number; upTo: string | null };

/** One line of the ledger about a person, as their page and their evidence show it. */
export type PersonLine = ConsentEvent & {
  person: ConsentPerson | null;
  /** The chain's hash before this line; '' = it is the first one, null = not sealed yet, or the line before is gone. */
  previousHash: string | null;
};

/** A broadcast and how it stands, for one person. */
export type SentToAll = Pick<
  Broadcast,
  'id' | 'bookId' | 'status' | 'text' | 'header' | 'footer' | 'subject' | 'writer' | 'dueAt' | 'createdAt'
>;
export type PersonCopy = Pick<
  Delivery,
  | 'id'
  | 'broadcastId'
  | 'memberId'
  | 'address'
  | 'status'
  | 'reason'
  | 'attempts'
  | 'dueAt'
  | 'createdAt'
  | 'claimedAt'
  | 'settledAt'
  | 'providerId'
  | 'parts'
>;
/** A reply or notice to one of their addresses. */
export type PersonReply = Pick<
  Delivery,
  | 'id'
  | 'kind'
  | 'address'
  | 'text'
  | 'letter'
  | 'status'
  | 'reason'
  | 'attempts'
  | 'settledAt'
  | 'createdAt'
  | 'inboundId'
>;

/** A page in the order of ids, or what follows it: `next` null = that was the last. */
export type Slice<T> = { rows: T[]; next: string | null };

/** One address to be forgotten (GDPR article 17), in what these organisations hold and nowhere else. */
export type Erasure = {
  address: string;
  addressHash: string;
  organisationIds: readonly string[];
  /** The `erased` lines, one for each organisation. */
  events: readonly ConsentEvent[];
  /** How notices to functionaries call the person beside the address: names, and the number as one writes it here. */
  names: readonly string[];
};

/** What the pages about one person ask of the store. */
export interface PersonReads {
  /**
   * What came in to a book from these senders, newest first, not older than `from`. There is no index from a sender to
   * their texts, so the book's are looked through a slice at a time.
   */
  textsFrom(
    bookId: string,
    senders: readonly string[],
    edge: StoryEdge,
    from: number,
    limit: number,
  ): Promise<Inbound[]>;
  /** Replies and notices of a book to these addresses, newest first. */
  repliesTo(bookId: string, addresses: readonly string[], edge: StoryEdge, limit: number): Promise<PersonReply[]>;
  /** Broadcasts of a book that have begun, by the time at which they were due, newest first, not older than `from`. */
  sentToAll(bookId: string, edge: StoryEdge, from: number, limit: number): Promise<SentToAll[]>;
  /** Copies of these broadcasts at these addresses. */
  copiesAt(broadcastIds: readonly string[], addresses: readonly string[]): Promise<PersonCopy[]>;
  /** Between which times copies of a broadcast were written, as far as a few of them tell; null = there are none. */
  fannedAt(broadcastId: string): Promise<{ from: number; to: number } | null>;
  /** What came back for these copies, the latest of each. */
  bouncesFor(
    deliveryIds: readonly number[],
    addresses: readonly string[],
  ): Promise<{ deliveryId: number; at: number; code: string }[]>;
  /** Parts that an organisation has spent on a day ("2026-11-22"). */
  spentOn(organisationId: string, day: string): Promise<number>;
  /**
   * The ledger of an organisation about these addresses, oldest first, after the line with this time and id; other
   * organisations' lines about the same number are not in it. `bookId`: of this book and of what concerns no book alone.
   */
  personLines(
    organisationId: string,
    addressHashes: readonly string[],
    page: { after: { at: number; id: string } | null; limit: number; bookId?: string },
  ): Promise<PersonLine[]>;
  /** How far the chain goes; null = nothing is sealed. */
  ledgerHead(): Promise<{ count: number; hash: string; mac: string } | null>;
  /** Every text and mail from these senders to an organisation, a slice of its texts at a time; `after` '' = from the start. */
  textsEverywhere(organisationId: string, senders: readonly string[], after: string): Promise<Slice<Inbound>>;
  /** Replies and notices of an organisation to these addresses, oldest first. */
  repliesEverywhere(
    organisationId: string,
    addresses: readonly string[],
    after: number,
    limit: number,
  ): Promise<(PersonReply & { bookId: string | null })[]>;
  /** An organisation's broadcasts by id. */
  broadcastsEverywhere(organisationId: string, after: string, limit: number): Promise<SentToAll[]>;
  /** Log lines of an organisation that name one of these members by id, a slice at a time. */
  entriesAbout(organisationId: string, memberIds: readonly string[], after: string): Promise<Slice<LogEntry>>;
  /** What small tables hold of them, within these books and lines. */
  tracesOf(
    within: { bookIds: readonly string[]; lineIds: readonly string[]; organisationId: string },
    who: { addresses: readonly string[]; memberIds: readonly string[] },
  ): Promise<{
    conversations: Conversation[];
    joinForms: JoinForm[];
    rollAnswers: RollAnswer[];
    tokens: Token[];
    bounces: Bounce[];
  }>;
  /**
   * Uploads of these organisations, but those that run, whose text or report names somebody: their number (`digits`,
   * however it is written) or one of `words`, as they stand or in lower case. Housekeeping removes all of them within a day.
   */
  uploadsNaming(
    organisationIds: readonly string[],
    who: { digits: string; words: readonly string[] },
  ): Promise<string[]>;
  /** Every stop for these addresses, wherever. */
  stopsOf(addressHashes: readonly string[]): Promise<Stop[]>;
}
