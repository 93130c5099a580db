import { formatNational } from '../../../../core/phoneNumber.ts';
import { figure, moment, TONES } from '../../format.ts';
import { type BookPage, mailAddressOf, type UserPage } from '../../page.ts';
import { reportsFor } from '../sending/reports.ts';

/** The books that one reaches, with who is in them: the first question of the toolbox. */
export async function home(page: UserPage): Promise<void> {
  const { books, organisation, user, locale } = page;
  const { reads } = page.deps.store;
  const cards = await Promise.all(
    books.slice(0, 200).map(async (book) => {
      const [counts, [latest]] = await Promise.all([reads.memberCounts(book.id), reads.broadcasts(book.id, 1)]);
      return {
        name: book.name,
        href: `/books/${book.address}`,
        members: figure(locale, counts.active ?? 0),
        pending: counts.pending ? figure(locale, counts.pending) : null,
        left: figure(locale, counts.unsubscribed ?? 0),
        running: latest?.status === 'sending' ? `/books/${book.address}/broadcasts/${latest.id}` : null,
      };
    }),
  );
  const mayMake = user.role === 'admin' || user.role === 'operator';
  page.render('home/home', { cards, mayMake, organisationName: organisation.name });
}

export const more = (page: UserPage): void => page.render('home/more', {});

/** On a phone "Skriv" stands below every page: with one book there is nothing to ask. */
export function writeWhich(page: UserPage): void {
  const [only, ...others] = page.books;
  if (only && others.length === 0) return page.redirect(`/books/${only.address}/write`);
  page.render('home/write', {
    cards: page.books.map(({ name, address }) => ({ name, href: `/books/${address}/write` })),
  });
}

export async function overview(page: BookPage): Promise<void> {
  const { book, number, organisation, locale, now } = page;
  const { reads } = page.deps.store;
  const [counts, broadcasts] = await Promise.all([reads.memberCounts(book.id), reads.broadcasts(book.id, 5)]);
  const active = counts.active ?? 0;
  const pending = counts.pending ?? 0;
  const phone = formatNational(number.e164, organisation.country);
  const base = `/books/${book.address}`;
  page.render('home/overview', {
    bookName: book.name,
    base,
    active: figure(locale, active),
    waiting: figure(locale, pending),
    left: figure(locale, counts.unsubscribed ?? 0),
    paused: figure(locale, (counts.paused ?? 0) + (counts.asked ?? 0)),
    isEmpty: active === 0 && broadcasts.length === 0,
    pendingText:
      pending === 0
        ? null
        : pending === 1
          ? page.t('overview.pendingOne')
          : page.t('overview.pending', { count: figure(locale, pending) }),
    writeText:
      active > 0 ? page.t('overview.write', { count: figure(locale, active) }) : page.t('overview.writeNobody'),
    joinText:
      book.keyword && !book.main
        ? page.t('overview.number.keyword', { number: phone, keyword: book.keyword })
        : page.t('overview.number.text', { number: phone }),
    emptyText: page.t('overview.empty.text', { number: phone }),
    mailAddress: mailAddressOf(page),
    mailWaits: !page.deps.mailOut && (await reads.hasMailMembers(book.id)),
    mayEdit: page.may.edit,
    reports: await reportsFor(page, broadcasts),
    broadcasts: broadcasts.map((each) => ({
      href: `${base}/broadcasts/${each.id}`,
      text: each.text.length > 90 ? `${each.text.slice(0, 90)}…` : each.text,
      status: page.t(`status.${each.status}`),
      tone: TONES[each.status],
      when: moment(locale, organisation.timezone, each.dueAt, now),
    })),
  });
}
