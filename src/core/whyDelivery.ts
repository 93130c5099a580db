import type { Broadcast } from './broadcast.ts';
import { type ConsentEvent, type ConsentEventName, STANDING_AFTER, type StopScope } from './consent.ts';
import type { Delivery } from './delivery.ts';
import { audienceTest } from './draft.ts';
import { isMailAddress } from './mail.ts';
import type { Member, MemberStatus } from './member.ts';

/** How a person stood in a book: `none` = not in it yet, `gone` = erased. */
export type StatusThen = MemberStatus | 'none' | 'gone';

/** Why somebody did or did not get a broadcast; each has its sentence in i18n/pages/person (`person.why.<code>`). */
export type WhyCode =
  // The broadcast itself.
  | 'held'
  | 'unconfirmed'
  | 'scheduled'
  | 'missed'
  | 'cancelled_before'
  | 'cancelled_rest'
  | 'preparing'
  // The person, when it went out.
  | 'writer'
  | 'joined_after'
  | 'joined_meanwhile'
  | 'left_before'
  | 'left_between'
  | 'left_meanwhile'
  | 'pending_then'
  | 'asked_then'
  | 'paused_then'
  | 'refused_then'
  | 'banned_then'
  | 'unreachable_then'
  | 'erased'
  | 'stopped_number'
  | 'no_address'
  | 'not_in_audience'
  | 'not_in_audience_then'
  // One address.
  | 'chose_other'
  | 'provider_block'
  | 'mail_stopped'
  | 'shared'
  | 'delivered'
  | 'accepted'
  | 'mailed'
  | 'sending'
  | 'waiting'
  | 'waiting_paused'
  | 'waiting_quiet'
  | 'waiting_cap'
  | 'waiting_retry'
  | 'waiting_mail'
  | 'failed'
  | 'bounced'
  | 'cancelled'
  | 'removed'
  | 'late'
  | 'late_quiet'
  | 'late_refused'
  | 'uncertain'
  | 'unknown';

export type Why = {
  code: WhyCode;
  /** Which address it is about; null = the person or the broadcast as a whole. */
  by: 'sms' | 'mail' | null;
  /** When what it names happened, or will (`scheduled`, `waiting_quiet`); ms, null = nobody knows. */
  at: number | null;
  /** Did they get it: yes, no, or not settled. */
  got: boolean | null;
  /** The provider's code, where it has said one. */
  reason: string | null;
  /** The copy that it is about. */
  deliveryId: number | null;
  /** They came back after that, ms; null = they did not, or it does not matter. */
  backAt: number | null;
};

export type WhyCopy = Pick<
  Delivery,
  'id' | 'address' | 'status' | 'reason' | 'attempts' | 'dueAt' | 'createdAt' | 'settledAt'
> & {
  /** Written for another member of the book on the same address (B-40). */
  others: boolean;
  /** It came back later, ms. */
  bouncedAt: number | null;
};

export type WhyFacts = {
  now: number;
  broadcast: Pick<
    Broadcast,
    'status' | 'writer' | 'createdAt' | 'dueAt' | 'latestAt' | 'finishedAt' | 'fanCursor' | 'audience'
  >;
  /** Earliest and latest known time at which copies of it were written; null = there are none. */
  fanned: { from: number; to: number } | null;
  /** As it is now. */
  member: Pick<Member, 'id' | 'phone' | 'mail' | 'status' | 'since' | 'createdAt' | 'via' | 'labels' | 'fields'>;
  /** What the ledger says of them in this book and on its number, oldest first. */
  history: readonly Pick<ConsentEvent, 'at' | 'event' | 'rule'>[];
  /** In force now. */
  stops: readonly { scope: StopScope; by: 'sms' | 'mail'; since: number }[];
  /** At their addresses. */
  copies: readonly WhyCopy[];
  /** What holds copies now: quiet hours until then, the day's cost cap, no smarthost. */
  holds: { quietUntil: number | null; capReached: boolean; mailOut: boolean };
  /** Quiet hours lasted from its due time to its latest time (as the book is set now). */
  quietThroughout: boolean;
};

