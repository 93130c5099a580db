import { senderKind } from './address.ts';
import { answers } from './answers.ts';
import { anyTextJoins } from './anyText.ts';
import { audience, bookToJoin, byKeyword } from './audience.ts';
import { isAutoReply } from './autoReply.ts';
import { muteRepeats } from './budget.ts';
import { crisisCommand } from './crisisTurn.ts';
import type { Decision, Given } from './decision.ts';
import { contentKey, isDuplicate } from './duplicates.ts';
import { everyoneElse } from './everyoneElse.ts';
import { help } from './help.ts';
import type { InboundText } from './inbound.ts';
import { joinBook } from './join.ts';
import { readHelp } from './keyword.ts';
import { leaveEmptyNumber } from './leaveAll.ts';
import { leaveHit, leaveWords, unclear } from './leaveWords.ts';
import { missingOrEmpty } from './missing.ts';
import { pauseWord, resumeTogether } from './pause.ts';
import { liftMirror, mirrorBlock, providerStart } from './providerWords.ts';
import { rollAnswer, rollUnclear } from './rollCall.ts';
import type { BookView, Snapshot } from './snapshot.ts';
import { closeTurn, type Hit, openTurn, remember, type Turn } from './turn.ts';
import { writing } from './writing.ts';

export { wantsQuotes } from './wantsQuotes.ts';

/**
 * What one text does (design 2). Pure: the same snapshot, text and `given` decide the same. Never throws for what a
 * sender writes. Seen provider ids (B-28) are the store's: a repeat never comes here with effect.
 */
export function decide(snapshot: Snapshot, inbound: InboundText, given: Given): Decision {
  // B-31: nobody to answer, and no conversation to keep.
  if (senderKind(inbound.from, snapshot.ownNumbers) !== 'phone') return storedOnly();
  const turn = openTurn(snapshot, inbound, given);
  // A PIN is masked before it comes here: a right one after a wrong one is no repeat.
  const key = contentKey(`${turn.form.visible}${given.pinOf?.join() ?? ''}`, inbound.mediaCount);
  if (isDuplicate(turn, key)) return asDuplicate(turn, openTurn(snapshot, inbound, given));
  remember(turn, key);
  muteRepeats(turn, key);
  return closeTurn(turn, firstHit(turn));
}

function storedOnly(): Decision {
  return {
    rule: 'B-31',
    also: [],
    kind: 'stored',
    bookId: null,
    broadcastId: null,
    changes: [],
    outgoing: [],
    conversation: null,
  };
}

/** B-29: stored under the rule that reads it, without its effect. `reading` is a turn that is thrown away. */
function asDuplicate(turn: Turn, reading: Turn): Decision {
  const { rule, view } = firstHit(reading);
  turn.also.add('B-29');
  return closeTurn(turn, { rule, kind: 'stored', view });
}

/** The order of decisions (design 2): the first that hits wins. */
function firstHit(turn: Turn): Hit {
  const view = audience(turn);
  if (view === undefined) return onEmptyNumber(turn);
  return (
    missingOrEmpty(turn, view) ??
    providerSignal(turn, view) ??
    reactionHit(turn, view) ??
    crisisCommand(turn, view) ??
    leaveWords(turn, view) ??
    rollAnswer(turn) ??
    answers(turn) ??
    joinWord(turn) ??
    pauseWord(turn) ??
    (readHelp(turn.form) ? help(turn, view) : null) ??
    (isAutoReply(turn.form) ? null : rollUnclear(turn)) ??
    unclear(turn, view) ??
    (isAutoReply(turn.form) ? ({ rule: 'B-24', kind: 'auto_reply', view } as const) : null) ??
    writing(turn) ??
    anyTextJoins(turn, view) ??
    everyoneElse(turn, view)
  );
}

/** A number that no book sits on: only leaving means something. */
function onEmptyNumber(turn: Turn): Hit {
  const kind = turn.leave?.kind;
  const leaves =
    turn.inbound.optOut === 'STOP' || kind === 'leave' || kind === 'leave_all' || kind === 'leave_courtesy';
  return leaves ? leaveEmptyNumber(turn) : { rule: null, kind: 'stored', view: null };
}

/** Steps 0 and 9, B-23: no reply, no broadcast, no join, and the footer inside the quote is no leave word. */
function reactionHit({ reaction, views }: Turn, view: BookView): Hit | null {
  if (reaction === null) return null;
  const of = views.find(({ book }) => book.id === reaction.bookId) ?? view;
  return { rule: 'B-23', kind: 'reaction', view: of, broadcastId: reaction.broadcastId };
}

/** Step 3, B-44: the provider has matched and answered the word itself; we act on it. */
function providerSignal(turn: Turn, view: BookView): Hit | null {
  const { optOut } = turn.inbound;
  if (optOut === 'STOP') {
    mirrorBlock(turn);
    return leaveWords(turn, view) ?? leaveHit(turn, view);
  }
  // B-61: whoever cries for help in a roll call is not only told who runs the list.
  if (optOut === 'HELP') return rollAnswer(turn) ?? help(turn, view);
  return providerStart(turn, view);
}

/** Step 6: START alone, keywords (B-1, B-45); it also ends pauses (B-50). */
function joinWord(turn: Turn): Hit | null {
  const { join } = turn;
  if (join?.kind !== 'join' && join?.kind !== 'join_book') return null;
  if (turn.views.length > 1) turn.also.add('B-45');
  const view = join.kind === 'join' ? bookToJoin(turn) : byKeyword(turn, join.keyword);
  if (view === undefined) return null;
  // A START in any dress may be the provider's too; if it was not, its next refusal is mirrored again.
  if (join.kind === 'join') liftMirror(turn);
  const hit = joinBook(turn, view, join.kind === 'join' ? 'B-1' : 'B-45');
  if (join.kind === 'join') resumeTogether(turn, view);
  return hit;
}
