import type { Guess } from '../../core/account.ts';
import { ASK_LIMITS, type AskedBy, type AskLimit, afterAsk, askWait } from '../../core/codeBrake.ts';
import { networkOf } from '../../core/guessBrake.ts';
import type { Keyed } from '../../ports/clock.ts';
import type { Step, Store } from '../../ports/store.ts';

/** Who asks for a proof: for which address, from where (an IP address), for which book. */
export type Asker = { address: string; ip: string; book: string };

/** The counts are kept under keyed hashes: no number stands beside how often it was typed. */
function limitsOf({ address, ip, book }: Asker, { mac }: Keyed): AskLimit[] {
  const whose: Record<AskedBy, string> = { address, network: networkOf(ip), book };
  return (Object.keys(ASK_LIMITS) as AskedBy[]).flatMap((by) =>
    ASK_LIMITS[by].map((limit) => ({ ...limit, id: mac(`ask ${by} ${limit.within} ${whose[by]}`) })),
  );
}

/** `ms` to wait, 0 = go on; then `steps` count this ask, guarded, so that a thousand at once count as a thousand. */
export async function countAsk(
  asker: Asker,
  now: number,
  { store, keyed }: { store: Pick<Store, 'reads'>; keyed: Keyed },
): Promise<{ ms: number; steps: Step[] }> {
  const limits = limitsOf(asker, keyed);
  const rows = await store.reads.guesses(limits.map(({ id }) => id));
  const known = new Map(rows.map((row) => [row.id, row]));
  const counted = limits.map((limit) => ({ limit, before: known.get(limit.id) ?? null }));
  const ms = Math.max(...counted.map(({ limit, before }) => askWait(before, limit, now)));
  return {
    ms,
    steps: ms > 0 ? [] : counted.map(({ limit, before }) => countStep(before, afterAsk(before, limit, now))),
  };
}

const countStep = (before: Guess | null, after: Guess): Step =>
  before === null
    ? { add: 'guesses', row: after, exists: 'stale' }
    : {
        change: 'guesses',
        where: { id: before.id, count: before.count, since: before.since },
        set: { count: after.count, since: after.since },
        none: 'stale',
      };
