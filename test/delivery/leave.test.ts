import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createIds } from '../../src/app/ids.ts';
import { createReceiveText } from '../../src/app/receiveText.ts';
import type { Keyed } from '../../src/ports/clock.ts';
import { createScriptedProvider } from '../kit/scriptedProvider.ts';
import { KEYED } from '../kit/store.ts';
import { only, openWorld, phone, until, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
});

const keyed: Keyed = { ...KEYED, addressHash: (address) => KEYED.digest(`hash ${address}`), fingerprint: 'f' };

/** B-36, F14: thirty people leave while a broadcast of 400 goes out, the provider taking 50 to 300 ms. */
test('no request for an address starts after its STOPP was answered; its confirmation comes last', async () => {
  const provider = createScriptedProvider({ concurrency: 20 });
  const latency = (n: number): number => 50 + ((n * 37) % 250);
  provider.rule((_, nth) => ({ takes: latency(nth) }));
  await world.book('100', 400, { e164: '+46766861001' });
  await world.broadcast('b1', '100');
  const { store } = world.opened;
  const worker = world.worker({ provider: only(provider) });
  const forget = store.onDeliveries(() => worker.wake());
  const receiveText = createReceiveText({
    store,
    clock: { now: () => Date.now() },
    ids: createIds(),
    keyed,
    log: world.log,
    wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
  const leave = async (n: number): Promise<[string, number]> => {
    const from = phone(n);
    const inbound = { providerId: `SMin${n}`, from, to: '+46766861001', text: 'STOPP', mediaCount: 0 };
    const result = await receiveText({ ...inbound, missingPart: false, optOut: null, providerAt: null });
    expect(result).toBe('done');
    return [from, performance.now()];
  };

  await until(
    () => provider.dials.length,
    (count) => count >= 10,
  );
  const answered = new Map<string, number>();
  const leaving: Promise<unknown>[] = [];
  const left = new Set<number>();
  for (let i = 0; i < 30; i++) {
    // Those about to be dialled, now; spread over the whole run.
    let n = provider.dials.length + (i % 3) * 5;
    while (left.has(n)) n++;
    if (n >= 400) break;
    left.add(n);
    leaving.push(leave(n).then(([from, at]) => answered.set(from, at)));
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  await Promise.all(leaving);
  await until(
    () => world.events.filter((event) => event.kind === 'finished').length,
    (count) => count === 1,
    20_000,
  );
  const isCopy = (text: string): boolean => text.includes('Matchen');
  await until(
    () => provider.dials.filter((dial) => !isCopy(dial.text) && dial.endedAt !== null && answered.has(dial.to)).length,
    (count) => count >= answered.size,
  );
  forget();

  expect(answered.size).toBeGreaterThan(15);
  const copies = provider.dials.filter((dial) => isCopy(dial.text));
  for (const [address, at] of answered) {
    const own = copies.filter((dial) => dial.to === address);
    expect(own.filter((dial) => dial.startedAt > at)).toEqual([]);
    const confirmations = provider.dials.filter((dial) => dial.to === address && !isCopy(dial.text));
    expect(confirmations).toHaveLength(1);
    for (const copy of own) expect(copy.endedAt).toBeLessThanOrEqual(confirmations[0]?.startedAt ?? 0);
  }
  const statuses = await world.statuses('b1');
  expect((statuses.accepted ?? 0) + (statuses.cancelled ?? 0)).toBe(400);
  expect(copies).toHaveLength(statuses.accepted ?? 0);
}, 120_000);
