import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { createDeliveryEvents } from '../../../src/app/deliveryEvents.ts';
import { createIds } from '../../../src/app/ids.ts';
import { makeLeaveToken } from '../../../src/app/leaveLink.ts';
import { readMail as readAddress } from '../../../src/core/address.ts';
import { mailProof } from '../../../src/core/mailProof.ts';
import { makeReturnPath, messageIdOf } from '../../../src/core/returnPath.ts';
import { createWorker, type Worker } from '../../../src/delivery/worker.ts';
import { silentLog } from '../../../src/log.ts';
import { createSimulator } from '../../../src/providers/simulator.ts';
import { createSmtpProvider } from '../../../src/providers/smtp.ts';
import { open } from '../../../src/store/open.ts';
import { createAuthenticator } from '../../../src/transport/smtp/authenticate.ts';
import { createMailDoor, type MailDoor } from '../../../src/transport/smtp/listener.ts';
import { readMail } from '../../../src/transport/smtp/readMail.ts';
import { createDns, type Dns } from '../../../src/transport/smtp/resolver.ts';
import { bo, board, DOMAIN, mailWorld, PUBLIC_URL } from '../../app/mailWorld.ts';
import { keyed, type World } from '../../app/world.ts';
import { type DnsStub, startDns, type Zone } from '../../kit/dns.ts';
import { until } from '../../kit/installation.ts';
import { type Fate, sendMail } from '../../kit/mail.ts';
import { type CorpusMail, mailCorpus } from '../../kit/mailCorpus.ts';
import { bookRow, memberRow } from '../../kit/rows.ts';
import { type Smarthost, startSmarthost } from '../../kit/smarthost.ts';
import { scratch } from '../../kit/store.ts';
import { describeVectors } from '../../kit/vectors.ts';

/** What a mail of ours may say in its head, and a part of one in its own (M-9). */
const OWN_HEADERS =
  /^(?:from|to|reply-to|subject|date|message-id|mime-version|content-type|content-transfer-encoding|in-reply-to|references|list-(?:id|unsubscribe|unsubscribe-post|subscribe|help|post)|auto-submitted|x-auto-response-suppress|x-startstopp-loop)$/;
const PART_HEADERS = /^content-(?:type|transfer-encoding|disposition)$/;
const PLANTED = 'planted.example';
const LANES = 6;
const LIMITS = { attachments: 0, text: 1024 * 1024 };

type Sent = { file: string; fate: Fate };

