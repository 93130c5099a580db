import { generateKeyPairSync } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { dkimVerify } from 'mailauth/lib/dkim/verify.js';
import { simpleParser } from 'mailparser';
import type { SMTPServerOptions } from 'smtp-server';
import type { OutgoingMail } from '../../src/core/mailCopy.ts';
import { makeReturnPath, messageIdOf } from '../../src/core/returnPath.ts';
import { silentLog } from '../../src/log.ts';
import type { OutgoingText, Provider, SendOutcome } from '../../src/ports/provider.ts';
import { createSmtpProvider, type SmtpOptions } from '../../src/providers/smtp.ts';
import { type Sink, type SinkRule, startSink, startSmarthost } from '../kit/smarthost.ts';
import { describeVectors } from '../kit/vectors.ts';

const DOMAIN = 'lists.example.se';
const mac = (text: string): string => Buffer.from(`${text} is signed by a test`).toString('base64url');
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

function made(url: string, options: Partial<SmtpOptions> = {}): Provider {
  const provider = createSmtpProvider({
    url,
    domain: DOMAIN,
    returnPath: (id) => makeReturnPath(id, mac),
    messageId: (id) => messageIdOf(id, DOMAIN, mac),
    leaveLink: (member) =>
      `https://sms.example.se/leave/${member}-0123456789abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQ`,
    wholeMail: async () => null,
    now: () => Date.UTC(2026, 10, 22, 11, 0, 0),
    dkim: null,
    connections: 5,
    // Long, for a busy machine; tests about time give their own.
    connectMs: 10_000,
    timeoutMs: 10_000,
    log: silentLog,
    ...options,
  });
  closing.push(() => provider.close());
  return provider;
}

async function facing(
  server: Parameters<typeof startSmarthost>[0] = {},
  options: Partial<SmtpOptions> = {},
): Promise<{ host: Awaited<ReturnType<typeof startSmarthost>>; provider: Provider }> {
  const host = await startSmarthost(server);
  closing.push(() => host.stop());
  return { host, provider: made(host.url, options) };
}

const RUN: NonNullable<OutgoingMail['run']> = {
  book: { id: 'b', name: 'Föräldrar P12', address: 'p12', locale: 'sv', replyTo: 'writer', senders: 'writers' },
  subject: 'Match på lördag',
  door: 'mail',
  writer: 'anna@example.se',
  writerName: 'Anna Ek',
  mailId: null,
};
const MAIL: OutgoingMail = {
  kind: 'copy',
  organisation: 'Lunds IK',
  locale: 'sv',
  book: RUN.book,
  memberId: 'm1',
  name: 'Kim',
  letter: null,
  run: RUN,
};
let count = 0;
const message = (text = 'Matchen flyttas till 18.', more: Partial<OutgoingText> = {}): OutgoingText => {
  count++;
  const base = { deliveryId: count, from: 'p12', to: `m${count}@example.se`, text, validForS: 3600, mail: MAIL };
  return { ...base, ...more };
};

