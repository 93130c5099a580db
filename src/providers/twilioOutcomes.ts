import type { SendOutcome } from '../ports/provider.ts';

/** How a refusal of Twilio's is to be taken; `retryAfterMs` is when trying again makes sense. */
export type TwilioClass = {
  result: Exclude<SendOutcome['result'], 'accepted' | 'not_begun'>;
  scope?: 'account' | 'number' | 'country';
  retryAfterMs?: number;
};

const HOUR = 3_600_000;

const permanent: TwilioClass = { result: 'permanent' };
const fault: TwilioClass = { result: 'fault' };
const pacing: TwilioClass = { result: 'pacing' };
const unknown: TwilioClass = { result: 'unknown' };
const account: TwilioClass = { result: 'configuration', scope: 'account' };
const number: TwilioClass = { result: 'configuration', scope: 'number' };
const country: TwilioClass = { result: 'configuration', scope: 'country' };

/**
 * Twilio's error codes, of create calls and of receipts. Source: Twilio's error dictionary, as document 6 sorts it; where
 * other lists call a code "recipient", ours asks whether the next recipient would fare any better: if not, it is
 * configuration and the run is paused.
 */
export const TWILIO_CODES: Readonly<Record<string, TwilioClass>> = {
  // Opted out at Twilio.
  21610: { result: 'blocked' },

  // This address takes no texts from anyone: not a number, not a mobile, nobody there, or refused on the way.
  21211: permanent,
  21214: permanent,
  21217: permanent,
  21401: permanent,
  21614: permanent,
  21635: permanent,
  30004: permanent,
  30005: permanent,
  30006: permanent,
  30007: permanent,
  30036: permanent,

  // Handset off or out of reach.
  30003: { result: 'temporary', retryAfterMs: HOUR },

  // Nobody knows whether it went out: ask before sending again.
  20500: unknown,
  20503: unknown,
  30008: unknown,
  30410: unknown,

  // Too fast for the account, the number or the reply-loop guard.
  14107: pacing,
  20429: pacing,
  21611: pacing,
  30001: pacing,
  30022: pacing,

  // Our own mistake in this one message: no recipient, no text, or a text that is too long.
  21602: fault,
  21604: fault,
  21617: fault,

  // Account, credentials, trial limits, and what every message carries alike.
  10001: account,
  20003: account,
  20404: account,
  21219: account,
  21608: account,
  21609: account,
  30002: account,

  // The sender.
  21212: number,
  21603: number,
  21606: number,
  21659: number,
  21660: number,
  21703: number,
  21704: number,
  21705: number,

  // Country or sender kind not allowed there.
  21408: country,
  21612: country,
  30018: country,
  30024: country,
};

/** What an HTTP answer says about one message. `code` is Twilio's, null when the body has none or was cut off. */
export type TwilioRefusal = { status: number; code: string | null; complete: boolean; retryAfterMs: number | null };

/**
 * Sorts an answer that is no acceptance. 5xx comes before any code: Twilio may have taken the message and failed after.
 * 4xx is surely not accepted.
 */
export function classifyRefusal({ status, code, complete, retryAfterMs }: TwilioRefusal): SendOutcome {
  const reason = code ?? `http_${status}`;
  if (status < 400 || status >= 500) return { result: 'unknown', reason };
  if (status === 429) return { result: 'pacing', reason, retryAfterMs };
  const known = code !== null && Object.hasOwn(TWILIO_CODES, code) ? TWILIO_CODES[code] : undefined;
  return outcome(known ?? byStatus(status, complete), reason, retryAfterMs);
}

/**
 * A 4xx whose code the table lacks. Access, a cut-off answer and what comes from something in between say nothing about the
 * recipient; the rest is permanent, since the same request would get the same answer.
 */
function byStatus(status: number, complete: boolean): TwilioClass {
  if (status === 401 || status === 403 || status === 404 || status === 407) return account;
  if (status === 408 || status === 425 || !complete) return { result: 'temporary' };
  return permanent;
}

function outcome(known: TwilioClass, reason: string, retryAfterMs: number | null): SendOutcome {
  const wait = retryAfterMs ?? known.retryAfterMs ?? null;
  switch (known.result) {
    case 'temporary':
    case 'pacing':
      return { result: known.result, reason, retryAfterMs: wait };
    case 'configuration':
      return { result: 'configuration', reason, scope: known.scope ?? 'account' };
    default:
      return { result: known.result, reason };
  }
}
