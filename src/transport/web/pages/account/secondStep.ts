import { newTotpSecret, totpAddress } from '../../../../app/account/credentials.ts';
import { startTotp, stopTotp } from '../../../../app/account/own.ts';
import type { UserPage } from '../../page.ts';
import { qrOf } from '../../qr.ts';
import { account, type Problem, problemOf } from './account.ts';

/** The secret travels in the page's form, sealed, until a code shows that the app has it; then it is kept. */
export async function secondStep(page: UserPage): Promise<void> {
  if (page.user.totp !== null) return page.redirect('/account');
  if (await hasOtherStep(page)) return page.render('account/passkeyFirst', {});
  form(page, newTotpSecret(), {});
}

/**
 * Somebody who has a passkey has a second step already: with the password alone one must not get to make another, for
 * whoever stole the password could then too.
 */
async function hasOtherStep({ deps, user, session, secondStepDemanded }: UserPage): Promise<boolean> {
  if (!secondStepDemanded || session.stage === 'strong') return false;
  return (await deps.store.reads.passkeysOf(user.id)).length > 0;
}

function form(page: UserPage, secret: string, problem: Problem): void {
  const { size, path } = qrOf(totpAddress(secret, page.user.mail), 2);
  page.render(
    'account/secondStep',
    {
      sealed: page.deps.sealer.seal(secret),
      key: secret.replace(/(.{4})(?=.)/g, '$1 '),
      size,
      path,
      isDemanded: page.secondStepDemanded,
      asksPassword: page.user.passwordHash !== null,
      codeProblem: problem.code ?? null,
      currentProblem: problem.current ?? null,
    },
    problem.code || problem.current ? 422 : 200,
  );
}

export async function startSecondStep(page: UserPage): Promise<void> {
  const secret = page.deps.sealer.open(page.form.text('sealed'));
  if (secret === null || page.user.totp !== null || (await hasOtherStep(page))) return page.redirect('/account');
  const { user, session, req, form: given } = page;
  const result = await startTotp(
    { user, session },
    { secret, code: given.text('code').slice(0, 40), password: given.text('current').slice(0, 1_000) },
    req.ip ?? '',
    page.deps,
  );
  if (!result.ok) return form(page, secret, problemOf(page, result));
  page.render('account/recovery', { codes: result.codes });
}

export async function stopSecondStep(page: UserPage): Promise<void> {
  const { user, session, req } = page;
  const result = await stopTotp({ user, session }, page.form.text('current').slice(0, 1_000), req.ip ?? '', page.deps);
  if (!result.ok) return account(page, { code: problemOf(page, result).current ?? page.t('form.changed') });
  page.redirect('/account', { key: 'account.second.stopped' });
}
