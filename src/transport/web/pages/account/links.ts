import { createFirstUser, type FirstProblem } from '../../../../app/account/firstUser.ts';
import { choosePassword, openLink } from '../../../../app/account/links.ts';
import type { PasswordProblem, User } from '../../../../core/account.ts';
import { onlyBySignOn } from '../../../../core/signOn.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import type { AnyPage } from '../../page.ts';

/** Pages behind a link that works once. GET shows, POST acts. */
export async function newPassword(page: AnyPage): Promise<void> {
  const opened = await openLink(page.param('token'), page.deps);
  if (!opened?.user) return gone(page, 'account.link.gone.text');
  if (await comesOtherwise(page, opened.user)) return;
  passwordForm(page, opened.link.purpose === 'reset', opened.user.mail, opened.user.name, null);
}

/** Somebody whose organisation lets its people in by its own accounts only needs no password; the link stays unused. */
async function comesOtherwise(page: AnyPage, user: User): Promise<boolean> {
  if (!onlyBySignOn(user, await page.deps.store.reads.organisation(user.organisationId))) return false;
  page.render('account/signOnEnd', { title: 'account.sso.instead', text: 'account.sso.instead.text' });
  return true;
}

function passwordForm(page: AnyPage, reset: boolean, mail: string, name: string, problem: PageKey | null): void {
  const model = {
    title: reset ? 'account.link.reset' : 'account.link.invite',
    mail,
    name,
    path: `/password/${page.param('token')}`,
    problem: problem && page.t(problem),
  };
  page.render('account/password', model, problem ? 422 : 200);
}

export async function chooseNewPassword(page: AnyPage): Promise<void> {
  const token = page.param('token');
  const opened = await openLink(token, page.deps);
  if (!opened?.user) return gone(page, 'account.link.gone.text');
  if (await comesOtherwise(page, opened.user)) return;
  const given = { password: page.form.text('password'), name: page.form.line('name'), address: page.req.ip ?? '' };
  const result = await choosePassword(token, given, page.deps);
  if (result.ok) return page.redirect('/sign-in', { key: 'account.link.done' });
  if (result.why === 'gone') return gone(page, 'account.link.gone.text');
  passwordForm(page, opened.link.purpose === 'reset', opened.user.mail, given.name, passwordKey(result.why));
}

export const passwordKey = (why: PasswordProblem): PageKey => `account.password.${why}`;

export async function firstUser(page: AnyPage): Promise<void> {
  if (!(await isOpen(page))) return gone(page, 'account.first.gone.text');
  await firstForm(page, null);
}

/** Also shut when somebody can sign in, whatever the link's age. */
async function isOpen(page: AnyPage): Promise<boolean> {
  const opened = await openLink(page.param('token'), page.deps);
  return opened?.link.purpose === 'first' && !(await page.deps.store.reads.hasUsers());
}

async function firstForm(page: AnyPage, why: Exclude<FirstProblem, 'gone'> | null): Promise<void> {
  const [present] = await page.deps.store.reads.organisations();
  const passwordWhy = why !== null && why !== 'mail' && why !== 'organisation' ? why : null;
  page.render(
    'account/first',
    {
      path: `/first/${page.param('token')}`,
      asksOrganisation: !present,
      organisation: page.form.line('organisation'),
      mail: page.form.line('mail'),
      name: page.form.line('name'),
      organisationProblem: why === 'organisation' ? page.t('account.first.organisation.missing') : null,
      mailProblem: why === 'mail' ? page.t('account.first.mail.wrong') : null,
      passwordProblem: passwordWhy && page.t(passwordKey(passwordWhy)),
    },
    why ? 422 : 200,
  );
}

export async function makeFirstUser(page: AnyPage): Promise<void> {
  const { form } = page;
  const given = {
    mail: form.text('mail'),
    name: form.line('name'),
    password: form.text('password'),
    organisation: form.line('organisation'),
    locale: page.locale,
  };
  const result = await createFirstUser(page.param('token'), given, page.deps);
  if (result.ok) return page.redirect('/sign-in', { key: 'account.first.done' });
  if (result.why === 'gone') return gone(page, 'account.first.gone.text');
  await firstForm(page, result.why);
}

const gone = (page: AnyPage, text: PageKey): void => page.render('account/gone', { text }, 410);
