import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { silentLog } from '../../src/log.ts';
import type { OutgoingText, Provider } from '../../src/ports/provider.ts';
import { createProviders } from '../../src/providers/registry.ts';
import { createTwilioProvider, receiptUrl, type TwilioOptions } from '../../src/providers/twilio.ts';
import { startJudge } from '../kit/judge.ts';
import { describeVectors } from '../kit/vectors.ts';
import { type Mishap, providerContract } from './contract.ts';

/** The judge's word for each mishap. */
const DO: Readonly<Record<Mishap, string>> = {
  too_fast: '429',
  unavailable: '503',
  reset: 'reset',
  closed: 'close',
  hang: 'hang',
  taken_then_reset: 'accept_reset',
  taken_then_error: 'accept_500',
  taken_then_hang: 'accept_hang',
  taken_then_half_an_answer: 'accept_half',
  taken_then_broken_json: 'accept_badjson',
  taken_then_foreign_page: 'accept_html200',
  no_such_recipient: '400:21211',
  account_refused: '401',
  sender_refused: '400:21606',
  country_refused: '400:21408',
  too_long: '400:21617',
  slow: 'slow:100',
};

describeVectors('twilio/twilio_judge.mjs', () => {
  providerContract('twilio', Object.keys(DO) as Mishap[], async () => {
    const judge = await startJudge();
    const provider = createTwilioProvider({
      ...OPTIONS,
      accountSid: judge.sid,
      authToken: judge.token,
      apiUrl: judge.url,
      timeoutMs: 5_000,
    });
    return {
      provider,
      next: (mishap) => judge.faults([{ match: {}, times: 1, do: DO[mishap] }]),
      optOut: judge.optOut,
      async taken() {
        const events = await judge.log();
        return events
          .filter(({ ev }) => ev === 'accepted')
          .map(({ to = '', from = '', body = '' }) => ({ to, from, text: body }));
      },
      invalid: async () => (await judge.report()).invalid,
      calm: () => judge.faults([]),
      async stop() {
        await provider.close();
        await judge.stop();
      },
    };
  });

  test('every 5xx is unknown: it may have been accepted', async () => {
    const judge = await startJudge();
    const provider = createTwilioProvider({
      ...OPTIONS,
      accountSid: judge.sid,
      authToken: judge.token,
      apiUrl: judge.url,
    });
    try {
      const statuses = ['500', '502', '503', '504'];
      await judge.faults(statuses.map((status, index) => ({ match: { nth: [index + 1] }, do: status })));
      for (const _status of statuses) expect(await provider.send(MESSAGE)).toMatchObject({ result: 'unknown' });
      expect(await judge.report()).toMatchObject({ posts: 4, accepted: 0, not_accepted: 4, invalid: 0 });
    } finally {
      await provider.close();
      await judge.stop();
    }
  });
});

