import { isMailAddress } from '../../../../core/mail.ts';
import type { Member } from '../../../../core/member.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { LogEntry } from '../../../../ports/store.ts';
import type { UserPage } from '../../page.ts';

/** Who is called what on this page: the member's name, else as much of the number as the reader may see. */
export type People = {
  /** `bookId` says in whose members the name is looked for. */
  sender(bookId: string | null, address: string): string;
  actor(entry: Pick<LogEntry, 'actor'>): string;
};

/** `numbers`: whether this reader sees numbers in full; others see the name or the last two digits. */
export async function peopleOf(
  page: UserPage,
  senders: readonly { bookId: string | null; address: string }[],
  numbers: boolean,
): Promise<People> {
  const { reads } = page.deps.store;
  const bookIds = [...new Set(senders.flatMap(({ bookId }) => (bookId === null ? [] : [bookId])))];
  const phones = [...new Set(senders.map(({ address }) => address).filter((address) => address.startsWith('+')))];
  const [named, users] = await Promise.all([reads.namesOf(bookIds, phones), reads.users(page.organisation.id)]);
  const names = new Map<string, string>();
  for (const { bookId, mail, name } of await membersByMail(page, senders))
    if (name !== '') names.set(`${bookId} ${mail}`, name);
  // Of two people on one phone the elder row (B-40).
  for (const { bookId, phone, name } of named)
    if (!names.has(`${bookId} ${phone}`)) names.set(`${bookId} ${phone}`, name);
  const mails = new Map(users.map(({ mail, name }) => [mail, name]));
  const ids = new Map(users.map(({ id, name, mail }) => [id, name || mail]));
  ids.set(page.user.id, page.user.name || page.user.mail);
  return {
    sender(bookId, address) {
      const name = names.get(`${bookId} ${address}`) ?? mails.get(address) ?? '';
      const shown = shownAddress(page, address, numbers);
      if (name === '') return shown;
      return numbers && address !== '' ? page.t('book.person.named', { name, address: shown }) : name;
    },
    actor({ actor }) {
      const known = ids.get(actor);
      if (known !== undefined) return known;
      if (actor === 'sms') return page.t('book.actor.sms');
      if (actor === 'mail') return page.t('book.actor.mail');
      if (actor === 'link') return page.t('book.actor.link');
      if (actor === 'cli') return page.t('book.actor.cli');
      if (actor === 'clock' || actor === 'worker') return page.t('book.actor.clock');
      return page.t('book.actor.gone');
    },
  };
}

function shownAddress(page: UserPage, address: string, numbers: boolean): string {
  if (address === '') return page.t('book.person.unknown');
  if (numbers) return address.startsWith('+') ? formatNational(address, page.organisation.country) : address;
  if (address.startsWith('+')) return page.t('book.person.ending', { digits: address.slice(-2) });
  return address.includes('@') ? page.t('book.person.mail') : address;
}

/** The members behind the mail addresses among these senders, book by book. */
async function membersByMail(
  { deps }: UserPage,
  senders: readonly { bookId: string | null; address: string }[],
): Promise<Pick<Member, 'bookId' | 'mail' | 'name'>[]> {
  const byBook = new Map<string, Set<string>>();
  for (const { bookId, address } of senders)
    if (bookId !== null && isMailAddress(address)) byBook.set(bookId, (byBook.get(bookId) ?? new Set()).add(address));
  const found = await Promise.all(
    [...byBook].map(([bookId, mails]) => deps.store.reads.membersByAddress(bookId, [...mails])),
  );
  return found.flat();
}
