import { changePassword, changeSelf, type OwnRefusal } from '../../../../app/account/own.ts';
import { dropSession } from '../../../../app/account/sessions.ts';
import { isLocale, type PageKey } from '../../../../i18n/pages/index.ts';
import { moment } from '../../format.ts';
import type { UserPage } from '../../page.ts';
import { passwordKey } from './links.ts';
import { passkeysModel } from './passkeyList.ts';
import { waitOf } from './signIn.ts';

/** Where a refusal belongs on the page. */
export type Problem = { current?: string; password?: string; code?: string; passkey?: string };

export function problemOf(page: UserPage, refusal: OwnRefusal): Problem {
  if (refusal.why === 'wait') return { current: page.t('account.signIn.wait', { time: waitOf(page, refusal.ms) }) };
  if (refusal.why === 'password') return { current: page.t('account.current.wrong') };
  if (refusal.why === 'signIn') return { current: page.t('account.sso.fresh') };
  if (refusal.why === 'code') return { code: page.t('account.second.code.wrong') };
  if (refusal.why === 'changed') return { current: page.t('form.changed') };
  return { password: page.t(passwordKey(refusal.why)) };
}

export async function account(page: UserPage, problem: Problem = {}): Promise<void> {
  const { user, session, organisation, now, locale } = page;
  const [sessions, passkeys] = await Promise.all([
    page.deps.store.reads.sessionsOf(user.id),
    passkeysModel(page, problem.passkey ?? null),
  ]);
  const locales = ['', 'sv', 'en', 'es', 'de'].map((code) => ({
    value: code,
    text: code === '' ? page.t('account.language.auto') : LANGUAGE[code as keyof typeof LANGUAGE],
    chosen: (user.locale ?? '') === code,
  }));
  const failed = Object.keys(problem).length > 0;
  page.render(
    'account/account',
    {
      mail: user.mail,
      name: user.name,
      role: `account.role.${user.role}` satisfies PageKey,
      locales,
      isDemanded: page.secondStepDemanded,
      hasCode: user.totp !== null,
      recoveryLeft: user.recovery.length,
      currentProblem: problem.current ?? null,
      passwordProblem: problem.password ?? null,
      stopProblem: problem.code ?? null,
      ...passkeys,
      sessions: sessions.map((each) => ({
        agent: each.agent,
        own: each.id === session.id,
        seen: moment(locale, organisation.timezone, each.seenAt, now).momentText,
        // Never the digest whole: the page has no need of it, and its beginning names the row.
        sessionPath: `/account/sessions/${each.id.slice(0, 16)}/end`,
      })),
    },
    failed ? 422 : 200,
  );
}
const LANGUAGE = { sv: 'Svenska', en: 'English', es: 'Español', de: 'Deutsch' };

export async function saveSelf(page: UserPage): Promise<void> {
  const locale = page.form.text('locale');
  const given = { name: page.form.line('name'), locale: isLocale(locale) ? locale : null };
  const { user, session } = page;
  const done = await changeSelf({ user, session }, given, page.deps);
  page.redirect('/account', done === 'done' ? { key: 'form.saved' } : { key: 'form.changed', tone: 'warn' });
}

export async function changeOwnPassword(page: UserPage): Promise<void> {
  const { user, session, req } = page;
  const given = { current: page.form.text('current').slice(0, 1_000), password: page.form.text('password') };
  const visitor = { address: req.ip ?? '', agent: req.headers['user-agent'] ?? '' };
  const result = await changePassword({ user, session }, given, visitor, page.deps);
  if (!result.ok) return account(page, problemOf(page, result));
  page.cookies.setSession(page.res, result.token);
  page.redirect('/account', { key: 'account.changed' });
}

export async function endSession(page: UserPage): Promise<void> {
  const named = page.param('session');
  const own = await page.deps.store.reads.sessionsOf(page.user.id);
  const found = own.find(({ id }) => named.length === 16 && id.startsWith(named));
  if (!found) return page.refuse(404);
  await page.deps.store.commit([dropSession(found.id)]);
  page.redirect('/account', { key: 'account.sessions.ended' });
}

export async function endOtherSessions(page: UserPage): Promise<void> {
  const others = (await page.deps.store.reads.sessionsOf(page.user.id)).filter(({ id }) => id !== page.session.id);
  await page.deps.store.commit(others.map(({ id }) => dropSession(id)));
  page.redirect('/account', { key: 'account.sessions.ended' });
}
