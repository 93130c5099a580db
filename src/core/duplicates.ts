import type { ConversationState } from './conversation.ts';
import { SECOND, type Turn } from './turn.ts';

/** B-29. */
const SAME_TEXT_WINDOW = 4 * SECOND;
/** B-42. */
const RACE_WINDOW = 2 * SECOND;

/** A short hash of what a text says; 53 bits, since a collision costs a message. No secret: it never leaves the row. */
export function contentKey(visible: string, mediaCount: number): string {
  let high = 0x811c9dc5 ^ mediaCount;
  let low = 0x1b873593;
  for (let i = 0; i < visible.length; i++) {
    const unit = visible.charCodeAt(i);
    high = Math.imul(high ^ unit, 0x85ebca6b);
    low = Math.imul(low ^ unit, 0xc2b2ae35);
  }
  high = Math.imul(high ^ (high >>> 16), 0x9e3779b1) ^ (low >>> 13);
  low = Math.imul(low ^ (low >>> 15), 0x85ebca77) ^ (high >>> 16);
  return ((high >>> 0) * 0x200000 + (low >>> 11)).toString(36);
}

/**
 * B-29: the same text from the same sender within 4 s under a new id. A leave word after a join is none, whatever came
 * before the join (STOPP, START, STOPP): leaving is liberal. START after STOPP is one: an old START never undoes a STOPP.
 */
export function isDuplicate(turn: Turn, key: string): boolean {
  const { now } = turn.given;
  const seen = turn.state.recent.findLast((each) => each.key === key && Math.abs(now - each.at) <= SAME_TEXT_WINDOW);
  if (seen === undefined) return false;
  const { lastChange } = turn.state;
  const joinedSince = lastChange !== null && lastChange.kind === 'join' && lastChange.at >= seen.at;
  return !(joinedSince && turn.leave !== null);
}

/**
 * B-42: whether a join or leave meets its opposite within 2 s of arrival. The provider's time decides where both have
 * one; else leaving wins. False: this one has lost and must change nothing.
 */
export function winsRace(turn: Turn, kind: 'join' | 'leave', bookId: string): boolean {
  const last = turn.state.lastChange;
  if (last === null || last.kind === kind || (last.bookId !== bookId && last.bookId !== '*')) return true;
  if (Math.abs(turn.given.now - last.at) > RACE_WINDOW) return true;
  turn.also.add('B-42');
  const { providerAt } = turn.inbound;
  if (providerAt !== null && last.providerAt !== null && providerAt !== last.providerAt) {
    return providerAt > last.providerAt;
  }
  return kind === 'leave';
}

export function rememberChange(turn: Turn, kind: 'join' | 'leave', bookId: string): void {
  const change: ConversationState['lastChange'] = {
    kind,
    bookId,
    at: turn.given.now,
    providerAt: turn.inbound.providerAt,
  };
  turn.state.lastChange = change;
}
