import type { Challenge, Guess, Link, Passkey, Session, User } from '../core/account.ts';
import type { Book } from '../core/book.ts';
import type { Broadcast } from '../core/broadcast.ts';
import type { ConsentEvent, ConsentPerson, Stop, StopScope } from '../core/consent.ts';
import type { Conversation } from '../core/conversation.ts';
import type { CrisisPin, RollAnswer, RollCall } from '../core/crisis.ts';
import type { Delivery, DeliveryStatus, NewDelivery } from '../core/delivery.ts';
import type { Draft } from '../core/draft.ts';
import type { Inbound } from '../core/inbound.ts';
import type { JoinForm } from '../core/joinForm.ts';
import type { Attachment, Bounce, Mail, MailPiece, Token } from '../core/mail.ts';
import type { Member, MemberStatus } from '../core/member.ts';
import type { Organisation, VirtualNumber } from '../core/organisation.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { AccountReads } from './accountReads.ts';
import type { CarrierLog } from './carrierLog.ts';
import type { CrisisReads } from './crisisReads.ts';
import type { DeskReads } from './deskReads.ts';
import type { JoinReads } from './joinReads.ts';
import type { LogEntry } from './logEntry.ts';
import type { MailDeskReads } from './mailDeskReads.ts';
import type { MailReads } from './mailReads.ts';
import type { MemberReads } from './memberReads.ts';
import type { Outbox } from './outbox.ts';
import type { Erasure, PersonReads } from './personReads.ts';
import type { SendingReads } from './sendingReads.ts';
import type { SignInReads } from './signInReads.ts';
import type { Upload, UploadPiece } from './upload.ts';

/** Who may send to a book, and who gets what non-writers send. */
export type Writer = {
  bookId: string;
  address: string;
  /** Mail addresses: each mail waits for the link, also when it is proven (M-2). */
  alwaysConfirm: boolean;
};
export type Functionary = { bookId: string; address: string };
export type Access = { userId: string; bookId: string };

export type { LogEntry, Upload, UploadPiece };

/** The one row that says which database this is. */
export type Installation = {
  id: string;
  /** Of SECRET_KEY; another key would void the suppression list. */
  keyFingerprint: string;
  /** Counts changes to numbers, books, writers and functionaries, so that readers may keep them in memory. */
  directoryVersion: number;
  createdAt: number;
};

/** Rows by table; one word per thing from keyword to table to page. */
export type Rows = {
  organisations: Organisation;
  numbers: VirtualNumber;
  books: Book;
  members: Member;
  writers: Writer;
  functionaries: Functionary;
  users: User;
  accesses: Access;
  sessions: Session;
  links: Link;
  passkeys: Passkey;
  challenges: Challenge;
  guesses: Guess;
  drafts: Draft;
  uploads: Upload;
  uploadPieces: UploadPiece;
  conversations: Conversation;
  inbounds: Inbound;
  broadcasts: Broadcast;
  deliveries: NewDelivery;
  mails: Mail;
  mailPieces: MailPiece;
  attachments: Attachment;
  tokens: Token;
  joinForms: JoinForm;
  rollCalls: RollCall;
  rollAnswers: RollAnswer;
  crisisPins: CrisisPin;
  bounces: Bounce;
  consentEvents: ConsentEvent;
  consentPersons: ConsentPerson;
  stops: Stop;
  logEntries: LogEntry;
};
export type Table = keyof Rows;

/**
 * One step of a plan: data, so that one plan runs in the synchronous transactions of better-sqlite3 and in PostgreSQL.
 * Nothing is read inside; guards do the work of reads.
 */
export type Step =
  /** `exists`: what a broken unique key means. `ignore` = the row is already there, which is fine. */
  | { [T in Table]: { add: T; row: Rows[T]; exists: 'duplicate' | 'stale' | 'ignore' } }[Table]
  /** Changes the rows whose columns equal `where`. `none: 'stale'` = nobody matched, so the snapshot was old. */
  | {
      [T in Table]: { change: T; where: Partial<Rows[T]>; set: Partial<Rows[T]>; none: 'stale' | 'ignore' };
    }[Table]
  | { [T in Table]: { remove: T; where: Partial<Rows[T]> } }[Table]
  /** B-36. Queued copies to `address` of unfinished broadcasts of the book (null: of every book on the number). */
  | { cancelCopies: { numberId: string; bookId: string | null; address: string; reason: string; at: number } }
  /** Every queued copy of one broadcast. */
  | { cancelBroadcast: { broadcastId: string; reason: string; at: number } }
  /**
   * Copies of `broadcastId` to the active members who have not answered the roll call, by mail where a text was all that
   * `first` sent them, or to their second number where nobody got `first` on it.
   */
  | {
      askAgain: {
        rollCallId: string;
        startedAt: number;
        first: string;
        broadcastId: string;
        by: 'mail' | 'otherPhone';
        at: number;
      };
    };

export type Plan = readonly Step[];

/**
 * `duplicate`: seen before, answer as if done. `stale`: a guard failed, load and decide again. A fault throws.
 */
