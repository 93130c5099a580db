import { isActive } from './audience.ts';
import { answer, answerOnceADay, toldToday } from './budget.ts';
import type { Pending } from './conversation.ts';
import type { Rule } from './decision.ts';
import { forwardText } from './forward.ts';
import { tellFunctionaries } from './functionaries.ts';
import { dropQuestion, leaveOne } from './leave.ts';
import { addressesOf } from './membership.ts';
import { leaveAnswered } from './providerWords.ts';
import { senderLabel } from './replyParams.ts';
import type { BookView } from './snapshot.ts';
import { consent, DAY, type Hit, type Turn } from './turn.ts';

const isAsked = (view: BookView): boolean => view.members.some(({ status }) => status === 'asked');

/** B-48: the list is exempted and they are in it; whoever has been asked leaves by a second STOPP. */
export const mustBeAsked = (view: BookView): boolean =>
  view.book.leaving === 'exempt' && isActive(view) && !isAsked(view);

/** B-13, B-48: held back from broadcasts at once, asked one question, functionaries told. */
export function askAboutLeaving(turn: Turn, view: BookView, how: 'unclear' | 'exempt', rule: Rule): Hit {
  const { book, members } = view;
  const active = members.filter(({ status }) => status === 'active');
  for (const member of active) turn.changes.push({ do: 'set_member', member, status: 'asked' });
  for (const address of addressesOf(active)) turn.changes.push({ do: 'cancel_copies', bookId: book.id, address });
  if (active.length > 0) consent(turn, view, 'asked', rule);
  putQuestion(turn, view, how);
  const params = { book: book.smsName, sender: senderLabel(view, turn.sender) };
  tellFunctionaries(turn, view, { key: how === 'exempt' ? 'noticeExempt' : 'noticeAsked', params });
  return { rule, kind: 'asked', view };
}

function putQuestion(turn: Turn, view: BookView, how: 'unclear' | 'exempt'): void {
  const { now } = turn.given;
  dropQuestion(turn, view);
  const question: Pending = { kind: 'leave', bookId: view.book.id, how, askedAt: now, expiresAt: now + DAY };
  turn.state.pending.push(question);
  if (leaveAnswered(turn)) {
    turn.also.add('B-44');
    return;
  }
  const params = { book: view.book.smsName };
  answer(turn, view, { key: how === 'exempt' ? 'askLeaveExempt' : 'askLeave', params }, 'confirmation');
}

/** B-13: begins like leaving, and one cannot tell. Only who is a member can be held back. */
export function unclearLeaving(turn: Turn, view: BookView): Hit | null {
  if (!isActive(view)) {
    if (!isAsked(view)) return null;
    // Asked already, and one question is enough: let people read what they say.
    forwardText(turn, view);
    return { rule: 'B-13', kind: 'forwarded', view };
  }
  return askAboutLeaving(turn, view, view.book.leaving === 'exempt' ? 'exempt' : 'unclear', 'B-13');
}

/**
 * B-13, a lone SLUT, NEJ or NO from a member: may be leaving, may be the answer to what a broadcast asked. So people
 * read it, one hint says how to leave, nobody is held back, and JA to the next broadcast's question is no leaving.
 */
export function softLeaving(turn: Turn, view: BookView): Hit | null {
  if (!isActive(view) || toldToday(turn, `askLeaveSoft:${view.book.id}`)) return null;
  forwardText(turn, view);
  answerOnceADay(turn, view, { key: 'askLeaveSoft', params: { book: view.book.smsName } }, 'askLeaveSoft');
  return { rule: 'B-13', kind: 'asked', view };
}

/** The book whose question about leaving waits for JA or NEJ: the last one asked, else where they are held back. */
export function openLeaveQuestion(turn: Turn): { view: BookView; how: 'unclear' | 'exempt' } | null {
  const { pending } = turn.state;
  const last = pending.findLast((each) => each.kind === 'leave' && each.expiresAt > turn.given.now);
  const asked = last && turn.views.find(({ book }) => book.id === (last.kind === 'leave' ? last.bookId : ''));
  const view = asked ?? turn.views.find(isAsked);
  return view === undefined ? null : { view, how: view.book.leaving === 'exempt' ? 'exempt' : 'unclear' };
}

/** JA leaves; NEJ stays and gets broadcasts again (B-13, B-48). */
export function answerLeaveQuestion(turn: Turn, wants: 'leave' | 'stay'): Hit | null {
  const open = openLeaveQuestion(turn);
  if (open === null) return null;
  const { view } = open;
  const rule: Rule = open.how === 'exempt' ? 'B-48' : 'B-13';
  if (wants === 'leave') return leaveOne(turn, view, rule);
  stay(turn, view, rule);
  answer(turn, view, { key: 'stayed', params: { book: view.book.smsName } }, 'confirmation');
  return { rule, kind: 'answer', view };
}

/** Who was held back gets broadcasts again. */
export function stay(turn: Turn, view: BookView, rule: Rule): void {
  dropQuestion(turn, view);
  const asked = view.members.filter(({ status }) => status === 'asked');
  for (const member of asked) turn.changes.push({ do: 'set_member', member, status: 'active' });
  if (asked.length > 0) consent(turn, view, 'stayed', rule);
}
