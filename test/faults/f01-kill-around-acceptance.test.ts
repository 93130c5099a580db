import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { bookFile, install, type Server, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { promise } from './promise.ts';

const TEXT = 'Vi ses vid bussen 07.15';
const MEMBERS = 50;

/** Kills the process at each of `kills`, starts it again each time, and returns when the broadcast is sent. */
promise('F1', 'kill -9 before and after the provider takes a copy: lost 0, duplicates 0', async (long) => {
  const judge = await startJudge({ latency: '5-30' });
  const place = await install(judge);
  const pidFile = join(place.folder, 'pid');
  const before = long ? [1, 8, 15, 22, 29, 36, 43, 50] : [3, 30];
  const after = long ? [2, 9, 16, 23, 30, 37, 44, 49] : [12, 41];
  try {
    await place.apply(bookFile({ members: MEMBERS, partsPerSecond: 40 }));
    await judge.faults([
      ...before.map((n) => ({ match: { nth: [n] }, times: 1, do: `kill_before:${pidFile}` })),
      ...after.map((n) => ({ match: { nth: [n] }, times: 1, do: `kill_after:${pidFile}` })),
    ]);
    const begin = async (): Promise<Server> => {
      const server = await place.serve();
      writeFileSync(pidFile, String(server.pid));
      return server;
    };
    let server = await begin();
    expect(await place.text(WRITER, TEXT)).toBe(200);
    let kills = 0;
    for (let sent = false; !sent; ) {
      const state = await Promise.race([server.gone.then(() => 'killed' as const), seen(place.show)]);
      if (state === 'killed') {
        kills++;
        server = await begin();
      } else sent = state;
    }
    const accepted = (await judge.log()).filter((line) => line.ev === 'accepted' && line.body === TEXT);
    const [broadcast] = (await place.show()).broadcasts;
    expect(kills).toBe(before.length + after.length);
    expect(new Set(accepted.map((line) => line.to)).size).toBe(MEMBERS);
    expect(accepted.length).toBe(MEMBERS);
    expect(broadcast).toMatchObject({ recipients: MEMBERS, accepted: MEMBERS, uncertain: 0, waiting: 0 });
    expect((await judge.report()).invalid).toBe(0);
    return {
      done: `${kills} kills -9 during a broadcast of ${MEMBERS}, half before and half after an acceptance`,
      figure: 'lost 0, duplicates 0, uncertain 0',
    };
  } finally {
    await place.clear();
    await judge.stop();
  }
});

/** True once the broadcast is sent; looks now and then while the server runs. */
async function seen(show: () => Promise<{ broadcasts: { status: string }[] }>): Promise<boolean> {
  await new Promise((resolve) => setTimeout(resolve, 500));
  return (await show()).broadcasts[0]?.status === 'sent';
}
