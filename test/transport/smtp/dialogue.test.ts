import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { selfSigned } from '../../kit/certificate.ts';
import { dotted, type SmtpTalk, smtpTalk } from '../../kit/mail.ts';
import { spentMs } from '../../kit/spent.ts';
import { describeVectors, readVectors } from '../../kit/vectors.ts';
import { closeDoors, MAIL, type OpenDoor, openDoor } from './door.ts';

const TO = 'p12@lists.example';
let door: OpenDoor;

beforeEach(async () => {
  door = await openDoor({ tls: selfSigned('lists.example') });
});
afterEach(closeDoors);

/** What a case found: an answer's code, or a word of the vectors. */
type Found = number | 'ok' | 'one' | 'close' | 'skip' | string;
type Play = (talk: SmtpTalk) => Promise<Found>;

/** Opens the dialogue with EHLO before `play`. */
const greeted =
  (play: Play): Play =>
  async (talk) => {
    await talk.answer();
    expect((await talk.say('EHLO client.example')).code).toBe(250);
    return play(talk);
  };
const code = async (talk: SmtpTalk, ...lines: string[]): Promise<number> => {
  let last = 0;
  for (const line of lines) last = (await talk.say(line)).code;
  return last;
};
const lines = (...said: string[]): Play => greeted((talk) => code(talk, ...said));
const recipient = (to: string): Play => lines('MAIL FROM:<anna@strict.example>', `RCPT TO:<${to}>`);
const offers =
  (what: RegExp, yes = true): Play =>
  async (talk) => {
    await talk.answer();
    return what.test((await talk.say('EHLO client.example')).text) === yes ? 'ok' : 'missing';
  };
const inData = (play: Play): Play =>
  greeted(async (talk) => {
    expect(await code(talk, 'MAIL FROM:<anna@strict.example>', `RCPT TO:<${TO}>`, 'DATA')).toBe(354);
    return play(talk);
  });
const mail = (raw: string | Buffer): Play =>
  inData(async (talk) => {
    await talk.write(dotted(raw));
    return (await talk.answer())?.code ?? 'close';
  });
const HEAD = 'From: anna@strict.example\r\nTo: p12@lists.example\r\nSubject: x\r\nMessage-ID: <2@strict.example>\r\n';

/** The second mail hides behind `end`: how many mails were taken. */
const smuggle = (end: string): Play =>
  inData(async (talk) => {
    const second = ['MAIL FROM:<boss@strict.example>', `RCPT TO:<${TO}>`, 'DATA', `${HEAD}\r\nsmuggled`, '.', ''];
    await talk.write(`${HEAD}\r\nfirst${end}${second.join('\r\n')}`);
    const answer = await talk.answer();
    expect((await talk.say('NOOP')).code).toBe(250);
    return door.intake.received.length <= 1 && answer !== null ? 'one' : 'two';
  });

/** Answered within 10 s, and meanwhile somebody else is greeted after 2 s of our work at most. */
const heavy = (raw: string): Play =>
  inData(async (talk) => {
    await talk.write(dotted(raw));
    const begun = spentMs();
    const other = await smtpTalk(door.port, { from: '127.0.0.2' });
    expect((await other.answer())?.code).toBe(220);
    expect(spentMs() - begun).toBeLessThan(2_000);
    other.destroy();
    return (await talk.answer())?.code ?? 'close';
  });

