import { afterGuess, type BrakeKind, brakeLeft, networkOf } from '../../core/guessBrake.ts';
import { createTurns } from '../inTurn.ts';
import type { AccountDeps } from './deps.ts';

/** Whose guesses are counted: at the password or the code of an account (a mail or an id), and from where. */
export type Guesser = { at: 'password' | 'code'; account: string; address: string };

export type Guessed<T> = { ok: true; value: T } | { ok: false; why: 'wrong' } | { ok: false; why: 'wait'; ms: number };

type Key = readonly [kind: BrakeKind, id: string];

function keysOf({ at, account, address }: Guesser, { keyed }: AccountDeps): readonly [Key, Key, ...Key[]] {
  const network = networkOf(address);
  const all: Key = ['address', keyed.mac(`guess address ${network}`)];
  if (at === 'code') return [['code', keyed.mac(`guess code ${account}`)], all];
  return [
    ['here', keyed.mac(`guess here ${JSON.stringify([account, network])}`)],
    all,
    ['account', keyed.mac(`guess account ${account}`)],
  ];
}

const inTurn = createTurns();

/**
 * One guess: `look` gives null when it is wrong. Guesses at one account from one address, and all from one address, are
 * looked at one after the other, so that a thousand at the same moment do not all slip through before the first is counted.
 */
export function guess<T>(guesser: Guesser, look: () => Promise<T | null>, deps: AccountDeps): Promise<Guessed<T>> {
  const keys = keysOf(guesser, deps);
  const [[, first], [, second]] = keys;
  return inTurn(first, () =>
    inTurn(second, async () => {
      const ms = await brakeOn(keys, deps);
      if (ms > 0) return { ok: false, why: 'wait', ms };
      const value = await look();
      if (value !== null) return { ok: true, value };
      await wrongGuess(keys, deps);
      return { ok: false, why: 'wrong' };
    }),
  );
}

/** ms until another guess is looked at; 0 = now. */
async function brakeOn(keys: readonly Key[], { store, clock }: AccountDeps): Promise<number> {
  const rows = await store.reads.guesses(keys.map(([, id]) => id));
  return Math.max(0, ...rows.map((row) => brakeLeft(row, clock.now())));
}

/** Between processes two at once may count as one: the next look sees the later row all the same. */
async function wrongGuess(keys: readonly Key[], { store, clock }: AccountDeps): Promise<void> {
  const now = clock.now();
  for (const [kind, id] of keys) {
    for (let attempt = 0; attempt < 5; attempt++) {
      const [before] = await store.reads.guesses([id]);
      const after = afterGuess(id, before ?? null, kind, now);
      const { count, since, until } = after;
      const result = await store.commit(
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

/** Who has shown who they are starts anew, but never their address: one good account must not pay for guessing others. */
export async function rightGuess(guesser: Guesser, deps: AccountDeps): Promise<void> {
  const own = keysOf(guesser, deps).filter(([kind]) => kind !== 'address');
  await deps.store.commit(own.map(([, id]) => ({ remove: 'guesses', where: { id } })));
}
