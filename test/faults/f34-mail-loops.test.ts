import { expect } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { type DnsStub, startDns } from '../kit/dns.ts';
import { type Installation, install, until } from '../kit/installation.ts';
import { sendMail } from '../kit/mail.ts';
import { freePort } from '../kit/ports.ts';
import { type Reader, type Relay, startRelay } from '../kit/relay.ts';
import { fileOf } from '../kit/sqliteFile.ts';
import { promise } from './promise.ts';

/** More than the longest ending exchange makes, and soon reached by one that does not end. */
const MOST = 400;
/** F34, in 10 minutes; the script is shorter. */
const MOST_ANSWERS = 3;
const A = 'p12@lists.a.example';
const B = 'p12@lists.b.example';

/** Writers, members and functionaries who have gone away for the summer. */
const robot = (what: string): string => `${what}@robots.example`;
const zone = {
  'lists.a.example': { TXT: [['v=spf1 ip4:127.0.0.1 -all']] },
  'lists.b.example': { TXT: [['v=spf1 ip4:127.0.0.1 -all']] },
  'people.example': { TXT: [['v=spf1 ip4:127.0.0.1 -all']] },
  'robots.example': { TXT: [['v=spf1 ip4:127.0.0.1 -all']] },
};
for (const domain of Object.keys(zone))
  Object.assign(zone, { [`_dmarc.${domain}`]: { TXT: [['v=DMARC1; p=reject']] } });

const headerOf = (raw: string, name: string): string =>
  new RegExp(`^${name}: *(.*(?:\\r\\n[ \\t].*)*)`, 'im').exec(raw.split('\r\n\r\n', 1)[0] ?? '')?.[1] ?? '';
const addressIn = (value: string): string => /<([^<>]+)>/.exec(value)?.[1] ?? value.trim();

/** Raw mails are strings of octets. */
const octets = (text: string): string => Buffer.from(text).toString('latin1');

let made = 0;
function mailOf(from: string, to: string, subject: string, text: string, headers: readonly string[] = []): string {
  made += 1;
  return [
    ...[`From: ${from}`, `To: ${to}`, `Subject: ${subject}`, `Message-ID: <${made}@${from.split('@')[1]}>`],
    ...[
      'Date: Mon, 06 Jul 2026 10:00:00 +0200',
      'Content-Type: text/plain; charset=utf-8',
      ...headers,
      '',
      octets(text),
      '',
    ],
  ].join('\r\n');
}

/**
 * Answers every mail at once. `marked`: as RFC 3834 asks, to the return path · `honest`: marked, but to From · `dull`: to
 * From, the same words each time and nothing that says what it is · `chatty`: so too, but never twice the same words.
 */
const answering: Reader = ({ to, from, raw }) => {
  const [who = '', domain] = to.split('@');
  if (domain !== 'robots.example') return null;
  const subject = `Re: ${headerOf(raw, 'Subject')}`;
  const marks = ['Auto-Submitted: auto-replied', `In-Reply-To: ${headerOf(raw, 'Message-ID')}`];
  const author = addressIn(headerOf(raw, 'From'));
  const say = (back: string, envelope: string, text: string, headers: string[] = []) => ({
    ...{ from: envelope, to: back },
    raw: mailOf(to, back, subject, text, headers),
  });
  if (who.startsWith('marked')) return from === '' ? null : say(from, '', 'Jag är bortrest.', marks);
  if (who.startsWith('honest')) return say(author, to, 'Jag är bortrest.', marks);
  if (who.startsWith('dull')) return say(author, to, 'Jag är bortrest till den 3 augusti. Hälsningar');
  return say(author, to, `Ditt ärende har nummer ${made} och besvaras av en kollega. Hälsningar`);
};

const bookOf = (number: string, other: string, senders: 'writers' | 'members'): string => `
organisation: { name: Lunds IK, locale: sv, timezone: Europe/Stockholm, country: SE }
numbers:
  - { number: "${number}", provider: simulator, provider_keywords: off }
books:
  - name: P12
    address: p12
    number: "${number}"
    sms_name: P12
    senders: ${senders}
    writers: ["anna@people.example", "${other}", "${robot('dull-writer')}", "${robot('chatty-writer')}", "${robot('honest-writer')}"]
    functionaries: ["board@people.example", "${other}", "${robot('dull-board')}", "${robot('chatty-board')}"]
    members:
      - { mail: bo@people.example }
      - { mail: "${other}" }
${['marked', 'honest', 'dull', 'chatty', 'dull-writer', 'chatty-writer', 'dull-board', 'chatty-board']
  .map((who) => `      - { mail: "${robot(who)}" }\n`)
  .join('')}`;

type Place = { place: Installation; smtp: number };

async function installList(domain: string, relay: Relay, dns: DnsStub, yaml: string): Promise<Place> {
  const smtp = await freePort();
  const place = await install(null, {
    env: {
      ...{ SMTP_HOST: '127.0.0.1', SMTP_PORT: String(smtp), LIST_DOMAIN: domain },
      ...{ DNS_SERVERS: dns.server, MAIL_URL: relay.url },
    },
  });
  relay.route(domain, smtp);
  await place.apply(yaml);
  await place.serve({ role: 'web,smtp,worker' });
  return { place, smtp };
}

function rowsOf<T>(place: Installation, query: string): T[] {
  const connection = new Sqlite(fileOf(place), { timeout: 5_000, readonly: true });
  try {
    return connection.prepare(query).all() as T[];
  } finally {
    connection.close();
  }
}

