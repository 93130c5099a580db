import type { BookView } from './snapshot.ts';
import { consent, type Hit, type Turn } from './turn.ts';

/** What Twilio matches by itself on a long code: the whole body, in any case (design 6). */
const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT']);
const START_WORDS = new Set(['START', 'YES', 'UNSTOP']);
const HELP_WORDS = new Set(['HELP', 'INFO']);

/** The provider's word as it matches it: no dress is taken off, for "STOP." it may not have answered. */
const providerWord = (turn: Turn): string =>
  turn.inbound.text.length > 20 ? '' : turn.inbound.text.trim().toUpperCase();
const byDefault = (turn: Turn, words: ReadonlySet<string>): boolean =>
  turn.snapshot.number.providerKeywords === 'default' && words.has(providerWord(turn));

/** B-44: the provider has answered this leave word itself, so we stay silent. */
export const leaveAnswered = (turn: Turn): boolean => turn.inbound.optOut === 'STOP' || byDefault(turn, STOP_WORDS);
export const helpAnswered = (turn: Turn): boolean => turn.inbound.optOut === 'HELP' || byDefault(turn, HELP_WORDS);

/** Step 3, `OptOutType` STOP: a fact about the provider, kept apart from having left (B-44). */
export function mirrorBlock(turn: Turn): void {
  const { number, stopAtProvider } = turn.snapshot;
  turn.also.add('B-44');
  if (stopAtProvider !== null) return;
  turn.changes.push({ do: 'stop', scope: 'provider', scopeId: number.id, address: turn.sender, how: 'sms B-44' });
  consent(turn, null, 'provider_blocked', 'B-44');
}

/** The provider has lifted its block: ours of that name is only its mirror. */
export function liftMirror(turn: Turn): void {
  const { number, stopAtProvider } = turn.snapshot;
  if (stopAtProvider === null || turn.changes.some((each) => each.do === 'lift_stop' && each.scope === 'provider'))
    return;
  turn.also.add('B-44');
  turn.changes.push({ do: 'lift_stop', scope: 'provider', scopeId: number.id, address: turn.sender });
  consent(turn, null, 'provider_unblocked', 'B-44');
}

/**
 * Step 3, `OptOutType` START or a word that Twilio takes for it. Lifts the provider's block and no more: only our own
 * START joins, YES only answers a question of ours, and UNSTOP is the provider's alone.
 */
export function providerStart(turn: Turn, view: BookView | null): Hit | null {
  if (turn.inbound.optOut !== 'START' && !byDefault(turn, START_WORDS)) return null;
  liftMirror(turn);
  const ours = turn.join?.kind === 'join' || turn.join?.kind === 'join_book' || providerWord(turn) === 'YES';
  return ours ? null : { rule: 'B-44', kind: 'stored', view };
}
