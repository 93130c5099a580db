import type { Clock } from '../../ports/clock.ts';

const EVERY_MS = 10_000;

/**
 * Passes the first of each `result` on and then one every 10 s, with how many were left out since: whoever floods us with
 * bad requests should not fill the log too.
 */
export function occasionally(
  clock: Clock,
  say: (fields: Record<string, unknown>) => void,
): (fields: { hook: string; result: string }) => void {
  const last = new Map<string, { at: number; left: number }>();
  return ({ hook, result }) => {
    const now = clock.now();
    const before = last.get(result);
    if (before && now - before.at < EVERY_MS && now >= before.at) {
      before.left++;
      return;
    }
    last.set(result, { at: now, left: 0 });
    say({ hook, result, ...(before?.left ? { alsoSince: before.left } : {}) });
  };
}
