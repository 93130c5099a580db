import type { Log } from '../ports/log.ts';

/** A stale guard means that somebody else moved first: look again and decide again, so often, then the peer retries. */
const TRIES = 5;

/** `busy`: it was stale each time, and `said` is in the log. */
export async function untilFresh<T>(once: () => Promise<T | 'stale'>, log: Log, said: string): Promise<T | 'busy'> {
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const result = await once();
    if (result !== 'stale') return result;
  }
  log.warn({ tries: TRIES }, `${said}; the peer is asked to try again`);
  return 'busy';
}
