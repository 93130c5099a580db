import { isIn } from './audience.ts';
import { answer, toldToday } from './budget.ts';
import { helpAnswered } from './providerWords.ts';
import { forHelp } from './replyParams.ts';
import type { BookView } from './snapshot.ts';
import type { Hit, Turn } from './turn.ts';

/** Per number, not per book (B-19). */
const HELP_TOLD = 'help:*';

/** B-19: who runs the book, how to leave, contact; also for strangers. Silent where the provider answers (B-44). */
export function help(turn: Turn, view: BookView): Hit {
  const hit: Hit = { rule: 'B-19', kind: 'help', view };
  if (helpAnswered(turn)) {
    turn.also.add('B-44');
    return hit;
  }
  if (hasLeft(turn) && toldToday(turn, HELP_TOLD)) return hit;
  const { organisation } = turn.snapshot;
  if (answer(turn, view, forHelp(organisation, view.book.smsName), 'extra'))
    turn.state.told[HELP_TOLD] = turn.given.now;
  return hit;
}

/** Out of every book on the number by their own leaving: then help is given once a day. */
function hasLeft({ views, snapshot }: Turn): boolean {
  if (views.some(isIn)) return false;
  if (snapshot.stopOnNumber !== null) return true;
  return views.some(({ stop, members }) => stop !== null || members.some(({ status }) => status === 'unsubscribed'));
}
