import { addToList, type BookList, removeFromList, setAlwaysConfirm } from '../../../../app/desk/bookLists.ts';
import { isMailAddress } from '../../../../core/mail.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { type BookPage, mailAddressOf } from '../../page.ts';

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

/** POST …/writers/confirm: whether each mail of a writer waits for its link (M-2). */
export async function confirmWriter(page: BookPage): Promise<void> {
  const by = { actor: page.user.id, door: 'web' } as const;
  const address = page.form.text('address');
  const confirm = page.form.text('confirm') === 'on';
  const result = await setAlwaysConfirm(page.book, address, confirm, by, page.deps);
  const done = confirm ? 'book.writers.confirm.on.done' : 'book.writers.confirm.off.done';
  page.redirect(`/books/${page.book.address}/writers`, {
    key: result === 'done' ? done : 'book.list.gone',
    params: { address: shown(page, address) },
  });
}

const shown = ({ organisation }: BookPage, address: string): string =>
  address.startsWith('+') ? formatNational(address, organisation.country) : address;

async function render(page: BookPage, list: BookList, typed: string, problem: string): Promise<void> {
  const { book, organisation, deps, t } = page;
  const { reads } = deps.store;
  const addresses = await reads[list](book.id);
  const [named, users, confirming, pinned] = await Promise.all([
    reads.namesOf(
      [book.id],
      addresses.filter((address) => address.startsWith('+')),
    ),
    reads.users(organisation.id),
    list === 'writers' ? reads.confirmingWriters(book.id) : [],
    list === 'writers' ? reads.crisisPinsIn(book.id) : [],
  ]);
  const confirms = new Set(confirming);
  const pins = new Set<string>(pinned);
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
      mailText: list === 'writers' ? t('book.writers.mail', { mail: mailAddressOf(page) }) : '',
      confirmAction: `${base}/confirm`,
      pinAction: `${base}/pin`,
      note: list === 'writers' && book.senders === 'members' ? t('book.writers.everybody') : '',
      rows: addresses.map((address) => ({
        address,
        shown: shown(page, address),
        name: names.get(address) ?? '',
        ...confirmOf(page, list, address, confirms.has(address)),
        ...pinOf(page, list, address, pins.has(address)),
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

/** A writer who mails: whether each mail waits for its link, and the button that changes it. */
function confirmOf(page: BookPage, list: BookList, address: string, confirms: boolean) {
  const asks = list === 'writers' && isMailAddress(address);
  const confirmText = page.t(confirms ? 'book.writers.confirm.off' : 'book.writers.confirm.on');
  return {
    confirms,
    confirmTo: asks ? (confirms ? 'off' : 'on') : '',
    confirmText,
    confirmName: page.t('book.writers.confirm.name', { what: confirmText, address: shown(page, address) }),
  };
}

/** A writer who texts: whether they may start a crisis by SMS, and the buttons that change it. */
function pinOf(page: BookPage, list: BookList, address: string, hasPin: boolean) {
  const asks = list === 'writers' && !isMailAddress(address);
  const giveText = page.t(hasPin ? 'crisis.pin.again' : 'crisis.pin.give');
  return {
    hasPin,
    giveText: asks ? giveText : '',
    giveName: page.t('crisis.pin.name', { what: giveText, address: shown(page, address) }),
    takeName: page.t('crisis.pin.name', { what: page.t('crisis.pin.take'), address: shown(page, address) }),
  };
}
