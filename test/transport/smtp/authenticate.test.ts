import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { type Authentication, mailProof } from '../../../src/core/mailProof.ts';
import { createAuthenticator } from '../../../src/transport/smtp/authenticate.ts';
import { DnsFault, type Resolve } from '../../../src/transport/smtp/resolver.ts';
import { spentMs } from '../../kit/spent.ts';
import { headersOf } from './spoofCases.ts';

/** A zone in memory: the same three outcomes as the real resolver's. */
const answers =
  (zone: Record<string, string | Error>, asked: string[] = []): Resolve =>
  async (name, type) => {
    asked.push(`${type} ${name}`);
    const text = zone[name.toLowerCase()];
    if (text instanceof Error) throw text;
    if (text === undefined || type !== 'TXT') throw new DnsFault('ENOTFOUND', 'ENOTFOUND');
    return [[text]];
  };

const keys = generateKeyPairSync('rsa', { modulusLength: 2048 });
const KEY = `v=DKIM1; k=rsa; p=${keys.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')}`;

const HEADERS = [
  'From: Anna <anna@p12.se>',
  'To: p12@lists.example',
  'Subject: Kaffe',
  'Date: Mon, 6 Jul 2026 10:00:00 +0200',
  'Message-ID: <1@p12.se>',
  'MIME-Version: 1.0',
  'Content-Type: text/plain; charset=utf-8',
];
const MAIL = [...HEADERS, '', 'Kaffe kl 15.', ''].join('\r\n');
const NOW = Date.UTC(2026, 6, 6, 9);

type Signing = { domain?: string; headers?: string; length?: number; expires?: number; hash?: 'sha1' };

/** A signature as RFC 6376 says, relaxed/relaxed; MAIL's body is canonical already. */
function signed(signing: Signing = {}, mail = MAIL): string {
  const [head = '', body = ''] = mail.split('\r\n\r\n');
  const names = (signing.headers ?? 'From:To:Subject:Date:Message-ID:Content-Type').split(':');
  const hash = signing.hash ?? 'sha256';
  const tags = [
    `v=1; a=rsa-${hash}; c=relaxed/relaxed; d=${signing.domain ?? 'p12.se'}; s=s1; t=${NOW / 1000 - 60}`,
    ...(signing.length === undefined ? [] : [`l=${signing.length}`]),
    ...(signing.expires === undefined ? [] : [`x=${signing.expires / 1000}`]),
    `h=${names.join(':')}`,
    `bh=${createHash(hash).update(body.slice(0, signing.length)).digest('base64')}`,
    'b=',
  ].join('; ');
  const lines = head.split('\r\n');
  const relaxed = names
    .map((name) => lines.find((line) => line.startsWith(`${name}: `)))
    .filter((line) => line !== undefined)
    .map((line) => `${line.slice(0, line.indexOf(':')).toLowerCase()}:${line.slice(line.indexOf(':') + 2)}\r\n`);
  const data = Buffer.from(`${relaxed.join('')}dkim-signature:${tags}`);
  return `DKIM-Signature: ${tags}${sign(`RSA-${hash}`, data, keys.privateKey).toString('base64')}\r\n${mail}`;
}

async function check(
  mail: string | readonly Buffer[],
  zone: Record<string, string | Error>,
  session: { remote?: string; envelopeFrom?: string; asked?: string[]; budget?: number } = {},
): Promise<Authentication> {
  const authenticate = createAuthenticator({
    resolve: answers({ 's1._domainkey.p12.se': KEY, 's1._domainkey.mejl.p12.se': KEY, ...zone }, session.asked),
    clock: { now: () => NOW },
    ...(session.budget === undefined ? {} : { dnsBudgetMs: session.budget }),
  });
  return authenticate(
    Readable.from(typeof mail === 'string' ? [Buffer.from(mail)] : mail),
    {
      ...{ remote: '198.51.100.7', helo: 'mx.p12.se', envelopeFrom: 'anna@p12.se', mta: 'lists.example' },
      ...session,
    },
    new AbortController().signal,
  );
}

