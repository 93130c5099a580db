import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTwilioProvider } from '../../src/providers/twilio.ts';
import { type Judge, startJudge } from '../kit/judge.ts';
import { describeVectors } from '../kit/vectors.ts';
import { only, openWorld, until } from './world.ts';

/** What may happen to a request, and how often: accepted or not, the client cannot always know (F4-F7). */
const MISHAPS: Readonly<Record<string, number>> = {
  429: 0.02,
  500: 0.03,
  503: 0.02,
  reset: 0.02,
  close: 0.02,
  hang: 0.01,
  accept_500: 0.03,
  accept_reset: 0.03,
  accept_hang: 0.01,
  accept_half: 0.02,
  accept_badjson: 0.02,
  accept_html200: 0.02,
};

describeVectors('twilio/twilio_judge.mjs', () => {
  let judge: Judge;
  beforeAll(async () => {
    judge = await startJudge({ latency: '5-40', seed: 7 });
  });
  afterAll(() => judge.stop());

  test('a broadcast through all of it: nobody is left out, nobody gets two', async () => {
    const world = await openWorld();
    const provider = createTwilioProvider({
      accountSid: judge.sid,
      authToken: judge.token,
      apiUrl: judge.url,
      publicUrl: 'http://127.0.0.1:9',
      timeoutMs: 1500,
      log: world.log,
    });
    try {
      await judge.faults(Object.entries(MISHAPS).map(([what, p]) => ({ match: { p }, do: what })));
      await world.book('6861001', 200, { provider: 'twilio' });
      await world.broadcast('b1', '6861001');
      world.worker({ provider: only(provider) });
      await until(
        () => world.events.filter((event) => event.kind === 'finished').length,
        (count) => count === 1,
        60_000,
      );
      expect(await world.statuses()).toEqual({ accepted: 200 });
      expect(await judge.report()).toMatchObject({ accepted: 200, duplicates: 0, invalid: 0 });
      expect(world.events.filter((event) => event.kind !== 'finished')).toEqual([]);
    } finally {
      await world.close();
      await provider.close();
    }
  }, 240_000);
});
