import { createHash, randomBytes } from 'node:crypto';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { MailIntake } from '../../../src/ports/mailIntake.ts';
import { dotted, sendMail, smtpTalk } from '../../kit/mail.ts';
import { closeDoors, digestOf, MAIL, memoryIntake, openDoor, rawOf, readDigest } from './door.ts';

afterEach(closeDoors);

const FROM = 'anna@strict.example';
const TO = 'p12@lists.example';
const deliver = (port: number, raw: string | Buffer = MAIL, to: string | string[] = TO, from = FROM) =>
  sendMail(port, { from, to, raw });
const KIB = 1024;
const sha = (octets: Buffer) => createHash('sha256').update(octets).digest('hex');

/** Lines of text that nobody can foretell, `octets` of them in all or a few more. */
const bulk = (octets: number): string => {
  const lines: string[] = [];
  for (let size = 0; size < octets; size += 74) lines.push(randomBytes(54).toString('base64'));
  return `${MAIL}${lines.join('\r\n')}\r\n`;
};

describe('one mail', () => {
  test('is decided with all that is known of it, and stored under a header of ours', async () => {
    const { port, intake } = await openDoor({ clock: { now: () => 1_783_338_000_000 } });
    expect(await deliver(port, MAIL, 'P12@Lists.Example')).toMatchObject({ at: 'dot', code: 250 });
    const [mail] = intake.received;
    expect(mail).toMatchObject({
      recipient: { kind: 'book', address: 'p12' },
      ...{ envelopeFrom: FROM, envelopeTo: TO, remote: '127.0.0.1', size: MAIL.length, pieces: 1 },
      proof: { proven: true, spf: sha(Buffer.from(MAIL)) },
      bodyDigest: sha(Buffer.from(MAIL)),
    });
    if (!mail) return;
    expect(intake.kept).toEqual([]);
    expect(String(rawOf(intake, mail))).toBe(
      `Received: from client.example ([127.0.0.1])\r\n\tby lists.example with ESMTP id ${mail.rawId};\r\n\tMon, 06 Jul 2026 11:40:00 +0000\r\n${MAIL}`,
    );
  });

  test.each([0, 1, 200 * KIB, 256 * KIB, 1000 * KIB, 5000 * KIB])(
    'of %i octets and a head comes whole to the disk, to the checks and to the reader',
    async (octets) => {
      const { port, intake } = await openDoor();
      const raw = bulk(octets);
      expect((await deliver(port, raw)).code).toBe(250);
      const [mail] = intake.received;
      if (!mail) throw new Error('nothing was received');
      const stored = rawOf(intake, mail);
      expect(sha(stored.subarray(stored.length - raw.length))).toBe(sha(Buffer.from(raw)));
      expect(mail).toMatchObject({ proof: { spf: sha(Buffer.from(raw)) }, bodyDigest: sha(Buffer.from(raw)) });
      expect(mail.pieces).toBe(Math.ceil(stored.length / (256 * KIB)));
      expect(intake.kept.map(({ no, content }) => [no, content.length])).toEqual(
        Array.from({ length: Math.floor(stored.length / (256 * KIB)) }, (_, no) => [no, 256 * KIB]),
      );
    },
  );

  test('a mail with dots at the beginning of its lines comes as it was', async () => {
    const { port, intake } = await openDoor();
    const raw = `${MAIL}${'.\r\n..\r\n.x\r\n'.repeat(2_000)}`;
    expect((await deliver(port, raw)).code).toBe(250);
    expect(intake.received[0]?.bodyDigest).toBe(sha(Buffer.from(raw)));
  });

  test('to several books is stored once and decided for each', async () => {
    const { port, intake } = await openDoor();
    expect(
      (await deliver(port, MAIL, [TO, 'p13@lists.example', 'nobody@lists.example', 'p14@lists.example'])).code,
    ).toBe(250);
    expect(intake.received.map(({ envelopeTo }) => envelopeTo)).toEqual([TO, 'p13@lists.example', 'p14@lists.example']);
    expect(new Set(intake.received.map(({ rawId }) => rawId)).size).toBe(1);
    expect(intake.received.flatMap(({ unstored }) => unstored)).toEqual([]);
    expect(intake.kept.length).toBe(1);
  });

  test('a helo of nonsense cannot add a header', async () => {
    const { port, intake } = await openDoor();
    const talk = await smtpTalk(port);
    await talk.answer();
    expect((await talk.say('EHLO (x)evil;by=\u00e9')).code).toBe(250);
    for (const line of [`MAIL FROM:<${FROM}> SMTPUTF8`, `RCPT TO:<${TO}>`, 'DATA']) await talk.say(line);
    await talk.write(dotted(MAIL));
    expect((await talk.answer())?.code).toBe(250);
    talk.destroy();
    expect(String(intake.received[0]?.unstored[0]?.content)).toMatch(
      /^Received: from [\w.?:-]+ \(\[127\.0\.0\.1\]\)\r\n\tby lists\.example with UTF8SMTP id /,
    );
  });
});

