import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { localClock } from '../../src/i18n/dates.ts';
import { createScriptedProvider } from '../kit/scriptedProvider.ts';
import { only, openWorld, phone, until, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
});
const finished = (count = 1) =>
  until(
    () => world.events.filter((event) => event.kind === 'finished').length,
    (seen) => seen === count,
  );

describe('the run of a broadcast', () => {
  test('every member gets one copy, whole, and the broadcast is finished', async () => {
    const provider = createScriptedProvider({ concurrency: 50, takes: 2 });
    await world.book('100', 300);
    await world.broadcast('b1', '100', { text: 'Hej {name}!' });
    const worker = world.worker({ provider: only(provider) });
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 300 });
    expect(new Set(provider.dials.map((dial) => dial.to)).size).toBe(300);
    expect(provider.dials).toHaveLength(300);
    expect(provider.dials.find((dial) => dial.to === phone(7))?.text).toBe(
      '*P12* Hej Namn 7!\nSvara STOPP för att lämna.',
    );
    expect(provider.mostAtOnce).toBeLessThanOrEqual(50);
    expect(worker.stats()).toMatchObject({ accepted: 300, inFlight: 0, unsettled: 0 });
    expect(world.log.lines).toEqual([]);
  });

  test('first copies go while later pages of a large book are still written', async () => {
    const provider = createScriptedProvider({ concurrency: 50, takes: 1 });
    await world.book('100', 12_000);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count > 0,
    );
    const [cursor] = await world.opened.column(world.sql`select fan_cursor from broadcasts`);
    expect(cursor).not.toBeNull();
  });

  test('F25: the clock is set back two hours in the middle: it goes on at once, and nobody gets two', async () => {
    const provider = createScriptedProvider({ concurrency: 5, takes: 20 });
    let ahead = 2 * 3_600_000;
    const clock = { now: () => Date.now() + ahead };
    await world.book('100', 200);
    await world.broadcast('b1', '100', {
      dueAt: clock.now(),
      createdAt: clock.now(),
      latestAt: clock.now() + 3_600_000,
    });
    world.worker({ provider: only(provider), clock });
    await until(
      () => provider.dials.length,
      (count) => count >= 30,
    );
    ahead = 0;
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 200 });
    expect(provider.dials).toHaveLength(200);
  });

  test('replies and notices pass the copies on the same number', async () => {
    const provider = createScriptedProvider({ concurrency: 2, takes: 20 });
    await world.book('100', 200);
    await world.broadcast('b1', '100');
    const worker = world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count >= 10,
    );
    await world.reply({ numberId: 'num-100', bookId: '100', address: '+46701999999', text: 'Svar' });
    worker.wake();
    const before = provider.dials.length;
    await until(
      () => provider.dials.findIndex((dial) => dial.text === 'Svar'),
      (at) => at >= 0,
    );
    const at = provider.dials.findIndex((dial) => dial.text === 'Svar');
    // Waking, gathering and claiming take up to 90 ms, in which two connections dial nine copies: twice that.
    expect(at - before).toBeLessThanOrEqual(18);
  });

  test('two broadcasts on one number go side by side', async () => {
    const provider = createScriptedProvider({ concurrency: 4, takes: 2 });
    await world.book('100', 200);
    await world.broadcast('b1', '100', { text: 'Ett' });
    await world.broadcast('b2', '100', { text: 'Två' });
    world.worker({ provider: only(provider) });
    await finished(2);
    const firsts = provider.dials.slice(0, 200).filter((dial) => dial.text.includes('Ett')).length;
    expect(firsts).toBeGreaterThan(60);
    expect(firsts).toBeLessThan(140);
  });

  test.each(['paused', 'cancelled'] as const)('%s on the way: at most what is claimed still goes', async (status) => {
    const provider = createScriptedProvider({ concurrency: 5, takes: 20 });
    /** Five on the wire and what is claimed ahead of them for 80 ms. */
    const CLAIMED = 25;
    await world.book('100', 300);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count >= 20,
    );
    await world.commit(
      { change: 'broadcasts', where: { id: 'b1' }, set: { status }, none: 'stale' },
      ...(status === 'cancelled'
        ? [{ cancelBroadcast: { broadcastId: 'b1', reason: 'cancelled', at: Date.now() } }]
        : []),
    );
    const count = provider.dials.length;
    if (status === 'cancelled') {
      await finished();
      const statuses = await world.statuses();
      expect((statuses.accepted ?? 0) + (statuses.cancelled ?? 0)).toBe(300);
    } else {
      await new Promise((resolve) => setTimeout(resolve, 400));
      expect(await world.statuses()).not.toHaveProperty('claimed');
      await world.commit({ change: 'broadcasts', where: { id: 'b1' }, set: { status: 'sending' }, none: 'stale' });
      expect(provider.dials.length).toBeLessThanOrEqual(count + CLAIMED);
      await finished();
      expect(provider.dials).toHaveLength(300);
    }
    if (status === 'cancelled') expect(provider.dials.length).toBeLessThanOrEqual(count + CLAIMED);
  });

  test('a number is paced by its own rate, parts counted', async () => {
    const provider = createScriptedProvider({ concurrency: 50 });
    await world.book('100', 30, { partsPerSecond: 20 });
    await world.broadcast('b1', '100', { parts: 2 });
    const started = performance.now();
    world.worker({ provider: only(provider) });
    await finished();
    // 60 parts: what an idle number may send at once (one second's worth), and 40 more at 20 a second.
    expect(performance.now() - started).toBeGreaterThan(1700);
    expect(performance.now() - started).toBeLessThan(15_000);
    const starts = provider.dials.map((dial) => dial.startedAt);
    for (const [i, at] of starts.entries()) {
      const within = starts.slice(i).filter((other) => other < at + 1000).length;
      expect(within * 2).toBeLessThanOrEqual(20 + 20 + 4);
    }
  });
});