/** Pages of copies are written one after another, and receipts of the clock differ a little between machines. */
const FAN_SLACK = 60_000;

const AFTER: Partial<Record<ConsentEventName, StatusThen>> = { ...STANDING_AFTER, banned: 'banned', erased: 'gone' };
/** A mail address that came back too often leaves somebody without a phone out of reach (M-4). */
const statusAfter = ({ event, rule }: WhyFacts['history'][number]): StatusThen | undefined =>
  event === 'provider_blocked' && rule === 'M-4' ? 'unreachable' : AFTER[event];

export type Standing = { status: StatusThen; since: number | null };

/**
 * How they stood at `at`: from the last change on their row says so, before it the ledger does. What happened in the very
 * same millisecond counts as before, for leaving must win.
 */
export function standingAt({ member, history }: Pick<WhyFacts, 'member' | 'history'>, at: number): Standing {
  if (at >= member.since) return { status: member.status, since: member.since };
  let standing: Standing = { status: 'none', since: null };
  for (const line of history) {
    const status = statusAfter(line);
    if (line.at > at) break;
    if (status !== undefined) standing = { status, since: line.at };
  }
  // Rows from before the ledger knew them, or brought from elsewhere.
  if (standing.status === 'none' && history.length === 0 && member.createdAt <= at)
    return { status: 'active', since: member.createdAt };
  return standing;
}

const NOT_THEN: Partial<Record<StatusThen, WhyCode>> = {
  pending: 'pending_then',
  asked: 'asked_then',
  paused: 'paused_then',
  refused: 'refused_then',
  banned: 'banned_then',
  unreachable: 'unreachable_then',
  gone: 'erased',
};

/** The answers to "why did or didn't they get it?": one for the person, or one for each of their addresses; never none. */
export function whyDelivery(facts: WhyFacts): Why[] {
  const { broadcast, member, copies } = facts;
  const begun = beginning(facts);
  if (begun && copies.length === 0) return [begun];
  if (broadcast.writer !== '' && (broadcast.writer === member.phone || broadcast.writer === member.mail))
    return [answer('writer', { got: false })];

  const own = copies.filter(({ others }) => !others);
  const then = own.length > 0 ? null : notThen(facts);
  const shared = copies.filter(({ others }) => others).map((copy) => ofCopy(facts, copy, true));
  if (then) return [then, ...shared];

  const lines: Why[] = [];
  for (const by of ['sms', 'mail'] as const) {
    const address = by === 'sms' ? member.phone : member.mail;
    const copy = copies.find((each) => each.address === address);
    if (copy) lines.push(ofCopy(facts, copy, copy.others));
    else if (address !== null) lines.push(withoutCopy(facts, by));
  }
  // An address that they had when it went out and have no more.
  for (const copy of own)
    if (copy.address !== member.phone && copy.address !== member.mail) lines.push(ofCopy(facts, copy, false));
  return lines.length > 0 ? lines : [answer('no_address', { got: false })];
}

const answer = (code: WhyCode, more: Partial<Why> = {}): Why => ({
  code,
  by: null,
  at: null,
  got: null,
  reason: null,
  deliveryId: null,
  backAt: null,
  ...more,
});

/** Nobody has got it, or not yet. */
function beginning({ broadcast, fanned }: WhyFacts): Why | null {
  const { status, dueAt, createdAt, latestAt, finishedAt } = broadcast;
  if (status === 'held') return answer('held', { at: createdAt });
  if (status === 'expired') return answer('unconfirmed', { at: finishedAt, got: false });
  if (status === 'scheduled') return answer('scheduled', { at: dueAt });
  if (status === 'missed' && fanned === null) return answer('missed', { at: latestAt, got: false });
  if (status === 'cancelled' && fanned === null) return answer('cancelled_before', { at: finishedAt, got: false });
  return null;
}

