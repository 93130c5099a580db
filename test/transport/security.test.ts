import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { routes } from '../../src/transport/web/routes.ts';
import { HOSTILE, ownPathOf, PAGES } from '../kit/hostile.ts';
import { rawRequest } from '../kit/rawHttp.ts';
import { memberRow } from '../kit/rows.ts';
import { type Answer, type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { keepingLog } from '../kit/web.ts';

/** What every answer, cookie, form and address must hold to (OWASP ASVS 5.0, V1 to V5 and V13 to V16; docs/security.md). */
const kept = keepingLog();
let world: ToolboxWorld;
let admin: Client;
beforeAll(async () => {
  world = await toolboxWorld({ plan: HOSTILE, publicUrl: 'https://sms.example.se', log: kept.log });
  admin = await world.as('admin');
});
afterAll(() => world.close());

const port = (): number => (world.server.address() as AddressInfo).port;
const STACK = /\bat \/|\.[tj]s:\d|SQLITE|sqlite|Error:/;

/** Asks while the store is broken. */
async function broken(path: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { store } = world.deps;
  const books = () => Promise.reject(new Error('SQLITE_CORRUPT: /var/lib/secret +46701740601'));
  world.deps.store = { ...store, reads: { ...store.reads, books } };
  try {
    return await admin.get(path, headers);
  } finally {
    world.deps.store = store;
  }
}

const anyForm = { body: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } };
async function ask(path: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(world.url + path, { redirect: 'manual', ...init });
  const { status, headers } = response;
  return { status, headers, text: await response.text(), location: headers.get('location') };
}

