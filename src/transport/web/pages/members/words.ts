import type { Stop } from '../../../../core/consent.ts';
import type { Member, MemberStatus } from '../../../../core/member.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { localDate } from '../../../../i18n/dates.ts';
import type { BookEvent } from '../../../../ports/memberReads.ts';
import type { BookPage } from '../../page.ts';

/** What is said the same way on every page about a book's people. */
export const baseOf = ({ book }: BookPage): string => `/books/${book.address}`;

export const numberText = (page: BookPage): string => formatNational(page.number.e164, page.organisation.country);

/** "070-174 06 05, anna@example.se" as it is written here. */
export function addressText({ organisation }: BookPage, { phone, mail }: Pick<Member, 'phone' | 'mail'>): string {
  const shown = phone === null ? null : formatNational(phone, organisation.country);
  return [shown, mail].filter((one) => one !== null).join(', ');
}

/** What they have chosen themselves, where it is not both (staff cannot change it); '' where there is nothing to say. */
export const viaText = ({ t }: BookPage, { phone, mail, via }: Pick<Member, 'phone' | 'mail' | 'via'>): string =>
  via === 'both' || phone === null || mail === null ? '' : t(`members.via.${via}`);

/** The name, else the number or mail address; never empty. */
export const whoText = (page: BookPage, member: Pick<Member, 'name' | 'phone' | 'mail'>): string =>
  member.name || addressText(page, member) || page.t('members.back.person');

export const dayText = ({ locale, organisation, now }: BookPage, at: number): string =>
  localDate(at, organisation.timezone, locale, now);

/** Red is kept for people who must not be texted; the word stands beside it. */
const TONES: Record<MemberStatus, string> = {
  active: 'is-good',
  pending: 'is-warn',
  asked: 'is-stop',
  unsubscribed: 'is-stop',
  refused: 'is-stop',
  banned: 'is-stop',
  paused: 'is-stop',
  unreachable: 'is-warn',
};
export const isStopped = (status: MemberStatus): boolean => TONES[status] === 'is-stop';

/** The badge beside a name; null for who is simply a member. */
export const badgeOf = (page: BookPage, { status }: Pick<Member, 'status'>) =>
  status === 'active' ? null : { badgeText: page.t(`member.${status}`), badgeTone: TONES[status] };

/** What brings somebody back to this very book (B-45). */
export const joinWord = ({ book }: BookPage): string =>
  book.keyword && !book.main ? `START ${book.keyword}` : 'START';

/**
 * "Anna har själv lämnat listan den 1 maj. Bara Anna kan komma tillbaka: be Anna texta START till …" (S3-14, S3-15).
 * `at`: when they left, ms; null where nobody knows.
 */
export function backText(page: BookPage, member: Pick<Member, 'name' | 'phone' | 'mail'>, at: number | null): string {
  const way = { word: joinWord(page), number: numberText(page) };
  if (member.phone === null && member.mail === null) return page.t('members.back.erased', way);
  const params = { ...way, who: member.name, date: at === null ? '' : dayText(page, at) };
  if (member.name === '')
    return page.t(at === null ? 'members.back.leftUndated.person' : 'members.back.left.person', params);
  return page.t(at === null ? 'members.back.leftUndated' : 'members.back.left', params);
}

export type HowLeft = { howText: string; howSaid: string };

/** How they left, in words, and what they wrote; from the ledger, else from the stop. */
export function howLeft(page: BookPage, event: BookEvent | undefined, stop: Stop | undefined): HowLeft | null {
  const { t } = page;
  if (event?.event === 'erased' || stop?.how === 'erased') return { howText: t('members.how.erased'), howSaid: '' };
  const door = event?.door ?? stop?.how.split(' ')[0];
  switch (door) {
    case 'sms':
      return { howText: t('members.how.sms'), howSaid: event?.text || 'STOPP' };
    case 'mail':
      return { howText: t('members.how.mail'), howSaid: event?.text ?? '' };
    case 'clock':
      return { howText: t('members.how.clock'), howSaid: '' };
    case 'provider':
      return { howText: t('members.how.provider'), howSaid: '' };
    case 'web':
      return { howText: t('members.how.web'), howSaid: '' };
    default:
      return null;
  }
}

/** The address under which this page comes again, with what is asked of it. */
export function hrefOf(path: string, query: Readonly<Record<string, string>>): string {
  const params = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== ''));
  const text = params.toString();
  return text === '' ? path : `${path}?${text}`;
}
