import type { InboundKind } from './inbound.ts';

/** What a text came to, in the few words that a person needs: its kind, and how joining went. */
export type Outcome = InboundKind | 'request' | 'same' | 'waits' | 'refused';

export function outcomeOf(decided: {
  rule: string | null;
  kind: InboundKind;
  changes: readonly { do: string; event?: string | number | null }[];
}): Outcome {
  const { rule, kind, changes } = decided;
  if (rule === 'B-5') return 'waits';
  if (rule === 'B-7') return 'refused';
  if (kind !== 'join') return kind;
  if (changes.some((change) => change.do === 'consent' && change.event === 'requested')) return 'request';
  return changes.some(({ do: what }) => what === 'create_member' || what === 'set_member') ? 'join' : 'same';
}
