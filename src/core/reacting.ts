import { ownTexts } from './ownTexts.ts';
import { looksLikeReaction, readReaction } from './reactions.ts';
import type { BookView } from './snapshot.ts';
import type { Hit, Turn } from './turn.ts';

/** Steps 0 and 9, B-23: a reaction to a broadcast, or to an automatic text of ours, whose footer is no leave word. */
export function reactionHit(turn: Turn, view: BookView): Hit | null {
  const { snapshot, text } = turn;
  const found = readReaction(text, snapshot.recentTexts);
  if (found) {
    const of = turn.views.find(({ book }) => book.id === found.bookId) ?? view;
    return { rule: 'B-23', kind: 'reaction', view: of, broadcastId: found.broadcastId };
  }
  if (!looksLikeReaction(text)) return null;
  const ours = ownTexts(snapshot).map((each) => ({ broadcastId: '', bookId: '', header: '', text: each, footer: '' }));
  return readReaction(text, ours) ? { rule: 'B-23', kind: 'reaction', view } : null;
}
