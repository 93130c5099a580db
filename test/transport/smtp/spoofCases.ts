import type { MailContent } from '../../../src/core/mail.ts';
import { readMailboxes } from '../../../src/core/mailbox.ts';
import type { Zone } from '../../kit/dns.ts';
import { readVectors } from '../../kit/vectors.ts';

/** One mail of `email/spoof`, and whether it may be sent out without asking. */
export type SpoofCase = {
  id: string;
  mail_from: string;
  rcpt: string;
  source_ip: string;
  expect: 'auto' | 'never';
  why: string;
  repeat: number;
  raw_b64: string;
};

export const readSpoof = (): { list: string; writers: string[]; cases: SpoofCase[] } =>
  readVectors('email/spoof/cases_open.json');
export const spoofZone = (): Zone => readVectors<Zone>('email/spoof/zone.json');

/**
 * These mails are not of an unproven sender: the sender's proof holds, and another rule keeps them in (the book's address
 * is not in To, who wrote is no writer, a machine wrote).
 */
export const PROVEN_BUT_KEPT = [
  'auto-replied',
  'from-display-name',
  'list-id',
  'other-user-same-domain',
  'own-loop',
  'plus-tag',
  'replay-other-list',
  'reply-to',
];

/** The headers of a raw mail: as much of its content as the proof reads. */
export function headersOf(raw: Buffer): MailContent {
  const block = raw.toString('latin1').split(/\r?\n\r?\n/)[0] ?? '';
  const headers = block
    .replace(/\r?\n(?=[ \t])/g, '')
    .split(/\r?\n/)
    .map((line) => ({
      name: line.slice(0, line.indexOf(':')).trim().toLowerCase(),
      value: line.slice(line.indexOf(':') + 1).trim(),
    }));
  const values = (name: string) => headers.filter((header) => header.name === name).map(({ value }) => value);
  const from = values('from').map(readMailboxes);
  return {
    messageId: values('message-id')[0] ?? '',
    subject: values('subject')[0] ?? '',
    fromHeaders: from.length,
    from: from.flatMap(({ plain }) => plain),
    fromOdd: from.some(({ odd }) => odd),
    fromName: '',
    to: [...values('to'), ...values('cc')].flatMap((value) => readMailboxes(value).plain),
    headers,
    text: '',
    attachments: [],
    report: null,
    damaged: [],
  };
}
