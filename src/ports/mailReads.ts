import type { Bounce, Mail, Token } from '../core/mail.ts';
import type { MailSnapshot } from '../core/mailTurn.ts';

/** One mail of ours, as a bounce or an answer to it asks: whom it went to, and for what. */
export type SentMail = {
  id: number;
  organisationId: string;
  bookId: string | null;
  broadcastId: string | null;
  memberId: string | null;
  address: string;
  /** What the smarthost called it; null = it has not taken it. */
  providerId: string | null;
};

/** What the mail door asks of the store. */
export interface MailReads {
  /** All that deciding about a mail from `sender` to this book needs; null = no such book. */
  mailSnapshot(bookId: string, sender: string, senderHash: string, now: number): Promise<MailSnapshot | null>;
  mail(id: string): Promise<Mail | null>;
  /** The mail that an inbound came as; null: it was a text, or the mail is gone. */
  mailOfInbound(inboundId: string): Promise<Mail | null>;
  token(id: string): Promise<Token | null>;
  /** Those of these deliveries that went by mail. */
  sentMails(ids: readonly number[]): Promise<SentMail[]>;
  /** What came back from this address since then, oldest first. */
  bouncesOf(address: string, since: number): Promise<Bounce[]>;
  /** Ids of tokens that have run out by then. */
  tokensOver(before: number, limit: number): Promise<string[]>;
  /**
   * Raw mails whose pieces may go: begun before `before`, or begun before `orphansBefore` and never decided (the peer hung
   * up, or the mail was one that we had).
   */
  rawMailsOver(before: number, orphansBefore: number, limit: number): Promise<string[]>;
  /** Raw mails whose attachments are older than that. */
  attachmentsOver(before: number, limit: number): Promise<string[]>;
  /** Ids of bounces that no rule looks at any more. */
  bouncesOver(before: number, limit: number): Promise<string[]>;
}
