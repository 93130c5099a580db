import { byKeyword } from './audience.ts';
import { leaveOne, leaveRule } from './leave.ts';
import { leaveAll } from './leaveAll.ts';
import { askAboutLeaving, mustBeAsked, softLeaving, unclearLeaving } from './leaveQuestion.ts';
import type { BookView } from './snapshot.ts';
import type { Hit, Turn } from './turn.ts';

/** Step 4: leave words alone or with courtesy; for writers only alone (B-12, B-17). */
export function leaveWords(turn: Turn, view: BookView): Hit | null {
  const { leave } = turn;
  switch (leave?.kind) {
    case 'leave_all':
      return leaveAll(turn, 'B-11');
    case 'leave_book':
      return leaveHit(turn, byKeyword(turn, leave.keyword) ?? view);
    case 'leave_courtesy':
      return turn.isWriter ? null : leaveHit(turn, view, 'B-12');
    case 'leave':
      return leaveHit(turn, view);
    default:
      return null;
  }
}

export function leaveHit(turn: Turn, view: BookView, general: 'B-11' | 'B-12' = 'B-11'): Hit {
  if (turn.views.length > 1) turn.also.add('B-18');
  const rule = leaveRule(turn, view, general);
  if (mustBeAsked(view)) {
    if (turn.isWriter) turn.also.add('B-17');
    return askAboutLeaving(turn, view, 'exempt', 'B-48');
  }
  const second = view.book.leaving === 'exempt' && view.members.some(({ status }) => status === 'asked');
  return leaveOne(turn, view, second ? 'B-48' : rule);
}

/** Step 8, B-13. A writer's text is held instead (B-21). */
export function unclear(turn: Turn, view: BookView): Hit | null {
  if (turn.isWriter) return null;
  const hit =
    turn.leave?.kind === 'unclear'
      ? unclearLeaving(turn, view)
      : turn.leave?.kind === 'soft'
        ? softLeaving(turn, view)
        : null;
  if (hit !== null && turn.views.length > 1) turn.also.add('B-18');
  return hit;
}
