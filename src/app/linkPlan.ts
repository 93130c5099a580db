import type { Decision } from '../core/decision.ts';
import { mailLine } from '../core/mail.ts';
import type { MailSnapshot } from '../core/mailTurn.ts';
import type { Step } from '../ports/store.ts';
import type { MailDeps } from './mailDeps.ts';
import { type PlanContext, planOf } from './plan.ts';

/** What was decided by a link on a page: guarded by the address's conversation, as everything is that it decides. */
export function linkPlan(
  world: MailSnapshot,
  address: string,
  decision: Decision,
  now: number,
  deps: Pick<MailDeps, 'ids' | 'keyed'>,
  /** The version of the words on the page that the link led to. */
  wording?: string,
): Step[] {
  const by = { door: 'web' as const, actor: 'link', ...(wording !== undefined && { wording }) };
  return [
    ...conversationSteps(world, address, decision, now),
    ...planOf(decision.changes, decision.outgoing, mailContext(world, now, deps, by)),
  ];
}

/** Moves the sender's conversation; a reader of an older one is `stale`. */
export function conversationSteps(
  { snapshot }: MailSnapshot,
  sender: string,
  { conversation: state }: Decision,
  now: number,
): Step[] {
  if (state === null) return [];
  const { numberId, version } = snapshot.conversation;
  const moved = { state, version: version + 1, updatedAt: now };
  const where = { numberId, sender };
  return [
    version === 0
      ? { add: 'conversations', row: { ...where, ...moved }, exists: 'stale' }
      : { change: 'conversations', where: { ...where, version }, set: moved, none: 'stale' },
  ];
}

export const mailContext = (
  { snapshot: { organisation, number } }: MailSnapshot,
  now: number,
  { ids, keyed }: Pick<MailDeps, 'ids' | 'keyed'>,
  by: Pick<PlanContext, 'door' | 'actor'> & Partial<Pick<PlanContext, 'inboundId' | 'providerId' | 'wording'>>,
): PlanContext => ({
  now,
  ids,
  keyed,
  organisationId: organisation.id,
  // Of copies by SMS and of broadcasts; what goes to a mail address finds the mail line by itself.
  numberId: number.id,
  inboundId: null,
  providerId: '',
  ...by,
});

export const lineOf = ({ snapshot }: MailSnapshot): string => mailLine(snapshot.organisation.id);
