import { isIn } from './audience.ts';
import { answerOnceADay } from './budget.ts';
import type { Rule } from './decision.ts';
import { forwardText, tellReached } from './forward.ts';
import type { BookView } from './snapshot.ts';
import type { Hit, Turn } from './turn.ts';

type Hint = { rule: Rule; key: 'hintJoin' | 'hintLeave' } | null;

/**
 * Step 12: the functionaries get it, marked; the sender gets one hint, or hears once a day who read it. `quiet`: the
 * sender is nobody whom one could or should answer.
 */
export function everyoneElse(turn: Turn, view: BookView, quiet = false): Hit {
  if (turn.views.length > 1) turn.also.add('B-47');
  const readers = forwardText(turn, view);
  const found = hint(turn);
  if (quiet) return { rule: found?.rule ?? 'B-27', kind: readers > 0 ? 'forwarded' : 'told', view };
  const told =
    found !== null &&
    helps(found.key, view) &&
    answerOnceADay(turn, view, { key: found.key, params: { book: view.book.smsName } }, found.key);
  if (!told) tellReached(turn, view, readers);
  return { rule: found?.rule ?? 'B-27', kind: readers > 0 ? 'forwarded' : 'told', view };
}

/** B-2, B-3, B-14. */
function hint({ join, leave }: Turn): Hint {
  // Unclear from somebody who is no member (B-13 could hold nothing back): they may still want to know how to leave.
  if (leave?.kind === 'mentions' || leave?.kind === 'unclear') return { rule: 'B-14', key: 'hintLeave' };
  if (join?.kind === 'join_and_more') return { rule: 'B-2', key: 'hintJoin' };
  return join?.kind === 'nearly' ? { rule: 'B-3', key: 'hintJoin' } : null;
}

/** Who is in needs not hear how to join, who is out not how to leave, and who is banned or refused neither. */
function helps(key: 'hintJoin' | 'hintLeave', view: BookView): boolean {
  const { members } = view;
  if (key === 'hintJoin') return members.every(({ status }) => status === 'unsubscribed');
  return isIn(view) || members.length === 0;
}
