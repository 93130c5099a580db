import { dayIn } from '../core/localTime.ts';
import type { Lane, Outbox } from '../ports/outbox.ts';

/** Parts reserved of the cost cap for one copy; given back if it is not handed to the provider. */
export type Spend = { organisationId: string; day: string; parts: number };

/**
 * Takes parts for up to `limit` copies out of what is left of the organisation's day (F35). null: the lane has no cap.
 * The rest of a part that does not make a whole copy goes back at once.
 */
export async function reserveSpend(
  outbox: Pick<Outbox, 'reserveSpend' | 'returnSpend'>,
  lane: Lane,
  limit: number,
  now: number,
): Promise<(Spend & { copies: number }) | null> {
  if (!lane.broadcast || lane.dailyParts === null) return null;
  const { organisationId, dailyParts } = lane;
  const day = dayIn(lane.timezone, now);
  const each = Math.max(1, lane.broadcast.parts);
  const got = await outbox.reserveSpend(organisationId, day, limit * each, dailyParts);
  const copies = Math.floor(got / each);
  const rest = got - copies * each;
  if (rest > 0) await outbox.returnSpend(organisationId, day, rest);
  return { organisationId, day, parts: copies * each, copies };
}
