import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { hashPassword } from '../../src/app/account/credentials.ts';
import { offerFirstUser } from '../../src/app/account/firstUser.ts';
import { inviteUser } from '../../src/app/account/links.ts';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { broadcastRow, memberRow, NOON, userRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { DESKTOP, HANDSET, WAYS, walk } from '../kit/walk.ts';

const PASSWORD = 'en grön cykel i snön';

describeBrowser('signing in and looking around', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld({
      plan: [
        { add: 'members', row: memberRow({ id: 'm1', phone: '+46701740603', name: 'Anna' }), exists: 'stale' },
        { add: 'members', row: memberRow({ id: 'm2', phone: '+46701740604', status: 'pending' }), exists: 'stale' },
        { add: 'broadcasts', row: broadcastRow({ id: 'b1', status: 'sent', finishedAt: NOON }), exists: 'stale' },
      ],
    });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  test.each(WAYS)(
    'every page of the frame: %s',
    async (way, options) => {
      const token = await offerFirstUser(world.deps);
      const invited = userRow({ id: `i ${way}` });
      await world.add({ add: 'users', row: invited, exists: 'stale' });
      const link = await inviteUser(invited, 'cli', world.deps);
      const stranger = await walk(browser, world.url, null, way, options);
      await stranger.look('front', '/');
      await stranger.look('sign in', '/sign-in');
      await stranger.look('forgot', '/sign-in/forgot');
      if (token) await stranger.look('first user', `/first/${token}`);
      await stranger.look('invitation', `/password/${link.token}`);
      expect(stranger.troubles).toEqual([]);
      await stranger.close();

      const admin = await walk(browser, world.url, await world.as('admin'), way, options);
      await admin.look('home', '/');
      await admin.look('overview', '/books/p12');
      await admin.look('account', '/account');
      await admin.look('second step', '/account/second-step');
      await admin.look('more', '/more');
      expect(admin.troubles).toEqual([]);
      await admin.close();
    },
    60_000,
  );

  test.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])(
    'from the front page to a book and out again, by keyboard: %s',
    async (way, javaScriptEnabled) => {
      const user = userRow({
        id: `k ${way}`,
        mail: `k${javaScriptEnabled}@example.se`,
        passwordHash: await hashPassword(PASSWORD),
      });
      await world.add({ add: 'users', row: user, exists: 'stale' });
      const { page, close } = await walk(browser, world.url, null, way, {
        viewport: HANDSET,
        locale: 'sv-SE',
        javaScriptEnabled,
      });
      await page.goto(`${world.url}/books/p12`);
      await page.locator('#mail').focus();
      await page.keyboard.type(user.mail);
      await page.keyboard.press('Tab');
      await page.keyboard.type('fel lösenord här');
      await page.keyboard.press('Enter');
      await page.waitForSelector('[role=alert]');
      expect(await page.locator('#mail').inputValue()).toBe(user.mail);
      await page.fill('#password', PASSWORD);
      await page.keyboard.press('Enter');
      await page.waitForURL('**/books/p12');
      expect(await page.locator('.book-line').innerText()).toBe('Föräldrar P12');
      await page.click('button:has-text("English")');
      await page.waitForSelector('html[lang=en]');
      await page.click('button:has-text("Sign out")');
      await page.waitForURL('**/sign-in');
      expect(await page.locator('[role=status]').innerText()).toBe('You have been signed out.');
      await close();
    },
    60_000,
  );

  test('the first page is small, and nothing jumps while it loads', async () => {
    const { page, close } = await walk(browser, world.url, await world.as('admin'), 'weight', {
      viewport: DESKTOP,
      locale: 'sv-SE',
    });
    let bytes = 0;
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    session.on('Network.loadingFinished', ({ encodedDataLength }) => {
      bytes += encodedDataLength;
    });
    await page.addInitScript(
      'window.shift = 0; new PerformanceObserver((list) => { for (const e of list.getEntries()) window.shift += e.value; }).observe({ type: "layout-shift", buffered: true });',
    );
    await page.goto(`${world.url}/books/p12`, { waitUntil: 'networkidle' });
    expect(bytes).toBeGreaterThan(1_000);
    expect(bytes).toBeLessThan(60 * 1024);
    expect(await page.evaluate('window.shift')).toBe(0);
    await close();
  }, 120_000);
});
