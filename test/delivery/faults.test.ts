import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Outbox } from '../../src/ports/outbox.ts';
import type { SendOutcome } from '../../src/ports/provider.ts';
import { createScriptedProvider, type Script } from '../kit/scriptedProvider.ts';
import { only, openWorld, phone, until, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
});
const finished = (count = 1, ms = 15_000) =>
  until(
    () => world.events.filter((event) => event.kind === 'finished').length,
    (seen) => seen === count,
    ms,
  );
const told = (kind: string) => world.events.filter((event) => event.kind === kind);
const answer = (outcome: SendOutcome): Script => ({ answer: outcome });
/** Look-ups by the tenth of a second instead of by the second. */
const QUICK = { firstLookMs: 200, againMs: 300, giveUpMs: 1500, maxAttempts: 12, lookups: 10 };
const refused: SendOutcome = { result: 'configuration', reason: '20003', scope: 'account' };

describe('our account or sender is refused (F9)', () => {
  const pausing = () => ({
    onEvent: async (event: World['events'][number]) => {
      world.events.push(event);
      if (event.kind !== 'configuration' || !event.broadcastId) return;
      await world.commit({
        change: 'broadcasts',
        where: { id: event.broadcastId },
        set: { status: 'paused' },
        none: 'ignore',
      });
    },
  });

  test('from the start: at most five requests, told once, nobody marked, and on after the repair', async () => {
    const provider = createScriptedProvider({ concurrency: 50, takes: 5 });
    provider.rule(() => answer(refused));
    await world.book('100', 200);
    await world.broadcast('b1', '100');
    const worker = world.worker({ provider: only(provider), ...pausing() });
    await until(
      () => told('configuration').length,
      (count) => count > 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 800));
    expect(provider.dials.length).toBeLessThanOrEqual(5);
    expect(told('configuration')).toHaveLength(1);
    expect(await world.statuses()).toEqual({ queued: 200 });
    provider.rule(() => ({}));
    await world.commit({ change: 'broadcasts', where: { id: 'b1' }, set: { status: 'sending' }, none: 'stale' });
    worker.wake();
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 200 });
  });

  test('a broadcast of three, whose rows are all under way, is not dialled again before it is paused', async () => {
    const provider = createScriptedProvider({ concurrency: 50, takes: 5 });
    provider.rule(() => answer({ result: 'configuration', reason: '21408', scope: 'country' }));
    await world.book('100', 3);
    await world.broadcast('b1', '100');
    world.worker({
      provider: only(provider),
      onEvent: async (event) => {
        await new Promise((resolve) => setTimeout(resolve, 700));
        await pausing().onEvent(event);
      },
    });
    await until(
      () => told('configuration').length,
      (count) => count > 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(provider.dials).toHaveLength(3);
    expect(await world.statuses()).toEqual({ queued: 3 });
  });

  test('in the middle of a run: nothing is begun after the first refusal', async () => {
    const provider = createScriptedProvider({ concurrency: 10, takes: 10 });
    provider.rule((_, nth) => (nth <= 100 ? {} : answer(refused)));
    await world.book('100', 400);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider), ...pausing() });
    await until(
      () => told('configuration').length,
      (count) => count > 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    const firstRefusal = Math.min(
      ...provider.dials.slice(100).map(({ endedAt }) => endedAt ?? Number.POSITIVE_INFINITY),
    );
    expect(provider.dials.filter((dial) => dial.startedAt > firstRefusal + 60)).toEqual([]);
    expect(told('configuration')).toHaveLength(1);
    expect(await world.statuses()).toEqual({ accepted: 100, queued: 300 });
  });

  test('a reply waits a minute, and its number is left alone', async () => {
    const provider = createScriptedProvider();
    provider.rule(() => answer({ result: 'configuration', reason: '21606', scope: 'number' }));
    await world.book('100', 0);
    await world.reply({ numberId: 'num-100', bookId: '100' });
    await world.reply({ numberId: 'num-100', bookId: '100', address: phone(2) });
    world.worker({ provider: only(provider) });
    await until(
      () => world.statuses(),
      (statuses) => statuses.queued === 2 && provider.dials.length > 0,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(provider.dials.length).toBeLessThanOrEqual(2);
    expect(told('configuration')).toEqual([expect.objectContaining({ broadcastId: null, code: '21606' })]);
  });
});

