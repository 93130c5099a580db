import { once } from 'node:events';
import { get as httpGet, type IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { LIST, listen, webWorld } from '../kit/web.ts';

const ANNA = '+46701000003';
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
function world(...options: Parameters<typeof webWorld>) {
  const made = webWorld(...options);
  closers.push(() => made.close(100));
  return made;
}
const path = (...numbers: string[]) => `/simulator?phones=${numbers.map(encodeURIComponent).join(',')}`;

describe('POST /simulator/messages as JSON', () => {
  test('is answered after it was taken in', async () => {
    const w = world();
    const { body } = await request(w.server)
      .post('/simulator/messages')
      .send({ from: ANNA, to: LIST, text: 'START', id: 'one', mediaCount: 1, missingPart: true })
      .expect(200);
    expect(body).toEqual({ id: 'one', result: 'done' });
    expect(w.inbound).toEqual([
      {
        providerId: 'one',
        from: ANNA,
        to: LIST,
        text: 'START',
        mediaCount: 1,
        missingPart: true,
        optOut: null,
        providerAt: null,
      },
    ]);
  });

  test.each([
    ['national form', '070-100 00 03', ANNA],
    ['a short code', '71456', '71456'],
    ['a made-up number in E.164', '+46700', null],
    ['with spaces', ' +46701000003 ', ANNA],
  ])('from in %s', async (_name, from, read) => {
    const w = world();
    await request(w.server)
      .post('/simulator/messages')
      .send({ from, to: '0766-86 10 01', text: 'Hej' })
      .expect(read ? 200 : 400);
    expect(w.inbound.map((text) => text.from)).toEqual(read ? [read] : []);
  });

  const good = { from: ANNA, to: LIST, text: 'START' };
  test.each([
    ['no body', '', 400, 'the body is not JSON'],
    ['broken JSON', '{"from":', 400, 'the body is not JSON'],
    ['a list', '[]', 400, 'the body is not a JSON object'],
    ['null', 'null', 400, 'the body is not a JSON object'],
    ['no from', JSON.stringify({ ...good, from: undefined }), 400, 'from is missing'],
    ['no to', JSON.stringify({ ...good, to: undefined }), 400, 'to is missing'],
    ['no text', JSON.stringify({ ...good, text: undefined }), 400, 'text is missing'],
    ['text is a number', JSON.stringify({ ...good, text: 7 }), 400, 'text is not a string'],
    ['from is a name', JSON.stringify({ ...good, from: 'Anna' }), 400, 'from is not a phone number'],
    ['from is empty', JSON.stringify({ ...good, from: '' }), 400, 'from is not a phone number'],
    ['to is a name', JSON.stringify({ ...good, to: 'list' }), 400, 'to is not a phone number'],
    ['id is too long', JSON.stringify({ ...good, id: 'x'.repeat(65) }), 400, /^id is not/],
    ['id has markup', JSON.stringify({ ...good, id: '<b>' }), 400, /^id is not/],
    ['half a picture', JSON.stringify({ ...good, mediaCount: 0.5 }), 400, /^mediaCount is not/],
    ['missingPart is a word', JSON.stringify({ ...good, missingPart: 'yes' }), 400, /^missingPart is not/],
    [
      'to is no number of ours',
      JSON.stringify({ ...good, to: '+46766861009' }),
      404,
      'to is no number of the simulator',
    ],
    ['over 64 KiB', JSON.stringify({ ...good, text: 'x'.repeat(65_536) }), 413, 'the body is over 64 KiB'],
  ])('%s is refused and changes nothing', async (_name, body, status, error) => {
    const w = world();
    const answer = await request(w.server).post('/simulator/messages').type('json').send(body).expect(status);
    expect(answer.body.error).toMatch(typeof error === 'string' ? new RegExp(`^${error}$`) : error);
    expect(w.inbound).toEqual([]);
    expect(await w.door.phone(ANNA, 10)).toEqual([]);
  });

  test.each([
    ['done', 200],
    ['duplicate', 200],
    ['unknown_number', 404],
    ['busy', 503],
  ] as const)('%s is %d', async (result, status) => {
    const w = world();
    w.answer = async () => result;
    const { body } = await request(w.server).post('/simulator/messages').send(good).expect(status);
    expect(body.result).toBe(result);
    expect(typeof body.error).toBe(status === 200 ? 'undefined' : 'string');
  });

  test('a store that is down is 503 and asks to come again', async () => {
    const w = world();
    w.answer = () => Promise.reject(new Error('disk full'));
    const { body, headers } = await request(w.server).post('/simulator/messages').send(good).expect(503);
    expect(headers['retry-after']).toBe('1');
    expect(body.error).not.toContain('disk');
  });
});

describe('GET /simulator/phones', () => {
  test('a phone shows what came and what was typed, oldest first, and not what was lost', async () => {
    const w = world();
    await w.door.type({ from: ANNA, to: LIST, text: 'START', mediaCount: 0, missingPart: false });
    await w.sendTo(ANNA, 'Välkommen');
    w.door.setWeather({ ...w.door.weather(), lose: 100 });
    await w.sendTo(ANNA, 'Borta');
    for (const number of [ANNA, encodeURIComponent(ANNA), '070-1000003']) {
      const { body } = await request(w.server).get(`/simulator/phones/${number}`).expect(200);
      const at = expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/);
      const id = expect.any(String);
      expect(body).toEqual({
        number: ANNA,
        messages: [
          { id, direction: 'out', from: ANNA, to: LIST, text: 'START', at, status: 'delivered' },
          { id, direction: 'in', from: LIST, to: ANNA, text: 'Välkommen', at, status: 'delivered' },
        ],
      });
    }
  });

  test('a phone that was never used is empty; a word is no phone', async () => {
    const { server } = world();
    await request(server).get('/simulator/phones/+46701999999').expect(200, { number: '+46701999999', messages: [] });
    await request(server).get('/simulator/phones/anna').expect(400, { error: 'that is not a phone number' });
  });

  test('all phones: people first, then others that were used', async () => {
    const w = world();
    await w.sendTo('+46701740605', 'Hej');
    const { body } = await request(w.server).get('/simulator/phones').expect(200);
    expect(body.phones.map((phone: { role: string; number: string }) => `${phone.role} ${phone.number}`)).toEqual([
      'writer +46701000001',
      'functionary +46701000002',
      `member ${ANNA}`,
      'other +46701740605',
    ]);
  });
});

