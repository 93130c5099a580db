import { expect } from '@jest/globals';
import { bookFile, install, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { promise } from './promise.ts';

promise('F3', 'SIGTERM drains: out in 10 s, no 5xx to a webhook on the way, nothing lost or doubled', async (long) => {
  const members = long ? 500 : 150;
  const judge = await startJudge({ latency: '20-80' });
  const place = await install(judge);
  try {
    await place.apply(bookFile({ members }));
    const server = await place.serve();
    expect(await place.text(WRITER, 'Träningen är inställd i dag')).toBe(200);
    await until(async () => (await judge.report()).accepted > 20, 'the broadcast runs');
    // Texts keep coming while it stops; each is either taken or finds nobody there, and Twilio tries again.
    const statuses: number[] = [];
    let stopped = false;
    const senders = Array.from({ length: 4 }, async (_, n) => {
      for (let i = 0; !stopped && i < 500; i++)
        statuses.push(await place.text(`+4670176${n}${String(i).padStart(3, '0')}`, 'START'));
    });
    const begun = performance.now();
    server.kill('SIGTERM');
    const code = await server.gone;
    const ms = performance.now() - begun;
    stopped = true;
    await Promise.all(senders);
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
    expect(statuses.filter((status) => status >= 500)).toEqual([]);

    await place.serve();
    await until(
      async () => (await place.look()).broadcasts[0]?.status === 'sent',
      'the rest goes out after the next start',
    );
    const accepted = (await judge.log()).filter(
      (line) => line.ev === 'accepted' && line.body === 'Träningen är inställd i dag',
    );
    expect(new Set(accepted.map((line) => line.to)).size).toBe(members);
    expect(accepted.length).toBe(members);
    expect((await judge.report()).invalid).toBe(0);
    return {
      done: `SIGTERM while ${members} copies went out and texts came in, then started again`,
      figure: `out in ${(ms / 1000).toFixed(1)} s, ${statuses.filter((s) => s === 200).length} texts answered 200, 0 answered 5xx, lost 0, duplicates 0`,
    };
  } finally {
    await place.clear();
    await judge.stop();
  }
});