describe('every kind of answer', () => {
  const kinds: [string, number, () => Promise<Answer>][] = [
    ['a page', 200, () => admin.get('/books/p12')],
    ['the sign-in', 200, () => ask('/sign-in')],
    ['a redirect', 303, () => admin.get('/sign-in')],
    ['a file', 200, () => admin.get('/books/p12/members/export.csv')],
    ['a part of a page', 200, () => admin.get('/books/p12/members', { 'HX-Request': 'true' })],
    ['nothing there', 404, () => admin.get('/nowhere')],
    ['nothing there, for a machine', 404, () => ask('/nowhere', { headers: { Accept: 'application/json' } })],
    ['not allowed', 403, () => admin.get('/installation')],
    ['a forged form', 403, () => admin.post('/account', { csrf: 'wrong' })],
    ['a link that is gone', 410, () => ask('/password/made-up')],
    ['too large', 413, () => admin.post('/account', { name: 'x'.repeat(300_000) })],
    ['cannot be read', 400, () => ask('/books/%c0%af')],
    ['broken', 500, () => broken('/books/p12')],
    ['alive', 200, () => ask('/healthz')],
    ['the figures', 200, () => ask('/metrics')],
    ['a stylesheet', 200, async () => ask(/\/assets\/[^"]+\.css/.exec((await ask('/sign-in')).text)?.[0] ?? '')],
    ['an icon', 200, async () => ask(/\/assets\/[^"]+\.svg/.exec((await ask('/sign-in')).text)?.[0] ?? '')],
  ];
  test.each(kinds)('%s (%i) keeps the browser in', async (name, status, answer) => {
    const { status: got, headers, text } = await answer();
    expect(got).toBe(status);
    expect(headers.get('content-security-policy')).toBe(
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000; includeSubDomains$/);
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin');
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('server')).toBeNull();
    if (text !== '') expect(headers.get('content-type')).toMatch(/^[a-z]+\/[a-z+]+;.*charset=utf-8$/);
    const lasts = /stylesheet|icon/.test(name);
    expect(headers.get('cache-control')).toBe(lasts ? 'public, max-age=31536000, immutable' : 'no-store');
    expect(text).not.toMatch(STACK);
  });

  test.each(['https://evil.example', 'null', 'https://sms.example.se.evil.example'])(
    'is not for a page of %s to read',
    async (origin) => {
      for (const path of ['/', '/sign-in', '/healthz', '/books/p12/members/export.csv']) {
        const { headers } = await admin.get(path, { Origin: origin });
        for (const name of headers.keys()) expect(name).not.toMatch(/^access-control-/);
      }
      const asked = await ask('/account', {
        method: 'OPTIONS',
        headers: { Origin: origin, 'Access-Control-Request-Method': 'POST' },
      });
      expect([...asked.headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([]);
    },
  );

  test('a fault says a number, in a page and to a machine, and the log has no more than the places', async () => {
    for (const accept of ['text/html', 'application/json']) {
      const { status, text } = await broken('/books/p12', { Accept: accept });
      expect(status).toBe(500);
      expect(text).not.toMatch(/SQLITE|secret|0174/);
    }
    expect(kept.lines()).not.toMatch(/SQLITE|secret|0174/);
    expect(kept.lines()).toContain('a page broke');
  });
});

describe('cookies', () => {
  test('each is bound to the host, goes over https only, and no script nor other site can use it', async () => {
    const operator = await world.as('operator');
    const answers = [
      await admin.post('/language', { locale: 'en', back: '/' }),
      await ask('/theme', { method: 'POST', ...anyForm, body: 'theme=dark' }),
      await admin.post('/account', { name: 'Maja', locale: '' }),
      await operator.post('/installation/switch', { organisation: 'org2' }),
      await ask('/sign-in/passkey/ask', { method: 'POST', ...anyForm, body: '' }),
      await operator.post('/sign-out'),
    ];
    const lines = answers.flatMap(({ headers }) => headers.getSetCookie());
    const names = new Set(lines.map((line) => line.split('=')[0]));
    expect([...names].sort()).toEqual(
      ['locale', 'notice', 'organisation', 'passkey', 'session', 'theme'].map((name) => `__Host-${name}`),
    );
    for (const line of lines) {
      expect(line).toMatch(/; Path=\/(;|$)/);
      expect(line).toMatch(/; HttpOnly(;|$)/);
      expect(line).toMatch(/; Secure(;|$)/);
      expect(line).toMatch(/; SameSite=Lax(;|$)/);
      expect(line).not.toMatch(/Domain/i);
    }
  });

  test('a cookie by the name without the prefix is nobody', async () => {
    const thief = world.stranger();
    thief.cookies.set('session', admin.cookies.get('__Host-session') ?? '');
    expect((await thief.get('/account')).location).toMatch(/^\/sign-in/);
  });

  test.each(['', 'x', '../../etc/passwd', 'eyJhbGciOiJub25lIn0.e30.', '%00', "' or 1=1 --", 'a'.repeat(7_000)])(
    'a made-up session (%#) asks to sign in',
    async (value) => {
      const stranger = world.stranger();
      stranger.cookies.set('__Host-session', value);
      const answer = await stranger.get('/account');
      expect([answer.status, answer.location]).toEqual([303, '/sign-in?back=%2Faccount']);
    },
  );

  test.each(['x', 'e30', 'bnVsbA', Buffer.from('{"key":"form.saved","params":7}').toString('base64url')])(
    'a made-up notice says nothing: %s',
    async (value) => {
      admin.cookies.set('__Host-notice', value);
      const { status, text } = await admin.get('/account');
      expect(status).toBe(200);
      expect(text).not.toContain('role="status"');
    },
  );
});

describe('forms from elsewhere', () => {
  const posts = routes.filter(({ method, need }) => method === 'post' && need !== 'nobody' && need !== 'link');
  /** A body that a page elsewhere can send without asking first. */
  const send = (path: string, csrf: string, headers: Record<string, string>, type?: string) =>
    ask(path, {
      method: 'POST',
      headers: {
        Cookie: `__Host-session=${admin.cookies.get('__Host-session')}`,
        'Content-Type': type ?? 'application/x-www-form-urlencoded',
        ...headers,
      },
      body: type?.includes('json')
        ? JSON.stringify({ csrf, name: 'X' })
        : new URLSearchParams({ csrf, name: 'X' }).toString(),
    });

  test('do nothing, with the right token or without, whatever they call themselves', async () => {
    const other = await world.as('admin');
    const before = await world.dump();
    const tries: [string, Record<string, string>, string?][] = [
      [admin.csrf, { 'Sec-Fetch-Site': 'cross-site' }],
      [admin.csrf, { 'Sec-Fetch-Site': 'same-site' }],
      [admin.csrf, { 'Sec-Fetch-Site': 'nonsense' }],
      [admin.csrf, { Origin: 'https://evil.example' }],
      [admin.csrf, { Origin: 'null' }],
      [admin.csrf, { Origin: 'https://sms.example.se.evil.example' }],
      [other.csrf, {}],
      ['', {}],
      [admin.csrf.slice(0, -1), {}],
      [admin.csrf, {}, 'text/plain'],
      [admin.csrf, {}, 'application/json'],
      [admin.csrf, {}, 'multipart/form-data; boundary=x'],
    ];
    const done: string[] = [];
    for (const route of posts)
      for (const [csrf, headers, type] of tries) {
        const { status } = await send(ownPathOf(route), csrf, headers, type);
        // What is no form holds no token either, and is not read further.
        const refused = status === 403 || (status === 422 && route.body === 'upload' && type !== undefined);
        if (!refused) done.push(`${route.path} ${JSON.stringify(headers)} ${type ?? ''}: ${status}`);
      }
    expect(done).toEqual([]);
    expect(await world.dump()).toBe(before);
  }, 180_000);

  test('signing in, signing out, the language and the theme are ours to send too', async () => {
    for (const path of ['/sign-in', '/sign-out', '/language', '/theme', '/password/x', '/first/x']) {
      const headers = { ...anyForm.headers, Origin: 'https://evil.example' };
      expect([path, (await ask(path, { ...anyForm, method: 'POST', headers })).status]).toEqual([path, 403]);
    }
  });

  test.each([
    ['GET', '/account?_method=POST&name=X'],
    ['GET', '/sign-out'],
    ['HEAD', '/sign-out'],
  ])('%s %s changes nothing', async (method, path) => {
    const before = await world.dump();
    const answer = await ask(path, {
      method,
      headers: { Cookie: `__Host-session=${admin.cookies.get('__Host-session')}`, 'X-HTTP-Method-Override': 'POST' },
    });
    expect(answer.status).toBe(path.startsWith('/account') ? 200 : 404);
    expect(await world.dump()).toBe(before);
  });

  test('looking at every page changes nothing', async () => {
    const operator = await world.as('operator');
    const before = await world.dump();
    // Taking somebody's evidence or everything about them stands in the log, and that is all (test/transport/person.test.ts).
    for (const path of PAGES.filter((each) => !/\/(?:evidence|everything)\.(?:json|pdf)$/.test(each))) {
      await operator.get(path);
      await ask(path, {
        method: 'HEAD',
        headers: { Cookie: `__Host-session=${operator.cookies.get('__Host-session')}` },
      });
    }
    expect(await world.dump()).toBe(before);
  }, 180_000);

  test('what was refused stands in the log, with who and what and no address', () => {
    const line = kept
      .lines()
      .split('\n')
      .find((each) => each.includes('"refusal":"forged"'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ status: 403, method: 'POST', actor: admin.user?.id });
  });
});

describe('what is sent in', () => {
  const posts = routes.filter(({ method, body }) => method === 'post' && body !== 'upload');
  const odd: [string, (csrf: string) => string][] = [
    ['names in brackets', (csrf) => `csrf=${csrf}&name[]=1&name[x]=1&mail[0]=a&role[]=operator`],
    [
      'prototypes',
      (csrf) => `csrf=${csrf}&__proto__[polluted]=1&constructor.prototype.polluted=1&__proto__=1&constructor=1`,
    ],
    ['everything twice', (csrf) => `csrf=${csrf}&csrf=${csrf}&name=a&name=b&do=x&do=y&text=a&text=b&phone=1&phone=2`],
    ['empty names', (csrf) => `csrf=${csrf}&=1&&&===&%=&%zz=%zz&a`],
    ['other characters', (csrf) => `csrf=${csrf}&name=%00%ff%c0%af%ed%a0%80&text=%F0%9F%9A%B2&label=%E2%80%AE`],
    [
      'much',
      (csrf) => `csrf=${csrf}&name=${'n'.repeat(50_000)}&text=${'t'.repeat(50_000)}&mail=${'m'.repeat(9_000)}@x.se`,
    ],
    [
      'numbers',
      (csrf) => `csrf=${csrf}&part_limit=-1&daily_parts=1e99&parts_per_second=NaN&confirm_above=${'9'.repeat(40)}`,
    ],
  ];
  test.each(odd)(
    '%s: no form breaks',
    async (_, body) => {
      const operator = await world.as('operator');
      const faults: string[] = [];
      for (const route of posts.filter(({ path }) => path !== '/sign-out')) {
        const { status } = await ask(ownPathOf(route), {
          method: 'POST',
          headers: {
            ...anyForm.headers,
            Cookie: `__Host-session=${operator.cookies.get('__Host-session')}`,
          },
          body: body(operator.csrf),
        });
        if (status >= 500) faults.push(`${route.path}: ${status}`);
      }
      expect(faults).toEqual([]);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    },
    60_000,
  );

  test.each([
    ['too long', { ...anyForm, body: `a=${'x'.repeat(300_000)}` }, 413],
    ['too many fields', { ...anyForm, body: 'a&'.repeat(7_000) }, 413],
    ['a megabyte of password', { ...anyForm, body: `mail=a%40b.se&password=${'x'.repeat(1_000_000)}` }, 413],
    [
      'an unknown alphabet',
      { body: 'a=b', headers: { 'Content-Type': 'application/x-www-form-urlencoded; charset=x' } },
      415,
    ],
    ['packed, and not', { body: 'a=b', headers: { ...anyForm.headers, 'Content-Encoding': 'gzip' } }, 400],
    ['packed in an unknown way', { body: 'a=b', headers: { ...anyForm.headers, 'Content-Encoding': 'zip' } }, 415],
    ['JSON', { body: '{"mail":', headers: { 'Content-Type': 'application/json' } }, 410],
    [
      'XML',
      { body: '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>', headers: { 'Content-Type': 'text/xml' } },
      410,
    ],
    ['no kind at all', { body: 'mail=a', headers: { 'Content-Type': '' } }, 410],
  ] as const)('%s is refused in words', async (_, init, status) => {
    const answer = await ask('/password/made-up', { method: 'POST', ...init });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/<h1>/);
    expect(answer.text).not.toMatch(STACK);
  });

  test('a packed bomb is stopped at the limit', async () => {
    const { gzipSync } = await import('node:zlib');
    const body = gzipSync(Buffer.alloc(20_000_000, 'a'));
    const headers = { ...anyForm.headers, 'Content-Encoding': 'gzip' };
    expect((await ask('/sign-in', { method: 'POST', headers, body })).status).toBe(413);
  });

  test('a field that the form does not have changes nothing', async () => {
    const sender = await world.as('sender');
    const id = sender.user?.id ?? '';
    const before = await world.store.reads.user(id);
    const more = {
      id: 'u-evil',
      role: 'operator',
      organisationId: 'org2',
      organisation: 'org2',
      mail: 'evil@example.se',
      passwordHash: 'x',
      totp: 'x',
      disabledAt: '1',
      version: '99',
    };
    expect((await sender.post('/account', { name: 'Maja', locale: '', ...more })).status).toBe(303);
    const after = await world.store.reads.user(id);
    expect(after).toEqual({ ...before, name: 'Maja', version: (before?.version ?? 0) + 1 });
    const member = memberRow({ id: 'm5', phone: '+46701740615' });
    await world.add({ add: 'members', row: member, exists: 'stale' });
    await sender.post('/books/p12/members/m5', {
      name: 'Anna',
      labels: '',
      bookId: 'book9',
      phone: '+46701740999',
      status: 'banned',
      version: '7',
    });
    expect(await world.store.reads.member('m5')).toMatchObject({
      bookId: 'book1',
      phone: member.phone,
      status: 'active',
      name: 'Anna',
    });
  });

  test('nobody makes themselves more than they are', async () => {
    const self = admin.user?.id ?? '';
    await admin.post(`/organisation/users/${self}`, { do: 'role', role: 'operator' });
    await admin.post('/organisation/users/u1', { do: 'role', role: 'operator' });
    await admin.post('/organisation/users', { mail: 'ny@example.se', role: 'operator' });
    expect(
      (await world.store.reads.users('org1')).filter(
        ({ mail, role }) => mail === 'ny@example.se' || (role === 'operator' && mail.startsWith('u1')),
      ),
    ).toEqual([]);
    expect((await world.store.reads.user(self))?.role).toBe('admin');
    // A link for one's own new password would get around being asked for the old one.
    expect((await admin.post(`/organisation/users/${self}/link`)).status).toBe(403);
  });

  test('an operator’s password is not for an admin to change', async () => {
    const operator = await world.as('operator');
    expect((await admin.post(`/organisation/users/${operator.user?.id}/link`)).status).toBe(403);
  });

  test('the organisation that an operator looks at is nobody else’s to choose', async () => {
    admin.cookies.set('__Host-organisation', 'org2');
    const { text } = await admin.get('/organisation/users');
    admin.cookies.delete('__Host-organisation');
    expect(text).not.toContain('Malm\u00f6');
  });
});

describe('addresses', () => {
  const away = [
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:evil.example',
    '/\t/evil.example',
    ' //evil.example',
    'javascript:alert(1)',
    'data:text/html,x',
    '/a\r\nSet-Cookie: x=y',
    '',
    'evil',
    '/\u00e5',
  ];
  test.each(away)('nothing leads to %j', async (back) => {
    const stranger = world.stranger();
    const answers = [
      await ask('/theme', { method: 'POST', ...anyForm, body: new URLSearchParams({ back }).toString() }),
      await stranger.post('/language', { locale: 'en', back }),
    ];
    for (const { location, headers } of answers) {
      expect(location).toBe('/');
      expect(headers.getSetCookie().join()).not.toContain('x=y');
    }
    const form = await stranger.get(`/sign-in?back=${encodeURIComponent(back)}`);
    expect(form.text).toContain('name="back" value="/"');
    const signedIn = await admin.get(`/sign-in?back=${encodeURIComponent(back)}`);
    expect(signedIn.location).toBe('/');
  });

  test.each([
    '/%2f/evil.example',
    '/%09//evil.example',
    '/%5cevil.example',
    '/..//evil.example',
    '/@evil.example',
    '/?next=//evil.example',
  ])('%s stays with us', async (back) => {
    const { location } = await admin.get(`/sign-in?back=${encodeURIComponent(back)}`);
    expect(new URL(location ?? '', 'https://sms.example.se').host).toBe('sms.example.se');
  });

  test.each([
    '/%',
    '/.git/config',
    '/.env',
    '/data/secret.key',
    '/data/startstopp.db',
    '/package.json',
    '/node_modules/express/package.json',
    '/views/account/signIn.hbs',
    '/src/main.ts',
    '/assets',
    '/assets/',
    '/assets/..%2f..%2fpackage.json',
    '/assets/%2e%2e/%2e%2e/package.json',
    '/assets/..%5c..%5cpackage.json',
    '/assets/%00',
    '/debug',
    '/server-status',
    '/books/..%2f..%2finstallation',
    '/books/%70%312%00',
    '/books/p%252312',
    '/books/__proto__',
    '/books/constructor',
  ])('%s is not there', async (path) => {
    const { status, text } = await admin.get(path);
    expect(status).toBe(404);
    expect(text).not.toMatch(STACK);
  });

  test.each(['/books/%c0%af', '/password/%E0%A4%A'])('%s cannot be read', async (path) => {
    const { status, text } = await admin.get(path);
    expect(status).toBe(400);
    expect(text).not.toMatch(STACK);
  });
});

describe('the protocol', () => {
  test.each(['PUT', 'DELETE', 'PATCH', 'PROPFIND', 'TRACE', 'OPTIONS', 'M-SEARCH'])(
    '%s does nothing and repeats nothing',
    async (method) => {
      const answer = await rawRequest(port(), [
        `${method} /account HTTP/1.1\r\nHost: x\r\nCookie: __Host-session=${admin.cookies.get('__Host-session')}\r\nX-Secret: echo-me\r\nConnection: close\r\n\r\n`,
      ]);
      expect([200, 404, 405, 501]).toContain(answer?.status);
      if (answer?.status === 200) expect(method).toBe('OPTIONS');
      expect(`${answer?.head}${answer?.body}`).not.toMatch(/echo-me|__Host-session=/);
    },
  );

  test.each([
    ['a length and chunks', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n'],
    ['two lengths', 'Content-Length: 0\r\nContent-Length: 25\r\n\r\nGET /x HTTP/1.1\r\nHost: x\r\n\r\n'],
    ['chunks by another name', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
    ['a chunk that is none', 'Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n'],
    ['a blank in a name', 'Content-Length : 0\r\n\r\n'],
    ['a header over two lines', 'X-A: b\r\n c: d\r\nContent-Length: 0\r\n\r\n'],
    ['bare line feeds', 'Content-Length: 0\nX-A: b\n\n'],
  ])('%s: one refusal, and nothing of what follows', async (_, rest) => {
    const answer = await rawRequest(port(), [`POST /sign-in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${rest}`], {
      half: true,
    });
    expect(`${answer?.head}\r\n\r\n${answer?.body}`.match(/^HTTP\/1\.1 /gm)).toHaveLength(1);
    if (answer?.status !== 400) expect([_, answer?.status]).toEqual(['a header over two lines', 400]);
  });

  test('a header section without end is cut off', async () => {
    const answer = await rawRequest(port(), [`GET / HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(20_000)}\r\n\r\n`]);
    expect(answer?.status).toBe(431);
  });
});

describe('what a proxy would say', () => {
  const claims = {
    'X-Forwarded-For': '192.0.2.1',
    'X-Forwarded-Host': 'evil.example',
    'X-Forwarded-Proto': 'http',
    'X-Real-IP': '192.0.2.1',
    Forwarded: 'for=192.0.2.1;host=evil.example;proto=http',
  };
  test('changes no link, no redirect and no cookie', async () => {
    const { text } = await admin.post('/organisation/users', { mail: 'inbjuden@example.se', role: 'viewer' }, claims);
    expect(text).toContain('https://sms.example.se/password/');
    expect(text).not.toContain('evil.example');
    const saved = await admin.post('/account', { name: 'Maja', locale: '' }, claims);
    expect(saved.location).toBe('/account');
    expect(saved.headers.getSetCookie().join()).toMatch(/Secure/);
    expect((await world.stranger().get('/account', claims)).location).toBe('/sign-in?back=%2Faccount');
  });

  test.each([{ 'X-Forwarded-For': '127.0.0.1' }, { Forwarded: 'for=127.0.0.1' }])(
    'the figures are for this machine only, not for whom a proxy speaks: %j',
    async (headers) => {
      expect((await ask('/metrics', { headers })).status).toBe(404);
    },
  );
});
