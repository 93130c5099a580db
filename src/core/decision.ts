import type { Book, Storm } from './book.ts';
import type { BroadcastStatus, Door } from './broadcast.ts';
import type { ConsentEventName, StopScope } from './consent.ts';
import type { ConversationState } from './conversation.ts';
import type { Crisis, RollAnswer } from './crisis.ts';
import type { DeliveryKind, Letter } from './delivery.ts';
import type { InboundKind } from './inbound.ts';
import type { Locale } from './locale.ts';
import type { Token } from './mail.ts';
import type { MailText } from './mailReplyText.ts';
import type { Member, MemberStatus } from './member.ts';
import type { ReplyText } from './replyText.ts';

/** Rows of document 2, as the ledger, the log and `try` name them. */
export type Rule = `B-${number}` | `M-${number}`;

/**
 * What a decision changes. `app/plan.ts` turns each into guarded steps; nothing here knows a table or makes an id.
 */
export type Change =
  /** A new row for the sender or the person added. */
  | {
      do: 'create_member';
      bookId: string;
      phone: string | null;
      mail: string | null;
      name: string;
      status: MemberStatus;
      leftAt: number | null;
    }
  /** Guarded by `member.version`. */
  | {
      do: 'set_member';
      member: Member;
      status: MemberStatus;
      pausedUntil?: number | null;
      leftAt?: number | null;
    }
  /** A mail address that its reader has proven joins the row of their phone. Guarded by `member.version`. */
  | { do: 'add_mail'; member: Member; mail: string }
  /** B-11 and on: locks the address for a book, a number, or as blocked by the provider. Idempotent. */
  | { do: 'stop'; scope: StopScope; scopeId: string; address: string; how: string }
  /** Only ever for the person's own join (S3-14). Idempotent. */
  | { do: 'lift_stop'; scope: StopScope; scopeId: string; address: string }
  /** B-36: every copy of this book (null = of every book on the number) to that address that is not yet dialled. */
  | { do: 'cancel_copies'; bookId: string | null; address: string }
  /** One line of the consent ledger, with the sender's exact text as evidence. */
  | {
      do: 'consent';
      bookId: string | null;
      event: ConsentEventName;
      rule: string;
      address: string;
      name: string;
      text: string;
    }
  | {
      do: 'create_broadcast';
      /** The name by which `pending` and others in this decision point at it; `app` gives the id. */
      id: string;
      book: Book;
      door: Door;
      writer: string;
      text: string;
      header: string;
      footer: string;
      parts: number;
      status: Extract<BroadcastStatus, 'held' | 'sending' | 'scheduled'>;
      dueAt: number;
      latestAt: number;
      /** The mail that it came as (M-1). */
      mail?: { mailId: string; subject: string };
    }
  /** A SÄND code was answered: guarded by `version`. */
  | { do: 'release_broadcast'; id: string; version: number; dueAt: number; latestAt: number }
  | { do: 'expire_broadcast'; id: string; version: number }
  /** B-26: guarded by the book's version. */
  | { do: 'set_storm'; book: Book; storm: Storm }
  /** B-60: guarded by the book's version; opens the roll call of the same id. */
  | { do: 'start_crisis'; book: Book; crisis: Crisis; remindAt: number | null; recipients: number }
  /** B-62: guarded by the book's version; housekeeping closes the roll call. */
  | { do: 'end_crisis'; book: Book; rollCallId: string }
  /** B-61: the latest answer counts. */
  | ({ do: 'roll_answer'; bookId: string } & Omit<RollAnswer, 'at'>)
  /** A link that works once or for a while; its secret stands in an outgoing text of the same decision, nowhere else. */
  | { do: 'create_token'; token: Token }
  /** A line in the book's log beyond the inbound itself: alarms, provider blocks (B-30, B-44). */
  | { do: 'log'; bookId: string | null; event: string; details: Record<string, string | number | boolean | null> };

/** One outgoing text, before words. Each passes the one gate when it is sent. */
export type Outgoing = {
  kind: Exclude<DeliveryKind, 'copy'>;
  to: string;
  bookId: string | null;
  locale: Locale;
  /** A `MailText` goes to mail addresses only. */
  reply: ReplyText | MailText;
  /** The book's own words in place of the usual ones (T-6). */
  words?: string;
  /** "Told once": no second delivery with this key is ever written. */
  onceKey?: string;
  /** To a mail address: what it answers, and where an answer to it goes. */
  letter?: Omit<Letter, 'subject'>;
};

/** What one inbound text does. A refusal is such a value too; only faults are thrown. */
export type Decision = {
  /** The row that recognised the text; null when nothing did (stored only). */
  rule: Rule | null;
  /** Rows that say how rather than what stand beside it. */
  also: Rule[];
  kind: InboundKind;
  bookId: string | null;
  /** The broadcast that it became, was held as, or reacted to. */
  broadcastId: string | null;
  changes: Change[];
  outgoing: Outgoing[];
  /** The sender's next conversation state; null = do not move it (own numbers, empty senders). */
  conversation: ConversationState | null;
};

/** What `decide` may not make itself. */
export type Given = {
  now: number;
  /** The id that this inbound is stored under. */
  inboundId: string;
  /** An id for a broadcast, should one come of it. */
  broadcastId: string;
  /** B-60: the books in which the PIN of a crisis command is right for its sender; absent = none. */
  pinOf?: readonly string[];
  /** Four digits for a SÄND question, should one be asked; drawn by `app` from a secure source. */
  code: string;
};
