import { audience, isIn } from './audience.ts';
import { answer } from './budget.ts';
import type { Rule } from './decision.ts';
import { rememberChange } from './duplicates.ts';
import { ALL_BOOKS, confirmed, confirmedLately, endMembership, leaveRule } from './leave.ts';
import { askAboutLeaving, mustBeAsked } from './leaveQuestion.ts';
import { howLeft, lineOf } from './membership.ts';
import { leaveAnswered } from './providerWords.ts';
import { organisationName } from './replyParams.ts';
import type { BookView } from './snapshot.ts';
import { consent, type Hit, type Turn } from './turn.ts';

/**
 * B-18, STOPP ALLT: every book on the number that they are in, and a stop for the number itself. Exempted books ask
 * first (B-48), and while they do, the number is not stopped.
 */
export function leaveAll(turn: Turn, rule: Rule): Hit {
  const view = audience(turn);
  if (view === undefined) return leaveEmptyNumber(turn);
  if (turn.views.length > 1) turn.also.add('B-18');
  const named = leaveRule(turn, turn.views.find(isIn) ?? view, rule);
  const inside = turn.views.filter(isIn);
  const toAsk = inside.filter(mustBeAsked);
  const toLeave = inside.length === 0 ? [view] : inside.filter((each) => !mustBeAsked(each));
  if (inside.length === 0 && confirmedLately(turn, view) && turn.snapshot.stopOnNumber !== null) {
    turn.also.add('B-16');
    return { rule: named, kind: 'leave', view };
  }
  for (const each of toAsk) askAboutLeaving(turn, each, 'exempt', 'B-48');
  if (toLeave.length === 0) return { rule: 'B-48', kind: 'asked', view: toAsk[0] ?? view };
  for (const each of toLeave) {
    endMembership(turn, each, named);
    consent(turn, each, 'left', named);
  }
  if (toAsk.length === 0) stopNumber(turn, named);
  consent(turn, null, 'left_all', named);
  rememberChange(turn, 'leave', ALL_BOOKS);
  const of = toLeave[0] ?? view;
  if (confirmed(turn, of, turn.views.length > 1 && toAsk.length === 0))
    rememberConfirmed(turn, toLeave, toAsk.length === 0);
  return { rule: named, kind: 'leave', view: of };
}

function rememberConfirmed(turn: Turn, left: readonly BookView[], all: boolean): void {
  const { leftConfirmed } = turn.state;
  for (const { book } of left) leftConfirmed[book.id] = turn.given.now;
  if (all) leftConfirmed[ALL_BOOKS] = turn.given.now;
}

function stopNumber(turn: Turn, rule: Rule): void {
  const scopeId = lineOf(turn.sender, turn.snapshot);
  turn.changes.push({ do: 'stop', scope: 'number', scopeId, address: turn.sender, how: howLeft(turn.door, rule) });
}

/** A number without books: whoever texts STOPP to it is never texted from it. */
export function leaveEmptyNumber(turn: Turn): Hit {
  const hit: Hit = { rule: 'B-15', kind: 'leave', view: null };
  if (turn.snapshot.stopOnNumber !== null) return hit;
  stopNumber(turn, 'B-15');
  consent(turn, null, 'left_all', 'B-15');
  const organisation = organisationName(turn.snapshot.organisation);
  if (!leaveAnswered(turn))
    answer(turn, null, { key: 'leftAll', params: { organisation } }, 'confirmation', { kind: 'left' });
  return hit;
}
