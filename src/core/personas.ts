import { emptyState } from './conversation.ts';
import { addressKey, type Member, type MemberStatus } from './member.ts';
import type { BookView, Snapshot } from './snapshot.ts';

/** Somebody made up, to try a text as: nobody's number is needed for it. */
export const PERSONAS = ['member', 'stranger', 'writer', 'left'] as const;
export type Persona = (typeof PERSONAS)[number];

/** Among the numbers that PTS keeps for films and books, so it is nobody's. */
export const PERSONA_NUMBER = '+46701740699';

/**
 * The same books as this persona meets them, on first terms: without memory of earlier texts, and no member, writer or
 * functionary of any book but `bookId`. `activeCount`: how many a broadcast would reach there.
 */
export function asPersona(
  snapshot: Snapshot,
  bookId: string,
  persona: Persona,
  now: number,
  activeCount: number,
): Snapshot {
  const { number } = snapshot;
  const since = now - 30 * 86_400_000;
  const plain = (view: BookView): BookView => ({
    ...view,
    senderIsWriter: false,
    senderIsFunctionary: false,
    members: [],
    secondOf: [],
    stop: null,
    lastCopyAt: null,
  });
  const here = (view: BookView): BookView => {
    const book = { ...plain(view), activeCount };
    if (persona === 'writer') return { ...book, senderIsWriter: true };
    if (persona === 'member') return { ...book, members: [madeUp(view, 'active', since)], lastCopyAt: now - 60_000 };
    if (persona === 'stranger') return book;
    const stop = { scope: 'book', scopeId: bookId, addressHash: '', address: null, since, how: 'sms B-11' } as const;
    return { ...book, members: [madeUp(view, 'unsubscribed', since)], stop };
  };
  return {
    ...snapshot,
    books: snapshot.books.map((view) => (view.book.id === bookId ? here(view) : plain(view))),
    conversation: { numberId: number.id, sender: PERSONA_NUMBER, state: emptyState(), version: 0, updatedAt: 0 },
    stopOnNumber: null,
    stopAtProvider: null,
    held: [],
  };
}

/** A member's row that stands for somebody who has none. */
export const madeUp = (
  { book }: Pick<BookView, 'book'>,
  status: MemberStatus,
  since: number,
  phone = PERSONA_NUMBER,
): Member => ({
  id: 'persona',
  bookId: book.id,
  phone,
  mail: null,
  addressKey: addressKey(phone, null),
  name: '',
  nameKey: '',
  labels: [],
  fields: {},
  status,
  since,
  pausedUntil: null,
  via: 'both',
  otherPhone: null,
  leftAt: status === 'unsubscribed' ? since : null,
  createdAt: since,
  version: 1,
});
