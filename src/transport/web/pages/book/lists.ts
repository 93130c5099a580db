import { addToList, type BookList, removeFromList } from '../../../../app/desk/bookLists.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { BookPage } from '../../page.ts';

/** Writers and functionaries: two lists of addresses with one way of adding and taking away. */
export const showList = (list: BookList) => (page: BookPage) => render(page, list, '', '');

export const addAddress = (list: BookList) => async (page: BookPage) => {
  const typed = page.form.line('address');
  const by = { actor: page.user.id, door: 'web' } as const;
  const result = await addToList(page.book, list, typed, by, page.deps);
  if (!result.ok) return render(page, list, typed, page.t(`book.list.${result.why}`));
  const address = shown(page, result.address);
  page.redirect(`/books/${page.book.address}/${list}`, {
    key: result.outcome === 'already' ? 'book.list.already' : `book.${list}.added`,
    params: { address },
  });
};

export const removeAddress = (list: BookList) => async (page: BookPage) => {
  const by = { actor: page.user.id, door: 'web' } as const;
  const address = page.form.text('address');
  const result = await removeFromList(page.book, list, address, by, page.deps);
  page.redirect(`/books/${page.book.address}/${list}`, {
    key: result.ok && result.outcome === 'removed' ? `book.${list}.removed` : 'book.list.gone',
    params: { address: shown(page, address) },
  });
};

const shown = ({ organisation }: BookPage, address: string): string =>
  address.startsWith('+') ? formatNational(address, organisation.country) : address;

async function render(page: BookPage, list: BookList, typed: string, problem: string): Promise<void> {
  const { book, organisation, deps, t } = page;
  const { reads } = deps.store;
  const addresses = await reads[list](book.id);
  const [named, users] = await Promise.all([
    reads.namesOf(
      [book.id],
      addresses.filter((address) => address.startsWith('+')),
    ),
    reads.users(organisation.id),
  ]);
  const names = new Map([
    ...named.map(({ phone, name }) => [phone, name] as const),
    ...users.map(({ mail, name }) => [mail, name || t('book.list.user')] as const),
  ]);
  const base = `/books/${book.address}/${list}`;
  page.render(
    'book/list',
    {
      title: t(`book.${list}.title`),
      lead: t(`book.${list}.lead`),
      note: list === 'writers' && book.senders === 'members' ? t('book.writers.everybody') : '',
      rows: addresses.map((address) => ({
        address,
        shown: shown(page, address),
        name: names.get(address) ?? '',
        removeName: t('book.list.removeName', { address: shown(page, address) }),
      })),
      emptyTitle: t(`book.${list}.empty`),
      emptyText: t(`book.${list}.empty.text`),
      addText: t(`book.${list}.add`),
      addAction: base,
      removeAction: `${base}/remove`,
      typed,
      problem,
    },
    problem === '' ? 200 : 422,
  );
}
