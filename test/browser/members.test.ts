import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { eventRow, memberRow, personRow, stopRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { HANDSET, WAYS, walk } from '../kit/walk.ts';

const NAMES = ['Anna Berg', 'Bo Ek', 'Cecilia Söderström-Åkesson', 'Dan Lind', 'Eva Nyström', 'Farid Amini', ''];
const DAY = 86_400_000;

/** Looking after people as somebody does it twice a year, from a phone. */
describeBrowser('members in the toolbox', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  let eva: Client;
  const now = Date.now();
  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld();
    await world.add(
      { change: 'books', where: { id: 'book1' }, set: { approval: 'manual' }, none: 'stale' },
      ...Array.from({ length: 212 }, (_, n) => {
        const row = memberRow({
          id: `m${String(n).padStart(3, '0')}`,
          phone: `+4670174${String(1000 + n)}`,
          name: NAMES[n % NAMES.length] ?? '',
          labels: n % 3 === 0 ? ['Lag 1'] : n % 3 === 1 ? ['Lag 2', 'Ledare'] : [],
          fields: n % 2 === 0 ? { barn: 'Elsa', klass: '6B' } : {},
          ...(n === 8 ? { status: 'paused' as const, pausedUntil: now + 20 * DAY } : {}),
          ...(n === 9 ? { status: 'unreachable' as const } : {}),
        });
        return { add: 'members', row, exists: 'stale' } as const;
      }),
    );
    for (const [id, name, text, age] of [
      ['p1', 'Gun Ström', 'START', 1],
      ['p2', '', 'Start!! 🙏', 0.05],
      ['p3', 'Hans Rask', 'start', 0.01],
    ] as const) {
      const phone = `+467017420${id.slice(1).padStart(2, '0')}`;
      const at = now - age * DAY;
      const hash = world.deps.keyed.addressHash(phone);
      await world.add(
        {
          add: 'members',
          row: memberRow({
            id,
            phone,
            name,
            status: 'pending',
            since: at,
            leftAt: id === 'p3' ? now - 90 * DAY : null,
          }),
          exists: 'stale',
        },
        {
          add: 'consentEvents',
          row: eventRow({ id: `e${id}`, event: 'requested', rule: 'B-10', addressHash: hash, at }),
          exists: 'stale',
        },
        { add: 'consentPersons', row: personRow({ eventId: `e${id}`, address: phone, name, text }), exists: 'stale' },
      );
    }
    for (const [i, text] of ['STOPP', 'stopp tack, vi har flyttat', 'Stop'].entries()) {
      const phone = `+467017430${String(i).padStart(2, '0')}`;
      const at = now - (3 + 40 * i) * DAY;
      const hash = world.deps.keyed.addressHash(phone);
      const name = ['Ida Holm', 'Johan Öberg', ''][i] ?? '';
      await world.add(
        {
          add: 'members',
          row: memberRow({ id: `l${i}`, phone, name, status: 'unsubscribed', since: at, leftAt: at }),
          exists: 'stale',
        },
        { add: 'stops', row: stopRow({ addressHash: hash, address: phone, since: at }), exists: 'stale' },
        {
          add: 'consentEvents',
          row: eventRow({ id: `el${i}`, event: 'left', rule: 'B-11', addressHash: hash, at }),
          exists: 'stale',
        },
        { add: 'consentPersons', row: personRow({ eventId: `el${i}`, address: phone, name, text }), exists: 'stale' },
      );
    }
    eva = await world.as('admin');
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  test.each(WAYS)(
    'every page, %s',
    async (way, options) => {
      const { page, look, troubles, close } = await walk(browser, world.url, eva, way, options);
      try {
        await look('members', '/books/p12/members');
        await look('members search', '/books/p12/members?q=i');
        await look('members none', '/books/p12/members?q=xyzzy');
        await look('members add', '/books/p12/members/add');
        await page.fill('#phone', '0701743001');
        await page.fill('#name', 'Johan');
        await page.click('.form .button');
        await page.waitForSelector('[role=alert]');
        await page.waitForLoadState('domcontentloaded');
        expect(await page.locator('[role=alert]').count()).toBe(1);
        await look('members add refused');
        await look('member', '/books/p12/members/m000');
        await look('member paused', '/books/p12/members/m008');
        await look('member left', '/books/p12/members/l0');
        await look('pending', '/books/p12/pending');
        await look('unsubscribed', '/books/p12/unsubscribed');
        await look('import', '/books/p12/members/import');
        await page.fill(
          '#text',
          'Elev\tMålsman\tMobil\tKlass\nElsa\tEva Ek\t070-174 50 01\t6B\nIda\tBo Ek\t070-174 30 00\t6B\n',
        );
        await page.click('.form .button');
        await page.waitForSelector('#preview');
        await look('import preview');
        await look('import errors', await waiting('telefon,namn\n0701745002,Eva\n12,Bo\n046-350000,Cia\n'));
        expect(troubles.filter((one) => !/422/.test(one))).toEqual([]);
      } finally {
        await close();
      }
    },
    120_000,
  );

  /** Uploads a list and gives the address of its preview. */
  async function waiting(text: string): Promise<string> {
    const answer = await eva.upload('/books/p12/members/import', { text }, { name: '', bytes: '' });
    return answer.location ?? '';
  }

  test('with JavaScript people are found as one types, and a column is chosen without a new page', async () => {
    const { page, close } = await walk(browser, world.url, eva, 'live', { viewport: HANDSET, locale: 'sv-SE' });
    try {
      await page.goto(`${world.url}/books/p12/members`);
      await page.locator('#q').pressSequentially('cecilia', { delay: 20 });
      await page.waitForSelector('#people:not(:has(.person:not(:has-text("Cecilia"))))');
      expect(await page.locator('#people .person').count()).toBeGreaterThan(10);
      expect(page.url()).toBe(`${world.url}/books/p12/members`);

      await page.goto(world.url + (await waiting('070-174 60 01\tEva Ek\t6B\n')));
      await page.selectOption('[name=use2]', 'field');
      await page.waitForSelector('[name=name2]');
      await page.fill('[name=name2]', 'klass');
      await page.locator('[name=name2]').blur();
      await page.waitForSelector('#preview [name=name2][value=klass]');
      await page.waitForSelector('.preview [name=go]');
      await page.click('.preview [name=go]');
      await page.waitForSelector('.figures');
      await page.waitForURL(/import\/[\w-]+$/);
      const [row] = await world.store.reads.membersByAddress('book1', ['+46701746001']);
      expect(row?.fields).toEqual({ klass: '6B' });
    } finally {
      await close();
    }
  }, 180_000);

  test.each([true, false])(
    'a request is approved by one tap (JavaScript %s)',
    async (javaScriptEnabled) => {
      const { page, close } = await walk(browser, world.url, eva, 'approve', { viewport: HANDSET, javaScriptEnabled });
      try {
        await page.goto(`${world.url}/books/p12/pending`);
        const before = await page.locator('.ask').count();
        await page.locator('.ask .button').first().click();
        await page.waitForSelector('.notice-good');
        await page.waitForLoadState('domcontentloaded');
        expect(await page.locator('.ask').count()).toBe(before - 1);
      } finally {
        await close();
      }
    },
    60_000,
  );
});