describe('the weather', () => {
  test('is read and changed; what is not named stays', async () => {
    const { server, door } = world();
    await request(server).put('/simulator/weather').send({ lose: 10, delayMs: 2000 }).expect(200);
    const { body } = await request(server).put('/simulator/weather').send({ stopHandling: 'default' }).expect(200);
    expect(body).toMatchObject({ lose: 10, delayMs: { from: 2000, to: 2000 }, stopHandling: 'default', fail: 0 });
    expect(door.weather()).toEqual(body);
    const shown = await request(server).get('/simulator/weather').expect(200);
    expect(shown.body).toEqual({ ...body, failCodes: expect.arrayContaining(['30003', '21610']) });
  });

  test.each([
    [{ lose: 101 }, /^lose is not/],
    [{ lose: '10' }, /^lose is not/],
    [{ duplicate: -1 }, /^duplicate is not/],
    [{ delayMs: { from: 5, to: 1 } }, /^delayMs is not/],
    [{ delayMs: null }, /^delayMs is not/],
    [{ delayMs: 1e9 }, /^delayMs is not/],
    [{ failCode: '12345' }, /^failCode is none of/],
    [{ stopHandling: true }, /^stopHandling is not/],
    [{ lose: 5, snow: 1 }, /^there is no such switch/],
    [{ __proto__x: 1 }, /^there is no such switch/],
  ])('%j is refused whole', async (change, error) => {
    const { server, door } = world();
    const { body } = await request(server).put('/simulator/weather').send(change).expect(400);
    expect(body.error).toMatch(error);
    expect(door.weather().lose).toBe(0);
  });

  test('the form on the page sets it and comes back', async () => {
    const { server, door } = world();
    const form = { open: ANNA, lose: '50', delay: '2000-10000', failCode: '21610', stopHandling: 'default' };
    const answer = await request(server).post('/simulator/weather').type('form').send(form).expect(303);
    expect(answer.headers.location).toBe(path(ANNA));
    expect(door.weather()).toMatchObject({
      lose: 50,
      delayMs: { from: 2000, to: 10_000 },
      failCode: '21610',
      stopHandling: 'default',
    });
    const { text } = await request(server).get('/simulator').set('Accept-Language', 'sv');
    expect(text).toContain('Tappas 50 % · Dröjer 2-10 s · Operatören svarar själv på STOP');
  });
});

