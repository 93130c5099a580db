/** A book's own page for joining; null on the book = there is none. */
export type JoinPage = {
  /** What somebody can join with. `either` = a number, a mail address, or both. */
  ask: 'phone' | 'mail' | 'either';
  /** What they say yes to, in the admin's words; stands in the ledger word for word. */
  consent: string;
};

/** What somebody wrote on the join page and has not proven yet: a code by SMS or a link by mail does. */
export type JoinForm = {
  id: string;
  bookId: string;
  phone: string | null;
  mail: string | null;
  name: string;
  /** The consent that was shown, word for word; '' = they come back, and have read it before (S3-16). */
  wording: string;
  /** Keyed digest of the code or of the link's secret. */
  digest: string;
  triesLeft: number;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
};
