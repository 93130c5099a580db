import type { Readable } from 'node:stream';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import type { SendOutcome } from '../ports/provider.ts';
import { classifyFailure, enhancedOf, type SmtpStage } from './smtpOutcomes.ts';

type SmtpLinesOptions = {
  host: string;
  port: number;
  /** TLS from the first octet (smtps). Without it STARTTLS where the smarthost offers it. */
  secure: boolean;
  auth: { user: string; pass: string } | null;
  /** What we call ourselves at EHLO. */
  name: string;
  connections: number;
  /** Mails on one connection before it is closed, as many smarthosts want. */
  messages: number;
  connectMs: number;
  /** For one whole mail, from the first command to the last answer. */
  timeoutMs: number;
};

/** One mail to hand over; `begun`: its text has begun to go. */
type SmtpJob = {
  envelope: { from: string; to: string; size: number };
  stream: () => { stream: Readable; begun: () => boolean };
  /** ms; it is not begun at all after that. */
  startWithin: number;
  signal: AbortSignal | undefined;
  done: (outcome: { result: 'sent'; response: string } | Exclude<SendOutcome, { result: 'accepted' }>) => void;
};
type Waiting = SmtpJob & { timer: NodeJS.Timeout | null; again: boolean };

type Line = {
  connection: SMTPConnection;
  state: 'opening' | 'idle' | 'busy' | 'gone';
  sent: number;
  /** Since when it is opening or idle, monotonic. */
  since: number;
};
type SmtpError = Error & {
  code?: string | undefined;
  command?: string | undefined;
  response?: string | undefined;
  responseCode?: number | undefined;
};

/** A smarthost that ends idle sessions does so after half a minute or later. */
const IDLE_MS = 15_000;
/** A connection that takes this long to open means that the smarthost is out of reach. */
const SLOW_OPEN_MS = 2_000;
const QUIT_MS = 500;

/**
 * Kept connections to the smarthost: nodemailer's own, with a queue that knows how far each mail has come. nodemailer's
 * pool does not tell whether a mail's text had begun to go, nor can it drop a mail that waited too long (B-36).
 */
