import { Resolver } from 'node:dns/promises';
import { askOddName } from './oddName.ts';

/** As mailauth asks: `TXT` gives `string[][]`, `MX` `{exchange, priority}[]`, the others `string[]`. */
export type Resolve = (name: string, type: string) => Promise<unknown>;

/** A resolver that can be closed; what it throws has a `code` of three kinds: see `asFault`. */
export type Dns = { resolve: Resolve; close(): void };

/** The name, or this kind of record of it, is not there: an answer like any other. */
const NOT_THERE = new Set(['ENOTFOUND', 'ENODATA']);

/** What cannot be asked for does not exist; a sender must not turn its own typing into a fault of DNS. */
const NO_NAME = new Set(['EBADQUERY', 'EBADSTR']);

/** Longest name in text (RFC 1035 3.1). */
const LONGEST_NAME = 254;

export class DnsFault extends Error {
  /** `ENOTFOUND`, `ENODATA`, or `ETIMEOUT` for whatever is temporary. */
  readonly code: string;
  /** What DNS itself said. */
  readonly said: string;
  constructor(code: string, said: string) {
    super(`DNS: ${said}`);
    this.code = code;
    this.said = said;
  }
}

/**
 * Sorts DNS faults into "not there" and "temporary". All that is temporary is called ETIMEOUT: for SPF mailauth takes
 * only that and EREFUSED as temporary, and silently skips an `include:` that answers SERVFAIL, which can turn a fault
 * into a verdict.
 */
function asFault(error: unknown): DnsFault {
  const said = String((error as { code?: unknown }).code ?? 'unknown');
  if (NOT_THERE.has(said)) return new DnsFault(said, said);
  return new DnsFault(NO_NAME.has(said) ? 'ENOTFOUND' : 'ETIMEOUT', said);
}

/**
 * @param servers `address:port` (DNS_SERVERS); empty = the system's.
 * Each question is tried twice; how long a mail waits in all is `withinBudget`'s.
 */
export function createDns(servers: readonly string[], timeoutMs = 1_500): Dns {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 2 });
  if (servers.length > 0) resolver.setServers(servers);
  return {
    resolve: remembered(async (name, type) => {
      if (!/^[ -~]+$/.test(name) || name.length > LONGEST_NAME) throw new DnsFault('ENOTFOUND', 'EBADNAME');
      try {
        return await resolver.resolve(name, type);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'EBADNAME') throw asFault(error);
      }
      const answer = await askOddName(resolver.getServers()[0] ?? '127.0.0.1', name, type, timeoutMs);
      if ('code' in answer) throw asFault(answer);
      return answer.records;
    }),
    close: () => resolver.cancel(),
  };
}

/** Mails of one domain come in bursts; a record that was mended counts half a minute later. */
const KEPT_MS = 30_000;
const MOST_KEPT = 1_000;

/** Keeps answers, "not there" among them, for a short while; a fault is asked again. The oldest go first. */
export function remembered(resolve: Resolve, now: () => number = () => performance.now()): Resolve {
  const kept = new Map<string, { until: number; answer: Promise<unknown> }>();
  return (name, type) => {
    const key = `${type} ${name.toLowerCase()}`;
    const known = kept.get(key);
    if (known !== undefined && known.until > now()) return known.answer;
    kept.delete(key);
    const answer = resolve(name, type);
    kept.set(key, { until: now() + KEPT_MS, answer });
    answer.catch((error: unknown) => {
      if (!(error instanceof DnsFault) || error.code === 'ETIMEOUT') kept.delete(key);
    });
    const [oldest] = kept.keys();
    if (kept.size > MOST_KEPT && oldest !== undefined) kept.delete(oldest);
    return answer;
  };
}

export type BudgetedDns = {
  resolve: Resolve;
  /** Something got no answer: a verdict that says "no" may be wrong. */
  hadFault(): boolean;
};

/**
 * One mail's view of DNS: every question is asked once, and all waiting together takes at most `budgetMs`. Only the time
 * in which a question is open counts, so that a mail that arrives slowly does not use it up.
 */
export function withinBudget(resolve: Resolve, budgetMs: number): BudgetedDns {
  const answers = new Map<string, Promise<unknown>>();
  let left = budgetMs;
  let open = 0;
  let since = 0;
  let timer: NodeJS.Timeout | undefined;
  let giveUp: () => void = () => undefined;
  let faults = 0;
  const over = new Promise<never>((_, reject) => {
    giveUp = () => reject(new DnsFault('ETIMEOUT', 'budget'));
  });
  over.catch(() => undefined);

  const begin = () => {
    if (open++ > 0) return;
    since = performance.now();
    timer = setTimeout(giveUp, Math.max(0, left));
  };
  const end = () => {
    if (--open > 0) return;
    left -= performance.now() - since;
    clearTimeout(timer);
  };
  const ask = async (name: string, type: string) => {
    begin();
    try {
      return await Promise.race([resolve(name, type), over]);
    } catch (error) {
      const fault = error instanceof DnsFault ? error : asFault(error);
      if (fault.code === 'ETIMEOUT') faults++;
      throw fault;
    } finally {
      end();
    }
  };
  return {
    resolve: (name, type) => {
      const key = `${type} ${name.toLowerCase()}`;
      const known = answers.get(key);
      if (known) return known;
      const asked = ask(name, type);
      answers.set(key, asked);
      return asked;
    },
    hadFault: () => faults > 0,
  };
}