const OPTIONS: TwilioOptions = {
  accountSid: `AC${'0'.repeat(32)}`,
  authToken: 'test-token',
  apiUrl: 'http://127.0.0.1:9',
  publicUrl: 'https://sms.example.se/',
  timeoutMs: 2_000,
  log: silentLog,
};
const MESSAGE: OutgoingText = { deliveryId: 7, from: '+46766861001', to: '+46701000001', text: 'Hej', validForS: 60 };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A provider before a server that answers as `handler` says. */
async function facing(
  handler: (req: IncomingMessage, res: ServerResponse, body: string) => void,
  options: Partial<TwilioOptions> = {},
) {
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => {
      body += chunk;
    });
    req.on('end', () => handler(req, res, body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return made({
    ...options,
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${options.apiUrl ?? ''}`,
  });
}

function made(options: Partial<TwilioOptions>): Provider {
  const provider = createTwilioProvider({ ...OPTIONS, ...options });
  closing.push(() => provider.close());
  return provider;
}

const CREATED = JSON.stringify({ sid: `SM${'a'.repeat(32)}`, status: 'queued' });

describe('the request', () => {
  test('goes to the account, with the text, the receipt address and the validity', async () => {
    let seen: { line: string; authorization: string | undefined; body: string } | null = null;
    const provider = await facing(
      (req, res, body) => {
        seen = { line: `${req.method} ${req.url}`, authorization: req.headers.authorization, body };
        res.writeHead(201).end(CREATED);
      },
      { apiUrl: '/edge/' },
    );
    expect(await provider.send(MESSAGE)).toEqual({ result: 'accepted', providerId: `SM${'a'.repeat(32)}` });
    expect(seen).toEqual({
      line: `POST /edge/2010-04-01/Accounts/${OPTIONS.accountSid}/Messages.json`,
      authorization: `Basic ${Buffer.from(`${OPTIONS.accountSid}:test-token`).toString('base64')}`,
      body: 'To=%2B46701000001&From=%2B46766861001&Body=Hej&StatusCallback=https%3A%2F%2Fsms.example.se%2Fwebhooks%2Ftwilio%2Fstatus%2F7&ValidityPeriod=60',
    });
  });

  test('asks for receipts from a server on this machine even when nobody else can reach us', async () => {
    const callbacks: (string | null)[] = [];
    const provider = await facing(
      (_req, res, body) => {
        callbacks.push(new URLSearchParams(body).get('StatusCallback'));
        res.writeHead(201).end(CREATED);
      },
      { publicUrl: 'http://localhost:8080' },
    );
    await provider.send(MESSAGE);
    expect(callbacks).toEqual(['http://localhost:8080/webhooks/twilio/status/7']);
  });

  test.each([
    ['https://sms.example.se', 'https://api.twilio.com', 'https://sms.example.se/webhooks/twilio/status/'],
    ['https://example.se:8443/club/', 'https://api.twilio.com', 'https://example.se:8443/club/webhooks/twilio/status/'],
    ['http://localhost:8080', 'https://api.twilio.com', null],
    ['http://toolbox.localhost', 'https://api.twilio.com', null],
    ['http://127.0.0.1:8080', 'https://api.twilio.com', null],
    ['http://[::1]:8080', 'https://api.twilio.com', null],
    ['http://localhost:8080', 'http://127.0.0.1:4010', 'http://localhost:8080/webhooks/twilio/status/'],
  ])('receipts of %s from %s come to %s', (publicUrl, apiUrl, expected) => {
    expect(receiptUrl(publicUrl, apiUrl)).toBe(expected);
  });
});

describe('what was surely not sent is temporary', () => {
  test('a refused connection', async () => {
    const server = createTcpServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    const provider = made({ apiUrl: `http://127.0.0.1:${port}` });
    expect(await provider.send(MESSAGE)).toEqual({ result: 'temporary', reason: 'ECONNREFUSED', retryAfterMs: null });
    expect(await provider.find('+46701000001', '+46766861001')).toBeNull();
  });

  test('a host that has no address', async () => {
    expect(await made({ apiUrl: 'http://nowhere.invalid' }).send(MESSAGE)).toMatchObject({ result: 'temporary' });
  });

  test('a TLS handshake that fails', async () => {
    const server = createTcpServer((socket) => socket.resume().end('no TLS here\r\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    closing.push(() => new Promise((resolve) => server.close(resolve)));
    const provider = made({ apiUrl: `https://127.0.0.1:${(server.address() as AddressInfo).port}` });
    expect(await provider.send(MESSAGE)).toMatchObject({ result: 'temporary' });
  });

  test('a message given up while it waited for a connection; it is never written afterwards', async () => {
    const bodies: string[] = [];
    const provider = await facing((_req, _res, body) => void bodies.push(body), {
      concurrency: 1,
      spare: 0,
      timeoutMs: 1_000,
    });
    const outcomes = await Promise.all([provider.send(MESSAGE), provider.send({ ...MESSAGE, deliveryId: 8 })]);
    expect(outcomes).toEqual([
      { result: 'unknown', reason: 'timeout' },
      { result: 'temporary', reason: 'timeout', retryAfterMs: null },
    ]);
    expect(await provider.send({ ...MESSAGE, deliveryId: 9 })).toMatchObject({ result: 'unknown' });
    expect(bodies.map((body) => new URLSearchParams(body).get('StatusCallback')?.at(-1))).toEqual(['7', '9']);
  });

  test('one that waited for a connection for too long is not begun, and the connection stays (B-36)', async () => {
    const seen: [string | undefined, unknown][] = [];
    const provider = await facing(
      (req, res, body) => {
        seen.push([new URLSearchParams(body).get('StatusCallback')?.at(-1), req.socket.remotePort]);
        setTimeout(() => res.writeHead(201).end('{"sid":"SM1"}'), 60);
      },
      { concurrency: 1, spare: 0 },
    );
    const outcomes = await Promise.all([
      provider.send({ ...MESSAGE, startWithinMs: 1_000 }),
      provider.send({ ...MESSAGE, deliveryId: 8, startWithinMs: 20 }),
      provider.send({ ...MESSAGE, deliveryId: 9, startWithinMs: 1_000 }),
    ]);
    expect(outcomes.map(({ result }) => result)).toEqual(['accepted', 'not_begun', 'accepted']);
    expect(seen.map(([which]) => which)).toEqual(['7', '9']);
    expect(new Set(seen.map(([, port]) => port)).size).toBe(1);
  });

  test('a message that was called off before', async () => {
    expect(await made({}).send(MESSAGE, AbortSignal.abort())).toEqual({
      result: 'temporary',
      reason: 'aborted',
      retryAfterMs: null,
    });
  });
});

test('the connection that has just answered is used again: no more of them than messages at once', async () => {
  const ports = new Set<unknown>();
  const provider = await facing(
    (req, res) => {
      ports.add(req.socket.remotePort);
      res.writeHead(201).end('{"sid":"SM1"}');
    },
    { concurrency: 5, spare: 50 },
  );
  const lane = async () => {
    for (let i = 0; i < 40; i++) expect(await provider.send(MESSAGE)).toMatchObject({ result: 'accepted' });
  };
  await Promise.all(Array.from({ length: 5 }, lane));
  expect(ports.size).toBe(5);
});

test('a connection that fails is replaced, and those that wait for one get their turn', async () => {
  let count = 0;
  const provider = await facing(
    (req, res) => {
      if (++count % 2 === 1) req.socket.destroy();
      else res.writeHead(201).end('{"sid":"SM1"}');
    },
    { concurrency: 2, spare: 0 },
  );
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => provider.send(MESSAGE)));
  expect(outcomes.filter(({ result }) => result === 'accepted')).toHaveLength(4);
  expect(outcomes.filter(({ result }) => result === 'unknown')).toHaveLength(4);
});

