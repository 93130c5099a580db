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

type Found = { path: string; args: readonly string[] };

/** The system's Chromium, else the one that an npm package brings, with what it needs to start; null = neither. */
async function executable(): Promise<Found | null> {
  const named = [process.env.CHROMIUM_PATH ?? '', ...INSTALLED].find((path) => path !== '' && existsSync(path));
  if (named) return { path: named, args: FLAGS };
  try {
    const { default: packaged } = await import('@sparticuz/chromium');
    return { path: await packaged.executablePath(), args: [...packaged.args, ...FLAGS] };
  } catch {
    return null;
  }
}

const found = await executable();

/** A headless Chromium that only knows this machine. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: found?.path ?? '', args: [...(found?.args ?? [])], timeout: 60_000 });

/** A `describe` that needs a browser: without one CI fails loudly, and another machine says that it skipped. */
export function describeBrowser(name: string, body: () => void): void {
  if (found) {
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
