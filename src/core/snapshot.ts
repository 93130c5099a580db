import type { Book } from './book.ts';
import type { Stop } from './consent.ts';
import type { Conversation } from './conversation.ts';
import type { Member } from './member.ts';
import type { Organisation, VirtualNumber } from './organisation.ts';

/** One recent broadcast of ours, to recognise reactions (B-23) and quotes (B-25). */
export type RecentText = { broadcastId: string; bookId: string; header: string; text: string; footer: string };

/** One book as the sender of a text meets it. */
export type BookView = {
  book: Book;
  /** Members in status `active`: people who would get a copy, by SMS, by mail, or both. */
  activeCount: number;
  functionaries: readonly string[];
  senderIsWriter: boolean;
  senderIsFunctionary: boolean;
  /** The sender's rows by phone, oldest first; two people on one phone give two (B-40). */
  members: readonly Member[];
  /** Rows that have the sender's phone as their second number: they leave by it and answer a roll call, nothing else. */
  secondOf?: readonly Member[];
  /** The name that they gave on the join page, for a row that has none yet. */
  saidName?: string;
  /** The sender left this book: the keyed stop, also when the row was deleted or erased. */
  stop: Stop | null;
  /** When a copy of this book was last written for the sender, within 30 days; only read where books share the number. */
  lastCopyAt: number | null;
};

/** All that deciding about one inbound text needs to know; loaded without a transaction, guarded by versions. */
export type Snapshot = {
  organisation: Organisation;
  number: VirtualNumber;
  /** Every virtual number of the installation, to know our own (B-31). */
  ownNumbers: readonly string[];
  /** The books on the number, the main book first. */
  books: readonly BookView[];
  /** version 0: never stored. */
  conversation: Conversation;
  stopOnNumber: Stop | null;
  stopAtProvider: Stop | null;
  /** Empty unless the text could be a reaction or carry a quote. */
  recentTexts: readonly RecentText[];
  /** Broadcasts held for this sender, by id: what a SÄND code releases. */
  held: readonly { id: string; bookId: string; text: string; parts: number; version: number }[];
};
