import { lookAtToken, useToken } from '../../../../app/confirmMail.ts';
import type { AnyPage } from '../../page.ts';
import { lookUp, organisationName, say, sayBusy, sayJoined, sayUnknown, speak } from './linkPage.ts';

const invited = (page: AnyPage) =>
  lookUp(page, async () => {
    const looked = await lookAtToken(page.param('token'), page.deps);
    return looked?.purpose === 'join' ? looked : null;
  });

/** `/mail-join/:token`: whoever reads the mail that the link came in has the address, and may join with it. */
export async function showJoin(asked: AnyPage): Promise<void> {
  const looked = await invited(asked);
  if (!looked) return;
  const { book, address, state } = looked;
  const page = speak(asked, book.locale);
  if (state !== 'open') return sayOver(page, state, `${book.address}+join@${page.deps.listDomain}`);
  const names = { book: book.name, organisation: await organisationName(page, book), address };
  say(page, {
    title: page.t('mail.join.title', names),
    texts: [page.t('mail.join.text', names)],
    act: { actText: page.t('mail.join.do', names), actDo: 'join', actTone: 'signal' },
    after: page.t('mail.join.not'),
  });
}

export async function join(asked: AnyPage): Promise<void> {
  const looked = await invited(asked);
  if (!looked) return;
  const { book } = looked;
  const page = speak(asked, book.locale);
  const result = await useToken(page.param('token'), page.deps);
  if (result.ok && result.outcome !== 'sent')
    return sayJoined(page, result.outcome, book, await organisationName(page, book));
  if (!result.ok && (result.why === 'used' || result.why === 'over'))
    return sayOver(page, result.why, `${book.address}+join@${page.deps.listDomain}`);
  return !result.ok && result.why === 'busy' ? sayBusy(page) : sayUnknown(page);
}

const sayOver = (page: AnyPage, state: 'used' | 'over', mail: string): void =>
  say(page, { title: page.t(`mail.join.${state}`), texts: [page.t(`mail.join.${state}.text`, { mail })], status: 410 });