const OPEN = `select (select count(*) from deliveries where status in ('queued', 'claimed')) +
  (select count(*) from broadcasts where status = 'sending') as n`;

/** To machines and lists, of everything that is neither a copy nor a notice. */
const MACHINES = "(d.address like '%@robots.example' or d.address like 'p12@%')";
const ANSWERS = `select d.address, count(*) as n from deliveries d
  where d.kind not in ('copy', 'notice') and ${MACHINES} group by d.address`;
/** What one machine wrote, as one functionary heard of it. */
const CAUSED = `select i.sender, d.address, count(*) as n from deliveries d join inbounds i on i.id = d.inbound_id
  where d.kind = 'notice' and (i.sender like '%@robots.example' or i.sender like 'p12@%') group by i.sender, d.address`;
const TWICE = `select text from broadcasts where status = 'sent' group by text having count(*) > 1
  union all select address from deliveries where kind = 'copy' group by broadcast_id, address having count(*) > 1`;

/** Every mark of a machine but the return path, as the worst of gateways leaves a mail. */
const stripped = (raw: string): string => {
  const end = raw.indexOf('\r\n\r\n');
  const head = raw
    .slice(0, end)
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .filter((line) => !/^(?:list-|auto-submitted|precedence|x-|in-reply-to|references)/i.test(line));
  return head.join('\r\n') + raw.slice(end);
};

const GATEWAYS: [string, ((raw: string) => string) | undefined][] = [
  ['as they are', undefined],
  ['stripped of every mark by a gateway', stripped],
];

promise(
  'F34',
  'two lists that are writers, members and functionaries of each other, and robots that answer every mail: it ends',
  async () => {
    const figures: string[] = [];
    for (const [how, alter] of GATEWAYS) {
      const relay = await startRelay(answering, alter);
      const dns = await startDns(zone);
      const places: Place[] = [];
      try {
        places.push(await installList('lists.a.example', relay, dns, bookOf('+46766861001', B, 'writers')));
        places.push(await installList('lists.b.example', relay, dns, bookOf('+46766861002', A, 'members')));
        const [a, b] = places as [Place, Place];
        /** Nothing is on its way anywhere, neither in a table nor on a wire. */
        const quiet = async () => {
          await until(
            () => {
              const { length } = relay.passed;
              if (length > MOST) throw new Error(`a loop: ${length} mails`);
              if (relay.underWay() > 0) return false;
              if (places.some(({ place }) => rowsOf<{ n: number }>(place, OPEN)[0]?.n !== 0)) return false;
              return relay.underWay() === 0 && relay.passed.length === length;
            },
            'no more mail',
            20_000,
          );
        };
        const write = async (to: Place, from: string, list: string, subject: string, localAddress = '127.0.0.1') => {
          const raw = mailOf(from, list, subject, `${subject}: mer om det på fredag, hälsar klubben.`);
          const octet = Buffer.from(raw, 'latin1');
          expect((await sendMail(to.smtp, { from, to: list, raw: octet, localAddress })).code).toBe(250);
          await quiet();
        };
        // From a writer to each; from a stranger; in the name of the other list and of a robot, from somewhere else.
        await write(a, 'anna@people.example', A, 'Träningen flyttas');
        await write(b, 'anna@people.example', B, 'Matchen blir av');
        await write(a, 'eva@people.example', A, 'Finns det plats för en till?');
        await write(b, 'eva@people.example', B, 'Finns det plats för två till?');
        await write(a, B, A, 'Vi ses på lördag', '127.0.0.9');
        await write(b, robot('dull-writer'), B, 'Vi ses på söndag', '127.0.0.9');

        expect(relay.passed.filter(({ code }) => code !== 0 && code !== 250)).toEqual([]);
        expect(new Set(relay.passed.map(({ raw, to }) => `${to} ${headerOf(raw, 'Message-ID')}`)).size).toBe(
          relay.passed.length,
        );
        let answers = 0;
        let notices = 0;
        for (const { place } of places) {
          // One each, by anna; what the other list and the robots wrote went to nobody.
          const broadcasts = rowsOf<{ writer: string }>(place, "select writer from broadcasts where status = 'sent'");
          expect(broadcasts).toEqual([{ writer: 'anna@people.example' }]);
          expect(rowsOf(place, TWICE)).toEqual([]);
          const answered = rowsOf<{ address: string; n: number }>(place, ANSWERS);
          expect(answered.filter(({ n }) => n > MOST_ANSWERS)).toEqual([]);
          answers = Math.max(answers, ...answered.map(({ n }) => n));
          const caused = rowsOf<{ sender: string; address: string; n: number }>(place, CAUSED);
          expect(caused.filter(({ n }) => n > MOST_ANSWERS)).toEqual([]);
          notices = Math.max(notices, ...caused.map(({ n }) => n));
        }
        expect(answers).toBeGreaterThan(0);
        figures.push(
          `${how}: ${relay.passed.length} mails in all, at most ${answers} answers to a machine or list and ${notices} notices because of one`,
        );
      } finally {
        for (const { place } of places) await place.clear();
        await relay.stop();
        await dns.stop();
      }
    }
    return {
      done: 'two installations whose lists write to each other, each with eight robots and three writers who are robots; six mails by people and forgers',
      figure: figures.join('; '),
    };
  },
  300_000,
);
