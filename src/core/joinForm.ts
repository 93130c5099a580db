export const JOIN_ASKS = ['phone', 'mail', 'either'] as const;

/** How long a code is good for, ms. */
export const CODE_MS = 10 * 60_000;
/** How often one may mistype it. */
export const CODE_TRIES = 5;
/** How long a link by mail is good for, ms. */
export const LINK_MS = 24 * 3_600_000;

/** A book's own page for joining; null on the book = there is none. */
export type JoinPage = {
  /** What somebody can join with. `either` = a number, a mail address, or both. */
  ask: (typeof JOIN_ASKS)[number];
  /** What they say yes to, in the admin's words; stands in the ledger word for word. */
  consent: string;
};

/** For logs, on one line: "phone: Ja, Lunds IK får …"; null = off. */
export const joinPageSaid = (page: JoinPage | null): string | null =>
  page === null ? null : `${page.ask}: ${page.consent.replace(/\s+/g, ' ')}`;

export const sameJoinPage = (one: JoinPage | null, other: JoinPage | null): boolean =>
  one?.ask === other?.ask && one?.consent === other?.consent;

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
