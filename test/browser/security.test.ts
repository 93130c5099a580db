import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { HOSTILE, PAGES } from '../kit/hostile.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { DESKTOP, walk } from '../kit/walk.ts';

/** What only a browser can tell: nothing hostile runs, nothing is fetched from elsewhere, nothing stays behind. */
describeBrowser('hostile texts in a real browser', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld({ plan: HOSTILE });
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  test('no page runs anything of theirs, breaks the policy, or asks another host', async () => {
    const operator = await world.as('operator');
    const { page, context, troubles, close } = await walk(browser, world.url, operator, 'security', {
      viewport: DESKTOP,
      locale: 'en-GB',
    });
    const ran: string[] = [];
    const elsewhere: string[] = [];
    page.on('dialog', (dialog) => {
      ran.push(dialog.message());
      void dialog.dismiss();
    });
    page.on('request', (request) => {
      if (!request.url().startsWith(world.url)) elsewhere.push(request.url());
    });
    await context.exposeFunction('brokePolicy', (what: string) => ran.push(what));
    await page.addInitScript(
      'addEventListener("securitypolicyviolation", (e) => window.brokePolicy(e.violatedDirective + " " + e.blockedURI));',
    );
    for (const path of PAGES.filter((each) => !/\.(?:csv|xlsx|json|pdf)$/.test(each))) {
      await page.goto(world.url + path);
      expect([path, await page.locator('img').count()]).toEqual([path, 0]);
      const handlers = 'document.querySelectorAll("[onerror],[onmouseover],[onfocus],[style]").length';
      expect([path, await page.evaluate(handlers)]).toEqual([path, 0]);
    }
    expect(ran).toEqual([]);
    expect(elsewhere).toEqual([]);
    expect(troubles.filter((each) => !/status of (?:4\d\d)/.test(each))).toEqual([]);
    // htmx remembers which page one is on, until signing out clears it; nothing else stays.
    const left = 'JSON.stringify([Object.keys(localStorage), Object.keys(sessionStorage), document.cookie])';
    expect(await page.evaluate(left)).toMatch(/^\[\[\],\[(?:"htmx-current-path-for-history")?\],""\]$/);
    await close();
  }, 240_000);

  test('searching as one types swaps hostile names in as text', async () => {
    const { page, close } = await walk(browser, world.url, await world.as('admin'), 'security', {
      viewport: DESKTOP,
      locale: 'en-GB',
    });
    const ran: string[] = [];
    page.on('dialog', (dialog) => {
      ran.push(dialog.message());
      void dialog.dismiss();
    });
    await page.goto(`${world.url}/books/p12/members`);
    const answered = page.waitForResponse((response) => response.url().includes('q=%3Cimg'));
    await page.locator('input[name=q]').pressSequentially('<img src=x');
    await answered;
    await page.waitForSelector('a[href="/books/p12/members/m1"]');
    expect(await page.locator('img').count()).toBe(0);
    expect(ran).toEqual([]);
    await close();
  }, 180_000);

  test('no other site can show a page of ours inside its own', async () => {
    const evil = createServer((_req, res) => {
      res.setHeader('Content-Type', 'text/html');
      res.end(`<iframe src="${world.url}/sign-in" width="600" height="600"></iframe>`);
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => evil.once('listening', resolve));
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`http://127.0.0.1:${(evil.address() as AddressInfo).port}/`);
      const frame = page.frames()[1];
      expect(frame?.url()).toMatch(/^chrome-error:/);
      expect(await frame?.locator('form').count()).toBe(0);
    } finally {
      await context.close();
      evil.close();
      evil.closeAllConnections();
    }
  }, 120_000);

  test('the Back button shows nothing after signing out', async () => {
    const { page, close } = await walk(browser, world.url, await world.as('admin'), 'security', {
      viewport: DESKTOP,
      locale: 'en-GB',
    });
    await page.goto(`${world.url}/account`);
    await page.click('form[action="/sign-out"] button');
    await page.waitForURL('**/sign-in');
    await page.goBack({ waitUntil: 'commit' });
    await page.waitForSelector('form[action="/sign-in"]');
    expect(await page.locator('form[action="/account/password"]').count()).toBe(0);
    expect(await page.evaluate('sessionStorage.length + localStorage.length')).toBe(0);
    await close();
  }, 120_000);
});
