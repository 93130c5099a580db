import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { broadcastRow, copyRow, memberRow, userRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { HANDSET, WAYS, walk } from '../kit/walk.ts';

const KARIN = 'karin@example.se';
const NAMES = ['Anna Berg', 'Bo Ek', 'Cecilia Söderström-Åkesson', 'Dan Lind', 'Eva Nyström', 'Farid Amini'];
const MINUTE = 60_000;

/** Sending as somebody does it who cancels school at 06:40 from a phone. */
describeBrowser('sending from the toolbox', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  let karin: Client;
  const now = Date.now();
  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld({
      plan: [
        { add: 'writers', row: { bookId: 'book1', address: KARIN, alwaysConfirm: false }, exists: 'stale' },
        {
          add: 'users',
          row: userRow({ id: 'boss', role: 'admin', name: 'Eva Ek', mail: 'eva@example.se' }),
          exists: 'stale',
        },
        ...Array.from({ length: 212 }, (_, n) => {
          const row = memberRow({
            id: `m${String(n).padStart(3, '0')}`,
            phone: `+4670174${String(1000 + n)}`,
            name: NAMES[n % NAMES.length] ?? '',
            labels: n % 3 === 0 ? ['Lag 1'] : n % 3 === 1 ? ['Lag 2'] : [],
            fields: { klass: n % 2 === 0 ? '6B' : '7A' },
          });
          return { add: 'members', row, exists: 'stale' } as const;
        }),
        {
          add: 'broadcasts',
          row: broadcastRow({
            id: 'b-run',
            door: 'web',
            writer: KARIN,
            text: 'Skolan är stängd i dag på grund av stormen. Fritids har öppet som vanligt från 07:00.',
            createdAt: now - 4 * MINUTE,
            dueAt: now - 4 * MINUTE,
            latestAt: now + 240 * MINUTE,
          }),
          exists: 'stale',
        },
        ...Array.from({ length: 212 }, (_, n) => {
          const sent = now - 4 * MINUTE + Math.floor(n / 60) * MINUTE;
          const row =
            n >= 180
              ? {}
              : n % 40 === 7
                ? {
                    status: 'undelivered' as const,
                    reason: n % 80 === 7 ? '30003' : '30005',
                    claimedAt: sent,
                    settledAt: sent + 9000,
                    providerId: `S${n}`,
                  }
                : n % 50 === 9
                  ? { status: 'cancelled' as const, reason: 'left', settledAt: sent }
                  : { status: 'delivered' as const, claimedAt: sent, settledAt: sent + 5000, providerId: `S${n}` };
          const copy = copyRow({
            broadcastId: 'b-run',
            address: `+4670174${String(1000 + n)}`,
            memberId: `m${String(n).padStart(3, '0')}`,
            ...row,
          });
          return { add: 'deliveries', row: copy, exists: 'stale' } as const;
        }),
        {
          add: 'broadcasts',
          row: broadcastRow({
            id: 'b-old',
            status: 'sent',
            text: 'Träningen är inställd.',
            createdAt: now - 3000 * MINUTE,
            dueAt: now - 3000 * MINUTE,
            finishedAt: now - 2999 * MINUTE,
          }),
          exists: 'stale',
        },
        {
          add: 'broadcasts',
          row: broadcastRow({
            id: 'b-later',
            status: 'scheduled',
            text: 'Glöm inte matsäck i morgon.',
            dueAt: now + 900 * MINUTE,
            latestAt: now + 1100 * MINUTE,
            createdAt: now,
          }),
          exists: 'stale',
        },
      ],
    });
    karin = await world.as('sender', { mail: KARIN });
    for (const kind of ['draft', 'template'] as const)
      await karin.post('/books/p12/write', {
        text: 'Matchen på lördag är inställd.',
        do: kind,
        template: 'Inställd match',
      });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  test.each(WAYS)(
    'every page of sending: %s',
    async (way, options) => {
      const { page, look, troubles, close } = await walk(browser, world.url, karin, way, options);
      await look('write empty', '/books/p12/write');
      await page.fill('#text', 'Hej {name}! ”Skolan” är stängd – fritids öppet från 07:00…');
      if (options.javaScriptEnabled === false) await page.click('button[value=count]');
      await page.waitForSelector('.dear');
      await look('write dear');
      await page.fill('#text', 'a'.repeat(500));
      await page.click('.go .button');
      await page.waitForSelector('#text-error');
      await look('write too long');
      await page.fill('#text', 'Skolan är stängd i dag. Stanna hemma.');
      await page.click('.go .button');
      await page.waitForSelector('form[action$="/send"]');
      await look('confirm');
      await look('broadcasts', '/books/p12/broadcasts');
      await look('broadcast', '/books/p12/broadcasts/b-run');
      await look('cancel', '/books/p12/broadcasts/b-run/cancel');
      await look('scheduled', '/books/p12/broadcasts/b-later');
      expect(troubles.filter((each) => !/422/.test(each))).toEqual([]);
      await close();

      const nina = await walk(browser, world.url, await world.as('sender'), way, options);
      await nina.look('write off', '/books/p12/write');
      expect(await nina.page.locator('.go .button').first().isDisabled()).toBe(true);
      await nina.close();
    },
    60_000,
  );

  test.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'from the book to a broadcast on its way: %s',
    async (way, javaScriptEnabled) => {
      const { page, troubles, close } = await walk(browser, world.url, karin, way, {
        viewport: HANDSET,
        locale: 'sv-SE',
        javaScriptEnabled,
      });
      await page.goto(`${world.url}/books/p12`);
      await page.click('.head a.button');
      await page.fill('#text', `Skolan är stängd i dag, ${way}.`);
      await page.click('#to summary');
      await page.check('input[value="Lag 1"]');
      if (javaScriptEnabled) await page.waitForSelector('#preview:has-text("71 personer")');
      await page.click('.go .button');
      await page.waitForSelector('h1:has-text("Skicka till 71 personer?")');
      await page.click('text=Ändra');
      expect(await page.inputValue('#text')).toBe(`Skolan är stängd i dag, ${way}.`);
      await page.click('.go .button');
      await page.click('.go .button:has-text("Skicka till 71")');
      await page.waitForURL('**/broadcasts/*');
      expect(await page.locator('.notice-good').first().textContent()).toBe('Det är på väg till 71 personer.');
      await page.click('text=Stoppa resten');
      await page.click('button[value=cancel]');
      await page.waitForSelector('.notice-good:has-text("Resten är stoppad.")');
      expect(troubles).toEqual([]);
      await close();
    },
    60_000,
  );

  test('the count follows the keys, a tag goes in where the cursor is, and the figures change in place', async () => {
    const { page, close } = await walk(browser, world.url, karin, 'live', { viewport: HANDSET, locale: 'sv-SE' });
    await page.goto(`${world.url}/books/p12/write`);
    await page.fill('#text', 'a'.repeat(200));
    expect(await page.locator('[data-count]').textContent()).toBe('233 av 306 tecken, 2 sms-delar till var och en');
    await page.fill('#text', 'Hej !');
    await page.evaluate('document.querySelector("#text").setSelectionRange(4, 4)');
    await page.click('[data-tag=name]');
    expect(await page.inputValue('#text')).toBe('Hej {name}!');
    await page.waitForSelector('.bubble:has-text("Cecilia Söderström-Åkesson")');

    await page.goto(`${world.url}/books/p12/broadcasts/b-run`);
    await page.locator('#do-pause').focus();
    const before = await page.locator('.figure dd').first().textContent();
    await world.store.commit([
      {
        change: 'deliveries',
        where: { broadcastId: 'b-run', address: '+46701741200' },
        set: { status: 'delivered', settledAt: now, claimedAt: now, providerId: 'S' },
        none: 'stale',
      },
    ]);
    await page.waitForSelector(`.figure dd:text-is("${Number(before) + 1}")`);
    expect(await page.evaluate('document.activeElement.id')).toBe('do-pause');
    await close();
  }, 180_000);
});
