import type { ServerResponse } from 'node:http';

/** What a webhook is answered; `result` is for the counter and the log. */
export type Answer = {
  status: number;
  result: string;
  body: string;
  type: 'text/xml; charset=utf-8' | 'text/plain; charset=utf-8';
  headers: Readonly<Record<string, string>>;
  /** The body was not read to its end, so the connection cannot be used again. */
  closes: boolean;
  /** Not let in; logged, but not each time. */
  refusal: boolean;
};

/** Empty TwiML: replies never travel in the answer, they are deliveries like all others. */
const TAKEN = '<Response/>';

const taken = (result: string): Answer => ({
  status: 200,
  result,
  body: TAKEN,
  type: 'text/xml; charset=utf-8',
  headers: {},
  closes: false,
  refusal: false,
});

const refused = (status: number, result: string, body: string, more: Partial<Answer> = {}): Answer => ({
  status,
  result,
  body: `${body}\n`,
  type: 'text/plain; charset=utf-8',
  headers: {},
  closes: true,
  refusal: true,
  ...more,
});

const again = { headers: { 'retry-after': '2' }, closes: false, refusal: false };

/** Every answer there is. The words tell an operator what to mend and a stranger nothing. */
export const answerTo = {
  taken,
  notFound: refused(404, 'not_found', 'No such webhook.'),
  wrongMethod: refused(405, 'wrong_method', 'Use POST.', { headers: { allow: 'POST' } }),
  notConfigured: refused(403, 'not_configured', 'Twilio is not set up here.'),
  noSignature: refused(403, 'no_signature', 'The signature is missing.'),
  wrongSignature: refused(403, 'wrong_signature', 'The signature is wrong.', { closes: false }),
  wrongAccount: refused(403, 'wrong_account', 'The account is another one.', { closes: false }),
  wrongType: refused(415, 'wrong_type', 'Send a form.'),
  tooManyFields: refused(400, 'too_many_fields', 'Too many fields.', { closes: false }),
  malformed: refused(400, 'malformed', 'A field is missing.', { closes: false }),
  too_large: refused(413, 'too_large', 'Too large.'),
  too_slow: refused(408, 'too_slow', 'Too slow.'),
  /** Nobody is there to read it. */
  gone: refused(400, 'gone', 'Cut off.', { refusal: false }),
  busy: refused(503, 'busy', 'Busy, try again.', again),
  fault: refused(503, 'fault', 'Not stored, try again.', again),
} as const;

/** Writes the answer; `last`: the connection is to close after it. */
export function send(res: ServerResponse, answer: Answer, last: boolean): void {
  if (res.destroyed) return;
  if (last || answer.closes) res.shouldKeepAlive = false;
  res.writeHead(answer.status, {
    'content-type': answer.type,
    'content-length': answer.body.length,
    'x-content-type-options': 'nosniff',
    ...answer.headers,
  });
  res.end(answer.body);
}
