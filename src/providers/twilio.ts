import type { Log } from '../ports/log.ts';
import type { OutgoingText, Provider, SendOutcome, SentText } from '../ports/provider.ts';
import { beginExchange, type Exchange, exchange } from './twilioExchange.ts';
import { openLines } from './twilioLines.ts';
import { classifyRefusal } from './twilioOutcomes.ts';

export type TwilioOptions = {
  accountSid: string;
  authToken: string;
  /** TWILIO_API_URL, `https://api.twilio.com`: a region, an edge or a test server. */
  apiUrl: string;
  /** PUBLIC_URL: where receipts come back to. */
  publicUrl: string;
  concurrency?: number;
  /** Connections beyond those, for others to pass requests that hang. */
  spare?: number;
  /** For one whole exchange, from asking for a connection to the end of the answer. */
  timeoutMs?: number;
  log: Log;
};

/** Twilio's longest ValidityPeriod, seconds. */
const MAX_VALID_S = 36_000;
const CONNECT_MS = 5_000;
/** A look-up sees the newest messages of one pair of numbers; what is in doubt is minutes old. */
const PAGE_SIZE = 50;
/** Look-ups have connections of their own, so that they neither wait for messages nor keep one waiting. */
const LOOKUPS = 5;

/**
 * Twilio's Messages resource over kept-alive connections, one request at a time on each (a pipelined create would be in
 * doubt with every one before it). The SDK does the same at a seventh of the speed and hides whether a request was written.
 * Source: Twilio's OpenAPI description, twilio_api_v2010.
 */
export function createTwilioProvider(options: TwilioOptions): Provider {
  const { accountSid, authToken, log } = options;
  const concurrency = options.concurrency ?? 50;
  const spare = options.spare ?? concurrency;
  const timeoutMs = options.timeoutMs ?? 15_000;
  const api = new URL(options.apiUrl);
  const connectMs = Math.min(CONNECT_MS, timeoutMs);
  const lines = openLines(api.origin, concurrency + spare, connectMs);
  const lookups = openLines(api.origin, LOOKUPS, connectMs);
  const path = `${api.pathname.replace(/\/+$/, '')}/2010-04-01/Accounts/${encodeURIComponent(accountSid)}/Messages.json`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const getHeaders = ['authorization', authorization, 'accept', 'application/json'];
  const postHeaders = [...getHeaders, 'content-type', 'application/x-www-form-urlencoded'];
  const receipts = receiptUrl(options.publicUrl, options.apiUrl);
  const callback = receipts === null ? null : `&StatusCallback=${encode(receipts)}`;

  function begin(message: OutgoingText, ended: (outcome: SendOutcome) => void, signal?: AbortSignal): void {
    const body = createBody(message, callback);
    const { deliveryId, startWithinMs } = message;
    const answered = (answer: Exchange): void => {
      const outcome = outcomeOf(answer);
      if (outcome.result === 'unknown')
        log.warn({ deliveryId, reason: outcome.reason }, 'Twilio may have taken a message');
      ended(outcome);
    };
    const request = { method: 'POST', path, headers: postHeaders, body, startWithinMs } as const;
    beginExchange(lines, request, timeoutMs, answered, signal);
  }

  return {
    name: 'twilio',
    concurrency,
    spare,

    send: (message, signal) => new Promise((resolve) => begin(message, resolve, signal)),
    begin,

    async find(to, from) {
      const query = `?To=${encode(to)}&From=${encode(from)}&PageSize=${PAGE_SIZE}`;
      const answer = await exchange(
        lookups,
        { method: 'GET', path: path + query, headers: getHeaders, body: null },
        timeoutMs,
      );
      const found = answer.kind === 'answered' && answer.status === 200 ? sentTexts(parse(answer.body)) : null;
      if (found === null) log.warn({ reason: whyNot(answer) }, "Twilio's message log could not be read");
      return found;
    },

    async close() {
      await Promise.all([lines.close(), lookups.close()]);
    },
  };
}

/**
 * Where receipts come to, up to the delivery id; null = Twilio is not asked for any. It refuses an address that it cannot
 * reach (21609), which would stop every message; a server on this machine can reach us.
 */
export function receiptUrl(publicUrl: string, apiUrl: string): string | null {
  if (isLoopback(new URL(publicUrl).hostname) && !isLoopback(new URL(apiUrl).hostname)) return null;
  return `${publicUrl.replace(/\/+$/, '')}/webhooks/twilio/status/`;
}

const isLoopback = (host: string): boolean => /^(localhost|.*\.localhost|127(\.\d+){3}|\[::1\])$/i.test(host);

/** Percent-encodes; remembers the last one: copies of a broadcast without a merged name all have one text. */
function remembering(): (text: string) => string {
  let last = '';
  let encoded = '';
  return (text) => {
    if (text !== last) {
      encoded = encode(text);
      last = text;
    }
    return encoded;
  };
}
const encodeFrom = remembering();
const encodeText = remembering();

function createBody(message: OutgoingText, callback: string | null): string {
  const validity = Math.min(Math.max(Math.floor(message.validForS), 1), MAX_VALID_S);
  const receipts = callback === null ? '' : callback + message.deliveryId;
  return `To=${encode(message.to)}&From=${encodeFrom(message.from)}&Body=${encodeText(message.text)}${receipts}&ValidityPeriod=${validity}`;
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text);
  } catch {
    // Half a surrogate pair is no character and cannot be sent.
    return encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\uFFFD'));
  }
}

function whyNot(answer: Exchange): string {
  if (answer.kind === 'not_begun') return answer.kind;
  return answer.kind === 'answered' ? `http_${answer.status}` : answer.reason;
}

function outcomeOf(answer: Exchange): SendOutcome {
  if (answer.kind === 'not_begun') return { result: 'not_begun' };
  if (answer.kind === 'not_sent') return { result: 'temporary', reason: answer.reason, retryAfterMs: null };
  if (answer.kind === 'unclear') return { result: 'unknown', reason: answer.reason };
  const { status, complete, retryAfterMs } = answer;
  const body = parse(answer.body);
  if (status >= 200 && status < 300) {
    const sid = text(body, 'sid');
    return sid && /^[A-Za-z0-9]{2,64}$/.test(sid)
      ? { result: 'accepted', providerId: sid }
      : { result: 'unknown', reason: `http_${status}` };
  }
  const code =
    isRecord(body) && (typeof body.code === 'number' || typeof body.code === 'string') ? String(body.code) : null;
  return classifyRefusal({ status, code, complete, retryAfterMs });
}

/** Outbound messages of a page, newest first; null when it is not such a page. */
function sentTexts(page: unknown): SentText[] | null {
  const messages = isRecord(page) ? page.messages : null;
  if (!Array.isArray(messages)) return null;
  const found: SentText[] = [];
  for (const message of messages) {
    if (!text(message, 'direction')?.startsWith('outbound')) continue;
    const providerId = text(message, 'sid');
    // RFC 2822, as "Fri, 24 May 2019 17:44:46 +0000".
    const createdAt = Date.parse(text(message, 'date_created') ?? '');
    if (!providerId || Number.isNaN(createdAt)) return null;
    found.push({ providerId, text: text(message, 'body') ?? '', createdAt, status: text(message, 'status') ?? '' });
  }
  return found.sort((a, b) => b.createdAt - a.createdAt);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function text(value: unknown, key: string): string | null {
  const found = isRecord(value) ? value[key] : null;
  return typeof found === 'string' ? found : null;
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
