import type { Readable } from 'node:stream';
import type { MailContent } from '../../core/mail.ts';
import { REPORT_TYPES, type ReportPart } from '../../core/mailReport.ts';
import { oneLine } from '../../core/oneLine.ts';
import type { ReadResult } from './types.ts';

/** Attachments of one mail that are kept, and octets of one. */
const MOST_KEPT = 10;
const LARGEST_KEPT = 5 * 1024 * 1024;
/** More are read away without being named. */
const MOST_NAMED = 100;
/** Of a part that reports something only the beginning is read: the rest is the mail that came back. */
const REPORT_OCTETS = 64 * 1024;

/** A signature over a mail is worth nothing on a copy of it. */
const WORTHLESS = /^application\/(?:(?:x-)?pkcs7-signature|pgp-signature)$/;

export type IncomingPart = { contentType: string | false; filename?: string | false; content: Readable };

/** Collects what a mail carries beside its text, within its limits. */
export class MailParts {
  readonly kept: Omit<ReadResult['attachments'][number], never>[] = [];
  readonly named: MailContent['attachments'][number][] = [];
  readonly reports: ReportPart[] = [];
  readonly damaged = new Set<string>();
  readonly #most: number;
  #octets = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Reads one part to its end; resolves also where it breaks off. */
  async take(part: IncomingPart): Promise<void> {
    const type = mediaType(part.contentType);
    const report = REPORT_TYPES.includes(type);
    const room = Math.min(LARGEST_KEPT, this.#most - this.#octets);
    let keep = this.kept.length < MOST_KEPT && !WORTHLESS.test(type);
    let chunks: Buffer[] = [];
    const head: Buffer[] = [];
    let size = 0;
    try {
      for await (const chunk of part.content as AsyncIterable<Buffer>) {
        if (report && size < REPORT_OCTETS) head.push(chunk);
        size += chunk.length;
        if (keep) chunks.push(chunk);
        if (size > room) {
          keep = false;
          chunks = [];
        }
      }
    } catch {
      this.damaged.add('attachment');
    }
    if (report) this.reports.push({ type, text: beginning(head) });
    if (/^application\/(?:vnd\.)?ms-tnef$/.test(type)) this.damaged.add('winmail');
    if (type === 'text/calendar') this.damaged.add('calendar');
    if (WORTHLESS.test(type) || this.named.length >= MOST_NAMED) return;
    const name = fileName(part.filename, type, this.named.length);
    this.named.push({ name, type, size, kept: keep });
    if (!keep) return;
    this.#octets += size;
    this.kept.push({ no: this.kept.length, name, type, content: Buffer.concat(chunks) });
  }
}

const beginning = (chunks: readonly Buffer[]): string =>
  Buffer.concat(chunks).subarray(0, REPORT_OCTETS).toString('utf8').replace(/\r\n/g, '\n');

/** `application/pdf`, or the one for anything where the mail's own is no media type (RFC 2045 5.1). */
function mediaType(type: string | false): string {
  const text = (type || '').trim().toLowerCase();
  return /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,60}$/.test(text) ? text : 'application/octet-stream';
}

const EXTENSIONS: Readonly<Record<string, string>> = {
  'text/calendar': 'ics',
  'message/rfc822': 'eml',
  'application/pdf': 'pdf',
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/gif': 'gif',
  'text/plain': 'txt',
  'text/html': 'html',
  'text/csv': 'csv',
};

/** A name without a path, controls and marks that turn the text round; `3.pdf` where there is none. */
function fileName(given: string | false | undefined, type: string, no: number): string {
  const name = oneLine((given || '').replace(/^.*[\\/]/s, ''), 120).replace(/[<>:"|?*]/g, '_');
  return /[^.\s]/.test(name) ? name : `${no + 1}.${EXTENSIONS[type] ?? 'bin'}`;
}
