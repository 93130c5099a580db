import type { Receipt } from '../../ports/outbox.ts';
import { type Form, field } from './form.ts';
import { messageId } from './inboundForm.ts';

/**
 * Twilio's message states as ours. `read` (not for SMS) is past delivered; `partially_delivered` is not yet an end.
 * Source: Twilio's OpenAPI description, message_enum_status; the inbound states have no place in a receipt.
 */
const STATUS: Readonly<Record<string, Receipt['status']>> = {
  accepted: 'accepted',
  scheduled: 'accepted',
  queued: 'accepted',
  sending: 'accepted',
  sent: 'sent',
  partially_delivered: 'sent',
  delivered: 'delivered',
  read: 'delivered',
  undelivered: 'undelivered',
  failed: 'failed',
  canceled: 'failed',
};

/**
 * A status callback's form as a receipt for our delivery `deliveryId`, at `now` (ms).
 * 'malformed': it names no message or state; 'ignored': a state that we do not know, since Twilio adds some without notice.
 */
export function readReceipt(form: Form, deliveryId: number, now: number): Receipt | 'malformed' | 'ignored' {
  const providerId = messageId(form);
  const name = field(form, 'MessageStatus') ?? field(form, 'SmsStatus');
  if (providerId === null || !name) return 'malformed';
  const status = Object.hasOwn(STATUS, name) ? STATUS[name] : undefined;
  if (status === undefined) return 'ignored';
  return { deliveryId, providerId, status, reason: reason(field(form, 'ErrorCode'), name), at: now };
}

function reason(code: string | undefined, name: string): string | null {
  if (code !== undefined && /^[1-9]\d{0,6}$/.test(code)) return code;
  return name === 'canceled' ? 'canceled' : null;
}