export function openSmtpLines(options: SmtpLinesOptions) {
  const lines = new Set<Line>();
  const waiting: Waiting[] = [];
  let closing = false;
  /** Monotonic times of the last connection that opened and the last that did not. */
  let openedAt = Number.NEGATIVE_INFINITY;
  let failedAt = Number.NEGATIVE_INFINITY;
  const tidy = setInterval(closeIdle, IDLE_MS / 3);
  tidy.unref();

  const count = (state: Line['state']): number => {
    let found = 0;
    for (const line of lines) if (line.state === state) found++;
    return found;
  };

  function send(job: SmtpJob): void {
    if (closing) {
      job.done(temporary('closing'));
      return;
    }
    enqueue({ ...job, timer: null, again: false });
  }

  function enqueue(job: Waiting): void {
    for (const line of lines) {
      if (line.state !== 'idle') continue;
      carry(line, job);
      return;
    }
    waiting.push(job);
    job.timer = setTimeout(() => tooLate(job), Math.max(0, job.startWithin));
    if (count('opening') < waiting.length && lines.size < options.connections) open();
  }

  function tooLate(job: Waiting): void {
    const at = waiting.indexOf(job);
    if (at < 0) return;
    waiting.splice(at, 1);
    job.done(isUnwell() ? temporary('no_connection') : { result: 'not_begun' });
  }

  /** No connection works: trying again at once would only keep the database busy. */
  function isUnwell(): boolean {
    if (count('idle') + count('busy') > 0) return false;
    if (failedAt > openedAt) return true;
    const now = performance.now();
    for (const line of lines) if (line.state === 'opening' && now - line.since > SLOW_OPEN_MS) return true;
    return false;
  }

  function open(): void {
    const connection = new SMTPConnection({
      host: options.host,
      port: options.port,
      secure: options.secure,
      name: options.name,
      // A password goes over an open network only under TLS.
      requireTLS: options.auth !== null && !options.secure && !isLoopback(options.host),
      connectionTimeout: options.connectMs,
      greetingTimeout: options.connectMs,
      dnsTimeout: options.connectMs,
      socketTimeout: options.timeoutMs,
      socketCloseTimeout: 1_000,
    });
    const line: Line = { connection, state: 'opening', sent: 0, since: performance.now() };
    lines.add(line);
    const failed = (stage: SmtpStage) => (error: SmtpError) => {
      if (line.state !== 'opening') return;
      drop(line);
      connection.close();
      failedAt = performance.now();
      couldNotOpen(outcomeOf(error, stage));
    };
    // From the look-up of the name to the end of signing in; nodemailer's own limits are for each step.
    setTimeout(
      () => failed('connect')(Object.assign(new Error('slow'), { code: 'timeout' })),
      options.connectMs,
    ).unref();
    connection.on('error', (error: SmtpError) => (line.state === 'opening' ? failed('connect')(error) : drop(line)));
    connection.once('end', () => {
      if (line.state === 'opening') failed('connect')(new Error('closed'));
      else if (line.state === 'idle') drop(line);
    });
    connection.connect((error) => {
      if (error) failed('connect')(error);
      else if (options.auth !== null && connection.allowsAuth) {
        connection.login(options.auth, (refused) => (refused ? failed('auth')(refused) : ready(line)));
      } else ready(line);
    });
  }

  function ready(line: Line): void {
    if (line.state === 'gone') return;
    openedAt = performance.now();
    free(line);
  }

  /** With no other connection at work nobody who waits would be served; else those serve them. */
  function couldNotOpen(outcome: Exclude<SendOutcome, { result: 'accepted' }>): void {
    if (count('busy') + count('idle') + count('opening') > 0) return;
    for (const job of waiting.splice(0)) {
      if (job.timer) clearTimeout(job.timer);
      job.done(outcome);
    }
  }

  function free(line: Line): void {
    if (closing || line.sent >= options.messages || line.connection.destroyed) {
      quit(line);
      refill();
      return;
    }
    line.state = 'idle';
    line.since = performance.now();
    const job = waiting.shift();
    if (job) carry(line, job);
  }

  function refill(): void {
    if (!closing && waiting.length > count('opening') && lines.size < options.connections) open();
  }

  function carry(line: Line, job: Waiting): void {
    if (job.timer) clearTimeout(job.timer);
    line.state = 'busy';
    const { connection } = line;
    const { stream, begun } = job.stream();
    let over = false;
    const giveUp = (reason: string) => () => {
      if (over) return;
      over = true;
      drop(line);
      connection.close();
      job.done(begun() ? { result: 'unknown', reason } : temporary(reason));
      refill();
    };
    const timer = setTimeout(giveUp('timeout'), options.timeoutMs);
    const abort = job.signal ? giveUp('aborted') : null;
    if (abort) job.signal?.addEventListener('abort', abort, { once: true });
    connection.send(job.envelope, stream, (error, info) => {
      clearTimeout(timer);
      if (abort) job.signal?.removeEventListener('abort', abort);
      if (over) return;
      over = true;
      if (!error) {
        line.sent++;
        // Answered first: the next claim is under way while the connection goes on.
        job.done({ result: 'sent', response: info?.response ?? '' });
        free(line);
        return;
      }
      afterError(line, job, error as SmtpError, begun());
    });
  }

  function afterError(line: Line, job: Waiting, error: SmtpError, begun: boolean): void {
    const alive = line.state !== 'gone' && !line.connection.destroyed && error.responseCode !== 421;
    // Ended while it was idle, which we hear of only now: another connection takes the mail.
    const stale = !alive && !begun && line.sent > 0 && !job.again;
    if (!alive) drop(line);
    if (stale) {
      enqueue({ ...job, again: true });
      return;
    }
    const stage = stageOf(error, begun);
    job.done(outcomeOf(error, stage));
    if (!alive) {
      refill();
      return;
    }
    if (stage === 'end') {
      free(line);
      return;
    }
    line.connection.reset((refused) => {
      if (!refused) free(line);
      else {
        drop(line);
        line.connection.close();
        refill();
      }
    });
  }

  function drop(line: Line): void {
    line.state = 'gone';
    lines.delete(line);
  }

  function quit(line: Line): void {
    drop(line);
    if (line.connection.destroyed) return;
    line.connection.quit();
    // A smarthost that does not answer must not keep the process alive.
    setTimeout(() => line.connection.close(), QUIT_MS).unref();
  }

  function closeIdle(): void {
    const before = performance.now() - IDLE_MS;
    for (const line of lines) if (line.state === 'idle' && line.since < before) quit(line);
  }

  return {
    send,
    /** Waits up to `ms` for what is under way; what has not begun is not sent. */
    async close(ms: number): Promise<void> {
      closing = true;
      clearInterval(tidy);
      for (const job of waiting.splice(0)) {
        if (job.timer) clearTimeout(job.timer);
        job.done(temporary('closing'));
      }
      for (const line of [...lines]) if (line.state === 'idle') quit(line);
      const until = performance.now() + ms;
      while (count('busy') > 0 && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
      for (const line of [...lines]) {
        drop(line);
        line.connection.close();
      }
    },
  };
}

const temporary = (reason: string) => ({ result: 'temporary', reason, retryAfterMs: null }) as const;

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|::1)$/.test(host);

function stageOf(error: SmtpError, begun: boolean): SmtpStage {
  if (begun) return 'end';
  if (error.command === 'RCPT TO') return 'rcpt';
  return error.command === 'DATA' ? 'data' : 'mail';
}

function outcomeOf(error: SmtpError, stage: SmtpStage): Exclude<SendOutcome, { result: 'accepted' }> {
  const { code: kind = 'error', responseCode, response = '' } = error;
  const said = responseCode ?? null;
  // nodemailer's own refusals: an address or a size that no smarthost would take.
  if (said === null && (kind === 'EENVELOPE' || kind === 'EMESSAGE' || kind === 'ESTREAM'))
    return { result: 'fault', reason: kind };
  // Nobody's password or certificate becomes right by itself.
  if (said === null && (kind === 'EAUTH' || kind === 'ETLS' || kind === 'ENOAUTH'))
    return { result: 'configuration', reason: kind, scope: 'account' };
  const outcome = classifyFailure({
    stage,
    code: said,
    enhanced: enhancedOf(response),
    text: response,
    reason: kind.toLowerCase(),
  });
  if (outcome.result === 'accepted') throw new Error('a failure is no acceptance');
  return outcome;
}
