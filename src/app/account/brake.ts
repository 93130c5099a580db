import { afterGuess, type BrakeKind, brakeLeft } from '../../core/guessBrake.ts';
import type { AccountDeps } from './deps.ts';

/** Whose guesses are counted: an account (mail or user) and the address that they come from. */
export type Guesser = { account: string; address: string };

const keysOf = ({ account, address }: Guesser, { keyed }: AccountDeps): [BrakeKind, string][] => [
  ['account', keyed.mac(`guess account ${account}`)],
  ['address', keyed.mac(`guess address ${address}`)],
];

/** ms until this one may try again; 0 = now. */
export async function brakeOn(guesser: Guesser, deps: AccountDeps): Promise<number> {
  const keys = keysOf(guesser, deps);
  const rows = await deps.store.reads.guesses(keys.map(([, id]) => id));
  return Math.max(0, ...rows.map((row) => brakeLeft(row, deps.clock.now())));
}

/** Counts a wrong guess. Two at once may count as one: the next look sees the later row all the same. */
export async function wrongGuess(guesser: Guesser, deps: AccountDeps): Promise<void> {
  const now = deps.clock.now();
  for (const [kind, id] of keysOf(guesser, deps)) {
    for (let attempt = 0; attempt < 5; attempt++) {
      const [before] = await deps.store.reads.guesses([id]);
      const after = afterGuess(id, before ?? null, kind, now);
      const { count, since, until } = after;
      const result = await deps.store.commit(
        before
          ? [
              {
                change: 'guesses',
                where: { id, count: before.count, since: before.since },
                set: { count, since, until },
                none: 'stale',
              },
            ]
          : [{ add: 'guesses', row: after, exists: 'stale' }],
      );
      if (result === 'done') break;
    }
  }
}

/** A right password clears the account's count, never the address's: one good account must not pay for guessing others. */
export const rightGuess = ({ account }: Pick<Guesser, 'account'>, deps: AccountDeps) =>
  deps.store.commit([{ remove: 'guesses', where: { id: deps.keyed.mac(`guess account ${account}`) } }]);
