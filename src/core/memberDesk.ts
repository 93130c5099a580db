import { type ConsentEvent, type ConsentEventName, STANDING_AFTER, type Stop } from './consent.ts';
import type { Change } from './decision.ts';
import type { Member, MemberStatus } from './member.ts';

/** What the owner does with one member (T-12). Nobody who left comes back by any of it (S3-14). */
export type MemberAct = 'pause' | 'resume' | 'ban' | 'unban' | 'remove';
export type MemberActRefusal =
  /** They left themselves: only they can come back. */
  | 'left'
  /** They said that they want a pause; it is theirs to end. */
  | 'own_pause'
  /** A question about leaving waits for their answer (B-13). */
  | 'asked'
  | 'banned'
  /** Nothing to do: not paused, not banned, not a member whom one could pause. */
  | 'not_so';

/** The rule of what the owner does, in the ledger. */
export const DESK = 'desk';

/** What is known of their addresses: stops of this book and its number, and the ledger of this book, oldest first. */
export type MemberPast = {
  stops: readonly Pick<Stop, 'since'>[];
  history: readonly Pick<ConsentEvent, 'event' | 'rule'>[];
};

export type MemberDecision =
  | { ok: true; changes: Change[]; status: MemberStatus }
  | { ok: false; why: MemberActRefusal };

/** `until`: when a pause ends by itself, ms; null = when somebody ends it. */
export function decideMember(
  act: Exclude<MemberAct, 'remove'>,
  member: Member,
  past: MemberPast,
  until: number | null = null,
): MemberDecision {
  const { status } = member;
  switch (act) {
    case 'pause':
      if (status !== 'active' && status !== 'paused') return refused(status);
      if (status === 'paused' && isOwnPause(past)) return { ok: false, why: 'own_pause' };
      return settled(member, 'paused', 'paused', { pausedUntil: until });
    case 'resume':
      if (status !== 'paused') return refused(status);
      if (past.stops.length > 0) return { ok: false, why: 'left' };
      if (isOwnPause(past)) return { ok: false, why: 'own_pause' };
      return settled(member, 'active', 'resumed', { pausedUntil: null });
    case 'ban':
      // The date of their own pause is kept: a ban that is lifted gives it back (B-50).
      return status === 'banned'
        ? { ok: false, why: 'not_so' }
        : settled(member, 'banned', 'banned', { pausedUntil: member.pausedUntil });
    case 'unban': {
      if (status !== 'banned') return { ok: false, why: 'not_so' };
      const left = [...past.stops].sort((a, b) => b.since - a.since)[0];
      if (left) return settled(member, 'unsubscribed', null, { leftAt: left.since });
      const before = beforeBan(past);
      const pausedUntil = before === 'paused' ? member.pausedUntil : null;
      return settled(member, before, before === 'active' ? 'resumed' : null, { pausedUntil });
    }
  }
}

/** A row may be removed where nothing is locked by it: stops outlive the row (B-41), a ban or a question would not. */
export function mayRemove({ status }: Pick<Member, 'status'>): { ok: true } | { ok: false; why: MemberActRefusal } {
  if (status === 'banned') return { ok: false, why: 'banned' };
  if (status === 'unsubscribed') return { ok: false, why: 'left' };
  return status === 'asked' ? { ok: false, why: 'asked' } : { ok: true };
}

function refused(status: MemberStatus): MemberDecision {
  if (status === 'unsubscribed') return { ok: false, why: 'left' };
  if (status === 'banned') return { ok: false, why: 'banned' };
  return { ok: false, why: status === 'asked' ? 'asked' : 'not_so' };
}

function settled(
  member: Member,
  status: MemberStatus,
  event: ConsentEventName | null,
  set: { pausedUntil?: number | null; leftAt?: number | null },
): MemberDecision {
  const { bookId, name } = member;
  const address = member.phone ?? member.mail ?? '';
  const changes: Change[] = [{ do: 'set_member', member, status, ...set }];
  if (event !== null) changes.push({ do: 'consent', bookId, event, rule: DESK, address, name, text: '' });
  return { ok: true, changes, status };
}

/** B-50: what the person asked for by text, mail or on their own page names a row; the desk and commands write their own. */
function isOwnPause({ history }: MemberPast): boolean {
  const last = history.findLast(({ event }) => event === 'paused');
  return last !== undefined && last.rule !== DESK;
}

/** What somebody had when they were banned. Erased counts as left: neither comes back by staff. */
const STATUS_AFTER: Partial<Record<ConsentEventName, MemberStatus>> = { ...STANDING_AFTER, erased: 'unsubscribed' };

/** Lifting a ban gives back what was before it, as the ledger tells: no more, so a question or a request still waits. */
function beforeBan({ history }: MemberPast): MemberStatus {
  const last = history.findLast(({ event }) => STATUS_AFTER[event] !== undefined);
  return (last && STATUS_AFTER[last.event]) ?? 'refused';
}
