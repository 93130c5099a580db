import Sqlite from 'better-sqlite3';
import { startDns } from '../kit/dns.ts';
import { type Installation, install } from '../kit/installation.ts';
import type { Judge } from '../kit/judge.ts';
import { dotted, type SmtpTalk, smtpTalk } from '../kit/mail.ts';
import { freePort } from '../kit/ports.ts';
import { fileOf } from '../kit/sqliteFile.ts';

export const LIST = 'p12@lists.example';

export type MailPlace = { place: Installation; smtp: number; clear(): Promise<void> };

/** An installation with a mail door, and a name server that knows no names. */
export async function installMail(judge: Judge, env: Record<string, string> = {}): Promise<MailPlace> {
  const dns = await startDns({});
  const smtp = await freePort();
  const place = await install(judge, {
    env: {
      ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp), LIST_DOMAIN: 'lists.example', DNS_SERVERS: dns.server },
      ...env,
    },
  });
  return {
    ...{ place, smtp },
    async clear() {
      await place.clear();
      await dns.stop();
    },
  };
}

/** A mail by somebody whom nobody knows: it goes to the functionaries (M-3), whatever it says. */
export const letter = (id: string, body = 'Finns det plats för en till?', from = 'okand'): string =>
  [
    `From: Okand <${from}@elsewhere.example>`,
    `To: ${LIST}`,
    'Subject: Fraga',
    `Message-ID: ${id}`,
    'Date: Mon, 06 Jul 2026 10:00:00 +0200',
    'Content-Type: text/plain; charset=utf-8',
    '',
    body,
    '',
  ].join('\r\n');

/** A peer that sends one mail after another on one connection. */
export async function openPeer(
  port: number,
  from: string,
): Promise<{ send(raw: string | Buffer): Promise<number>; talk: SmtpTalk }> {
  const talk = await smtpTalk(port, { from, ms: 60_000 });
  await talk.answer();
  await talk.say('EHLO elsewhere.example');
  return {
    talk,
    /** The answer to the dot, or to what was refused before it; 0 = the connection ended. */
    async send(raw) {
      try {
        for (const line of ['MAIL FROM:<okand@elsewhere.example>', `RCPT TO:<${LIST}>`, 'DATA']) {
          const { code } = await talk.say(line);
          if (code >= 400) return code;
        }
        await talk.write(dotted(raw));
        return (await talk.answer())?.code ?? 0;
      } catch {
        return 0;
      }
    },
  };
}

/** What is on the disk: each Message-ID, how often it stands there, and whether its octets do. */
export function mailsOn(place: Installation): Map<string, { times: number; whole: boolean }> {
  const connection = new Sqlite(fileOf(place), { timeout: 5_000 });
  try {
    const rows = connection
      .prepare(
        `select message_id as id, count(*) as times,
           min((select count(*) from mail_pieces p where p.raw_id = m.raw_id) = pieces and exists
             (select 1 from inbounds i where i.id = m.inbound_id)) as whole
         from mails m group by message_id`,
      )
      .all() as { id: string; times: number; whole: number }[];
    return new Map(rows.map(({ id, times, whole }) => [id, { times, whole: whole === 1 }]));
  } finally {
    connection.close();
  }
}
