import type { DeliveryKind, DeliveryStatus, Letter } from '../core/delivery.ts';
import type { Locale } from '../core/locale.ts';
import type { MailBook, MailRun } from '../core/mailCopy.ts';
import type { MemberStatus } from '../core/member.ts';
import type { ProviderName } from '../core/organisation.ts';

/**
 * A lane is what is claimed from: the replies and notices of a number, or one running broadcast on it. So a paused
 * broadcast costs nothing, and replies go before copies on the same number. An organisation's mail line (core/mail.ts) has
 * lanes like a number: a broadcast to phones and mail addresses is two, so that neither waits for the other.
 */
export type Lane = {
  /** The virtual number, or the mail line. */
  numberId: string;
  organisationId: string;
  /** The number, or the name that a broadcast has as its sender (T-9); by mail the book's local part, '' for replies. */
  from: string;
  provider: ProviderName;
  /** 0 = not paced: mail has no parts. */
  partsPerSecond: number;
  timezone: string;
  /** null = no cap; mail costs nothing. */
  dailyParts: number | null;
  /** Mail lanes only. */
  mail: { organisation: string; locale: Locale } | null;
  /** null: replies and notices. */
  broadcast: LaneBroadcast | null;
};

export type LaneBroadcast = {
  id: string;
  bookId: string;
  text: string;
  header: string;
  footer: string;
  parts: number;
  quietFrom: string | null;
  quietTo: string | null;
  /** Fan-out is not through: more copies may come. */
  fanning: boolean;
  /** The book's own fields are merged into its copies. */
  tagged: boolean;
  /** Mail lanes only; its text is `text`, or the whole of the mail that it came as. */
  mail: MailRun | null;
};

/** A claimed delivery with all that the gate asks (design 2, Sending). Facts are those of the claim's own instant. */
export type Claimed = {
  id: number;
  kind: DeliveryKind;
  bookId: string | null;
  broadcastId: string | null;
  address: string;
  /** null for copies. */
  text: string | null;
  parts: number;
  attempts: number;
  latestAt: number;
  /** Copies only: the member's name for merging, and status. */
  memberName: string | null;
  /** Only of a tagged broadcast. */
  memberFields: Record<string, string> | null;
  memberStatus: MemberStatus | null;
  leftBook: boolean;
  stoppedOnNumber: boolean;
  blockedAtProvider: boolean;
  /** Mail lanes only. */
  mail: ClaimedMail | null;
};

/** `memberId`: whose links the mail carries; null = nobody's. `book`: of replies; copies have it in their lane. */
export type ClaimedMail = { memberId: string | null; book: MailBook | null; letter: Letter | null };

/** How a claimed delivery ended; applied only to rows that this worker still owns. */
export type Settlement =
  | { id: number; to: 'accepted'; providerId: string; at: number }
  | { id: number; to: 'queued'; dueAt: number; reason: string; countsAsAttempt: boolean }
  | {
      id: number;
      to: Extract<DeliveryStatus, 'failed' | 'cancelled' | 'expired' | 'uncertain'>;
      reason: string;
      providerId?: string;
      at: number;
    };

/** A claim whose lease ran out: the provider may or may not have accepted it. */
export type InDoubt = {
  id: number;
  numberId: string;
  from: string;
  provider: ProviderName;
  kind: DeliveryKind;
  broadcastId: string | null;
  address: string;
  /** As it was sent: merged, with header and footer. */
  text: string | null;
  memberName: string | null;
  memberFields: Record<string, string> | null;
  tagged: boolean;
  header: string | null;
  footer: string | null;
  broadcastText: string | null;
  claimedAt: number;
  attempts: number;
  latestAt: number;
};

/** A receipt from a provider, by our delivery id. */
export type Receipt = {
  deliveryId: number;
  providerId: string;
  status: 'accepted' | 'sent' | 'delivered' | 'undelivered' | 'failed';
  reason: string | null;
  at: number;
};