const BACK: ReadonlySet<ConsentEventName> = new Set(['joined', 'approved', 'added', 'imported', 'resumed', 'stayed']);
const LEFT: ReadonlySet<ConsentEventName> = new Set(['left', 'left_all']);

/** When they were in again after `at`. */
const backAfter = ({ history }: WhyFacts, at: number): number | null =>
  history.find((line) => line.at > at && BACK.has(line.event))?.at ?? null;

/** They were not one of those whom it went to; null = as far as anybody can tell they were. */
function notThen(facts: WhyFacts): Why | null {
  const { broadcast, fanned, history, member } = facts;
  const at = fanned?.from ?? broadcast.dueAt;
  const end = (fanned?.to ?? broadcast.dueAt) + FAN_SLACK;
  const { status, since } = standingAt(facts, at);
  if (status === 'none') {
    const first = history.find((line) => statusAfter(line) === 'active')?.at ?? member.createdAt;
    return answer(first <= end ? 'joined_meanwhile' : 'joined_after', { at: first, got: false });
  }
  const times = { at: since, got: false, backAt: since === null ? null : backAfter(facts, since) };
  if (status === 'unsubscribed') {
    const everywhere = history.some((line) => line.event === 'left_all' && line.at === since);
    if (everywhere) return answer('stopped_number', times);
    const back = times.backAt;
    if (back !== null && back <= end) return answer('joined_meanwhile', { at: back, got: false });
    return answer(since !== null && since > broadcast.createdAt ? 'left_between' : 'left_before', times);
  }
  const code = NOT_THEN[status];
  if (code) return answer(code, times);
  // A member as it began: a leave while the copies were being written still kept theirs back.
  const left = history.find((line) => LEFT.has(line.event) && line.at > at && line.at <= end);
  if (left) return answer('left_meanwhile', { at: left.at, got: false, backAt: backAfter(facts, left.at) });
  if (broadcast.fanCursor !== null && broadcast.status !== 'cancelled' && member.id > broadcast.fanCursor)
    return answer('preparing', { at });
  const { audience } = broadcast;
  if (audience !== null && !audienceTest(audience)(member)) return answer('not_in_audience', { got: false });
  if (member.phone === null && member.mail === null) return answer('no_address', { got: false });
  return null;
}

/** A member then, as far as anybody can tell, and yet nothing was written to this address. */
function withoutCopy(facts: WhyFacts, by: 'sms' | 'mail'): Why {
  const { broadcast, member, stops, copies, fanned } = facts;
  const stop = stops.find((each) => each.by === by && each.since <= (fanned?.to ?? broadcast.dueAt) + FAN_SLACK);
  const no = { by, got: false } as const;
  if (stop?.scope === 'provider')
    return answer(by === 'mail' ? 'mail_stopped' : 'provider_block', { ...no, at: stop.since });
  if (stop?.scope === 'number') return answer('stopped_number', { ...no, at: stop.since });
  if (stop?.scope === 'book') return answer('left_before', { ...no, at: stop.since });
  if (member.via === (by === 'sms' ? 'mail' : 'sms')) return answer('chose_other', no);
  if (broadcast.status === 'cancelled') return answer('cancelled_rest', { ...no, at: broadcast.finishedAt });
  if (broadcast.status === 'missed') return answer('missed', { ...no, at: broadcast.latestAt });
  // Their labels or fields may have been others then; nobody keeps what they were.
  if (broadcast.audience !== null && copies.length === 0) return answer('not_in_audience_then', no);
  return answer('unknown', no);
}

