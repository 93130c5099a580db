import type { Broadcast } from '../../src/core/broadcast.ts';
import type { NewDelivery } from '../../src/core/delivery.ts';
import type { Claimed, Lane } from '../../src/ports/outbox.ts';
import type { Store } from '../../src/ports/store.ts';
import { broadcastRow, copyRow, deliveryRow, memberRow, NOON } from '../kit/rows.ts';
import { add, type Bench } from './dialects.ts';

export const phone = (i: number): string => `+4670200${String(i).padStart(4, '0')}`;
export const LEASE = 30_000;

/** Members m000, m001 … with phones, a running broadcast `b1` and a queued copy to each. */
export async function broadcastTo(
  bench: Bench,
  count: number,
  row: Partial<Broadcast> = {},
  copy: Partial<Omit<NewDelivery, 'broadcastId'>> = {},
) {
  const broadcast = broadcastRow({ id: 'b1', ...row });
  const plan = [add('broadcasts', broadcast)];
  for (let i = 0; i < count; i += 1) {
    const memberId = `m${String(i).padStart(3, '0')}`;
    plan.push(add('members', memberRow({ id: memberId, phone: phone(i), name: `Name ${i}` })));
    plan.push(
      add(
        'deliveries',
        copyRow({ broadcastId: broadcast.id, address: phone(i), memberId, latestAt: broadcast.latestAt, ...copy }),
      ),
    );
  }
  await bench.done(...plan);
}

export const reply = (row: Partial<NewDelivery> = {}) => add('deliveries', deliveryRow(row));

export const LANE: Lane = {
  numberId: 'num1',
  organisationId: 'org1',
  from: '+46766861001',
  provider: 'simulator',
  partsPerSecond: 10,
  timezone: 'Europe/Stockholm',
  dailyParts: null,
  mail: null,
  broadcast: null,
};
export const laneOf = (id: string): Lane => ({
  ...LANE,
  broadcast: {
    id,
    bookId: 'book1',
    text: 'Matchen flyttas till 18.',
    header: '*P12*',
    footer: 'Svara STOPP för att lämna.',
    parts: 1,
    quietFrom: null,
    quietTo: null,
    fanning: false,
    tagged: false,
    mail: null,
  },
});

/** Claims at noon; `leaseMs` below 0 makes a claim whose lease is over at once. */
export const claim = (
  store: Store,
  lane: Lane = LANE,
  limit = 100,
  owner = 'w1',
  leaseMs = LEASE,
): Promise<Claimed[]> => store.outbox.claim(lane, owner, limit, NOON, leaseMs);
