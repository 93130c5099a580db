import { IDLE_MS } from '../../core/account.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Store } from '../../ports/store.ts';

/** Longer than what is counted by the day (core/codeBrake.ts). */
const GUESSES_MS = 25 * 3_600_000;
const PAGE = 500;

/**
 * Takes away what nobody can use any more: sessions that idled out, links and challenges past their time, guesses long
 * ago.
 */
export async function tidyAccounts({ store, clock }: { store: Store; clock: Clock }): Promise<void> {
  const now = clock.now();
  const before = { sessions: now - IDLE_MS, links: now, guesses: now - GUESSES_MS };
  const spent = {
    ...(await store.reads.spentAccountRows(before, PAGE)),
    challenges: await store.reads.spentChallenges(now, PAGE),
  };
  const steps = (['sessions', 'links', 'guesses', 'challenges'] as const).flatMap((table) =>
    spent[table].map((id) => ({ remove: table, where: { id } }) as const),
  );
  if (steps.length > 0) await store.commit(steps);
}