const prove = async (mail: string, zone: Record<string, string | Error>, session = {}) =>
  mailProof(headersOf(Buffer.from(mail)), await check(mail, zone, session));

const DMARC = { '_dmarc.p12.se': 'v=DMARC1; p=reject' };
const STRICT = { '_dmarc.p12.se': 'v=DMARC1; p=reject; adkim=s; aspf=s' };

describe('SPF that lets everybody pass proves nothing', () => {
  const rows: [string, string, boolean][] = [
    ['one address', 'v=spf1 ip4:198.51.100.7 -all', true],
    ['a wide but real net', 'v=spf1 ip4:198.0.0.0/8 ~all', true],
    ['+all', 'v=spf1 +all', false],
    ['all without a sign', 'v=spf1 all', false],
    ['0.0.0.0/0', 'v=spf1 ip4:0.0.0.0/0 -all', false],
    ['two halves of the net', 'v=spf1 ip4:0.0.0.0/1 ip4:128.0.0.0/1 -all', false],
    ['a quarter of it', 'v=spf1 ip4:192.0.0.0/2 -all', false],
    ['an include of it', 'v=spf1 include:all.example -all', false],
    ['a redirect to it', 'v=spf1 redirect=all.example', false],
  ];
  test.each(rows)('%s', async (_, record, proven) => {
    const zone = { 'p12.se': record, 'all.example': 'v=spf1 +all' };
    for (const dmarc of [{}, DMARC, STRICT]) {
      const proof = await prove(MAIL, { ...zone, ...dmarc });
      expect(proof).toMatchObject({ spf: 'pass', proven });
      expect(proof.reasons.includes('spf_plus_all')).toBe(!proven);
    }
  });

  test('::/0', async () => {
    const zone = { 'p12.se': 'v=spf1 ip6:2000::/3 -all' };
    expect(await prove(MAIL, zone, { remote: '2001:4860::7' })).toMatchObject({ spf: 'pass', proven: false });
    const narrow = { 'p12.se': 'v=spf1 ip6:2001:4860::/32 -all' };
    expect(await prove(MAIL, narrow, { remote: '2001:4860::7' })).toMatchObject({ spf: 'pass', proven: true });
  });

  test('an address of IPv4 in IPv6 is looked up as what it is', async () => {
    const zone = { 'p12.se': 'v=spf1 ip4:198.51.100.7 -all' };
    expect(await prove(MAIL, zone, { remote: '::ffff:198.51.100.7' })).toMatchObject({ proven: true, by: 'spf' });
  });
});

describe('alignment', () => {
  const spf = { 'mejl.p12.se': 'v=spf1 ip4:198.51.100.7 -all' };
  const rows: [string, string | null, Record<string, string>, boolean][] = [
    ['DKIM exact, strict', 'p12.se', STRICT, true],
    ['DKIM of a sub-domain, strict', 'mejl.p12.se', STRICT, false],
    [
      'DKIM of a sub-domain, strict in other letters',
      'mejl.p12.se',
      { '_dmarc.p12.se': 'v=DMARC1;p=none; adkim = S;aspf= s' },
      false,
    ],
    ['DKIM of a sub-domain, relaxed', 'mejl.p12.se', DMARC, true],
    ['DKIM of a sub-domain, no record', 'mejl.p12.se', {}, false],
    ['SPF of a sub-domain, strict', null, STRICT, false],
    ['SPF of a sub-domain, relaxed', null, DMARC, true],
    ['SPF of a sub-domain, no record', null, {}, false],
  ];
  test.each(rows)('%s', async (_, domain, dmarc, proven) => {
    const mail = domain === null ? MAIL : signed({ domain });
    const proof = await prove(mail, { ...dmarc, ...(domain === null ? spf : {}) }, { envelopeFrom: 'x@mejl.p12.se' });
    expect(proof.proven).toBe(proven);
    if (!proven && Object.keys(dmarc).length > 0) expect(proof).toMatchObject({ dmarc: 'fail' });
  });
});

