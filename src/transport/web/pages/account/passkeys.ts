import { mayAsk } from '../../../../app/account/challenges.ts';
import {
  addPasskey,
  askNewPasskey,
  askPasskey,
  passkeyMark,
  removePasskey,
  signInWithPasskey,
} from '../../../../app/account/passkeys.ts';
import { agentName } from '../../../../app/account/sessions.ts';
import { ownPath } from '../../format.ts';
import type { AnyPage, UserPage } from '../../page.ts';
import { account, problemOf } from './account.ts';
import { signInForm, visitorOf, waitOf } from './signIn.ts';

/** What the browser is to make, for the script (views/assets/passkey.js). */
export async function askForNew(page: UserPage): Promise<void> {
  const { user, session, req, res, form } = page;
  const result = await askNewPasskey({ user, session }, form.text('current').slice(0, 1_000), req.ip ?? '', page.deps);
  if (!result.ok) {
    const problem = result.why === 'many' ? page.t('account.passkey.many') : Object.values(problemOf(page, result))[0];
    return void res.status(422).json({ problem });
  }
  page.cookies.setAsked(res, 'passkey', result.token);
  res.json({ options: result.options });
}

export async function saveNew(page: UserPage): Promise<void> {
  const { user, session, req, res, form } = page;
  const given = {
    token: page.cookies.takeAsked(req, res, 'passkey'),
    credential: form.text('credential').slice(0, MOST_CREDENTIAL),
    name: form.line('name') || agentName(req.headers['user-agent'] ?? ''),
  };
  const result = await addPasskey({ user, session }, given, page.deps);
  if (!result.ok) return account(page, { passkey: page.t(`account.passkey.${result.why}`) });
  page.redirect('/account', { key: 'account.passkey.added', params: { name: given.name.slice(0, 60) } });
}

/** A passkey's answer has some hundred bytes; one that proves where it was made, some thousand. */
const MOST_CREDENTIAL = 20_000;

export async function removeOne(page: UserPage): Promise<void> {
  const { user, session, req, deps } = page;
  const own = await deps.store.reads.passkeysOf(user.id);
  const found = own.find((passkey) => passkeyMark(passkey) === page.param('passkey'));
  if (!found) return page.refuse(404);
  const password = page.form.text('current').slice(0, 1_000);
  const result = await removePasskey({ user, session }, found, password, req.ip ?? '', deps);
  if (!result.ok) return account(page, { passkey: problemOf(page, result).current ?? page.t('form.changed') });
  page.redirect('/account', { key: 'account.passkey.removed', params: { name: found.name } });
}

/** What the browser is asked on the sign-in page. Anybody may ask, but not for ever. */
export async function askForOne(page: AnyPage): Promise<void> {
  const { req, res, deps } = page;
  const ms = mayAsk(req.ip ?? '', deps);
  if (ms > 0) {
    res.setHeader('Retry-After', Math.ceil(ms / 1000));
    return void res.status(429).json({ problem: page.t('account.signIn.wait', { time: waitOf(page, ms) }) });
  }
  const { token, options } = await askPasskey(deps);
  page.cookies.setAsked(res, 'passkey', token);
  res.json({ options });
}

export async function signInByPasskey(page: AnyPage): Promise<void> {
  const { req, res, deps, form } = page;
  const given = {
    token: page.cookies.takeAsked(req, res, 'passkey'),
    credential: form.text('credential').slice(0, MOST_CREDENTIAL),
  };
  const result = await signInWithPasskey(given, visitorOf(page), deps);
  if (result.ok) {
    page.cookies.setSession(res, result.token);
    return page.redirect(ownPath(form.text('back')));
  }
  const where = deps.keyed.mac(`log ${req.ip ?? ''}`).slice(0, 10);
  const fields = { requestId: res.locals.requestId, at: 'passkey', why: result.why, where };
  if (result.why === 'cloned')
    deps.log.warn(fields, 'a passkey answered with a counter from before: there is a copy of it');
  else deps.log.info(fields, 'a sign-in was refused');
  if (result.why !== 'wait') return signInForm(page, page.t('account.passkey.wrong'), 422);
  res.setHeader('Retry-After', Math.ceil(result.ms / 1000));
  return signInForm(page, page.t('account.signIn.wait', { time: waitOf(page, result.ms) }), 429);
}
