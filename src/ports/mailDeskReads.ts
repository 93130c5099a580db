import type { Mail } from '../core/mail.ts';

/** A mail as the toolbox shows it beside its inbound. */
export type MailSeen = Pick<Mail, 'id' | 'inboundId' | 'subject' | 'proof' | 'size'>;

/** What the toolbox asks about the mail door. */
export interface MailDeskReads {
  /** Writers whose mails always wait for their link (M-2). */
  confirmingWriters(bookId: string): Promise<string[]>;
  /** The mails that these inbounds came as. */
  mailsOf(inboundIds: readonly string[]): Promise<MailSeen[]>;
  /** Is there anybody in the book whom mail would reach? */
  hasMailMembers(bookId: string): Promise<boolean>;
}
