import { describe, expect, test } from '@jest/globals';
import { pacingOf } from '../../src/store/outboxPace.ts';
import { onBothDialects } from './dialects.ts';

const times = <T>(count: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, i) => make(i)));

onBothDialects('pace and spend', (bench) => {
  test('an idle number sends a second at once; then each part waits its turn, across workers', async () => {
    const begun = performance.now();
    const waits = await times(24, (i) => (i % 2 ? bench.store : bench.other).outbox.reservePace('num1', 1, 2));
    const took = performance.now() - begun;
    waits.sort((a, b) => a - b);
    // 24 parts at 2 a second: slots half a second apart, from one second ago on.
    expect(waits.filter((ms) => ms === 0).length).toBeLessThanOrEqual(3 + Math.ceil(took / 500));
    expect(waits.at(-1)).toBeLessThanOrEqual(10_500 + 1);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(10_500 - took - 1);
    expect(await bench.store.outbox.reservePace('another number', 1, 2)).toBe(0);
  });

  test('a message of many parts takes the time of all of them', async () => {
    const { outbox } = bench.store;
    const number = 'many parts';
    expect(await outbox.reservePace(number, 200, 10)).toBe(0);
    const wait = await outbox.reservePace(number, 1, 10);
    expect(wait).toBeGreaterThan(9_000);
    expect(wait).toBeLessThanOrEqual(19_001);
  });

  test('slow down: the next reservation waits, on every worker; a shorter one changes nothing', async () => {
    const number = 'slow';
    await bench.store.outbox.slowDown(number, 60_000);
    await bench.other.outbox.slowDown(number, 1000);
    const waits = [
      await bench.other.outbox.reservePace(number, 10, 10),
      await bench.store.outbox.reservePace(number, 1, 10),
    ];
    expect(waits[0]).toBeGreaterThan(50_000);
    expect((waits[1] ?? 0) - (waits[0] ?? 0)).toBeGreaterThan(0);
  });

  describe('the cost cap (F35)', () => {
    test('20 at once, and not one part over', async () => {
      const got = await times(20, (i) =>
        (i % 2 ? bench.store : bench.other).outbox.reserveSpend('org1', '2026-11-22', 7, 100),
      );
      expect(got.reduce((a, b) => a + b)).toBe(100);
      expect(got.filter((parts) => parts === 7)).toHaveLength(14);
      expect(await bench.store.outbox.reserveSpend('org1', '2026-11-22', 1, 100)).toBe(0);
    });

    test('each day and organisation by itself; a lower cap gives nothing back', async () => {
      const { outbox } = bench.store;
      expect(await outbox.reserveSpend('org1', '2026-11-22', 60, 50)).toBe(50);
      expect(await outbox.reserveSpend('org1', '2026-11-22', 1, 40)).toBe(0);
      expect(await outbox.reserveSpend('org1', '2026-11-23', 5, 50)).toBe(5);
      expect(await outbox.reserveSpend('org2', '2026-11-22', 5, 50)).toBe(5);
    });

    test('what was not dialled comes back, never more than was taken', async () => {
      const { outbox } = bench.store;
      await outbox.reserveSpend('org1', '2026-11-22', 10, 10);
      await outbox.returnSpend('org1', '2026-11-22', 4);
      expect(await outbox.reserveSpend('org1', '2026-11-22', 10, 10)).toBe(4);
      await outbox.returnSpend('org1', '2026-11-22', 99);
      expect(await outbox.reserveSpend('org1', '2026-11-22', 99, 10)).toBe(10);
    });
  });

  test('on SQLite the monotonic clock decides, to the millisecond', async () => {
    if (bench.dialect !== 'sqlite') return;
    let now = 50_000;
    const pace = pacingOf(bench.db, () => now);
    const reserve = () => pace.reservePace('n', 1, 4);
    expect(await times(6, reserve)).toEqual([0, 0, 0, 0, 0, 250]);
    now += 500;
    expect(await reserve()).toBe(0);
    expect(await reserve()).toBe(250);
    now += 3_600_000;
    expect(await times(6, reserve)).toEqual([0, 0, 0, 0, 0, 250]);
    await pace.slowDown('n', 2000);
    expect(await times(2, reserve)).toEqual([2000, 2250]);
  });
});
