import type { Audience, Reports } from './draft.ts';

export type Door = 'sms' | 'mail' | 'web' | 'cli';

/**
 * `held` awaits a code · `scheduled` awaits its time · `sending` goes out (recipients are resolved as it does, B-37) ·
 * `paused` by a person or a configuration error · `sent` every copy is settled · `cancelled` the rest was cancelled ·
 * `expired` held and never confirmed · `missed` its latest time passed before it began: ask, do not send late.
 */
export type BroadcastStatus = 'held' | 'scheduled' | 'sending' | 'paused' | 'sent' | 'cancelled' | 'expired' | 'missed';

/** One message from a writer to the members. */
export type Broadcast = {
  id: string;
  organisationId: string;
  bookId: string;
  numberId: string;
  door: Door;
  status: BroadcastStatus;
  /** The writer's phone number, mail address or user. */
  writer: string;
  /** The message itself; header and footer stand beside it, as they were when it was written. */
  text: string;
  header: string;
  footer: string;
  /** Parts of one copy, header and footer counted. */
  parts: number;
  dueAt: number;
  latestAt: number;
  /** Fan-out has passed this member id ('' = not begun); null = every copy is written. */
  fanCursor: string | null;
  /** Why it is paused: a provider's code or 'person'; null = it is not. */
  pausedFor: string | null;
  /** The user who sent it from the toolbox; null through the other doors. */
  userId: string | null;
  /** A name as sender (T-9), which cannot be answered; null = the number. */
  sender: string | null;
  /** null = every active member. */
  audience: Audience | null;
  reports: Reports;
  /** Of mail copies; null = made from the book's name. SMS shows none. */
  subject: string | null;
  /** The mail that it came as: mail members get its whole text and its attachments. */
  mailId: string | null;
  createdAt: number;
  /** When the last copy was settled; null = copies are or may be under way. */
  finishedAt: number | null;
  version: number;
};
