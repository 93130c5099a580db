import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { mailFindings } from '../../src/cli/mailDoctor.ts';
import { startDns, type Zone } from '../kit/dns.ts';
import { scratch } from '../kit/store.ts';
import { describeVectors } from '../kit/vectors.ts';
import { listen } from '../kit/web.ts';

/** What `startstopp doctor` finds of the mail door, over a real DNS server and real sockets. */
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const PUBLIC = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const DOMAIN = 'lists.example.se';
const DKIM = `startstopp._domainkey.${DOMAIN}`;
const GOOD: Zone = {
  [DOMAIN]: { MX: [[10, 'sms.example.se']], TXT: ['v=spf1 a:smtp.example.se -all', 'another=text'] },
  'sms.example.se': { A: ['192.0.2.7'] },
  [DKIM]: { TXT: [`v=DKIM1; k=rsa; p=${PUBLIC}`] },
  [`_dmarc.${DOMAIN}`]: { TXT: ['v=DMARC1; p=quarantine'] },
};

let folder: ReturnType<typeof scratch>;
beforeEach(() => {
  folder = scratch();
});
const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
  folder.clear();
});

const writeKey = (): void =>
  writeFileSync(folder.path('dkim.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }));
type Given = Partial<Parameters<typeof mailFindings>[0]>;
/** Findings by what they are about. */
async function look(given: Given = {}): Promise<Record<string, string>> {
  const config = {
    ...{ listDomain: 'localhost', publicUrl: 'https://sms.example.se', smtpHost: '127.0.0.1', smtpPort: 1 },
    ...{ smtpTlsCert: null, mailUrl: null, dnsServers: [] },
    ...given,
  };
  const found = await mailFindings(config, folder.path('.'));
  return Object.fromEntries(found.map(({ what, state, says }) => [what, `${state}: ${says}`]));
}
async function mailServer(options: ConstructorParameters<typeof SMTPServer>[0] = {}): Promise<number> {
  const server = new SMTPServer({ authOptional: true, logger: false, ...options });
  server.on('error', () => undefined);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  ends.push(() => new Promise<void>((done) => server.close(done)));
  return (server.server.address() as { port: number }).port;
}
async function plainServer(greet: (write: (text: string) => void) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on('error', () => undefined);
    greet((text) => socket.write(text));
    ends.push(async () => socket.destroy());
  });
  ends.push(() => new Promise<void>((done) => server.close(() => done())));
  return listen(server as never);
}

test('without settings: no way in, no way out, and what to set; no name server is asked', async () => {
  const found = await look({ dnsServers: ['127.0.0.1:1'] });
  expect(found['mail door']).toMatch(/^warn: does not answer on 127\.0\.0\.1:1 \(ECONNREFUSED\)/);
  expect(found.MAIL_URL).toMatch(/^warn: is not set/);
  expect(found.LIST_DOMAIN).toMatch(/^warn: is localhost/);
  expect(Object.keys(found)).toHaveLength(3);
});

test('the door answers, with or without TLS', async () => {
  const smtpPort = await mailServer();
  expect((await look({ smtpPort }))['mail door']).toMatch(/^warn: listens on .* without TLS/);
  expect((await look({ smtpPort, smtpTlsCert: 'cert.pem' }))['mail door']).toMatch(/^ok: listens/);
});

test.each<[string, () => Promise<string>, RegExp]>([
  ['answers and encrypts', async () => `smtp://u:p@127.0.0.1:${await mailServer()}`, /^ok: .* answers and encrypts$/],
  [
    'would show the password',
    async () => `smtp://u:p@127.0.0.1:${await mailServer({ disabledCommands: ['STARTTLS'] })}`,
    /^bad: .* no STARTTLS/,
  ],
  [
    'asks for no password',
    async () => `smtp://127.0.0.1:${await mailServer({ disabledCommands: ['STARTTLS'] })}`,
    /^ok: .* answers$/,
  ],
  ['is not there', async () => 'smtp://127.0.0.1:1', /^bad: .*ECONNREFUSED/],
  [
    'is a web server',
    async () => `smtp://127.0.0.1:${await plainServer((write) => write('HTTP/1.1 400 Bad Request\r\n\r\n'))}`,
    /^bad: .*does not speak SMTP/,
  ],
  [
    'is busy',
    async () => `smtp://127.0.0.1:${await plainServer((write) => write('421 later\r\n'))}`,
    /^bad: .*it said 421/,
  ],
  ['has no TLS', async () => `smtps://127.0.0.1:${await mailServer()}`, /^bad: .*(ERR_SSL|EPROTO|hung up|no answer)/],
  ['says nothing', async () => `smtp://127.0.0.1:${await plainServer(() => undefined)}`, /^bad: .*no answer in 3 s/],
])('a smarthost that %s', async (_, mailUrl, says) => {
  expect((await look({ mailUrl: await mailUrl() })).MAIL_URL).toMatch(says);
});

