import type { Book } from '../../core/book.ts';
import type { Broadcast } from '../../core/broadcast.ts';
import { dayIn } from '../../core/localTime.ts';
import { mailLine } from '../../core/mail.ts';
import type { Member } from '../../core/member.ts';
import { addressesOf } from '../../core/membership.ts';
import type { Organisation } from '../../core/organisation.ts';
import { nextAllowed } from '../../core/quietHours.ts';
import { type Standing, standingAt, type Why, type WhyFacts, whyDelivery } from '../../core/whyDelivery.ts';
import type { DeskDeps } from './desk.ts';
import { copiesFor, everyAddress, linesOf } from './personStory.ts';

export type WhyGot = {
  lines: Why[];
  /** How they stood when it went out, and since when. */
  stood: Standing;
  /** When the first copies were written; null = none were. */
  wentAt: number | null;
  copies: Awaited<ReturnType<typeof copiesFor>>;
};

/** Brings together what core/whyDelivery.ts decides from. Reads only. */
export async function whyGot(
  {
    book,
    organisation,
    member,
    broadcast,
  }: { book: Book; organisation: Organisation; member: Member; broadcast: Broadcast },
  deps: Pick<DeskDeps, 'store' | 'keyed' | 'clock'> & { mailOut: boolean },
): Promise<WhyGot> {
  const { reads } = deps.store;
  const now = deps.clock.now();
  const addresses = addressesOf([member]);
  const hashes = new Map(addresses.map((address) => [deps.keyed.addressHash(address), address]));
  const running = broadcast.finishedAt === null;
  const [lines, copies, fanned, stops, spent] = await Promise.all([
    linesOf(book, member, deps),
    copiesFor([broadcast.id], member, everyAddress(member), deps),
    reads.fannedAt(broadcast.id),
    reads.stopsOf([...hashes.keys()]),
    running && organisation.dailyParts !== null ? reads.spentOn(organisation.id, dayIn(organisation.timezone, now)) : 0,
  ]);
  const line = mailLine(organisation.id);
  // In a crisis nothing is held.
  const { quietFrom, quietTo } = book.crisis === null ? book : { quietFrom: null, quietTo: null };
  const allowed = nextAllowed(now, quietFrom, quietTo, organisation.timezone);
  const facts: WhyFacts = {
    now,
    broadcast,
    fanned,
    member,
    history: lines,
    stops: stops.flatMap(({ scope, scopeId, addressHash, since }) => {
      const by = hashes.get(addressHash) === member.mail ? 'mail' : 'sms';
      const here = scope === 'book' ? book.id : by === 'mail' ? line : book.numberId;
      return scopeId === here ? [{ scope, by, since } as const] : [];
    }),
    copies,
    holds: {
      quietUntil: allowed > now ? allowed : null,
      capReached: organisation.dailyParts !== null && spent + broadcast.parts > organisation.dailyParts,
      mailOut: deps.mailOut,
    },
    quietThroughout:
      nextAllowed(broadcast.dueAt, quietFrom, quietTo, organisation.timezone) >=
      Math.max(broadcast.latestAt, broadcast.dueAt + 1),
  };
  return {
    lines: whyDelivery(facts),
    stood: standingAt(facts, fanned?.from ?? broadcast.dueAt),
    wentAt: fanned?.from ?? null,
    copies,
  };
}
