import type { Broadcast } from '../core/broadcast.ts';
import type { Outgoing } from '../core/decision.ts';
import { ASKED_FOR, decideAskedTimeout, decidePauseEnd } from '../core/settleAsked.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Step, Store } from '../ports/store.ts';
import { tidyAccounts } from './account/tidy.ts';
import { breath } from './breath.ts';
import { askSilent, closeRollCalls } from './crisisHouse.ts';
import { noticeSteps } from './desk/sendBroadcast.ts';
import { whoGetsIt } from './desk/whoGetsIt.ts';
import { tidyJoinForms } from './join/tidy.ts';
import { logStep, type PlanContext, planOf } from './plan.ts';
import { tidyMail } from './tidyMail.ts';

/**
 * What time itself causes: sealing the ledger, questions that nobody answered, held messages that nobody confirmed,
 * pauses that are over, scheduled broadcasts that fall due, crises that are over, and the minute's notice of who left. Every round is safe to
 * run in several processes at once: each change is guarded, and whoever comes second changes nothing.
 */
export type HousekeepingDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed; log: Log };

/** B-21: a SÄND code holds for ten minutes; the link to a mail for a day (M-2). */
const HELD_MS = 10 * 60_000;
const HELD_MAIL_MS = 24 * 3_600_000;
const MINUTE_MS = 60_000;
const PAGE = 200;

const CHORES = [
  sealLedger,
  settleAsked,
  endPauses,
  expireHeld,
  startScheduled,
  tellLeaves,
  askSilent,
  closeRollCalls,
  tidyAccounts,
  dropUploads,
  tidyMail,
  tidyJoinForms,
];

/**
 * One round; meant to be called every second or so. A chore that fails (a ledger that does not hold is not sealed) must
 * not keep the others from theirs; the first fault is thrown when all had their turn, and the caller logs it.
 */
export async function keepHouse(deps: HousekeepingDeps): Promise<void> {
  const faults: unknown[] = [];
  for (const chore of CHORES) await chore(deps).catch((fault: unknown) => faults.push(fault));
  if (faults.length > 0) throw faults[0];
}

/** A list that somebody uploaded holds many people: its text and its report are kept for a day at most. */
const UPLOAD_MS = 24 * 3_600_000;

async function dropUploads({ store, clock }: HousekeepingDeps): Promise<void> {
  const ids = await store.reads.uploadsBefore(clock.now() - UPLOAD_MS, PAGE);
  const gone = (id: string) =>
    [
      { remove: 'uploadPieces', where: { uploadId: id } },
      { remove: 'uploads', where: { id } },
    ] as const;
  if (ids.length > 0) await store.commit(ids.flatMap(gone));
}

/** After an import there are many: others are served between them. */
const SEALED_AT_ONCE = 250;

async function sealLedger({ store }: HousekeepingDeps): Promise<void> {
  while ((await store.ledger.seal(SEALED_AT_ONCE)) === SEALED_AT_ONCE) await breath();
}

async function settleAsked(deps: HousekeepingDeps): Promise<void> {
  const now = deps.clock.now();
  for (const member of await deps.store.reads.membersDue('asked', now - ASKED_FOR, PAGE)) {
    const book = await deps.store.reads.bookById(member.bookId);
    if (!book) continue;
    const functionaries = await deps.store.reads.functionaries(book.id);
    const { changes, outgoing } = decideAskedTimeout({ book, functionaries }, member, now);
    await deps.store.commit(planOf(changes, outgoing, contextOf(book, now, deps)));
  }
}

async function endPauses(deps: HousekeepingDeps): Promise<void> {
  const now = deps.clock.now();
  for (const member of await deps.store.reads.membersDue('paused', now, PAGE)) {
    const book = await deps.store.reads.bookById(member.bookId);
    if (!book) continue;
    const changes = decidePauseEnd(member, now);
    if (changes) await deps.store.commit(planOf(changes, [], contextOf(book, now, deps)));
  }
}

async function expireHeld(deps: HousekeepingDeps): Promise<void> {
  const now = deps.clock.now();
  for (const broadcast of await deps.store.reads.broadcastsDue('held', now - HELD_MS)) {
    if (broadcast.door === 'mail' && broadcast.createdAt > now - HELD_MAIL_MS) continue;
    const change = { do: 'expire_broadcast' as const, id: broadcast.id, version: broadcast.version };
    await deps.store.commit(planOf([change], [], contextOf(broadcast, now, deps)));
  }
}

/** A scheduled broadcast that is due goes out; one whose latest time has passed is missed and asked about (document 2). */
async function startScheduled(deps: HousekeepingDeps): Promise<void> {
  const now = deps.clock.now();
  for (const broadcast of await deps.store.reads.broadcastsDue('scheduled', now)) {
    const missed = now > broadcast.latestAt;
    const set = missed
      ? { status: 'missed' as const, fanCursor: null, finishedAt: now, version: broadcast.version + 1 }
      : { status: 'sending' as const, version: broadcast.version + 1 };
    const context = contextOf(broadcast, now, deps);
    const notices = missed ? [] : await startNotices(broadcast, now, deps);
    await deps.store.commit([
      {
        change: 'broadcasts',
        where: { id: broadcast.id, version: broadcast.version, status: 'scheduled' },
        set,
        none: 'stale',
      },
      logStep(
        broadcast.bookId,
        missed ? 'broadcast_missed' : 'broadcast_started',
        { broadcast: broadcast.id },
        context,
      ),
      ...notices,
    ]);
  }
}

/** T-7, once it goes out: functionaries of a scheduled broadcast hear of it then, not when it was written. */
async function startNotices(broadcast: Broadcast, now: number, { store }: HousekeepingDeps): Promise<Step[]> {
  const { bookId, numberId, writer } = broadcast;
  const book = await store.reads.bookById(bookId);
  if (!book?.tellBroadcast) return [];
  const audience = broadcast.audience;
  const [functionaries, { recipients }] = await Promise.all([
    store.reads.functionaries(bookId),
    whoGetsIt(store.reads, { bookId, numberId, writer }, audience, now),
  ]);
  return noticeSteps(book, functionaries, broadcast, recipients, now);
}

/**
 * T-7: the first who leaves a book in a minute is told of by name at once (the decision does that); whoever else left in
 * that minute is counted here, once the minute is over. `onceKey` keeps it to one notice however often this runs.
 */
async function tellLeaves(deps: HousekeepingDeps): Promise<void> {
  const now = deps.clock.now();
  const end = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  for (const { bookId, count } of await deps.store.reads.leavesBetween(end - MINUTE_MS, end)) {
    if (count < 2) continue;
    const book = await deps.store.reads.bookById(bookId);
    if (!book?.tellLeave) continue;
    const outgoing = (await deps.store.reads.functionaries(bookId)).map(
      (to): Outgoing => ({
        kind: 'notice',
        to,
        bookId,
        locale: book.locale,
        reply: { key: 'noticeLeftMany', params: { book: book.smsName, count: count - 1 } },
        onceKey: `left-many:${bookId}:${to}:${end}`,
      }),
    );
    await deps.store.commit(planOf([], outgoing, contextOf(book, now, deps)));
  }
}

function contextOf(of: { organisationId: string; numberId: string }, now: number, deps: HousekeepingDeps): PlanContext {
  return {
    now,
    ids: deps.ids,
    keyed: deps.keyed,
    organisationId: of.organisationId,
    numberId: of.numberId,
    door: 'clock',
    inboundId: null,
    providerId: '',
    actor: 'clock',
  };
}
