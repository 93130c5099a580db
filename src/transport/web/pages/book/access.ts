import { setAccess } from '../../../../app/desk/access.ts';
import type { BookPage } from '../../page.ts';

/** Who of the organisation's users sees this book, and who of them may also send (T-8, S3-25, S3-26). */
export async function showAccess(page: BookPage): Promise<void> {
  const { book, organisation, deps, t, user: reader } = page;
  const { reads } = deps.store;
  const [users, given, writers] = await Promise.all([
    reads.users(organisation.id),
    reads.accessesTo(book.id),
    reads.writers(book.id),
  ]);
  const rows = users
    .filter(({ disabledAt }) => disabledAt === null)
    .map((user) => {
      const always = user.role === 'admin' || user.role === 'operator';
      const has = always || given.includes(user.id);
      return {
        userId: user.id,
        name: user.name || user.mail,
        mail: user.name === '' ? '' : user.mail,
        isSelf: user.id === reader.id,
        roleText: t(`book.role.${user.role}`),
        seesText: t(always ? 'book.access.always' : has ? 'book.access.sees' : 'book.access.not'),
        sendsText:
          user.role === 'viewer'
            ? t('book.access.viewer')
            : writers.includes(user.mail)
              ? t('book.access.writer')
              : t('book.access.noWriter'),
        mayChange: !always,
        has,
        next: has ? 'no' : 'yes',
        buttonText: t(has ? 'book.access.take' : 'book.access.give'),
        buttonName: t(has ? 'book.access.takeName' : 'book.access.giveName', { name: user.name || user.mail }),
      };
    });
  page.render('book/access', {
    action: `/books/${book.address}/access`,
    writersHref: `/books/${book.address}/writers`,
    rows,
  });
}

export async function changeAccess(page: BookPage): Promise<void> {
  const { form, book, deps, user } = page;
  const give = form.text('give') === 'yes';
  const result = await setAccess(book, form.text('user'), give, { actor: user.id, door: 'web' }, deps);
  if (!result.ok) return page.refuse(404);
  page.redirect(`/books/${book.address}/access`, { key: give ? 'book.access.given' : 'book.access.taken' });
}
