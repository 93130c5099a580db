import { createHmac } from 'node:crypto';
import { composeMail } from '../../dist/core/mailCopy.js';
import { makeReturnPath, messageIdOf } from '../../dist/core/returnPath.js';
import { mailOf, PUBLIC_URL, TEXT } from './world.mjs';

export const DOMAIN = 'lists.example.se';
/** Connections to the smarthost: what the project uses, and so what both sides get. */
export const CONNECTIONS = 10;
/** Of the text, as quoted-printable leaves it; the stand-in counts mails that hold it. */
export const MARKER = 'flyttas till klockan 18';

const mac = (text) => createHmac('sha256', 'a key for benches only').update(text).digest('base64url');

const LINK = 'https://link.invalid/';
const book = { id: 'b', name: 'Föräldrar P12', address: 'p12', locale: 'sv', replyTo: 'writer', senders: 'writers' };
const run = { book, subject: null, door: 'cli', writer: '', writerName: '', mailId: null };
/** The words of all mails, put together once: this side does the least that it can. */
const mail = composeMail({
  ...{ kind: 'copy', organisation: 'Lunds IK', locale: 'sv', book, letter: null, run, to: '', text: TEXT },
  ...{ domain: DOMAIN, at: 0, messageId: '', envelopeFrom: '', links: { leave: LINK, comeBack: LINK } },
});

/** Mail `n` as nodemailer takes it: the project's words, headers, ids and links. */
export function sampleMail(n) {
  const link = `${PUBLIC_URL}/leave/0192f0c4-${String(n).padStart(12, '0')}-7000-8000.${mac(`leave:${n}`).slice(0, 22)}`;
  const to = mailOf(n);
  return {
    from: mail.from,
    to,
    envelope: { from: `${makeReturnPath(n, mac)}@${DOMAIN}`, to },
    subject: mail.subject,
    messageId: messageIdOf(n, DOMAIN, mac),
    date: new Date(),
    text: mail.text.replaceAll(LINK, link),
    html: mail.html.replaceAll(LINK, link),
    headers: [
      ...mail.headers.map(([key, value]) => ({ key, value: value.replaceAll(LINK, link) })),
      { key: 'List-Id', value: `"${mail.listId.name}" <${mail.listId.id}>` },
    ],
  };
}
