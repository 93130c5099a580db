import type { InboundText } from '../../core/inbound.ts';
import { type Form, field } from './form.ts';

/** Twilio's error for a message of several parts of which one never came (B-35). */
const MISSING_PART = '30009';

/**
 * A message id as Twilio gives it, `SM` or `MM` and 32 hex digits. The length is a safeguard: the signature joins names
 * and values without separators, so a captured request could be cut anew with the next field in the id, and would count
 * as a new message (B-28). A full id has no room for that.
 */
const MESSAGE_ID = /^[A-Za-z0-9]{2,34}$/;

/** The message id of a form; null where there is none that could be Twilio's. */
export function messageId(form: Form): string | null {
  const id = field(form, 'MessageSid');
  return id !== undefined && MESSAGE_ID.test(id) ? id : null;
}

/**
 * An inbound webhook's form as a text; null when it lacks what every inbound has. An empty `From` is a sender (B-31),
 * an absent one is not an inbound. Source: Twilio, "Messaging webhooks"; fields it adds later are ignored here.
 */
export function readInbound(form: Form): InboundText | null {
  const providerId = messageId(form);
  const from = field(form, 'From');
  const to = field(form, 'To');
  if (providerId === null || from === undefined || !to) return null;
  return {
    providerId,
    from,
    to,
    text: field(form, 'Body') ?? '',
    mediaCount: mediaCount(field(form, 'NumMedia')),
    missingPart: field(form, 'ErrorCode') === MISSING_PART,
    optOut: optOut(field(form, 'OptOutType')),
    // The form carries no time of its own.
    providerAt: null,
  };
}

/** Twilio sends at most 10; what is no small number is none. */
function mediaCount(value: string | undefined): number {
  return value !== undefined && /^\d{1,2}$/.test(value) ? Number(value) : 0;
}

function optOut(value: string | undefined): InboundText['optOut'] {
  return value === 'START' || value === 'STOP' || value === 'HELP' ? value : null;
}