const PLAYS: Record<string, Play> = {
  banner: async (talk) => (await talk.answer())?.code ?? 'close',
  'ehlo-size': offers(/^250[- ]SIZE [1-9]/m),
  'ehlo-8bitmime': offers(/^250[- ]8BITMIME/m),
  'ehlo-starttls': offers(/^250[- ]STARTTLS/m),
  'ehlo-no-auth': offers(/^250[- ]AUTH/m, false),
  helo: async (talk) => {
    await talk.answer();
    return code(talk, 'HELO client.example');
  },
  lowercase: lines('mail from:<anna@strict.example>', `rcpt to:<${TO}>`),
  'mail-before-ehlo': async (talk) => {
    await talk.answer();
    return code(talk, 'MAIL FROM:<anna@strict.example>');
  },
  'rcpt-before-mail': lines(`RCPT TO:<${TO}>`),
  'data-before-rcpt': lines('MAIL FROM:<anna@strict.example>', 'DATA'),
  'rset-clears': lines('MAIL FROM:<anna@strict.example>', 'RSET', `RCPT TO:<${TO}>`),
  noop: lines('NOOP'),
  unknown: lines('XYZZY'),
  vrfy: lines(`VRFY ${TO}`),
  expn: lines('EXPN p12'),
  quit: greeted(async (talk) => {
    expect((await talk.say('QUIT')).code).toBe(221);
    await talk.closed;
    return 'close';
  }),
  'bad-commands-100': greeted(async (talk) => {
    for (let n = 0; n < 100; n++) {
      await talk.write('XYZZY\r\n');
      const answer = await talk.answer();
      if (answer === null) return 'close';
      if (answer.code === 421) return 421;
    }
    return 'never';
  }),
  'null-sender': lines('MAIL FROM:<>'),
  'mail-size-too-big': lines('MAIL FROM:<anna@strict.example> SIZE=99999999'),
  'mail-no-brackets': lines('MAIL FROM:anna@strict.example'),
  'mail-garbage': lines('MAIL FROM:<<>>@@ x'),
  'rcpt-unknown': recipient('no-such-list-x@lists.example'),
  relay: recipient('someone@elsewhere.example'),
  'rcpt-percent': recipient('someone%elsewhere.example@lists.example'),
  'rcpt-double-at': recipient('someone@elsewhere.example@lists.example'),
  'rcpt-route': recipient('@lists.example:someone@elsewhere.example'),
  'rcpt-wildcard-sql': recipient('%@lists.example'),
  'rcpt-proto': recipient('__proto__@lists.example'),
  'rcpt-case': recipient('P12@LISTS.example'),
  'rcpt-postmaster': recipient('postmaster'),
  'rcpt-1200': greeted(async (talk) => {
    await talk.say('MAIL FROM:<anna@strict.example>');
    let taken = 0;
    for (let n = 0; n < 1200; n++) {
      await talk.write(`RCPT TO:<p${n}@lists.example>\r\n`);
      const answer = await talk.answer();
      if (answer === null || answer.code >= 400) {
        expect(answer?.code).toBe(452);
        break;
      }
      taken++;
    }
    return taken === 100 ? 'ok' : `${taken} taken`;
  }),
  xclient: lines('XCLIENT ADDR=127.0.0.10 NAME=mail.strict.example'),
  'auth-plain-clear': lines('AUTH PLAIN AGFubmEAaGVtbGlndA=='),
  'starttls-injection': greeted(async (talk) => {
    await talk.write('STARTTLS\r\nMAIL FROM:<evil@evil.example>\r\n');
    expect((await talk.answer())?.code).toBe(220);
    await talk.secure();
    await talk.say('EHLO client.example');
    return code(talk, `RCPT TO:<${TO}>`);
  }),
  'starttls-delivers': greeted(async (talk) => {
    expect(await code(talk, 'STARTTLS')).toBe(220);
    await talk.secure();
    expect(await code(talk, 'EHLO client.example', 'MAIL FROM:<anna@strict.example>', `RCPT TO:<${TO}>`, 'DATA')).toBe(
      354,
    );
    await talk.write(dotted(MAIL));
    const answer = (await talk.answer())?.code ?? 'close';
    const received = door.intake.received[0];
    expect(String(received?.unstored[0]?.content)).toMatch(
      /^Received: from client\.example .*\r\n\tby lists\.example with ESMTPS id /,
    );
    return answer;
  }),
  plain: mail(MAIL),
  empty: inData(async (talk) => {
    await talk.write('.\r\n');
    return (await talk.answer())?.code ?? 'close';
  }),
  '8bit-body': mail(Buffer.from(MAIL.replace('15.', '15, så klart. Välkomna!'))),
  'nul-body': mail(MAIL.replace('15.', '15\0\0.')),
  'one-line-1mb': mail(`${MAIL}${'x'.repeat(1024 * 1024)}\r\n`),
  'oversize-undeclared': inData(async (talk) => {
    const block = Buffer.from(`${'x'.repeat(62)}\r\n`.repeat(16 * 1024));
    for (let n = 0; n < 27; n++) await talk.write(block);
    await talk.write('.\r\n');
    expect(door.intake.received).toEqual([]);
    return (await talk.answer())?.code ?? 'close';
  }),
  'disconnect-mid-data': inData(async (talk) => {
    await talk.write(MAIL);
    talk.destroy();
    const next = await smtpTalk(door.port);
    expect((await next.answer())?.code).toBe(220);
    next.destroy();
    return door.intake.received.length === 0 ? 'ok' : 'distributed';
  }),
  'smuggle-lf-dot-lf': smuggle('\n.\n'),
  'smuggle-lf-dot-crlf': smuggle('\n.\r\n'),
  'smuggle-cr-dot-crlf': smuggle('\r.\r\n'),
  pipelining: greeted(async (talk) => {
    await talk.write(`MAIL FROM:<anna@strict.example>\r\nRCPT TO:<${TO}>\r\nDATA\r\n`);
    const codes = [];
    for (let n = 0; n < 3; n++) codes.push((await talk.answer())?.code);
    expect(codes).toEqual([250, 250, 354]);
    await talk.write(dotted(MAIL));
    return (await talk.answer())?.code ?? 'close';
  }),
  'headers-20000': heavy(`${HEAD}${'X-More: yes\r\n'.repeat(20_000)}\r\nHej`),
  'nested-1000': heavy(
    `${HEAD}${Array.from({ length: 1000 }, (_, n) => `Content-Type: multipart/mixed; boundary=b${n}\r\n\r\n--b${n}\r\n`).join('')}`,
  ),
  'html-deep-50000': heavy(`${HEAD}Content-Type: text/html\r\n\r\n${'<div>'.repeat(50_000)}Hej`),
  'parallel-idle': async () => {
    const idle = await Promise.all(Array.from({ length: 200 }, () => smtpTalk(door.port, { from: '127.0.0.3' })));
    const begun = spentMs();
    const other = await smtpTalk(door.port, { from: '127.0.0.2' });
    const greeting = await other.answer();
    expect(spentMs() - begun).toBeLessThan(2_000);
    const said = await Promise.all(idle.map(async (talk) => (await talk.answer())?.code));
    expect(said.filter((answer) => answer === 220).length).toBe(20);
    expect(said.filter((answer) => answer === 421).length).toBe(180);
    for (const talk of [other, ...idle]) talk.destroy();
    return greeting?.code === 220 ? 'ok' : 'locked out';
  },
  'bounce-dsn': lines('MAIL FROM:<>', `RCPT TO:<${TO}>`),
  'ooo-from-writer': mail(`Auto-Submitted: auto-replied\r\n${MAIL}`),
};