describe('final answers (F8)', () => {
  test('one attempt each; a block is told before the row is settled', async () => {
    const provider = createScriptedProvider({ concurrency: 10 });
    provider.rule(({ to }) => {
      if (to === phone(1)) return answer({ result: 'blocked', reason: '21610' });
      if (to === phone(2)) return answer({ result: 'permanent', reason: '21614' });
      if (to === phone(3)) return answer({ result: 'fault', reason: '21617' });
      return {};
    });
    await world.book('100', 20);
    await world.broadcast('b1', '100');
    const seen: Record<string, number>[] = [];
    world.worker({
      provider: only(provider),
      onEvent: async (event) => {
        world.events.push(event);
        if (event.kind === 'provider_blocked') seen.push(await world.statuses());
      },
    });
    await finished();
    expect(provider.dials).toHaveLength(20);
    expect(await world.statuses()).toEqual({ accepted: 17, failed: 3 });
    expect(seen[0]?.claimed).toBeGreaterThan(0);
    expect(told('provider_blocked')).toEqual([
      expect.objectContaining({ address: phone(1), bookId: '100', reason: '21610' }),
    ]);
    expect(told('address_bad')).toEqual([expect.objectContaining({ address: phone(2), reason: '21614' })]);
    expect(told('fault')).toEqual([expect.objectContaining({ reason: '21617' })]);
  });

  test('an event that is not taken is told again, and the row is settled all the same', async () => {
    const provider = createScriptedProvider();
    provider.rule(() => answer({ result: 'blocked', reason: '21610' }));
    await world.book('100', 1);
    await world.broadcast('b1', '100');
    let tries = 0;
    world.worker({
      provider: only(provider),
      onEvent: (event) => {
        if (event.kind === 'provider_blocked' && ++tries < 3) throw new Error('not now');
        world.events.push(event);
      },
    });
    await finished();
    expect(tries).toBe(3);
    expect(told('provider_blocked')).toHaveLength(1);
  });
});

