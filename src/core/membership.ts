import type { StopScope } from './consent.ts';
import type { Change, Rule } from './decision.ts';
import { isMailAddress, mailLine } from './mail.ts';
import type { Member } from './member.ts';

/** One person's addresses: leaving at one leaves with both (B-39). */
export const addressesOf = (
  members: readonly Pick<Member, 'phone' | 'mail'>[],
  also: readonly string[] = [],
): string[] => [
  ...new Set([...also, ...members.flatMap(({ phone, mail }) => [phone, mail])].filter((each) => each !== null)),
];

/** What a stop of scope `number` is about: the number that texts come from, or the organisation's mail line. */
export const lineOf = (
  address: string,
  { organisation, number }: { organisation: { id: string }; number: { id: string } },
): string => (isMailAddress(address) ? mailLine(organisation.id) : number.id);

/** The one address that a person has made known by writing from it. */
export const ownAddress = (address: string): { phone: string | null; mail: string | null } =>
  isMailAddress(address) ? { phone: null, mail: address } : { phone: address, mail: null };

/** What ends memberships in one book: the rows, the stops that lock them (S3-14), and copies not yet dialled (B-36). */
export function endMemberships(
  bookId: string,
  members: readonly Member[],
  addresses: readonly string[],
  how: { at: number; how: string },
): Change[] {
  return [
    ...members.map((member): Change => ({ do: 'set_member', member, status: 'unsubscribed', leftAt: how.at })),
    ...addresses.flatMap((address): Change[] => [
      { do: 'stop', scope: 'book', scopeId: bookId, address, how: how.how },
      { do: 'cancel_copies', bookId, address },
    ]),
  ];
}

export const liftStops = (scope: StopScope, scopeId: string, addresses: readonly string[]): Change[] =>
  addresses.map((address) => ({ do: 'lift_stop', scope, scopeId, address }));

/** For people: the door and the rule. */
export const howLeft = (door: 'sms' | 'mail' | 'web' | 'clock', rule: Rule): string => `${door} ${rule}`;

/** T-7: at most one notice a minute per book and functionary; the rest are counted by housekeeping. */
export const leftOnceKey = (bookId: string, now: number): string => `left:${bookId}:${Math.floor(now / 60_000)}`;
