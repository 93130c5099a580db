import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../ports/clock.ts';
import type { ReceiveReceipt, ReceiveText } from '../../ports/intake.ts';
import type { Log } from '../../ports/log.ts';
import { type Answer, answerTo, send } from './answer.ts';
import { readBody } from './body.ts';
import { type Form, field, parseForm } from './form.ts';
import { readInbound } from './inboundForm.ts';
import { occasionally } from './occasionally.ts';
import { readReceipt } from './receiptForm.ts';
import { createSignatureCheck } from './signature.ts';

export type TwilioIntakeOptions = {
  /** PUBLIC_URL: what Twilio calls, and so what it signs. */
  publicUrl: string;
  /** null: Twilio is not set up, so nothing can be verified and all is refused. */
  authToken: string | null;
  /** TWILIO_ACCOUNT_SID; null: not compared. */
  accountSid: string | null;
  receiveText: ReceiveText;
  receiveReceipt: ReceiveReceipt;
  clock: Clock;
  log: Log;
  /** One call per webhook: ('twilio_webhooks', { hook, result }). */
  count?: (name: string, labels: { hook: string; result: string }) => void;
  limits?: Partial<TwilioIntakeLimits>;
};

export type TwilioIntakeLimits = { bodyBytes: number; bodyMs: number; fields: number };

export type TwilioIntake = {
  /** Takes the request if its path is Twilio's: true = it is answered here, false = it is somebody else's. */
  handle(req: IncomingMessage, res: ServerResponse): boolean;
  /** From now on every answer closes its connection; resolves when no webhook is in work. New ones are still served. */
  close(): Promise<void>;
};

const LIMITS: TwilioIntakeLimits = { bodyBytes: 65_536, bodyMs: 10_000, fields: 200 };
const ROOT = '/webhooks/twilio/';
/** Delivery ids are integers of the database's; 15 digits are exact in a number. */
const STATUS_PATH = /^status\/([1-9]\d{0,14})$/;

type Hook = { name: 'sms' } | { name: 'status'; deliveryId: number };

/**
 * The webhooks of Twilio, `POST /webhooks/twilio/sms` and `…/status/:delivery`, on node:http itself: Express would cost
 * six times as much, and this is the hot path. The same paths serve as Twilio's fallback URLs: the message id makes a
 * second delivery harmless (B-28).
 *
 * Nothing is answered 200 before it is committed. A fault or a busy store is 503, so that Twilio tries again; the
 * webhook's URL must end in `#rc=5&rp=all` for that.
 */
export function createTwilioIntake(options: TwilioIntakeOptions): TwilioIntake {
  const { authToken, accountSid, receiveText, receiveReceipt, clock, log, count } = options;
  const limits = { ...LIMITS, ...options.limits };
  const signed = authToken ? createSignatureCheck(authToken, options.publicUrl) : null;
  const sayRefused = occasionally(clock, (fields) => log.warn(fields, 'A Twilio webhook was refused'));
  let inWork = 0;
  let whenIdle: (() => void) | null = null;

  async function serve(req: IncomingMessage, hook: Hook | null): Promise<Answer> {
    if (hook === null) return answerTo.notFound;
    if (req.method !== 'POST') return answerTo.wrongMethod;
    if (signed === null) return answerTo.notConfigured;
    const signature = req.headers['x-twilio-signature'];
    if (typeof signature !== 'string' || signature === '') return answerTo.noSignature;
    if (!isForm(req)) return answerTo.wrongType;
    const body = await readBody(req, limits.bodyBytes, limits.bodyMs);
    if (typeof body === 'string') return answerTo[body];
    const form = parseForm(body.text, limits.fields);
    if (form === null) return answerTo.tooManyFields;
    if (!signed({ target: req.url ?? '', form, body: body.text, signature })) return answerTo.wrongSignature;
    // Our token signs for our account only; another account's name means that the settings do not belong together.
    const account = field(form, 'AccountSid');
    if (accountSid !== null && account !== undefined && account !== accountSid) return answerTo.wrongAccount;
    return hook.name === 'sms' ? takeText(form) : takeReceipt(form, hook.deliveryId);
  }

  async function takeText(form: Form): Promise<Answer> {
    const inbound = readInbound(form);
    if (inbound === null) return answerTo.malformed;
    const result = await receiveText(inbound);
    // Answered kindly: the number points here but is in no book's data, and no number of retries would change that.
    // It is logged and counted for the operator; nothing is stored, since there is nobody whom it belongs to.
    if (result === 'unknown_number') log.warn({ hook: 'sms' }, 'A text came to a number that is not set up here');
    return result === 'busy' ? answerTo.busy : answerTo.taken(result);
  }

  async function takeReceipt(form: Form, deliveryId: number): Promise<Answer> {
    const receipt = readReceipt(form, deliveryId, clock.now());
    if (receipt === 'malformed') return answerTo.malformed;
    // Retrying a receipt that we have no use for would help nobody, so it is 200 as well.
    const result = receipt === 'ignored' ? receipt : await receiveReceipt(receipt);
    if (result === 'unknown') log.info({ hook: 'status', deliveryId }, 'A receipt for a delivery that is not known');
    if (result === 'ignored') log.info({ hook: 'status', deliveryId }, 'A receipt with a state that is not known');
    return answerTo.taken(result);
  }

  function finish(res: ServerResponse, hook: Hook | null, answer: Answer): void {
    const name = hook?.name ?? 'none';
    if (answer.refusal) sayRefused({ hook: name, result: answer.result });
    count?.('twilio_webhooks', { hook: name, result: answer.result });
    send(res, answer, whenIdle !== null);
    inWork--;
    if (inWork === 0) whenIdle?.();
  }

  return {
    handle(req, res) {
      if (!req.url?.startsWith(ROOT)) return false;
      const hook = hookOf(req.url);
      inWork++;
      serve(req, hook).then(
        (answer) => finish(res, hook, answer),
        (error: unknown) => {
          log.error({ hook: hook?.name, ...faultOf(error) }, 'A Twilio webhook could not be taken');
          finish(res, hook, answerTo.fault);
        },
      );
      return true;
    },
    close() {
      return new Promise((resolve) => {
        whenIdle = resolve;
        if (inWork === 0) resolve();
      });
    },
  };
}

function hookOf(url: string): Hook | null {
  const query = url.indexOf('?');
  const path = url.slice(ROOT.length, query === -1 ? undefined : query);
  if (path === 'sms') return { name: 'sms' };
  const status = STATUS_PATH.exec(path);
  return status ? { name: 'status', deliveryId: Number(status[1]) } : null;
}

/** Name, code and place of a fault. Not its message: a database's quotes the rows, numbers and texts with them. */
function faultOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { fault: typeof error };
  const { code } = error as Error & { code?: unknown };
  const place = error.stack?.split('\n').find((line) => line.trimStart().startsWith('at '));
  return { fault: error.name, code: typeof code === 'string' ? code : undefined, place: place?.trim() };
}

/** A request without a body needs no type: it fails at the signature, which is the clearer answer. */
function isForm(req: IncomingMessage): boolean {
  const type = req.headers['content-type'];
  if (type === undefined)
    return req.headers['transfer-encoding'] === undefined && !Number(req.headers['content-length']);
  return /^application\/x-www-form-urlencoded\s*(;|$)/i.test(type);
}