describe('too fast, out of order, out of reach (F4-F7)', () => {
  test('429: the number waits as long as it was told, the rows keep their place, the rest goes on', async () => {
    const provider = createScriptedProvider({ concurrency: 10, takes: 5 });
    let refusedNth = 0;
    provider.rule(({ from }, nth) => {
      if (from !== '+4676100' || nth < 20 || refusedNth !== 0) return {};
      refusedNth = nth;
      return answer({ result: 'pacing', reason: '20429', retryAfterMs: 1000 });
    });
    await world.book('100', 100);
    await world.book('200', 100);
    await world.broadcast('b1', '100');
    await world.broadcast('b2', '200');
    world.worker({ provider: only(provider) });
    await finished(2);
    expect(await world.statuses()).toEqual({ accepted: 200 });
    const stopped = provider.dials[refusedNth - 1]?.endedAt ?? 0;
    const during = provider.dials.filter((dial) => dial.startedAt > stopped + 30 && dial.startedAt < stopped + 970);
    expect(during.filter((dial) => dial.from === '+4676100')).toEqual([]);
    expect(during.length).toBeGreaterThan(0);
    expect(provider.dials).toHaveLength(201);
  });

  test('a number that hangs: the other one goes on at 70 % or more of its speed', async () => {
    const run = async (hanging: boolean): Promise<number> => {
      const w = await openWorld();
      try {
        const provider = createScriptedProvider({ concurrency: 20, takes: 20 });
        if (hanging) provider.rule(({ from }) => (from === '+4676200' ? { answer: 'hang' } : {}));
        await w.book('100', 400);
        await w.book('200', 400);
        await w.broadcast('b2', '200');
        await w.broadcast('b1', '100');
        const started = performance.now();
        const worker = w.worker({ provider: only(provider) });
        await until(
          () => provider.dials.filter((dial) => dial.from === '+4676100' && dial.endedAt !== null).length,
          (count) => count === 400,
        );
        const took = performance.now() - started;
        await worker.drain(10);
        return took;
      } finally {
        await w.close();
      }
    };
    const alone = await run(false);
    // What a number may take before it is found out (a second) is not counted.
    expect(await run(true)).toBeLessThan(alone * 2 + 3_000);
  });

  test('one request in twenty hangs: with spare connections the others pass it', async () => {
    const provider = createScriptedProvider({ concurrency: 10, spare: 20, takes: 5 });
    provider.rule(({ to }) => (Number(to.slice(-2)) % 20 === 0 ? { answer: 'hang' } : {}));
    await world.book('100', 300);
    await world.broadcast('b1', '100');
    const worker = world.worker({ provider: only(provider), options: { stallMs: 100 } });
    await until(
      () => worker.stats().accepted,
      (count) => count === 285,
      15_000,
    );
    await worker.drain(10);
  });

  test('copies that were not begun in time are dialled again at once, and their number is not stopped (B-36)', async () => {
    const provider = createScriptedProvider({ concurrency: 10, takes: 5 });
    provider.rule((_, nth) => (nth <= 20 ? answer({ result: 'not_begun' }) : {}));
    await world.book('100', 60);
    await world.broadcast('b1', '100');
    const worker = world.worker({ provider: only(provider) });
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 60 });
    expect(provider.taken).toHaveLength(60);
    expect(worker.stats()).toMatchObject({ handedBack: 20, retried: 0 });
    // A number that is stopped waits for a second, in which nothing begins.
    const starts = provider.dials.map(({ startedAt }) => startedAt).sort((a, b) => a - b);
    expect(Math.max(...starts.slice(1).map((at, i) => at - (starts[i] ?? at)))).toBeLessThan(900);
  });

  test('unreachable for a while: nothing is lost, nobody gets two', async () => {
    const provider = createScriptedProvider({ concurrency: 10, takes: 2 });
    const back = performance.now() + 1500;
    provider.rule(() =>
      performance.now() < back ? answer({ result: 'temporary', reason: 'ECONNREFUSED', retryAfterMs: null }) : {},
    );
    await world.book('100', 50);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider) });
    await finished(1, 25_000);
    expect(await world.statuses()).toEqual({ accepted: 50 });
    expect(provider.taken).toHaveLength(50);
    // Not one after the other into the closed door.
    expect(provider.dials.length).toBeLessThan(80);
  }, 120_000);
});