describe('the page without JavaScript', () => {
  test('shows the shelf, and a writer, functionary and member taken out', async () => {
    const { text } = await request(world().server).get('/simulator').expect(200);
    expect([...text.matchAll(/data-phone="([^"]+)"/g)].map(([, number]) => number)).toEqual([
      '+46701000001',
      '+46701000002',
      ANNA,
    ]);
    expect(text).toContain('Föräldrar P12');
    expect(text).toContain('role="log"');
    expect(text).not.toContain('http-equiv="refresh"');
  });

  test.each([
    ['sv', 'Hyllan'],
    ['en', 'The shelf'],
    ['es', 'El estante'],
    ['de', 'Das Regal'],
  ])('in %s', async (lang, word) => {
    const { text } = await request(world().server).get('/simulator').set('Accept-Language', lang).expect(200);
    expect(text).toContain(`<html lang="${lang}"`);
    expect(text).toContain(word);
  });

  test('a text is typed, shown with its parts, and one comes back to the phone', async () => {
    const w = world();
    const long = `${'å'.repeat(160)}<b>`;
    const form = { from: ANNA, to: LIST, open: ANNA, text: long };
    const answer = await request(w.server).post('/simulator/messages').type('form').send(form).expect(303);
    expect(answer.headers.location).toBe(`${path(ANNA)}#phone-46701000003`);
    expect(w.inbound.map(({ text }) => text)).toEqual([long]);
    const { text } = await request(w.server).get(path(ANNA)).set('Accept-Language', 'sv');
    expect(text).toContain('data-part="Del 1"');
    expect(text).toContain('2 delar');
    expect(text).toContain(`${'å'.repeat(7)}&lt;b&gt;`);
    expect(text).toContain('framme');
  });

  test('a quick word wins over what stands in the box', async () => {
    const w = world();
    const form = { from: ANNA, to: LIST, open: ANNA, text: 'halv', quick: 'START' };
    await request(w.server).post('/simulator/messages').type('form').send(form).expect(303);
    expect(w.inbound.map(({ text }) => text)).toEqual(['START']);
  });

  test.each([
    ['nothing written', { text: '  ' }, 400, 'Skriv något först.'],
    ['another number', { to: '+46766861009', text: 'Hej' }, 404, 'Numret +46766861009 finns inte i simulatorn.'],
  ])('%s: said on the phone, the text kept', async (_name, change, status, words) => {
    const form = { from: ANNA, to: LIST, open: ANNA, ...change };
    const answer = await request(world().server).post('/simulator/messages').type('form').send(form).expect(status);
    expect(answer.text).toContain(words);
    expect(answer.text).toContain(`>${change.text}</textarea>`);
  });

  test('a store that is down keeps the text and says what to do', async () => {
    const w = world();
    w.answer = () => Promise.reject(new Error('disk full'));
    const form = { from: ANNA, to: LIST, open: ANNA, text: 'Viktigt' };
    const { text } = await request(w.server).post('/simulator/messages').type('form').send(form).expect(503);
    expect(text).toContain('>Viktigt</textarea>');
    expect(text).toContain('skicka den igen');
  });

  test('a phone is added by number; what is no number is said', async () => {
    const { server } = world();
    const added = await request(server)
      .post('/simulator/phones')
      .type('form')
      .send({ number: '070-174 06 05', open: ANNA });
    expect(added.headers.location).toBe(path(ANNA, '+46701740605'));
    const refused = await request(server)
      .post('/simulator/phones')
      .type('form')
      .send({ number: '<hej>', open: ANNA })
      .expect(400);
    expect(refused.text).toContain('”&lt;hej&gt;” går inte att läsa som ett telefonnummer');
  });

  test('at most four phones are out: a fifth pushes the first away, and what is no number is passed over', async () => {
    const numbers = [1, 2, 3, 4].map((digit) => `+4670174060${digit}`);
    const { server } = world();
    const added = await request(server)
      .post('/simulator/phones')
      .type('form')
      .send({ number: ANNA, open: numbers.join(',') });
    expect(added.headers.location).toBe(path(...numbers.slice(1), ANNA));
    const { text } = await request(server)
      .get(`/simulator?phones=x,${encodeURIComponent(ANNA)},,<b>`)
      .expect(200);
    expect([...text.matchAll(/data-phone=/g)]).toHaveLength(1);
  });

  test('reloads by itself only when asked to', async () => {
    const { text } = await request(world().server).get(`${path(ANNA)}&refresh=1`);
    expect(text).toContain('<meta http-equiv="refresh" content="5">');
  });

  test('with several numbers the phone asks which', async () => {
    const place = { country: 'SE', timezone: 'Europe/Stockholm' };
    const numbers = [
      { e164: LIST, name: 'P12', ...place },
      { e164: '+46766861002', name: 'Jour', ...place },
    ];
    const { text } = await request(world({ numbers }).server).get(path(ANNA));
    expect(text).toContain('<option value="+46766861002">Jour · ');
  });

  test('what was lost on the way to a phone is said there', async () => {
    const w = world();
    w.door.setWeather({ ...w.door.weather(), lose: 100 });
    await w.sendTo(ANNA, 'Borta');
    const { text } = await request(w.server).get(path(ANNA));
    expect(text).toContain('Ett sms till den här telefonen tappades på vägen');
    expect(text).not.toContain('Borta');
  });
});

