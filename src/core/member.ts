/**
 * `asked`: said something like leaving, gets nothing until it is settled (B-13). `unsubscribed`: left by self, locked
 * (S3-14). `paused`: by staff, or by self until a date. `unreachable`: bounces.
 */
export type MemberStatus =
  | 'active'
  | 'pending'
  | 'asked'
  | 'unsubscribed'
  | 'refused'
  | 'banned'
  | 'paused'
  | 'unreachable';

export const VIAS = ['both', 'sms', 'mail'] as const;
export type Via = (typeof VIAS)[number];

/** A person in one book: a phone and/or a mail address. */
export type Member = {
  id: string;
  bookId: string;
  phone: string | null;
  mail: string | null;
  /** `phone|mail`, unique in the book: two people on one phone differ in their mail address (B-40). */
  addressKey: string;
  name: string;
  nameKey: string;
  labels: string[];
  fields: Record<string, string>;
  status: MemberStatus;
  since: number;
  pausedUntil: number | null;
  /** What they want broadcasts by, where they have both; their own choice. */
  via: Via;
  /** A second number of theirs, only ever used to look for them in a crisis; null = none. */
  otherPhone: string | null;
  /** When and how they last left, kept through a new request (B-6). */
  leftAt: number | null;
  createdAt: number;
  version: number;
};

export const addressKey = (phone: string | null, mail: string | null): string => `${phone ?? ''}|${mail ?? ''}`;

/** Folded for search and for comparing names; no locale (a Turkish i must not differ by machine). */
export const nameKey = (name: string): string => name.normalize('NFKC').trim().toLowerCase();
