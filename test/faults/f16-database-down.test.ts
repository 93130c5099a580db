import { expect } from '@jest/globals';
import pg from 'pg';
import { bookFile, install, newSid, until } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { promise } from './promise.ts';

async function inboundsIn(url: string): Promise<Set<string>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ provider_id: string }>('select provider_id from inbounds');
    return new Set(rows.map((row) => row.provider_id));
  } finally {
    await client.end();
  }
}

promise(
  'F16',
  'PostgreSQL crashes while texts come in: never 2xx without the row, and each is taken at the next try',
  async (long) => {
    const judge = await startJudge();
    const postgres = await startPostgres();
    const databaseUrl = await postgres.database();
    const place = await install(judge, { databaseUrl });
    try {
      await place.apply(bookFile({ members: 1 }));
      const server = await place.serve();
      const rounds = long ? 8 : 2;
      const refused = new Map<string, string>();
      const taken: string[] = [];
      let worst = 0;
      let number = 0;
      for (let round = 0; round < rounds; round++) {
        let stop = false;
        const before = taken.length;
        const senders = Array.from({ length: 4 }, async () => {
          while (!stop) {
            const from = `+4670177${String(number++).padStart(4, '0')}`;
            const sid = newSid();
            const status = await place.text(from, 'START', { sid });
            if (status === 200) taken.push(sid);
            else {
              expect(status).toBe(503);
              refused.set(sid, from);
              await new Promise((resolve) => setTimeout(resolve, 50));
            }
          }
        });
        await until(() => taken.length > before + 20, 'texts are taken');
        const earlier = refused.size;
        await postgres.crash();
        await until(() => refused.size >= earlier + 8, 'texts are refused while it is down');
        expect((await fetch(`${place.url}/healthz`)).status).toBe(200);
        expect((await fetch(`${place.url}/readyz`)).status).toBe(503);
        await postgres.start();
        const again = taken.length;
        worst = Math.max(worst, await until(() => taken.length > again, 'texts are taken again', 10_000));
        stop = true;
        await Promise.all(senders);
      }
      const stored = await inboundsIn(databaseUrl);
      expect(taken.filter((sid) => !stored.has(sid))).toEqual([]);
      for (const [sid, from] of refused) expect(await place.text(from, 'START', { sid })).toBe(200);
      const all = await inboundsIn(databaseUrl);
      expect([...refused.keys()].filter((sid) => !all.has(sid))).toEqual([]);
      expect((await place.show()).counts['active']).toBe(1 + taken.length + refused.size);
      expect(server.log()).not.toContain('uncaught');
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `${rounds} crashes of PostgreSQL (immediate) under four senders`,
        figure: `${taken.length} of ${taken.length} answered 200 are stored; ${refused.size} answered 503, all taken at the next try; ${(worst / 1000).toFixed(1)} s from its start to the first 200`,
      };
    } finally {
      await place.clear();
      await postgres.stop();
      await judge.stop();
    }
  },
  300_000,
);
