import type { Book } from './book.ts';
import type { Change, Outgoing } from './decision.ts';
import type { Member } from './member.ts';
import { addressesOf, liftStops, lineOf } from './membership.ts';
import type { Organisation, VirtualNumber } from './organisation.ts';
import { inOwnWords } from './ownWording.ts';

/** What deciding about one member by the desk or the clock needs to know. */
export type DeskView = {
  organisation: Organisation;
  number: VirtualNumber;
  book: Book;
  functionaries: readonly string[];
};

/** Between a book's address and the secret of a request: an answer there approves or refuses (`p12+a-…`). */
export const ANSWER_SUFFIX = '+a-';

export type DeskDecision =
  | { ok: true; changes: Change[]; outgoing: Outgoing[] }
  /** They are no longer pending: another admin was first, or they have left meanwhile. */
  | { ok: false; why: 'not_pending' };

/**
 * B-10: an admin approves or refuses a request. Approving lifts the stop of who had left: the request was their own
 * wish (S3-14), and a STOPP since then would have ended it. Guarded by the member's version (F17).
 */
export function decideApproval(view: DeskView, member: Member, verdict: 'approve' | 'refuse'): DeskDecision {
  if (member.status !== 'pending') return { ok: false, why: 'not_pending' };
  const { book } = view;
  const addresses = addressesOf([member]);
  const changes: Change[] = [
    { do: 'set_member', member, status: verdict === 'approve' ? 'active' : 'refused' },
    ...(verdict === 'approve'
      ? [
          ...liftStops('book', book.id, addresses),
          ...addresses.flatMap((each) => liftStops('number', lineOf(each, view), [each])),
        ]
      : []),
  ];
  const to = member.phone ?? member.mail;
  if (to === null) return { ok: true, changes, outgoing: [] };
  const event = verdict === 'approve' ? 'approved' : 'refused';
  changes.push({ do: 'consent', bookId: book.id, event, rule: 'B-10', address: to, name: member.name, text: '' });
  const { locale, smsName } = book;
  const told: Pick<Outgoing, 'to' | 'bookId' | 'locale'> = { to, bookId: book.id, locale };
  const joined = { key: 'joined' as const, params: { book: smsName } };
  const outgoing: Outgoing =
    verdict === 'approve'
      ? { ...told, kind: 'joined', reply: joined, ...inOwnWords(book, joined) }
      : {
          ...told,
          kind: 'answer',
          reply: { key: 'requestRefused', params: { book: smsName } },
          onceKey: `refused:${member.id}:${member.since}`,
        };
  return { ok: true, changes, outgoing: [outgoing] };
}
