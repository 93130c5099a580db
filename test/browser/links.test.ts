import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { makeLeaveToken } from '../../src/app/leaveLink.ts';
import type { Token } from '../../src/core/mail.ts';
import { mailLine } from '../../src/core/mail.ts';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { broadcastRow, inboundRow, mailRow, memberRow, stopRow, tokenRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { WAYS, walk } from '../kit/walk.ts';

const LOCALE = { 0: 'sv', 1: 'de', 2: 'en', 3: 'es' } as const;
const TITLES = {
  sv: ['Dina val i', 'Du har lämnat', 'Du är med i'],
  de: ['Deine Auswahl für', 'Du hast', 'Du bist bei'],
  en: ['Your choices in', 'You have left', 'You are on the list'],
  es: ['Tus opciones en', 'Te has dado de baja', 'Estás en'],
};

describeBrowser('public pages behind a link, and what the toolbox says about mail', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  beforeAll(async () => {
    browser = await openBrowser();
  }, 240_000);
  afterEach(() => world?.close());
  afterAll(() => browser?.close());

  /** A world whose book speaks this language, with a mail that waits and somebody whose mail came back. */
  async function worldOf(locale: keyof typeof TITLES): Promise<void> {
    world = await toolboxWorld({ mailOut: false });
    const now = world.clock.now();
    const mail = mailRow({
      ...{ id: 'mail1', inboundId: 'i1', subject: 'Samling lördag', createdAt: now },
      text: 'Hej alla.\n\nVi ses 9.30 vid idrottsplatsen.\n\nMaja',
    });
    const unproven = { ...mail.proof, proven: false, reasons: ['dmarc_fail', 'spf_other', 'dkim_none'] };
    const anna = 'anna@example.se';
    await world.add(
      { change: 'books', where: { id: 'book1' }, set: { locale }, none: 'stale' },
      {
        add: 'writers',
        row: { bookId: 'book1', address: 'tranare@example.se', alwaysConfirm: true },
        exists: 'stale',
      },
      { add: 'writers', row: { bookId: 'book1', address: 'maja@example.se', alwaysConfirm: false }, exists: 'stale' },
      {
        add: 'members',
        row: memberRow({ id: 'm1', phone: '+46701740603', mail: anna, name: 'Anna' }),
        exists: 'stale',
      },
      { add: 'members', row: memberRow({ id: 'm2', phone: '+46701740604', name: 'Bo' }), exists: 'stale' },
      {
        add: 'stops',
        row: stopRow({
          ...{ scope: 'provider', scopeId: mailLine('org1'), address: anna, how: 'mail bounce' },
          addressHash: world.deps.keyed.addressHash(anna),
        }),
        exists: 'stale',
      },
      {
        add: 'inbounds',
        row: inboundRow({
          ...{ id: 'i1', door: 'mail', sender: 'fraga@example.org', kind: 'forwarded', rule: 'M-3', at: now },
          text: 'Får syskon följa med?',
        }),
        exists: 'stale',
      },
      { add: 'mails', row: { ...mail, proof: unproven }, exists: 'stale' },
      {
        add: 'broadcasts',
        row: broadcastRow({
          ...{ id: 'bc1', door: 'mail', writer: 'maja@example.se', status: 'held', mailId: 'mail1', parts: 1 },
          ...{ text: 'Vi ses 9.30 vid idrottsplatsen.', header: '*P12*', footer: '', finishedAt: null },
          ...{ createdAt: now, dueAt: now, latestAt: now + 3_600_000, fanCursor: '' },
        }),
        exists: 'stale',
      },
      ...(['send', 'read', 'join'] as const).map((purpose) => tokenStep(purpose, now)),
    );
  }
  const tokenStep = (purpose: Token['purpose'], now: number) =>
    ({
      add: 'tokens',
      row: tokenRow({
        ...{ id: world.deps.keyed.digest(`secret-${purpose}`), purpose, createdAt: now, expiresAt: now + 3_600_000 },
        subjectId: purpose === 'read' ? 'mail1' : purpose === 'send' ? 'bc1' : '',
        address: purpose === 'send' ? 'maja@example.se' : 'ny@example.se',
      }),
      exists: 'stale',
    }) as const;

  test.each(WAYS.map(([way, options], index) => [way, options, LOCALE[index as 0]] as const))(
    'leaving and coming back, confirming, joining, reading: %s',
    async (way, options, locale) => {
      await worldOf(locale);
      const leave = `/leave/${makeLeaveToken('m1', world.deps.keyed)}`;
      const [ask, left, back] = TITLES[locale];
      const reader = await walk(browser, world.url, null, way, options);
      const heading = () => reader.page.locator('h1').textContent();
      await reader.look('link leave', leave);
      expect(await heading()).toContain(ask);
      expect(await reader.page.locator('html').getAttribute('lang')).toBe(locale);
      await reader.page.locator('button.stop').click();
      expect(await heading()).toContain(left);
      await reader.look('link left');
      // By the keyboard, as somebody without a mouse.
      await reader.page.keyboard.press('Tab');
      await reader.page.keyboard.press('Enter');
      await reader.page.locator('h1', { hasText: back ?? '' }).waitFor();
      await reader.look('link back');

      await reader.look('link confirm', '/confirm/secret-send');
      await reader.page.locator('form button').click();
      await reader.look('link confirmed');
      expect((await world.store.reads.broadcast('bc1'))?.status).toBe('sending');
      await reader.look('link join', '/mail-join/secret-join');
      await reader.page.locator('form button').click();
      await reader.look('link joined');
      await reader.look('link read', '/read/secret-read');
      expect(reader.troubles).toEqual([]);
      const gone = await reader.page.goto(`${world.url}/confirm/made-up`);
      expect(gone?.status()).toBe(404);
      await reader.look('link unknown');
      await reader.close();
    },
    90_000,
  );

  test.each(WAYS)(
    'mail in the toolbox: %s',
    async (way, options) => {
      await worldOf('sv');
      const admin = await walk(browser, world.url, await world.as('admin'), way, options);
      await admin.look('mail overview', '/books/p12');
      await admin.look('mail writers', '/books/p12/writers');
      await admin.look('mail settings', '/books/p12/settings');
      await admin.look('mail inbox', '/books/p12/inbox');
      await admin.look('mail held', '/books/p12/broadcasts/bc1');
      await admin.look('mail paused', '/books/p12/members/m1');
      await admin.look('mail members', '/books/p12/members');
      await admin.look('organisation second step', '/organisation');
      await world.add({
        change: 'organisations',
        where: { id: 'org1' },
        set: { secondStep: 'everybody' },
        none: 'stale',
      });
      await admin.look('second step demanded', '/books/p12');
      expect(admin.troubles).toEqual([]);
      await admin.close();
    },
    90_000,
  );
});
