import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { type ParsedMail, simpleParser } from 'mailparser';
import type { ShownBook } from '../../src/app/showBook.ts';
import { type DnsStub, startDns } from '../kit/dns.ts';
import { type Installation, install, NUMBER, until } from '../kit/installation.ts';
import { sendMail } from '../kit/mail.ts';
import { freePort } from '../kit/ports.ts';
import { type Smarthost, startSmarthost } from '../kit/smarthost.ts';
import { fileOf } from '../kit/sqliteFile.ts';
import { describeVectors } from '../kit/vectors.ts';

/** From a mail at our own MX to the phones and the inboxes, and what comes back: the built program, sockets, and links. */
const DOMAIN = 'lists.example.org';
const LIST = `p12@${DOMAIN}`;
const COACH = 'coach@example.se';
const BOARD = 'board@example.se';
const [anna, cilla] = ['+46701740603', '+46701740604'] as const;
const own = [['v=spf1 ip4:127.0.0.1 -all']];
const ZONE = {
  'example.se': { TXT: own },
  '_dmarc.example.se': { TXT: [['v=DMARC1; p=reject']] },
  'example.net': { TXT: own },
  '_dmarc.example.net': { TXT: [['v=DMARC1; p=reject']] },
};
const FILE = `
organisation: { name: Lunds IK, locale: sv, timezone: Europe/Stockholm, country: SE }
numbers:
  - { number: "${NUMBER}", provider: simulator, parts_per_second: 100, provider_keywords: off }
books:
  - name: Föräldrar P12
    address: p12
    number: "${NUMBER}"
    keyword: P12
    main: true
    sms_name: P12
    header: ""
    footer: false
    writers: ["${COACH}"]
    functionaries: ["${BOARD}"]
    members:
      - { phone: "${anna}", name: Anna }
      - { mail: bo@example.net, name: Bo }
      - { phone: "${cilla}", mail: cilla@example.net, name: Cilla }
      - { mail: dora@example.net, name: Dora }
  - name: Styrelsen
    address: p14
    number: "${NUMBER}"
    keyword: STYRELSE
    sms_name: P14
    approval: manual
    functionaries: ["${BOARD}"]
`;
const DAY = 24 * 3_600_000;

