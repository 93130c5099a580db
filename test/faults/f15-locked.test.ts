import { expect } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { bookFile, install, newSid, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { fileOf, inboundsOn } from '../kit/sqliteFile.ts';
import { promise } from './promise.ts';

const TEXT = 'Samling i Victoriastadion kl 17';

/** Holds SQLite's exclusive lock as another process would: from a connection of its own. */
function lock(file: string): () => void {
  const connection = new Sqlite(file, { timeout: 5_000 });
  connection.exec('begin exclusive');
  return () => {
    connection.exec('rollback');
    connection.close();
  };
}

promise(
  'F15',
  'the database locked by another process: never 2xx without the row on disk, taken when the lock is gone',
  async (long) => {
    const judge = await startJudge();
    const place = await install(judge);
    try {
      await place.apply(bookFile({ members: 1 }));
      await place.serve();
      const rounds = long ? 5 : 1;
      let texts = 0;
      let refused = 0;
      for (let round = 0; round < rounds; round++) {
        // Shorter than our patience: whoever waits is taken. Longer: 503, and the provider's next try is taken.
        for (const held of ['briefly', 'long'] as const) {
          const people = Array.from({ length: 10 }, (_, n) => ({
            from: `+46701762${round}${held === 'long' ? 1 : 0}${n}`,
            sid: newSid(),
          }));
          const free = lock(fileOf(place));
          const answers = new Map<string, number>();
          const posts = people.map(async ({ from, sid }) => {
            answers.set(sid, await place.text(from, 'START', { sid }));
          });
          if (held === 'long')
            await until(() => answers.size === people.length, 'all are answered while it is locked', 20_000);
          else await new Promise((resolve) => setTimeout(resolve, 1_000));
          // Nobody can have written anything.
          expect([...answers.values()].filter((status) => status < 500)).toEqual([]);
          free();
          await Promise.all(posts);
          texts += people.length;
          for (const { from, sid } of people) {
            const status = answers.get(sid) ?? 0;
            if (status === 200) continue;
            expect(status).toBe(503);
            refused++;
            expect(await place.text(from, 'START', { sid })).toBe(200);
          }
          const stored = inboundsOn(fileOf(place));
          expect(people.filter(({ sid }) => !stored.has(sid))).toEqual([]);
        }
      }
      const { members } = await place.show();
      expect(members.length).toBe(1 + texts);
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `begin exclusive held for 1 s and for over 10 s, ${texts} texts meanwhile`,
        figure: `0 answered 2xx while locked, ${refused} answered 503 and taken at the next try, ${texts} of ${texts} stored once`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  300_000,
);

promise(
  'F22',
  'a lock held while a broadcast runs: sending waits and goes on by itself, lost 0, duplicates 0',
  async (long) => {
    const members = long ? 600 : 400;
    const judge = await startJudge({ latency: '20-80' });
    const place = await install(judge);
    try {
      await place.apply(bookFile({ members, partsPerSecond: 40 }));
      const server = await place.serve();
      expect(await place.text(WRITER, TEXT)).toBe(200);
      const copies = async () =>
        (await judge.log()).filter((line) => line.ev === 'accepted' && line.body === TEXT).map((line) => line.to);
      let worst = 0;
      const locks = long ? [2_000, 12_000, 500, 4_000] : [2_000];
      for (const [n, ms] of locks.entries()) {
        await until(async () => (await copies()).length > 20 * (n + 1), 'it runs');
        const free = lock(fileOf(place));
        await new Promise((resolve) => setTimeout(resolve, ms));
        const before = (await copies()).length;
        free();
        worst = Math.max(worst, await until(async () => (await copies()).length > before, 'it goes on', 30_000));
      }
      await until(async () => (await place.show()).broadcasts[0]?.status === 'sent', 'the broadcast is sent', 90_000);
      const got = await copies();
      expect(new Set(got).size).toBe(members);
      expect(got.length).toBe(members);
      expect((await place.show()).broadcasts[0]).toMatchObject({ accepted: members, uncertain: 0, waiting: 0 });
      expect(server.log()).not.toContain('uncaught');
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `begin exclusive held ${locks.map((ms) => `${ms / 1000} s`).join(', ')} in a broadcast of ${members}`,
        figure: `lost 0, duplicates 0, the next copy at most ${(worst / 1000).toFixed(1)} s after the lock was free`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  300_000,
);