const WITHHELD: Readonly<Record<string, WhyCode>> = {
  stop_on_number: 'stopped_number',
  provider_block: 'provider_block',
  removed: 'removed',
  paused: 'paused_then',
  asked: 'asked_then',
  banned: 'banned_then',
  refused: 'refused_then',
  pending: 'pending_then',
  unreachable: 'unreachable_then',
  unsubscribed: 'left_meanwhile',
  left: 'left_meanwhile',
  erased: 'erased',
  cancelled: 'cancelled',
};

/** What became of one copy. `others`: it was another's, on the same phone. */
function ofCopy(facts: WhyFacts, copy: WhyCopy, others: boolean): Why {
  const one = { ...oneCopy(facts, copy), deliveryId: copy.id, by: isMailAddress(copy.address) ? 'mail' : 'sms' } as Why;
  return others ? { ...one, code: 'shared', reason: null, backAt: null } : one;
}

function oneCopy(facts: WhyFacts, copy: WhyCopy): Why {
  const { status, reason, settledAt, bouncedAt } = copy;
  const said = { at: settledAt, reason: reason === '' ? null : reason };
  if (bouncedAt !== null) return answer('bounced', { at: bouncedAt, got: false, reason: said.reason });
  switch (status) {
    case 'queued':
      return waiting(facts, copy);
    case 'claimed':
      return answer('sending');
    case 'accepted':
    case 'sent':
      return isMailAddress(copy.address)
        ? answer('mailed', { at: settledAt, got: true })
        : answer('accepted', { at: settledAt });
    case 'delivered':
      return answer('delivered', { at: settledAt, got: true });
    case 'undelivered':
    case 'failed':
      return answer(reason === '21610' || reason === 'provider_block' ? 'provider_block' : 'failed', {
        ...said,
        got: false,
      });
    case 'uncertain':
      return answer('uncertain', said);
    case 'expired': {
      const code = reason !== null && reason !== 'too_late' ? 'late_refused' : 'late';
      return answer(facts.quietThroughout && code === 'late' ? 'late_quiet' : code, { ...said, got: false });
    }
    case 'cancelled':
      return withheld(facts, copy);
  }
}

/**
 * A stop at the provider cancels what is queued with the same word as a leave does; the ledger knows which of the two it
 * was.
 */
function withheld(facts: WhyFacts, { reason, settledAt }: WhyCopy): Why {
  const code = WITHHELD[reason ?? ''];
  if (code === undefined) return answer('failed', { at: settledAt, got: false, reason });
  if (code !== 'left_meanwhile')
    return answer(code, { at: settledAt, got: false, backAt: code === 'cancelled' ? null : later(facts, settledAt) });
  const until = settledAt ?? facts.now;
  const cause = facts.history.findLast(
    (line) => line.at <= until && (LEFT.has(line.event) || line.event === 'provider_blocked' || BACK.has(line.event)),
  );
  if (cause?.event === 'provider_blocked') return answer('provider_block', { at: cause.at, got: false });
  const at = cause && LEFT.has(cause.event) ? cause.at : settledAt;
  return answer('left_meanwhile', { at, got: false, backAt: later(facts, at) });
}

const later = (facts: WhyFacts, at: number | null): number | null => (at === null ? null : backAfter(facts, at));

function waiting({ broadcast, holds, now }: WhyFacts, { address, reason, attempts, dueAt }: WhyCopy): Why {
  const byMail = isMailAddress(address);
  if (broadcast.status === 'paused') return answer('waiting_paused');
  if (byMail && !holds.mailOut) return answer('waiting_mail');
  const quiet = holds.quietUntil ?? (reason === 'quiet_hours' && dueAt > now ? dueAt : null);
  if (quiet !== null) return answer('waiting_quiet', { at: quiet });
  if (!byMail && (reason === 'quota' || holds.capReached))
    return answer('waiting_cap', { at: dueAt > now ? dueAt : null });
  if (attempts > 0) return answer('waiting_retry', { at: dueAt, reason });
  return answer('waiting', { at: dueAt > now ? dueAt : null });
}
