import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { bookFile, install, phone, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { acceptedOf, expectEachOnce, untilSent } from './copies.ts';
import { promise } from './promise.ts';

const HOUR = 3_600_000;
const RATE = 40;

// DST itself is arithmetic and is tested as such: quiet hours and dates in test/core/clockRules.test.ts.
promise(
  'F25',
  'the wall clock jumps 2 h in the middle of a broadcast, forward and back: no duplicate, no storm',
  async (long) => {
    const members = long ? 1000 : 240;
    const jumps = long ? [2, 0, -2, 0, 2, 0] : [2, 0, -2];
    const text = 'Klockan slår när den vill';
    const judge = await startJudge({ latency: '20-60' });
    const place = await install(judge);
    const clock = join(place.folder, 'clock');
    writeFileSync(clock, '0');
    try {
      await place.apply(bookFile({ members, partsPerSecond: RATE }));
      await place.serve({
        nodeArgs: ['--import', new URL('../kit/fakeClock.mjs', import.meta.url).href],
        env: { FAKE_CLOCK_FILE: clock },
      });
      // Some answers are lost, so that look-ups run across the jumps too.
      await judge.faults([
        { match: { every: 23 }, do: 'accept_reset' },
        { match: { every: 31 }, do: 'reset' },
      ]);
      expect(await place.text(WRITER, text)).toBe(200);
      for (const [n, hours] of jumps.entries()) {
        const far = Math.floor(((n + 1) * members) / (jumps.length + 2));
        await until(async () => (await acceptedOf(judge, text)).length >= far, `${far} copies are accepted`);
        writeFileSync(clock, String(hours * HOUR));
      }
      const book = await untilSent(place, judge, text, members, 90_000);
      await expectEachOnce(
        judge,
        text,
        Array.from({ length: members }, (_, n) => phone(n)),
      );
      const [shown] = book.broadcasts;
      const uncertain = shown?.uncertain ?? 0;
      // An answer that was lost while our clock was hours away from the provider's may be told from no earlier message with
      // the same text: it is shown as uncertain, and never sent again.
      expect(shown).toMatchObject({ recipients: members, accepted: members - uncertain, failed: 0, waiting: 0 });
      const lost = (await judge.log()).filter((line) => line['fault'] === 'accept_reset').length;
      expect(uncertain).toBeLessThanOrEqual(lost);
      const most = busiestSecond((await acceptedOf(judge, text)).map((line) => Number(line['t'])));
      // The pace, and the second's worth that an idle number may send at once; in the short form one that a busy machine holds up.
      expect(most).toBeLessThanOrEqual((long ? 2 : 3) * RATE + 8);
      return {
        done: `the clock set to ${jumps.map((hours) => `${hours > 0 ? '+' : ''}${hours} h`).join(', ')} during a broadcast of ${members} at ${RATE} a second`,
        figure: `lost 0, duplicates 0, at most ${most} copies in a second; ${uncertain} of ${lost} lost answers shown as uncertain`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  360_000,
);

function busiestSecond(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  let most = 0;
  let from = 0;
  for (const [to, time] of sorted.entries()) {
    while ((sorted[from] ?? 0) <= time - 1000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}
