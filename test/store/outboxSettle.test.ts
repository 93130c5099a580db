import { describe, expect, test } from '@jest/globals';
import type { Receipt, Settlement } from '../../src/ports/outbox.ts';
import { afterReceipt } from '../../src/store/outboxReceipt.ts';
import { NOON } from '../kit/rows.ts';
import { onBothDialects } from './dialects.ts';
import { broadcastTo, claim, LANE, laneOf, phone, reply } from './outboxWorld.ts';

const HOUR = 3_600_000;

describe('what a receipt means (F12)', () => {
  test.each([
    // Never dialled, or answered by a final error: not ours.
    ['queued', null, 0, 'sent', 'unknown'],
    ['failed', null, 1, 'delivered', 'kept'],
    // Before the answer to the request, and in doubt.
    ['claimed', null, 1, 'accepted', 'move'],
    ['claimed', null, 1, 'failed', 'move'],
    // Looked up, not found, waiting for its second try: it was accepted after all.
    ['queued', null, 1, 'accepted', 'move'],
    ['uncertain', null, 2, 'delivered', 'move'],
    ['cancelled', null, 1, 'delivered', 'move'],
    ['cancelled', null, 0, 'delivered', 'unknown'],
    ['expired', null, 1, 'sent', 'move'],
    // Forward only.
    ['accepted', 'SM1', 1, 'sent', 'move'],
    ['accepted', 'SM1', 1, 'accepted', 'kept'],
    ['sent', 'SM1', 1, 'accepted', 'kept'],
    ['sent', 'SM1', 1, 'undelivered', 'move'],
    ['delivered', 'SM1', 1, 'sent', 'kept'],
    ['delivered', 'SM1', 1, 'failed', 'kept'],
    ['failed', 'SM1', 1, 'delivered', 'kept'],
    ['uncertain', 'SM1', 1, 'delivered', 'move'],
    // Another message's.
    ['accepted', 'SM2', 1, 'delivered', 'unknown'],
    ['uncertain', 'SM2', 1, 'delivered', 'unknown'],
    // Tried anew after a final failure: the old id says nothing more, the new one may be ahead of the answer.
    ['queued', 'SM1', 1, 'failed', 'kept'],
    ['claimed', 'SM1', 2, 'failed', 'kept'],
    ['claimed', 'SM0', 2, 'sent', 'move'],
  ] as const)('%s, id %s, %i attempts, then %s: %s', (status, providerId, attempts, receipt, verdict) => {
    expect(afterReceipt({ status, providerId, attempts }, { providerId: 'SM1', status: receipt })).toBe(verdict);
  });
});

