import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { BROKEN_OUT, EVIL, HOSTILE, PAGES } from '../kit/hostile.ts';
import { memberRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** What people typed, wherever it is shown again (OWASP ASVS 5.0, V1 and V3). */
let world: ToolboxWorld;
let operator: Client;
beforeAll(async () => {
  world = await toolboxWorld({ plan: HOSTILE });
  operator = await world.as('operator');
});
afterAll(() => world.close());

describe('hostile texts in every field', () => {
  test.each(PAGES)('%s', async (path) => {
    const { status, text, headers } = await operator.get(path);
    expect(status).toBeLessThan(500);
    if (!headers.get('content-type')?.startsWith('text/html')) return;
    expect(text.match(BROKEN_OUT)).toBeNull();
    for (const tag of text.match(/<[a-z][^<>]*>/g) ?? []) expect(tag).not.toMatch(/\son\w+=|\sstyle=|srcdoc/i);
    for (const [, , url = ''] of text.matchAll(/\s(href|src|action|hx-get|hx-post)="([^"]*)"/g))
      expect(url).toMatch(/^(?:\/(?![/\\])|#|\?|$|mailto:p12@lists\.example\.se$|tel:\+\d{8,15}$)/);
  });

  test('they are shown as they were typed', async () => {
    const { text } = await operator.get('/books/p12/members');
    const shown = text
      .replace(/&lt;/g, '<')
      .replace(/&gt;/g, '>')
      .replace(/&#x27;/g, "'")
      .replace(/&quot;/g, '"');
    expect(
      shown
        .replace(/&#x3D;/g, '=')
        .replace(/&#x60;/g, '`')
        .replace(/&amp;/g, '&'),
    ).toContain(EVIL);
  });

  test.each([
    '%2527',
    '%253Cb%253E',
    '&lt;b&gt; &amp;amp;',
    'R\u00e4ksm\u00f6rg\u00e5s%C3%A4',
    '\\u003cb',
    'a+b c%20d',
  ])('a name is decoded once: %s', async (name) => {
    await operator.post('/account', { name, locale: '' });
    expect((await world.store.reads.user(operator.user?.id ?? ''))?.name).toBe(name);
    const { text } = await operator.get('/account');
    const escaped = name.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
    expect(text).toContain(`value="${escaped}"`);
  });

  test('a line break in a name makes no new line and no header', async () => {
    const answer = await operator.post('/account', { name: 'Anna\r\nSet-Cookie: session=evil\0', locale: '' });
    expect(answer.headers.getSetCookie().join()).not.toContain('evil');
    expect((await world.store.reads.user(operator.user?.id ?? ''))?.name).not.toMatch(/[\r\n]/);
  });
});

describe('searching', () => {
  test.each([
    '.*',
    '(((((',
    '\\',
    '%',
    '_',
    "' or '1'='1",
    "'; drop table members; --",
    '"',
    '[a-z]+$',
    '\0',
    '\u{1f6b2}',
  ])('for %j is a search for just that', async (q) => {
    const { status, text } = await operator.get(`/books/p12/members?q=${encodeURIComponent(q)}`);
    expect(status).toBe(200);
    // EVIL has quotes, braces and stars in it, never these.
    if (!EVIL.includes(q) && q !== '\0') expect(text).not.toContain('/members/m1"');
  });

  test.each(['at', 'before', 'label', 'status', 'page', 'days', 'sort'])(
    'no query named %s reaches the database as words',
    async (name) => {
      const broken: string[] = [];
      for (const value of ["' or 1=1 --", ')', 'constructor', '__proto__', '-1', '1e999', 'x'.repeat(4_000)])
        for (const path of ['members', 'log', 'inbox', 'statistics', 'broadcasts', 'unsubscribed', 'pending']) {
          const { status } = await operator.get(`/books/p12/${path}?${name}=${encodeURIComponent(value)}`);
          if (status >= 500) broken.push(`${path} ${value.slice(0, 20)}`);
        }
      expect(broken).toEqual([]);
    },
  );

  test('the tables are still there', async () => {
    expect((await world.store.reads.memberCounts('book1')).active).toBe(1);
  });
});

describe('a file of members', () => {
  test.each(['=1+1', '+1-2', '-1', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://evil.example")'])(
    'no cell is a formula: %j',
    async (name) => {
      const phone = '+46701740699';
      const row = memberRow({ id: 'formula', phone, name });
      await world.add({ remove: 'members', where: { id: 'formula' } }, { add: 'members', row, exists: 'stale' });
      const { text } = await operator.get('/books/p12/members/export.csv');
      for (const line of text.split('\r\n'))
        for (const cell of line.split(/;|,(?=(?:[^"]*"[^"]*")*[^"]*$)/))
          expect(cell).not.toMatch(/^"?[=@\t\r]|^"?[+-](?!\d+"?$)/);
    },
  );

  test('is never opened by the browser, and its name is ours', async () => {
    const { headers } = await operator.get('/books/p12/members/export.csv');
    expect(headers.get('content-disposition')).toBe('attachment; filename="p12.csv"');
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  });
});
