import type { Broadcast } from '../core/broadcast.ts';
import type { DeliveryStatus } from '../core/delivery.ts';
import type { Draft } from '../core/draft.ts';
import type { Attachment } from '../core/mail.ts';

/** Whom a broadcast would reach: active members with an address and no stop, but its writer (as fan-out has it, B-37). */
export type Reach = { bookId: string; numberId: string; writer: string };
export type Reached = {
  id: string;
  /** null: gets no text. */
  phone: string | null;
  /** null: gets no mail. Never both null. */
  mail: string | null;
  name: string;
  labels: string[];
  fields: Record<string, string>;
};

/** Copies of one broadcast that stand alike. */
export type Tally = { status: DeliveryStatus; reason: string | null; count: number };
/** One copy and whose it is; the name is '' where the member is gone or has another phone since. */
export type SentCopy = {
  id: number;
  address: string;
  memberId: string | null;
  name: string;
  status: DeliveryStatus;
  reason: string | null;
  attempts: number;
  settledAt: number | null;
};
/** Copies that stand alike and were handed over and settled in the same minutes (ms since the epoch, their starts). */
export type Stretch = Tally & { handed: number | null; settled: number | null };

export type WholeMail = { text: string; attachments: Pick<Attachment, 'name' | 'type' | 'content'>[] };

/** What composing, broadcasts and drafts ask of the store. */
export interface SendingReads {
  /** Those members by id, after `after` ('' = from the start), two on one phone both. */
  reached(reach: Reach, page: { after: string; limit: number }): Promise<Reached[]>;
  /** Newest first; `before` = the last one of the page before, null = from the start. */
  broadcastPage(
    bookId: string,
    page: { before: { createdAt: number; id: string } | null; limit: number },
  ): Promise<Broadcast[]>;
  /** Those that wait, run or are paused or held, and missed ones of the last week (`since`, ms) that nobody has answered. */
  broadcastsOpen(bookId: string, since: number): Promise<Broadcast[]>;
  /** A page of copies in the order of addresses, counted; `last` = its last address, null = there were none. */
  stretches(
    broadcastId: string,
    page: { after: string; limit: number },
  ): Promise<{ stretches: Stretch[]; last: string | null }>;
  /** Copies in the order of addresses, after `after` ('' = from the start). */
  copies(
    broadcastId: string,
    page: { after: string; limit: number; statuses?: readonly DeliveryStatus[] },
  ): Promise<SentCopy[]>;
  /** What the copies of a broadcast by mail are made of: its whole text and what it carried. null: it is gone. */
  wholeMail(mailId: string): Promise<WholeMail | null>;
  draft(id: string): Promise<Draft | null>;
  /** A user's own drafts in a book, and the book's templates; the newest first. */
  drafts(bookId: string, userId: string): Promise<Draft[]>;
}
