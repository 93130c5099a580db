/** Which active members of a book get a broadcast (T-13): all, or those with one of the labels and every field. */
export type Audience = {
  /** Any of these; empty = whatever the labels. */
  labels: string[];
  /** All of these, compared without regard to case. */
  fields: Record<string, string>;
};

export const EVERYBODY: Audience = { labels: [], fields: {} };
export const isEverybody = ({ labels, fields }: Audience): boolean =>
  labels.length === 0 && Object.keys(fields).length === 0;

/** T-15: whether the writer is told how a broadcast went. */
export type Reports = 'never' | 'always' | 'failure';

/** A text that is not sent yet. `draft`: one user's own; `template`: the book's, to begin from. */
export type Draft = {
  id: string;
  organisationId: string;
  bookId: string;
  userId: string;
  kind: 'draft' | 'template';
  /** Templates only; '' for drafts. */
  name: string;
  text: string;
  audience: Audience;
  /** A name of at most 11 characters as sender (T-9); null = the number. */
  sender: string | null;
  reports: Reports;
  createdAt: number;
  updatedAt: number;
  version: number;
};