describe('what does not go', () => {
  test('nothing past its latest time, and it is told', async () => {
    const provider = createScriptedProvider({ concurrency: 1, takes: 100 });
    await world.book('100', 60);
    await world.broadcast('b1', '100', { latestAt: Date.now() + 2500 });
    world.worker({ provider: only(provider) });
    await finished();
    const statuses = await world.statuses();
    expect(statuses.expired).toBeGreaterThan(0);
    expect((statuses.accepted ?? 0) + (statuses.expired ?? 0)).toBe(60);
    expect(provider.dials.every((dial) => dial.validForS >= 1 && dial.validForS <= 2)).toBe(true);
    const late = world.events.flatMap((event) => (event.kind === 'late' ? [event.count] : []));
    expect(late.reduce((sum, count) => sum + count, 0)).toBe(statuses.expired);
  });

  test('no more parts a day than the cap, with twenty broadcasts at once (F35)', async () => {
    await world.close();
    world = await openWorld({ dailyParts: 101 });
    const provider = createScriptedProvider({ concurrency: 20, takes: 1 });
    for (const n of [1, 2, 3, 4]) {
      await world.book(`10${n}`, 20);
      for (let b = 0; b < 5; b++) await world.broadcast(`b${n}${b}`, `10${n}`, { parts: 2 });
    }
    world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count === 50,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(provider.dials).toHaveLength(50);
    expect(world.events.filter((event) => event.kind === 'quota')).toHaveLength(1);
    await world.reply({ numberId: 'num-101', bookId: '101', text: 'Svar' });
    await until(
      () => provider.dials.length,
      (count) => count === 51,
    );
  });

  test('copies wait for the end of quiet hours, replies do not', async () => {
    const provider = createScriptedProvider();
    await world.book('100', 5);
    const clock = (at: number): string => localClock(at, 'Europe/Stockholm', 'sv');
    const set = { quietFrom: clock(Date.now() - 3_600_000), quietTo: clock(Date.now() + 2 * 3_600_000) };
    await world.commit({ change: 'books', where: { id: '100' }, set, none: 'stale' });
    await world.broadcast('b1', '100');
    await world.reply({ numberId: 'num-100', bookId: '100', text: 'Svar' });
    world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count === 1,
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(provider.dials.map((dial) => dial.text)).toEqual(['Svar']);
    expect(await world.statuses('b1')).toEqual({ queued: 5 });
  });

  test('a provider that is not set up: rows wait, told once', async () => {
    await world.book('100', 5, { provider: 'twilio' });
    await world.broadcast('b1', '100');
    world.worker({ provider: only(createScriptedProvider()) });
    await until(
      () => world.events.length,
      (count) => count > 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(world.events).toEqual([
      expect.objectContaining({ kind: 'configuration', broadcastId: 'b1', code: 'not_configured', scope: 'account' }),
    ]);
    const statuses = await world.statuses();
    expect(Object.keys(statuses).filter((status) => status !== 'queued')).toEqual([]);
  });

  test('members who left, were paused or banned since the fan-out are withheld with the reason', async () => {
    const provider = createScriptedProvider({ concurrency: 1, takes: 30 });
    await world.book('100', 20);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count > 0,
    );
    await world.commit({ change: 'members', where: { phone: phone(19) }, set: { status: 'banned' }, none: 'stale' });
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 19, cancelled: 1 });
    expect(await world.reasons()).toEqual(['banned']);
  });
});

describe('stopping', () => {
  test('drained: what is on the wire is settled, what is not dialled is back in the queue', async () => {
    const provider = createScriptedProvider({ concurrency: 10, takes: 150 });
    await world.book('100', 200);
    await world.broadcast('b1', '100');
    const worker = world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count >= 20,
    );
    const started = performance.now();
    await worker.drain(10_000);
    // Much less than the time given.
    expect(performance.now() - started).toBeLessThan(8_000);
    const statuses = await world.statuses();
    expect(statuses).toEqual({ accepted: provider.dials.length, queued: 200 - provider.dials.length });
    const second = world.worker({ provider: only(provider), owner: 'second' });
    await finished();
    expect(second.stats().accepted + worker.stats().accepted).toBe(200);
    expect(provider.dials).toHaveLength(200);
  });

  test('a request that hangs does not keep it beyond the time given', async () => {
    const provider = createScriptedProvider();
    provider.rule(() => ({ answer: 'hang' }));
    await world.book('100', 1);
    await world.broadcast('b1', '100');
    const worker = world.worker({ provider: only(provider) });
    await until(
      () => provider.dials.length,
      (count) => count === 1,
    );
    const started = performance.now();
    await worker.drain(300);
    expect(performance.now() - started).toBeLessThan(8_000);
    expect(await world.statuses()).toEqual({ claimed: 1 });
  });
});
