import type { Book } from '../../core/book.ts';
import type { Change } from '../../core/decision.ts';
import { mailLine } from '../../core/mail.ts';
import type { Step } from '../../ports/store.ts';
import { planOf } from '../plan.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog } from './desk.ts';
import { memberOf } from './tendMember.ts';

/** Why nothing is mailed to an address: it came back too often, or its reader called a mail of ours spam. */
export type MailStop = { address: string; since: number; why: 'bounced' | 'complaint' };

type Owner = Pick<Book, 'organisationId'>;

/** Which of these mail addresses are paused for the organisation's mail (core/mail.ts `mailLine`). */
export async function pausedMails(
  { organisationId }: Owner,
  addresses: readonly string[],
  { store, keyed }: Pick<DeskDeps, 'store' | 'keyed'>,
): Promise<ReadonlySet<string>> {
  if (addresses.length === 0) return new Set();
  const byHash = new Map(addresses.map((address) => [keyed.addressHash(address), address]));
  const stops = await store.reads.stops('provider', mailLine(organisationId), [...byHash.keys()]);
  return new Set(stops.map(({ addressHash }) => byHash.get(addressHash) ?? ''));
}

export async function mailStopOf(
  { organisationId }: Owner,
  address: string,
  { store, keyed }: Pick<DeskDeps, 'store' | 'keyed'>,
): Promise<MailStop | null> {
  const [stop] = await store.reads.stops('provider', mailLine(organisationId), [keyed.addressHash(address)]);
  if (!stop) return null;
  const bounces = await store.reads.bouncesOf(address, 0);
  const last = bounces.findLast((bounce) => bounce.organisationId === organisationId);
  const isComplaint = stop.how.includes('complaint') || last?.kind === 'complaint';
  return { address, since: stop.since, why: isComplaint ? 'complaint' : 'bounced' };
}

export type MailRetried = { ok: true; address: string } | { ok: false; why: 'not_found' | 'complaint' | 'changed' };

/**
 * Staff let an address that came back be tried again. Only that pause is lifted: a leave, a ban and a complaint are the
 * person's own. What came back is forgotten, or the next mail that does would pause it at once; who has no phone and was
 * `unreachable` by it is a member again, in every book of the organisation.
 */
export function retryMail(book: Book, memberId: string, by: Desk, deps: DeskDeps): Promise<MailRetried> {
  const plan = async (): Promise<{ answer: MailRetried; steps: readonly Step[] }> => {
    const member = await memberOf(book, memberId, deps);
    const address = member?.mail;
    if (!member || !address) return { answer: { ok: false, why: 'not_found' }, steps: [] };
    const stop = await mailStopOf(book, address, deps);
    if (!stop) return { answer: { ok: true, address }, steps: [] };
    if (stop.why === 'complaint') return { answer: { ok: false, why: 'complaint' }, steps: [] };
    const { organisationId } = book;
    const log = deskLog(organisationId, by, deps);
    const where = {
      scope: 'provider',
      scopeId: mailLine(organisationId),
      addressHash: deps.keyed.addressHash(address),
    } as const;
    return {
      answer: { ok: true, address },
      steps: [
        { remove: 'stops', where },
        { remove: 'bounces', where: { organisationId, address } },
        ...(await reachAgain(address, organisationId, by, deps)),
        log(book.id, 'mail_retried', { member: member.id }),
      ],
    };
  };
  return commitAtDesk(deps, plan, { ok: false, why: 'changed' });
}

async function reachAgain(address: string, organisationId: string, by: Desk, deps: DeskDeps): Promise<Step[]> {
  const { reads } = deps.store;
  const steps: Step[] = [];
  for (const member of await reads.membersEverywhere(address)) {
    const book = await reads.bookById(member.bookId);
    if (book?.organisationId !== organisationId || member.status !== 'unreachable' || member.phone !== null) continue;
    const changes: Change[] = [
      { do: 'set_member', member, status: 'active' },
      { do: 'consent', bookId: book.id, event: 'resumed', rule: 'desk', address, name: member.name, text: '' },
    ];
    steps.push(
      ...planOf(changes, [], {
        now: deps.clock.now(),
        ...{ ids: deps.ids, keyed: deps.keyed, organisationId, numberId: book.numberId },
        ...{ door: by.door, inboundId: null, providerId: '', actor: by.actor },
      }),
    );
  }
  return steps;
}
