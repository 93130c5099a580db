import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Client } from './toolbox.ts';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const SHOTS = fileURLToPath(new URL('../../screenshots/', import.meta.url));

export const DESKTOP = { width: 1280, height: 800 };
export const HANDSET = { width: 390, height: 844 };

/** The ways in which every page is walked: both widths, both themes, two languages, with and without JavaScript. */
export const WAYS: readonly [string, BrowserContextOptions][] = [
  ['handset', { viewport: HANDSET, locale: 'sv-SE', colorScheme: 'light' }],
  ['desktop', { viewport: DESKTOP, locale: 'de-DE', colorScheme: 'dark' }],
  ['handset without JavaScript', { viewport: HANDSET, locale: 'en-GB', javaScriptEnabled: false }],
  ['desktop without JavaScript', { viewport: DESKTOP, locale: 'es-ES', javaScriptEnabled: false }],
];

export type Walk = {
  page: Page;
  context: BrowserContext;
  /** Goes to a path, or looks at the page as it is, and checks it; the picture goes to `screenshots/`. */
  look(name: string, path?: string): Promise<void>;
  /** Console errors and the like so far; empty is good. */
  troubles: string[];
  close(): Promise<void>;
};

/** A browser of somebody who is signed in (or of a stranger), ready to walk through pages. */
export async function walk(
  browser: Browser,
  url: string,
  who: Client | null,
  way: string,
  options: BrowserContextOptions,
): Promise<Walk> {
  const context = await browser.newContext(options);
  const token = who?.cookies.get('session');
  if (token) await context.addCookies([{ name: 'session', value: token, url, httpOnly: true, sameSite: 'Lax' }]);
  const page = await context.newPage();
  const troubles: string[] = [];
  page.on('console', (message) => {
    // A newer request takes the place of one that is on its way: htmx tells of it as of an error.
    if (/^htmx:(afterRequest|sendAbort)\b/.test(message.text())) return;
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  mkdirSync(SHOTS, { recursive: true });

  async function look(name: string, path?: string): Promise<void> {
    if (path !== undefined) {
      const answer = await page.goto(url + path);
      expect([path, answer?.status()]).toEqual([path, 200]);
    }
    await page.screenshot({ path: `${SHOTS}${name} ${way}.png`.replaceAll(' ', '-'), fullPage: true });
    expect([name, await page.locator('h1').count()]).toEqual([name, 1]);
    if (options.javaScriptEnabled === false) return;
    await page.evaluate(axe);
    const found = await page.evaluate(
      'axe.run(document).then((r) => r.violations.map((v) => v.id + ": " + v.nodes.slice(0, 3).map((n) => n.target + " " + (n.any[0] ? n.any[0].message : "")).join(" | ")))',
    );
    expect([name, found]).toEqual([name, []]);
    const wide = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    expect([name, wide]).toEqual([name, 0]);
  }
  return { page, context, look, troubles, close: () => context.close() };
}