describe('live pages', () => {
  /** Reads events until `enough`. */
  async function events(
    port: number,
    numbers: string,
    enough: (events: string[]) => boolean,
    act: () => Promise<unknown>,
  ) {
    const req = httpGet({
      port,
      host: '127.0.0.1',
      path: `/simulator/events?phones=${encodeURIComponent(numbers)}`,
      headers: { 'Accept-Language': 'sv' },
    });
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    expect(res.headers['content-type']).toMatch(/^text\/event-stream/);
    res.setEncoding('utf8');
    let text = '';
    const found: Promise<string[]> = new Promise((resolve) => {
      res.on('data', (piece: string) => {
        text += piece;
        const all = text.split('\n\n').filter((block) => block.startsWith('event:'));
        if (enough(all)) resolve(all);
      });
    });
    await act();
    const all = await found;
    req.destroy();
    return all.map((block) => {
      const [, kind = '', data = ''] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
      return { kind, data: JSON.parse(data) };
    });
  }

  test('bubbles for open phones as HTML, news for the others in one go, and the weather', async () => {
    const w = world();
    const port = await listen(w.server);
    const all = await events(
      port,
      ANNA,
      (blocks) => blocks.some((block) => block.startsWith('event: news')),
      async () => {
        w.door.setWeather({ ...w.door.weather(), stopHandling: 'default' });
        await w.sendTo(ANNA, '<script>');
        await w.sendTo('+46701000001', 'Hej');
        await w.sendTo('+46701000002', 'Hej');
      },
    );
    expect(all.map(({ kind }) => kind)).toEqual(['weather', 'bubble', 'news']);
    expect(all[0]?.data).toMatchObject({
      rough: true,
      summary: 'Oväder',
      form: { stopHandling: 'default', delay: '0-0' },
    });
    expect(all[1]?.data).toMatchObject({ phone: ANNA, id: expect.stringMatching(/^m-/) });
    expect(all[1]?.data.html).toContain('&lt;script&gt;');
    expect(all[2]?.data).toEqual(['+46701000001', '+46701000002']);
  });

  test('a typed text shows at once, then as arrived; one that did not get in is taken away', async () => {
    const w = world();
    const port = await listen(w.server);
    const typed = { from: ANNA, to: LIST, text: 'START', mediaCount: 0, missingPart: false };
    const all = await events(
      port,
      ANNA,
      (blocks) => blocks.length === 4,
      async () => {
        await w.door.type(typed);
        w.answer = async () => 'busy';
        await w.door.type(typed);
      },
    );
    expect(all.map(({ kind, data }) => `${kind} ${/is-(\w+)/.exec(data.html ?? '')?.[1] ?? ''}`)).toEqual([
      'bubble waiting',
      'bubble delivered',
      'bubble waiting',
      'gone ',
    ]);
    expect(all[1]?.data.id).toBe(all[0]?.data.id);
  });

  test('a live page does not hold up a stop', async () => {
    const w = world();
    const port = await listen(w.server);
    const req = httpGet({ port, host: '127.0.0.1', path: '/simulator/events' });
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const ended = once(res.resume(), 'end');
    await w.close(5000);
    await ended;
  });
});

