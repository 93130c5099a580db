import type { Broadcast } from '../core/broadcast.ts';
import type { ConsentEventName } from '../core/consent.ts';
import type { DeliveryStatus } from '../core/delivery.ts';
import type { Inbound } from '../core/inbound.ts';
import type { LogEntry } from './logEntry.ts';

/** Where a page ends, newest first: rows with an earlier time, or the same time and a smaller id. null = the newest. */
export type Before = { at: number; id: string } | null;

/** What somebody wrote back to one person (app/desk/answerInbound.ts). */
export type PersonalAnswer = {
  inboundId: string;
  text: string;
  status: DeliveryStatus;
  reason: string | null;
  at: number;
  /** `desk-answer:USER:FORM`. */
  onceKey: string;
};

/** Copies of one broadcast in one status; null: it has none (yet). */
export type BroadcastResult = { id: string; at: number; status: DeliveryStatus | null; count: number; parts: number };

/** The log, the inbox and the statistics of books. */
export interface DeskReads {
  inboundById(id: string): Promise<Inbound | null>;
  /** What came in to a book, newest first. */
  inboundsPage(bookId: string, before: Before, limit: number): Promise<Inbound[]>;
  broadcastsPage(bookId: string, before: Before, limit: number): Promise<Broadcast[]>;
  entriesPage(bookId: string, before: Before, limit: number): Promise<LogEntry[]>;
  /** The audit trail of an organisation: its own lines and those of its books. */
  auditPage(organisationId: string, before: Before, limit: number): Promise<LogEntry[]>;

  /** What non-writers sent, automatic answers among it; newest first. */
  inboxPage(bookIds: readonly string[], before: Before, limit: number): Promise<Inbound[]>;
  /** The newest reactions to broadcasts (B-23). */
  reactions(bookIds: readonly string[], limit: number): Promise<Inbound[]>;
  /** Answers that people gave from the toolbox, oldest first. */
  personalAnswers(inboundIds: readonly string[]): Promise<PersonalAnswer[]>;
  /** Names of those among these phones who have one, in any of the books. */
  namesOf(
    bookIds: readonly string[],
    phones: readonly string[],
  ): Promise<{ bookId: string; phone: string; name: string }[]>;

  /** How often what happened, by quarter of an hour (`at` = its beginning): every time zone's days are made of those. */
  consentTimes(
    bookId: string,
    from: number,
    to: number,
  ): Promise<{ event: ConsentEventName; at: number; count: number }[]>;
  /**
   * Broadcasts that went out in [from, to), newest first, with what became of their copies. `complete` false: there were
   * so many copies that the oldest broadcasts are not counted yet; ask again.
   */
  broadcastResults(
    bookId: string,
    span: { from: number; to: number; now: number },
    limit: number,
  ): Promise<{ results: BroadcastResult[]; complete: boolean }>;
}
