import { existsSync } from 'node:fs';
import { describe, test } from '@jest/globals';
import { type Browser, chromium } from 'playwright-core';

const INSTALLED = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
];

/** The system's Chromium, else the one that an npm package brings; null = neither. */
async function executable(): Promise<string | null> {
  const named = [process.env.CHROMIUM_PATH ?? '', ...INSTALLED].find((path) => path !== '' && existsSync(path));
  if (named) return named;
  try {
    const packaged = '@sparticuz/chromium';
    return await (await import(packaged)).default.executablePath();
  } catch {
    return null;
  }
}

const path = await executable();

/** A headless Chromium that only knows this machine. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: path ?? '', args: FLAGS, timeout: 60_000 });

/** A `describe` that needs a browser: without one CI fails loudly, and another machine says that it skipped. */
export function describeBrowser(name: string, body: () => void): void {
  if (path) {
    describe(name, body);
    return;
  }
  if (process.env.CI) {
    test(`${name}: a browser is there`, () => {
      throw new Error('no Chromium: apt-get install chromium, or set CHROMIUM_PATH');
    });
    return;
  }
  describe.skip(`${name}: skipped, no Chromium on this machine (apt-get install chromium)`, body);
}
