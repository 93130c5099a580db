/**
 * `copy` of a broadcast · `joined` and `left`: confirmations of joining and leaving · `answer` to somebody's own text ·
 * `notice` to functionaries and admins · `code`: the proof of an address that somebody typed on a page. The gate has one row for each (document 2, Sending).
 */
export type DeliveryKind = 'copy' | 'joined' | 'left' | 'answer' | 'notice' | 'code';

/**
 * Statuses only move forward. `queued` waits for its due time · `claimed` a worker has it and may be dialling ·
 * `accepted` by the provider · `sent` by the provider · final: `delivered`, `undelivered` and `failed` (the provider
 * says so), `cancelled` (left, cancelled, withheld by the gate), `expired` (its latest time passed), `uncertain`
 * (accepted or not, nobody can tell; never resent blindly).
 */
export type DeliveryStatus =
  | 'queued'
  | 'claimed'
  | 'accepted'
  | 'sent'
  | 'delivered'
  | 'undelivered'
  | 'failed'
  | 'cancelled'
  | 'expired'
  | 'uncertain';

/** What a reply or notice by mail has beside its text. */
export type Letter = {
  subject: string;
  /** The Message-ID that it answers, so that mail programs show them together. */
  inReplyTo?: string;
  /** Where an answer goes, when not to the book's own address: `p12+a-…` for an approval by answering. */
  replyTo?: string;
};

/** One message to one address; the row is the queue. `id` is an integer that the database gives. */
export type Delivery = {
  id: number;
  kind: DeliveryKind;
  organisationId: string;
  numberId: string;
  bookId: string | null;
  /** Copies only. */
  broadcastId: string | null;
  memberId: string | null;
  /** The inbound that caused it; null for copies. */
  inboundId: string | null;
  address: string;
  /** null for copies: their text stands once, in the broadcast. */
  text: string | null;
  parts: number;
  /** Lower goes first: 0 replies, 1 notices, 5 copies. */
  priority: number;
  status: DeliveryStatus;
  /** Queued: when it may be dialled. Claimed: when the lease ends. */
  dueAt: number;
  latestAt: number;
  attempts: number;
  /** The worker that claimed it. */
  owner: string | null;
  /** Of the last claim; a leave waits for claims younger than the dialling limit (B-36). */
  claimedAt: number | null;
  /** The provider's id (Twilio: SM…). */
  providerId: string | null;
  /** The provider's error code, or why the gate withheld it. */
  reason: string | null;
  settledAt: number | null;
  /** At most one delivery with this key is ever written ("told once", T-7); null = no such limit. */
  onceKey: string | null;
  /** Replies and notices to a mail address; null for SMS and copies. */
  letter: Letter | null;
  createdAt: number;
};

export type NewDelivery = Omit<Delivery, 'id'>;

export const PRIORITY = { reply: 0, notice: 1, copy: 5 } as const;

type Asked = Pick<
  NewDelivery,
  'kind' | 'organisationId' | 'numberId' | 'bookId' | 'inboundId' | 'address' | 'parts' | 'latestAt' | 'onceKey'
> & { text: string; letter?: Letter | null };

/** A reply or notice that is due now and that nobody has tried yet. Copies are written by the fan-out. */
export const queuedDelivery = (asked: Asked, now: number): NewDelivery => ({
  ...asked,
  letter: asked.letter ?? null,
  broadcastId: null,
  memberId: null,
  priority: asked.kind === 'notice' ? PRIORITY.notice : PRIORITY.reply,
  status: 'queued',
  dueAt: now,
  attempts: 0,
  owner: null,
  claimedAt: null,
  providerId: null,
  reason: null,
  settledAt: null,
  createdAt: now,
});
