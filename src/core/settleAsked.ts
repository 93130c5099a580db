import type { DeskView } from './approval.ts';
import type { Change, Outgoing } from './decision.ts';
import type { Member } from './member.ts';
import { addressesOf, endMemberships, howLeft, leftOnceKey } from './membership.ts';
import { inOwnWords } from './ownWording.ts';
import { personLabel } from './replyParams.ts';
import { DAY } from './turn.ts';

/** B-13: so long a question about leaving waits. */
export const ASKED_FOR = DAY;

export type ClockDecision = { changes: Change[]; outgoing: Outgoing[] };

/**
 * B-13: asked, and no answer in 24 h: left. Nothing while it is too early or settled meanwhile, nor on a list that is
 * exempted from leaving: there only a second STOPP leaves (B-48), and they are held back until then.
 */
export function decideAskedTimeout(
  view: Pick<DeskView, 'book' | 'functionaries'>,
  member: Member,
  now: number,
): ClockDecision {
  const { book } = view;
  if (member.status !== 'asked' || now - member.since < ASKED_FOR || book.leaving === 'exempt') {
    return { changes: [], outgoing: [] };
  }
  const addresses = addressesOf([member]);
  const changes = endMemberships(book.id, [member], addresses, { at: now, how: howLeft('clock', 'B-13') });
  const [to] = addresses;
  if (to === undefined) return { changes, outgoing: [] };
  changes.push({
    do: 'consent',
    bookId: book.id,
    event: 'left',
    rule: 'B-13',
    address: to,
    name: member.name,
    text: '',
  });
  const { locale, smsName } = book;
  const told: Pick<Outgoing, 'bookId' | 'locale'> = { bookId: book.id, locale };
  const left = { key: 'left' as const, params: { book: smsName } };
  const outgoing: Outgoing[] = [{ ...told, to, kind: 'left', reply: left, ...inOwnWords(book, left) }];
  if (!book.tellLeave) return { changes, outgoing };
  const reply: Outgoing['reply'] = {
    key: 'noticeLeft',
    params: { book: smsName, sender: personLabel(member.name, to) },
  };
  for (const functionary of view.functionaries) {
    if (addresses.includes(functionary)) continue;
    outgoing.push({
      ...told,
      to: functionary,
      kind: 'notice',
      reply,
      onceKey: `${leftOnceKey(book.id, now)}:${functionary}`,
    });
  }
  return { changes, outgoing };
}

/** A pause until a date is over: they get broadcasts again, with no words. null: it is not over, or never ends by itself. */
export function decidePauseEnd(member: Member, now: number): Change[] | null {
  if (member.status !== 'paused' || member.pausedUntil === null || member.pausedUntil > now) return null;
  const { bookId, name } = member;
  const address = member.phone ?? member.mail ?? '';
  return [
    { do: 'set_member', member, status: 'active', pausedUntil: null },
    { do: 'consent', bookId, event: 'resumed', rule: 'pause_over', address, name, text: '' },
  ];
}
