import { expect } from '@jest/globals';
import { bookFile, FUNCTIONARY, install, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { acceptedOf } from './copies.ts';
import { promise } from './promise.ts';

/** What every request meets; `ours`: our own process is dead. */
const OUTAGES = ['503', 'ours', 'close', 'reset'];

promise(
  'F10',
  'a long outage: nothing older than its latest time is sent; what expired is listed',
  async (long) => {
    const members = long ? 300 : 200;
    const latestMs = long ? 20_000 : 7_000;
    const figures: string[] = [];
    const judge = await startJudge({ latency: '5-20' });
    const place = await install(judge);
    try {
      await place.apply(bookFile({ members, partsPerSecond: 20, book: [`latest_hours: ${latestMs / 3_600_000}`] }));
      let server = await place.serve();
      for (const outage of long ? OUTAGES : OUTAGES.slice(0, 2)) {
        const text = `Utskick under ${outage}`;
        await judge.faults([]);
        expect(await place.text(WRITER, text)).toBe(200);
        const begun = Date.now();
        await until(async () => (await acceptedOf(judge, text)).length >= 10, 'the broadcast runs');
        if (outage === 'ours') {
          server.kill('SIGKILL');
          await server.gone;
        } else await judge.faults([{ do: outage }]);
        // What was dialled in the last moment is answered too before the outage ends.
        await until(() => Date.now() > begun + latestMs + 1_500, 'the latest time has passed', latestMs + 5_000);
        const before = (await acceptedOf(judge, text)).length;
        if (outage === 'ours') server = await place.serve();
        await judge.faults([]);
        let shown = (await place.show()).broadcasts[0];
        await until(
          async () => {
            shown = (await place.look()).broadcasts[0];
            return shown?.status === 'sent' || shown?.status === 'missed';
          },
          'the broadcast is over',
          60_000,
        );
        const accepted = await acceptedOf(judge, text);
        const late = accepted.filter((line) => Number(line['t']) > begun + latestMs + 100);
        expect(late).toEqual([]);
        expect(accepted.length).toBe(before);
        expect(new Set(accepted.map((line) => line.to)).size).toBe(before);
        expect(shown).toMatchObject({ text, accepted: before, failed: 0, uncertain: 0, waiting: 0 });
        expect(shown?.expired).toBe(members - before);
        await until(
          async () =>
            (await judge.log()).some(
              (line) =>
                line.ev === 'accepted' &&
                line.to === FUNCTIONARY &&
                Number(line['t']) > begun &&
                String(line.body).includes(`till ${members - before} personer`),
            ),
          'the functionary is told how many',
          90_000,
        );
        figures.push(`${outage} ${members - before}`);
      }
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `outages past the latest time of broadcasts of ${members} (503, our own process dead${long ? ', closed, reset' : ''})`,
        figure: `0 sent late; listed as expired and told: ${figures.join(', ')}`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  480_000,
);
