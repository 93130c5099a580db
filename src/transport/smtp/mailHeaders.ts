import type { MailContent } from '../../core/mail.ts';
import { oneLine } from '../../core/oneLine.ts';
import { guess } from './mailTree.ts';

type Headers = MailContent['headers'];

/** A value that is longer is cut: From and To are read to their end before. */
const LONGEST_VALUE = 64_000;
const MOST_HEADERS = 2000;

/** The lines of a header block as mailparser parts them (an octet a character), unfolded, in their order. */
export function readHeaders(lines: readonly { key: string; line: string }[]): Headers {
  return lines.slice(0, MOST_HEADERS).flatMap(({ key, line }) => {
    const colon = line.indexOf(':');
    if (key === '' || colon < 0) return [];
    const value = guess(line.slice(colon + 1, colon + 1 + LONGEST_VALUE)).replace(/\r?\n(?=[ \t])/g, '');
    return [{ name: key, value: value.trim() }];
  });
}

export const headerValues = (headers: Headers, name: string): string[] =>
  headers.filter((header) => header.name === name).map(({ value }) => value);

/**
 * The subject on one line. `decoded` is mailparser's reading (encoded words); octets that are no UTF-8 it loses, there the
 * header itself is read.
 */
export function subjectOf(decoded: unknown, headers: Headers): string {
  const raw = headerValues(headers, 'subject')[0] ?? '';
  const text = typeof decoded === 'string' ? decoded : '';
  return oneLine(text.includes('\ufffd') && !raw.includes('=?') ? raw : text);
}
