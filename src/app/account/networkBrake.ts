import type { Guess } from '../../core/account.ts';
import { afterGuess, type BrakeKind, brakeLeft, networkOf } from '../../core/guessBrake.ts';

/** Networks that are remembered at most; the oldest goes first. */
const MOST = 10_000;

/**
 * A brake on one address that is kept in memory: for what anybody may do without an account, where counting must not
 * write to the database. `of`: the installation that counts; servers in one process are apart.
 */
export function networkBrake(kind: BrakeKind) {
  const counts = new WeakMap<object, Map<string, Guess>>();
  const knownBy = (of: object): Map<string, Guess> => {
    const known = counts.get(of) ?? new Map<string, Guess>();
    counts.set(of, known);
    return known;
  };
  return {
    /** ms to wait; 0 = go on. */
    left: (of: object, address: string, now: number): number =>
      brakeLeft(knownBy(of).get(networkOf(address)) ?? null, now),
    /** One more. */
    count(of: object, address: string, now: number): void {
      const known = knownBy(of);
      const network = networkOf(address);
      const next = afterGuess(network, known.get(network) ?? null, kind, now);
      known.delete(network);
      known.set(network, next);
      const [oldest] = known.keys();
      if (known.size > MOST && oldest !== undefined) known.delete(oldest);
    },
  };
}
