import type { Change, Outgoing } from '../core/decision.ts';
import { isMailLine } from '../core/mail.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import type { WorkerEvent } from '../ports/workerEvent.ts';
import { bounceRow, scoreAddress } from './bounces.ts';
import { changeBroadcast } from './broadcasts.ts';
import { type PlanContext, planOf } from './plan.ts';

/**
 * What the worker found out while sending, as changes: a provider's block is mirrored (B-44), a refused account pauses
 * the broadcast (F9), what was too late is told (F10). Acting twice on one event does no harm.
 */
export type DeliveryEventDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed; log: Log };

/** Document 6: filtered copies above this share stop a run; a few of a small one are chance. */
const FILTERED = { share: 0.02, least: 5 };

type Place = { organisationId: string; numberId: string };

export function createDeliveryEvents(deps: DeliveryEventDeps): (event: WorkerEvent) => Promise<void> {
  const { store, clock } = deps;
  const commit = async (changes: readonly Change[], outgoing: readonly Outgoing[], place: Place): Promise<void> => {
    await store.commit(planOf(changes, outgoing, contextOf(place, clock.now(), deps)));
  };
  const logLine = (
    event: string,
    bookId: string | null,
    details: Extract<Change, { do: 'log' }>['details'],
  ): Change => ({
    do: 'log',
    bookId,
    event,
    details,
  });

  return async (event) => {
    switch (event.kind) {
      case 'provider_blocked':
        await commit(
          [
            {
              do: 'stop',
              scope: 'provider',
              scopeId: event.numberId,
              address: event.address,
              how: `provider ${event.reason}`,
            },
            {
              do: 'consent',
              bookId: event.bookId,
              event: 'provider_blocked',
              rule: 'B-44',
              address: event.address,
              name: '',
              text: '',
            },
            { do: 'cancel_copies', bookId: null, address: event.address },
            logLine('provider_blocked', event.bookId, { delivery: event.deliveryId, code: event.reason }),
          ],
          [],
          event,
        );
        return;
      case 'address_bad':
        if (isMailLine(event.numberId)) await refusedMail(event);
        await commit(
          [logLine(event.kind, event.bookId, { delivery: event.deliveryId, code: event.reason })],
          [],
          event,
        );
        return;
      case 'fault':
        await commit(
          [logLine(event.kind, event.bookId, { delivery: event.deliveryId, code: event.reason })],
          [],
          event,
        );
        return;
      case 'flagged':
        await flagged(event);
        return;
      case 'configuration':
        await pauseRun(event);
        return;
      case 'quota': {
        const broadcast = await store.reads.broadcast(event.broadcastId);
        if (broadcast)
          await commit([logLine('daily_cap_reached', broadcast.bookId, { day: event.day })], [], broadcast);
        return;
      }
      case 'uncertain': {
        const broadcast = event.broadcastId ? await store.reads.broadcast(event.broadcastId) : null;
        deps.log.warn(
          { delivery: event.deliveryId },
          'nobody can tell whether the provider took a message; it is not sent again',
        );
        if (broadcast)
          await commit([logLine('uncertain', broadcast.bookId, { delivery: event.deliveryId })], [], broadcast);
        return;
      }
      case 'late':
        deps.log.warn(
          { broadcast: event.broadcastId, count: event.count },
          'messages passed their latest time and were not sent',
        );
        return;
      case 'finished':
        await tellMissed(event.broadcastId);
        return;
    }
  };

  /** The smarthost knows at once what a report would say later: no such address. Told twice, it counts once. */
  async function refusedMail(event: Extract<WorkerEvent, { kind: 'address_bad' }>): Promise<void> {
    const sent = { ...event, id: event.deliveryId, memberId: null, providerId: null };
    const row = bounceRow(sent, { kind: 'hard', code: event.reason }, clock.now(), deps);
    await store.commit([{ add: 'bounces', row, exists: 'ignore' }]);
    await scoreAddress(event.address, event.organisationId, deps);
  }

  /** F9: the account or the sender is refused. The broadcast waits for a person, and the people who run it are told. */
  async function pauseRun(event: Extract<WorkerEvent, { kind: 'configuration' }>): Promise<void> {
    deps.log.error(
      { number: event.numberId, code: event.code, scope: event.scope },
      'the provider refuses our account or sender',
    );
    if (event.broadcastId) await pauseAndTell(event.broadcastId, event.code);
  }

  async function pauseAndTell(broadcastId: string, code: string): Promise<void> {
    const { ok, broadcast } = await changeBroadcast(broadcastId, 'pause', { actor: 'worker', reason: code }, deps);
    if (ok)
      await notify(broadcast.bookId, broadcast, `paused:${broadcastId}:${code}:${broadcast.version}`, (book) => ({
        key: 'noticePaused',
        params: { book, code },
      }));
  }

  /** Document 6, 30007: carriers filter what looks like spam; past two copies in a hundred it is stopped and told. */
  async function flagged(event: Extract<WorkerEvent, { kind: 'flagged' }>): Promise<void> {
    await commit([logLine('flagged', event.bookId, { delivery: event.deliveryId, code: event.reason })], [], event);
    if (event.reason !== '30007' || !event.broadcastId) return;
    const filtered = await store.reads.failedFor(event.broadcastId, '30007');
    const counts = await store.reads.deliveryCounts(event.broadcastId);
    const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
    if (filtered < FILTERED.least || filtered <= all * FILTERED.share) return;
    await pauseAndTell(event.broadcastId, '30007');
  }

  /** F10: what was not sent in time is told once, when everything else has ended. */
  async function tellMissed(broadcastId: string): Promise<void> {
    const broadcast = await store.reads.broadcast(broadcastId);
    const count = (await store.reads.deliveryCounts(broadcastId)).expired ?? 0;
    if (!broadcast || count === 0) return;
    await notify(broadcast.bookId, broadcast, `missed:${broadcastId}`, (book) => ({
      key: 'noticeMissed',
      params: { book, count },
    }));
  }

  async function notify(
    bookId: string,
    place: Place,
    once: string,
    reply: (book: string) => Outgoing['reply'],
  ): Promise<void> {
    const book = await store.reads.bookById(bookId);
    if (!book) return;
    const outgoing = (await store.reads.functionaries(bookId)).map(
      (to): Outgoing => ({
        kind: 'notice',
        to,
        bookId,
        locale: book.locale,
        reply: reply(book.smsName),
        onceKey: `${once}:${to}`,
      }),
    );
    await commit([logLine(once.split(':')[0] ?? once, bookId, { key: once })], outgoing, place);
  }
}

function contextOf(place: Place, now: number, deps: DeliveryEventDeps): PlanContext {
  return {
    now,
    ids: deps.ids,
    keyed: deps.keyed,
    organisationId: place.organisationId,
    numberId: place.numberId,
    door: 'provider',
    inboundId: null,
    providerId: '',
    actor: 'worker',
  };
}