const matches = (found: Found, expected: readonly string[]): boolean =>
  expected.some((one) => {
    const name = String(found);
    return /^\dxx$/.test(one) ? /^\d{3}$/.test(name) && name[0] === one[0] : name === one;
  });

describeVectors('smtp/smtp_cases.open.json', () => {
  type Case = { id: string; level: string; expect: string[]; why: string };
  const FILE = 'smtp/smtp_cases.open.json';
  let cases: Case[] = [];
  try {
    ({ cases } = readVectors<{ cases: Case[] }>(FILE));
  } catch {
    // Skipped or red by describeVectors; jest asks for one test all the same.
    cases = [];
  }
  test('every case is played', () => {
    expect(cases.map(({ id }) => id).filter((id) => !(id in PLAYS))).toEqual([]);
    expect(cases.length).toBe(Object.keys(PLAYS).length);
  });
  test.each(cases)('$id: $why', async ({ id, expect: expected }) => {
    const talk = await smtpTalk(door.port);
    const found = await PLAYS[id]?.(talk);
    talk.destroy();
    expect({ found, fits: matches(found ?? '', expected) }).toEqual({ found, fits: true });
  });
});

describe('what is offered', () => {
  test('EHLO names the extensions and nothing that is not there', async () => {
    const talk = await smtpTalk(door.port);
    await talk.answer();
    const { text } = await talk.say('EHLO client.example');
    talk.destroy();
    const words = text
      .split('\n')
      .slice(1)
      .map((line) => line.slice(4).split(' ')[0])
      .sort();
    expect(words).toEqual(['8BITMIME', 'PIPELINING', 'SIZE', 'SMTPUTF8', 'STARTTLS']);
  });
  test('without a certificate there is no STARTTLS', async () => {
    const bare = await openDoor();
    const talk = await smtpTalk(bare.port);
    await talk.answer();
    expect((await talk.say('EHLO client.example')).text).not.toMatch(/STARTTLS/);
    expect((await talk.say('STARTTLS')).code).toBe(500);
    talk.destroy();
  });
});
