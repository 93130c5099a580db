import type { Broadcast } from '../core/broadcast.ts';
import type { RollCall } from '../core/crisis.ts';
import type { Outgoing } from '../core/decision.ts';
import type { Ids } from '../ports/clock.ts';
import type { Step, Store } from '../ports/store.ts';
import { deliverySteps, logStep, setBook } from './plan.ts';

type Deps = { store: Store; clock: { now(): number }; ids: Ids };

/** A crisis is over by time alone; what is left is to count it, to write that down and to tell the functionaries once. */
export async function closeRollCalls(deps: Deps): Promise<void> {
  const { store, clock, ids } = deps;
  const now = clock.now();
  for (const call of await store.reads.rollCallsDue('over', now)) {
    const book = await store.reads.bookById(call.bookId);
    if (!book) continue;
    const [figures, functionaries] = await Promise.all([
      store.reads.rollFigures(call),
      store.reads.functionaries(book.id),
    ]);
    const { organisationId, numberId } = book;
    const context = { now, ids, organisationId, actor: 'clock' };
    const notices = functionaries.map(
      (to): Outgoing => ({
        kind: 'notice',
        to,
        bookId: book.id,
        locale: book.locale,
        reply: { key: 'noticeCrisisEnd', params: { book: book.smsName, ...figures } },
        onceKey: `crisis-end:${call.id}:${to}`,
      }),
    );
    // A stale guard: another process was first, or the book changed just now; the next round looks again.
    await store.commit([
      closing(call),
      ...(book.crisis?.rollCallId === call.id ? [setBook(book, { crisis: null })] : []),
      logStep(book.id, 'crisis_ended', { roll_call: call.id, ...figures }, context),
      ...deliverySteps(notices, { now, organisationId, numberId, inboundId: null }),
    ]);
  }
}

const closing = ({ id, version, endsAt }: RollCall): Step => ({
  change: 'rollCalls',
  where: { id, version },
  set: { endedAt: endsAt, version: version + 1 },
  none: 'stale',
});

/**
 * Whoever has not answered gets the question once more, by the way that it has not taken yet: by mail, where a text was all
 * they got, and on their second number. A broadcast of its own, so that the first one's count stays what it was; its
 * copies pass the one gate like all others.
 */
export async function askSilent({ store, clock, ids }: Deps): Promise<void> {
  const now = clock.now();
  for (const call of await store.reads.rollCallsDue('silent', now)) {
    const first = call.broadcastId === null ? null : await store.reads.broadcast(call.broadcastId);
    const asks = first !== null && first.status !== 'cancelled';
    const people = asks ? await store.reads.rollReachable(call) : 0;
    const { organisationId, bookId } = call;
    const context = { now, ids, organisationId, actor: 'clock' };
    const reminded: Step = {
      change: 'rollCalls',
      where: { id: call.id, version: call.version },
      set: { remindedAt: now, version: call.version + 1 },
      none: 'stale',
    };
    if (first === null || people === 0) {
      await store.commit([reminded, logStep(bookId, 'crisis_reminded', { roll_call: call.id, people: 0 }, context)]);
      continue;
    }
    const again = againOf(first, ids.next(now), call, now);
    const asked = { rollCallId: call.id, startedAt: call.startedAt, first: first.id, broadcastId: again.id, at: now };
    await store.commit([
      reminded,
      { add: 'broadcasts', row: again, exists: 'stale' },
      { askAgain: { ...asked, by: 'mail' } },
      { askAgain: { ...asked, by: 'otherPhone' } },
      logStep(bookId, 'crisis_reminded', { roll_call: call.id, broadcast: again.id, people }, context),
    ]);
  }
}

/** Its copies are written with it: there is nobody left to fan out to. Asked after the end, it would only frighten. */
const againOf = (first: Broadcast, id: string, { endsAt }: RollCall, now: number): Broadcast => ({
  ...first,
  id,
  status: 'sending',
  dueAt: now,
  latestAt: endsAt,
  fanCursor: null,
  pausedFor: null,
  audience: null,
  reports: 'never',
  subject: null,
  mailId: null,
  createdAt: now,
  finishedAt: null,
  version: 1,
});
