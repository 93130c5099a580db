import type { ErrorRequestHandler, RequestHandler, Response } from 'express';
import type { PageKey } from '../../i18n/pages/index.ts';
import type { Log } from '../../ports/log.ts';

type Kind = 'notFound' | 'forbidden' | 'denied' | 'forged' | 'conflict' | 'tooLarge' | 'badRequest' | 'fault';
const KINDS: Readonly<Record<number, Kind>> = {
  403: 'forbidden',
  404: 'notFound',
  409: 'conflict',
  413: 'tooLarge',
};

/** Answers what no route took. */
export const notFound: RequestHandler = (_req, res) => sendProblem(res, 404);

/** A fault is never shown: the reader gets a number, the log gets the kind of error under the same number. */
export function faults(log: Log): ErrorRequestHandler {
  return (error, req, res, _next) => {
    const status = statusOf(error);
    const requestId: unknown = res.locals.requestId;
    // Never the message: it can hold what somebody typed, or an address with a number in it.
    const fields = { requestId, method: req.method, kind: (error as Error)?.name, code: codeOf(error) };
    if (status >= 500) log.error({ ...fields, stack: placesOf(error) }, 'a page broke');
    else log.info({ ...fields, status }, 'a request was refused');
    // Half an answer cannot be taken back; closing it shows that it is half.
    if (res.headersSent) return void res.destroy();
    sendProblem(res, status);
  };
}

/** The kind page, in the reader's language; the same as JSON for machines. */
export function sendProblem(res: Response, status: number, named?: Kind): void {
  const kind = named ?? KINDS[status] ?? (status >= 500 ? 'fault' : 'badRequest');
  res.locals.refusal = kind;
  res.status(status);
  if (res.req.accepts(['html', 'json']) === 'json') return void res.json({ error: kind });
  const title: PageKey = `error.${kind}.title`;
  const text: PageKey = `error.${kind}.text`;
  const reference = status >= 500 ? res.locals.requestId : null;
  res.render('pages/error', { title, text, reference });
}

/** Errors of reading a request carry a 4xx that is meant for the peer; all others are ours. */
function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : 500;
}

const codeOf = (error: unknown): string | undefined => {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : undefined;
};

const placesOf = (error: unknown): string[] =>
  error instanceof Error
    ? (error.stack ?? '')
        .split('\n')
        .filter((line) => /^\s+at /.test(line))
        .slice(0, 8)
    : [];
