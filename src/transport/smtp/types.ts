import type { Readable } from 'node:stream';
import type { Attachment, MailContent, MailProof } from '../../core/mail.ts';

/** What the SMTP session says of a mail; SPF and the trace header are made of it. */
export type MailSession = {
  /** The peer's IP address, `::ffff:` taken away. */
  remote: string;
  /** As the peer named itself, '' = not at all. */
  helo: string;
  /** '' = the null sender. */
  envelopeFrom: string;
  /** Our own name: the list domain. */
  mta: string;
};

/**
 * Looks up who sent a mail (SPF, DKIM, DMARC, ARC). `stream` is the mail as it came, to its last octet; it is read to its
 * end in any case. Never rejects because of DNS: all lookups of one mail together have five seconds of their own, after
 * that the result says that it is temporary. `signal` aborts when the mail is gone (cut off, too big) and when the door
 * waits no longer: then the mail counts as unproven. `A` is what `mailProof` (core) reads.
 */
export type Authenticate<A> = (stream: Readable, session: MailSession, signal: AbortSignal) => Promise<A>;

/** Octets. What is over is named in the content (`kept: false`, `damaged`), never a reason to lose the mail. */
export type ReadLimits = {
  /** Of all attachments that are kept of one mail, together. */
  attachments: number;
  /** Of the plain text, and of HTML before it is turned to text. */
  text: number;
};

export type ReadResult = {
  content: MailContent;
  /** Those with `kept: true`, in their order; `no` counts from 0. */
  attachments: readonly Omit<Attachment, 'rawId' | 'createdAt'>[];
  /** A digest over everything after the headers: a retry of the peer has the same. */
  bodyDigest: string;
};

/** Reads a mail from `stream` (as it came) to its end. A damaged mail is a result; a rejection is a fault of ours. */
export type ReadMail = (stream: Readable, limits: ReadLimits) => Promise<ReadResult>;

/** Pure, of core/mailProof.ts. */
export type Prove<A> = (content: MailContent, authentication: A) => MailProof;
