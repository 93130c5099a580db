import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  bookFile,
  FUNCTIONARY,
  type Installation,
  install,
  NUMBER,
  newSid,
  phone,
  type Server,
  until,
  WRITER,
} from '../kit/installation.ts';
import { type Judge, startJudge } from '../kit/judge.ts';
import { rawRequest } from '../kit/rawHttp.ts';
import { describeVectors } from '../kit/vectors.ts';
import { inboundForm, postForm, signatureOf, type WebhookAnswer } from '../kit/webhook.ts';

/** Bad input over real sockets against the running program: a clear status, a log without personal data, no change. */
describeVectors('twilio/twilio_judge.mjs', () => {
  const SENDER = '+46701799001';
  const SECRET_WORDS = 'Hemliga ord om Svantes läkarbesök';
  const REPLAYED = newSid();
  let judge: Judge;
  let place: Installation;
  let server: Server;
  let before: string;
  const state = async () => JSON.stringify(await place.show());
  const sms = () => `${place.url}/webhooks/twilio/sms`;
  const status = (id: string) => `${place.url}/webhooks/twilio/status/${id}`;
  const form = (more: Record<string, string> = {}) =>
    inboundForm({ sid: newSid(), account: judge.sid, from: SENDER, to: NUMBER, body: SECRET_WORDS }, more);
  const by = () => ({ token: judge.token });
  /** A request written byte by byte, signed or not. */
  const raw = async (
    head: readonly string[],
    body: string,
    options: { path?: string; verb?: string; half?: boolean } = {},
  ): Promise<WebhookAnswer> => {
    const lines = [`${options.verb ?? 'POST'} ${options.path ?? '/webhooks/twilio/sms'} HTTP/1.1`, 'Host: x', ...head];
    const answer = await rawRequest(place.port, [`${[...lines, 'Connection: close'].join('\r\n')}\r\n\r\n`, body], {
      half: options.half ?? false,
    });
    return { status: answer?.status ?? 0, body: answer?.body ?? '' };
  };
  const asForm = 'Content-Type: application/x-www-form-urlencoded';
  const encoded = (fields: Record<string, string>) => new URLSearchParams(fields).toString();

  beforeAll(async () => {
    judge = await startJudge();
    place = await install(judge);
    await place.apply(bookFile({ members: 3 }));
    server = await place.serve();
    // Something to harm: a broadcast that went out, and somebody who has joined and left.
    expect(await place.text(WRITER, 'Vi ses klockan sju')).toBe(200);
    expect(await place.text('+46701799002', 'START', { sid: REPLAYED })).toBe(200);
    await until(async () => (await place.look()).broadcasts[0]?.status === 'sent', 'the broadcast is sent');
    await until(async () => (await judge.report()).accepted >= 5, 'all replies are out');
    before = await state();
  }, 180_000);

  afterAll(async () => {
    await place?.clear();
    await judge?.stop();
  });

  const cases: [string, () => Promise<WebhookAnswer>, number][] = [
    ['unsigned', () => postForm(sms(), form(), { ...by(), signature: null }), 403],
    ['an empty signature', () => postForm(sms(), form(), { ...by(), signature: '' }), 403],
    ['signed with another token', () => postForm(sms(), form(), { token: 'another-token' }), 403],
    [
      'signed for another address',
      () => postForm(sms(), form(), { ...by(), signedUrl: 'https://other.example/' }),
      403,
    ],
    [
      'one field changed after signing',
      () => {
        const good = form();
        const signature = signatureOf(sms(), good, judge.token);
        return postForm(sms(), { ...good, From: phone(0), Body: 'STOPP' }, { ...by(), signature });
      },
      403,
    ],
    ['another account', () => postForm(sms(), form({ AccountSid: `AC${'f'.repeat(32)}` }), by()), 403],
    [
      'an unsigned receipt',
      () => postForm(status('1'), { MessageStatus: 'delivered' }, { ...by(), signature: null }),
      403,
    ],
    [
      'a body cut short',
      () => {
        const body = encoded(form());
        return raw([asForm, 'X-Twilio-Signature: x', `Content-Length: ${body.length}`], body.slice(0, 40), {
          half: true,
        });
      },
      400,
    ],
    ['over 64 KiB', () => postForm(sms(), form({ Body: 'å'.repeat(40_000) }), by()), 413],
    [
      'over 64 KiB without saying how long',
      () =>
        raw(
          [asForm, 'X-Twilio-Signature: x', 'Transfer-Encoding: chunked'],
          `${(70_000).toString(16)}\r\n${'a'.repeat(70_000)}\r\n0\r\n\r\n`,
        ),
      413,
    ],
    ['JSON', () => raw(['Content-Type: application/json', 'X-Twilio-Signature: x', 'Content-Length: 2'], '{}'), 415],
    ['no content type', () => raw(['X-Twilio-Signature: x', 'Content-Length: 3'], 'a=b'), 415],
    ['GET', () => raw(['X-Twilio-Signature: x'], '', { verb: 'GET' }), 405],
    ['another webhook', () => raw([asForm, 'Content-Length: 0'], '', { path: '/webhooks/twilio/voice' }), 404],
    [
      '300 fields',
      () => postForm(sms(), form(Object.fromEntries(Array.from({ length: 300 }, (_, n) => [`X${n}`, '1']))), by()),
      400,
    ],
    [
      'no sender',
      () => {
        const { From: _from, ...rest } = form();
        return postForm(sms(), rest, by());
      },
      400,
    ],
    ['no message id', () => postForm(sms(), form({ MessageSid: '' }), by()), 400],
    ['an absurd message id', () => postForm(sms(), form({ MessageSid: `SM${'1'.repeat(5_000)}` }), by()), 400],
    [
      'a text replayed',
      () => postForm(sms(), form({ MessageSid: REPLAYED, From: '+46701799002', Body: 'START' }), by()),
      200,
    ],
    [
      'a message id replayed with another text',
      () => postForm(sms(), form({ MessageSid: REPLAYED, From: WRITER, Body: 'Till alla: kom inte' }), by()),
      200,
    ],
    ['an unknown virtual number', () => postForm(sms(), form({ To: '+46766999999' }), by()), 200],
    ['an absurd virtual number', () => postForm(sms(), form({ To: `+${'9'.repeat(400)}` }), by()), 200],
    [
      'a receipt for no delivery of ours',
      () => postForm(status('999999999'), { MessageSid: newSid(), MessageStatus: 'delivered', To: SENDER }, by()),
      200,
    ],
    [
      'a receipt for delivery 0',
      () => postForm(status('0'), { MessageSid: newSid(), MessageStatus: 'failed' }, by()),
      404,
    ],
    [
      'a receipt for an absurd delivery',
      () => postForm(status('9'.repeat(40)), { MessageStatus: 'failed' }, by()),
      404,
    ],
    [
      'a receipt for a path',
      () => raw([asForm, 'Content-Length: 0'], '', { path: '/webhooks/twilio/status/../sms' }),
      404,
    ],
    ['a receipt without a state', () => postForm(status('1'), { MessageSid: newSid() }, by()), 400],
    [
      'a receipt with a state that nobody knows',
      () => postForm(status('1'), { MessageSid: newSid(), MessageStatus: 'teleported' }, by()),
      200,
    ],
    [
      'a receipt of another message',
      () => postForm(status('1'), { MessageSid: newSid(), MessageStatus: 'failed', ErrorCode: '-1e99' }, by()),
      200,
    ],
    [
      'no HTTP at all',
      () =>
        rawRequest(place.port, ['\x16\x03\x01\x02\x00 hej\r\n\r\n']).then((a) => ({
          status: a?.status ?? 0,
          body: '',
        })),
      400,
    ],
    ['a head of 100 KB', () => raw([asForm, `X-Long: ${'x'.repeat(100_000)}`], ''), 431],
  ];

  test.each(cases)('%s: a clear status and no change', async (_name, send, expected) => {
    const answer = await send();
    expect(answer.status).toBe(expected);
    expect(answer.body).not.toMatch(/ at .*\.(js|ts)|Error:/);
  });

  test('nothing has changed, the log tells of it without a number or a text, and it still serves', async () => {
    expect(await state()).toBe(before);
    // What `serve` tells whoever starts it (the way in for the first user) is no line of the log.
    const lines = server
      .log()
      .split('\n')
      .filter((line) => line !== '' && !/^Nobody can sign in yet|^ {2}http\S+\/first\//.test(line));
    const refusals = lines.map((line) => JSON.parse(line) as { msg: string; result?: string });
    const results = new Set(refusals.flatMap((line) => line.result ?? []));
    for (const result of ['no_signature', 'wrong_signature', 'wrong_account', 'too_large', 'wrong_type', 'malformed'])
      expect(results).toContain(result);
    expect(server.log()).toContain('A text came to a number that is not set up here');
    expect(server.log()).toContain('A receipt for a delivery that is not known');
    for (const secret of [SENDER, WRITER, FUNCTIONARY, NUMBER, phone(0), '+46701799002', '+46766999999'])
      expect(server.log()).not.toContain(secret.slice(3));
    for (const secret of ['Hemliga', 'Svante', 'Vi ses klockan', judge.token])
      expect(server.log()).not.toContain(secret);
    expect(await place.text('+46701799003', 'START')).toBe(200);
    expect((await fetch(`${place.url}/readyz`)).status).toBe(200);
  });

  test('absurd senders and texts are stored as they are, and harm nobody', async () => {
    const odd: [string, string][] = [
      ['', 'START'],
      ['+', 'START'],
      [`+${'9'.repeat(300)}`, 'START'],
      ['PARKERA', 'START'],
      ['72456', 'START'],
      [NUMBER, 'START'],
      ["'; drop table members; --", 'START'],
      ['+46701799010', '\u0000\u0007\ud800 =1+1 <script>alert(1)</script>'],
      ['+46701799011', 'x'.repeat(20_000)],
      [WRITER, 'y'.repeat(1_700)],
    ];
    const active = (await place.show()).counts['active'];
    for (const [from, body] of odd) expect(await place.text(from, body)).toBe(200);
    // Nothing is said to who is no person; what a writer wrote beyond the limit goes to nobody.
    const shown = await place.show();
    expect(shown.counts['active']).toBe(active);
    expect(shown.broadcasts.length).toBe(1);
    expect(await place.text('+46701799012', 'START')).toBe(200);
    await until(
      async () => (await judge.log()).some((line) => line.ev === 'accepted' && line.to === '+46701799012'),
      'whoever comes after is served',
    );
    expect((await judge.report()).invalid).toBe(0);
    expect(server.log()).not.toMatch(/"level":"(error|fatal)"/);
  });

  test('apply: every error with its line, nothing half applied', async () => {
    const was = await state();
    const yaml = `organisation: { name: Lunds IK, country: SE, colour: red }
numbers:
  - { number: "+46766861001", provider: pigeon, parts_per_second: -4 }
books:
  - name: P12
    address: p12
    number: "+46766861001"
    sms_name: Nytt
    confirm_above: many
    writers: ["not a number"]
    members:
      - { phone: "+46701799050" }
      - { phone: "070" }
  - name: P14
    address: p12
    number: "+46766000000"
`;
    writeFileSync(join(place.folder, 'bad.yaml'), yaml);
    const answer = await place.run('apply', 'bad.yaml');
    expect(answer.code).toBe(1);
    const at = [...answer.stderr.matchAll(/^bad\.yaml:(\d+): .+$/gm)].map((match) => Number(match[1]));
    for (const line of [1, 3, 9, 10]) expect(at).toContain(line);
    expect(answer.stderr).toContain('nothing was changed');
    expect(await state()).toBe(was);
    // Right in form, wrong in sense: found as well before anything is written.
    writeFileSync(
      join(place.folder, 'bad.yaml'),
      yaml
        .replace(', colour: red', '')
        .replace('provider: pigeon, parts_per_second: -4', 'provider: twilio')
        .replace('confirm_above: many', 'confirm_above: off'),
    );
    const again = await place.run('apply', 'bad.yaml', '--json');
    expect(again.code).toBe(1);
    const { errors } = JSON.parse(again.stdout) as { errors: { line: number; message: string }[] };
    for (const line of [10, 13]) expect(errors.map((one) => one.line)).toContain(line);
    expect(errors.some((one) => one.line >= 14)).toBe(true);
    expect(await state()).toBe(was);
    for (const [name, content] of [
      ['broken.yaml', 'books: [ {'],
      ['list.yaml', '- 1\n- 2\n'],
      ['empty.yaml', ''],
      ['binary.yaml', '\u0000\u0001\ufffd'],
    ] as const) {
      writeFileSync(join(place.folder, name), content);
      const broken = await place.run('apply', name);
      expect({ name, code: broken.code }).toEqual({ name, code: 1 });
      expect(broken.stderr).toMatch(new RegExp(`^${name}:\\d+: `, 'm'));
      expect(broken.stderr).not.toMatch(/^\s+at /m);
    }
    expect((await place.run('apply', 'nowhere.yaml')).code).toBe(1);
    expect(await state()).toBe(was);
  }, 180_000);

  test('import: every error with its line, nothing half applied; a wrong book or column is said', async () => {
    const was = await state();
    const files: [string, string, number[]][] = [
      ['rows.csv', 'phone,name\n+46701799060,Ida\n070,Kort\n+46701799061,Bo\nabc,Text\n,Tom\n', [3, 5]],
      ['column.csv', 'fon,namn\n+46701799060,Ida\n', [1]],
      ['quote.csv', 'phone,name\n+46701799060,"Ida\n', [2]],
      ['empty.csv', '', [1]],
    ];
    for (const [name, content, lines] of files) {
      writeFileSync(join(place.folder, name), content);
      const answer = await place.run('import', 'p12', name);
      expect({ name, code: answer.code, stdout: answer.stdout }).toEqual({ name, code: 1, stdout: '' });
      const at = [...answer.stderr.matchAll(/:(\d+): /g)].map((match) => Number(match[1]));
      for (const line of lines) expect({ name, at }).toEqual({ name, at: expect.arrayContaining([line]) });
      expect(answer.stderr).not.toMatch(/^\s+at /m);
    }
    expect((await place.run('import', 'nobody', 'rows.csv')).code).toBe(1);
    expect((await place.run('import', 'p12', 'nowhere.csv')).code).toBe(1);
    expect(await state()).toBe(was);
  }, 180_000);
});