describe('in doubt', () => {
  test.each<[string, Script]>([
    ['accepted, and the answer was lost', { taken: true, answer: { result: 'unknown', reason: 'ECONNRESET' } }],
    ['not accepted, and nobody said so', { taken: false, answer: { result: 'unknown', reason: 'http_500' } }],
    ['accepted, and it hangs', { taken: true, answer: 'hang' }],
    ['not accepted, and it hangs', { taken: false, answer: 'hang' }],
  ])('%s: exactly one', async (_, script) => {
    const provider = createScriptedProvider({ concurrency: 10, takes: 2 });
    const once = new Set<string>();
    provider.rule(({ to }) => {
      if (Number(to.slice(-1)) !== 3 || once.has(to)) return {};
      once.add(to);
      return script;
    });
    await world.book('100', 50);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider), options: { doubt: QUICK, requestMs: 500 } });
    await finished();
    expect(once.size).toBe(5);
    expect(await world.statuses()).toEqual({ accepted: 50 });
    expect(provider.taken).toHaveLength(50);
    expect(new Set(provider.taken.map((entry) => entry.to)).size).toBe(50);
  });

  test('two deliveries with one text to one address, one of them lost: two in all', async () => {
    const provider = createScriptedProvider();
    provider.rule((_, nth) =>
      nth === 1
        ? { taken: true, answer: { result: 'unknown', reason: 'reset' } }
        : nth === 2
          ? { taken: false, answer: { result: 'unknown', reason: 'reset' } }
          : {},
    );
    await world.book('100', 0);
    await world.reply({ numberId: 'num-100', bookId: '100', text: 'Samma' });
    await world.reply({ numberId: 'num-100', bookId: '100', text: 'Samma' });
    world.worker({ provider: only(provider), options: { doubt: QUICK } });
    await until(
      () => world.statuses(),
      (statuses) => statuses.accepted === 2,
    );
    expect(provider.taken).toHaveLength(2);
    const ids = await world.opened.column(world.sql`select provider_id from deliveries`);
    expect(new Set(ids).size).toBe(2);
  });

  test('a new attempt after a final failure: the entry of the first attempt does not count', async () => {
    const provider = createScriptedProvider();
    provider.rule((_, nth) => (nth === 1 ? { taken: false, answer: { result: 'unknown', reason: 'reset' } } : {}));
    await world.book('100', 0);
    await world.reply({ numberId: 'num-100', bookId: '100', text: 'Hej', providerId: 'SMfirst', attempts: 1 });
    const first = { providerId: 'SMfirst', text: 'Hej', to: '+46701000003', from: '+4676100', status: 'undelivered' };
    provider.taken.push({ ...first, createdAt: Date.now() - 3_600_000, at: 0 });
    world.worker({ provider: only(provider), options: { doubt: QUICK } });
    await until(
      () => world.statuses(),
      (statuses) => statuses.accepted === 1,
    );
    expect(provider.dials).toHaveLength(2);
  });

  test('the log cannot be read: uncertain, shown, never sent again', async () => {
    const provider = createScriptedProvider();
    provider.readable(false);
    provider.rule(() => ({ taken: true, answer: { result: 'unknown', reason: 'timeout' } }));
    await world.book('100', 2);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider), options: { doubt: QUICK } });
    await finished();
    expect(await world.statuses()).toEqual({ uncertain: 2 });
    expect(provider.dials).toHaveLength(2);
    expect(told('uncertain')).toHaveLength(2);
  });

  test('a receipt settles it first, and the look-up changes nothing', async () => {
    const provider = createScriptedProvider();
    provider.rule(() => ({ taken: true, answer: { result: 'unknown', reason: 'timeout' } }));
    await world.book('100', 1);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider), options: { doubt: QUICK } });
    await until(
      () => provider.dials.length,
      (count) => count === 1,
    );
    const [id] = await world.opened.column(world.sql`select id from deliveries`);
    const receipt = {
      deliveryId: Number(id),
      providerId: 'SM1',
      status: 'delivered',
      reason: null,
      at: Date.now(),
    } as const;
    expect(await world.opened.store.outbox.receipt(receipt)).toBe('moved');
    await finished();
    expect(await world.statuses()).toEqual({ delivered: 1 });
    expect(provider.dials).toHaveLength(1);
  });

  test('unclear for everybody: the number stops soon, and all get one once it answers again', async () => {
    const provider = createScriptedProvider({ concurrency: 20, takes: 2 });
    const back = performance.now() + 1500;
    provider.rule(() =>
      performance.now() < back ? { taken: false, answer: { result: 'unknown', reason: 'http_503' } } : {},
    );
    await world.book('100', 100);
    await world.broadcast('b1', '100');
    world.worker({ provider: only(provider), options: { doubt: QUICK } });
    await finished(1, 20_000);
    expect(await world.statuses()).toEqual({ accepted: 100 });
    expect(provider.taken).toHaveLength(100);
    expect(provider.dials.length).toBeLessThan(125);
  }, 120_000);
});