describe('DKIM', () => {
  const rows: [string, Signing, Partial<ReturnType<typeof mailProof>>][] = [
    ['whole', {}, { proven: true, dkim: 'pass' }],
    [
      'without Content-Type',
      { headers: 'From:To:Subject:Date' },
      { proven: false, reasons: ['spf_none', 'dkim_headers'] },
    ],
    ['with l=', { length: 5 }, { proven: false, reasons: ['dmarc_fail', 'spf_none', 'dkim_length'] }],
    ['with SHA-1', { hash: 'sha1' }, { proven: false, reasons: ['dmarc_fail', 'spf_none', 'dkim_weak'] }],
    ['over', { expires: NOW - 1_000 }, { proven: false, reasons: ['dmarc_fail', 'spf_none', 'dkim_fail'] }],
    ['not over yet', { expires: NOW + 60_000 }, { proven: true }],
  ];
  test.each(rows)('%s', async (_, signing, proof) => {
    expect(await prove(signed(signing), DMARC)).toMatchObject(proof);
  });

  test('a header that is signed though it is not there is covered', async () => {
    const bare = MAIL.replace(/Content-Type: .*\r\n/, '');
    expect(await prove(signed({}, bare), DMARC)).toMatchObject({ proven: true });
    const added = await prove(`Content-Type: text/html\r\n${signed({}, bare)}`, DMARC);
    expect(added).toMatchObject({ proven: false, dkim: 'fail' });
    const silent = { headers: 'From:To:Subject:Date' };
    expect((await prove(signed(silent, bare), DMARC)).reasons).toContain('dkim_headers');
  });

  test('something added after the mail was signed', async () => {
    const mail = signed();
    const subject = await prove(`Subject: Annat\r\n${mail}`, DMARC);
    expect(subject).toMatchObject({ dkim: 'pass', proven: false, reasons: ['doubled'] });
    expect(await prove(`${mail}mer\r\n`, DMARC)).toMatchObject({ proven: false, dkim: 'neutral' });
  });
});

describe('DNS', () => {
  const fault = new DnsFault('ETIMEOUT', 'ESERVFAIL');
  const spf = { 'p12.se': 'v=spf1 ip4:198.51.100.7 -all' };
  const rows: [string, Record<string, string | Error>, boolean][] = [
    ['DMARC', { ...spf, '_dmarc.p12.se': fault }, false],
    ['SPF, and DKIM proves', { ...DMARC, 'p12.se': fault }, true],
    ['DKIM, and SPF proves', { ...DMARC, ...spf, 's1._domainkey.p12.se': fault }, true],
    ['DKIM and SPF', { ...DMARC, 'p12.se': fault, 's1._domainkey.p12.se': fault }, false],
    [
      'an include',
      {
        ...DMARC,
        's1._domainkey.p12.se': 'v=DKIM1; p=',
        'p12.se': 'v=spf1 include:a.example -all',
        'a.example': fault,
      },
      false,
    ],
  ];
  test.each(rows)('a fault of %s', async (_, zone, proven) => {
    const proof = await prove(signed(), zone);
    expect(proof.proven).toBe(proven);
    expect(proof.reasons.includes('dns')).toBe(!proven);
  });

  test('all lookups of one mail have one budget, and each name is asked once', async () => {
    const asked: string[] = [];
    const authenticate = createAuthenticator({
      resolve: (name, type) => {
        asked.push(`${type} ${name}`);
        return new Promise(() => undefined);
      },
      clock: { now: () => NOW },
      dnsBudgetMs: 1_000,
    });
    const begun = performance.now();
    const session = { remote: '198.51.100.7', helo: 'mx', envelopeFrom: 'a@p12.se', mta: 'lists.example' };
    const mail = `${(signed({ domain: 'mejl.p12.se' })).replace(MAIL, '')}${signed()}`;
    const found = await authenticate(Readable.from([Buffer.from(mail)]), session, new AbortController().signal);
    // With one for each name it would be some five seconds.
    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(found).toMatchObject({ temporary: true, dmarc: { result: 'temperror' }, spf: { result: 'temperror' } });
    expect(asked.length).toBe(new Set(asked).size);
    expect(mailProof(headersOf(Buffer.from(mail)), found)).toMatchObject({ proven: false, reasons: ['dns'] });
  });
});

