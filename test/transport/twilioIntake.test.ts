import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import webhooks from 'twilio/lib/webhooks/webhooks.js';
import type { InboundText } from '../../src/core/inbound.ts';
import type { ReceiveResult } from '../../src/ports/intake.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Receipt } from '../../src/ports/outbox.ts';
import { createTwilioIntake, type TwilioIntake, type TwilioIntakeOptions } from '../../src/transport/twilio/intake.ts';
import { rawRequest } from '../kit/rawHttp.ts';

const PUBLIC_URL = 'https://sms.example.se';
const TOKEN = '0123456789abcdef0123456789abcdef';
const ACCOUNT = `AC${'0'.repeat(32)}`;
const SID = `SM${'a'.repeat(32)}`;
const SMS: Record<string, string> = {
  MessageSid: SID,
  AccountSid: ACCOUNT,
  From: '+46701740605',
  To: '+46769446565',
  Body: 'Hej på dig 👋',
  NumMedia: '0',
};
const STATUS: Record<string, string> = {
  MessageSid: SID,
  AccountSid: ACCOUNT,
  MessageStatus: 'delivered',
  To: '+46701740605',
  From: '+46769446565',
};
const SMS_PATH = '/webhooks/twilio/sms';

type World = {
  port: number;
  intake: TwilioIntake;
  texts: InboundText[];
  receipts: Receipt[];
  counted: string[];
  logged: string[];
};

