import { readAddress } from '../core/address.ts';
import { type DeskView, decideApproval } from '../core/approval.ts';
import type { ConsentEvent } from '../core/consent.ts';
import type { Member } from '../core/member.ts';
import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';
import { planOf } from './plan.ts';

/** `startstopp approve|refuse ADDRESS PHONE…|--all` (B-10): one guarded commit for each person. */
export type ApproveDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed };
export type Verdict = 'approve' | 'refuse';
export type ApprovalOutcome = {
  /** The phone, else the mail address; as it was given where it cannot be read. */
  who: string;
  name: string;
  outcome: 'approved' | 'refused' | 'not_pending' | 'not_found' | 'unreadable' | 'changed';
  /** For people, in English; '' where there is nothing to say. */
  reason: string;
};
export type ApprovalResult = { ok: false; why: 'no_book' } | { ok: true; outcomes: ApprovalOutcome[] };

/** `by`: who decides, for the log and the ledger. */
export type Decider = { actor: string; door: Extract<ConsentEvent['door'], 'cli' | 'web'> };

const TRIES = 5;
const PAGE = 500;

/** `whom`: phones or mail addresses as people write them, or everybody who waits. */
export async function approveMembers(
  bookAddress: string,
  verdict: Verdict,
  whom: readonly string[] | 'all',
  by: Decider,
  deps: ApproveDeps,
): Promise<ApprovalResult> {
  const view = await deskView(bookAddress, deps.store);
  if (!view) return { ok: false, why: 'no_book' };
  const outcomes: ApprovalOutcome[] = [];
  if (whom === 'all') {
    for await (const member of pendingOf(view.book.id, deps.store))
      outcomes.push(await settle(member, verdict, view, by, deps));
    return { ok: true, outcomes };
  }
  for (const raw of whom) outcomes.push(...(await settleAddress(raw, verdict, view, by, deps)));
  return { ok: true, outcomes };
}

/** What deciding at the desk needs to know of a book; null = no such book. */
async function deskView(bookAddress: string, { reads }: Store): Promise<DeskView | null> {
  const book = await reads.book(bookAddress);
  if (!book) return null;
  const [organisation, numbers, functionaries] = await Promise.all([
    reads.organisation(book.organisationId),
    reads.numbers(),
    reads.functionaries(book.id),
  ]);
  const number = numbers.find(({ id }) => id === book.numberId);
  return organisation && number ? { organisation, number, book, functionaries } : null;
}

async function* pendingOf(bookId: string, { reads }: Store): AsyncGenerator<Member> {
  for (let after = ''; ; ) {
    const page = await reads.members(bookId, { after, limit: PAGE, statuses: ['pending'] });
    yield* page;
    const last = page.at(-1);
    if (!last || page.length < PAGE) return;
    after = last.id;
  }
}

/** Two people on one phone asked with one text (B-40): what is decided holds for both. */
async function settleAddress(
  raw: string,
  verdict: Verdict,
  view: DeskView,
  by: Decider,
  deps: ApproveDeps,
): Promise<ApprovalOutcome[]> {
  const read = readAddress(raw, view.organisation.country);
  if (!read)
    return [{ who: raw, name: '', outcome: 'unreadable', reason: 'is neither a mobile number nor a mail address' }];
  const who = read.kind === 'phone' ? read.e164 : read.mail;
  const rows = await deps.store.reads.membersByAddress(view.book.id, [who]);
  const waiting = rows.filter(({ status }) => status === 'pending');
  const [first] = waiting.length > 0 ? waiting : rows;
  if (!first) return [{ who, name: '', outcome: 'not_found', reason: 'is not in this book' }];
  const outcomes: ApprovalOutcome[] = [];
  for (const member of waiting.length > 0 ? waiting : [first])
    outcomes.push(await settle(member, verdict, view, by, deps));
  return outcomes;
}

/** Decides on the row as it was read; whoever was first has changed its version, and then it is looked at again (F17). */
async function settle(
  found: Member,
  verdict: Verdict,
  view: DeskView,
  by: Decider,
  deps: ApproveDeps,
): Promise<ApprovalOutcome> {
  const who = found.phone ?? found.mail ?? '';
  const told = { who, name: found.name };
  let member: Member | undefined = found;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    if (!member) return { ...told, outcome: 'not_found', reason: 'is no longer in this book' };
    const decision = decideApproval(view, member, verdict);
    if (!decision.ok)
      return { ...told, outcome: 'not_pending', reason: `does not wait for approval (${member.status})` };
    const context = {
      now: deps.clock.now(),
      ids: deps.ids,
      keyed: deps.keyed,
      organisationId: view.organisation.id,
      numberId: view.number.id,
      door: by.door,
      inboundId: null,
      providerId: '',
      actor: by.actor,
    };
    const log = {
      do: 'log' as const,
      bookId: view.book.id,
      event: verdict === 'approve' ? 'approved' : 'refused',
      details: { member: member.id },
    };
    const steps = planOf([...decision.changes, log], decision.outgoing, context);
    if ((await deps.store.commit(steps)) === 'done')
      return { ...told, outcome: verdict === 'approve' ? 'approved' : 'refused', reason: '' };
    const rows: Member[] = await deps.store.reads.membersByAddress(view.book.id, [who]);
    member = rows.find(({ id }) => id === found.id);
  }
  return { ...told, outcome: 'changed', reason: 'was changed by others each time; look again' };
}
