import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createScriptedProvider } from '../kit/scriptedProvider.ts';
import { only, openWorld, phone, until, type World } from './world.ts';

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(async () => {
  await world.close();
});

describe('the run of a broadcast', () => {
  test('every member gets one copy, whole, and the broadcast is finished', async () => {
    const provider = createScriptedProvider({ concurrency: 50, takes: 2 });
    await world.book('100', 300);
    await world.broadcast('b1', '100', { text: 'Hej {name}!' });
    const started = performance.now();
    const worker = world.worker({ provider: only(provider) });
    await until(
      () => world.events.filter((e) => e.kind === 'finished').length,
      (n) => n === 1,
    );
    expect(performance.now() - started).toBeLessThan(5000);
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
});
