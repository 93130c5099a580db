import { answer } from './budget.ts';
import { forwardText } from './forward.ts';
import { tellFunctionaries } from './functionaries.ts';
import type { BookView } from './snapshot.ts';
import { type Hit, MINUTE, type Turn, within } from './turn.ts';

/** B-26. */
const PER_MEMBER = MINUTE;
const WINDOW = 10 * MINUTE;
const MOST_IN_WINDOW = 5;
/** "Then writers only": until the window that overflowed has passed. */
const BRAKE = 10 * MINUTE;

/**
 * The storm brake for a member's broadcast where members may write: one per member per minute, five per book per ten
 * minutes. null: free to go. Else the text has gone to the functionaries, and the sender knows why.
 */
export function stormBrake(turn: Turn, view: BookView, text: string): Hit | null {
  const { book } = view;
  const { now } = turn.given;
  const braked = book.storm.brakedUntil !== null && book.storm.brakedUntil > now;
  if (braked) return held(turn, view, text, 'stormBrake');
  const wrote = turn.state.told[`wrote:${book.id}`];
  if (wrote !== undefined && within(wrote, now, PER_MEMBER)) return held(turn, view, text, 'slowDown');
  const recent = book.storm.recent.filter((at) => within(at, now, WINDOW));
  if (recent.length < MOST_IN_WINDOW) return null;
  turn.changes.push({ do: 'set_storm', book, storm: { recent, brakedUntil: now + BRAKE } });
  tellFunctionaries(
    turn,
    view,
    { key: 'noticeStorm', params: { book: book.smsName } },
    `storm:${book.id}:${now + BRAKE}`,
  );
  return held(turn, view, text, 'stormBrake');
}

function held(turn: Turn, view: BookView, text: string, key: 'stormBrake' | 'slowDown'): Hit {
  forwardText(turn, view, 'forwarded', text);
  answer(turn, view, { key, params: { book: view.book.smsName } }, 'extra');
  return { rule: 'B-26', kind: 'forwarded', view };
}

/** Counts a member's broadcast that goes out now; guarded by the book's version, so that two at once cannot both be the fifth. */
export function countStorm(turn: Turn, { book }: BookView): void {
  const { now } = turn.given;
  turn.state.told[`wrote:${book.id}`] = now;
  const recent = [...book.storm.recent.filter((at) => within(at, now, WINDOW)), now];
  turn.changes.push({ do: 'set_storm', book, storm: { recent, brakedUntil: null } });
}
