import type { Log } from '../../ports/log.ts';

const EVERY_MS = 10_000;

/**
 * Logs refusals by their code: the first at once, then one line in ten seconds with how many there were since, for
 * whoever floods the door must not fill the log too. `now` in ms.
 */
export function createTally(log: Log, now: () => number): (code: number, why: string) => void {
  const last = new Map<string, { at: number; since: number }>();
  return (code, why) => {
    const key = `${code} ${why}`;
    const before = last.get(key);
    if (before && now() - before.at < EVERY_MS) {
      before.since++;
      return;
    }
    last.set(key, { at: now(), since: 0 });
    log.info({ code, why, ...(before?.since ? { alsoSince: before.since } : {}) }, 'Mail door refused');
  };
}
