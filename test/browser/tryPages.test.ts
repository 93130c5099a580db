import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import writeExcelFile, { type SheetData } from 'write-excel-file/node';
import type { Plan } from '../../src/ports/store.ts';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { eventRow, inboundRow, memberRow } from '../kit/rows.ts';
import { KEYED } from '../kit/store.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { WAYS, walk } from '../kit/walk.ts';

const DAY = 86_400_000;
const phone = (no: number) => `+467017406${String(no).padStart(2, '0')}`;

/** A season of a book: people joined, wrote, asked and left. */
function season(now: number): Plan {
  const texts = [
    ['START', 'join', 'B-1'],
    ['När börjar matchen på lördag, och ska vi ha med egna bollar?', 'forwarded', 'B-27'],
    ['Start!', 'join', 'B-1'],
    ['Vi kan skjutsa fyra från Lund om någon behöver', 'forwarded', 'B-27'],
    ['STOPP', 'leave', 'B-11'],
    ['JA', 'answer', 'B-13'],
  ] as const;
  const steps: Plan[number][] = [];
  for (let no = 0; no < 18; no++) {
    const [text, kind, rule] = texts[no % texts.length] ?? texts[0];
    const sender = phone(10 + no);
    const at = now - (no + 1) * 4 * DAY;
    const joins = kind === 'join';
    steps.push(
      {
        add: 'members',
        row: memberRow({ id: `m${no}`, phone: sender, name: no % 3 ? `Anna ${no}` : '' }),
        exists: 'stale',
      },
      {
        add: 'consentEvents',
        row: eventRow({
          id: `e${no}`,
          at: joins ? at : at - DAY,
          event: 'joined',
          addressHash: KEYED.mac(`address ${sender}`),
        }),
        exists: 'stale',
      },
      {
        add: 'inbounds',
        row: inboundRow({ id: `i${no}`, providerId: `SM${no}`, sender, text, kind, rule, at }),
        exists: 'stale',
      },
    );
  }
  return steps;
}

describeBrowser('trying texts, changes and lists', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld();
    await world.add(...season(world.clock.now()));
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  // Both widths and languages, and without JavaScript: three are enough for what these pages do.
  test.each(WAYS.slice(0, 3))(
    'tried before it is so: %s',
    async (way, options) => {
      const { page, look, troubles, close } = await walk(browser, world.url, await world.as('admin'), way, options);
      const scripted = options.javaScriptEnabled !== false;
      await look('try', '/books/p12/try');
      await page.fill('#text', 'Träningen flyttas till 18.30, ta med västar och vattenflaska');
      await page.selectOption('#who', 'writer');
      // With JavaScript it shows while one types; without, the button does it.
      if (!scripted) await page.click('main form button');
      await page.waitForSelector('#outcome');
      await look('try writer');
      await page.fill('#text', 'Stopp tack!');
      await page.selectOption('#who', 'member');
      if (!scripted) await page.click('main form button');
      await page.waitForSelector('#tried :text("B-12")');
      await look('try leave');

      await page.goto(`${world.url}/books/p12/settings`);
      await page.check('#senders-members');
      await page.check('#approval-manual');
      await page.click('.form-end .button');
      await page.waitForSelector('input[name="seen"]', { state: 'attached' });
      await look('replay');
      await page.click('button[value="change"]');
      expect(await page.isChecked('#approval-manual')).toBe(true);
      expect((await world.store.reads.book('p12'))?.approval).toBe('automatic');

      const sheet = await writeExcelFile([
        ['Medlemslista 2026'],
        ['Namn', 'Mobil', 'Klass'],
        ['Åsa Öberg', 701740650, 'P12'],
        ['Bo Ek', 46701740651, 'P12'],
      ] as SheetData).toBuffer();
      await page.goto(`${world.url}/books/p12/members/import`);
      await page.setInputFiles('#file', { name: 'lista.xlsx', mimeType: 'application/octet-stream', buffer: sheet });
      await page.click('.form-end .button');
      await page.waitForSelector('#preview');
      await look('import xlsx');
      expect(troubles).toEqual([]);
      await close();
    },
    60_000,
  );
});