describe('who may use it', () => {
  test('without a simulated number there is no simulator', async () => {
    const { server } = world({ numbers: [] });
    await request(server).get('/simulator').expect(404);
    await request(server).get('/simulator/phones').expect(404);
    await request(server).post('/simulator/messages').send({ from: ANNA, to: LIST, text: 'START' }).expect(404);
  });

  test.each([
    ['a proxy that speaks for somebody', { 'X-Forwarded-For': '203.0.113.9' }],
    ['the same in the standard header', { Forwarded: 'for=203.0.113.9' }],
    ['a name that was made to point here', { Host: 'evil.example' }],
  ])('%s is turned away, unless it was opened on purpose', async (_name, headers) => {
    const answer = await request(world().server).get('/simulator').set(headers).set('Accept', 'text/html').expect(403);
    expect(answer.text).toContain('Simulatorn har ingen inloggning');
    await request(world({ allowRemote: true }).server)
      .get('/simulator')
      .set(headers)
      .expect(200);
  });

  test.each([
    ['203.0.113.9', 403],
    ['127.0.0.1', 200],
  ])('behind a trusted proxy the visitor counts: %s', (visitor, status) =>
    request(world({ trustedProxies: ['127.0.0.1'] }).server)
      .get('/simulator')
      .set('X-Forwarded-For', visitor)
      .expect(status),
  );

  test.each([
    ['127.0.0.1:1', 200],
    ['localhost', 200],
    ['list.localhost:8080', 200],
    ['[::1]:8080', 200],
    ['192.0.2.7', 403],
    ['localhost.evil.example', 403],
  ])('Host %s: %d', (host, status) => request(world().server).get('/simulator').set('Host', host).expect(status));

  test.each([
    ['another site', { 'Sec-Fetch-Site': 'cross-site' }, 403],
    ['a sister site', { 'Sec-Fetch-Site': 'same-site' }, 403],
    ['another origin', { Origin: 'https://evil.example' }, 403],
    ['no origin', { Origin: 'null' }, 403],
    ['our own page', { 'Sec-Fetch-Site': 'same-origin' }, 200],
    ['our own origin', { Origin: 'http://127.0.0.1:7', Host: '127.0.0.1:7' }, 200],
    ['a program', {}, 200],
  ])('%s asks for a change', async (_name, headers, status) => {
    for (const allowRemote of [false, true]) {
      const w = world({ allowRemote });
      const typed = { from: ANNA, to: LIST, text: 'START' };
      await request(w.server).post('/simulator/messages').set(headers).send(typed).expect(status);
      expect(w.inbound).toHaveLength(status === 200 ? 1 : 0);
    }
  });
});
