import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { createWebServer } from '../../src/transport/web/server.ts';
import { keepingLog, LIST, listen, VIEWS, webWorld } from '../kit/web.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
function world(...options: Parameters<typeof webWorld>) {
  const made = webWorld(...options);
  closers.push(() => made.close(100));
  return made;
}

describe('pages', () => {
  test.each([
    ['sv', 'En sms-adressbok på ett eget nummer'],
    ['en', 'An SMS address book on a number of its own'],
    ['es', 'Una lista de SMS con número propio'],
    ['de', 'Ein SMS-Verteiler mit eigener Nummer'],
  ])('the front page in %s', async (lang, title) => {
    const { text } = await request(world().server).get('/').set('Accept-Language', lang).expect(200);
    expect(text).toContain(`<html lang="${lang}"`);
    expect(text).toContain(title);
    expect(text).toContain('href="/simulator"');
  });

  test('without a simulated number the front page does not point to the simulator', async () => {
    const { text } = await request(world({ numbers: [] }).server)
      .get('/')
      .expect(200);
    expect(text).not.toContain('/simulator');
  });

  test.each(['/nowhere', '/simulatorx', '/assets/old/app.css', '/webhooks/unknown', '/%'])(
    '%s is a kind page and no secret',
    async (path) => {
      const { text, status } = await request(world().server).get(path).set('Accept', 'text/html');
      expect([400, 404]).toContain(status);
      expect(text).toMatch(/<h1>(Sidan finns inte|Det gick inte att läsa)/);
      expect(text).not.toMatch(/node_modules|at .*\.ts/);
    },
  );

  test('a machine gets the same as JSON', async () => {
    const { body } = await request(world().server).get('/nowhere').set('Accept', 'application/json').expect(404);
    expect(body).toEqual({ error: 'notFound' });
  });

  test("a fault shows a number, and the log has it under that number without the reason's words", async () => {
    const { log, lines } = keepingLog();
    const on = () => Promise.reject(new Error(`no row for ${LIST}`));
    const { server } = world({ log, simulator: { routes: (_req, _res, next) => next(), on } });
    const { text, headers } = await request(server).get('/').expect(500);
    const id = headers['x-request-id'];
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    expect(text).toContain(`Ärende ${id}`);
    expect(text).not.toContain('no row');
    expect(lines()).toContain(id);
    expect(lines()).not.toContain(LIST);
    expect(lines()).not.toContain('no row');
  });

  test('every page forbids all that is not our own', async () => {
    for (const path of ['/', '/simulator', '/nowhere', '/healthz']) {
      const { headers } = await request(world().server).get(path);
      expect(headers['content-security-policy']).toBe(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
      );
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
      });
      expect(headers['x-powered-by']).toBeUndefined();
      expect(headers['strict-transport-security']).toBeUndefined();
    }
  });

  test('on https browsers are told to stay there', async () => {
    const { server } = world({ publicUrl: 'https://list.example.se' });
    const { headers } = await request(server).get('/');
    expect(headers['strict-transport-security']).toMatch(/max-age=\d+/);
  });

  test('no page has a style or a script of its own', async () => {
    const w = world();
    await w.sendTo('+46701000003', 'Hej');
    for (const path of ['/', '/simulator', '/nowhere']) {
      const { text } = await request(w.server).get(path).set('Accept', 'text/html');
      expect(text).not.toMatch(/<style|\sstyle=|<script(?![^>]*\ssrc=)|\son\w+=/);
    }
  });
});

describe('assets', () => {
  test('are kept for ever under an address that changes with them, and packed', async () => {
    const { server } = world();
    const { text } = await request(server).get('/');
    const url = /href="(\/assets\/[\w-]{10}\/app\.css)"/.exec(text)?.[1] ?? '';
    const css = readFileSync(join(VIEWS, 'assets/app.css'), 'utf8');
    for (const encoding of ['identity', 'gzip', 'br']) {
      const answer = await request(server).get(url).set('Accept-Encoding', encoding).expect(200);
      expect(answer.headers).toMatchObject({
        'content-type': 'text/css; charset=utf-8',
        'cache-control': 'public, max-age=31536000, immutable',
      });
      if (encoding !== 'br') expect(answer.text).toBe(css);
    }
  });

  test('the stylesheet stays under 30 KB, and the script is small', () => {
    expect(readFileSync(join(VIEWS, 'assets/app.css')).length).toBeLessThan(30_000);
    expect(readFileSync(join(VIEWS, 'assets/simulator.js')).length).toBeLessThan(8_000);
  });

  test.each(['/assets/', '/assets/..%2f..%2fpackage.json', '/assets/x/../../package.json'])('%s is not there', (path) =>
    request(world().server).get(path).expect(404),
  );
});

describe('the theme', () => {
  test('is remembered and goes back to where one was', async () => {
    const { server } = world();
    const answer = await request(server)
      .post('/theme')
      .type('form')
      .send({ theme: 'dark', back: '/simulator?phones=' });
    expect(answer.status).toBe(303);
    expect(answer.headers.location).toBe('/simulator?phones=');
    expect(answer.headers['set-cookie']?.[0]).toMatch(/^theme=dark;.*HttpOnly; SameSite=Lax/);
    const { text } = await request(server).get('/').set('Cookie', 'a=b; theme=dark');
    expect(text).toContain('data-theme="dark"');
  });

  test.each(['//evil.example', '/\\evil.example', 'https://evil.example', '', '/a b'])(
    'does not lead to %j',
    async (back) => {
      const answer = await request(world().server).post('/theme').type('form').send({ theme: 'x', back });
      expect(answer.headers.location).toBe('/');
      expect(answer.headers['set-cookie']?.[0]).toMatch(/^theme=auto;/);
    },
  );
});

