import { CHALLENGE_MS, type Challenge } from '../../core/account.ts';
import { digestOf, newToken } from './credentials.ts';
import type { AccountDeps } from './deps.ts';
import { networkBrake } from './networkBrake.ts';

type Asked = Pick<Challenge, 'purpose' | 'userId' | 'data'>;

/** Notes what we asked; the browser keeps the token in a cookie, the row has its digest. */
export async function openChallenge(asked: Asked, { store, clock }: AccountDeps): Promise<string> {
  const token = newToken();
  const now = clock.now();
  const row: Challenge = { id: digestOf(token), ...asked, createdAt: now, expiresAt: now + CHALLENGE_MS };
  await store.commit([{ add: 'challenges', row, exists: 'stale' }]);
  return token;
}

/**
 * Uses a challenge up, whatever comes of the answer; null = unknown, used, too old or for something else. Of two answers
 * at the same moment one gets it.
 */
export async function useChallenge(
  token: string | null,
  purpose: Challenge['purpose'],
  { store, clock }: AccountDeps,
): Promise<Challenge | null> {
  if (token === null) return null;
  const row = await store.reads.challenge(digestOf(token));
  if (!row || row.purpose !== purpose || row.expiresAt <= clock.now()) return null;
  const used = await store.commit([
    { change: 'challenges', where: { id: row.id, expiresAt: row.expiresAt }, set: { expiresAt: 0 }, none: 'stale' },
  ]);
  return used === 'done' ? row : null;
}

const asks = networkBrake('ask');

/** Asking writes a row each time, and anybody may ask: many times from one address wait. ms to wait; 0 = go on. */
export function mayAsk(address: string, { store, clock }: AccountDeps): number {
  const now = clock.now();
  const ms = asks.left(store, address, now);
  if (ms === 0) asks.count(store, address, now);
  return ms;
}
