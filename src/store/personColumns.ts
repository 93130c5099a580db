import type { Tables } from './tables.ts';

/** What is shown and handed out of an answer or notice to a person. */
export const replyColumnsOf = ({ deliveries: d }: Pick<Tables, 'deliveries'>) => ({
  id: d.id,
  kind: d.kind,
  address: d.address,
  text: d.text,
  letter: d.letter,
  status: d.status,
  reason: d.reason,
  attempts: d.attempts,
  settledAt: d.settledAt,
  createdAt: d.createdAt,
  inboundId: d.inboundId,
});

/** What is shown and handed out of a broadcast that reached a person. */
export const sentColumnsOf = ({ broadcasts: b }: Pick<Tables, 'broadcasts'>) => ({
  id: b.id,
  bookId: b.bookId,
  status: b.status,
  text: b.text,
  header: b.header,
  footer: b.footer,
  subject: b.subject,
  writer: b.writer,
  dueAt: b.dueAt,
  createdAt: b.createdAt,
});
