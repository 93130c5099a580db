import { mayAsk } from '../../../../app/account/challenges.ts';
import { beginSignOn, endSignOn, type SignOnEnded } from '../../../../app/account/signOn.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import { ownPath } from '../../format.ts';
import type { AnyPage } from '../../page.ts';
import { visitorOf, waitOf } from './signIn.ts';

/** Asks for the mail address, which tells whose accounts they have. */
export function showSignOn(page: AnyPage): void {
  if (page.visitor && page.visitor.session.stage !== 'password') return page.redirect(ownPath(page.query.text('back')));
  form(page, null);
}

function form(page: AnyPage, problem: string | null, status = 200): void {
  const typed = page.req.method === 'POST' ? page.form : page.query;
  page.render('account/signOn', { back: ownPath(typed.text('back')), mail: typed.line('mail'), problem }, status);
}

/**
 * Sends the browser on with a page of ours that goes there by itself: a form of ours may lead nowhere but here (CSP
 * form-action), and what a form redirects to counts as where it leads.
 */
export async function startSignOn(page: AnyPage): Promise<void> {
  const { req, res, deps } = page;
  const ms = mayAsk(req.ip ?? '', deps);
  if (ms > 0) {
    res.setHeader('Retry-After', Math.ceil(ms / 1000));
    return form(page, page.t('account.signIn.wait', { time: waitOf(page, ms) }), 429);
  }
  const given = { mail: page.form.line('mail'), back: ownPath(page.form.text('back')) };
  const begun = await beginSignOn(given, deps);
  if (begun.ok) {
    page.cookies.setAsked(res, 'signOn', begun.token);
    res.setHeader('Refresh', `0; url=${begun.address}`);
    return page.render('account/signOnGoing', { host: new URL(begun.address).host, address: begun.address });
  }
  if (begun.why === 'none') return form(page, page.t('account.sso.none'), 422);
  tell(page, begun);
  page.render('account/signOnEnd', { title: 'account.sso.down', text: 'account.sso.down.text' }, 503);
}

/** What went wrong, for whoever runs it: without a person's name or address. */
function tell({ deps, res }: AnyPage, { why, organisation }: { why: string; organisation?: { id: string } }): void {
  const fields = { requestId: res.locals.requestId, at: 'sign_on', why, organisation: organisation?.id ?? null };
  deps.log.info(fields, 'a sign-in was refused');
}

/** The provider sends the browser back. It acts on a GET, as the standard has it; the cookie of this browser guards it. */
export async function finishSignOn(page: AnyPage): Promise<void> {
  const { req, res, deps } = page;
  const at = req.originalUrl.indexOf('?');
  const query = at < 0 ? '' : req.originalUrl.slice(at, at + 8_000);
  const token = page.cookies.takeAsked(req, res, 'signOn');
  const result = await endSignOn({ token, query }, visitorOf(page), deps);
  if (result.ok) {
    page.cookies.setSession(res, result.token);
    const back = ownPath(result.back);
    if (result.session.stage !== 'password') return page.redirect(back);
    return page.redirect(`/sign-in/code${back === '/' ? '' : `?back=${encodeURIComponent(back)}`}`);
  }
  tell(page, result);
  const [title, text, status] = wordsOf(result);
  page.render('account/signOnEnd', { title, text }, status);
}

function wordsOf({ why }: Extract<SignOnEnded, { ok: false }>): [title: PageKey, text: PageKey, status: number] {
  switch (why) {
    case 'unknown':
    case 'taken':
    case 'operator':
      return ['account.sso.unknown', 'account.sso.unknown.text', 403];
    case 'unverified':
      return ['account.sso.unknown', 'account.sso.unverified.text', 403];
    case 'denied':
      return ['account.sso.failed', 'account.sso.denied.text', 422];
    case 'stale':
    case 'answer':
    case 'changed':
      return ['account.sso.failed', 'account.sso.failed.text', 422];
    default:
      return ['account.sso.down', 'account.sso.down.text', 503];
  }
}