/** What a receipt of failure is about. */
export type FailedDelivery = {
  deliveryId: number;
  numberId: string;
  organisationId: string;
  bookId: string | null;
  broadcastId: string | null;
  address: string;
  attempts: number;
  latestAt: number;
};

export interface Outbox {
  /** Lanes that have something due or fanning at `now`. */
  lanes(now: number): Promise<Lane[]>;
  /** Writes the next page of copies of a broadcast (2,000 members); 'more' or 'done'. Repeats are harmless. */
  fanOut(broadcastId: string, now: number): Promise<'more' | 'done'>;
  /**
   * Takes up to `limit` due deliveries of a lane: counts the attempt, moves the due time to the end of the lease, and
   * says who owns it. A confirmation of leaving is not taken while a copy to that address is claimed (B-36).
   */
  claim(lane: Lane, owner: string, limit: number, now: number, leaseMs: number): Promise<Claimed[]>;
  /** One transaction for many; rows that `owner` no longer owns are left alone. Returns how many were settled. */
  settle(owner: string, settlements: readonly Settlement[]): Promise<number>;
  /** Claims whose lease is over (or whose owner is `owners` of a dead process), taken over by `owner` with a new lease. */
  takeInDoubt(owner: string, limit: number, now: number, leaseMs: number): Promise<InDoubt[]>;
  /** SQLite, at start: the predecessor's claims are in doubt at once. */
  expireLeases(now: number): Promise<number>;
  /**
   * The wall clock was set back by `ms` and is `now`: what had been due already would wait for it to catch up, so it is
   * due at once, and what was to be tried again later keeps its distance. Repeats do no harm.
   */
  clockSetBack(ms: number, now: number): Promise<number>;
  /** Forward only; unknown ids and steps back change nothing. Returns what it moved. */
  receipt(receipt: Receipt): Promise<'moved' | 'kept' | 'unknown'>;
  /** null: there is no such delivery. */
  failure(deliveryId: number): Promise<FailedDelivery | null>;
  /** A new attempt on a delivery that the provider has reported as failed under this id; reopens its broadcast. */
  retryFailed(deliveryId: number, providerId: string, dueAt: number): Promise<boolean>;
  /**
   * Is this provider id another delivery's? In-doubt look-ups must not take it. `message`: from and to whom the provider
   * says it went, which is where the owner must be.
   */
  ownerOfProviderId(providerId: string, message: { numberId: string; address: string }): Promise<number | null>;
  /**
   * Reserves sending time on the number's row: `parts` at `perSecond`. Returns ms to wait before dialling (0 = now);
   * the reservation holds across workers. The clock is the database's on PostgreSQL, the monotonic one on SQLite.
   */
  reservePace(numberId: string, parts: number, perSecond: number): Promise<number>;
  /** The provider said slow down: nothing is dialled on this number until then (ms from now). */
  slowDown(numberId: string, ms: number): Promise<void>;
  /** Cost cap: takes up to `parts` of what is left of `cap` on `day` ("2026-11-22"); returns how many it got (F35). */
  reserveSpend(organisationId: string, day: string, parts: number, cap: number): Promise<number>;
  /** Gives back what was reserved and not dialled. */
  returnSpend(organisationId: string, day: string, parts: number): Promise<void>;
  /** Latest times that have passed: queued deliveries become `expired`. Returns counts by broadcast. */
  expireLate(now: number): Promise<{ broadcastId: string | null; count: number }[]>;
  /** Broadcasts whose fan-out is through and whose copies are all settled become `sent` (or stay cancelled), with the time. */
  finish(now: number): Promise<{ id: string; bookId: string }[]>;
  /** Was a copy to this address claimed less than `ms` ago? Then a leave waits before it is answered (B-36). */
  claimedCopyAge(numberId: string, address: string): Promise<number | null>;
  /** Figures for /metrics and the ETA: queued deliveries and parts by number. */
  backlog(): Promise<{ numberId: string; queued: number; parts: number }[]>;
}