describeVectors('email/dns_stub.mjs', () => {
  let dns: DnsStub;
  let host: Smarthost;
  let place: Installation;
  let smtp = 0;
  let clockFile = '';
  let made = 0;

  beforeAll(async () => {
    dns = await startDns(ZONE);
    host = await startSmarthost();
    smtp = await freePort();
    place = await install(null, {
      env: {
        ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp), LIST_DOMAIN: DOMAIN },
        ...{ DNS_SERVERS: dns.server, MAIL_URL: host.url },
      },
    });
    await place.apply(FILE);
    clockFile = join(place.folder, 'clock');
    await place.serve({
      role: 'web,smtp,worker',
      nodeArgs: ['--import', new URL('../kit/fakeClock.mjs', import.meta.url).href],
      env: { FAKE_CLOCK_FILE: clockFile },
    });
  });
  afterAll(async () => {
    await place?.clear();
    await host?.stop();
    await dns?.stop();
  });

  /** From the sender's own server (127.0.0.1 in the zone), or from somewhere else. */
  async function write(
    from: string,
    said: { subject: string; text: string },
    more: { to?: string; elsewhere?: boolean } = {},
  ): Promise<void> {
    made += 1;
    const to = more.to ?? LIST;
    const raw = [
      ...[`From: ${from}`, `To: ${to}`, `Subject: ${said.subject}`, `Message-ID: <${made}@mail.example.se>`],
      ...['Date: Mon, 06 Jul 2026 10:00:00 +0200', 'Content-Type: text/plain; charset=utf-8', '', said.text, ''],
    ].join('\r\n');
    const localAddress = more.elsewhere ? '127.0.0.9' : '127.0.0.1';
    expect(await sendMail(smtp, { from, to, raw, localAddress })).toMatchObject({ code: 250, at: 'dot' });
  }

  const mailsTo = (address: string): Promise<ParsedMail[]> =>
    Promise.all(
      host.taken.filter(({ to }) => to.includes(address)).map(({ raw }) => simpleParser(Buffer.from(raw, 'latin1'))),
    );
  const textsOf = async (address: string): Promise<string[]> => (await mailsTo(address)).map(({ text }) => text ?? '');
  async function mailTo(address: string, says: string): Promise<ParsedMail> {
    const found = async () => (await mailsTo(address)).filter(({ text }) => text?.includes(says));
    await until(async () => (await found()).length > 0, `a mail to ${address} that says "${says}"`, 10_000);
    const mails = await found();
    expect(mails).toHaveLength(1);
    return mails[0] as ParsedMail;
  }
  const isNowhere = async (says: string, addresses: readonly string[]): Promise<void> => {
    for (const address of addresses) expect((await textsOf(address)).filter((text) => text.includes(says))).toEqual([]);
  };
  function rows<T>(query: string, ...values: string[]): T[] {
    const connection = new Sqlite(fileOf(place), { timeout: 5_000, readonly: true });
    try {
      return connection.prepare(query).all(...values) as T[];
    } finally {
      connection.close();
    }
  }
  const smsOf = (phone: string): string[] =>
    rows<{ text: string }>('select text from carrier_messages where receiver = ? order by at', phone).map(
      ({ text }) => text,
    );
  async function shown(address: string): Promise<ShownBook> {
    const { code, stdout } = await place.run('show', 'book', address, '--json');
    expect(code).toBe(0);
    return JSON.parse(stdout) as ShownBook;
  }
  const statusOf = async (mail: string, book = 'p12'): Promise<string | undefined> =>
    (await shown(book)).members.find((member) => member.mail === mail)?.status;
  const linkIn = (text: string | undefined, path: string): string =>
    new RegExp(`${place.url}/${path}/[\\w.-]+`).exec(text ?? '')?.[0] ?? `no link to ${path} in ${text}`;
  const pressed = async (link: string, body = ''): Promise<{ status: number; text: string }> => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await fetch(link, { method: 'POST', headers, body });
    return { status: answer.status, text: await answer.text() };
  };

  test('a writer mails the list: phones get a text, inboxes a mail of ours with one-click leaving', async () => {
    await write(COACH, { subject: 'Match', text: 'Matchen flyttas till klockan 18.\r\n\r\n-- \r\nCarin, 0701' });
    await until(() => smsOf(anna).length > 0 && smsOf(cilla).length > 0, 'the texts', 10_000);
    expect([smsOf(anna), smsOf(cilla)]).toEqual([
      ['Matchen flyttas till klockan 18.'],
      ['Matchen flyttas till klockan 18.'],
    ]);
    await mailTo('cilla@example.net', 'flyttas');
    const mail = await mailTo('bo@example.net', 'Matchen flyttas till klockan 18.');
    expect(mail.subject).toBe('Match');
    expect(mail.from?.value[0]?.address).toBe(LIST);
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
    const head = mail.headerLines.map(({ line }) => line);
    expect(head.find((line) => /^List-Unsubscribe:/i.test(line))).toContain(linkIn(mail.text, 'leave'));
    expect(head).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    expect((await mailTo(COACH, 'går nu ut till 4 personer')).subject).toContain('[P12]');
  });

  test('one click leaves: a look does not, the POST does, and the next mail goes to the others', async () => {
    const link = linkIn((await mailTo('bo@example.net', 'flyttas')).text, 'leave');
    expect((await fetch(link)).status).toBe(200);
    expect(await statusOf('bo@example.net')).toBe('active');
    expect((await pressed(link, 'List-Unsubscribe=One-Click')).status).toBe(200);
    expect(await statusOf('bo@example.net')).toBe('unsubscribed');
    await write(COACH, { subject: 'Fika', text: 'Ta med fika på lördag, tack.' });
    await mailTo('dora@example.net', 'Ta med fika');
    await mailTo(COACH, 'går nu ut till 3 personer');
    await until(() => rows("select 1 from broadcasts where status = 'sending'").length === 0, 'it has gone out');
    await isNowhere('Ta med fika', ['bo@example.net']);
  });

  test("a mail in the writer's name from elsewhere waits; only the POST behind its link sends it, once", async () => {
    await write(COACH, { subject: 'Hall', text: 'Vi tränar i Ideonhallen i morgon.' }, { elsewhere: true });
    const link = linkIn((await mailTo(COACH, 'Inget har skickats än')).text, 'confirm');
    const looked = await fetch(link);
    expect([looked.status, (await looked.text()).includes('Vi tränar i Ideonhallen')]).toEqual([200, true]);
    expect((await shown('p12')).held).toHaveLength(1);
    await isNowhere('Ideonhallen', ['dora@example.net', 'cilla@example.net']);
    expect(smsOf(anna)).toHaveLength(2);

    expect((await pressed(link, 'do=send')).status).toBe(200);
    await mailTo('dora@example.net', 'Ideonhallen');
    const again = await pressed(link, 'do=send');
    expect(again.status).toBe(410);
    expect((await (await fetch(link)).text()).includes('<form')).toBe(false);
    await until(() => smsOf(anna).length === 3, 'the third text', 10_000);
    expect(rows("select 1 from broadcasts where text like '%Ideonhallen%'")).toHaveLength(1);
    expect((await shown('p12')).held).toEqual([]);
  });

  test('a stranger reaches the functionaries, marked, and hears that it was only them', async () => {
    await write('frida@example.net', { subject: 'Fråga', text: 'Finns det plats för en till?' });
    const notice = await mailTo(BOARD, 'Finns det plats för en till?');
    expect(notice.text).toContain('Meddelande ej skickat');
    expect(notice.replyTo?.value[0]?.address).toBe('frida@example.net');
    await mailTo('frida@example.net', 'bara gått till de ansvariga');
    await isNowhere('Finns det plats', ['dora@example.net', 'cilla@example.net']);
  });

  test('+join from a proven address joins; from an unproven one its link does', async () => {
    await write('gun@example.net', { subject: '', text: 'hej' }, { to: `p12+join@${DOMAIN}` });
    await mailTo('gun@example.net', 'Du är nu med i P12');
    expect(await statusOf('gun@example.net')).toBe('active');
    await write('hans@example.net', { subject: '', text: 'hej' }, { to: `p12+join@${DOMAIN}`, elsewhere: true });
    const link = linkIn((await mailTo('hans@example.net', 'för att bekräfta')).text, 'mail-join');
    expect((await fetch(link)).status).toBe(200);
    expect(await statusOf('hans@example.net')).toBeUndefined();
    expect((await pressed(link, 'do=join')).status).toBe(200);
    expect(await statusOf('hans@example.net')).toBe('active');
  });

  test('a functionary answers the notice of a request with JA: the person is in', async () => {
    await write('ida@example.net', { subject: 'Hej', text: 'START' }, { to: `p14@${DOMAIN}` });
    const notice = await mailTo(BOARD, 'vill gå med i P14');
    const to = notice.replyTo?.value[0]?.address ?? '';
    expect(to).toMatch(/^p14\+a-[0-9a-f]{24}@lists\.example\.org$/);
    expect(await statusOf('ida@example.net', 'p14')).toBe('pending');
    await write(BOARD, { subject: 'Re: Någon vill gå med', text: 'JA\r\n\r\n> ida@example.net vill gå med' }, { to });
    await mailTo('ida@example.net', 'Du är nu med i P14');
    expect(await statusOf('ida@example.net', 'p14')).toBe('active');
    await mailTo(BOARD, 'är nu med i P14');
  });

  test('a copy that comes back twice, a day apart: no more mail to that address, and the functionaries know', async () => {
    const copyOf = (says: string) =>
      host.taken.find(({ to, raw }) => to[0] === 'dora@example.net' && raw.includes(says));
    const bounce = async (says: string): Promise<void> => {
      const { from = '', raw = '' } = copyOf(says) ?? {};
      expect(from).toMatch(/^bounce\+\d+-[0-9a-f]{16}@lists\.example\.org$/);
      const id = /^Message-ID: (.*)$/im.exec(raw)?.[1] ?? '';
      expect(await sendMail(smtp, { from: '', to: from, raw: dsn('dora@example.net', from, id) })).toMatchObject({
        code: 250,
      });
    };
    await bounce('Subject: Fika');
    expect(await statusOf('dora@example.net')).toBe('active');
    writeFileSync(clockFile, String(DAY + 3_600_000));
    await write(COACH, { subject: 'Cup', text: 'Anmälan till cupen är öppen.' });
    await mailTo('dora@example.net', 'Anmälan till cupen');
    await bounce('Subject: Cup');
    await until(async () => (await statusOf('dora@example.net')) === 'unreachable', 'the address is paused', 10_000);
    await mailTo(BOARD, 'Dora');
    await write(COACH, { subject: 'Resultat', text: 'Vi vann med tre mot ett.' });
    await mailTo('gun@example.net', 'Vi vann');
    await until(() => rows("select 1 from broadcasts where status = 'sending'").length === 0, 'it has gone out');
    await isNowhere('Vi vann', ['dora@example.net', 'bo@example.net']);
  });
});

/** As Postfix writes it (RFC 3464). */
const dsn = (to: string, returnPath: string, messageId: string): string => `From: MAILER-DAEMON@mx.example.net
To: ${returnPath}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Message-ID: <back-${messageId.replace(/\W/g, '')}@mx.example.net>
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

<${to}>: host mx.example.net said: 550 5.1.1 User unknown
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; ${to}
Action: failed
Status: 5.1.1
--b
Content-Type: text/rfc822-headers

Message-ID: ${messageId}
--b--
`;
