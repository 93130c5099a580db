import type { Change, Outgoing } from '../core/decision.ts';
import { type Bounce, mailLine } from '../core/mail.ts';
import { BOUNCE_SPAN, pausesAddress } from '../core/mailBounce.ts';
import type { Member } from '../core/member.ts';
import { personLabel } from '../core/replyParams.ts';
import type { SentMail } from '../ports/mailReads.ts';
import type { Step } from '../ports/store.ts';
import type { MailDeps } from './mailDeps.ts';
import { planOf } from './plan.ts';

export type BounceDeps = Pick<MailDeps, 'store' | 'clock' | 'ids' | 'keyed'>;

/** A mail of ours came back, or was refused when it was handed over. One row a delivery and kind, however often it is told. */
export function bounceRow(sent: SentMail, told: Pick<Bounce, 'kind' | 'code'>, now: number, deps: BounceDeps): Bounce {
  return {
    id: deps.keyed.digest(`bounce:${sent.id}:${told.kind}`),
    organisationId: sent.organisationId,
    deliveryId: sent.id,
    address: sent.address,
    ...told,
    at: now,
  };
}

/**
 * Pauses the address if the rule says so (core/mailBounce.ts): no more copies by mail, `unreachable` where they have no
 * phone, functionaries told once a day and person. Repeating it is harmless.
 */
export async function scoreAddress(address: string, organisationId: string, deps: BounceDeps): Promise<boolean> {
  const now = deps.clock.now();
  const { reads } = deps.store;
  const because = pausesAddress(await reads.bouncesOf(address, now - BOUNCE_SPAN), now);
  if (because === null) return false;
  const line = mailLine(organisationId);
  const [stopped] = await reads.stops('provider', line, [deps.keyed.addressHash(address)]);
  if (stopped) return false;
  const steps = await pauseSteps(address, organisationId, because, now, deps);
  // `stale`: somebody changed the person meanwhile; what comes back next asks again.
  return (await deps.store.commit(steps)) === 'done';
}

async function pauseSteps(
  address: string,
  organisationId: string,
  because: Bounce['kind'],
  now: number,
  deps: BounceDeps,
): Promise<Step[]> {
  const { reads } = deps.store;
  const steps: Step[] = [];
  let numberId = '';
  for (const member of await reads.membersEverywhere(address)) {
    const book = await reads.bookById(member.bookId);
    if (book?.organisationId !== organisationId) continue;
    numberId = book.numberId;
    const functionaries = await reads.functionaries(book.id);
    const sender = personLabel(member.name, address);
    const outgoing = functionaries
      .filter((to) => to !== address)
      .map(
        (to): Outgoing => ({
          kind: 'notice',
          to,
          bookId: book.id,
          locale: book.locale,
          reply: { key: 'noticeBounced', params: { book: book.smsName, sender } },
          onceKey: `bounced:${member.id}:${Math.floor(now / 86_400_000)}:${to}`,
        }),
      );
    const changes: Change[] = [
      ...unreachable(member, address),
      { do: 'log', bookId: book.id, event: 'mail_paused', details: { rule: 'M-4', member: member.id, because } },
    ];
    steps.push(...planOf(changes, outgoing, contextOf(organisationId, book.numberId, now, deps)));
  }
  const how = `mail ${because}`;
  const changes: Change[] = [{ do: 'stop', scope: 'provider', scopeId: mailLine(organisationId), address, how }];
  // A writer or functionary who is no member: the organisation's log is where somebody may see it.
  if (steps.length === 0)
    changes.push({ do: 'log', bookId: null, event: 'mail_paused', details: { rule: 'M-4', because } });
  return [...planOf(changes, [], contextOf(organisationId, numberId, now, deps)), ...steps];
}

/** Who has a phone is still reached. */
const unreachable = (member: Member, address: string): Change[] =>
  member.phone === null && member.status === 'active'
    ? [
        { do: 'set_member', member, status: 'unreachable' },
        {
          do: 'consent',
          bookId: member.bookId,
          event: 'provider_blocked',
          rule: 'M-4',
          address,
          name: member.name,
          text: '',
        },
      ]
    : [];

const contextOf = (organisationId: string, numberId: string, now: number, { ids, keyed }: BounceDeps) => ({
  now,
  ids,
  keyed,
  organisationId,
  numberId,
  door: 'provider' as const,
  inboundId: null,
  providerId: '',
  actor: 'mail',
});
