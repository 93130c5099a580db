import type { Book } from './book.ts';
import { type ConsentEvent, type ConsentEventName, STANDING_AFTER, type Stop } from './consent.ts';
import { emptyState } from './conversation.ts';
import { decide } from './decide.ts';
import type { Change, Decision, Outgoing } from './decision.ts';
import type { Inbound, InboundText } from './inbound.ts';
import type { MemberStatus } from './member.ts';
import { type Outcome, outcomeOf } from './outcome.ts';
import { madeUp } from './personas.ts';
import type { BookView, Snapshot } from './snapshot.ts';
import { MONTH } from './turn.ts';

/** Settings that decide what a text does or what it is answered; others do not change what came of one. */
export const DECIDING = [
  'keyword',
  'main',
  'optIn',
  'approval',
  'senders',
  'confirmAbove',
  'leaving',
  'replies',
] as const satisfies readonly (keyof Book)[];

/** Books by id, each with what would be other about it. */
export type Edits = ReadonlyMap<string, Partial<Pick<Book, (typeof DECIDING)[number]>>>;

const STATUS: Partial<Record<ConsentEventName, MemberStatus>> = { ...STANDING_AFTER, banned: 'banned' };

type Fact = Pick<ConsentEvent, 'at' | 'bookId' | 'event'>;

/**
 * Where somebody stood in a book just before `at`, from their lines in the ledger (oldest first); null: it says nothing.
 * What a text itself did carries the text's own time and does not count.
 */
export function stoodAt(
  events: readonly Fact[],
  bookId: string,
  at: number,
): { status: MemberStatus; since: number } | null {
  let stood: { status: MemberStatus; since: number } | null = null;
  for (const { at: since, bookId: where, event } of events) {
    if (since >= at) break;
    const status = STATUS[event];
    if (status === undefined || (where === null ? event !== 'left_all' : where !== bookId)) continue;
    // Leaving everything says nothing new of a book that they were not in.
    if (where === null && stood === null) continue;
    stood = { status, since };
  }
  return stood;
}

/**
 * What is known today of a sender, as it was just before a text of theirs: memberships by the ledger, else by the rows of
 * today; no memory of what was said and asked, but for the book that the text went to.
 */
export function snapshotThen(
  today: Snapshot,
  inbound: Pick<Inbound, 'sender' | 'bookId' | 'at'>,
  events: readonly Fact[],
  counts: ReadonlyMap<string, number>,
): Snapshot {
  const { sender, at } = inbound;
  const before = (stop: Stop | null): Stop | null => (stop !== null && stop.since < at ? stop : null);
  const books = today.books.map((view): BookView => {
    const stood = stoodAt(events, view.book.id, at);
    return {
      ...view,
      book: { ...view.book, storm: { recent: [], brakedUntil: null }, crisis: null },
      ...(stood === null
        ? { members: view.members.filter(({ createdAt }) => createdAt < at), stop: before(view.stop) }
        : standing(view, stood, sender)),
      activeCount: counts.get(view.book.id) ?? 0,
      lastCopyAt: null,
    };
  });
  const state = emptyState();
  // Whoever was in some book had been written to by it; others are sorted as a stranger's text is.
  if (inbound.bookId !== null && books.some(({ members }) => members.length > 0))
    state.lastBook = { id: inbound.bookId, at: at - 1 };
  return {
    ...today,
    books,
    conversation: { numberId: today.number.id, sender, state, version: 0, updatedAt: 0 },
    stopOnNumber: before(today.stopOnNumber),
    stopAtProvider: before(today.stopAtProvider),
    held: [],
  };
}

function standing(view: BookView, { status, since }: { status: MemberStatus; since: number }, sender: string) {
  const leftAt = status === 'unsubscribed' ? since : null;
  const members =
    view.members.length > 0
      ? view.members.map((member) => ({ ...member, status, since, leftAt }))
      : [{ ...madeUp(view, status, since, sender), leftAt }];
  const stop: Stop | null =
    status !== 'unsubscribed'
      ? null
      : (view.stop ?? {
          scope: 'book',
          scopeId: view.book.id,
          addressHash: '',
          address: sender,
          since,
          how: 'sms B-11',
        });
  return { members, stop };
}

/** The same books with other settings; the main one first, as a snapshot has them. */
export function withEdits(snapshot: Snapshot, edits: Edits): Snapshot {
  const books = snapshot.books.map((view) => ({ ...view, book: { ...view.book, ...edits.get(view.book.id) } }));
  return { ...snapshot, books: books.sort((a, b) => Number(b.book.main) - Number(a.book.main)) };
}

/** Decided by what the sender's phone did or by what was asked before: no setting has a say, or it is not known any more. */
export function replays({ kind, rule, also, door, sender }: Inbound): 'same' | 'unknown' | 'decide' {
  if (kind === 'reaction' || kind === 'auto_reply' || rule === 'B-31') return 'same';
  // A crisis and its roll call are over, and a PIN is kept nowhere (B-60 to B-62).
  const inCrisis = rule === 'B-60' || rule === 'B-61' || rule === 'B-62';
  const asked = kind === 'answer' || inCrisis || also.includes('B-29');
  return door !== 'sms' || asked || sender === '' ? 'unknown' : 'decide';
}

/** The stored text as it came in, as far as the row still says. */
export function asItCame(inbound: Inbound, number: string): InboundText {
  const { rule, also, kind } = inbound;
  const byProvider = rule === 'B-44' || also.includes('B-44');
  return {
    providerId: inbound.providerId,
    from: inbound.sender,
    to: number,
    text: inbound.text,
    mediaCount: inbound.mediaCount,
    missingPart: rule === 'B-35' || also.includes('B-35'),
    optOut: !byProvider
      ? null
      : kind === 'leave'
        ? 'STOP'
        : kind === 'help'
          ? 'HELP'
          : kind === 'join'
            ? 'START'
            : null,
    providerAt: inbound.providerAt,
  };
}

/** What one text comes to, with what whoever wrote it would hear. */
export type Came = { outcome: Outcome; rule: string | null; bookId: string | null; said: Outgoing[] };

/** Decides one text twice. null: nobody would have noticed a difference. */
export function difference(
  then: Snapshot,
  edits: Edits,
  text: InboundText,
  at: number,
): { before: Came; after: Came } | null {
  const given = { now: at, inboundId: 'replay', broadcastId: 'replay', code: '0000' };
  const before = decide(then, text, given);
  const after = decide(withEdits(then, edits), text, given);
  return noticed(before) === noticed(after) ? null : { before: came(before, text), after: came(after, text) };
}

const came = (decision: Decision, { from }: InboundText): Came => ({
  outcome: outcomeOf(decision),
  rule: decision.rule,
  bookId: decision.bookId,
  said: decision.outgoing.filter(({ to }) => to === from),
});

/** All of a decision that somebody sees: what became of it, who changes how, and what goes to whom. Not its rule alone. */
function noticed(decision: Decision): string {
  const { bookId, changes, outgoing } = decision;
  return JSON.stringify([outcomeOf(decision), bookId, changes.map(seenOf), outgoing]);
}

function seenOf(change: Change): unknown {
  switch (change.do) {
    case 'set_member':
      return [change.do, change.member.bookId, change.status];
    case 'create_member':
      return [change.do, change.bookId, change.status];
    case 'create_broadcast':
      return [change.do, change.book.id, change.status, change.text];
    default:
      return change.do;
  }
}

/** How far back texts are decided anew; the same span as the toolbox speaks of. */
export const REPLAY_DAYS = 90;
export const REPLAY_MS = 3 * MONTH;
