import type { SendOutcome } from '../ports/provider.ts';

/**
 * The ways in which the simulated carrier can refuse a message, in Twilio's numbering (design 6). `outcome` is known at
 * once; `undelivered` is accepted first and comes back in a receipt with the code as reason.
 */
export type Failure = { at: 'send'; outcome: SendOutcome } | { at: 'receipt' };

const refused = (outcome: SendOutcome): Failure => ({ at: 'send', outcome });
const undelivered: Failure = { at: 'receipt' };

export const FAILURES: Readonly<Record<string, Failure>> = {
  20003: refused({ result: 'configuration', reason: '20003', scope: 'account' }),
  20429: refused({ result: 'pacing', reason: '20429', retryAfterMs: 1000 }),
  20500: refused({ result: 'unknown', reason: '20500' }),
  21408: refused({ result: 'configuration', reason: '21408', scope: 'country' }),
  21606: refused({ result: 'configuration', reason: '21606', scope: 'number' }),
  21610: refused({ result: 'blocked', reason: '21610' }),
  21614: refused({ result: 'permanent', reason: '21614' }),
  21617: refused({ result: 'fault', reason: '21617' }),
  30003: undelivered,
  30005: undelivered,
  30006: undelivered,
  30007: undelivered,
  30008: undelivered,
};

/** The longest text that Twilio takes; past it 21617. */
export const LONGEST_TEXT = 1600;