describe('the null sender', () => {
  test.each([
    ['bounce+7-0123456789abcdef@lists.example', 250],
    [TO, 550],
  ])('to %s is answered %i', async (to, code) => {
    const { port } = await openDoor();
    expect((await deliver(port, MAIL, to, '')).code).toBe(code);
  });
});

describe('nothing is answered 250 before it is committed (M-5)', () => {
  const fault = () => Promise.reject(new Error('disk full'));
  test.each<[string, Partial<MailIntake>, string | string[], number, { at: string; code: number }]>([
    ['the store cannot say who is here', { recipient: fault }, TO, 10, { at: 'RCPT', code: 451 }],
    ['a decision cannot be stored', { receive: fault }, TO, 10, { at: 'dot', code: 451 }],
    ['too many tried at once', { receive: async () => 'busy' }, TO, 10, { at: 'dot', code: 451 }],
    ['it is here already', { receive: async () => 'duplicate' }, TO, 10, { at: 'dot', code: 250 }],
    ['a piece cannot be stored', { keep: fault }, TO, 2000 * KIB, { at: 'dot', code: 451 }],
    ['a shared mail cannot be stored', { keep: fault }, [TO, 'p13@lists.example'], 10, { at: 'dot', code: 451 }],
  ])('%s', async (_, change, to, octets, fate) => {
    const { port, intake } = await openDoor({ intake: memoryIntake(change) });
    expect(await deliver(port, bulk(octets), to)).toMatchObject(fate);
    expect(intake.received).toEqual([]);
  });

  test('one of three decisions fails: 451, and the next try is asked of all three', async () => {
    let down = true;
    const intake = memoryIntake();
    const receive = intake.receive;
    intake.receive = async (mail) => {
      if (down && mail.envelopeTo.startsWith('p13')) throw new Error('down');
      return receive(mail);
    };
    const { port } = await openDoor({ intake });
    const to = [TO, 'p13@lists.example', 'p14@lists.example'];
    expect(await deliver(port, MAIL, to)).toMatchObject({
      at: 'dot',
      code: 451,
      text: expect.stringContaining('4.3.0'),
    });
    down = false;
    expect((await deliver(port, MAIL, to)).code).toBe(250);
    expect(intake.received.map(({ envelopeTo }) => envelopeTo.slice(0, 3))).toEqual([
      'p12',
      'p14',
      'p12',
      'p13',
      'p14',
    ]);
  });

  test('the answer waits for the commit', async () => {
    let commit = () => {};
    const intake = memoryIntake({
      receive: () =>
        new Promise((done) => {
          commit = () => done('done');
        }),
    });
    const asked = new Promise<void>((resolve) => {
      const receive = intake.receive;
      intake.receive = (mail) => {
        resolve();
        return receive(mail);
      };
    });
    const { port } = await openDoor({ intake });
    let answered = false;
    const fate = deliver(port).then((answer) => {
      answered = true;
      return answer;
    });
    await asked;
    expect(answered).toBe(false);
    commit();
    expect((await fate).code).toBe(250);
  });
});