describe('crashes and freezes (F1, F29)', () => {
  /** Every write of this worker is lost from now on, as if its process had died. */
  function mortal(outbox: Outbox): { outbox: Outbox; kill: () => void } {
    let dead = false;
    const never = new Promise<never>(() => {});
    const wrapped = new Proxy(outbox, {
      get: (target, name) => {
        const method = target[name as keyof Outbox] as (...values: unknown[]) => unknown;
        return (...values: unknown[]) => (dead ? never : method(...values));
      },
    });
    const kill = () => {
      dead = true;
    };
    return { outbox: wrapped, kill };
  }

  test('killed with answers not written down: the next worker finds each message exactly once', async () => {
    const provider = createScriptedProvider({ concurrency: 10, takes: 10 });
    await world.book('100', 100);
    await world.broadcast('b1', '100');
    const first = mortal(world.opened.store.outbox);
    const dying = world.worker({ provider: only(provider), outbox: first.outbox });
    await until(
      () => provider.dials.length,
      (count) => count >= 30,
    );
    first.kill();
    void dying.drain(0);
    world.worker({ provider: only(provider), owner: 'next', options: { alone: true, doubt: QUICK } });
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 100 });
    expect(provider.taken).toHaveLength(100);
  });

  test('two workers, one of them killed: the other takes its claims when their lease is over', async () => {
    const provider = createScriptedProvider({ concurrency: 5, takes: 10 });
    await world.book('100', 100);
    await world.broadcast('b1', '100');
    const first = mortal(world.opened.store.outbox);
    const dying = world.worker({ provider: only(provider), outbox: first.outbox, options: { leaseMs: 1000 } });
    world.worker({ provider: only(provider), owner: 'other', options: { leaseMs: 1000, doubt: QUICK } });
    await until(
      () => provider.dials.length,
      (count) => count >= 40,
    );
    first.kill();
    void dying.drain(0);
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 100 });
    expect(provider.taken).toHaveLength(100);
  });

  test.each<[string, 'wall' | 'monotonic']>([
    ['the wall clock jumps (F25)', 'wall'],
    ['the process was frozen', 'monotonic'],
  ])('%s between claim and request: handed back, not dialled', async (_, which) => {
    const ahead = { wall: 0, monotonic: 0 };
    let claims = 0;
    const outbox = new Proxy(world.opened.store.outbox, {
      get: (target, name) => {
        const method = target[name as keyof Outbox] as (...values: unknown[]) => Promise<unknown>;
        if (name !== 'claim') return method;
        return async (...values: unknown[]) => {
          const rows = await method(...values);
          if (claims++ === 0) ahead[which] = 60_000;
          return rows;
        };
      },
    });
    const provider = createScriptedProvider();
    await world.book('100', 5);
    await world.broadcast('b1', '100');
    const worker = world.worker({
      provider: only(provider),
      outbox,
      clock: { now: () => Date.now() + ahead.wall },
      options: { monotonic: () => performance.now() + ahead.monotonic },
    });
    await finished();
    expect(worker.stats().handedBack).toBe(5);
    expect(await world.statuses()).toEqual({ accepted: 5 });
    expect(provider.dials).toHaveLength(5);
  });

  test('the database fails for a while: what is known is kept, nothing is dialled meanwhile, all goes out once', async () => {
    const provider = createScriptedProvider({ concurrency: 5, takes: 5 });
    await world.book('100', 100);
    await world.broadcast('b1', '100');
    let down = false;
    const outbox = new Proxy(world.opened.store.outbox, {
      get: (target, name) => {
        const method = target[name as keyof Outbox] as (...values: unknown[]) => Promise<unknown>;
        return (...values: unknown[]) => (down ? Promise.reject(new Error('disk I/O error')) : method(...values));
      },
    });
    const worker = world.worker({ provider: only(provider), outbox });
    await until(
      () => provider.dials.length,
      (count) => count >= 20,
    );
    down = true;
    await new Promise((resolve) => setTimeout(resolve, 300));
    const during = provider.dials.length;
    expect(worker.stats().unsettled).toBeGreaterThan(0);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(provider.dials.length).toBe(during);
    down = false;
    await finished();
    expect(await world.statuses()).toEqual({ accepted: 100 });
    expect(provider.dials).toHaveLength(100);
  });
});
