const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Waits after the first, second, … attempt, by the provider's code (design 6). After the last one it is final. */
const BY_CODE: Readonly<Record<string, readonly number[]>> = {
  // Handset off.
  30003: [HOUR, 6 * HOUR],
  // Unknown error, timeout: asked by SID first, then one retry.
  30008: [15 * MINUTE],
  30410: [15 * MINUTE],
};
/** Surely not accepted, with no more to know: soon at first, then every five minutes until the latest time. */
const TEMPORARY = [5 * SECOND, 15 * SECOND, MINUTE, 5 * MINUTE];
const PACING_MOST = MINUTE;

/** What failed: `temporary` and `pacing` as the provider's table classes them; `code` = its code, such as 30003. */
export type Failure = { result: 'temporary' | 'pacing'; code: string; retryAfterMs: number | null };

/**
 * When to try again (ms since the epoch); null: not again. `attempts` made so far, the failed one counted. Never past
 * `latestAt`, and never sooner than the provider asked (F4, Retry-After). Pacing keeps the row for as long as it may live.
 */
export function retryAt(failure: Failure, attempts: number, now: number, latestAt: number): number | null {
  const wait = waitAfter(failure, Math.max(1, attempts));
  if (wait === null) return null;
  const at = now + Math.max(wait, failure.retryAfterMs ?? 0);
  return at < latestAt ? at : null;
}

function waitAfter({ result, code }: Failure, attempts: number): number | null {
  if (result === 'pacing') return Math.min(PACING_MOST, SECOND * 2 ** Math.min(attempts - 1, 10));
  const listed = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  if (listed) return listed[attempts - 1] ?? null;
  return TEMPORARY[Math.min(attempts, TEMPORARY.length) - 1] ?? null;
}

/**
 * The same for what a receipt reports after the provider had accepted it: only the codes that document 6 lists are tried
 * again; every other failure is final.
 */
export function retryAfterReceipt(code: string, attempts: number, now: number, latestAt: number): number | null {
  const waits = Object.hasOwn(BY_CODE, code) ? BY_CODE[code] : undefined;
  const wait = waits?.[Math.max(1, attempts) - 1];
  return wait === undefined || now + wait >= latestAt ? null : now + wait;
}
