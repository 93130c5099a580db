import type { MailContent, MailReport } from './mail.ts';
import { mailboxIn, readBounceText, statusIn } from './mailReportText.ts';

type Recipient = MailReport['recipients'][number];

/** A part of a mail that says something of another mail; the beginning of it, decoded. */
export type ReportPart = {
  /** In lower case: `message/delivery-status`, `message/feedback-report`, `message/rfc822`, `text/rfc822-headers` … */
  type: string;
  text: string;
};

export type ReportSource = Pick<MailContent, 'headers' | 'subject' | 'from' | 'text'> & {
  parts: readonly ReportPart[];
};

/** Media types of `ReportPart`s (RFC 3464, 5965, 6522, 6533). */
export const REPORT_TYPES: readonly string[] = [
  'message/delivery-status',
  'message/global-delivery-status',
  'message/feedback-report',
  'message/rfc822',
  'message/global',
  'text/rfc822-headers',
  'message/global-headers',
];

/** A report about more is cut: ours go to one reader each. */
const MOST_RECIPIENTS = 50;

/**
 * Finds out whether a mail is a delivery report (RFC 3464), a complaint (RFC 5965) or one of the common free-text
 * bounces, and about whom. null: none of them. A report that somebody pressed "not spam" is none either.
 */
export function readReport(source: ReportSource): MailReport | null {
  const feedback = source.parts.find(({ type }) => type === 'message/feedback-report');
  if (feedback !== undefined) return complaint(feedback.text, source);

  const recipients = source.parts
    .filter(({ type }) => type === 'message/delivery-status' || type === 'message/global-delivery-status')
    .flatMap(({ text }) => deliveryStatus(text));
  if (recipients.length > 0) return bounce(recipients, source);

  const told = readBounceText(source, deliveryStatus(source.text));
  return told === null ? null : bounce(told, source);
}

function bounce(recipients: readonly Recipient[], source: ReportSource): MailReport {
  const seen = new Set<string>();
  const once = recipients.filter(({ address, action }) => {
    const key = `${address} ${action}`;
    return !seen.has(key) && seen.add(key);
  });
  return { kind: 'bounce', recipients: once.slice(0, MOST_RECIPIENTS), originalMessageId: originalId(source) };
}

function complaint(text: string, source: ReportSource): MailReport | null {
  const fields = fieldsOf(text);
  if (/^not-spam\b/i.test(fieldOf(fields, 'feedback-type'))) return null;
  const named = fields.filter(({ name }) => name === 'original-rcpt-to').map(({ value }) => mailboxIn(value));
  // Many hide the reader (RFC 6590); what came back may still name it.
  const original = named.length > 0 ? [] : [mailboxIn(fieldOf(fieldsOf(originalOf(source)), 'to'))];
  const recipients = [...named, ...original]
    .slice(0, MOST_RECIPIENTS)
    .map((address) => ({ address, action: '', status: '' }));
  return { kind: 'complaint', recipients, originalMessageId: originalId(source) };
}

/**
 * The recipients of a delivery status (RFC 3464 2.3): groups of fields with a blank line between them. The address is
 * the one that we sent to where the report has it (Original-Recipient), else where it ended.
 */
function deliveryStatus(text: string): Recipient[] {
  return text
    .split(/\n[ \t]*\r?\n/)
    .map(fieldsOf)
    .filter((fields) => fields.some(({ name }) => name === 'final-recipient' || name === 'original-recipient'))
    .map((fields) => {
      const status = fieldOf(fields, 'status') || fieldOf(fields, 'diagnostic-code');
      return {
        address: typed(fieldOf(fields, 'original-recipient')) || typed(fieldOf(fields, 'final-recipient')),
        action: /^[a-z]+/.exec(fieldOf(fields, 'action').toLowerCase())?.[0] ?? '',
        status: statusIn(status),
      };
    });
}

/** The address in `rfc822; <anna@p12.se>`; '' where the type is another one (a fax, an X.400 name). */
function typed(value: string): string {
  const at = value.indexOf(';');
  if (at < 0) return mailboxIn(value);
  return /^\s*(?:rfc822|utf-8|smtp)\s*$/i.test(value.slice(0, at)) ? mailboxIn(value.slice(at + 1)) : '';
}

type Field = { name: string; value: string };

/** Lines of `Name: value`, unfolded; what is no field is passed over. */
function fieldsOf(text: string): Field[] {
  return text
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/, 2000)
    .flatMap((line) => {
      const found = /^([!-9;-~]{1,80})[ \t]*:(.*)$/.exec(line.slice(0, 4000));
      return found === null ? [] : [{ name: (found[1] ?? '').toLowerCase(), value: (found[2] ?? '').trim() }];
    });
}

const fieldOf = (fields: readonly Field[], name: string): string =>
  fields.find((field) => field.name === name)?.value ?? '';

const originalOf = (source: ReportSource): string =>
  source.parts.find(({ type }) => ['message/rfc822', 'message/global'].includes(type))?.text ??
  source.parts.find(({ type }) => ['text/rfc822-headers', 'message/global-headers'].includes(type))?.text ??
  '';

/** Of the part that came back, else of the headers that a free-text bounce quotes. */
function originalId(source: ReportSource): string {
  const text = originalOf(source) || source.text;
  return /^[ \t>]*message-id[ \t]*:\s*(<[^<>\s]{1,250}>)/im.exec(text)?.[1] ?? '';
}
