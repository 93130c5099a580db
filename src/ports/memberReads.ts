import type { ConsentEvent } from '../core/consent.ts';
import type { Member, MemberStatus } from '../core/member.ts';
import type { Upload, UploadPiece } from './upload.ts';

/** How a page of members is ordered and searched. A search by number or mail is in the order of those. */
export type MemberQuery = {
  statuses: readonly MemberStatus[];
  /** Exactly this label; null = whatever the labels. */
  label: string | null;
  by: MemberSearch;
};
export type MemberSearch =
  /** Folded as `nameKey`; every one must stand in the name. Empty = everybody. */
  | { kind: 'name'; words: readonly string[] }
  /** Beginnings ("+4670174") or parts of the number; any of them. */
  | { kind: 'phone'; begins: string; holds: string }
  /** A part of the mail address, in lower case. */
  | { kind: 'mail'; holds: string };

/** Where a page begins: after the member with this key and id, or before it. */
export type MemberEdge = { key: string; id: string; side: 'after' | 'before' };

/** The labels and own fields of members, as a book's pages count them. */
export type Marks = { id: string; status: MemberStatus; labels: string[]; fields: Record<string, string> };

/** A ledger line of one address in one book, with the text where it was not erased. */
export type BookEvent = Pick<ConsentEvent, 'at' | 'event' | 'rule' | 'door' | 'addressHash'> & { text: string };

/** What the pages about a book's people ask of the store. */
export interface MemberReads {
  member(id: string): Promise<Member | null>;
  /** By id, in no particular order; those that are gone are left out. */
  membersById(ids: readonly string[]): Promise<Member[]>;
  /** In the order of names (of numbers or mail addresses when one searches for those), at most `limit` from the edge. */
  memberPage(bookId: string, query: MemberQuery, edge: MemberEdge | null, limit: number): Promise<Member[]>;
  /** Members that have labels or fields, by id: read a slice at a time, so that nobody waits. */
  marks(bookId: string, after: string, limit: number): Promise<Marks[]>;
  /** Oldest first: what the ledger says about these addresses in this book, and in its organisation as a whole. */
  bookEvents(bookId: string, addressHashes: readonly string[]): Promise<BookEvent[]>;
  upload(id: string): Promise<Upload | null>;
  /** The same without its report. */
  uploadState(id: string): Promise<Omit<Upload, 'report'> | null>;
  /** null: there are no more. */
  uploadPiece(id: string, part: UploadPiece['part'], no: number): Promise<string | null>;
  /** Not touched since `before` (ms), or pieces of one that never arrived: ids only. */
  uploadsBefore(before: number, limit: number): Promise<string[]>;
}