onBothDialects('settling', (bench) => {
  const claimOne = async (row: Parameters<typeof reply>[0] = {}): Promise<number> => {
    await bench.done(reply(row));
    const [claimed] = await claim(bench.store);
    return claimed?.id ?? 0;
  };
  const state = async () =>
    (
      await bench.rows(
        'select status, owner, attempts, provider_id, reason, settled_at, due_at from deliveries order by id',
      )
    )[0];
  const receipt = (deliveryId: number, status: Receipt['status'], providerId = 'SM1'): Receipt => ({
    deliveryId,
    providerId,
    status,
    reason: status === 'failed' ? '30003' : null,
    at: NOON + 1,
  });

  test.each([
    [
      { to: 'accepted', providerId: 'SM1', at: NOON },
      { status: 'accepted', provider_id: 'SM1', reason: null, settled_at: NOON },
    ],
    [
      { to: 'failed', reason: '21211', at: NOON },
      { status: 'failed', provider_id: null, reason: '21211', settled_at: NOON },
    ],
    [
      { to: 'failed', reason: '30003', providerId: 'SM1', at: NOON },
      { status: 'failed', provider_id: 'SM1' },
    ],
    [
      { to: 'cancelled', reason: 'left', at: NOON },
      { status: 'cancelled', reason: 'left' },
    ],
    [{ to: 'expired', reason: 'too_late', at: NOON }, { status: 'expired' }],
    [
      { to: 'uncertain', reason: 'no \0answer \ud800', at: NOON },
      { status: 'uncertain', reason: 'no answer ' },
    ],
    [
      { to: 'queued', dueAt: NOON + 9, reason: 'temporary', countsAsAttempt: true },
      { status: 'queued', due_at: NOON + 9, attempts: 1, reason: 'temporary', settled_at: null },
    ],
    [
      { to: 'queued', dueAt: NOON + 9, reason: 'handed_back', countsAsAttempt: false },
      { status: 'queued', attempts: 0 },
    ],
    [
      { to: 'queued', dueAt: NOON + HOUR + 1, reason: 'temporary', countsAsAttempt: true },
      { status: 'expired', settled_at: NOON + HOUR },
    ],
  ])('%j', async (settlement, expected) => {
    const id = await claimOne();
    expect(await bench.store.outbox.settle('w1', [{ ...settlement, id } as Settlement])).toBe(1);
    expect(await state()).toMatchObject({ ...expected, owner: null });
  });

  test('many at once, and only those that are owned and claimed', async () => {
    await broadcastTo(bench, 30);
    const mine = await claim(bench.store, laneOf('b1'), 20, 'w1');
    const theirs = await claim(bench.store, laneOf('b1'), 5, 'w2');
    const all = [...mine, ...theirs].map(
      ({ id }, i): Settlement => ({ id, to: 'accepted', providerId: `SM${i}`, at: NOON }),
    );
    all.splice(3, 1, { id: mine[3]?.id ?? 0, to: 'queued', dueAt: NOON, reason: 'pacing', countsAsAttempt: true });
    expect(
      await bench.store.outbox.settle('w1', [...all, { id: 99_999_999, to: 'failed', reason: 'x', at: NOON }]),
    ).toBe(20);
    expect(await bench.store.outbox.settle('w1', all)).toBe(0);
    expect(await bench.store.outbox.settle('w1', [])).toBe(0);
    expect(await bench.store.reads.deliveryCounts('b1')).toEqual({ accepted: 19, queued: 6, claimed: 5 });
  });

  test('a copy of a broadcast that was cancelled meanwhile does not go back to the queue', async () => {
    await broadcastTo(bench, 1);
    const [row] = await claim(bench.store, laneOf('b1'));
    await bench.done(
      { change: 'broadcasts', where: { id: 'b1' }, set: { status: 'cancelled' }, none: 'stale' },
      { cancelBroadcast: { broadcastId: 'b1', reason: 'person', at: NOON } },
    );
    const back: Settlement = {
      id: row?.id ?? 0,
      to: 'queued',
      dueAt: NOON,
      reason: 'temporary',
      countsAsAttempt: true,
    };
    expect(await bench.store.outbox.settle('w1', [back])).toBe(1);
    expect(await state()).toMatchObject({ status: 'cancelled' });
  });

  describe('receipts', () => {
    test('in every order, doubled, and with the answer anywhere between: delivered (F12)', async () => {
      const steps = ['answer', 'accepted', 'sent', 'delivered'] as const;
      for (const order of permutations([...steps])) {
        await bench.change('delete from deliveries');
        const id = await claimOne();
        for (const step of order) {
          if (step === 'answer')
            await bench.store.outbox.settle('w1', [{ id, to: 'accepted', providerId: 'SM1', at: NOON }]);
          else await Promise.all([0, 1].map(() => bench.other.outbox.receipt(receipt(id, step))));
        }
        expect({ order, ...(await state()) }).toMatchObject({
          order,
          status: 'delivered',
          provider_id: 'SM1',
          owner: null,
        });
      }
    });

    test('says what it did', async () => {
      const id = await claimOne();
      expect(await bench.store.outbox.receipt(receipt(id + 1000, 'sent'))).toBe('unknown');
      expect(await bench.store.outbox.receipt(receipt(id, 'failed'))).toBe('moved');
      expect(await state()).toMatchObject({ status: 'failed', reason: '30003', settled_at: NOON + 1 });
      expect(await bench.store.outbox.receipt(receipt(id, 'failed'))).toBe('kept');
      expect(await bench.store.outbox.receipt(receipt(id, 'sent', 'SM9'))).toBe('unknown');
    });

    test('a receipt resolves a claim in doubt: nobody takes it over', async () => {
      await bench.done(reply());
      const [row] = await claim(bench.store, LANE, 1, 'w1', -1);
      expect(await bench.store.outbox.receipt(receipt(row?.id ?? 0, 'sent'))).toBe('moved');
      expect(await bench.store.outbox.takeInDoubt('w2', 10, NOON, 1000)).toEqual([]);
    });
  });

  test("whose a provider's id is", async () => {
    await broadcastTo(bench, 2);
    const copies = await claim(bench.store, laneOf('b1'));
    const single = await claimOne({ address: phone(7) });
    await bench.store.outbox.settle('w1', [
      ...copies.map(({ id }, i): Settlement => ({ id, to: 'accepted', providerId: `SM${i}`, at: NOON })),
      { id: single, to: 'accepted', providerId: 'SM7', at: NOON },
    ]);
    const owner = (id: string, i: number) =>
      bench.store.outbox.ownerOfProviderId(id, { numberId: 'num1', address: phone(i) });
    expect(await owner('SM1', 1)).toBe(copies[1]?.id);
    expect(await owner('SM7', 7)).toBe(single);
    expect(await owner('SM8', 7)).toBeNull();
  });
});

function permutations<T>(items: T[]): T[][] {
  if (items.length < 2) return [items];
  return items.flatMap((item, i) => permutations(items.toSpliced(i, 1)).map((rest) => [item, ...rest]));
}