test('called off on the way: unknown, at once', async () => {
  const off = new AbortController();
  const provider = await facing(() => off.abort(), { timeoutMs: 60_000 });
  expect(await provider.send(MESSAGE, off.signal)).toEqual({ result: 'unknown', reason: 'aborted' });
});

describe('odd answers', () => {
  const answers: [string, number, Record<string, string>, string, object][] = [
    ['a 201 without an id', 201, {}, '{}', { result: 'unknown' }],
    ['a 201 with an id that is none', 201, {}, '{"sid":{"a":1}}', { result: 'unknown' }],
    ['a 201 that is JSON but no object', 201, {}, '"SM1"', { result: 'unknown' }],
    ['an empty 204', 204, {}, '', { result: 'unknown' }],
    ['a redirect', 307, { location: 'http://127.0.0.1:9/' }, '', { result: 'unknown' }],
    ['a gateway page', 502, {}, '<html>', { result: 'unknown', reason: 'http_502' }],
    ['5xx goes before its code', 500, {}, '{"code":21211}', { result: 'unknown', reason: '21211' }],
    [
      'too fast, seconds',
      429,
      { 'retry-after': '3' },
      '{"code":20429}',
      { result: 'pacing', reason: '20429', retryAfterMs: 3000 },
    ],
    [
      'too fast, a date',
      429,
      { 'retry-after': 'Fri, 24 May 2030 17:44:50 GMT', date: 'Fri, 24 May 2030 17:44:46 GMT' },
      '',
      { result: 'pacing', reason: 'http_429', retryAfterMs: 4000 },
    ],
    [
      'too fast, absurd',
      429,
      { 'retry-after': '99999999999999999999' },
      '',
      { result: 'pacing', retryAfterMs: 3_600_000 },
    ],
    ['too fast, nonsense', 429, { 'retry-after': 'soon' }, '', { result: 'pacing', retryAfterMs: null }],
    ['a 400 without a code', 400, {}, '<html>', { result: 'permanent', reason: 'http_400' }],
    ['a 400 with an unknown code', 400, {}, '{"code":29999}', { result: 'permanent', reason: '29999' }],
    ['a 400 whose code is a word', 400, {}, '{"code":"constructor"}', { result: 'permanent', reason: 'constructor' }],
    ['a 401 without a code', 401, {}, '', { result: 'configuration', scope: 'account' }],
    ['a 403 from something in between', 403, {}, '<html>', { result: 'configuration', scope: 'account' }],
    ['a 408', 408, {}, '', { result: 'temporary' }],
  ];
  test.each(answers)('%s', async (_name, status, headers, body, expected) => {
    const provider = await facing((_req, res) => void res.writeHead(status, headers).end(body));
    expect(await provider.send(MESSAGE)).toMatchObject(expected);
  });

  test('a refusal that is cut off says nothing about the recipient', async () => {
    const provider = await facing((_req, res) => {
      res.writeHead(400, { 'content-length': 900 }).write('{"code":212');
      setTimeout(() => res.destroy(), 10);
    });
    expect(await provider.send(MESSAGE)).toMatchObject({ result: 'temporary', reason: 'http_400' });
  });

  test('an answer without end is not read to its end', async () => {
    const provider = await facing((_req, res) => {
      res.writeHead(201);
      const pour = () => {
        while (!res.destroyed && res.write('x'.repeat(65_536)));
      };
      res.on('drain', pour);
      pour();
    });
    expect(await provider.send(MESSAGE)).toEqual({ result: 'unknown', reason: 'http_201' });
  });

  test('an interim answer is not the answer', async () => {
    const provider = await facing((_req, res) => {
      res.writeEarlyHints({ link: '</a>; rel=preload' });
      res.writeHead(201).end(CREATED);
    });
    expect(await provider.send(MESSAGE)).toMatchObject({ result: 'accepted' });
  });
});

