import type { Dispatcher } from 'undici';
import { type Dispatching, type Line, NotBegun, type OnLine } from './twilioLines.ts';

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
 * cannot have been accepted. `unclear`: it was written and no answer came. `answered`: the status came; `complete` is
 * false where the body was cut off or too large, and it is ''.
 */
export type Exchange =
  | { kind: 'not_begun' }
  | { kind: 'not_sent'; reason: string }
  | { kind: 'unclear'; reason: string }
  | { kind: 'answered'; status: number; complete: boolean; body: string; retryAfterMs: number | null };

/** A page of 50 messages of 1,600 characters, all of them escaped, is half of this. */
const MAX_ANSWER_BYTES = 1_048_576;

/** One request and its answer, both within `timeoutMs`. Never throws and never rejects. */
export const exchange = (over: Dispatching, request: ExchangeRequest, timeoutMs: number, signal?: AbortSignal) =>
  new Promise<Exchange>((resolve) => beginExchange(over, request, timeoutMs, resolve, signal));

/** The same; `ended` is called in the very turn in which the answer is whole, when its connection can be used again. */
export function beginExchange(
  over: Dispatching,
  request: ExchangeRequest,
  timeoutMs: number,
  ended: (result: Exchange) => void,
  signal?: AbortSignal,
): void {
  const { method, path, body, startWithinMs } = request;
  const handler = new Handler(ended, startWithinMs, timeoutMs, signal);
  if (handler.done) return;
  const headers = request.headers as string[];
  over.dispatch({ method, path, headers, body, headersTimeout: 0, bodyTimeout: 0 }, handler);
}

/**
 * Whether an error came before or after writing decides if a message may be sent again, and no error code tells that
 * for sure (ECONNRESET may be either). undici calls `onConnect` right before it writes, so that is what is asked.
 * Its own timeouts stay off: they count from other points and in steps of half a second.
 *
 * These are the callbacks that undici 7 has kept from 6: with the newer ones it makes an object of all headers of every
 * answer, a twelfth of what a message costs in all.
 */
class Handler implements Dispatcher.DispatchHandler, OnLine {
  line: Line | null = null;
  done = false;
  private readonly ended: (result: Exchange) => void;
  private readonly startBy: number;
  private readonly timer: NodeJS.Timeout;
  private readonly signal: AbortSignal | undefined;
  private readonly onAbort: (() => void) | undefined;
  private abort: ((reason?: Error) => void) | null = null;
  private status = 0;
  private retryAfterMs: number | null = null;
  private bytes = 0;
  private first: Buffer | null = null;
  private more: Buffer[] | null = null;

  constructor(
    ended: (result: Exchange) => void,
    startWithinMs: number | undefined,
    timeoutMs: number,
    signal: AbortSignal | undefined,
  ) {
    this.ended = ended;
    this.startBy = startWithinMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + startWithinMs;
    this.timer = setTimeout(timeout, timeoutMs, this);
    this.signal = signal;
    if (signal === undefined) return;
    this.onAbort = () => this.giveUp('aborted');
    if (signal.aborted) this.onAbort();
    else signal.addEventListener('abort', this.onAbort, { once: true });
  }

  private end(result: Exchange): void {
    if (this.done) return;
    this.done = true;
    clearTimeout(this.timer);
    if (this.onAbort) this.signal?.removeEventListener('abort', this.onAbort);
    this.ended(result);
  }

  private endWithout(reason: string): void {
    const { status, retryAfterMs } = this;
    if (status !== 0) this.end({ kind: 'answered', status, complete: false, body: '', retryAfterMs });
    else this.end({ kind: this.abort ? 'unclear' : 'not_sent', reason });
  }

  giveUp(reason: string): void {
    this.endWithout(reason);
    this.abort?.(new Error(reason));
  }

  onConnect(abort: (reason?: Error) => void): void {
    if (performance.now() > this.startBy) this.end({ kind: 'not_begun' });
    // Or given up while it waited for a connection: throwing here keeps it from being written.
    if (this.done) throw new NotBegun();
    this.abort = abort;
  }

  onHeaders(status: number, headers: Buffer[]): boolean {
    if (status < 200) return true;
    this.status = status;
    if (status >= 400) this.retryAfterMs = retryAfter(header(headers, 'retry-after'), header(headers, 'date'));
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.bytes += chunk.length;
    if (this.bytes > MAX_ANSWER_BYTES) this.giveUp('too_large');
    else if (this.first === null) this.first = chunk;
    else {
      this.more ??= [this.first];
      this.more.push(chunk);
    }
    return true;
  }

  onComplete(): void {
    this.line?.free(true);
    const { status, retryAfterMs } = this;
    const whole = this.more === null ? this.first : Buffer.concat(this.more);
    this.end({ kind: 'answered', status, complete: true, body: whole?.toString() ?? '', retryAfterMs });
  }

  onError(error: Error & { code?: unknown }): void {
    this.line?.free(error instanceof NotBegun);
    this.endWithout(typeof error.code === 'string' ? error.code : error.name);
  }
}

const timeout = (handler: Handler): void => handler.giveUp('timeout');

/** From names and values in turn, as they came; undefined = there is none. */
function header(headers: readonly Buffer[], name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2)
    if (headers[i]?.toString('latin1').toLowerCase() === name) return headers[i + 1]?.toString('latin1');
  return undefined;
}

/** RFC 9110 10.2.3: seconds, or a date, which is read against the answer's own date. ms, at most an hour. */
export function retryAfter(value: string | undefined, date: string | undefined): number | null {
  if (value === undefined) return null;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.parse(date ?? '');
  return Number.isFinite(ms) ? Math.min(Math.max(ms, 0), 3_600_000) : null;
}
