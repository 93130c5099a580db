import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { makeLeaveToken } from '../../src/app/leaveLink.ts';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { memberRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { WAYS, walk } from '../kit/walk.ts';

/** A member's own page as its reader meets it: pause, text or mail, a name that is wrong, leaving at last. */
describeBrowser('a member’s own page', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  beforeAll(async () => {
    [browser, world] = await Promise.all([openBrowser(), toolboxWorld({ mailOut: true })]);
    await world.add(
      ...WAYS.slice(0, 3).map(
        (_, i) =>
          ({
            add: 'members',
            row: memberRow({ id: `m${i}`, phone: `+4670174060${i}`, mail: `anna${i}@example.se`, name: 'Ana Östlund' }),
            exists: 'stale',
          }) as const,
      ),
    );
  }, 240_000);
  afterAll(async () => {
    await world?.close();
    await browser?.close();
  });

  const LOCALE = ['sv', 'de', 'en'] as const;
  test.each(WAYS.slice(0, 3).map(([way, options], i) => [way, options, `m${i}`, LOCALE[i] ?? 'sv'] as const))(
    '%s',
    async (way, options, id, locale) => {
      await world.add({ change: 'books', where: { id: 'book1' }, set: { locale }, none: 'stale' });
      const member = () => world.store.reads.member(id);
      const reader = await walk(browser, world.url, null, way, options);
      const { page } = reader;
      const done = () => page.locator('.said').waitFor();
      await reader.look('own page', `/leave/${makeLeaveToken(id, world.deps.keyed)}`);
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);

      await page.locator('button[value=pause]').click();
      await done();
      await reader.look('own paused');
      expect(await member()).toMatchObject({ status: 'paused' });
      await page.locator('button[value=resume]').click();
      await done();
      expect(await member()).toMatchObject({ status: 'active', pausedUntil: null });

      await page.locator('input[name=via][value=mail]').check();
      await page.locator('button[value=via]').click();
      await done();
      expect(await member()).toMatchObject({ via: 'mail' });

      await page.locator('#name').fill('   ');
      await page.locator('button[value=name]').click();
      await page.locator('#name[aria-invalid]').waitFor();
      await reader.look('own problem');
      await page.locator('#name').fill('Anna Östlund');
      await page.locator('button[value=name]').click();
      await done();
      expect(await member()).toMatchObject({ name: 'Anna Östlund' });

      // Back in the history and pressed again: the same, once.
      await page.locator('button.stop').click();
      await page.locator('button[value=return]').waitFor();
      await reader.look('own left');
      expect(await member()).toMatchObject({ status: 'unsubscribed' });
      // A name that was refused is answered 422, which a browser notes.
      expect(reader.troubles.filter((each) => !each.includes('422'))).toEqual([]);
      await reader.close();
    },
    60_000,
  );
});
