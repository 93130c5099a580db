import { givePin, takePin } from '../../../../app/desk/crisisPins.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { BookPage } from '../../page.ts';

const by = ({ user }: BookPage) => ({ actor: user.id, door: 'web' }) as const;
const shown = ({ organisation }: BookPage, address: string): string =>
  address.startsWith('+') ? formatNational(address, organisation.country) : address;

/** `POST /books/:book/writers/pin`: shown on this answer and never again; it stands in no cookie and no address. */
export async function givePinTo(page: BookPage): Promise<void> {
  const { book, number, organisation, t, deps } = page;
  const address = page.form.text('address');
  const given = await givePin(book, address, by(page), deps);
  if (!given.ok) return page.redirect(`/books/${book.address}/writers`, { key: 'crisis.pin.gone', tone: 'warn' });
  const e164 = formatNational(number.e164, organisation.country);
  page.res.setHeader('Cache-Control', 'no-store');
  page.render('crisis/pin', {
    title: t('crisis.pin.shown', { address: shown(page, address), pin: given.pin }),
    text: t('crisis.pin.shown.text', { number: e164, pin: given.pin }),
    backHref: `/books/${book.address}/writers`,
  });
}

/** `POST /books/:book/writers/pin/remove` */
export async function takePinFrom(page: BookPage): Promise<void> {
  const address = page.form.text('address');
  const outcome = await takePin(page.book, address, by(page), page.deps);
  const back = `/books/${page.book.address}/writers`;
  if (outcome === 'gone') return page.redirect(back, { key: 'crisis.pin.gone', tone: 'warn' });
  page.redirect(back, { key: 'crisis.pin.taken', params: { address: shown(page, address) } });
}