describe('health and metrics', () => {
  test('alive', () => request(world().server).get('/healthz').expect(200, { ok: true }));

  test.each([
    ['ready', async () => ({ ok: true, problems: [] }), 200, { ok: true, problems: [] }],
    ['not ready', async () => ({ ok: false, problems: ['database'] }), 503, { ok: false, problems: ['database'] }],
    ['a check that breaks', () => Promise.reject(new Error('x')), 503, { ok: false, problems: ['check'] }],
  ])('%s', (_name, ready, status, body) => request(world({ ready }).server).get('/readyz').expect(status, body));

  test('times are counted by route, without what stood in the address', async () => {
    const { server } = world();
    await request(server).get('/simulator/phones/+46701000003').expect(200);
    await request(server).get('/nowhere/+46701000003').expect(404);
    const { text, headers } = await request(server).get('/metrics').expect(200);
    expect(headers['content-type']).toMatch(/^text\/plain/);
    expect(text).toContain('route="/simulator/phones/:number",method="GET",status="200"');
    expect(text).toContain('route="none",method="GET",status="404"');
    expect(text).not.toContain('46701000003');
  });
});

test('nothing that somebody typed or that stands in an address gets into the log', async () => {
  const { log, lines } = keepingLog();
  const { server } = world({ log });
  await request(server)
    .post('/simulator/messages')
    .send({ from: '+46701000003', to: LIST, text: 'hemligt' })
    .expect(200);
  await request(server).get('/simulator?phones=%2B46701000003').expect(200);
  await request(server).get('/simulator/phones/+46701000003').expect(200);
  await request(server).post('/simulator/messages').type('json').send('{hemligt').expect(400);
  expect(lines()).toContain('/simulator/phones/:number');
  expect(lines()).not.toMatch(/hemligt|467010|46766861/);
});

describe('webhooks', () => {
  test('go to the intake before Express, and on to the kind page when it does not want them', async () => {
    const { server } = world({
      intake: (req, res) => {
        if (req.url !== '/webhooks/mine') return false;
        res.end('taken');
        return true;
      },
    });
    const { text, headers } = await request(server).post('/webhooks/mine').expect(200);
    expect(text).toBe('taken');
    expect(headers['content-security-policy']).toBeUndefined();
    await request(server).post('/webhooks/other').expect(404);
  });
});

test('a trusted proxy that is no address stops the start', () => {
  expect(() => webWorld({ trustedProxies: ['not an address'] })).toThrow();
});

describe('stopping', () => {
  /** A server whose answers come when the test says so. */
  async function held() {
    const answers: (() => void)[] = [];
    const web = createWebServer((req, res) => {
      if (req.url === '/held') answers.push(() => res.end('held'));
      else if (req.url === '/live') {
        web.live(res);
        res.write('one');
      } else res.end('done');
    });
    const port = await listen(web.server);
    return { web, port, answers };
  }
  function get(port: number, path: string, agent: Agent) {
    return new Promise<{ status: number; connection: string | undefined; text: string }>((resolve, reject) => {
      const req = httpRequest({ port, host: '127.0.0.1', path, agent }, async (res) => {
        let text = '';
        for await (const piece of res) text += piece;
        resolve({ status: res.statusCode ?? 0, connection: res.headers.connection, text });
      });
      req.once('error', reject);
      req.end();
    });
  }

  test.each([
    ['application/x-www-form-urlencoded', /^HTTP\/1\.1 408 /],
    ['multipart/form-data; boundary=x', /^$/],
  ])('a body of %s that comes drop by drop', async (type, answer) => {
    const web = createWebServer((req) => req.resume(), 50);
    const port = await listen(web.server);
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (piece) => {
      text += piece;
    });
    socket.on('error', () => undefined);
    socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 1000\r\n\r\na`);
    // A file may take its time: nothing has come when ten times a form's is over.
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(text).toMatch(answer);
    socket.destroy();
    await web.close(50);
  });

  test('what is in flight is answered, and then the server is gone', async () => {
    const { web, port, answers } = await held();
    const agent = new Agent({ keepAlive: true });
    const inFlight = get(port, '/held', agent);
    await once(web.server, 'request');
    const closed = web.close(5000);
    await expect(get(port, '/', new Agent())).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    answers[0]?.();
    expect(await inFlight).toMatchObject({ status: 200, text: 'held' });
    await closed;
    agent.destroy();
  });

  test('a request that comes on an open connection meanwhile is answered and told to go', async () => {
    const { web, port, answers } = await held();
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await get(port, '/', agent);
    const other = get(port, '/held', new Agent());
    await once(web.server, 'request');
    const closed = web.close(5000);
    expect(await get(port, '/', agent)).toMatchObject({ status: 200, connection: 'close', text: 'done' });
    answers[0]?.();
    await other;
    await closed;
    agent.destroy();
  });

  test('silent connections and live pages do not hold it up, nor does a peer that never ends', async () => {
    const { web, port } = await held();
    const silent = connect(port, '127.0.0.1');
    await once(silent, 'connect');
    const live = get(port, '/live', new Agent());
    await once(web.server, 'request');
    const never = get(port, '/held', new Agent()).catch((error: NodeJS.ErrnoException) => error.code);
    await once(web.server, 'request');
    const begun = performance.now();
    await web.close(600);
    expect(performance.now() - begun).toBeLessThan(10_000);
    expect((await live).text).toBe('one');
    expect(await never).toBe('ECONNRESET');
    silent.destroy();
  });

  test('a server that never listened closes, and closing twice is fine', async () => {
    const web = createWebServer((_req, res) => res.end());
    await web.close(100);
    await web.close(100);
    expect(web.closing()).toBe(true);
  });
});