describe('what arrives', () => {
  test('a mail of the book with its own return path, ids and links', async () => {
    const { host, provider } = await facing();
    const sent = message();
    const outcome = await provider.send(sent);
    const id = messageIdOf(sent.deliveryId, DOMAIN, mac);
    expect(outcome).toEqual({ result: 'accepted', providerId: id });
    const [taken, ...more] = host.taken;
    expect(more).toEqual([]);
    expect(taken).toMatchObject({ from: `${makeReturnPath(sent.deliveryId, mac)}@${DOMAIN}`, to: [sent.to] });
    const raw = taken?.raw ?? '';
    // Nothing longer than RFC 5322 wants but a link, and only ASCII.
    expect(raw).toMatch(/^[\r\n\t -~]*$/);
    expect(raw.split('\r\n').filter((line) => line.length > 78 && !line.includes('https://'))).toEqual([]);
    const mail = await simpleParser(raw);
    const leave = `https://sms.example.se/leave/m1-0123456789abcdefghijklmnopqrstuvwxyz_ABCDEFGHIJKLMNOPQ`;
    expect(mail.from?.value).toEqual([{ name: 'Anna Ek via Föräldrar P12', address: `p12@${DOMAIN}` }]);
    expect(mail.replyTo?.value[0]?.address).toBe('anna@example.se');
    expect(mail.to).toMatchObject({ value: [{ address: sent.to }] });
    expect(mail.subject).toBe('Match på lördag');
    expect(mail.messageId).toBe(id);
    expect(mail.date).toEqual(new Date(Date.UTC(2026, 10, 22, 11, 0, 0)));
    expect(raw).toContain(`List-Unsubscribe: <${leave}>,\r\n <mailto:p12+leave@${DOMAIN}>\r\n`);
    expect(raw).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n');
    expect(raw).toContain(`<p12.${DOMAIN}>\r\n`);
    expect(mail.text?.replace(/\r/g, '')).toBe(
      'Matchen flyttas till 18.\n\n-- \nDu får detta för att du är med i Föräldrar P12, som drivs av Lunds IK.\n' +
        `Lämna listan eller ta paus:\n${leave}\nKom tillbaka:\n${leave}\n`,
    );
    expect(mail.html).toContain(`<a href="${leave}">Lämna listan eller ta paus</a>`);
    expect(mail.html).not.toMatch(/<img|<script|url\(/);
  });

  test.each([
    ['plain', 'Träning 18.30.'],
    ['dots at the beginning of lines', '.\n..\n.a\n\n.'],
    ['a long line', `${'ord '.repeat(400)}slut`],
    ['letters of many octets', 'å'.repeat(2000)],
    ['emoji and other scripts', '👨‍👩‍👧 🇸🇪 日本語 العربية'],
    ['what quoted-printable and headers use as signs', 'a=b =3D =\n=\nFrom me\n--\n--=_a\nSubject: x'],
    ['braces that are no tag', '{ {x} }'],
  ])('the text arrives as it was: %s', async (_, text) => {
    const { host, provider } = await facing();
    expect(await provider.send(message(text))).toMatchObject({ result: 'accepted' });
    const mail = await simpleParser(host.taken[0]?.raw ?? '');
    expect(mail.text?.replace(/\r/g, '').split('\n\n-- \n')[0]).toBe(text);
  });

  test('copies of one broadcast differ in what is theirs alone, whoever is merged', async () => {
    const { host, provider } = await facing();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, i) =>
        provider.send(message(i % 4 === 0 ? `Hej ${i}` : 'Hej', { mail: { ...MAIL, memberId: `m${i}` } })),
      ),
    );
    expect(outcomes.every(({ result }) => result === 'accepted')).toBe(true);
    expect(host.taken).toHaveLength(40);
    for (const what of ['from', 'raw'] as const) expect(new Set(host.taken.map((mail) => mail[what])).size).toBe(40);
    for (const { raw, to } of host.taken) {
      const mail = await simpleParser(raw);
      expect(mail.to).toMatchObject({ value: [{ address: to[0] }] });
      const [, member = ''] = /leave\/(m\d+)-/.exec(mail.text ?? '') ?? [];
      expect(raw.match(new RegExp(`leave/${member}-`, 'g'))?.length).toBeGreaterThanOrEqual(3);
    }
    // Kept connections: no more than it may have.
    expect(new Set(host.taken.map(({ session }) => session)).size).toBeLessThanOrEqual(5);
  });

  test('the whole mail that a broadcast came as, attachments too, read once', async () => {
    let reads = 0;
    const pdf = Buffer.from(Array.from({ length: 300_000 }, (_, i) => (i * 7) % 256));
    const { host, provider } = await facing(
      {},
      {
        timeoutMs: 5_000,
        wholeMail: async () => {
          reads++;
          return {
            text: 'Hej {name}!\n\nSchemat följer med.',
            attachments: [
              { name: 'Schema våren "26".pdf', type: 'application/pdf', content: pdf },
              { name: 'a\r\nX-Evil: 1/../b.bin', type: 'message/rfc822', content: Buffer.from('From: x\r\n\r\nHej') },
              { name: '', type: 'text/plain\r\nX-Evil: 1', content: Buffer.from('') },
            ],
          };
        },
      },
    );
    const run = { ...RUN, mailId: 'mail1' };
    const three = await Promise.all([1, 2, 3].map(() => provider.send(message('', { mail: { ...MAIL, run } }))));
    expect(three.map(({ result }) => result)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(reads).toBe(1);
    for (const { raw } of host.taken) {
      expect(raw).not.toMatch(/^X-Evil/im);
      const mail = await simpleParser(raw);
      expect(mail.text).toMatch(/^Hej Kim!\n\nSchemat följer med\./);
      expect(mail.attachments.map(({ filename, contentType }) => [filename, contentType])).toEqual([
        ['Schema våren "26".pdf', 'application/pdf'],
        ['a__X-Evil: 1_.._b.bin', 'application/octet-stream'],
        ['file', 'application/octet-stream'],
      ]);
      expect(mail.attachments[0]?.content.equals(pdf)).toBe(true);
    }
  });

  test('a mail that cannot be read now is tried later', async () => {
    const { host, provider } = await facing({}, { wholeMail: () => Promise.reject(new Error('database is locked')) });
    const outcome = await provider.send(message('', { mail: { ...MAIL, run: { ...RUN, mailId: 'mail1' } } }));
    expect(outcome).toMatchObject({ result: 'temporary' });
    expect(host.taken).toEqual([]);
  });

  test.each(['+46701000001', 'a b@example.se', 'a@example.se>\r\nRCPT TO:<b@example.se', '"a"@example.se', ''])(
    'an address that is none goes nowhere: %j',
    async (to) => {
      const { host, provider } = await facing();
      expect(await provider.send(message('Hej', { to }))).toMatchObject({ result: 'fault' });
      expect(host.taken).toEqual([]);
    },
  );

  test('signed with the key that it was given, one-click leaving too', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const { host, provider } = await facing(
      {},
      {
        dkim: { selector: 'startstopp', privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string },
      },
    );
    expect(await provider.send(message('Hej på dig'))).toMatchObject({ result: 'accepted' });
    const key = publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
    const asked: string[] = [];
    const checked = await dkimVerify(Buffer.from(host.taken[0]?.raw ?? '', 'latin1'), {
      resolver: async (name: string) => {
        asked.push(name);
        return [[`v=DKIM1; k=rsa; p=${key}`]];
      },
    });
    expect(asked).toEqual([`startstopp._domainkey.${DOMAIN}`]);
    const [signature] = checked.results as ((typeof checked.results)[number] & { signingHeaders: { keys: string } })[];
    expect(signature?.status.result).toBe('pass');
    expect(signature?.signingHeaders.keys.toLowerCase().split(/[:\s]+/)).toEqual(
      expect.arrayContaining(['from', 'to', 'subject', 'list-unsubscribe', 'list-unsubscribe-post', 'content-type']),
    );
  });
});

