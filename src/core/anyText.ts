import { forwardText } from './forward.ts';
import { enter } from './join.ts';
import { looksLikeReaction } from './reactions.ts';
import type { BookView } from './snapshot.ts';
import type { Hit, Turn } from './turn.ts';

/**
 * Step 11, B-9: any text joins, and goes to the functionaries, in a book set so. Only for people whom the book has
 * never met: whoever has left or is banned, refused, paused or pending there has a row or a stop.
 */
export function anyTextJoins(turn: Turn, view: BookView): Hit | null {
  const { snapshot, inbound, leave, pause, text } = turn;
  if (view.book.optIn !== 'any_text' || view.members.length > 0 || view.stop !== null) return null;
  if (snapshot.stopOnNumber !== null || snapshot.stopAtProvider !== null) return null;
  if (turn.isWriter || view.senderIsFunctionary) return null;
  if (leave !== null || pause !== null || inbound.missingPart || looksLikeReaction(text)) return null;
  const done = enter(turn, view, 'B-9');
  forwardText(turn, view, done === 'joined' ? 'joinedSaying' : 'forwarded');
  return { rule: 'B-9', kind: 'join', view };
}