export type CommitResult = 'done' | 'duplicate' | 'stale';

export type Counts = Partial<Record<MemberStatus, number>>;
export type DeliveryCounts = Partial<Record<DeliveryStatus, number>>;

/** Reading; none of it inside a transaction. */
export interface Reads
  extends AccountReads,
    CrisisReads,
    DeskReads,
    MemberReads,
    PersonReads,
    SignInReads,
    SendingReads,
    MailDeskReads,
    MailReads,
    JoinReads {
  installation(): Promise<Installation | null>;
  /**
   * All that deciding about a text from `sender` to `number` needs; null = no such number. `quotes`: also the recent
   * broadcasts (30 days, newest first, at most 50 per number) to recognise reactions and quotes.
   */
  snapshot(
    number: string,
    sender: string,
    senderHash: string,
    wants: { quotes: boolean; now: number },
  ): Promise<Snapshot | null>;
  /** The row of an inbound that was seen before (B-28). */
  inbound(numberId: string, providerId: string): Promise<Inbound | null>;

  organisations(): Promise<Organisation[]>;
  organisation(id: string): Promise<Organisation | null>;
  numbers(): Promise<VirtualNumber[]>;
  books(): Promise<Book[]>;
  book(address: string): Promise<Book | null>;
  bookById(id: string): Promise<Book | null>;
  writers(bookId: string): Promise<string[]>;
  functionaries(bookId: string): Promise<string[]>;
  users(organisationId: string): Promise<User[]>;
  accesses(userId: string): Promise<string[]>;

  memberCounts(bookId: string): Promise<Counts>;
  /** By id, after `after` ('' = from the start). */
  members(
    bookId: string,
    page: { after: string; limit: number; statuses?: readonly MemberStatus[] },
  ): Promise<Member[]>;
  /** Rows in this book by phone or by mail. */
  membersByAddress(bookId: string, addresses: readonly string[]): Promise<Member[]>;
  /** Rows in every book, for erasing. */
  membersEverywhere(address: string): Promise<Member[]>;
  /** Asked before `before` and not settled (B-13), and paused ones whose date has come. */
  membersDue(kind: 'asked' | 'paused', before: number, limit: number): Promise<Member[]>;
  stops(scope: StopScope, scopeId: string, addressHashes: readonly string[]): Promise<Stop[]>;

  broadcast(id: string): Promise<Broadcast | null>;
  broadcasts(bookId: string, limit: number): Promise<Broadcast[]>;
  /** Held ones older than `before`; scheduled ones due before `before`; unfinished ones. */
  broadcastsDue(kind: 'held' | 'scheduled' | 'unfinished', before: number): Promise<Broadcast[]>;
  deliveryCounts(broadcastId: string): Promise<DeliveryCounts>;
  /** Copies that ended for this reason, such as a provider's code. */
  failedFor(broadcastId: string, reason: string): Promise<number>;
  deliveriesOf(inboundId: string): Promise<Delivery[]>;

  log(bookId: string, limit: number): Promise<{ inbounds: Inbound[]; entries: LogEntry[] }>;
  conversation(numberId: string, sender: string): Promise<Conversation | null>;
  /** Leaves by minute for T-7: how many left a book in [from, to). */
  leavesBetween(from: number, to: number): Promise<{ bookId: string; count: number }[]>;
}

/** Sealing and proving the ledger. */
export interface Ledger {
  /** Chains the lines that are not sealed yet, at most `limit`; returns how many. One sealer wins, others do nothing. */
  seal(limit: number): Promise<number>;
  verify(): Promise<LedgerReport>;
  /** The consent history of an address, oldest first, with the personal part where it was not erased. */
  history(addressHash: string): Promise<(ConsentEvent & { person: ConsentPerson | null })[]>;
}

export type LedgerReport = {
  lines: number;
  sealed: number;
  /** Personal parts that were erased on demand: no breaks. */
  erased: number;
  /** What does not fit: position in the chain (null: none yet) and what is wrong with it. */
  breaks: { chainNo: number | null; eventId: string; what: 'changed' | 'removed' | 'personal_changed' | 'head' }[];
};

export interface Store {
  readonly dialect: 'sqlite' | 'postgres';
  readonly reads: Reads;
  readonly outbox: Outbox;
  readonly ledger: Ledger;
  readonly carrierLog: CarrierLog;
  /** One transaction. Resolves when the rows are on the disk. */
  commit(plan: Plan): Promise<CommitResult>;
  /** Writes the one row of `installation`; false: there was one already (another process was first), read that. */
  createInstallation(installation: Installation): Promise<boolean>;
  /** Begins a transaction and ends it; rejects when nothing can be committed now (locked, gone, no connection). */
  ready(): Promise<void>;
  /** Called after each commit of this process (and, on PostgreSQL, of others) that wrote deliveries. */
  onDeliveries(listener: () => void): () => void;
  /** Takes everything personal about an address out of what some organisations hold; the hashes stay (B-41). */
  erase(erasure: Erasure): Promise<{ rows: number }>;
  /** Writes a copy of the database that another start can open. */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}
