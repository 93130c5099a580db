import type { Member } from './member.ts';

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

/** Folded as names are: the database's own `lower` knows å and Å only on some machines. */
const fold = (text: string): string => text.normalize('NFKC').trim().toLowerCase();

/** Is this member among them? Asked again for each page of copies, so that it holds when the broadcast goes out (B-37). */
export function audienceTest(audience: Audience): (member: Pick<Member, 'labels' | 'fields'>) => boolean {
  const labels = new Set(audience.labels.map(fold));
  const fields = Object.entries(audience.fields).map(([name, value]): [string, string] => [name, fold(value)]);
  return (member) =>
    (labels.size === 0 || member.labels.some((label) => labels.has(fold(label)))) &&
    fields.every(([name, value]) => Object.hasOwn(member.fields, name) && fold(member.fields[name] ?? '') === value);
}

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
