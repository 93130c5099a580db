import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { until } from '../kit/installation.ts';
import { LIST, listen, webWorld } from '../kit/web.ts';

const ANNA = '+46701000003';
const BOARD = '+46701000002';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

describeBrowser('the simulator in a browser', () => {
  let browser: Browser;
  let world: ReturnType<typeof webWorld>;
  let address: string;
  const troubles: string[] = [];

  beforeAll(async () => {
    browser = await openBrowser();
  }, 240_000);
  afterAll(() => browser?.close());
  beforeEach(async () => {
    world = webWorld();
    address = `http://127.0.0.1:${await listen(world.server)}`;
    troubles.length = 0;
  });
  afterEach(() => world.close(200));

  async function open(path: string, options: BrowserContextOptions): Promise<Page> {
    const context = await browser.newContext({ locale: 'sv-SE', ...options });
    const page = await context.newPage();
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(address + path);
    return page;
  }
  const phone = (page: Page, number: string) => page.locator(`[data-phone="${number}"]`);

  const desktop = { width: 1280, height: 800 };
  const handset = { width: 390, height: 844 };
  test.each([
    ['desktop, light', { viewport: desktop, colorScheme: 'light' }],
    ['desktop, dark', { viewport: desktop, colorScheme: 'dark' }],
    ['handset, light', { viewport: handset, colorScheme: 'light' }],
    ['handset, dark, German', { viewport: handset, colorScheme: 'dark', locale: 'de-DE' }],
  ] as [string, BrowserContextOptions][])(
    'axe finds nothing and nothing sticks out: %s',
    async (_name, options) => {
      await world.door.type({ from: ANNA, to: LIST, text: 'å'.repeat(200), mediaCount: 0, missingPart: false });
      await world.sendTo(ANNA, 'https://example.se/'.padEnd(150, 'x'));
      world.door.setWeather({ ...world.door.weather(), lose: 100 });
      await world.sendTo(ANNA, 'Borta');
      for (const path of ['/simulator', '/', '/nowhere']) {
        const page = await open(path, options);
        if (path === '/simulator') await page.click('.mast summary');
        await page.evaluate(axe);
        const found = await page.evaluate(
          'axe.run(document).then((r) => r.violations.map((v) => v.id + " " + v.nodes[0].target))',
        );
        expect(found).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(
          0,
        );
        await page.context().close();
      }
      expect(troubles.filter((text) => !text.includes('404'))).toEqual([]);
    },
    60_000,
  );

  test('a text typed with the keyboard arrives, and answers come by themselves', async () => {
    const page = await open(`/simulator?phones=${encodeURIComponent(`${ANNA},${BOARD}`)}`, { viewport: desktop });
    await phone(page, ANNA).locator('textarea').fill('Hej');
    await phone(page, ANNA).locator('textarea').press('Enter');
    await phone(page, ANNA).locator('.bubble-out.is-delivered').waitFor();
    // The tick and the answer to the form come on two connections.
    await until(async () => (await phone(page, ANNA).locator('textarea').inputValue()) === '', 'the box is empty');
    expect(world.inbound.map(({ text }) => text)).toEqual(['Hej']);
    await world.sendTo(BOARD, 'Meddelande ej skickat: Hej');
    await phone(page, BOARD).locator('.bubble-in').waitFor();
    await world.sendTo('+46701000001', 'Kvitto');
    await page.locator('[data-spot="+46701000001"] .news').waitFor();

    world.answer = async () => 'busy';
    await phone(page, ANNA).locator('textarea').fill('Viktigt');
    await phone(page, ANNA).locator('.write-send').click();
    await phone(page, ANNA).getByText('skicka den igen').waitFor();
    expect(await phone(page, ANNA).locator('textarea').inputValue()).toBe('Viktigt');
    await until(async () => (await phone(page, ANNA).locator('.bubble-out').count()) === 1, 'the bubble is gone');
    expect(troubles.filter((text) => !text.includes('503'))).toEqual([]);
    await page.context().close();
  }, 180_000);

  test('a switch at the mast is thrown at once and shows in another window', async () => {
    const one = await open('/simulator', { viewport: desktop });
    const two = await open('/simulator', { viewport: desktop });
    await one.click('.mast summary');
    await one.locator('input[name=lose][value="50"]').focus();
    await one.keyboard.press('ArrowRight');
    await two.getByText('Tappas 100 %').waitFor();
    expect(world.door.weather().lose).toBe(100);
    expect(await two.locator('input[name=lose]:checked').getAttribute('value')).toBe('100');
    expect(troubles).toEqual([]);
    await one.context().close();
    await two.context().close();
  }, 180_000);

  test('without JavaScript everything works by forms', async () => {
    const page = await open('/simulator', { viewport: handset, javaScriptEnabled: false });
    await page.fill('#add-number', '070-174 06 05');
    await page.press('#add-number', 'Enter');
    const added = phone(page, '+46701740605');
    await added.locator('button[value=START]').click();
    await phone(page, '+46701740605').locator('.bubble-out').waitFor();
    expect(world.inbound.map(({ from, text }) => [from, text])).toEqual([['+46701740605', 'START']]);
    await page.click('.mast summary');
    await page.locator('.choice-row label', { has: page.locator('input[name=duplicate][value="100"]') }).click();
    await page.click('.mast-save');
    await page.getByText('Kommer två gånger 100 %').waitFor();
    await page.click('.themes-choice[value=dark]');
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
    expect(troubles).toEqual([]);
    await page.context().close();
  }, 180_000);
});
