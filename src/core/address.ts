import { type Country, readMobile, readPhone } from './phoneNumber.ts';

/** Where a message can go: a phone number in E.164 or a mail address in lower case. */
export type Address = { kind: 'phone'; e164: string } | { kind: 'mail'; mail: string };
export type MailReading = { ok: true; mail: string } | { ok: false };

/**
 * Who an inbound text says it is from (B-31). Only a `phone` may join, write or be answered; `own` is one of our virtual
 * numbers.
 */
export type SenderKind = 'phone' | 'own' | 'alphanumeric' | 'short_code' | 'empty';

/** RFC 5321 4.5.3.1: 64 octets before the @, 254 in all (256 with the path's brackets). */
const LONGEST_LOCAL = 64;
const LONGEST_MAIL = 254;
const LOCAL = /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * Reads one plain mail address (RFC 5322 dot-atom) and folds its ASCII case. No display name, comment, quoted part or
 * address literal, and nothing outside ASCII: whatever only looks like a writer's address is another one (M-1).
 */
export function readMail(input: string): MailReading {
  const text = input.trim();
  if (text.length > LONGEST_MAIL || !/^[!-~]+$/.test(text)) return { ok: false };
  const mail = text.toLowerCase();
  const at = mail.indexOf('@');
  if (at < 1 || at > LONGEST_LOCAL || !LOCAL.test(mail.slice(0, at))) return { ok: false };
  const labels = mail.slice(at + 1).split('.');
  const top = labels.at(-1) ?? '';
  if (labels.length < 2 || /^\d+$/.test(top) || !labels.every((label) => LABEL.test(label))) return { ok: false };
  return { ok: true, mail };
}

/** A mail address or a number that can be texted (S3-3), however it is written; else null. */
export function readAddress(input: string, country: Country): Address | null {
  if (input.includes('@')) {
    const read = readMail(input);
    return read.ok ? { kind: 'mail', mail: read.mail } : null;
  }
  const read = readMobile(input, country);
  return read.ok ? { kind: 'phone', e164: read.e164 } : null;
}

/**
 * Sorts the From of an inbound text as providers give it (B-31). Numbers of E.164's length are taken as they are, for
 * this runs on every text; only the few that are short enough to be a short code behind a country code are looked up.
 */
export function senderKind(from: string, ownNumbers: readonly string[]): SenderKind {
  if (ownNumbers.includes(from)) return 'own';
  if (/^\+[1-9]\d{8,14}$/.test(from)) return 'phone';
  if (from.trim() === '') return 'empty';
  if (/^\+[1-9]\d{6,7}$/.test(from)) return readPhone(from, '').ok ? 'phone' : 'short_code';
  if (/^\+?\d{1,8}$/.test(from.trim())) return 'short_code';
  return 'alphanumeric';
}
