import { afterEach, describe, expect, test } from '@jest/globals';
import type { Log } from '../../../src/ports/log.ts';
import { DOOR_LIMITS } from '../../../src/transport/smtp/limits.ts';
import { createPeers, peerOf } from '../../../src/transport/smtp/peers.ts';
import { createPlaces } from '../../../src/transport/smtp/places.ts';
import { selfSigned } from '../../kit/certificate.ts';
import { dotted, type SmtpTalk, sendMail, smtpTalk } from '../../kit/mail.ts';
import { closeDoors, MAIL, memoryIntake, openDoor } from './door.ts';

afterEach(closeDoors);

const ENVELOPE = { from: 'anna@strict.example', to: 'p12@lists.example', raw: MAIL };
const intoData = async (talk: SmtpTalk): Promise<void> => {
  expect((await talk.answer())?.code).toBe(220);
  const lines = ['EHLO x', `MAIL FROM:<${ENVELOPE.from}>`, `RCPT TO:<${ENVELOPE.to}>`, 'DATA'];
  for (const line of lines) expect((await talk.say(line)).code).toBeLessThan(400);
};

/** The answer to a mail as soon as there is a place: the last guest's close may still be on its way. */
async function onceFree(port: number, localAddress: string): Promise<number> {
  let fate = await sendMail(port, { ...ENVELOPE, localAddress });
  for (let n = 0; n < 50 && fate.code === 421; n++) fate = await sendMail(port, { ...ENVELOPE, localAddress });
  return fate.code;
}

describe('connections', () => {
  test('fifty that say nothing hold twenty places of their own; everybody else is served', async () => {
    const { port } = await openDoor();
    const idle = await Promise.all(Array.from({ length: 50 }, () => smtpTalk(port, { from: '127.0.0.9' })));
    const greetings = await Promise.all(idle.map(async (talk) => (await talk.answer())?.code));
    expect(greetings.filter((code) => code === 220).length).toBe(20);
    expect(greetings.filter((code) => code === 421).length).toBe(30);
    expect((await sendMail(port, { ...ENVELOPE, localAddress: '127.0.0.2' })).code).toBe(250);
    expect((await sendMail(port, { ...ENVELOPE, localAddress: '127.0.0.9' })).code).toBe(421);
    for (const talk of idle) talk.destroy();
    // Never a ban: the places are free again when they have gone.
    expect(await onceFree(port, '127.0.0.9')).toBe(250);
  });
  test('there is a limit for all together', async () => {
    const { port } = await openDoor({ limits: { connections: 3 } });
    const idle = await Promise.all([2, 3, 4].map((n) => smtpTalk(port, { from: `127.0.0.${n}` })));
    for (const talk of idle) expect((await talk.answer())?.code).toBe(220);
    expect((await sendMail(port, { ...ENVELOPE, localAddress: '127.0.0.5' })).code).toBe(421);
    for (const talk of idle) talk.destroy();
  });
  test('a place under TLS is given back too', async () => {
    const { port } = await openDoor({ tls: selfSigned('lists.example'), limits: { connectionsPerPeer: 1 } });
    for (let n = 0; n < 3; n++) {
      let talk = await smtpTalk(port);
      let greeting = await talk.answer();
      // The last one's close may still be on its way.
      for (let again = 0; again < 50 && greeting?.code === 421; again++) {
        talk = await smtpTalk(port);
        greeting = await talk.answer();
      }
      expect(greeting?.code).toBe(220);
      await talk.say('EHLO x');
      expect((await talk.say('STARTTLS')).code).toBe(220);
      if (n === 1) await talk.write('no handshake at all, but garbage instead of it\r\n');
      else {
        await talk.secure();
        await talk.say('EHLO x');
      }
      talk.destroy();
    }
  });
});

