import { leaveByLink, lookAtLeaveToken, readLeaveToken, returnByLink } from '../../../../app/leaveLink.ts';
import type { Book } from '../../../../core/book.ts';
import { formOf } from '../../form.ts';
import type { AnyPage } from '../../page.ts';
import { organisationName, say, sayBusy, sayJoined, sayUnknown, speak } from './linkPage.ts';

/**
 * `/leave/:token`: leaving without signing in, and coming back by the same link (T-4, S3-15). The token proves itself, so a
 * wrong one costs no look into the database and needs no brake: a mail service presses many people's links from one address.
 */
export async function showLeave(page: AnyPage): Promise<void> {
  const found = await lookAtLeaveToken(page.param('token'), page.deps);
  if (!found) return sayNobody(page, 404);
  const { book, member } = found;
  const spoken = speak(page, book.locale);
  const names = { book: book.name, organisation: await organisationName(page, book) };
  if (member.status === 'unsubscribed') return sayLeft(spoken, book, true);
  say(spoken, {
    title: spoken.t('mail.leave.title', names),
    texts: [spoken.t('mail.leave.text', names), spoken.t('mail.leave.back')],
    act: { actText: spoken.t('mail.leave.do', names), actDo: 'leave', actTone: 'stop' },
  });
}

/**
 * Whatever is posted leaves, unless it is the button for coming back: `List-Unsubscribe=One-Click` comes from a mail
 * service, as a form of either kind, without cookies and without Origin (RFC 8058 3.1 and 3.2).
 */
export async function leave(page: AnyPage): Promise<void> {
  const token = page.param('token');
  const wantsBack = wishOf(page) === 'return';
  const result = await (wantsBack ? returnByLink : leaveByLink)(token, page.now, page.deps);
  if (!result.ok) return result.why === 'busy' ? sayBusy(page) : sayNobody(page, 200);
  const { book, outcome } = result;
  const spoken = speak(page, book.locale);
  if (outcome === 'left') return sayLeft(spoken, book, false);
  if (outcome !== 'asked') return sayJoined(spoken, outcome, book, await organisationName(page, book));
  // B-48: information to staff is asked about once more.
  const names = { book: book.name };
  say(spoken, {
    title: spoken.t('mail.leave.asked', names),
    texts: [spoken.t('mail.leave.asked.text', names)],
    act: { actText: spoken.t('mail.leave.asked.do', names), actDo: 'leave', actTone: 'stop' },
  });
}

function sayLeft(page: AnyPage, book: Book, already: boolean): void {
  const names = { book: book.name };
  say(page, {
    title: page.t(already ? 'mail.left.already' : 'mail.left', names),
    texts: [page.t('mail.left.text', names)],
    act: { actText: page.t('mail.return.do', names), actDo: 'return', actTone: 'quiet' },
  });
}

/** A link of ours whose member is gone has nothing left to leave, which is what its reader wants to hear. */
function sayNobody(page: AnyPage, status: number): void {
  if (readLeaveToken(page.param('token'), page.deps.keyed) === null) return sayUnknown(page);
  say(page, { title: page.t('mail.leave.gone'), texts: [page.t('mail.leave.gone.text')], status });
}

/** Of a small form only its button matters; a one-click body in multipart form holds no `do`. */
const wishOf = ({ req }: AnyPage): string =>
  formOf(Object.fromEntries(new URLSearchParams(typeof req.body === 'string' ? req.body : ''))).text('do');
