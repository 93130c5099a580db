import { localDate } from '../i18n/dates.ts';
import { ANSWER_SUFFIX } from './approval.ts';
import { isActive } from './audience.ts';
import { answer } from './budget.ts';
import type { Change, Rule } from './decision.ts';
import { rememberChange, winsRace } from './duplicates.ts';
import { tellFunctionaries } from './functionaries.ts';
import { ALL_BOOKS } from './leave.ts';
import { stay } from './leaveQuestion.ts';
import type { Member, MemberStatus } from './member.ts';
import { addressesOf, liftStops, lineOf, ownAddress } from './membership.ts';
import { senderLabel } from './replyParams.ts';
import type { ReplyText } from './replyText.ts';
import type { BookView } from './snapshot.ts';
import { consent, type Hit, type Turn } from './turn.ts';

const withStatus = (view: BookView, ...statuses: MemberStatus[]): Member[] =>
  view.members.filter(({ status }) => statuses.includes(status));

/**
 * START or a keyword (B-1, B-4 to B-7, B-10, B-45, B-50). What the sender's rows already are decides, the strictest of two
 * people on one phone last (B-40). `general`: the row that recognised the text, named where no row of their own is.
 */
export function joinBook(turn: Turn, view: BookView, general: Rule): Hit {
  const named = (own: Rule): Rule => {
    if (!turn.isWriter) return own;
    if (own !== 'B-1' && own !== general) turn.also.add(own);
    return 'B-17';
  };
  const hit = (own: Rule): Hit => ({ rule: named(own), kind: 'join', view });
  const book = view.book.smsName;

  if (isActive(view)) {
    // A stop beside an active row is a leftover: they say themselves that they want it.
    lift(turn, view, []);
    confirmJoined(turn, view);
    return hit('B-4');
  }
  if (withStatus(view, 'asked').length > 0) {
    stay(turn, view, 'B-13');
    confirmJoined(turn, view);
    return hit('B-13');
  }
  if (withStatus(view, 'pending').length > 0) {
    answer(turn, view, { key: 'stillPending', params: { book } }, 'confirmation');
    return hit('B-5');
  }
  const [refused] = withStatus(view, 'banned', 'refused');
  if (refused) return refuseJoin(turn, view, refused, named('B-7'));
  const paused = withStatus(view, 'paused', 'unreachable');
  if (paused.length > 0) {
    const own: Rule = paused.some(({ status }) => status === 'paused') ? 'B-50' : general;
    return resume(turn, view, paused, named(own));
  }

  const hasLeft = withStatus(view, 'unsubscribed').length > 0 || view.stop !== null;
  const own: Rule = hasLeft ? 'B-6' : general === 'B-1' && view.book.approval === 'manual' ? 'B-10' : general;
  const done = hit(own);
  if (!winsRace(turn, 'join', view.book.id)) return { ...done, kind: 'stored' };
  enter(turn, view, done.rule ?? own);
  return done;
}

/** A new row or the old one again: a member at once, or a request where an admin approves each (S3-11). */
export function enter(turn: Turn, view: BookView, rule: Rule): 'joined' | 'requested' {
  const { book } = view;
  const left = withStatus(view, 'unsubscribed');
  // Two people left on one phone: START speaks for one of them, so nobody's mail comes back with it.
  const [row] = left;
  const manual = book.approval === 'manual';
  const status = manual ? 'pending' : 'active';
  turn.changes.push(row ? { do: 'set_member', member: row, status } : newMember(turn, view, status));
  rememberChange(turn, 'join', book.id);
  delete turn.state.leftConfirmed[book.id];
  delete turn.state.leftConfirmed[ALL_BOOKS];
  if (manual) {
    turn.also.add('B-10');
    request(turn, view, rule);
    return 'requested';
  }
  lift(turn, view, left.length === 1 ? left : []);
  consent(turn, view, 'joined', rule);
  confirmJoined(turn, view);
  return 'joined';
}

function newMember(turn: Turn, { book, stop, saidName = '' }: BookView, status: 'active' | 'pending'): Change {
  const leftAt = stop?.since ?? null;
  return { do: 'create_member', bookId: book.id, ...ownAddress(turn.sender), name: saidName, status, leftAt };
}

/** B-10: the stop of who left stays until an admin approves; then it was still their own wish that lifted it. */
function request(turn: Turn, view: BookView, rule: Rule): void {
  const { organisation } = turn.snapshot;
  const { smsName: book, locale } = view.book;
  consent(turn, view, 'requested', rule);
  answer(turn, view, { key: 'joinRequested', params: { book } }, 'confirmation');
  const sender = senderLabel(view, turn.sender);
  const leftAt = withStatus(view, 'unsubscribed')[0]?.leftAt ?? view.stop?.since ?? null;
  const reply: ReplyText =
    leftAt === null
      ? { key: 'noticeRequest', params: { book, sender } }
      : {
          key: 'noticeRequestAgain',
          params: { book, sender, date: localDate(leftAt, organisation.timezone, locale, turn.given.now) },
        };
  tellFunctionaries(turn, view, reply, undefined, {
    reply,
    letter: { replyTo: `${view.book.address}${ANSWER_SUFFIX}` },
  });
}

/** B-7: a neutral refusal once, and functionaries told once, for as long as the row stays as it is. */
function refuseJoin(turn: Turn, view: BookView, row: Member, rule: Rule): Hit {
  const { smsName: book } = view.book;
  const key = `cannot_join:${row.id}:${row.since}`;
  if (turn.state.told[key] === undefined) {
    const told = answer(turn, view, { key: 'cannotJoin', params: { book } }, 'confirmation', { onceKey: key });
    if (told) turn.state.told[key] = turn.given.now;
    const params = { book, sender: senderLabel(view, turn.sender) };
    tellFunctionaries(turn, view, { key: 'noticeCannotJoin', params }, key);
  }
  return { rule, kind: 'told', view };
}

/** B-50: paused, or unreachable and now heard from: their own START ends it, as STOPP and START would. */
export function resume(turn: Turn, view: BookView, rows: readonly Member[], rule: Rule): Hit {
  for (const member of rows) turn.changes.push({ do: 'set_member', member, status: 'active', pausedUntil: null });
  lift(turn, view, []);
  consent(turn, view, 'resumed', rule);
  confirmJoined(turn, view);
  return { rule, kind: 'join', view };
}

/** Lifts what kept them out of this book and off this number; only ever for the person's own join (S3-14). */
function lift(turn: Turn, view: BookView, rows: readonly Member[]): void {
  const { stopOnNumber } = turn.snapshot;
  const hadLeft = view.stop !== null || rows.length > 0;
  if (hadLeft) turn.changes.push(...liftStops('book', view.book.id, addressesOf(rows, [turn.sender])));
  if (stopOnNumber !== null)
    turn.changes.push(...liftStops('number', lineOf(turn.sender, turn.snapshot), [turn.sender]));
}

function confirmJoined(turn: Turn, view: BookView): void {
  answer(turn, view, { key: 'joined', params: { book: view.book.smsName } }, 'confirmation', { kind: 'joined' });
}