describe('rate', () => {
  test('over the mails of a minute: 450, on the same connection too, and other peers go on', async () => {
    const { port, intake } = await openDoor({ limits: { mailsPerMinute: 5 } });
    const talk = await smtpTalk(port);
    await talk.answer();
    await talk.say('EHLO x');
    const codes: number[] = [];
    for (let n = 0; n < 7; n++) {
      codes.push((await talk.say(`MAIL FROM:<${ENVELOPE.from}>`)).code);
      await talk.say('RSET');
    }
    talk.destroy();
    expect(codes).toEqual([250, 250, 250, 250, 250, 450, 450]);
    expect((await sendMail(port, { ...ENVELOPE, localAddress: '127.0.0.2' })).code).toBe(250);
    expect(intake.received.length).toBe(1);
  });
  test('the bucket fills steadily; a full minute later it is full', () => {
    let now = 0;
    const peers = createPeers({ ...DOOR_LIMITS, mailsPerMinute: 120 }, () => now);
    const taken = (tries: number) =>
      Array.from({ length: tries }, () => peers.mayMail('127.0.0.1')).filter(Boolean).length;
    expect(taken(200)).toBe(120);
    now += 10_000;
    expect(taken(200)).toBe(20);
    now += 3_600_000;
    expect(taken(200)).toBe(120);
    expect(peers.mayMail('127.0.0.2')).toBe(true);
  });
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['2001:db8:1:2::1', '2001:db8:1:2'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8::1', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
  ])('%s counts as %s', (remote, peer) => expect(peerOf(remote)).toBe(peer));
});

describe('guessing', () => {
  test('fifty unknown recipients are answered, then the connection is closed', async () => {
    const { port } = await openDoor();
    const talk = await smtpTalk(port);
    await talk.answer();
    await talk.say('EHLO x');
    await talk.say(`MAIL FROM:<${ENVELOPE.from}>`);
    const codes: number[] = [];
    for (let n = 0; n < 51; n++) codes.push((await talk.say(`RCPT TO:<nobody${n}@lists.example>`)).code);
    expect(codes).toEqual([...Array<number>(50).fill(550), 421]);
    await talk.closed;
  });
  test('an address that none of ours can be is not asked for', async () => {
    const { port, intake } = await openDoor();
    for (const to of ['%@lists.example', "p12'--@lists.example", 'p12!x@lists.example', 'p\u00e9@lists.example'])
      expect((await sendMail(port, { ...ENVELOPE, to })).code).toBe(550);
    expect(intake.asked).toEqual([]);
  });
});

