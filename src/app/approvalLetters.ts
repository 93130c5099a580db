import { ANSWER_SUFFIX } from '../core/approval.ts';
import type { Outgoing } from '../core/decision.ts';
import type { Ids, Keyed } from '../ports/clock.ts';
import type { Step } from '../ports/store.ts';

/** A request that nobody has answered by then is answered in the toolbox. */
const VALID_MS = 30 * 24 * 3_600_000;
/** RFC 5321 4.5.3.1.1. */
const LONGEST_LOCAL = 64;

/** 96 bits in lower-case letters, for addresses lose their case on the way. */
export const addressSecret = (ids: Pick<Ids, 'salt'>): string =>
  Buffer.from(ids.salt(), 'base64url').toString('hex').slice(0, 24);

type Context = { now: number; ids: Ids; keyed: Keyed };

/**
 * B-10 by mail: gives each functionary's notice of a request an address of its own, whose answer approves or refuses. Only
 * here is it known under which id the request is stored.
 */
export function approvalsAsked(
  steps: readonly Step[],
  outgoing: readonly Outgoing[],
  context: Context,
): { tokens: Step[]; outgoing: readonly Outgoing[] } {
  if (!outgoing.some(asksApproval)) return { tokens: [], outgoing };
  const tokens: Step[] = [];
  const member = steps.flatMap(pendingIn)[0];
  const completed = outgoing.map((text) => {
    if (!asksApproval(text) || text.bookId === null) return text;
    const secret = addressSecret(context.ids);
    const replyTo = `${text.letter?.replyTo ?? ''}${secret}`;
    // Without the address the notice still says what to do in the toolbox.
    if (member === undefined || replyTo.length > LONGEST_LOCAL) return { ...text, letter: {} };
    tokens.push({
      add: 'tokens',
      exists: 'stale',
      row: {
        id: context.keyed.digest(secret),
        purpose: 'approve',
        bookId: text.bookId,
        subjectId: member,
        address: text.to,
        createdAt: context.now,
        expiresAt: context.now + VALID_MS,
        usedAt: null,
      },
    });
    return { ...text, letter: { ...text.letter, replyTo } };
  });
  return { tokens, outgoing: completed };
}

const asksApproval = ({ letter }: Outgoing): boolean => letter?.replyTo?.endsWith(ANSWER_SUFFIX) ?? false;

function pendingIn(step: Step): string[] {
  if ('add' in step && step.add === 'members') return step.row.status === 'pending' ? [step.row.id] : [];
  if ('change' in step && step.change === 'members')
    return step.set.status === 'pending' && step.where.id !== undefined ? [step.where.id] : [];
  return [];
}
