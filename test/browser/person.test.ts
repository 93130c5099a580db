import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { consentEvent } from '../../src/app/plan.ts';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { broadcastRow, copyRow, deliveryRow, inboundRow, memberRow, stopRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { DESKTOP, HANDSET, walk } from '../kit/walk.ts';

const ANNA = '+46701740605';
const MAIL = 'anna.berg@example.se';
const MINUTE = 60_000;
const DAY = 86_400_000;

/** A parent rings the school at 06:40: "I never got the text about the bus." */
describeBrowser('one person in the toolbox', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  let eva: Client;
  const now = Date.now();
  beforeAll(async () => {
    browser = await openBrowser();
    world = await toolboxWorld();
    const { keyed, ids } = world.deps;
    const row = (table: string, data: unknown) => ({ add: table, row: data, exists: 'stale' }) as never;
    const consent = (
      event: 'joined' | 'left' | 'imported',
      rule: string,
      at: number,
      text: string,
      door: 'sms' | 'cli',
    ) => {
      const change = { do: 'consent', bookId: 'book1', event, rule, address: ANNA, name: 'Anna Berg', text } as const;
      const line = consentEvent(change, { now: at, ids, keyed, organisationId: 'org1', door, providerId: 'SM1' });
      return [row('consentEvents', line.event), row('consentPersons', line.person)];
    };
    const sent = (id: string, at: number, text: string, more = {}) =>
      row(
        'broadcasts',
        broadcastRow({ id, status: 'sent', text, dueAt: at, createdAt: at, finishedAt: at + MINUTE, ...more }),
      );
    const copy = (broadcastId: string, at: number, more = {}) =>
      row(
        'deliveries',
        copyRow({
          broadcastId,
          address: ANNA,
          memberId: 'anna',
          attempts: 1,
          createdAt: at,
          settledAt: at + 9_000,
          claimedAt: at,
          ...more,
        }),
      );
    await world.add(
      row(
        'members',
        memberRow({
          id: 'anna',
          phone: ANNA,
          mail: MAIL,
          name: 'Anna Berg',
          labels: ['Lag 1'],
          since: now - 12 * DAY,
          createdAt: now - 200 * DAY,
        }),
      ),
      row(
        'members',
        memberRow({
          id: 'bo',
          phone: '+46701740606',
          name: 'Bo Ek',
          createdAt: now - 200 * DAY,
          since: now - 200 * DAY,
        }),
      ),
      ...consent('imported', 'import', now - 200 * DAY, 'lag.csv, rad 14', 'cli'),
      sent('b0', now - 100 * DAY, 'Läsåret börjar den 19 augusti. Välkomna.'),
      copy('b0', now - 100 * DAY, { status: 'delivered' }),
      row(
        'inbounds',
        inboundRow({ id: 'i1', sender: ANNA, text: 'STOPP, tack', kind: 'leave', rule: 'B-12', at: now - 20 * DAY }),
      ),
      ...consent('left', 'B-12', now - 20 * DAY, 'STOPP, tack', 'sms'),
      row(
        'deliveries',
        deliveryRow({
          kind: 'left',
          inboundId: 'i1',
          address: ANNA,
          text: 'Du har lämnat P12 och får inga fler sms. Svara START för att komma tillbaka.',
          status: 'delivered',
          createdAt: now - 20 * DAY,
          settledAt: now - 20 * DAY,
        }),
      ),
      sent('b1', now - 15 * DAY, 'Bussen till Malmö går 07.15 från torget. Ta med matsäck.', {
        createdAt: now - 16 * DAY,
      }),
      copy('b1', now - 15 * DAY, { address: '+46701740606', memberId: 'bo', status: 'delivered' }),
      row('inbounds', inboundRow({ id: 'i2', sender: ANNA, text: 'START', at: now - 12 * DAY })),
      ...consent('joined', 'B-1', now - 12 * DAY, 'START', 'sms'),
      row(
        'deliveries',
        deliveryRow({
          kind: 'joined',
          inboundId: 'i2',
          address: ANNA,
          text: 'Du är nu med i P12. Svara STOPP för att lämna.',
          status: 'delivered',
          createdAt: now - 12 * DAY,
          settledAt: now - 12 * DAY,
        }),
      ),
      row(
        'inbounds',
        inboundRow({
          id: 'i3',
          sender: ANNA,
          text: 'Hej! Jag fick aldrig sms:et om bussen 😕 Kan ni se varför?',
          kind: 'forwarded',
          rule: 'B-27',
          at: now - 3 * DAY,
        }),
      ),
      row(
        'deliveries',
        deliveryRow({
          inboundId: 'i3',
          address: ANNA,
          text: 'Ditt sms gick till de ansvariga för P12, inte till alla.',
          status: 'delivered',
          createdAt: now - 3 * DAY,
          settledAt: now - 3 * DAY,
        }),
      ),
      sent('b2', now - DAY, 'Kiosken på lördag behöver fyra till. Svara om du kan.'),
      copy('b2', now - DAY, { status: 'undelivered', reason: '30003', attempts: 3 }),
      copy('b2', now - DAY, { address: MAIL, status: 'accepted' }),
      row('stops', stopRow({ scope: 'provider', scopeId: 'num2', addressHash: 'x' })),
    );
    while ((await world.store.ledger.seal(100)) > 0);
    eva = await world.as('admin');
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await world?.close();
  });

  test.each([
    ['handset', { viewport: HANDSET, locale: 'sv-SE', colorScheme: 'light' }],
    ['desktop', { viewport: DESKTOP, locale: 'de-DE', colorScheme: 'dark' }],
  ] as const)(
    '%s',
    async (way, options) => {
      const { page, look, troubles, close } = await walk(browser, world.url, eva, way, options);
      await look('person', '/books/p12/members/anna');
      await look('person why not', '/books/p12/members/anna/broadcasts/b1');
      await look('person why partly', '/books/p12/members/anna/broadcasts/b2');
      await look('person broadcast', '/books/p12/broadcasts/b2');
      await page.click('#copies a[href*="/members/anna/broadcasts/b2"]');
      expect(await page.locator('h1').textContent()).toContain('Anna');
      await look('person erase', '/books/p12/members/anna/erase');
      await page.fill('#word', 'x');
      await page.click('form button.button-stop');
      await look('person erase again');
      expect(await page.locator('#word').getAttribute('aria-invalid')).toBe('true');
      expect(troubles.filter((one) => !one.includes('422'))).toEqual([]);
      await close();
    },
    60_000,
  );
});