const open: Server[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** An intake on a real server; `answer` is what the use case says. */
async function start(
  options: Partial<TwilioIntakeOptions> = {},
  answer: () => ReceiveResult | Promise<ReceiveResult> = () => 'done',
): Promise<World> {
  const texts: InboundText[] = [];
  const receipts: Receipt[] = [];
  const counted: string[] = [];
  const logged: string[] = [];
  const write = (fields: Record<string, unknown>, message: string) =>
    void logged.push(`${message} ${JSON.stringify(fields)}`);
  const log: Log = { debug: write, info: write, warn: write, error: write, child: () => log };
  const intake = createTwilioIntake({
    publicUrl: PUBLIC_URL,
    authToken: TOKEN,
    accountSid: ACCOUNT,
    receiveText: async (inbound) => {
      texts.push(inbound);
      return answer();
    },
    receiveReceipt: async (receipt) => {
      receipts.push(receipt);
      return receipt.deliveryId === 404 ? 'unknown' : 'moved';
    },
    clock: { now: () => 1_700_000_000_000 },
    log,
    count: (name, { hook, result }) => counted.push(`${name} ${hook} ${result}`),
    ...options,
  });
  const server = createServer((req, res) => {
    if (!intake.handle(req, res)) res.writeHead(299).end('somebody else');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  return { port: (server.address() as AddressInfo).port, intake, texts, receipts, counted, logged };
}

const encode = (fields: Record<string, string>): string => new URLSearchParams(fields).toString();
const sign = (path: string, fields: Record<string, string>): string =>
  webhooks.getExpectedTwilioSignature(TOKEN, PUBLIC_URL + path, fields);

type Posted = { status: number; type: string | null; body: string; headers: Headers };

async function post(
  world: World,
  path: string,
  fields: Record<string, string>,
  changed: { signature?: string | null; headers?: Record<string, string>; body?: string; method?: string } = {},
): Promise<Posted> {
  const signature = changed.signature === undefined ? sign(path, fields) : changed.signature;
  const answer = await fetch(`http://127.0.0.1:${world.port}${path}`, {
    method: changed.method ?? 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=UTF-8',
      ...(signature === null ? {} : { 'x-twilio-signature': signature }),
      ...changed.headers,
    },
    body: changed.body ?? encode(fields),
  });
  return {
    status: answer.status,
    type: answer.headers.get('content-type'),
    body: await answer.text(),
    headers: answer.headers,
  };
}

/** The same request as bytes; `body` is the text to send, `length` what the header claims. */
function raw(
  path: string,
  fields: Record<string, string>,
  changed: { body?: string; length?: number; headers?: string[]; signature?: string } = {},
): { head: string; body: string } {
  const body = changed.body ?? encode(fields);
  const head = [
    `POST ${path} HTTP/1.1`,
    'Host: anything.example',
    'Connection: close',
    'Content-Type: application/x-www-form-urlencoded',
    `X-Twilio-Signature: ${changed.signature ?? sign(path, fields)}`,
    ...(changed.headers ?? [`Content-Length: ${changed.length ?? Buffer.byteLength(body)}`]),
    '\r\n',
  ].join('\r\n');
  return { head, body };
}

describe('a signed inbound', () => {
  test('is handed on word for word and answered with empty TwiML', async () => {
    const world = await start();
    const answer = await post(world, SMS_PATH, SMS);
    expect([answer.status, answer.type, answer.body]).toEqual([200, 'text/xml; charset=utf-8', '<Response/>']);
    expect(world.texts).toEqual([
      {
        providerId: SID,
        from: '+46701740605',
        to: '+46769446565',
        text: 'Hej på dig 👋',
        mediaCount: 0,
        missingPart: false,
        optOut: null,
        providerAt: null,
      },
    ]);
    expect([world.counted, world.logged]).toEqual([['twilio_webhooks sms done'], []]);
  });

  test.each<[ReceiveResult, number, string]>([
    ['done', 200, '<Response/>'],
    ['duplicate', 200, '<Response/>'],
    ['unknown_number', 200, '<Response/>'],
    ['busy', 503, 'Busy, try again.\n'],
  ])('%s is answered %d', async (result, status, body) => {
    const world = await start({}, () => result);
    const answer = await post(world, SMS_PATH, SMS);
    expect([answer.status, answer.body, answer.headers.get('retry-after')]).toEqual([
      status,
      body,
      status === 503 ? '2' : null,
    ]);
    expect(world.counted).toEqual([`twilio_webhooks sms ${result}`]);
  });

  test('a number that is not set up is logged', async () => {
    const world = await start({}, () => 'unknown_number');
    await post(world, SMS_PATH, SMS);
    expect(world.logged).toHaveLength(1);
  });

  test('a store fault is 503, and the next one is served', async () => {
    let faults = 1;
    const world = await start({}, () => {
      if (faults-- > 0)
        throw Object.assign(new Error('insert into inbounds values (+46701740605)'), { code: 'SQLITE_FULL' });
      return 'done';
    });
    expect(await post(world, SMS_PATH, SMS)).toMatchObject({ status: 503 });
    expect(await post(world, SMS_PATH, SMS)).toMatchObject({ status: 200 });
    expect(world.counted).toEqual(['twilio_webhooks sms fault', 'twilio_webhooks sms done']);
    expect(world.logged[0]).toContain('SQLITE_FULL');
  });

  test('is not answered before it is committed', async () => {
    let commit = (_result: ReceiveResult): void => {};
    const world = await start({}, () => new Promise((resolve) => (commit = resolve)));
    let answered = false;
    const answer = post(world, SMS_PATH, SMS).then((one) => {
      answered = true;
      return one;
    });
    while (world.texts.length === 0) await new Promise(setImmediate);
    await fetch(`http://127.0.0.1:${world.port}/other`);
    expect(answered).toBe(false);
    commit('done');
    expect(await answer).toMatchObject({ status: 200 });
  });

  test('a query of its own, fields of the future and the port that Twilio adds are all right', async () => {
    const world = await start();
    const path = `${SMS_PATH}?list=7&t=%C3%A5`;
    const fields = { ...SMS, NewParam2027: 'x', 'a[b]': 'c', __proto__x: 'z' };
    expect(await post(world, path, fields)).toMatchObject({ status: 200 });
    const signature = webhooks.getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}:443${path}`, fields);
    expect(await post(world, path, fields, { signature })).toMatchObject({ status: 200 });
    expect(world.texts).toHaveLength(2);
  });

  test('a public URL with a path of its own is signed with it', async () => {
    const world = await start({ publicUrl: 'https://example.se/club/' });
    const signature = webhooks.getExpectedTwilioSignature(TOKEN, `https://example.se/club${SMS_PATH}`, SMS);
    expect(await post(world, SMS_PATH, SMS, { signature })).toMatchObject({ status: 200 });
  });
});

describe('what is refused changes nothing', () => {
  const wrong = sign(SMS_PATH, { ...SMS, From: '+46701740606' });
  test.each<[string, number, Parameters<typeof post>[3]]>([
    ['no signature', 403, { signature: null }],
    ['an empty signature', 403, { signature: '' }],
    ['a wrong signature', 403, { signature: wrong }],
    ['a signature of the wrong length', 403, { signature: 'x' }],
    ['no body', 403, { body: '' }],
    ['another body', 403, { body: encode({ ...SMS, Body: 'START' }) }],
    ['a field added', 403, { body: `${encode(SMS)}&X=1` }],
    ['broken percent-encoding', 403, { body: 'Body=%zz%&From=%C3&%=%' }],
    ['JSON', 415, { headers: { 'content-type': 'application/json' }, body: '{}' }],
    [
      'a type that only begins like a form',
      415,
      { headers: { 'content-type': 'application/x-www-form-urlencoded-not' } },
    ],
    ['multipart', 415, { headers: { 'content-type': 'multipart/form-data; boundary=x' } }],
    ['201 fields', 400, { body: 'a=1&'.repeat(201) }],
    ['too large', 413, { body: `Body=${'x'.repeat(65_536)}` }],
    ['PUT', 405, { method: 'PUT' }],
  ])('%s: %d', async (_name, status, changed) => {
    const world = await start();
    expect(await post(world, SMS_PATH, SMS, changed)).toMatchObject({ status });
    expect([world.texts, world.counted.length, world.logged.length]).toEqual([[], 1, 1]);
    expect(world.logged.join()).not.toMatch(/\d{7}/);
  });

  test('GET: 405, with what is allowed', async () => {
    const world = await start();
    const answer = await fetch(`http://127.0.0.1:${world.port}${SMS_PATH}`);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST']);
  });

  test.each([
    '/webhooks/twilio/',
    '/webhooks/twilio/sms/',
    '/webhooks/twilio/SMS',
    '/webhooks/twilio/status',
    '/webhooks/twilio/status/',
    '/webhooks/twilio/status/0',
    '/webhooks/twilio/status/-1',
    '/webhooks/twilio/status/1e3',
    '/webhooks/twilio/status/99999999999999999999',
    '/webhooks/twilio/status/7/8',
  ])('%s: 404', async (path) => {
    const world = await start();
    expect(await post(world, path, STATUS)).toMatchObject({ status: 404 });
    expect(world.receipts).toEqual([]);
  });

  test.each(['/', '/webhooks/other', '/webhooks/twilio', '/other/webhooks/twilio/sms'])(
    '%s is somebody else’s',
    async (path) => {
      const world = await start();
      expect(await post(world, path, SMS)).toMatchObject({ status: 299, body: 'somebody else' });
      expect(world.counted).toEqual([]);
    },
  );

  test('a signature for the other hook, or for another delivery', async () => {
    const world = await start();
    const signature = sign('/webhooks/twilio/status/7', STATUS);
    expect(await post(world, SMS_PATH, STATUS, { signature })).toMatchObject({ status: 403 });
    expect(await post(world, '/webhooks/twilio/status/8', STATUS, { signature })).toMatchObject({ status: 403 });
    expect(await post(world, '/webhooks/twilio/status/7', STATUS, { signature })).toMatchObject({ status: 200 });
  });

  test('headers that say where the request went are not believed', async () => {
    const world = await start();
    const signature = webhooks.getExpectedTwilioSignature(TOKEN, `https://evil.example${SMS_PATH}`, SMS);
    const headers = {
      'x-forwarded-host': 'evil.example',
      'x-forwarded-proto': 'https',
      'x-original-url': 'https://evil.example',
    };
    expect(await post(world, SMS_PATH, SMS, { signature, headers })).toMatchObject({ status: 403 });
  });

  test('another account, though signed', async () => {
    const world = await start();
    expect(await post(world, SMS_PATH, { ...SMS, AccountSid: `AC${'1'.repeat(32)}` })).toMatchObject({ status: 403 });
  });

  test.each(['MessageSid', 'From', 'To'])('signed, but without %s: 400', async (name) => {
    const world = await start();
    const { [name]: _left, ...rest } = SMS;
    expect(await post(world, SMS_PATH, rest)).toMatchObject({ status: 400 });
    expect(world.texts).toEqual([]);
  });

  test('a captured request that is cut anew into another message id', async () => {
    const world = await start();
    const { MessageSid, NumMedia, ...rest } = SMS;
    const cut = { ...rest, MessageSid: `${MessageSid}NumMedia${NumMedia}` };
    expect(sign(SMS_PATH, cut)).toBe(sign(SMS_PATH, SMS));
    expect(await post(world, SMS_PATH, cut)).toMatchObject({ status: 400 });
    expect(world.texts).toEqual([]);
  });

  test('without Twilio set up nothing is let in', async () => {
    const world = await start({ authToken: null });
    const signature = webhooks.getExpectedTwilioSignature('', PUBLIC_URL + SMS_PATH, SMS);
    expect(await post(world, SMS_PATH, SMS, { signature })).toMatchObject({
      status: 403,
      body: 'Twilio is not set up here.\n',
    });
    expect(world.counted).toEqual(['twilio_webhooks sms not_configured']);
  });

  test('a flood of refusals is counted in full and logged once in ten seconds', async () => {
    let now = 0;
    const world = await start({ clock: { now: () => now } });
    for (let nth = 0; nth < 5; nth++) await post(world, SMS_PATH, SMS, { signature: 'x' });
    now = 10_000;
    await post(world, SMS_PATH, SMS, { signature: 'x' });
    expect(world.counted).toHaveLength(6);
    expect(world.logged).toHaveLength(2);
    expect(world.logged[1]).toContain('"alsoSince":4');
  });
});

describe('receipts', () => {
  test('go to the delivery in the path', async () => {
    const world = await start();
    expect(
      await post(world, '/webhooks/twilio/status/123456789012345', {
        ...STATUS,
        MessageStatus: 'undelivered',
        ErrorCode: '30003',
      }),
    ).toMatchObject({ status: 200, body: '<Response/>' });
    expect(world.receipts).toEqual([
      {
        deliveryId: 123_456_789_012_345,
        providerId: SID,
        status: 'undelivered',
        reason: '30003',
        at: 1_700_000_000_000,
      },
    ]);
    expect(world.counted).toEqual(['twilio_webhooks status moved']);
  });

  test('of an unknown delivery or with an unknown state are answered kindly and logged', async () => {
    const world = await start();
    expect(await post(world, '/webhooks/twilio/status/404', STATUS)).toMatchObject({ status: 200 });
    expect(await post(world, '/webhooks/twilio/status/7', { ...STATUS, MessageStatus: 'teleported' })).toMatchObject({
      status: 200,
    });
    expect(world.counted).toEqual(['twilio_webhooks status unknown', 'twilio_webhooks status ignored']);
    expect([world.receipts.length, world.logged.length]).toEqual([1, 2]);
  });

  test('a store fault is 503', async () => {
    const world = await start({ receiveReceipt: () => Promise.reject(new Error('locked')) });
    expect(await post(world, '/webhooks/twilio/status/7', STATUS)).toMatchObject({ status: 503 });
  });
});

describe('on the wire', () => {
  test('a body in many pieces, chunked, is one body', async () => {
    const world = await start();
    const { head, body } = raw(SMS_PATH, SMS, { headers: ['Transfer-Encoding: chunked'] });
    const pieces = body.match(/.{1,7}/gs) ?? [];
    const answer = await rawRequest(
      world.port,
      [head, ...pieces.map((piece) => `${piece.length.toString(16)}\r\n${piece}\r\n`), '0\r\n\r\n'],
      { pauseMs: 1 },
    );
    expect(answer).toMatchObject({ status: 200, body: '<Response/>' });
    expect(world.texts.map((one) => one.text)).toEqual(['Hej på dig 👋']);
  });

  test('bytes that should have been encoded are read as UTF-8, also when a letter is split between packets', async () => {
    const world = await start();
    const fields = { ...SMS, Body: 'åäö' };
    const body = encode(fields).replace(/%C3%A5.*%B6/, 'åäö');
    const { head } = raw(SMS_PATH, fields, { body });
    const bytes = Buffer.from(body);
    const middle = bytes.indexOf('ä') + 1;
    const socket = (await import('node:net')).connect(world.port, '127.0.0.1');
    socket.setNoDelay(true);
    socket.write(head);
    socket.write(bytes.subarray(0, middle));
    await new Promise(setImmediate);
    socket.write(bytes.subarray(middle));
    await once(socket, 'data');
    socket.destroy();
    expect(world.texts.map((one) => one.text)).toEqual(['åäö']);
  });

  test.each([
    ['by closing', true],
    ['by half-closing', false],
  ])('a body that is cut off %s has no effect', async (_name, destroy) => {
    const world = await start();
    const { head, body } = raw(SMS_PATH, SMS);
    const socket = (await import('node:net')).connect(world.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.resume().write(head + body.slice(0, -3));
    await once(socket, 'connect');
    while (world.counted.length === 0) {
      await new Promise((resolve) => setTimeout(resolve, 5));
      if (destroy) socket.destroy();
      else socket.end();
    }
    expect([world.texts, world.counted]).toEqual([[], ['twilio_webhooks sms gone']]);
    expect(await post(world, SMS_PATH, SMS)).toMatchObject({ status: 200 });
  });

  test('a body shorter than it claims, with the connection kept open: 408', async () => {
    const world = await start({ limits: { bodyMs: 60 } });
    const { head, body } = raw(SMS_PATH, SMS, { length: 60_000 });
    expect(await rawRequest(world.port, [head + body])).toMatchObject({ status: 408 });
    expect(world.texts).toEqual([]);
  });

  test('a body that trickles: 408', async () => {
    const world = await start({ limits: { bodyMs: 60 } });
    const { head, body } = raw(SMS_PATH, SMS);
    expect(await rawRequest(world.port, [head, ...body], { pauseMs: 10 })).toMatchObject({ status: 408 });
    expect(world.texts).toEqual([]);
  });

  test('a length over the limit: 413 before the body comes', async () => {
    const world = await start();
    const { head } = raw(SMS_PATH, SMS, { length: 65_537 });
    const answer = await rawRequest(world.port, [head.replace('Connection: close', 'Connection: keep-alive')]);
    expect(answer).toMatchObject({ status: 413 });
    expect(answer?.head.toLowerCase()).toContain('connection: close');
  });

  test.each([['99999999999999999999'], ['-1'], ['1e3'], ['0x10'], ['5, 6']])(
    'a length of %s is refused',
    async (length) => {
      const world = await start();
      const { head, body } = raw(SMS_PATH, SMS, { headers: [`Content-Length: ${length}`] });
      const answer = await rawRequest(world.port, [head + body], { half: true });
      expect(answer?.status ?? 400).toBeGreaterThanOrEqual(400);
      expect(world.texts).toEqual([]);
    },
  );

  test('chunks without end: 413, and no more is read', async () => {
    const world = await start();
    const { head } = raw(SMS_PATH, SMS, { headers: ['Transfer-Encoding: chunked'] });
    const chunk = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
    expect(await rawRequest(world.port, [head, chunk, chunk, chunk, chunk])).toMatchObject({ status: 413 });
    expect(world.texts).toEqual([]);
  });

  test('the largest body that is let in', async () => {
    const world = await start();
    const room = 65_536 - Buffer.byteLength(encode({ ...SMS, Extra: '' }));
    expect(await post(world, SMS_PATH, { ...SMS, Extra: 'x'.repeat(room) })).toMatchObject({ status: 200 });
    expect(await post(world, SMS_PATH, { ...SMS, Extra: 'x'.repeat(room + 1) })).toMatchObject({ status: 413 });
  });

  test('two requests on one connection, the first refused at its signature', async () => {
    const world = await start();
    const bad = raw(SMS_PATH, SMS, { signature: sign(SMS_PATH, STATUS) });
    const good = raw(SMS_PATH, SMS);
    const keep = (head: string) => head.replace('Connection: close', 'Connection: keep-alive');
    const answer = await rawRequest(world.port, [keep(bad.head) + bad.body + good.head + good.body]);
    expect(answer?.status).toBe(403);
    expect(answer?.body).toContain('HTTP/1.1 200');
    expect(world.texts).toHaveLength(1);
  });

  test('two signatures are none', async () => {
    const world = await start();
    const { head, body } = raw(SMS_PATH, SMS);
    const twice = head.replace('\r\n\r\n', `\r\nX-Twilio-Signature: ${sign(SMS_PATH, SMS)}\r\n\r\n`);
    expect(await rawRequest(world.port, [twice + body])).toMatchObject({ status: 403 });
  });
});

describe('stopping', () => {
  test('waits for what is in work, serves what still comes, and lets connections go', async () => {
    const commits: ((result: ReceiveResult) => void)[] = [];
    const world = await start({}, () => new Promise((resolve) => void commits.push(resolve)));
    const first = post(world, SMS_PATH, SMS);
    while (commits.length === 0) await new Promise(setImmediate);
    let closed = false;
    const closing = world.intake.close().then(() => {
      closed = true;
    });
    const second = post(world, SMS_PATH, { ...SMS, MessageSid: `SM${'b'.repeat(32)}` });
    while (commits.length < 2) await new Promise(setImmediate);
    expect(closed).toBe(false);
    for (const commit of commits) commit('done');
    for (const answer of [await first, await second]) {
      expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
    }
    await closing;
    await world.intake.close();
    const third = post(world, SMS_PATH, SMS);
    while (commits.length < 3) await new Promise(setImmediate);
    commits[2]?.('done');
    expect(await third).toMatchObject({ status: 200 });
  });
});
