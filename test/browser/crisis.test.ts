import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { memberRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { DESKTOP, HANDSET, walk } from '../kit/walk.ts';

const KARIN = 'karin@example.se';
const NAMES = ['Anna Berg', 'Bo Ek', 'Cecilia Söderström-Åkesson', 'Dan Lind', 'Eva Nyström', 'Farid Amini'];

/** Somebody at 06:40, on a phone, in a hurry: the switch, the board that fills, the end. */
describeBrowser('the crisis switch', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  let karin: Client;
  const answer = async (n: number, said: 'ok' | 'help', text: string) => {
    const rollCallId = (await world.store.reads.bookById('book1'))?.crisis?.rollCallId ?? '';
    const row = { rollCallId, memberId: `m${100 + n}`, answer: said, text, at: world.clock.now() - (40 - n) * 1000 };
    await world.add({ add: 'rollAnswers', row, exists: 'stale' });
  };

  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld({
      plan: [
        ...[KARIN, '+46701000099'].map(
          (address) =>
            ({ add: 'writers', row: { bookId: 'book1', address, alwaysConfirm: false }, exists: 'stale' }) as const,
        ),
        ...Array.from({ length: 212 }, (_, n) => {
          const name = n < 6 ? (NAMES[n] ?? '') : `Medlem ${n}`;
          const otherPhone = n % 7 === 1 ? `+46701748${100 + n}` : null;
          const row = memberRow({ id: `m${100 + n}`, phone: `+4670174${String(1000 + n)}`, name, otherPhone });
          return { add: 'members', row, exists: 'stale' } as const;
        }),
      ],
    });
    karin = await world.as('admin', { mail: KARIN });
  }, 180_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  test('started on a phone with two presses, followed live, ended', async () => {
    const { page, look, troubles, close } = await walk(browser, world.url, karin, 'handset', {
      viewport: HANDSET,
      locale: 'sv-SE',
      colorScheme: 'light',
    });
    try {
      await look('crisis start', '/books/p12/crisis');
      await page.click('.form .button');
      await page.waitForSelector('.confirm');
      await look('crisis confirm');
      await page.click('.confirm .button >> nth=0');
      await page.waitForSelector('#live');
      for (const n of [3, 8, 9, 10, 11]) await answer(n, 'ok', '1');
      await answer(1, 'help', '2 hjälp i källaren, dörren är låst och det luktar rök');
      await answer(2, 'help', 'Hjälp');
      await page.waitForSelector('#live .is-stop dd:has-text("2")');
      await look('crisis board');
      await page.click('summary:has-text("Förläng krisläget")');
      await look('crisis longer');
      await page.click('button:has-text("1 timme längre")');
      await page.waitForSelector('text=Krisläget gäller nu till');
      await look('crisis banner', '/books/p12');
      await page.click('.notice-stop a');
      await page.waitForSelector('#live');
      await page.waitForLoadState('domcontentloaded');
      expect(await page.locator('a[href^="tel:"]').count()).toBeGreaterThan(20);
      expect(troubles).toEqual([]);
    } finally {
      await close();
    }
  }, 180_000);

  test('on a desk, in the dark, in German; then it is over and the record stays', async () => {
    const { page, look, troubles, close } = await walk(browser, world.url, karin, 'desktop', {
      viewport: DESKTOP,
      locale: 'de-DE',
      colorScheme: 'dark',
    });
    try {
      const id = (await world.store.reads.bookById('book1'))?.crisis?.rollCallId ?? '';
      await look('crisis board', `/books/p12/crisis/${id}`);
      await page.fill('#q', 'cecilia');
      await page.click('.find .button');
      await page.waitForURL(/q=cecilia/);
      expect(await page.locator('#live .person').allTextContents()).toEqual(['Cecilia Söderström-Åkesson']);
      await page.goto(`${world.url}/books/p12/crisis/${id}`);
      await page.click('summary:has-text("Krise beenden")');
      await page.click('.button-stop');
      await page.waitForSelector('.notice-good');
      await look('crisis over');
      await look('crisis again', '/books/p12/crisis');
      await look('crisis writers', '/books/p12/writers');
      await page.click('form[action$="/writers/pin"] button');
      await page.waitForSelector('.notice-good');
      await look('crisis pin');
      expect(troubles).toEqual([]);
    } finally {
      await close();
    }
  }, 180_000);
});