describe('accounts', () => {
  const authorised = (right: boolean): SMTPServerOptions => ({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth(auth, _session, done) {
      if (right && auth.username === 'klubb' && auth.password === 'p@ss/ord') done(null, { user: 'klubb' });
      else done(Object.assign(new Error('no'), { responseCode: 535 }));
    },
  });
  test.each([
    [true, { result: 'accepted' }],
    [false, { result: 'configuration', scope: 'account' }],
  ])('user and password of the URL (right: %s)', async (right, outcome) => {
    const host = await startSmarthost(authorised(right));
    closing.push(() => host.stop());
    const provider = made(`smtp://klubb:${encodeURIComponent('p@ss/ord')}@127.0.0.1:${host.port}`);
    expect(await provider.send(message())).toMatchObject(outcome);
  });
});

describe('connections', () => {
  test('nobody listens: temporary, at once, and it works when somebody does', async () => {
    const { host, provider } = await facing();
    await host.stop();
    const outcomes = await Promise.all([1, 2, 3].map(() => provider.send(message())));
    expect(outcomes.map(({ result }) => result)).toEqual(['temporary', 'temporary', 'temporary']);
    const again = await startSmarthost({}, host.port);
    closing.push(() => again.stop());
    expect(await provider.send(message())).toMatchObject({ result: 'accepted' });
  });

  test('an idle connection that the smarthost has closed is not asked: the mail goes on another', async () => {
    const { host, provider } = await facing({ socketTimeout: 500 });
    expect(await provider.send(message())).toMatchObject({ result: 'accepted' });
    await wait(1_200);
    expect(await provider.send(message())).toMatchObject({ result: 'accepted' });
    expect(new Set(host.taken.map(({ session }) => session)).size).toBe(2);
  });

  test('so many mails on one connection and no more', async () => {
    const { host, provider } = await facing({}, { connections: 1, messages: 3 });
    for (let i = 0; i < 7; i++) expect(await provider.send(message())).toMatchObject({ result: 'accepted' });
    const per = new Map<string, number>();
    for (const { session } of host.taken) per.set(session, (per.get(session) ?? 0) + 1);
    expect([...per.values()]).toEqual([3, 3, 1]);
  });

  test('what could not begin in time is not begun (B-36), and the smarthost never sees it', async () => {
    const slow = { onMailFrom: (_: unknown, __: unknown, done: () => void) => void setTimeout(done, 400) };
    const { host, provider } = await facing(slow, { connections: 1 });
    const first = provider.send(message());
    const late = await provider.send(message('Hej', { startWithinMs: 100 }));
    expect(late).toEqual({ result: 'not_begun' });
    expect(await first).toMatchObject({ result: 'accepted' });
    expect(host.taken).toHaveLength(1);
  });

  test('closing waits for what is on the wire', async () => {
    let begun = () => {};
    const wire = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = {
      onRcptTo: (_: unknown, __: unknown, done: () => void) => {
        begun();
        setTimeout(done, 300);
      },
    };
    const { host, provider } = await facing(slow);
    const under = provider.send(message());
    await wire;
    await provider.close();
    expect(await under).toMatchObject({ result: 'accepted' });
    expect(host.taken).toHaveLength(1);
    expect(await provider.send(message())).toMatchObject({ result: 'temporary' });
  });

  test('as many at once as it says, and more', async () => {
    const { host, provider } = await facing();
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => provider.send(message())));
    expect(outcomes.map(({ result }) => result)).toEqual(outcomes.map(() => 'accepted'));
    expect(host.taken).toHaveLength(200);
  });
});

