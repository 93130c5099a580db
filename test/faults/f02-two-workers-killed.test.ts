import { expect } from '@jest/globals';
import { bookFile, install, phone, type Server, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { acceptedOf, expectEachOnce, untilSent } from './copies.ts';
import { promise } from './promise.ts';

const TEXT = 'Matchen flyttas till lördag 14.00';

/** A seeded shuffle of chances, so that a broken run can be run again. */
function chances(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

promise(
  'F2',
  'random kills of two workers on PostgreSQL: lost 0, duplicates 0, done in 60 s after the last',
  async (long) => {
    const kills = long ? 30 : 6;
    const members = long ? 1000 : 200;
    const random = chances(20_261_122);
    const postgres = await startPostgres();
    const judge = await startJudge({ latency: '10-60' });
    const place = await install(judge, { databaseUrl: await postgres.database() });
    try {
      await place.apply(bookFile({ members, partsPerSecond: long ? 12 : 25 }));
      await place.serve({ role: 'web' });
      const workers: Server[] = [await place.serve({ role: 'worker' }), await place.serve({ role: 'worker' })];
      const texts: string[] = [];
      const gone = async () => (await acceptedOf(judge, texts.at(-1) ?? '')).length;
      let onTheWay = 0;
      for (let n = 0; n < kills; n++) {
        // Every kill must fall while copies go out, however long a worker takes to be back: when few are left, one more.
        if (texts.length === 0 || (await gone()) > members * 0.6) {
          texts.push(`${TEXT} (${texts.length + 1})`);
          expect(await place.text(WRITER, texts.at(-1) ?? '')).toBe(200);
          await until(async () => (await gone()) > 0, 'the broadcast runs', 60_000);
        }
        const which = random() < 0.5 ? 0 : 1;
        const wait = performance.now() + random() * (long ? 1500 : 800);
        await until(() => performance.now() >= wait, 'the moment of the kill');
        if ((await gone()) < members) onTheWay++;
        const victim = workers[which] as Server;
        victim.kill('SIGKILL');
        await victim.gone;
        workers[which] = await place.serve({ role: 'worker' });
      }
      const since = performance.now();
      for (const text of texts) await untilSent(place, judge, text, members, 60_000);
      await until(async () => (await place.look()).broadcasts.every(({ status }) => status === 'sent'), 'all are sent');
      const took = (performance.now() - since) / 1000;
      const people = Array.from({ length: members }, (_, n) => phone(n));
      for (const text of texts) await expectEachOnce(judge, text, people);
      const { broadcasts } = await place.look();
      expect(broadcasts.map(({ text }) => text).sort()).toEqual([...texts].sort());
      const whole = { recipients: members, accepted: members, uncertain: 0, waiting: 0 };
      for (const broadcast of broadcasts) expect(broadcast).toMatchObject(whole);
      expect(took).toBeLessThan(60);
      expect(onTheWay).toBeGreaterThanOrEqual(Math.ceil(kills / 2));
      return {
        done: `${kills} kills -9 of two workers (${onTheWay} while copies went out), ${texts.length} broadcasts to ${members}, PostgreSQL`,
        figure: `lost 0, duplicates 0, uncertain 0, done ${took.toFixed(0)} s after the last kill`,
      };
    } finally {
      await place.clear();
      await judge.stop();
      await postgres.stop();
    }
  },
  480_000,
);