describe('a mail that does not end as it should', () => {
  const session = { remote: '198.51.100.7', helo: 'mx', envelopeFrom: 'a@p12.se', mta: 'lists.example' };
  const authenticate = createAuthenticator({ resolve: answers({}), clock: { now: () => NOW } });

  test('cut off', async () => {
    const stream = new Readable({ read() {} });
    const found = authenticate(stream, session, new AbortController().signal);
    stream.push(MAIL);
    stream.destroy();
    expect(await found).toMatchObject({ unreadable: true });
  });

  test('nobody waits any longer', async () => {
    const abort = new AbortController();
    const stream = new Readable({ read() {} });
    const found = authenticate(stream, session, abort.signal);
    stream.push(MAIL);
    abort.abort();
    expect(await found).toMatchObject({ temporary: true, unreadable: false });
    stream.push(null);
  });
});

describe('a mail that is built to stop the door', () => {
  const SIGNATURE = 'DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=p12.se; s=s1; h=from; bh=x; b=y\r\n';
  const big = (text: string, size: number) => text.repeat(Math.ceil(size / text.length));
  const MEGA = 1024 * 1024;
  const rows: [string, string, string, boolean][] = [
    ['one line', '', big('a', 8 * MEGA), true],
    ['blank lines', '', big(' \r\n', 8 * MEGA), true],
    ['empty lines', '', big('\r\n', 8 * MEGA), true],
    ['tabs at every line’s end', '', big('a\t\r\n', 8 * MEGA), true],
    ['a header block without end', big('X-A: b\r\n', 8 * MEGA), '', true],
    ['a header that is folded for ever', `X-A: b\r\n${big(' c\r\n', 100_000)}`, '', true],
    ['a header of blanks', `X-A: ${big(' ', 120_000)}\r\n`, '', false],
    ['a long From', `From: ${big('a@p12.se, ', 100_000)}\r\n`, '', true],
    ['a signature of semicolons', `DKIM-Signature: ${big(';', 100_000)}\r\n`, '', false],
    ['a signature that signs a thousand names', SIGNATURE.replace('h=from', `h=${big('x:', 100_000)}`), '', false],
    ['a thousand signatures', big(SIGNATURE, 120_000), '', false],
    [
      'a thousand lengths',
      Array.from({ length: 900 }, (_, i) => SIGNATURE.replace('b=y', `l=${i}; b=y`)).join(''),
      '',
      false,
    ],
    ['ARC of semicolons', `ARC-Seal: i=1; ${big(';', 100_000)}\r\n`, '', false],
    ['a bare CR in a header', 'X-A: b\rSubject: c\r\n', '', true],
    ['a fold by no blank', 'X-A: b\r\n\u00a0Subject: c\r\n', '', true],
  ];
  test.each(rows)('%s', async (_, header, body, unreadable) => {
    const all = Buffer.from(`${SIGNATURE}${header}${HEADERS.join('\r\n')}\r\n\r\n${body}`, 'latin1');
    const chunks = Array.from({ length: Math.ceil(all.length / 65_536) }, (_, i) =>
      all.subarray(i * 65_536, (i + 1) * 65_536),
    );
    const begun = spentMs();
    const found = await check(chunks, DMARC);
    expect(found.unreadable).toBe(unreadable);
    expect(spentMs() - begun).toBeLessThan(4_000);
  });
});
