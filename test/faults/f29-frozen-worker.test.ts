import { expect } from '@jest/globals';
import { bookFile, install, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { promise } from './promise.ts';

const TEXT = 'Nycklarna till förrådet ligger hos vaktmästaren';
/** The lease is 30 s; whoever sleeps longer has lost what it had claimed. */
const FROZEN_MS = 34_000;

promise(
  'F29',
  'one of two workers frozen past its lease and thawed: lost 0, duplicates 0',
  async (long) => {
    // Enough that copies are going out whenever one is frozen.
    const members = long ? 1_300 : 400;
    const partsPerSecond = long ? 15 : 40;
    const judge = await startJudge({ latency: '50-300' });
    const postgres = await startPostgres();
    const place = await install(judge, { databaseUrl: await postgres.database() });
    try {
      await place.apply(bookFile({ members, partsPerSecond }));
      await place.serve({ role: 'web' });
      const workers = [await place.serve({ role: 'worker' }), await place.serve({ role: 'worker' })];
      expect(await place.text(WRITER, TEXT)).toBe(200);
      const copies = async () =>
        (await judge.log()).filter((line) => line.ev === 'accepted' && line.body === TEXT).map((line) => line.to);
      const freezes = long ? 2 : 1;
      for (let freeze = 0; freeze < freezes; freeze++) {
        await until(async () => (await copies()).length > 20, 'copies go out');
        expect((await copies()).length).toBeLessThan(members - 50);
        const frozen = workers[freeze % 2];
        frozen?.kill('SIGSTOP');
        const before = (await copies()).length;
        const other = until(async () => (await copies()).length > before + 20, 'the other goes on', 10_000);
        await Promise.all([other, new Promise((resolve) => setTimeout(resolve, FROZEN_MS))]);
        frozen?.kill('SIGCONT');
      }
      await until(async () => (await place.look()).broadcasts[0]?.status === 'sent', 'the broadcast is sent', 60_000);
      const got = await copies();
      expect(new Set(got).size).toBe(members);
      expect(got.length).toBe(members);
      const [broadcast] = (await place.show()).broadcasts;
      expect(broadcast).toMatchObject({ accepted: members, uncertain: 0, waiting: 0 });
      // Both still work: a second broadcast goes out once to each as well.
      await place.apply(bookFile({ members, partsPerSecond: 1_000 }));
      expect(await place.text(WRITER, `${TEXT} nu`)).toBe(200);
      await until(
        async () => (await place.look()).broadcasts.every((one) => one.status === 'sent'),
        'the next broadcast is sent',
        60_000,
      );
      const second = (await judge.log()).filter((line) => line.ev === 'accepted' && line.body === `${TEXT} nu`);
      expect(second.length).toBe(members);
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `${freezes} times one of two workers stopped for ${FROZEN_MS / 1000} s in a broadcast of ${members} while copies went out`,
        figure: 'lost 0, duplicates 0, uncertain 0; the other went on meanwhile',
      };
    } finally {
      await place.clear();
      await postgres.stop();
      await judge.stop();
    }
  },
  480_000,
);
