import { dropSession } from '../../../../app/account/sessions.ts';
import { proveCode, type SignInResult, signIn, type Visitor } from '../../../../app/account/signIn.ts';
import { signOnFor } from '../../../../app/account/signOn.ts';
import { isLocale } from '../../../../i18n/pages/index.ts';
import { ownPath } from '../../format.ts';
import type { AnyPage, UserPage } from '../../page.ts';

export const visitorOf = ({ req, visitor }: AnyPage): Visitor => ({
  address: req.ip ?? '',
  agent: req.headers['user-agent'] ?? '',
  before: visitor?.session ?? null,
});

/** "en minut", "14 minuter". */
export const waitOf = (page: AnyPage, ms: number): string => {
  const count = Math.max(1, Math.ceil(ms / 60_000));
  return count === 1 ? page.t('account.minute') : page.t('account.minutes', { count });
};

export async function signInForm(page: AnyPage, problem: string | null, status = 200): Promise<void> {
  const back = ownPath(page.req.method === 'POST' ? page.form.text('back') : page.query.text('back'));
  const mail = page.form.line('mail');
  const organisations = await page.deps.store.reads.organisations();
  const ssoHref = `/sign-in/sso${back === '/' ? '' : `?back=${encodeURIComponent(back)}`}`;
  const ssoOn = organisations.some(({ signOn }) => signOn !== null);
  page.render('account/signIn', { back, mail, problem, ssoOn, ssoHref }, status);
}

/**
 * Whether the address is one of an organisation whose people come by its own accounts only is told by the domain, and
 * so is the same for those who are users and those who are not.
 */
async function wrongWords(page: AnyPage, mail: string): Promise<string> {
  const organisation = await signOnFor(mail, page.deps);
  return page.t(organisation?.signOn.only ? 'account.sso.only' : 'account.signIn.wrong');
}

export async function showSignIn(page: AnyPage): Promise<void> {
  if (page.visitor && page.visitor.session.stage !== 'password') return page.redirect(ownPath(page.query.text('back')));
  return signInForm(page, null);
}

/**
 * The one answer for everything that is wrong; 429 with Retry-After while the brake is on. The log gets a keyed mark of
 * the account and of the address, by which a row of attempts can be told from single ones, and neither of the two.
 */
function refused(
  page: AnyPage,
  result: Extract<SignInResult, { ok: false }>,
  { at, account, wrong }: { at: 'password' | 'code'; account: string; wrong: string },
): [string, number] {
  const { res, req, deps } = page;
  const mark = (what: string): string => deps.keyed.mac(`log ${what}`).slice(0, 10);
  const marks = { who: mark(account.trim().toLowerCase()), where: mark(req.ip ?? '') };
  deps.log.info({ requestId: res.locals.requestId, at, why: result.why, ...marks }, 'a sign-in was refused');
  if (result.why === 'wrong') return [wrong, 422];
  page.res.setHeader('Retry-After', Math.ceil(result.ms / 1000));
  return [page.t('account.signIn.wait', { time: waitOf(page, result.ms) }), 429];
}

export async function signInWithPassword(page: AnyPage): Promise<void> {
  const given = { mail: page.form.text('mail'), password: page.form.text('password').slice(0, 1_000) };
  const result = await signIn(given, visitorOf(page), page.deps);
  if (!result.ok)
    return signInForm(
      page,
      ...refused(page, result, { at: 'password', account: given.mail, wrong: await wrongWords(page, given.mail) }),
    );
  page.cookies.setSession(page.res, result.token);
  const back = ownPath(page.form.text('back'));
  if (result.session.stage !== 'password') return page.redirect(back);
  page.redirect(`/sign-in/code${back === '/' ? '' : `?back=${encodeURIComponent(back)}`}`);
}

export function showCode(page: UserPage): void {
  if (page.session.stage !== 'password') return page.redirect('/');
  page.render('account/code', { back: ownPath(page.query.text('back')), problem: null });
}

export async function signInWithCode(page: UserPage): Promise<void> {
  const back = ownPath(page.form.text('back'));
  const { user, session } = page;
  if (session.stage !== 'password') return page.redirect(back);
  const result = await proveCode({ user, session }, page.form.text('code').slice(0, 40), visitorOf(page), page.deps);
  if (!result.ok) {
    const [problem, status] = refused(page, result, {
      at: 'code',
      account: user.mail,
      wrong: page.t('account.code.wrong'),
    });
    return page.render('account/code', { back, problem }, status);
  }
  page.cookies.setSession(page.res, result.token);
  page.redirect(back);
}

export const forgot = (page: AnyPage): void => page.render('account/forgot', {});

export async function signOut(page: AnyPage): Promise<void> {
  if (page.visitor) await page.deps.store.commit([dropSession(page.visitor.session.id)]);
  page.cookies.dropSession(page.res);
  // Nothing of what was looked at stays in the browser (OWASP ASVS 5.0, 14.3.1).
  page.res.setHeader('Clear-Site-Data', '"cache", "storage"');
  page.redirect('/sign-in', { key: 'account.ended' });
}

/** Remembered in the browser, and for somebody who is signed in also with the account. */
export async function changeLanguage(page: AnyPage): Promise<void> {
  const locale = page.form.text('locale');
  if (isLocale(locale)) {
    page.cookies.setLocale(page.res, locale);
    const user = page.visitor?.user;
    if (user && user.locale !== null && user.locale !== locale)
      await page.deps.store.commit([{ change: 'users', where: { id: user.id }, set: { locale }, none: 'ignore' }]);
  }
  page.redirect(ownPath(page.form.text('back')));
}