describeVectors('email/dns_stub.mjs', () => {
  /** Findings with these records changed; undefined takes a name away. */
  async function withZone(change: Record<string, Zone[string] | undefined>, given: Given = {}) {
    const names = Object.entries({ ...GOOD, ...change }).filter(([, records]) => records !== undefined);
    const dns = await startDns(Object.fromEntries(names) as Zone);
    ends.push(dns.stop);
    const found = await look({ listDomain: DOMAIN, dnsServers: [dns.server], ...given });
    return (what: string): string => found[`${what} of ${DOMAIN}`] ?? '';
  }

  test('all is well', async () => {
    writeKey();
    const found = await withZone({});
    expect(['MX', 'SPF', 'DKIM', 'DMARC'].map((what) => found(what).slice(0, 3))).toEqual(['ok:', 'ok:', 'ok:', 'ok:']);
  });

  const here = GOOD[DOMAIN] as Record<string, unknown[]>;
  test.each<[string, string, Record<string, Zone[string] | undefined>, RegExp]>([
    ['no MX', 'MX', { [DOMAIN]: { TXT: here.TXT ?? [] } }, /^bad: is missing.*MX 10 sms\.example\.se\.$/],
    ['no such domain', 'MX', { [DOMAIN]: undefined }, /^bad: is missing/],
    [
      'the domain takes no mail',
      'MX',
      { [DOMAIN]: { ...here, MX: [[0, '.']] } },
      /^bad: says that the domain takes no/,
    ],
    [
      'somebody else',
      'MX',
      { [DOMAIN]: { ...here, MX: [[10, 'mx.example.org']] } },
      /^warn: leads to mx\.example\.org/,
    ],
    [
      'another name of our address',
      'MX',
      { [DOMAIN]: { ...here, MX: [[10, 'in.example.se']] }, 'in.example.se': { A: ['192.0.2.7'] } },
      /^ok: leads here, by in\.example\.se/,
    ],
    ['a silent name server', 'MX', { [DOMAIN]: 'SERVFAIL' }, /^warn: the name servers gave no answer/],
    ['no SPF', 'SPF', { [DOMAIN]: { ...here, TXT: ['v=spf10 -all'] } }, /^bad: is missing.*-all/],
    ['SPF twice', 'SPF', { [DOMAIN]: { ...here, TXT: ['v=spf1 -all', 'v=spf1 a -all'] } }, /^bad: stands 2 times/],
    ['SPF for all', 'SPF', { [DOMAIN]: { ...here, TXT: ['v=spf1 +all'] } }, /^bad: lets anybody send/],
    ['SPF for all, unsaid', 'SPF', { [DOMAIN]: { ...here, TXT: ['v=spf1 a all'] } }, /^bad: lets anybody send/],
    ['SPF, softly', 'SPF', { [DOMAIN]: { ...here, TXT: ['v=spf1 a ~all'] } }, /^ok:/],
    ['no DKIM record', 'DKIM', { [DKIM]: undefined }, /^bad: the key's record .* is missing.*p=/],
    ['another key', 'DKIM', { [DKIM]: { TXT: ['v=DKIM1; p=AAAA'] } }, /^bad: .* holds another key/],
    ['a key that was withdrawn', 'DKIM', { [DKIM]: { TXT: ['v=DKIM1; p='] } }, /^bad: .* holds another key/],
    [
      'a key with spaces',
      'DKIM',
      { [DKIM]: { TXT: [`k=rsa; p = ${PUBLIC.slice(0, 99)} ${PUBLIC.slice(99)}`] } },
      /^ok/,
    ],
    ['no DMARC', 'DMARC', { [`_dmarc.${DOMAIN}`]: undefined }, /^warn: is missing.*v=DMARC1/],
    ['DMARC asks nothing', 'DMARC', { [`_dmarc.${DOMAIN}`]: { TXT: ['v=DMARC1; p=none'] } }, /^warn: .*p=quarantine/],
    [
      'DMARC twice',
      'DMARC',
      { [`_dmarc.${DOMAIN}`]: { TXT: ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] } },
      /^bad: stands 2 times/,
    ],
  ])('%s', async (_, what, change, says) => {
    writeKey();
    expect((await withZone(change))(what)).toMatch(says);
  });

  test('without a key our mail is not signed, and the command that makes one is named', async () => {
    expect((await withZone({}))('DKIM')).toMatch(/^warn: .*startstopp dkim create/);
  });
});