describe('the message log', () => {
  const entry = (more: object) => ({
    sid: 'SM1',
    direction: 'outbound-api',
    date_created: 'Fri, 24 May 2019 17:44:46 +0000',
    body: 'a',
    status: 'sent',
    ...more,
  });
  const pages: [string, number, string, unknown][] = [
    [
      'maps entries',
      200,
      JSON.stringify({ messages: [entry({})] }),
      [{ providerId: 'SM1', text: 'a', createdAt: 1_558_719_886_000, status: 'sent' }],
    ],
    ['leaves inbound ones out', 200, JSON.stringify({ messages: [entry({ direction: 'inbound' })] }), []],
    ['is unreadable without a time', 200, JSON.stringify({ messages: [entry({ date_created: 'yesterday' })] }), null],
    ['is unreadable when it is no page', 200, '{}', null],
    ['is unreadable when it is no JSON', 200, '<html>', null],
    ['is unreadable when refused', 429, '{"code":20429}', null],
    ['is unreadable when Twilio is down', 503, '', null],
  ];
  test.each(pages)('%s', async (_name, status, body, expected) => {
    const urls: (string | undefined)[] = [];
    const provider = await facing((req, res) => {
      urls.push(req.url);
      res.writeHead(status).end(body);
    });
    expect(await provider.find('+46701000001', '+46766861001')).toEqual(expected);
    expect(urls).toEqual([
      `/2010-04-01/Accounts/${OPTIONS.accountSid}/Messages.json?To=%2B46701000001&From=%2B46766861001&PageSize=50`,
    ]);
  });
});

test('a provider that is not set up is null, never a wrong one; a closed one sends nothing', async () => {
  const twilio = createTwilioProvider(OPTIONS);
  const providers = createProviders({ twilio });
  expect(providers.provider('twilio')).toBe(twilio);
  expect(providers.provider('simulator')).toBeNull();
  expect(createProviders({}).provider('twilio')).toBeNull();
  await providers.close();
  expect(await twilio.send(MESSAGE)).toMatchObject({ result: 'temporary' });
});
