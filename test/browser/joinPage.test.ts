import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { encode } from 'uqr';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { bookRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { WAYS, walk } from '../kit/walk.ts';

const LOCALE = { 0: 'sv', 1: 'de', 2: 'en', 3: 'es' } as const;
const CONSENT = {
  sv: 'Ja, Lunds IK får skicka meddelanden från Föräldrar P12 till mig. Jag kan lämna när jag vill genom att svara STOPP.',
  de: 'Ja, Lunds IK darf mir Nachrichten von Föräldrar P12 schicken. Ich kann mich jederzeit abmelden, indem ich mit STOP antworte.',
  en: 'Yes, Lunds IK may send me messages from Föräldrar P12. I can leave whenever I like by replying STOP.',
  es: 'Sí, Lunds IK puede enviarme mensajes de Föräldrar P12. Puedo darme de baja cuando quiera respondiendo BAJA.',
};
const START = 'sms:+46766861001?&body=START';

describeBrowser('the join page and the poster', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  beforeAll(async () => {
    [browser, world] = await Promise.all([openBrowser(), toolboxWorld()]);
    await world.add({
      change: 'organisations',
      where: { id: 'org1' },
      set: { contact: 'Maja Ek, 070-100 00 01' },
      none: 'stale',
    });
  }, 240_000);
  afterAll(async () => {
    await world?.close();
    await browser?.close();
  });
  const lastCode = async (): Promise<string> =>
    /\d{6}/.exec(
      String((await world.column("select text from deliveries where kind = 'code' order by id desc"))[0]),
    )?.[0] ?? '';

  test.each(WAYS.slice(0, 3).map(([way, options], index) => [way, options, LOCALE[index as 0], index] as const))(
    'joining by a code, and coming back: %s',
    async (way, options, locale, index) => {
      const { id, ...row } = bookRow({ locale, joinPage: { ask: 'either', consent: CONSENT[locale] } });
      await world.add({ change: 'books', where: { id }, set: row, none: 'stale' });
      const reader = await walk(browser, world.url, null, way, options);
      const { page } = reader;
      const heading = () => page.locator('h1').textContent();
      await reader.look('join page', '/join/p12');
      expect(await page.locator('html').getAttribute('lang')).toBe(locale);
      expect(await page.locator('#yes').isChecked()).toBe(false);
      await page.fill('#phone', '070-174 06 0');
      await page.click('form button');
      await reader.look('join problems');
      expect(await page.locator('[aria-invalid]').count()).toBe(3);
      await page.fill('#name', 'Anna Ek');
      await page.fill('#phone', `070-174 06 0${index}`);
      // By the keyboard, as somebody without a mouse.
      await page.focus('#yes');
      await page.keyboard.press('Space');
      await page.keyboard.press('Enter');
      await page.waitForSelector('#code');
      await reader.look('join code');
      expect(await page.locator('a.press').getAttribute('href')).toBe(START);
      const code = await lastCode();
      await page.fill('#code', code === '000000' ? '000001' : '000000');
      await page.click('form button');
      await reader.look('join wrong code');
      await page.fill('#code', `${code.slice(0, 3)} ${code.slice(3)}`);
      await page.click('form button');
      expect(await heading()).toContain('Föräldrar P12');
      await reader.look('join done');
      const [member] = await world.store.reads.membersByAddress('book1', [`+4670174060${index}`]);
      expect(member).toMatchObject({ status: 'active', name: 'Anna Ek' });
      await reader.look('join back', '/join/p12?back');
      await world.add({ change: 'books', where: { id }, set: { joinPage: null }, none: 'stale' });
      await reader.look('join closed', '/join/p12');
      expect(await page.content()).not.toContain('P12');
      // A wrong number and a wrong code are answered 422, which the console reports as an error of the page.
      expect(reader.troubles.filter((said) => !said.includes('422'))).toEqual([]);
      await reader.close();
    },
    90_000,
  );

  /** The squares of a QR code as they stand on the page. */
  const squares = async (page: Page): Promise<string> =>
    (await page.locator('.qr path').first().getAttribute('d')) ?? '';
  const drawn = (text: string): string =>
    encode(text, { border: 4 })
      .data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
      .join('');
  const pagesOf = (pdf: Buffer): number => (pdf.toString('latin1').match(/\/Type\s*\/Page\b(?!s)/g) ?? []).length;

  test('the poster and the cards: one sheet each, in four languages, with START in the code', async () => {
    const { id, ...row } = bookRow({ joinPage: { ask: 'phone', consent: CONSENT.sv } });
    await world.add({ change: 'books', where: { id }, set: row, none: 'stale' });
    const admin = await walk(browser, world.url, await world.as('viewer'), 'desktop', {
      viewport: { width: 1000, height: 1300 },
    });
    const { page } = admin;
    for (const locale of ['sv', 'en', 'es', 'de'] as const) {
      for (const size of ['a4', 'card'] as const) {
        await page.emulateMedia({ media: 'screen' });
        const path = `/books/p12/poster?size=${size}&lang=${locale}`;
        if (locale === 'sv') await admin.look(`poster ${size}`, path);
        else await page.goto(world.url + path);
        expect(await page.locator('article').first().getAttribute('lang')).toBe(locale);
        expect(await squares(page)).toBe(drawn(START));
        await page.emulateMedia({ media: 'print' });
        expect(pagesOf(await page.pdf({ preferCSSPageSize: true, printBackground: true }))).toBe(1);
        await page.locator('.sheet').screenshot({ path: `screenshots/poster-${size}-${locale}-print.png` });
        // Nothing is cut off at the edges of the paper or of a card.
        expect(
          await page.evaluate(
            "[...document.querySelectorAll('.sheet, .card')].filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1).length",
          ),
        ).toBe(0);
      }
    }
    await admin.close();
  }, 180_000);

  test('a long name, a keyword and a foreign number stay on the paper', async () => {
    const long = 'Samhällsbyggnadsförvaltningens krisgrupp i Västra Götaland!!';
    await world.add(
      { change: 'books', where: { id: 'book1' }, set: { name: long, keyword: 'FÖRÄLDRARP12' }, none: 'stale' },
      { change: 'numbers', where: { id: 'num1' }, set: { e164: '+4915123456789' }, none: 'stale' },
      {
        add: 'books',
        row: bookRow({ id: 'book2', address: 'p14', keyword: 'P14', main: false }),
        exists: 'stale',
      },
    );
    const admin = await walk(browser, world.url, await world.as('viewer'), 'long', {
      viewport: { width: 390, height: 844 },
    });
    const { page } = admin;
    for (const size of ['a4', 'card'] as const) {
      await page.emulateMedia({ media: 'screen' });
      await admin.look(`poster ${size}`, `/books/p12/poster?size=${size}`);
      expect(await squares(page)).toBe(drawn('sms:+4915123456789?&body=START%20F%C3%96R%C3%84LDRARP12'));
      await page.emulateMedia({ media: 'print' });
      expect(pagesOf(await page.pdf({ preferCSSPageSize: true, printBackground: true }))).toBe(1);
      await page.locator('.sheet').screenshot({ path: `screenshots/poster-${size}-long-print.png` });
      expect(
        await page.evaluate(
          "[...document.querySelectorAll('.sheet, .card')].filter((e) => e.scrollHeight > e.clientHeight + 1 || e.scrollWidth > e.clientWidth + 1).length",
        ),
      ).toBe(0);
    }
    await admin.close();
  }, 180_000);
});
