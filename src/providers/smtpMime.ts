import { randomBytes } from 'node:crypto';
import { buildHeaderValue, encodeWord, encodeWords, foldLines } from 'nodemailer/lib/mime-funcs';
import { encode as quotedPrintable, wrap } from 'nodemailer/lib/qp';
import type { ComposedMail } from '../core/mailCopy.ts';

/** RFC 5322 wants lines of 78 at most; nodemailer folds at 76. */
const LINE = 76;
/** A link is broken so that it fits a line of quoted-printable beside what stands around it. */
const LINK_PIECE = 60;

/** What is another one in each copy of a broadcast. */
export type Values = { to: string; messageId: string; date: string; leave: string; comeBack: string };

/**
 * Stand-ins for those while a template is composed. Random, so that no text can hold one; short and without signs, so
 * that neither folding nor quoted-printable touches them.
 */
const secret = randomBytes(8).toString('hex');
export const MARKS: Values = {
  to: `T${secret}T`,
  messageId: `M${secret}M`,
  date: `D${secret}D`,
  leave: `L${secret}L`,
  comeBack: `C${secret}C`,
};
const NAMES = Object.keys(MARKS) as (keyof Values)[];
const ANY_MARK = new RegExp(`(${NAMES.map((name) => MARKS[name]).join('|')})`);

/** A mail with gaps: texts and names of values in turn. `mixed`: the boundary between attachments; null = it has none. */
export type Template = { head: Gaps; body: Gaps; mixed: string | null };
type Gaps = readonly (string | keyof Values)[];

/** An attachment as a whole MIME part; encoded once, for all copies. */
export function attachmentPart(attachment: { name: string; type: string; content: Buffer }): Buffer {
  // Base64 is forbidden for message/ and multipart/ (RFC 2045, 6.4); whatever is no type at all is plain octets.
  const plain = /^[a-z0-9!#$&^_.+-]{1,60}\/[a-z0-9!#$&^_.+-]{1,120}$/i.test(attachment.type);
  const type = plain && !/^(message|multipart)\//i.test(attachment.type) ? attachment.type : 'application/octet-stream';
  const name = attachment.name.replace(/[\p{Cc}\p{Cs}/\\]/gu, '_').slice(-150) || 'file';
  const headers = [
    `Content-Type: ${buildHeaderValue({ value: type.toLowerCase(), params: { name } })}`,
    `Content-Disposition: ${buildHeaderValue({ value: 'attachment', params: { filename: name } })}`,
    'Content-Transfer-Encoding: base64',
  ].map((line) => foldLines(line, LINE));
  const lines = attachment.content.toString('base64').replace(/.{76}(?=.)/g, '$&\r\n');
  return Buffer.from(`${headers.join('\r\n')}\r\n\r\n${lines}\r\n`, 'latin1');
}

/** The mail as octets, with a gap wherever one of `MARKS` stands. `attached`: something will stand behind its text. */
export function templateOf(mail: ComposedMail, attached = false): Template {
  const boundary = (what: string) => `=_${what}_${randomBytes(12).toString('hex')}`;
  const alternative = boundary('a');
  const mixed = attached ? boundary('m') : null;
  const texts = [
    `--${alternative}\r\n${partOf('text/plain', mail.text)}`,
    `--${alternative}\r\n${partOf('text/html', mail.html)}`,
    `--${alternative}--\r\n`,
  ].join('');
  const inner = `Content-Type: multipart/alternative;\r\n boundary="${alternative}"\r\n`;
  const outer = mixed === null ? inner : `Content-Type: multipart/mixed;\r\n boundary="${mixed}"\r\n`;
  const body = mixed === null ? texts : `--${mixed}\r\n${inner}\r\n${texts}`;
  return {
    head: gaps(`${headersOf(mail)}MIME-Version: 1.0\r\n${outer}\r\n`),
    body: gaps(body),
    mixed,
  };
}

/** The copy: pieces in their order. Without attachments (`attachmentPart`) it is one string. */
export function fill(template: Template, values: Values, attachments: readonly Buffer[]): (string | Buffer)[] {
  const links = { leave: broken(values.leave), comeBack: broken(values.comeBack) };
  const text = filled(template.head, values) + filled(template.body, { ...values, ...links });
  if (template.mixed === null) return [text];
  const border = `--${template.mixed}\r\n`;
  return [text, ...attachments.flatMap((part) => [border, part]), `--${template.mixed}--\r\n`];
}

function filled(gapped: Gaps, values: Values): string {
  let text = '';
  for (let i = 0; i < gapped.length; i++) {
    const piece = gapped[i] as string;
    // Every second one is the name of a gap.
    text += i % 2 === 0 ? piece : values[piece as keyof Values];
  }
  return text;
}

const gaps = (text: string): Gaps =>
  text.split(ANY_MARK).map((piece, i) => (i % 2 === 0 ? piece : (NAMES.find((name) => MARKS[name] === piece) ?? '')));

/** A link in quoted-printable, with soft breaks, the last one behind it. */
function broken(link: string): string {
  const encoded = link.replaceAll('=', '=3D');
  let text = '';
  for (let at = 0; at < encoded.length; ) {
    let end = Math.min(at + LINK_PIECE, encoded.length);
    // Never inside `=3D`.
    const sign = encoded.lastIndexOf('=', end - 1);
    if (sign > at && sign > end - 3 && end < encoded.length) end = sign;
    text += `${encoded.slice(at, end)}=\r\n`;
    at = end;
  }
  return text;
}

const partOf = (type: string, text: string): string =>
  `Content-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${wrap(
    quotedPrintable(text.replace(/\n/g, '\r\n')),
    LINE,
  )}\r\n`;

function headersOf(mail: ComposedMail): string {
  const lines: [string, string][] = [
    ['From', `${phrase(mail.from.name)} <${mail.from.address}>`],
    ['To', mail.to],
    ...(mail.replyTo === null ? [] : [['Reply-To', mail.replyTo] as [string, string]]),
    ['Subject', encodeWords(mail.subject, 'Q', 52, true)],
    ['Date', mail.date],
    ['Message-ID', mail.messageId],
    ...(mail.inReplyTo === null
      ? []
      : ([
          ['In-Reply-To', mail.inReplyTo],
          ['References', mail.inReplyTo],
        ] as [string, string][])),
    ...(mail.listId === null
      ? []
      : [['List-Id', `${phrase(mail.listId.name)} <${mail.listId.id}>`] as [string, string]]),
    ...mail.headers.map(([name, value]) => [name, value] as [string, string]),
  ];
  return lines.map(([name, value]) => `${folded(name, value)}\r\n`).join('');
}

/** The last net: whatever came so far, a value is one line, folded where RFC 5322 allows. Links in a list get a line each. */
const folded = (name: string, value: string): string =>
  foldLines(`${name}: ${value.replace(/[\r\n\0]+/g, ' ')}`, LINE).replace(/>, </g, '>,\r\n <');

/** A display name: plain words, a quoted string, or encoded words. */
function phrase(name: string): string {
  if (/^[A-Za-z0-9 ]+$/.test(name)) return name;
  if (/^[ -~]+$/.test(name)) return `"${name.replace(/["\\]/g, '\\$&')}"`;
  return encodeWord(name, 'Q', 52);
}
