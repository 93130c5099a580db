import { join } from 'node:path';
import { expect } from '@jest/globals';
import { bookFile, install, phone, type Server, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { acceptedOf, expectEachOnce, untilSent } from './copies.ts';
import { promise } from './promise.ts';

const TEXT = 'Vi ses vid bussen 07.15';
const MEMBERS = 50;

promise('F1', 'kill -9 before and after the provider takes a copy: lost 0, duplicates 0', async (long) => {
  const judge = await startJudge({ latency: '5-30' });
  const place = await install(judge);
  const pidFile = join(place.folder, 'pid');
  const all = Array.from({ length: MEMBERS }, (_, n) => phone(n));
  // Each named copy meets its kill at the first request for it; the long form kills on both sides of every acceptance.
  const before = long ? all : [all[12], all[30]];
  const after = long ? all : [all[21], all[40]];
  const rule = (to: string | undefined, side: string) => ({
    match: { to: `${to?.slice(1)}$` },
    times: 1,
    do: `kill_${side}:${pidFile}`,
  });
  let over = false;
  let kills = 0;
  let server: Server | null = null;
  // Nobody asks it to stop, so whenever it ends it was killed; then it is started again, as systemd would.
  const keepRunning = async () => {
    while (!over) {
      try {
        server = await place.serve({ pidFile });
      } catch (error) {
        // The request that kills may go out before the line that says "running".
        if (!String(error).includes('serve ended with null')) throw error;
      }
      if (server) await server.gone;
      if (!over) kills++;
    }
  };
  try {
    await place.apply(bookFile({ members: MEMBERS, partsPerSecond: 10 }));
    server = await place.serve({ pidFile });
    await judge.faults([...before.map((to) => rule(to, 'before')), ...after.map((to) => rule(to, 'after'))]);
    expect(await place.text(WRITER, TEXT)).toBe(200);
    const first = server.gone.then(() => {
      kills++;
      return keepRunning();
    });
    const book = await Promise.race([
      untilSent(place, judge, TEXT, MEMBERS, long ? 170_000 : 55_000),
      first.then(() => Promise.reject(new Error('the server could not be started again'))),
    ]);
    over = true;
    const killed = (await judge.log()).filter((line) => String(line['do'] ?? line['fault']).startsWith('kill_'));
    await expectEachOnce(judge, TEXT, all);
    expect((await acceptedOf(judge, TEXT)).length).toBe(MEMBERS);
    expect(book.broadcasts[0]).toMatchObject({ recipients: MEMBERS, accepted: MEMBERS, uncertain: 0, waiting: 0 });
    expect(killed.filter((line) => line.ev === 'fault').length).toBe(before.length);
    expect(killed.filter((line) => line.ev === 'accepted').length).toBe(after.length);
    expect(kills).toBeGreaterThan(1);
    return {
      done: `a broadcast of ${MEMBERS}, killed before ${before.length} and after ${after.length} acceptances: ${kills} kills -9`,
      figure: 'lost 0, duplicates 0, uncertain 0',
    };
  } finally {
    over = true;
    await place.clear();
    await judge.stop();
  }
});