describe('checks and reader', () => {
  test.each([
    ['checks that never end', { authenticate: () => new Promise<never>(() => {}) }],
    ['checks that break', { authenticate: () => Promise.reject(new Error('bad key')) }],
  ])('%s leave the mail unproven, not refused', async (_, change) => {
    const { port, intake } = await openDoor({ ...change, limits: { checksMs: 50 } });
    expect((await deliver(port, bulk(100))).code).toBe(250);
    expect(intake.received[0]?.proof).toMatchObject({
      proven: false,
      by: '',
      reasons: ['late'],
      dmarc: 'temperror',
    });
  });
  test('late checks are told to stop', async () => {
    let told = () => {};
    const stopped = new Promise<void>((resolve) => {
      told = resolve;
    });
    const { port } = await openDoor({
      limits: { checksMs: 50 },
      authenticate: (_stream, _session, signal) => {
        signal.addEventListener('abort', () => told());
        return new Promise(() => {});
      },
    });
    expect((await deliver(port)).code).toBe(250);
    await stopped;
  });
  test('a reader that breaks: 554, one that never ends: 451', async () => {
    const broken = await openDoor({ read: () => Promise.reject(new TypeError('boundary')) });
    expect(await deliver(broken.port)).toMatchObject({ at: 'dot', code: 554 });
    const endless = await openDoor({ read: () => new Promise(() => {}), limits: { readMs: 50 } });
    expect(await deliver(endless.port)).toMatchObject({ at: 'dot', code: 451 });
  });
  test('readers that leave early hold nobody up', async () => {
    const early = {
      authenticate: async (stream: Parameters<typeof digestOf>[0]) => {
        stream.destroy();
        return { digest: 'none', octets: 0 };
      },
    };
    const { port, intake } = await openDoor(early);
    expect((await deliver(port, bulk(1000 * KIB))).code).toBe(250);
    expect(intake.received[0]?.proof.spf).toBe('none');
  });
  test('a peer that breaks off: checks and reader hear that this was no end, nothing is received', async () => {
    const heard: string[] = [];
    const note = (who: string) => (error: Error) => {
      heard.push(who);
      throw error;
    };
    const { port, intake } = await openDoor({
      authenticate: (stream) => digestOf(stream).catch(note('checks')),
      read: (stream) => readDigest(stream).catch(note('reader')),
    });
    const talk = await smtpTalk(port);
    await talk.answer();
    for (const line of ['EHLO x', `MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA']) await talk.say(line);
    await talk.write(MAIL);
    talk.destroy();
    expect((await deliver(port)).code).toBe(250);
    expect(heard.sort()).toEqual(['checks', 'reader']);
    expect(intake.received.length).toBe(1);
  });
});

describe('what is refused at the dot', () => {
  test.each([
    ['a bare LF', `${MAIL}a\nb\r\n`, 550],
    ['a bare CR', `${MAIL}a\rb\r\n`, 550],
    ['LF . LF', `${MAIL}a\n.\nb\r\n`, 550],
    ['LF . CRLF', `${MAIL}a\n.\r\nb\r\n`, 550],
    ['CR . CR', `${MAIL}a\r.\rb\r\n`, 550],
    ['a bare LF first', `\n${MAIL}`, 550],
    ['nothing', '', 250],
  ])('%s', async (_, raw, code) => {
    const { port, intake } = await openDoor();
    const talk = await smtpTalk(port);
    await talk.answer();
    for (const line of ['EHLO x', `MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA']) await talk.say(line);
    // Octet for octet, and cut at every place: a line end may come in two halves.
    const octets = Buffer.from(`${raw}.\r\n`);
    for (let at = 0; at < octets.length; at += 7) await talk.write(octets.subarray(at, at + 7));
    expect((await talk.answer())?.code).toBe(code);
    expect(intake.received.length).toBe(code === 250 ? 1 : 0);
    expect((await talk.say('NOOP')).code).toBe(250);
    talk.destroy();
  });
  test('a mail over the size: 552 at the dot, and the next one on the same connection is taken', async () => {
    const { port, intake } = await openDoor({ limits: { size: 300 * KIB } });
    const talk = await smtpTalk(port);
    await talk.answer();
    await talk.say('EHLO x');
    for (const [octets, code] of [
      [400 * KIB, 552],
      [10, 250],
    ] as const) {
      for (const line of [`MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA']) await talk.say(line);
      await talk.write(dotted(bulk(octets)));
      expect((await talk.answer())?.code).toBe(code);
    }
    talk.destroy();
    expect(intake.received.length).toBe(1);
  });
  test('a mail without end is hung up on', async () => {
    const { port } = await openDoor({ limits: { size: 100 * KIB } });
    const talk = await smtpTalk(port);
    await talk.answer();
    for (const line of ['EHLO x', `MAIL FROM:<${FROM}>`, `RCPT TO:<${TO}>`, 'DATA']) await talk.say(line);
    let over = false;
    void talk.closed.then(() => {
      over = true;
    });
    const block = Buffer.from(`${'x'.repeat(62)}\r\n`.repeat(1024));
    let sent = 0;
    while (!over && sent < 100 * 1024 * KIB) {
      await talk.write(block);
      sent += block.length;
    }
    expect(over).toBe(true);
  });
});
