import { isIn, isLive, rowsOf } from './audience.ts';
import { answer } from './budget.ts';
import type { Rule } from './decision.ts';
import { rememberChange, winsRace } from './duplicates.ts';
import { tellFunctionaries } from './functionaries.ts';
import { addressesOf, endMemberships, howLeft, leftOnceKey, ownAddress } from './membership.ts';
import { leaveAnswered } from './providerWords.ts';
import { organisationName, senderLabel } from './replyParams.ts';
import type { ReplyText } from './replyText.ts';
import type { BookView } from './snapshot.ts';
import { consent, DAY, type Hit, type Turn, within } from './turn.ts';

/** `*` in `leftConfirmed` and `lastChange`: every book on the number. */
export const ALL_BOOKS = '*';

/** The sender's own row before the general one: B-17, B-15, else the row that recognised the text. */
export function leaveRule(turn: Turn, view: BookView, general: Rule): Rule {
  if (turn.isWriter) return 'B-17';
  return rowsOf(view).length === 0 ? 'B-15' : general;
}

/** B-16: leaving was confirmed within 24 h and they are still out. */
export function confirmedLately(turn: Turn, view: BookView): boolean {
  const { leftConfirmed } = turn.state;
  const at = leftConfirmed[view.book.id] ?? leftConfirmed[ALL_BOOKS];
  return at !== undefined && within(at, turn.given.now, DAY) && !isIn(view);
}

/** A clear wish to leave one book (B-11, B-12, B-15, B-17): done, confirmed once (B-16), functionaries told (T-7). */
export function leaveOne(turn: Turn, view: BookView, rule: Rule): Hit {
  const hit: Hit = { rule, kind: 'leave', view };
  if (!winsRace(turn, 'leave', view.book.id)) return { ...hit, kind: 'stored' };
  if (confirmedLately(turn, view)) {
    turn.also.add('B-16');
    return hit;
  }
  endMembership(turn, view, rule);
  consent(turn, view, 'left', rule);
  rememberChange(turn, 'leave', view.book.id);
  if (confirmed(turn, view, false)) turn.state.leftConfirmed[view.book.id] = turn.given.now;
  return hit;
}

/** Leaves without words: every row on this phone (B-40), with phone and mail (B-39); a stranger gets a row (B-15). */
export function endMembership(turn: Turn, view: BookView, rule: Rule): void {
  const { book } = view;
  const { now } = turn.given;
  const members = rowsOf(view);
  const live = members.filter(isLive);
  if (live.length > 1) turn.also.add('B-40');
  if (live.some(({ phone, mail }) => mail !== null || phone !== turn.sender)) turn.also.add('B-39');
  if (members.length === 0) {
    turn.changes.push({
      do: 'create_member',
      bookId: book.id,
      ...ownAddress(turn.sender),
      name: '',
      status: 'unsubscribed',
      leftAt: now,
    });
  }
  const addresses = addressesOf(live, [turn.sender]);
  turn.changes.push(...endMemberships(book.id, live, addresses, { at: now, how: howLeft(turn.door, rule) }));
  dropQuestion(turn, view);
  if (live.length === 0 || !book.tellLeave) return;
  const params = { book: book.smsName, sender: senderLabel(view, turn.sender) };
  tellFunctionaries(turn, view, { key: 'noticeLeft', params }, leftOnceKey(book.id, now));
}

/** The confirmation of leaving, unless the provider has given its own (B-44); false: the budget withheld it (B-30). */
export function confirmed(turn: Turn, view: BookView, all: boolean): boolean {
  if (leaveAnswered(turn)) {
    turn.also.add('B-44');
    return true;
  }
  const reply: ReplyText = all
    ? { key: 'leftAll', params: { organisation: organisationName(turn.snapshot.organisation) } }
    : { key: 'left', params: { book: view.book.smsName } };
  return answer(turn, view, reply, 'confirmation', { kind: 'left' });
}

/** The question about leaving is settled, whichever way. */
export function dropQuestion(turn: Turn, view: BookView): void {
  turn.state.pending = turn.state.pending.filter((each) => each.kind !== 'leave' || each.bookId !== view.book.id);
}
