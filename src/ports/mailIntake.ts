import type { Attachment, MailContent, MailPiece, MailProof } from '../core/mail.ts';

/** Whom a mail is for: a book, with what stands after the `+`, or a copy of ours that came back. */
export type MailRecipient =
  | {
      kind: 'book';
      bookId: string;
      organisationId: string;
      /** `p12`. */
      address: string;
      /** `join`, `leave`, `help`, `a-…` (the answer to a request); '' = the book itself. */
      suffix: string;
    }
  | { kind: 'bounce'; deliveryId: number }
  /** RFC 5321 4.5.1; told to the administrators. */
  | { kind: 'postmaster' };

/** One mail to one recipient, read and proven, before it is decided. */
export type ReceivedMail = {
  /** Of the pieces and attachments; the same for all recipients of one mail. */
  rawId: string;
  recipient: MailRecipient;
  envelopeFrom: string;
  /** The recipient as it was given at RCPT, in lower case. */
  envelopeTo: string;
  remote: string;
  size: number;
  pieces: number;
  /** Pieces that are not stored yet: a small mail and its decision are one commit. */
  unstored: readonly MailPiece[];
  /** Within the limit; stored with the decision where a broadcast comes of it. */
  attachments: readonly Attachment[];
  /** Of everything after the headers, as it came: a retry of the peer has the same. */
  bodyDigest: string;
  proof: MailProof;
  content: MailContent;
};

/** The mail door's way into `app`. A store fault throws (451). */
export type MailIntake = {
  /** null: no such address (550). */
  recipient(address: string): Promise<MailRecipient | null>;
  /** Writes a piece of a mail that is still arriving; resolves when it is on the disk. */
  keep(piece: MailPiece): Promise<void>;
  /** `done` and `duplicate` are answered 250, `busy` 451. Resolves after the commit. */
  receive(mail: ReceivedMail): Promise<'done' | 'duplicate' | 'busy'>;
};