describeVectors('faults/smtp_sink.mjs', () => {
  /** What the sink does, what it means, and whether it has the mail all the same. */
  const cases: [string, SinkRule, SendOutcome['result'], boolean][] = [
    ['421 at once', { stage: 'connect', do: '421' }, 'pacing', false],
    ['554 at once', { stage: 'connect', do: '554' }, 'configuration', false],
    ['no greeting', { stage: 'connect', do: 'hang' }, 'temporary', false],
    ['reset before the greeting', { stage: 'connect', do: 'reset' }, 'temporary', false],
    ['no answer to EHLO', { stage: 'ehlo', do: 'hang' }, 'temporary', false],
    ['450 at MAIL', { stage: 'mail', do: '450' }, 'pacing', false],
    ['451 at MAIL', { stage: 'mail', do: '451' }, 'temporary', false],
    ['421 at MAIL', { stage: 'mail', do: '421' }, 'pacing', false],
    ['550 at MAIL', { stage: 'mail', do: '550' }, 'configuration', false],
    ['450 at RCPT', { stage: 'rcpt', do: '450' }, 'temporary', false],
    ['421 at RCPT', { stage: 'rcpt', do: '421' }, 'pacing', false],
    ['550 at RCPT', { stage: 'rcpt', do: '550' }, 'permanent', false],
    ['552 at RCPT', { stage: 'rcpt', do: '552' }, 'permanent', false],
    ['554 at RCPT', { stage: 'rcpt', do: '554' }, 'permanent', false],
    ['451 at DATA', { stage: 'data', do: '451' }, 'temporary', false],
    ['554 at DATA', { stage: 'data', do: '554' }, 'permanent', false],
    ['reset at RCPT', { stage: 'rcpt', do: 'reset' }, 'temporary', false],
    ['hang at RCPT', { stage: 'rcpt', do: 'hang' }, 'temporary', false],
    ['hang at DATA', { stage: 'data', do: 'hang' }, 'temporary', false],
    ['451 after the text', { stage: 'dot', do: '451' }, 'temporary', false],
    ['552 after the text', { stage: 'dot', do: '552' }, 'fault', false],
    ['554 after the text', { stage: 'dot', do: '554' }, 'fault', false],
    ['reset after the text', { stage: 'dot', do: 'reset' }, 'unknown', false],
    ['hang after the text', { stage: 'dot', do: 'hang' }, 'unknown', false],
    ['taken, then reset', { stage: 'dot', do: 'accept_reset' }, 'unknown', true],
    ['slow', { stage: 'dot', do: 'slow:200' }, 'accepted', true],
  ];
  test('every way in which a smarthost can fail, and the next mail goes; the same mail again has the same id', async () => {
    const sink: Sink = await startSink();
    closing.push(() => sink.stop());
    for (const [name, rule, result, taken] of cases) {
      // A new one each time: faults of connecting need a connection to be made.
      // Short where it hangs; everything else has the time that a busy machine needs.
      const limits = rule.do === 'hang' ? { connectMs: 1_000, timeoutMs: 2_000 } : {};
      const provider = made(sink.url, limits);
      await sink.rules([{ ...rule, times: 1 }]);
      const sent = message(name);
      const outcome = await provider.send(sent);
      const found = async () => (await sink.log()).filter(({ rcpt }) => rcpt.includes(sent.to));
      expect([name, outcome.result, (await found()).length]).toEqual([name, result, taken ? 1 : 0]);
      await sink.rules([]);
      expect([name, (await provider.send(message())).result]).toEqual([name, 'accepted']);
      expect([name, (await provider.send(sent)).result]).toEqual([name, 'accepted']);
      expect(new Set((await found()).map(({ messageId }) => messageId)).size).toBe(1);
      await provider.close();
    }
  }, 120_000);

  test('twenty copies with every fault between them: none is lost, none that was answered comes twice', async () => {
    const sink = await startSink();
    closing.push(() => sink.stop());
    const provider = made(sink.url, { connections: 3, connectMs: 2_000, timeoutMs: 3_000 });
    await sink.rules(['450', '421', 'reset', 'hang'].map((what) => ({ stage: 'rcpt', do: what, times: 2 })));
    const all = Array.from({ length: 20 }, () => message());
    let left = all;
    for (let round = 0; round < 10 && left.length > 0; round++) {
      const outcomes = await Promise.all(left.map((one) => provider.send(one)));
      left = left.filter((_, i) => outcomes[i]?.result !== 'accepted');
    }
    expect(left).toEqual([]);
    expect((await sink.log()).map(({ rcpt }) => rcpt[0]).toSorted()).toEqual(all.map(({ to }) => to).toSorted());
  });
});

test('there is no log to look anything up in', async () => {
  const { provider } = await facing();
  expect(await provider.find('a@example.se', 'p12')).toEqual([]);
});
