import { mayWrite } from './audience.ts';
import { writeTo } from './broadcasting.ts';
import { takeKeyword } from './keyword.ts';
import { normalForm } from './normalForm.ts';
import type { Hit, Turn } from './turn.ts';
import { askWhichList } from './whichList.ts';

/** Step 10: a text from somebody who may send to a book of the number. Never a guess at which (B-46). */
export function writing(turn: Turn): Hit | null {
  const candidates = turn.views.filter(mayWrite);
  const [only] = candidates;
  if (only === undefined) return null;
  // B-26: B-11 to B-14 read a member's text as a member's.
  if (!turn.isWriter && turn.leave !== null) return null;
  if (turn.views.length === 1) return writeTo(turn, only, turn.text, turn.form);
  turn.also.add('B-46');
  const named = takeKeyword(turn.text, turn.keywords);
  const view = named && candidates.find(({ book }) => book.keyword === named.keyword);
  if (candidates.length === 1) {
    // Theirs is the only book, but the text begins with another one's keyword: ask before guessing.
    const strange = named !== null && view === undefined;
    return writeTo(turn, only, turn.text, turn.form, strange);
  }
  if (named && view) return writeTo(turn, view, named.rest, normalForm(named.rest));
  return askWhichList(turn, candidates);
}
