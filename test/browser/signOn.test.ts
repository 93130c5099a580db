import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { hashPassword } from '../../src/app/account/credentials.ts';
import { describeBrowser, openBrowser } from '../kit/browser.ts';
import { type Oidc, startOidc } from '../kit/oidc.ts';
import { userRow } from '../kit/rows.ts';
import { client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';
import { DESKTOP, HANDSET, walk } from '../kit/walk.ts';

const PASSWORD = 'en grön cykel i snön';

describeBrowser('signing in without a password', () => {
  let browser: Browser;
  let world: ToolboxWorld;
  let oidc: Oidc;
  let here = '';
  beforeAll(async () => {
    [browser, world] = await Promise.all([openBrowser(), toolboxWorld({ here: true })]);
    here = world.deps.publicUrl;
    oidc = await startOidc(`${here}/sign-in/sso/callback`);
    oidc.people.set('maja', { email: 'maja@lundsik.example', email_verified: true, amr: ['pwd', 'mfa'] });
    oidc.people.set('okand', { email: 'okand@lundsik.example', email_verified: true });
    const passwordHash = await hashPassword(PASSWORD);
    await world.add(
      { add: 'users', row: userRow({ id: 'kim', name: 'Kim', passwordHash }), exists: 'stale' },
      { add: 'users', row: userRow({ id: 'maja', mail: 'maja@lundsik.example' }), exists: 'stale' },
      {
        change: 'organisations',
        where: { id: 'org1' },
        set: {
          signOn: {
            issuer: oidc.issuer,
            clientId: oidc.clientId,
            secret: world.deps.sealer.seal(oidc.secret),
            domains: ['lundsik.example'],
            only: true,
            inside: false,
          },
        },
        none: 'stale',
      },
    );
  }, 240_000);
  afterAll(async () => {
    await browser?.close();
    await oidc?.close();
    await world?.close();
  });

  /** A device with a finger on it, inside this browser. */
  async function device(page: Page): Promise<{ cdp: CDPSession; finger(there: boolean): Promise<unknown> }> {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send('WebAuthn.enable');
    const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    const finger = (isUserVerified: boolean) =>
      cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified });
    return { cdp, finger };
  }

  test('a passkey: added, signed in with, answered only once, removed', async () => {
    const { page, look, troubles, close } = await walk(browser, here, null, 'handset', {
      viewport: HANDSET,
      locale: 'sv-SE',
    });
    const { finger } = await device(page);
    await look('sign in with passkey', '/sign-in');
    await page.fill('#mail', 'kim@example.se');
    await page.fill('#password', PASSWORD);
    await page.click('button:text-is("Logga in")');
    await page.waitForURL(`${here}/`);

    await page.goto(`${here}/account`);
    await page.fill('#passkey-name', 'Min mobil');
    await page.fill('#passkey-current', 'fel lösenord här');
    await page.click('button:text-is("Lägg till en passkey")');
    await page.locator('[data-passkey] [role=alert]:has-text("Det var inte ditt lösenord.")').waitFor();
    await page.fill('#passkey-current', PASSWORD);
    await page.click('button:text-is("Lägg till en passkey")');
    await page.locator('[role=status]:has-text("Passkeyn Min mobil är tillagd.")').waitFor();
    await look('account with passkey');
    const [row] = await world.store.reads.passkeysOf('kim');
    expect(row).toMatchObject({ name: 'Min mobil', transports: ['internal'] });

    await page.click('button:text-is("Logga ut")');
    await page.waitForURL('**/sign-in');
    let sent: { url: string; body: string; cookie: string } | null = null;
    page.on('request', (request) => {
      if (request.method() === 'POST' && request.url().endsWith('/sign-in/passkey'))
        void request.allHeaders().then(({ cookie = '' }) => {
          sent = { url: request.url(), body: request.postData() ?? '', cookie };
        });
    });
    await finger(false);
    await page.click('button:text-is("Logga in med passkey")');
    await page.locator('[data-passkey] [role=alert]:has-text("Det avbröts.")').waitFor();
    await finger(true);
    await page.click('button:text-is("Logga in med passkey")');
    await page.waitForURL(`${here}/`);
    expect(await page.locator('h1').count()).toBe(1);
    expect((await world.store.reads.passkeysOf('kim'))[0]?.usedAt).not.toBeNull();

    // What the browser sent, by somebody who listened: the question is used up.
    const { url, body, cookie } = sent as unknown as { url: string; body: string; cookie: string };
    expect(body).toContain('credential=');
    const again = await fetch(url, {
      method: 'POST',
      body,
      redirect: 'manual',
      headers: { Cookie: cookie, 'Content-Type': 'application/x-www-form-urlencoded' },
    });
    expect(again.status).toBe(422);

    await page.goto(`${here}/account`);
    await page.click('summary[aria-label="Ta bort Min mobil"]');
    await look('removing a passkey');
    await page.fill('#passkeys details input[name=current]', PASSWORD);
    await page.click('button:text-is("Ta bort Min mobil")');
    await page.locator('[role=status]:has-text("Min mobil är borttagen här.")').waitFor();
    expect(await world.store.reads.passkeysOf('kim')).toEqual([]);
    expect(troubles.filter((line) => !line.includes('422'))).toEqual([]);
    await close();
  }, 180_000);

  test('the organisation’s account: there and back, and a kind page for who is not invited', async () => {
    const { page, look, troubles, close } = await walk(browser, here, null, 'desktop', {
      viewport: DESKTOP,
      locale: 'de-DE',
      colorScheme: 'dark',
    });
    await page.goto(`${here}/sign-in?back=/books/p12`);
    await page.fill('#mail', 'maja@lundsik.example');
    await page.fill('#password', 'irgendein Passwort');
    await page.click('button:text-is("Anmelden")');
    await page.locator('[role=alert]:has-text("nicht mit einem Passwort")').waitFor();
    await look('only by sign-on');
    const go = 'button:text-is("Über deine Organisation anmelden")';
    await page.click(go);
    await page.waitForURL(`${oidc.issuer}/**`);
    await page.click('button:text-is("maja")');
    await page.waitForURL(`${here}/books/p12`);

    await look('sign-on settings', '/organisation/sign-on');
    await page.click('button:text-is("Adresse prüfen")');
    await page.locator('[role=status]:has-text("antwortet und kann, was nötig ist")').waitFor();
    await page.click('button:text-is("Abmelden")');
    await page.waitForURL('**/sign-in');

    await page.goto(`${here}/sign-in/sso`);
    await look('sign-on begins');
    await page.context().clearCookies();
    await page.fill('#mail', 'okand@lundsik.example');
    await page.click('button:text-is("Weiter")');
    await page.waitForURL(`${oidc.issuer}/**`);
    await page.click('button:text-is("okand")');
    await page.waitForURL(`${here}/sign-in/sso/callback**`);
    expect(await page.locator('h1').innerText()).toBe('Du bist noch nicht eingeladen');
    await look('not invited');
    // Pages that say no, and the provider has no picture for the tab.
    expect(troubles.filter((line) => !/40[34]|422/.test(line))).toEqual([]);
    await close();
  }, 180_000);

  test('without JavaScript there is no passkey to press, and the way there is a page with a link', async () => {
    const { page, look, close } = await walk(browser, here, null, 'handset without JavaScript', {
      viewport: HANDSET,
      locale: 'en-GB',
      javaScriptEnabled: false,
    });
    await look('sign in', '/sign-in');
    expect(await page.locator('button:text-is("Sign in with a passkey")').isVisible()).toBe(false);
    const { text } = await client(world.url, null, null, '').post('/sign-in/sso', { mail: 'maja@lundsik.example' });
    await page.route('**/sign-in/sso', (route) => route.fulfill({ contentType: 'text/html', body: text }));
    await look('on the way', '/sign-in/sso');
    await close();
  }, 120_000);
});
