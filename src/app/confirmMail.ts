import type { Book } from '../core/book.ts';
import type { Broadcast } from '../core/broadcast.ts';
import type { Mail, Token } from '../core/mail.ts';
import { decideJoinByLink, decideRelease, type LinkedJoin } from '../core/mailLinks.ts';
import type { MailSnapshot } from '../core/mailTurn.ts';
import { recipients } from '../core/receipt.ts';
import type { Step } from '../ports/store.ts';
import { formLinkPlan } from './join/prove.ts';
import { linkPlan } from './linkPlan.ts';
import type { MailDeps } from './mailDeps.ts';

/**
 * What a link in a mail of ours leads to: `/confirm/<token>` (M-2), `/mail-join/<token>`, `/read/<token>` (M-6). Looking
 * changes nothing, so a link scanner uses nothing up; `useToken` acts, once.
 */
export type Looked =
  | {
      purpose: 'send';
      /** `over`: it ran out, or the broadcast was given up; `used`: it has been sent. */
      state: 'open' | 'used' | 'over';
      book: Book;
      broadcast: Broadcast;
      /** The mail that it came as, with what was found about its sender; null: it is gone. */
      mail: Mail | null;
      /** People who would get it. */
      count: number;
    }
  | { purpose: 'join'; state: 'open' | 'used' | 'over'; book: Book; address: string };

type TokenDeps = Pick<MailDeps, 'store' | 'clock' | 'keyed'>;

/** `send` and `join` only. null: no link of ours. */
export async function lookAtToken(secret: string, deps: TokenDeps): Promise<Looked | null> {
  const token = await tokenOf(secret, deps);
  if (token?.purpose === 'join') {
    const book = await deps.store.reads.bookById(token.bookId);
    return book && { purpose: 'join', state: stateOf(token, deps), book, address: token.address };
  }
  if (token?.purpose !== 'send') return null;
  const { reads } = deps.store;
  const [book, broadcast] = await Promise.all([reads.bookById(token.bookId), reads.broadcast(token.subjectId)]);
  if (!book || !broadcast) return null;
  const state = stateOf(token, deps);
  const [world, mail] = await Promise.all([
    reads.mailSnapshot(book.id, token.address, deps.keyed.addressHash(token.address), deps.clock.now()),
    broadcast.mailId === null ? null : reads.mail(broadcast.mailId),
  ]);
  const waits = state === 'open' && broadcast.status !== 'held' ? 'over' : state;
  return { purpose: 'send', state: waits, book, broadcast, mail, count: world ? recipients(world.view) : 0 };
}

/** M-6: the whole of a mail whose text message was shortened; for everybody who has the link. */
export async function readToken(secret: string, deps: TokenDeps): Promise<{ book: Book; mail: Mail } | null> {
  const token = await tokenOf(secret, deps);
  if (token?.purpose !== 'read' || stateOf(token, deps) !== 'open') return null;
  const { reads } = deps.store;
  const [book, mail] = await Promise.all([reads.bookById(token.bookId), reads.mail(token.subjectId)]);
  return book && mail && { book, mail };
}

export type TokenOutcome =
  | { ok: true; outcome: 'sent'; book: Book; count: number }
  | { ok: true; outcome: 'joined' | 'requested' | 'refused'; book: Book }
  | {
      ok: false;
      /** `used`: it was used before, by this very link · `storm`: the brake of B-26 is on. */
      why: 'unknown' | 'used' | 'over' | 'not_writer' | 'storm' | 'nobody' | 'busy';
    };

const TRIES = 5;

/** POST. However often and from however many places at once, it acts once (F17). */
export async function useToken(secret: string, deps: MailDeps): Promise<TokenOutcome> {
  for (let tries = 0; tries < TRIES; tries++) {
    const token = await tokenOf(secret, deps);
    if (!token || (token.purpose !== 'send' && token.purpose !== 'join')) return { ok: false, why: 'unknown' };
    const state = stateOf(token, deps);
    if (state !== 'open') return { ok: false, why: state };
    const result = token.purpose === 'send' ? await release(token, deps) : await join(token, deps);
    if (result !== 'stale') return result;
  }
  return { ok: false, why: 'busy' };
}

const givenAt = (now: number) => ({ now, inboundId: '', broadcastId: '', code: '' });

async function release(token: Token, deps: MailDeps): Promise<TokenOutcome | 'stale'> {
  const now = deps.clock.now();
  const { reads } = deps.store;
  const [book, broadcast, world] = await Promise.all([
    reads.bookById(token.bookId),
    reads.broadcast(token.subjectId),
    reads.mailSnapshot(token.bookId, token.address, deps.keyed.addressHash(token.address), now),
  ]);
  if (!book || !broadcast || !world) return { ok: false, why: 'unknown' };
  if (broadcast.status !== 'held') return { ok: false, why: 'over' };
  const { outcome, count, decision } = decideRelease(world, token.address, broadcast, givenAt(now));
  const plan = [useStep(token, now), ...linkPlan(world, token.address, decision, now, deps)];
  const result = await deps.store.commit(plan);
  if (result !== 'done') return 'stale';
  return outcome === 'sent' ? { ok: true, outcome, book, count } : { ok: false, why: outcome };
}

async function join(token: Token, deps: MailDeps): Promise<TokenOutcome | 'stale'> {
  const now = deps.clock.now();
  const { address, bookId } = token;
  const world = await deps.store.reads.mailSnapshot(bookId, address, deps.keyed.addressHash(address), now);
  if (!world) return { ok: false, why: 'unknown' };
  const planned =
    token.subjectId === ''
      ? joinPlan(decideJoinByLink(world, address, givenAt(now)), world, address, now, deps)
      : await formLinkPlan(world, address, token.subjectId, now, deps);
  if (planned === null) return { ok: false, why: 'over' };
  const { outcome, steps } = planned;
  const result = await deps.store.commit([useStep(token, now), ...steps]);
  return result === 'done' ? { ok: true, outcome, book: world.view.book } : 'stale';
}

const joinPlan = (
  { outcome, decision }: LinkedJoin,
  world: MailSnapshot,
  address: string,
  now: number,
  deps: MailDeps,
) => ({ outcome, steps: linkPlan(world, address, decision, now, deps) });

/** The guard that makes it once. */
const useStep = ({ id }: Token, now: number): Step => ({
  change: 'tokens',
  where: { id, usedAt: null },
  set: { usedAt: now },
  none: 'stale',
});

/** Longer ones are not ours and are not hashed. */
const LONGEST_SECRET = 100;

const tokenOf = (secret: string, { store, keyed }: TokenDeps): Promise<Token | null> =>
  secret === '' || secret.length > LONGEST_SECRET ? Promise.resolve(null) : store.reads.token(keyed.digest(secret));

function stateOf({ usedAt, expiresAt }: Token, { clock }: Pick<TokenDeps, 'clock'>): 'open' | 'used' | 'over' {
  if (usedAt !== null) return 'used';
  return expiresAt > clock.now() ? 'open' : 'over';
}
