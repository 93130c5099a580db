import type { Guess } from '../../../../core/account.ts';
import { afterGuess, brakeLeft, networkOf } from '../../../../core/guessBrake.ts';
import type { ToolboxDeps } from '../../page.ts';

/** Networks that are remembered at most; the oldest goes first. */
const MOST = 10_000;

/** Kept in memory: a link is too long to be guessed, and looking at one must not write to the database. */
const counts = new WeakMap<ToolboxDeps, Map<string, Guess>>();

export type LookedUp<T> = { ok: true; value: T } | { ok: false; why: 'wrong' } | { ok: false; why: 'wait'; ms: number };

/** A look at a link by somebody at this address; many wrong ones slow that address down. */
export async function lookByLink<T>(
  address: string,
  look: () => Promise<T | null>,
  deps: ToolboxDeps,
): Promise<LookedUp<T>> {
  const known = counts.get(deps) ?? new Map<string, Guess>();
  counts.set(deps, known);
  const network = networkOf(address);
  const now = deps.clock.now();
  const ms = brakeLeft(known.get(network) ?? null, now);
  if (ms > 0) return { ok: false, why: 'wait', ms };
  const value = await look();
  if (value !== null) return { ok: true, value };
  const guess = afterGuess(network, known.get(network) ?? null, 'address', now);
  known.delete(network);
  known.set(network, guess);
  const [oldest] = known.keys();
  if (known.size > MOST && oldest !== undefined) known.delete(oldest);
  return { ok: false, why: 'wrong' };
}