describeVectors('email/eml', () => {
  const corpus = mailCorpus();
  const folder = scratch();
  const file = folder.path('corpus.db');
  const senders = new Map<string, string>();
  /** Some of them are the same mail to everybody who reads them (B-28). */
  const different = new Set<string>();
  let stub: DnsStub;
  let dns: Dns;
  let door: MailDoor;
  let port = 0;
  let worker: Worker;
  let host: Smarthost;
  let world: World;
  let lane = 0;

  beforeAll(async () => {
    for (const mail of corpus) {
      const { content, bodyDigest } = await readMail(Readable.from([onTheWire(whole(mail))]), LIMITS);
      const [from = ''] = content.from;
      const once = ['from', 'date'].map((name) => content.headers.filter((header) => header.name === name));
      different.add(JSON.stringify([content.messageId, content.subject, once, bodyDigest]));
      if (content.from.length === 1 && readAddress(from).ok) senders.set(mail.file, from);
    }
    const domains = new Set([...senders.values()].map((from) => from.slice(from.lastIndexOf('@') + 1)));
    const zone: Zone = {};
    for (const domain of domains) {
      zone[domain] = { TXT: [['v=spf1 ip4:127.0.0.0/8 -all']] };
      zone[`_dmarc.${domain}`] = { TXT: [['v=DMARC1; p=none']] };
    }
    stub = await startDns(zone);
    dns = createDns([stub.server]);
    host = await startSmarthost();

    const store = await open(`file:${file}`, { create: true, keyed });
    const clock = { now: () => Date.now() };
    const deps = { store, clock, ids: createIds(), keyed, log: silentLog };
    world = { deps, later: () => undefined };
    const { intake } = await mailWorld(world);
    for (const [id, address] of [
      ['book2', 'p14'],
      ['book3', 'p16'],
    ] as const) {
      await store.commit([
        { add: 'books', row: bookRow({ id, address, name: address, smsName: address, main: false }), exists: 'stale' },
        { add: 'functionaries', row: { bookId: id, address: board }, exists: 'stale' },
        { add: 'members', row: memberRow({ id: `${id}-bo`, bookId: id, mail: bo, name: 'Bo' }), exists: 'stale' },
        ...[...new Set(senders.values())].map(
          (writer) =>
            ({ add: 'writers', row: { bookId: id, address: writer, alwaysConfirm: false }, exists: 'stale' }) as const,
        ),
      ]);
    }
    const simulator = createSimulator({
      ...{ carrierLog: store.carrierLog, clock, ids: deps.ids, log: silentLog },
      receiveText: async () => 'done',
      receiveReceipt: (receipt) => store.outbox.receipt(receipt),
    });
    const smtp = createSmtpProvider({
      ...{ url: host.url, domain: DOMAIN, dkim: null, log: silentLog, now: clock.now },
      returnPath: (id) => makeReturnPath(id, keyed.mac),
      messageId: (id) => messageIdOf(id, DOMAIN, keyed.mac),
      leaveLink: (id) => `${PUBLIC_URL}/leave/${makeLeaveToken(id, keyed)}`,
      wholeMail: store.reads.wholeMail,
    });
    worker = createWorker({
      ...{ outbox: store.outbox, clock, log: silentLog, owner: 'corpus' },
      provider: (name) => (name === 'smtp' ? smtp : simulator.provider),
      onEvent: createDeliveryEvents(deps),
      options: { alone: true },
    });
    store.onDeliveries(() => worker.wake());
    worker.start();
    door = createMailDoor({
      ...{ intake, domain: DOMAIN, host: '127.0.0.1', port: 0, tls: null, clock, ids: deps.ids, log: silentLog },
      authenticate: createAuthenticator({ resolve: dns.resolve, clock }),
      read: readMail,
      prove: mailProof,
    });
    port = await door.listen();
  });
  afterAll(async () => {
    await door?.close(0);
    await worker?.drain(2_000);
    await world?.deps.store.close();
    await host?.stop();
    dns?.close();
    await stub?.stop();
    folder.clear();
  });

  const rows = <T>(query: string, ...values: string[]): T[] => {
    const connection = new Sqlite(file, { readonly: true });
    try {
      return connection.prepare(query).all(...values) as T[];
    } finally {
      connection.close();
    }
  };

  /** All of them, a few at a time, each lane from an address of its own. */
  async function sendAll(mailOf: (mail: CorpusMail) => { from: string; to: string; raw: Buffer }): Promise<Sent[]> {
    const waiting = [...corpus];
    const sent: Sent[] = [];
    await Promise.all(
      Array.from({ length: LANES }, async () => {
        const localAddress = `127.0.0.${50 + lane++}`;
        for (let mail = waiting.shift(); mail !== undefined; mail = waiting.shift()) {
          const { from, to, raw } = mailOf(mail);
          const fate = await sendMail(port, { from, to, raw, localAddress, ms: 10_000 });
          sent.push({ file: mail.file, fate });
        }
      }),
    );
    expect(sent).toHaveLength(corpus.length);
    return sent;
  }

  type Decided = { kind: string; rule: string | null; also: string };
  /** What was decided about the mails to one list, by row and kind: all that differ, and each for a reason. */
  function decided(to: string): Record<string, number> {
    const found = rows<Decided>(
      `select i.kind, i.rule, i.also from mails m join inbounds i on i.id = m.inbound_id where m.envelope_to = ?`,
      to,
    );
    expect(found).toHaveLength(different.size);
    expect(found.filter(({ rule }) => rule === null)).toEqual([]);
    const counts: Record<string, number> = {};
    for (const { kind, rule, also } of found) {
      const what = `${rule} ${kind === 'stored' && also.includes('B-29') ? 'said twice' : kind}`;
      counts[what] = (counts[what] ?? 0) + 1;
    }
    return counts;
  }

  const headed = (mail: CorpusMail, to: string): Buffer =>
    Buffer.concat([
      Buffer.from(
        [`Cc: ${to}`, `X-Planted: ${PLANTED}`, `Bcc: victim@${PLANTED}`, `Reply-To: evil@${PLANTED}`, ''].join('\r\n'),
      ),
      whole(mail),
    ]);

  // `told`: the corpus comes from few people, and of one address no more than ten notices go out in ten minutes (F34).
  type Way = { who: string; list: string; aligned: boolean; kinds: RegExp; least: Record<string, number> };
  const ways: Way[] = [
    {
      ...{ who: 'a stranger', list: 'p12', aligned: false },
      kinds: /^(?:M-3 forwarded|M-4 auto_reply|B-32 forwarded|M-3 said twice)$/,
      least: { 'M-3 forwarded': 110, 'M-4 auto_reply': 20 },
    },
    {
      ...{ who: 'a writer whom nothing proves', list: 'p14', aligned: false },
      kinds: /^(?:M-2 held|M-3 (?:forwarded|told)|M-4 auto_reply|B-32 told|M-[23] said twice)$/,
      least: { 'M-2 held': 80, 'M-4 auto_reply': 20 },
    },
    {
      ...{ who: 'a proven writer, to the list itself', list: 'p16', aligned: true },
      kinds: /^(?:M-1 broadcast|M-2 held|M-3 (?:forwarded|told)|M-4 auto_reply|B-32 told|M-[123] said twice)$/,
      least: { 'M-1 broadcast': 60, 'M-2 held': 10, 'M-4 auto_reply': 20 },
    },
  ];
  test.each(ways)('each mail from $who ends in a decision with a reason', async ({ list, aligned, kinds, least }) => {
    const to = `${list}@${DOMAIN}`;
    const sent = await sendAll((mail) => ({
      from: (aligned ? senders.get(mail.file) : undefined) ?? 'someone@corpus.example',
      to,
      raw: aligned ? headed(mail, to) : whole(mail),
    }));
    expect(sent.filter(({ fate }) => fate.code !== 250)).toEqual([]);
    const counts = decided(to);
    expect(Object.keys(counts).filter((what) => !kinds.test(what))).toEqual([]);
    for (const [what, count] of Object.entries(least)) expect(counts[what]).toBeGreaterThanOrEqual(count);
  });

  test('each mail to the return path of a copy is kept, and counted or dropped', async () => {
    const [copy] = rows<{ id: number }>("select id from deliveries where kind = 'copy' and address like '%@%' limit 1");
    const to = `${makeReturnPath(copy?.id ?? 0, keyed.mac)}@${DOMAIN}`;
    const before = rows<{ n: number }>('select count(*) as n from inbounds')[0]?.n;
    const sent = await sendAll((mail) => ({ from: '', to, raw: whole(mail) }));
    expect(sent.filter(({ fate }) => fate.code !== 250)).toEqual([]);
    expect(rows<{ n: number }>('select count(*) as n from mails where envelope_to = ?', to)[0]?.n).toBe(sent.length);
    expect(rows<{ n: number }>('select count(*) as n from inbounds')[0]?.n).toBe(before);
    expect(rows<{ kind: string }>('select kind from bounces order by kind').map(({ kind }) => kind)).toContain('hard');
  });

  test('nothing of a foreign head is carried out, and nobody is written to who was not asked for', async () => {
    const open = "select count(*) as n from deliveries where status in ('queued', 'claimed')";
    await until(() => rows<{ n: number }>(open)[0]?.n === 0, 'everything has gone out', 20_000);
    const known = new Set([board, bo, 'cia@example.se', 'coach@example.se', ...senders.values()]);
    expect(host.taken.length).toBeGreaterThan(100);
    for (const { raw, to } of host.taken) {
      expect(to.filter((address) => !known.has(address))).toEqual([]);
      expect(raw).not.toMatch(/\r(?!\n)|(?<!\r)\n/);
      const head = headOf(raw);
      const names = head.map(({ name }) => name);
      expect(names.filter((name) => !OWN_HEADERS.test(name))).toEqual([]);
      expect(names).toHaveLength(new Set(names).size);
      expect(head.filter(({ value }) => value.includes(PLANTED))).toEqual([]);
      expect(head.find(({ name }) => name === 'to')?.value).toContain(to[0]);
      for (const part of partsOf(raw)) expect(headOf(part).filter(({ name }) => !PART_HEADERS.test(name))).toEqual([]);
    }
  });
});

const whole = ({ path }: CorpusMail): Buffer => readFileSync(path);
/** Every line of a file ends in CRLF when it is sent. */
const onTheWire = (raw: Buffer): Buffer => Buffer.from(raw.toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');

const headOf = (raw: string): { name: string; value: string }[] =>
  (raw.split('\r\n\r\n', 1)[0] ?? '')
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .filter((line) => line !== '')
    .map((line) => ({
      name: line.slice(0, line.indexOf(':')).toLowerCase(),
      value: line.slice(line.indexOf(':') + 1).trim(),
    }));

/** The MIME parts at every depth, each from its own head on. */
function partsOf(raw: string): string[] {
  const boundary = /\bboundary="?([^";]+)"?/i.exec(
    headOf(raw).find(({ name }) => name === 'content-type')?.value ?? '',
  );
  if (!boundary) return [];
  const parts = raw
    .split(`\r\n--${boundary[1]}`)
    .slice(1, -1)
    .map((part) => part.replace(/^\r\n/, ''));
  return parts.flatMap((part) => [part, ...partsOf(part)]);
}
