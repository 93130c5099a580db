import { expect } from '@jest/globals';
import { bookFile, install, phone, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { promise } from './promise.ts';

const TEXT = 'Bussen går från Lerbäckskolan klockan åtta';

promise(
  'F28',
  'PostgreSQL killed in the middle of a broadcast, two workers: lost 0, duplicates 0, working 10 s after it is back',
  async (long) => {
    const members = long ? 1_000 : 400;
    const judge = await startJudge({ latency: '20-80' });
    const postgres = await startPostgres();
    const place = await install(judge, { databaseUrl: await postgres.database() });
    try {
      await place.apply(bookFile({ members, partsPerSecond: 50 }));
      const servers = [
        await place.serve({ role: 'web' }),
        await place.serve({ role: 'worker' }),
        await place.serve({ role: 'worker' }),
      ];
      expect(await place.text(WRITER, TEXT)).toBe(200);
      const copies = async () =>
        (await judge.log()).filter((line) => line.ev === 'accepted' && line.body === TEXT).map((line) => line.to);
      const kills = long ? 5 : 1;
      let worst = 0;
      for (let kill = 0; kill < kills; kill++) {
        await until(async () => (await copies()).length > 40 * (kill + 1), 'copies go out');
        await postgres.crash();
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        const before = (await copies()).length;
        await postgres.start();
        const begun = performance.now();
        await until(async () => (await copies()).length > before, 'the next copy', 10_000);
        expect(await place.text(phone(members - 1 - kill), 'HJÄLP')).toBe(200);
        worst = Math.max(worst, performance.now() - begun);
      }
      await until(async () => (await place.show()).broadcasts[0]?.status === 'sent', 'the broadcast is sent', 100_000);
      const got = await copies();
      expect(new Set(got).size).toBe(members);
      expect(got.length).toBe(members);
      expect((await place.show()).broadcasts[0]).toMatchObject({ accepted: members, uncertain: 0, waiting: 0 });
      for (const server of servers) expect(server.log()).not.toContain('uncaught');
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `PostgreSQL stopped at once ${kills} times in a broadcast of ${members}, web and two workers`,
        figure: `lost 0, duplicates 0, uncertain 0, working ${(worst / 1000).toFixed(1)} s after the database was`,
      };
    } finally {
      await place.clear();
      await postgres.stop();
      await judge.stop();
    }
  },
  340_000,
);
