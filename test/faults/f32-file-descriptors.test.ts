import { readdirSync } from 'node:fs';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { expect } from '@jest/globals';
import { bookFile, install, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startYardstick } from '../kit/yardstick.ts';
import { promise } from './promise.ts';

const TEXT = 'Simhallen är stängd i kväll';
const IDLE = 400;

promise(
  'F32',
  '256 file descriptors and more connections than that: texts and copies are not lost, it serves again',
  async (long) => {
    const members = long ? 400 : 100;
    const judge = await startJudge({ latency: '20-80' });
    const place = await install(judge);
    const idle = new Set<Socket>();
    try {
      await place.apply(bookFile({ members, partsPerSecond: 20 }));
      const server = await place.serve({ shell: 'ulimit -n 256' });
      const metric = async (name: string): Promise<number> => {
        const page = await (await fetch(`${place.url}/metrics`)).text();
        return Number(new RegExp(`^${name} (.*)$`, 'm').exec(page)?.[1]);
      };
      await metric('nodejs_eventloop_lag_p99_seconds');
      const yardstick = startYardstick();
      const memory = await metric('process_resident_memory_bytes');
      const open = () => readdirSync(`/proc/${server.pid}/fd`).length;
      expect(await place.text(WRITER, TEXT)).toBe(200);

      const rounds = long ? 4 : 1;
      let most = 0;
      let slowest = 0;
      let number = 0;
      for (let round = 0; round < rounds; round++) {
        for (let n = 0; n < IDLE; n++) {
          const socket = connect(place.port, '127.0.0.1');
          socket.on('error', () => undefined);
          idle.add(socket);
        }
        await until(() => open() >= 250, 'all descriptors are taken', 10_000);
        most = Math.max(most, open());
        // Pages and texts meanwhile are answered, or nobody is there; never half an answer, never an error page.
        const statuses = await Promise.all([
          ...Array.from({ length: 10 }, () => place.text(`+4670184${String(number++).padStart(4, '0')}`, 'START')),
          ...Array.from({ length: 10 }, () =>
            fetch(`${place.url}/healthz`, { signal: AbortSignal.timeout(3_000) }).then(
              (answer) => answer.status,
              () => 0,
            ),
          ),
        ]);
        expect(statuses.filter((status) => status !== 0 && status !== 200)).toEqual([]);
        // The first time it helps itself: whoever says nothing is cut off. Then the crowd goes away by itself.
        const begun = performance.now();
        if (round > 0) for (const socket of idle) socket.destroy();
        await until(async () => (await newcomer(`${place.url}/healthz`)) === 200, 'it serves newcomers again', 25_000);
        slowest = Math.max(slowest, performance.now() - begun);
        expect(await place.text(`+4670184${String(number++).padStart(4, '0')}`, 'START')).toBe(200);
        for (const socket of idle) socket.destroy();
        idle.clear();
      }
      await until(async () => (await place.look()).broadcasts[0]?.status === 'sent', 'the broadcast is sent', 60_000);
      const got = (await judge.log()).filter((line) => line.ev === 'accepted' && line.body === TEXT);
      expect(got.length).toBe(new Set(got.map((line) => line.to)).size);
      expect((await place.show()).broadcasts[0]).toMatchObject({ accepted: got.length, failed: 0, uncertain: 0 });
      expect(got.length).toBeGreaterThanOrEqual(members);
      const lag = 1000 * (await metric('nodejs_eventloop_lag_p99_seconds'));
      const stretch = await yardstick.stop();
      const grown = ((await metric('process_resident_memory_bytes')) - memory) / 1e6;
      // On a machine of its own: what ran beside it made everything take so many times as long.
      expect(lag / stretch).toBeLessThan(100);
      expect(grown).toBeLessThan(60);
      expect(server.log()).not.toMatch(/uncaught/i);
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `ulimit -n 256, ${IDLE} idle connections ${rounds === 1 ? 'once' : `${rounds} times`} (${most} descriptors in use), texts and a broadcast of ${members} meanwhile`,
        figure: `serves again after ${(slowest / 1000).toFixed(1)} s, copies lost 0, doubled 0, event loop p99 ${lag.toFixed(0)} ms on a machine ${stretch.toFixed(1)} times as slow as at rest, memory +${grown.toFixed(0)} MB`,
      };
    } finally {
      for (const socket of idle) socket.destroy();
      await place.clear();
      await judge.stop();
    }
  },
  300_000,
);

/** The status that a new connection is answered, 0 when it is cut off. */
const newcomer = (url: string): Promise<number> =>
  new Promise((resolve) => {
    get(url, { agent: false, timeout: 2_000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    })
      .on('error', () => resolve(0))
      .on('timeout', () => resolve(0));
  });
