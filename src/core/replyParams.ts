import type { Organisation } from './organisation.ts';
import { formatSms } from './phoneNumber.ts';
import type { ReplyText } from './replyText.ts';
import { countParts, toGsm7Letters } from './segments.ts';
import type { BookView } from './snapshot.ts';

/** Of ReplyParams: with these every automatic text stays in one part. */
const LONGEST_ORGANISATION = 30;
const LONGEST_CONTACT = 40;
const LONGEST_NAME = 19;

/** The longest beginning of a name of ours that fits in so many GSM-7 units. */
function cutToUnits(text: string, units: number): string {
  let fitting = toGsm7Letters(text).slice(0, units);
  while (countParts(fitting).units > units) fitting = fitting.slice(0, -1);
  return fitting.trim();
}

export const organisationName = ({ name }: Organisation): string => cutToUnits(name, LONGEST_ORGANISATION);

/** B-19. */
export function forHelp(organisation: Organisation, book: string): ReplyText {
  const params = { book, organisation: organisationName(organisation) };
  const contact = cutToUnits(organisation.contact, LONGEST_CONTACT);
  return contact === '' ? { key: 'helpNoContact', params } : { key: 'help', params: { ...params, contact } };
}

/** Whose phone it is, where a row says so; of two people on one phone the elder row (B-40). */
export const nameOf = (view: BookView): string =>
  view.members.find(({ name }) => name !== '')?.name ?? view.saidName ?? '';

/** The sender as functionaries see them: the name where a row has one, and always the number. */
export function senderLabel(view: BookView, sender: string): string {
  return personLabel(nameOf(view), sender);
}

export function personLabel(name: string, address: string): string {
  const label = address.includes('@') ? address : formatSms(address);
  // Code points, so that no letter is cut in two; a person's name is never respelt.
  const short = [
    ...name
      .slice(0, 4 * LONGEST_NAME)
      .replace(/\s+/g, ' ')
      .trim(),
  ]
    .slice(0, LONGEST_NAME)
    .join('');
  return short === '' ? label : `${short} ${label}`;
}
