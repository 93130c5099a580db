import { ownTexts } from './ownTexts.ts';
import { looksLikeReaction, readReaction } from './reactions.ts';
import type { Snapshot } from './snapshot.ts';

/** To which broadcast, or to an automatic text of ours (`broadcastId` null). */
export type Reaction = { broadcastId: string | null; bookId: string | null };

/** Steps 0 and 9, B-23: a reaction to a broadcast, or to an automatic text of ours, whose footer is no leave word. */
export function reactionIn(text: string, snapshot: Snapshot): Reaction | null {
  const found = readReaction(text, snapshot.recentTexts);
  if (found) return found;
  if (!looksLikeReaction(text)) return null;
  const ours = ownTexts(snapshot).map((each) => ({ broadcastId: '', bookId: '', header: '', text: each, footer: '' }));
  return readReaction(text, ours) ? { broadcastId: null, bookId: null } : null;
}
