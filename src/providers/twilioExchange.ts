import { type Dispatching, NotBegun } from './twilioLines.ts';

export type ExchangeRequest = {
  method: 'GET' | 'POST';
  path: string;
  headers: readonly string[];
  body: string | null;
  /** ms until which it must have begun; later it is not begun. */
  startWithinMs?: number | undefined;
};

/**
 * `not_begun`: it waited for a connection for longer than it may. `not_sent`: no byte of the request was written, so it
 * cannot have been accepted. `unclear`: it was written and no
 * answer came. `answered`: the status came; `complete` is false where the body was cut off or too large, and it is ''.
 */
export type Exchange =
  | { kind: 'not_begun' }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unclear'; reason: string }
  | { kind: 'answered'; status: number; complete: boolean; body: string; retryAfterMs: number | null };

/** A page of 50 messages of 1,600 characters, all of them escaped, is half of this. */
const MAX_ANSWER_BYTES = 1_048_576;

/**
 * One request and its answer, both within `timeoutMs`. Never throws and never rejects.
 *
 * Whether an error came before or after writing decides if a message may be sent again, and no error code tells that
 * for sure (ECONNRESET may be either). undici calls `onRequestStart` right before it writes, so that is what is asked.
 * Its own timeouts stay off: they count from other points and in steps of half a second.
 */
export function exchange(
  pool: Dispatching,
  request: ExchangeRequest,
  timeoutMs: number,
  signal?: AbortSignal,
): Promise<Exchange> {
  const { startWithinMs, ...dispatched } = request;
  const startBy = startWithinMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + startWithinMs;
  return new Promise((resolve) => {
    let abort: ((reason: Error) => void) | null = null;
    let status = 0;
    let retryAfterMs: number | null = null;
    let bytes = 0;
    let done = false;
    const chunks: Buffer[] = [];

    const end = (result: Exchange): void => {
      if (done) return;
      done = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      resolve(result);
    };
    const endWithout = (reason: string): void => {
      if (status !== 0) end({ kind: 'answered', status, complete: false, body: '', retryAfterMs });
      else end({ kind: abort ? 'unclear' : 'not_sent', reason });
    };
    const giveUp = (reason: string): void => {
      endWithout(reason);
      abort?.(new Error(reason));
    };
    const onAbort = (): void => giveUp('aborted');
    const timer = setTimeout(giveUp, timeoutMs, 'timeout');
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort, { once: true });

    pool.dispatch(
      { ...dispatched, headers: request.headers as string[], headersTimeout: 0, bodyTimeout: 0 },
      {
        onRequestStart(controller) {
          if (performance.now() > startBy) end({ kind: 'not_begun' });
          // Or given up while it waited for a connection: throwing here keeps it from being written.
          if (done) throw new NotBegun();
          abort = (reason) => controller.abort(reason);
        },
        onResponseStart(_controller, code, headers) {
          if (code < 200) return;
          status = code;
          retryAfterMs = retryAfter(headers['retry-after'], headers.date);
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (bytes > MAX_ANSWER_BYTES) giveUp('too_large');
          else chunks.push(chunk);
        },
        onResponseEnd() {
          const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
          end({ kind: 'answered', status, complete: true, body: body?.toString() ?? '', retryAfterMs });
        },
        onResponseError(_controller, error) {
          const { code } = error as Error & { code?: unknown };
          endWithout(typeof code === 'string' ? code : error.name);
        },
      },
    );
  });
}

type Header = string | string[] | undefined;

/** RFC 9110 10.2.3: seconds, or a date, which is read against the answer's own date. ms, at most an hour. */
export function retryAfter(value: Header, date: Header): number | null {
  if (typeof value !== 'string') return null;
  const ms = /^\d+$/.test(value)
    ? Number(value) * 1000
    : Date.parse(value) - Date.parse(typeof date === 'string' ? date : '');
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
}
