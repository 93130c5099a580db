/**
 * The mail door's words. A book's address is `<book.address>@LIST_DOMAIN`; what a mail does is decided in decideMail.ts,
 * who wrote it in mailProof.ts, what it says in mailText.ts.
 */

/**
 * The line that an organisation's mail goes out on. It stands where a virtual number's id stands for SMS (deliveries,
 * paces, stops of scope `provider`), so lanes, gate, leases and blocks are the same for both.
 */
export const mailLine = (organisationId: string): string => `mail:${organisationId}`;

export const isMailLine = (numberId: string): boolean => numberId.startsWith('mail:');

/** A mail address, not a phone number: every stored address is one or the other. */
export const isMailAddress = (address: string): boolean => address.includes('@');

/** A Message-ID as it may stand in a header of ours; null: nobody could have meant that as one. */
export const quotableId = (messageId: string): string | null =>
  /^<[!-;=?-~]{1,250}>$/.test(messageId) ? messageId : null;

/** What was found about who wrote a mail, kept with it and shown (M-1, M-2). */
export type MailProof = {
  /** The one mailbox in From, in lower case; '' = there was not exactly one that is plain. */
  from: string;
  proven: boolean;
  /** `dmarc`, `dkim` or `spf`; '' = nothing proved it. */
  by: 'dmarc' | 'dkim' | 'spf' | '';
  /** Codes, in the order in which they were found; empty when it is proven. */
  reasons: string[];
  /** As the checks said: `pass`, `fail`, `none`, `temperror` and so on. */
  spf: string;
  dkim: string;
  dmarc: string;
  arc: string;
};

/** One mail to one book. A mail to two books is two of these with one `rawId`; its octets stand in `MailPiece`s. */
export type Mail = {
  id: string;
  organisationId: string;
  /** null: a bounce of a notice, or other mail that no book can be named for. */
  bookId: string | null;
  inboundId: string | null;
  /** Of its pieces and attachments. */
  rawId: string;
  /** '' = the null sender. */
  envelopeFrom: string;
  envelopeTo: string;
  /** The peer's IP address. */
  remote: string;
  size: number;
  pieces: number;
  messageId: string;
  subject: string;
  /** The whole plain text, with quotes and signature: what mail members get. */
  text: string;
  proof: MailProof;
  createdAt: number;
};

export type MailPiece = { rawId: string; no: number; content: Buffer; createdAt: number };

export type Attachment = {
  rawId: string;
  no: number;
  name: string;
  /** A media type such as `application/pdf`. */
  type: string;
  content: Buffer;
  createdAt: number;
};

/** What was read of a mail, before anybody decides. Addresses are in lower case (ASCII only, never folded further). */
export type MailContent = {
  /** With its angle brackets; '' = none. */
  messageId: string;
  subject: string;
  /** How many From headers there are, and every mailbox in them that is plain (core/address.ts `readMail`). */
  fromHeaders: number;
  from: readonly string[];
  /** A mailbox in From that is not plain ASCII, a group, or no mailbox at all. */
  fromOdd: boolean;
  /** Display name of the one From, '' = none. */
  fromName: string;
  /** Addresses in To and Cc. */
  to: readonly string[];
  /** Every header in its order, unfolded, the name in lower case. */
  headers: readonly { name: string; value: string }[];
  /** The whole plain text; HTML turned to text where there is no plain part. */
  text: string;
  attachments: readonly { name: string; type: string; size: number; kept: boolean }[];
  /** A delivery status or feedback report (RFC 3464, 5965), or one of the common free-text bounces. */
  report: MailReport | null;
  /** What could not be read, as codes; never a reason to lose the mail. */
  damaged: readonly string[];
};

export type MailReport = {
  kind: 'bounce' | 'complaint';
  recipients: readonly {
    /** '' = the report does not say. */
    address: string;
    /** `failed`, `delayed`, `delivered`, `relayed`, `expanded`, or '' where the report has none. */
    action: string;
    /** Enhanced status code such as `5.1.1`; '' = none. */
    status: string;
  }[];
  /** The Message-ID of what came back, with its brackets; '' = not to be found. */
  originalMessageId: string;
};

/** An unguessable link or reply address; `id` is the digest of what the link carries. */
export type Token = {
  id: string;
  /**
   * `send`: a writer's own yes to a held mail (M-2) · `read`: the whole of a shortened text (M-6) · `join`: proof of an
   * address before joining · `approve`: a functionary's answer to a request.
   */
  purpose: 'send' | 'read' | 'join' | 'approve';
  bookId: string;
  /** The broadcast, mail or member that it is about; '' = none yet. */
  subjectId: string;
  /** Whom it was sent to. */
  address: string;
  createdAt: number;
  expiresAt: number;
  /** `send` and `join` work once. */
  usedAt: number | null;
};

/** One mail of ours that came back, or that its reader reported as spam. */
export type Bounce = {
  id: string;
  organisationId: string;
  deliveryId: number;
  address: string;
  kind: 'hard' | 'soft' | 'complaint';
  /** The enhanced status code (`5.1.1`), or a word of ours where the report has none. */
  code: string;
  at: number;
};
