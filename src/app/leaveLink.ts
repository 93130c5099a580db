import type { Book } from '../core/book.ts';
import type { Decision, Given } from '../core/decision.ts';
import { decideLeaveByLink, decidePauseByLink, decideResumeByLink, decideReturnByLink } from '../core/mailLinks.ts';
import type { MailSnapshot } from '../core/mailTurn.ts';
import type { Member } from '../core/member.ts';
import type { Keyed } from '../ports/clock.ts';
import { wait } from './clock.ts';
import { waitForCopies } from './leaveWait.ts';
import { linkPlan } from './linkPlan.ts';
import type { MailDeps } from './mailDeps.ts';

/**
 * A member's own page, for leaving, coming back (T-4, S3-15) and their choices: `/leave/<token>`. The token is the member's id with a proof
 * of ours and never runs out, for it stands in mails that people keep; nothing about it is stored.
 */
const PROOF_LENGTH = 22;
const TOKEN = /^([0-9A-Za-z-]{1,40})\.([0-9A-Za-z_-]{22})$/;
const TRIES = 5;

const proofOf = (memberId: string, keyed: Pick<Keyed, 'mac'>): string =>
  keyed.mac(`leave:${memberId}`).slice(0, PROOF_LENGTH);

export const makeLeaveToken = (memberId: string, keyed: Pick<Keyed, 'mac'>): string =>
  `${memberId}.${proofOf(memberId, keyed)}`;

/** The member's id; null = not a token of ours. */
export function readLeaveToken(token: string, keyed: Pick<Keyed, 'mac'>): string | null {
  const [, memberId, proof] = TOKEN.exec(token) ?? [];
  return memberId !== undefined && proofOf(memberId, keyed) === proof ? memberId : null;
}

export type LinkedMember = { member: Member; book: Book };

/** What the page shows; changes nothing. null: no token of ours, or the member is gone (removed, erased). */
export async function lookAtLeaveToken(
  token: string,
  deps: Pick<MailDeps, 'store' | 'keyed'>,
): Promise<LinkedMember | null> {
  const id = readLeaveToken(token, deps.keyed);
  const member = id === null ? null : await deps.store.reads.member(id);
  const book = member === null ? null : await deps.store.reads.bookById(member.bookId);
  return member && book ? { member, book } : null;
}

export type LinkOutcome =
  | {
      ok: true;
      /**
       * `asked`: the list is exempted from leaving (B-48); nothing is sent to them, and a second press leaves. `staff`: staff
       * have paused them without an end. `not_in`, `not_paused`: nothing was done.
       */
      outcome: 'left' | 'asked' | 'joined' | 'requested' | 'refused' | PauseOutcome;
      book: Book;
    }
  | { ok: false; why: 'gone' | 'busy' };
export type PauseOutcome = 'paused' | 'staff' | 'not_in' | 'resumed' | 'not_paused';

/** `wording`: the version of the words on the page that was pressed; it goes to the ledger. */
export type Pressed = { token: string; now: number; wording: string };

/** The same leaving as by STOPP (B-11, B-39): every row with this address, all their addresses, a line in the ledger. */
export const leaveByLink = (pressed: Pressed, deps: MailDeps): Promise<LinkOutcome> =>
  byLink(pressed, deps, decideLeaveByLink);

/** S3-15: coming back is their own act; a request where an admin approves each (B-6, B-10), neutral for banned (B-7). */
export const returnByLink = (pressed: Pressed, deps: MailDeps): Promise<LinkOutcome> =>
  byLink(pressed, deps, decideReturnByLink);

/** B-49 until `until` (ms). */
export const pauseByLink = (pressed: Pressed, until: number, deps: MailDeps): Promise<LinkOutcome> =>
  byLink(pressed, deps, (world, member, given) => decidePauseByLink(world, member, until, given));

/** B-50: the pause ends now. */
export const resumeByLink = (pressed: Pressed, deps: MailDeps): Promise<LinkOutcome> =>
  byLink(pressed, deps, decideResumeByLink);

type Act = (
  world: MailSnapshot,
  member: Member,
  given: Given,
) => { outcome: Extract<LinkOutcome, { ok: true }>['outcome']; decision: Decision };

async function byLink({ token, now, wording }: Pressed, deps: MailDeps, act: Act): Promise<LinkOutcome> {
  for (let tries = 0; tries < TRIES; tries++) {
    const found = await lookAtLeaveToken(token, deps);
    const address = found ? (found.member.mail ?? found.member.phone) : null;
    if (!found || address === null) return { ok: false, why: 'gone' };
    const { book, member } = found;
    const world = await deps.store.reads.mailSnapshot(book.id, address, deps.keyed.addressHash(address), now);
    if (!world) return { ok: false, why: 'gone' };
    const given = { now, inboundId: '', broadcastId: '', code: '' };
    const { outcome, decision } = act(world, member, given);
    const result = await deps.store.commit(linkPlan(world, address, decision, now, deps, wording));
    if (result !== 'done') continue;
    await waitForCopies(decision, book.numberId, { store: deps.store, wait });
    return { ok: true, outcome, book };
  }
  return { ok: false, why: 'busy' };
}
