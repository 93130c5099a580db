import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import type { Plan } from '../../src/ports/store.ts';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { broadcastRow, copyRow, eventRow, inboundRow, logRow, memberRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { DESKTOP, HANDSET, WAYS, walk } from '../kit/walk.ts';

const ANNA = '+46701740603';
const DAY = 86_400_000;

/** Half a year of a book: people came and went, wrote and answered. */
function half(now: number): Plan {
  const steps: Plan[number][] = [];
  const names = ['Anna Ek', 'Bo Åberg', 'Cilla Öhman', 'Dan Sjö', 'Eva Lind'];
  for (const [i, name] of names.entries())
    steps.push({
      add: 'members',
      exists: 'stale',
      row: memberRow({ id: `m${i}`, phone: `+4670174060${3 + i}`, name, status: i === 4 ? 'unsubscribed' : 'active' }),
    });
  for (let week = 0; week < 24; week++)
    for (let person = 0; person < ((week * 7) % 5) + 1; person++)
      steps.push({
        add: 'consentEvents',
        exists: 'stale',
        row: eventRow({
          id: `e${week}-${person}`,
          at: now - week * 7 * DAY - person,
          event: person % 3 === 2 ? 'left' : 'joined',
          addressHash: `h${week}-${person}`,
        }),
      });
  for (let month = 0; month < 4; month++) {
    const id = `bc${month}`;
    const createdAt = now - month * 30 * DAY - DAY;
    steps.push({
      add: 'broadcasts',
      exists: 'stale',
      row: broadcastRow({ id, status: 'sent', createdAt, dueAt: createdAt }),
    });
    for (let copy = 0; copy < 5 + month; copy++)
      steps.push({
        add: 'deliveries',
        exists: 'stale',
        row: copyRow({
          broadcastId: id,
          address: `+467017406${10 + copy}`,
          status: copy === 0 ? 'failed' : copy === 1 ? 'sent' : 'delivered',
        }),
      });
  }
  const inbounds: Partial<ReturnType<typeof inboundRow>>[] = [
    { text: 'När börjar matchen? Jag hittar inte lappen som ni delade ut i går.', kind: 'forwarded', rule: 'B-27' },
    { text: 'Reacted 👍 to “Matchen flyttas till 18.”', kind: 'reaction', rule: 'B-23', broadcastId: 'bc0' },
    {
      text: 'Gillade ”Matchen flyttas till 18.”',
      kind: 'reaction',
      rule: 'B-23',
      broadcastId: 'bc0',
      sender: '+46701740604',
    },
    { text: 'Jag kör bil och svarar när jag är framme.', kind: 'auto_reply', rule: 'B-24', sender: '+46701740699' },
    { text: 'STOPP', kind: 'leave', rule: 'B-11', sender: '+46701740607' },
    { text: 'START', kind: 'join', rule: 'B-1', sender: '+46701740605' },
  ];
  for (const [i, row] of inbounds.entries())
    steps.push({
      add: 'inbounds',
      exists: 'stale',
      row: inboundRow({ id: `in${i}`, sender: ANNA, at: now - (i + 1) * 3_700_000, ...row }),
    });
  for (const [i, details] of [
    { setting: 'header', before: '*P12*', after: '' },
    { setting: 'approval', before: 'automatic', after: 'manual' },
    { setting: 'tell_leave', before: true, after: false },
  ].entries())
    steps.push({
      add: 'logEntries',
      exists: 'stale',
      row: logRow({ id: `l${i}`, actor: 'cli', event: 'setting_changed', details, at: now - i * DAY - 5_000 }),
    });
  return steps;
}

describeBrowser("a book's keeper", () => {
  let browser: Browser;
  let world: ToolboxWorld;
  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld();
    await world.add(...half(world.clock.now()));
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  test.each(WAYS)(
    'every page of a book and its organisation: %s',
    async (way, options) => {
      const { look, troubles, close } = await walk(browser, world.url, await world.as('admin'), way, options);
      await look('book inbox', '/books/p12/inbox');
      await look('book answer', '/books/p12/inbox/in0');
      await look('book writers', '/books/p12/writers');
      await look('book functionaries', '/books/p12/functionaries');
      await look('book log', '/books/p12/log');
      await look('book statistics', '/books/p12/statistics');
      await look('book replies', '/books/p12/replies');
      await look('book access', '/books/p12/access');
      await look('book settings', '/books/p12/settings');
      await look('book new', '/books/new');
      await look('organisation', '/organisation');
      await look('organisation users', '/organisation/users');
      await look('organisation log', '/organisation/log');
      expect(troubles).toEqual([]);
      await close();
      const operator = await walk(browser, world.url, await world.as('operator'), way, options);
      await operator.look('installation', '/installation');
      await operator.close();
    },
    120_000,
  );

  test.each([
    ['sv-SE, with JavaScript', { viewport: HANDSET, locale: 'sv-SE' }, 'Inställningarna är sparade.'],
    [
      'es-ES, without JavaScript',
      { viewport: DESKTOP, locale: 'es-ES', javaScriptEnabled: false },
      'Los ajustes están guardados.',
    ],
  ] as const)(
    'a setting is refused, then saved; a writer is added; somebody is answered: %s',
    async (way, options, saved) => {
      const { page, look, close } = await walk(browser, world.url, await world.as('admin'), way, options);
      await page.goto(`${world.url}/books/p12/settings`);
      await page.locator('#part_limit').fill('40');
      await page.locator('main form .button').click();
      await page.locator('#part_limit-error').waitFor();
      expect(await page.locator('#part_limit').inputValue()).toBe('40');
      await page.locator('#part_limit').fill(options.locale === 'sv-SE' ? '4' : '5');
      await page.locator('main form .button').click();
      await page.getByText(saved).waitFor();

      await page.goto(`${world.url}/books/p12/writers`);
      await page.locator('#address').fill('hemligt');
      await page.locator('main form .button').click();
      await page.locator('#address-error').waitFor();
      await look('book writers refused');
      await page.locator('#address').fill('+46701740604');
      await page.locator('main form .button').click();
      await page.getByText('Bo Åberg').waitFor();
      await page.locator('main .list form button').last().click();
      await page.locator('.notice-good').waitFor();

      await page.goto(`${world.url}/books/p12/inbox`);
      await page.locator('#in-in0 a').click();
      await page.locator('#text').fill('Klockan 18 på konstgräset.');
      if (!('javaScriptEnabled' in options)) await page.getByText('Delar: 1 av högst').waitFor();
      await page.locator('main form .button').click();
      await page.locator('#in-in0 .bubble-out').first().waitFor();
      await look('book inbox answered');
      await close();
    },
    60_000,
  );

  test('the log and the inbox renew themselves', async () => {
    const { page, close } = await walk(browser, world.url, await world.as('admin'), 'live', {
      viewport: HANDSET,
      locale: 'sv-SE',
    });
    await page.goto(`${world.url}/books/p12/log`);
    await world.add({
      add: 'inbounds',
      exists: 'stale',
      row: inboundRow({ id: 'late', text: 'Ett alldeles nytt sms', kind: 'forwarded', at: world.clock.now() }),
    });
    await page.getByText('Ett alldeles nytt sms').waitFor({ timeout: 15_000 });
    await close();
  }, 120_000);
});
