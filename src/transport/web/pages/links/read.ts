import { readToken } from '../../../../app/confirmMail.ts';
import { moment } from '../../format.ts';
import type { AnyPage } from '../../page.ts';
import { lookUp, speak } from './linkPage.ts';

/** `/read/:token` (M-6): the whole of a text that was too long for an SMS, for everybody who got it. */
export async function showWhole(asked: AnyPage): Promise<void> {
  const found = await lookUp(asked, () => readToken(asked.param('token'), asked.deps));
  if (!found) return;
  const { book, mail } = found;
  const page = speak(asked, book.locale);
  const organisation = await page.deps.store.reads.organisation(book.organisationId);
  page.res.setHeader('X-Robots-Tag', 'noindex, nofollow, noarchive');
  page.render('links/read', {
    title: mail.subject === '' ? page.t('mail.read.title', { book: book.name }) : mail.subject,
    from: page.t('mail.read.from', { book: book.name, organisation: organisation?.name ?? '' }),
    when: moment(page.locale, organisation?.timezone ?? 'Europe/Stockholm', mail.createdAt, page.now),
    text: mail.text,
  });
}
