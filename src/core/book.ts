import type { Crisis } from './crisis.ts';
import type { JoinPage } from './joinForm.ts';
import type { Locale } from './locale.ts';

export const REPLY_TO = ['writer', 'book'] as const;
export const LONG_MAIL = ['shorten', 'refuse'] as const;

/** The storm brake of a book where members may write (B-26). */
export type Storm = {
  /** Times of members' broadcasts within the last ten minutes. */
  recent: number[];
  /** Until then only writers may send; null = the brake is off. */
  brakedUntil: number | null;
};

/** Automatic replies that a book may word itself (T-6). */
export type BookReplies = Partial<Record<'joined' | 'left' | 'pending' | 'help', string>>;

/** An address book: the list. Sits on one virtual number and has its own settings (S3-5). */
export type Book = {
  id: string;
  organisationId: string;
  numberId: string;
  name: string;
  /** The local part of the list's mail address, unique in the installation: p12@LIST_DOMAIN. */
  address: string;
  /** Only where several books share the number; kept in upper case. */
  keyword: string | null;
  /** The number's main book. */
  main: boolean;
  /** At most 20 GSM-7 characters; stands in texts and in the header. */
  smsName: string;
  locale: Locale;
  optIn: 'keyword' | 'any_text';
  approval: 'automatic' | 'manual';
  senders: 'writers' | 'members';
  /** More active members than this: held with a code (B-22). 0 = always, null = never. */
  confirmAbove: number | null;
  /** In front of every copy; '' = none (T-10). */
  header: string;
  /** Says how to leave after every copy (T-2). */
  footer: boolean;
  /** Parts a copy may have, header and footer counted. */
  partLimit: number;
  /** T-1: `exempt` = staff information, leaving is asked about (B-48). */
  leaving: 'free' | 'exempt';
  /** T-7. */
  tellBroadcast: boolean;
  tellLeave: boolean;
  /** How long after it is due a copy may still be handed to the provider. */
  latestAfterMs: number;
  /** Local times "21:00" and "07:00"; null = no quiet hours. They hold copies only. */
  quietFrom: string | null;
  quietTo: string | null;
  /** Texts of the book's own in place of the usual ones; a key that is missing = the usual text. */
  replies: BookReplies;
  storm: Storm;
  /** M-9: whom an answer to a mail copy reaches: the book's own address goes to the functionaries (M-3). */
  replyTo: (typeof REPLY_TO)[number];
  /** M-6: what becomes of a mail that is too long for an SMS. */
  longMail: (typeof LONG_MAIL)[number];
  /** M-7: the subject stands before the text also in SMS. */
  subjectFirst: boolean;
  joinPage: JoinPage | null;
  crisis: Crisis | null;
  createdAt: number;
  version: number;
};
