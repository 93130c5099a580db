import { expect, test } from '@jest/globals';
import { NOON } from '../kit/rows.ts';
import { onBothDialects } from './dialects.ts';
import { broadcastTo, claim, laneOf, phone, reply } from './outboxWorld.ts';

const HOUR = 3_600_000;

onBothDialects('the clock is set back', (bench) => {
  test('what had been due is due at once, a later try keeps its distance, what is under way is left alone', async () => {
    // Noon is the corrected time; all this was written down while the clock was two hours ahead.
    await broadcastTo(bench, 2, { latestAt: NOON + 6 * HOUR }, { dueAt: NOON + 2 * HOUR - 5 });
    await bench.done(
      reply({ address: phone(10), dueAt: NOON - 1 }),
      reply({ address: phone(11), dueAt: NOON + 2 * HOUR }),
      reply({ address: phone(12), dueAt: NOON + 2 * HOUR + 60_000 }),
      reply({ address: phone(13), dueAt: NOON + 2 * HOUR, status: 'claimed', owner: 'w1', claimedAt: NOON }),
    );
    expect(await claim(bench.store, laneOf('b1'))).toEqual([]);
    expect(await bench.store.outbox.clockSetBack(2 * HOUR, NOON)).toBe(4);
    expect(
      (await bench.rows('select address, due_at from deliveries order by id')).map((row) => [
        row['address'],
        Number(row['due_at']) - NOON,
      ]),
    ).toEqual([
      [phone(0), 0],
      [phone(1), 0],
      [phone(10), -1],
      [phone(11), 0],
      [phone(12), 60_000],
      [phone(13), 2 * HOUR],
    ]);
    expect(await claim(bench.store, laneOf('b1'))).toHaveLength(2);
  });
});