describe('time', () => {
  test('silence: 421', async () => {
    const { port } = await openDoor({ limits: { idleMs: 150 } });
    const talk = await smtpTalk(port);
    expect((await talk.answer())?.code).toBe(220);
    expect((await talk.answer())?.code).toBe(421);
    await talk.closed;
  });
  test.each([
    ['commands without a mail', false, { betweenMailsMs: 300 }],
    ['a mail that drips', true, { mailMs: 300 }],
  ])('%s: an end for all of it together', async (_, data, limits) => {
    const { port, intake } = await openDoor({ limits: { idleMs: 20_000, ...limits } });
    const talk = await smtpTalk(port);
    if (data) await intoData(talk);
    else await talk.answer();
    let over = false;
    void talk.closed.then(() => {
      over = true;
    });
    const begun = performance.now();
    while (!over && performance.now() - begun < 20_000) {
      await talk.write(data ? 'x\r\n' : 'NOOP\r\n');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(over).toBe(true);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect(intake.received).toEqual([]);
  });
  test('our own time is not the peer’s: a slow commit is waited for', async () => {
    const intake = memoryIntake();
    const { receive } = intake;
    intake.receive = async (mail) => {
      await new Promise((resolve) => setTimeout(resolve, 900));
      return receive(mail);
    };
    const { port } = await openDoor({ intake, limits: { mailMs: 400, idleMs: 400 } });
    expect((await sendMail(port, ENVELOPE)).code).toBe(250);
  });
});

describe('big mails wait for a place', () => {
  test('more than there are places all come whole', async () => {
    const { port, intake } = await openDoor({ limits: { bigMails: 2, bigMailsPerPeer: 1 } });
    const raw = `${MAIL}${`${'x'.repeat(62)}\r\n`.repeat(16 * 1024)}`;
    const fates = await Promise.all(
      Array.from({ length: 8 }, (_, n) => sendMail(port, { ...ENVELOPE, raw, localAddress: `127.0.0.${2 + (n % 3)}` })),
    );
    expect(fates.map(({ code }) => code)).toEqual(Array(8).fill(250));
    expect(new Set(intake.received.map(({ bodyDigest }) => bodyDigest)).size).toBe(1);
  });
  test('a small mail passes those that wait; who waits and goes leaves no trace', async () => {
    const { port } = await openDoor({ limits: { bigMails: 1, bigMailsPerPeer: 1 } });
    const talks = await Promise.all([0, 1].map(() => smtpTalk(port)));
    for (const talk of talks) {
      await intoData(talk);
      await talk.write(`${MAIL}${`${'x'.repeat(62)}\r\n`.repeat(8 * 1024)}`);
    }
    expect((await sendMail(port, ENVELOPE)).code).toBe(250);
    for (const talk of talks) talk.destroy();
    const raw = `${MAIL}${`${'x'.repeat(62)}\r\n`.repeat(8 * 1024)}`;
    expect((await sendMail(port, { ...ENVELOPE, raw })).code).toBe(250);
  });
  test('places: the share of one peer does not stop another', async () => {
    const places = createPlaces(2, 1);
    const never = new AbortController().signal;
    const order: string[] = [];
    const first = await places.take('a', never);
    const second = places.take('a', never).then((leave) => {
      order.push('a again');
      return leave;
    });
    const other = await places.take('b', never);
    order.push('b');
    const stop = new AbortController();
    const gone = places.take('c', stop.signal).catch(() => order.push('c gone'));
    stop.abort(new Error('gone'));
    await gone;
    first();
    first();
    (await second)();
    other();
    expect(order).toEqual(['b', 'c gone', 'a again']);
  });
});

describe('closing', () => {
  test('who is idle hears 421, a mail under way ends, nobody new comes in', async () => {
    const { port, door, intake } = await openDoor();
    const idle = await smtpTalk(port);
    expect((await idle.answer())?.code).toBe(220);
    const busy = await smtpTalk(port);
    await intoData(busy);
    await busy.write(MAIL);
    const closed = door.close(5_000);
    expect((await idle.answer())?.code).toBe(421);
    await idle.closed;
    await expect(smtpTalk(port)).rejects.toThrow();
    await busy.write('.\r\n');
    expect((await busy.answer())?.code).toBe(250);
    expect((await busy.answer())?.code).toBe(421);
    await closed;
    expect(intake.received.length).toBe(1);
  });
  test('a mail that does not end in time is ended, without 250', async () => {
    const { port, door, intake } = await openDoor();
    const busy = await smtpTalk(port);
    await intoData(busy);
    await busy.write(MAIL);
    const begun = performance.now();
    await door.close(200);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect((await busy.answer())?.code).toBe(421);
    await busy.closed;
    expect(intake.received).toEqual([]);
  });
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['half a ClientHello', Buffer.from([0x16, 3, 1, 2, 0, 1, 0, 1, 0xfc, 3, 3, 7, 7, 7])],
])('a handshake that stops after %s is ended by its deadline and by closing', async (_, octets) => {
  const { port, door } = await openDoor({
    tls: selfSigned('lists.example'),
    limits: { betweenMailsMs: 400, connectionsPerPeer: 1 },
  });
  const stall = async (from: string) => {
    const talk = await smtpTalk(port, { from });
    await talk.answer();
    await talk.say('EHLO x');
    expect((await talk.say('STARTTLS')).code).toBe(220);
    await talk.write(octets);
    return talk;
  };
  await (await stall('127.0.0.1')).closed;
  expect(await onceFree(port, '127.0.0.1')).toBe(250);
  const last = await stall('127.0.0.2');
  await door.close(0);
  await last.closed;
});

test('the log holds codes and counts, never who or what', async () => {
  const said: unknown[] = [];
  const say = (fields: Record<string, unknown>, message: string) => void said.push([fields, message]);
  const log: Log = { debug: say, info: say, warn: say, error: say, child: () => log };
  const intake = memoryIntake({
    receive: async (mail) => {
      throw Object.assign(new Error(`insert failed: ${JSON.stringify(mail)}`), { code: 'SQLITE_FULL' });
    },
  });
  const { port } = await openDoor({ log, intake });
  const { port: good } = await openDoor({ log });
  await sendMail(port, ENVELOPE);
  await sendMail(good, ENVELOPE);
  await sendMail(good, { ...ENVELOPE, to: 'hemlig@lists.example' });
  const talk = await smtpTalk(good);
  await intoData(talk);
  await talk.write(dotted(`${MAIL}a`).subarray(0, 40));
  talk.destroy();
  await closeDoors();
  const text = JSON.stringify(said);
  expect(text).toMatch(/SQLITE_FULL/);
  expect(text).toMatch(/"code":250/);
  expect(text).toMatch(/"code":550/);
  expect(text).not.toMatch(/anna|strict\.example|p12|hemlig|Kaffe|127\.0\.0/i);
});
