import { expect } from '@jest/globals';
import { bookFile, install, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { promise } from './promise.ts';

const BROADCASTS = 20;
/** One each: twenty texts of one phone at once are more than its conversation's compare-and-set lets through. */
const WRITERS = Array.from({ length: BROADCASTS }, (_, n) => `+467017406${String(n + 10)}`);
const textOf = (n: number): string =>
  `Utskick ${n}: ${'vi samlas vid hallen i god tid '.repeat(n % 3 === 0 ? 6 : 1)}`.trim();

promise(
  'F35',
  'a cost cap with 20 parallel broadcasts: overshoot 0',
  async (long) => {
    const members = long ? 100 : 30;
    const cap = long ? 1001 : 201;
    const postgres = long ? await startPostgres() : null;
    const judge = await startJudge({ latency: '5-40' });
    const databaseUrl = await postgres?.database();
    const place = await install(judge, databaseUrl ? { databaseUrl } : {});
    try {
      const yaml = bookFile({ members, partsPerSecond: 200, organisation: `, daily_parts: ${cap}` });
      await place.apply(yaml.replace(`"${WRITER}"`, WRITERS.map((writer) => `"${writer}"`).join(', ')));
      await place.serve({ role: 'web' });
      // Parts come back from what was surely not taken, and stay spent where nobody can tell.
      await judge.faults([
        { match: { every: 41 }, do: '429' },
        { match: { every: 13 }, do: 'accept_reset' },
        ...(long ? [{ match: { every: 17 }, do: 'reset' }] : []),
      ]);
      const texts = Array.from({ length: BROADCASTS }, (_, n) => textOf(n));
      expect(await Promise.all(texts.map((text, n) => place.text(WRITERS[n] ?? WRITER, text)))).toEqual(
        texts.map(() => 200),
      );
      // Only now, or the first broadcasts could use the cap up and be done before the last ones come.
      await Promise.all(Array.from({ length: postgres ? 2 : 1 }, () => place.serve({ role: 'worker' })));
      const copies = async () =>
        (await judge.log()).filter((line) => line.ev === 'accepted' && texts.includes(String(line.body)));
      const parts = async () => (await copies()).reduce((sum, line) => sum + Number(line['segments']), 0);
      // Two parts to a copy at most: one part may be left over that no copy fits in.
      await until(async () => (await parts()) >= cap - 1, 'the cap is used up', 60_000);
      let quiet = performance.now();
      let seen = await parts();
      // Held copies are looked at again every 10 s, and what is in doubt takes 5 s.
      await until(
        async () => {
          const now = await parts();
          if (now !== seen) quiet = performance.now();
          seen = now;
          return performance.now() - quiet > (long ? 25_000 : 11_000);
        },
        'nothing more goes out',
        90_000,
      );
      const spent = await parts();
      expect(spent).toBeLessThanOrEqual(cap);
      const book = await place.show();
      expect(new Set(book.broadcasts.map((one) => one.text)).size).toBe(BROADCASTS);
      expect(book.broadcasts.every((one) => one.status === 'sending')).toBe(true);
      const keys = (await copies()).map((line) => `${line.to} ${line.body}`);
      expect(new Set(keys).size).toBe(keys.length);
      expect((await judge.report()).invalid).toBe(0);
      const asked = texts.length * members;
      return {
        done: `${BROADCASTS} broadcasts at once, ${asked} copies of one or two parts, a cap of ${cap} parts a day${postgres ? ', two workers on PostgreSQL' : ''}`,
        figure: `${spent} parts sent, overshoot 0`,
      };
    } finally {
      await place.clear();
      await judge.stop();
      await postgres?.stop();
    }
  },
  360_000,
);
