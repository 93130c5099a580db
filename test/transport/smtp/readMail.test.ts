import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { readMail } from '../../../src/transport/smtp/readMail.ts';

const MB = 1024 * 1024;
const LIMITS = { attachments: 7 * MB, text: MB };
const HEAD = 'From: Anna <anna@p12.se>\r\nTo: p12@lista.se\r\nSubject: Match\r\nMessage-ID: <1@p12.se>\r\n';

/** As a stream of chunks of `size`; what is no ASCII in a string is one octet a character. */
function read(mail: string | Buffer, size = 64 * 1024, limits = LIMITS) {
  const octets = typeof mail === 'string' ? Buffer.from(mail, 'latin1') : mail;
  const chunks = Array.from({ length: Math.ceil(octets.length / size) }, (_, no) =>
    octets.subarray(no * size, (no + 1) * size),
  );
  return readMail(Readable.from(chunks), limits);
}
const textOf = async (head: string, body: string) => (await read(`${HEAD}${head}\r\n\r\n${body}`)).content.text;
const utf8 = (text: string) => Buffer.from(text).toString('latin1');

describe('what a mail says', () => {
  test('headers, in their order, unfolded', async () => {
    const { content } = await read(`${HEAD}X-Long: a\r\n\tb\r\nReceived: 1\r\nReceived: 2\r\n\r\nHej\r\n`, 1);
    expect(content).toMatchObject({
      messageId: '<1@p12.se>',
      subject: 'Match',
      from: ['anna@p12.se'],
      fromName: 'Anna',
    });
    expect(content.headers.slice(-3)).toEqual([
      { name: 'x-long', value: 'a\tb' },
      { name: 'received', value: '1' },
      { name: 'received', value: '2' },
    ]);
    expect(content.text).toBe('Hej');
  });

  test.each([
    ['UTF-8', 'Content-Type: text/plain; charset=utf-8', utf8('Träning kl 18 – ok'), 'Träning kl 18 – ok'],
    [
      'Latin 1 that is windows-1252',
      'Content-Type: text/plain; charset=iso-8859-1',
      'Tr\xe4ning \x96 ok',
      'Träning – ok',
    ],
    ['no charset, UTF-8', 'Content-Type: text/plain', utf8('Träning'), 'Träning'],
    ['no charset, windows-1252', 'X: y', 'Tr\xe4ning \x93ok\x94', 'Träning “ok”'],
    ['says ASCII', 'Content-Type: text/plain; charset=us-ascii', utf8('Träning'), 'Träning'],
    ['Latin 2', 'Content-Type: text/plain; charset=iso-8859-2', 'Gda\xf1sk', 'Gdańsk'],
    ['KOI8-R', 'Content-Type: text/plain; charset=koi8-r', '\xf0\xd2\xc9', 'При'],
    ['Big5', 'Content-Type: text/plain; charset=big5', '\xa4\xa4\xa4\xe5', '中文'],
    ['ISO-2022-JP', 'Content-Type: text/plain; charset=iso-2022-jp', '\x1b$B$"\x1b(B', 'あ'],
    ['UTF-7', 'Content-Type: text/plain; charset=utf-7', 'Tr+AOQ-ning', 'Träning'],
    ['unknown', 'Content-Type: text/plain; charset=x-klingon', 'Kl 18', 'Kl 18'],
    [
      'quoted-printable',
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable',
      'Tr=C3=A4=\r\nning',
      'Träning',
    ],
    [
      'base64',
      'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64',
      Buffer.from('Träning').toString('base64'),
      'Träning',
    ],
    [
      'flowed',
      'Content-Type: text/plain; format=flowed',
      'Vi ses \r\np\xe5 l\xf6rdag.\r\n\r\nHej',
      'Vi ses på lördag.\n\nHej',
    ],
    ['flowed, DelSp', 'Content-Type: text/plain; format=flowed; delsp=yes', 'Vi se \r\ns', 'Vi ses'],
    ['HTML', 'Content-Type: text/html; charset=utf-8', utf8('<p>Träning</p><p>kl 18</p>'), 'Träning\n\nkl 18'],
    ['controls', 'Content-Type: text/plain', 'a\0b\x07c\r\n\x1b[31md', 'abc\n[31md'],
    ['empty', 'Content-Type: text/plain', '', ''],
  ])('%s', async (_, head, body, text) => expect(await textOf(head, body)).toBe(text));

  const part = (type: string, body: string, more = '') => `--b\r\nContent-Type: ${type}\r\n${more}\r\n${body}\r\n`;
  const multi = (kind: string, ...parts: string[]) =>
    `${HEAD}Content-Type: multipart/${kind}; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`;

  test.each([
    [
      'plain before HTML',
      multi('alternative', part('text/plain', 'Plain'), part('text/html', '<p>Html</p>')),
      'Plain',
      [],
    ],
    [
      'HTML where plain is empty',
      multi('alternative', part('text/plain', ' '), part('text/html', '<p>Html</p>')),
      'Html',
      [],
    ],
    [
      'both of a mixed mail',
      multi('mixed', part('text/plain', 'Ett'), part('text/html', '<p>Två</p>')),
      'Ett\n\nTv',
      [],
    ],
    [
      'a calendar',
      multi('alternative', part('text/plain', 'Möte'), part('text/calendar; method=REQUEST', 'BEGIN:VCALENDAR')),
      'M',
      ['calendar'],
    ],
    ['a calendar alone', `${HEAD}Content-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\n`, '', ['calendar']],
    [
      'winmail',
      multi('mixed', part('text/plain', 'Hej'), part('application/ms-tnef; name=winmail.dat', 'x')),
      'Hej',
      ['winmail'],
    ],
    ['without parts', `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\nKl 18.\r\n`, 'Kl 18.', []],
    [
      'without an end',
      `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${part('text/plain', 'Kl 18.')}`,
      'Kl 18.',
      [],
    ],
  ])('%s', async (_, mail, text, damaged) => {
    const { content } = await read(mail);
    expect(content.text.startsWith(text)).toBe(true);
    expect(content.damaged).toEqual(damaged);
  });

  test('two From headers are both read', async () => {
    const { content } = await read(`From: a@evil.se\r\n${HEAD}\r\nHej`);
    expect(content).toMatchObject({ fromHeaders: 2, from: ['a@evil.se', 'anna@p12.se'] });
  });

  test('no header can be smuggled in a subject or a name', async () => {
    const words = `=?utf-8?B?${Buffer.from('Hej\r\nBcc: alla@p12.se').toString('base64')}?=`;
    const { content } = await read(`From: ${words} <anna@p12.se>\r\nSubject: ${words}\r\n\r\nHej`);
    expect(content.subject).toBe('Hej Bcc: alla@p12.se');
    expect(content.fromName).toBe('Hej Bcc: alla@p12.se');
  });

  test('attachments: name, type, octets', async () => {
    const { content, attachments } = await read(
      multi(
        'mixed',
        part('text/plain', 'Hej'),
        part('application/pdf; name="../../etc/schema.pdf"', 'JVBERg==', 'Content-Transfer-Encoding: base64\r\n'),
      ),
    );
    expect(attachments).toEqual([{ no: 0, name: 'schema.pdf', type: 'application/pdf', content: Buffer.from('%PDF') }]);
    expect(content.attachments).toEqual([{ name: 'schema.pdf', type: 'application/pdf', size: 4, kept: true }]);
  });

  test('limits: what is over is named, not kept', async () => {
    const big = part('application/octet-stream', 'x'.repeat(6 * MB));
    const half = part('application/octet-stream', 'x'.repeat(3 * MB));
    const { content } = await read(multi('mixed', big, half, half, half));
    expect(content.attachments.map(({ kept }) => kept)).toEqual([false, true, true, false]);
    const many = await read(multi('mixed', ...Array.from({ length: 12 }, () => part('image/png', 'x'))));
    expect(many.content.attachments.filter(({ kept }) => kept)).toHaveLength(10);
  });

  test.each(['text/plain', 'text/html'])('twenty megabytes of %s: the beginning', async (type) => {
    const before = process.memoryUsage().heapUsed;
    const { content } = await read(`${HEAD}Content-Type: ${type}\r\n\r\n${'Kl 18. '.repeat(3 * MB)}`);
    expect(content.text.length).toBeLessThanOrEqual(MB);
    expect(content.text.length).toBeGreaterThan(MB / 2);
    expect(content.damaged).toEqual(['text_long']);
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(200 * MB);
  });

  test.each([
    ['a header block of a megabyte', `X: ${'a'.repeat(MB)}\r\n${HEAD}\r\nHej`, 'head_large'],
    ['a thousand parts', multi('mixed', ...Array.from({ length: 1000 }, () => part('text/plain', 'x'))), 'structure'],
  ])('%s is read to its end', async (_, mail, code) => {
    const { content, bodyDigest } = await read(mail, 1000);
    expect(content.damaged).toContain(code);
    expect(bodyDigest).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a stream that breaks off is a fault', async () => {
    const stream = Readable.from(
      (function* () {
        yield Buffer.from(HEAD);
        throw new Error('cut off');
      })(),
    );
    await expect(readMail(stream, LIMITS)).rejects.toThrow('cut off');
  });
});

describe('the digest of a body (B-28)', () => {
  const digest = async (mail: string, size?: number) => (await read(mail, size)).bodyDigest;
  test('is the same behind other headers and in other chunks', async () => {
    const first = await digest(`${HEAD}\r\nHej\r\n\r\ndu\r\n`);
    expect(await digest(`Received: x\r\n${HEAD}\r\nHej\r\n\r\ndu\r\n`, 1)).toBe(first);
    expect(await digest(`${HEAD}\r\nHej\r\n\r\nni\r\n`)).not.toBe(first);
  });
});
