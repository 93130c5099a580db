import { decide, wantsQuotes } from '../core/decide.ts';
import type { Decision, Given } from '../core/decision.ts';
import type { InboundText } from '../core/inbound.ts';
import type { Snapshot } from '../core/snapshot.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { ReceiveResult, ReceiveText } from '../ports/intake.ts';
import type { Log } from '../ports/log.ts';
import type { Step, Store } from '../ports/store.ts';
import { hidePin } from './crisisPin.ts';
import { createTurns } from './inTurn.ts';
import { waitForCopies } from './leaveWait.ts';
import { planOf, storable } from './plan.ts';
import { untilFresh } from './untilFresh.ts';

export type ReceiveDeps = {
  store: Store;
  clock: Clock;
  ids: Ids;
  keyed: Keyed;
  log: Log;
  wait: (ms: number) => Promise<void>;
};

/**
 * One inbound text, from any door that carries texts: load, decide, commit, answer. Throws only on faults, and then
 * nothing has been stored.
 */
export function createReceiveText(deps: ReceiveDeps): ReceiveText {
  const inTurn = createTurns();
  return (inbound) =>
    inTurn(`${inbound.to} ${inbound.from}`, () =>
      untilFresh(() => receiveOnce(inbound, deps), deps.log, 'an inbound text met a changed conversation each time'),
    );
}

async function receiveOnce(received: InboundText, deps: ReceiveDeps): Promise<ReceiveResult | 'stale'> {
  const now = deps.clock.now();
  const { inbound, pinOf } = await hidePin(received, deps);
  const snapshot = await loadSnapshot(inbound, now, deps);
  if (!snapshot) return 'unknown_number';
  const given: Given = {
    now,
    inboundId: deps.ids.next(now),
    broadcastId: deps.ids.next(now),
    code: deps.ids.code(),
    pinOf,
  };
  const decision = decide(snapshot, inbound, given);
  const result = await deps.store.commit(inboundPlan(snapshot, inbound, decision, given, deps));
  if (result === 'done') await waitForCopies(decision, snapshot.number.id, deps);
  return result;
}

/** What deciding about this text needs; `try` uses it too. */
export function loadSnapshot(
  inbound: InboundText,
  now: number,
  deps: Pick<ReceiveDeps, 'store' | 'keyed'>,
): Promise<Snapshot | null> {
  const wants = { quotes: wantsQuotes(inbound.text), now };
  return deps.store.reads.snapshot(inbound.to, inbound.from, deps.keyed.addressHash(inbound.from), wants);
}

/** The whole plan of one inbound text: the row itself (B-28), the conversation's guard, and what was decided. */
export function inboundPlan(
  snapshot: Snapshot,
  inbound: InboundText,
  decision: Decision,
  given: Given,
  deps: Pick<ReceiveDeps, 'ids' | 'keyed'>,
): Step[] {
  const { number, organisation, conversation } = snapshot;
  const steps: Step[] = [
    {
      add: 'inbounds',
      exists: 'duplicate',
      row: {
        id: given.inboundId,
        organisationId: organisation.id,
        numberId: number.id,
        bookId: decision.bookId,
        door: 'sms',
        sender: inbound.from,
        providerId: inbound.providerId,
        text: storable(inbound.text),
        mediaCount: inbound.mediaCount,
        kind: decision.kind,
        rule: decision.rule,
        also: decision.also,
        broadcastId: decision.broadcastId,
        providerAt: inbound.providerAt,
        at: given.now,
      },
    },
  ];
  if (decision.conversation) {
    const moved = { state: decision.conversation, version: conversation.version + 1, updatedAt: given.now };
    const where = { numberId: number.id, sender: inbound.from };
    steps.push(
      conversation.version === 0
        ? { add: 'conversations', row: { ...where, ...moved }, exists: 'stale' }
        : { change: 'conversations', where: { ...where, version: conversation.version }, set: moved, none: 'stale' },
    );
  }
  const context = {
    now: given.now,
    ids: deps.ids,
    keyed: deps.keyed,
    organisationId: organisation.id,
    numberId: number.id,
    door: 'sms' as const,
    inboundId: given.inboundId,
    providerId: inbound.providerId,
    actor: 'sms',
  };
  steps.push(...planOf(decision.changes, decision.outgoing, context));
  return steps;
}
