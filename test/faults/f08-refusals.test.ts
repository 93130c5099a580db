import { expect } from '@jest/globals';
import { bookFile, FUNCTIONARY, install, NUMBER, phone, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { expectEachOnce, untilSent } from './copies.ts';
import { promise } from './promise.ts';

/** The recipient's own: tried once, whatever the rest of the run meets. */
const PERMANENT = ['21211', '21214', '21217', '21614', '21635'];

promise('F8', 'permanent errors: one attempt each; 21610 becomes a block', async (long) => {
  const each = long ? 20 : 4;
  const members = PERMANENT.length * each + 30;
  const people = Array.from({ length: members }, (_, n) => phone(n));
  const judge = await startJudge({ latency: '5-20' });
  const place = await install(judge);
  try {
    await place.apply(bookFile({ members }));
    await place.serve();
    const bad = new Map(people.slice(0, PERMANENT.length * each).map((to, n) => [to, PERMANENT[n % PERMANENT.length]]));
    const blocked = people.slice(bad.size, bad.size + 5);
    await judge.faults([...bad].map(([to, code]) => ({ match: { to: `${to.slice(1)}$` }, do: `400:${code}` })));
    for (const to of blocked) await judge.optOut(to, NUMBER);
    const good = people.filter((to) => !bad.has(to) && !blocked.includes(to));

    expect(await place.text(WRITER, 'Bussen går 07.15')).toBe(200);
    const first = await untilSent(place, judge, 'Bussen går 07.15', good.length, 30_000);
    expect(first.broadcasts[0]).toMatchObject({ accepted: good.length, failed: bad.size + blocked.length, waiting: 0 });
    await expectEachOnce(judge, 'Bussen går 07.15', good);
    const refused = (text: string) => async (ev: string) =>
      (await judge.log()).filter((line) => line.ev === ev && line.body === text).map((line) => line.to);
    expect((await refused('Bussen går 07.15')('fault')).sort()).toEqual([...bad.keys()].sort());
    expect((await refused('Bussen går 07.15')('optout_refused')).sort()).toEqual([...blocked].sort());

    expect(await place.text(WRITER, 'Bussen är försenad')).toBe(200);
    const second = await untilSent(place, judge, 'Bussen är försenad', good.length, 30_000);
    await expectEachOnce(judge, 'Bussen är försenad', good);
    // The block is ours as well now: nobody dials them again.
    expect(await refused('Bussen är försenad')('optout_refused')).toEqual([]);
    expect(second.broadcasts[0]?.accepted).toBe(good.length);
    return {
      done: `two broadcasts of ${members}: ${bad.size} met one of ${PERMANENT.length} permanent errors, ${blocked.length} met 21610`,
      figure: `one attempt each, ${blocked.length} blocks mirrored and not dialled again, everybody else once`,
    };
  } finally {
    await place.clear();
    await judge.stop();
  }
});

promise(
  'F9',
  'account errors pause the run after at most 5 refusals, tell the functionary; resume sends the rest',
  async (long) => {
    // Slow, so that few are on the wire when the first refusal comes, on a busy machine too.
    const [members, partsPerSecond, before] = long ? [400, 40, 90] : [60, 10, 40];
    const people = Array.from({ length: members }, (_, n) => phone(n));
    const judge = await startJudge({ latency: '20-60' });
    const place = await install(judge);
    const figures: string[] = [];
    try {
      await place.apply(bookFile({ members, partsPerSecond }));
      const server = await place.serve();
      for (const [text, rule] of [
        ['Första utskicket', { do: '401' }],
        ['Andra utskicket', { match: { after: members + before }, do: '401' }],
      ] as const) {
        await judge.faults([rule]);
        expect(await place.text(WRITER, text)).toBe(200);
        let book = await place.show();
        await until(
          async () => {
            book = await place.look();
            return book.broadcasts[0]?.status === 'paused';
          },
          'the run is paused',
          20_000,
        );
        const copies = async () => (await judge.log()).filter((line) => line.ev === 'fault' && line.body === text);
        // What was on the wire when it was paused is refused too; nothing more is tried while it waits for a person.
        await place.show();
        const refusals = (await copies()).length;
        expect(book.broadcasts[0]).toMatchObject({ text, pausedFor: '20003', failed: 0, uncertain: 0 });
        expect(server.log()).toContain('the provider refuses our account or sender');
        await place.show();
        expect((await copies()).length).toBe(refusals);
        expect(refusals).toBeGreaterThan(0);
        expect(refusals).toBeLessThanOrEqual(long ? 5 : 15);
        figures.push(String(refusals));

        await judge.faults([]);
        expect((await place.run('resume', book.broadcasts[0]?.id ?? '')).code).toBe(0);
        await untilSent(place, judge, text, members, 60_000);
        await expectEachOnce(judge, text, people);
        await until(
          async () =>
            (await judge.log()).some(
              (line) => line.ev === 'accepted' && line.to === FUNCTIONARY && String(line.body).includes('fel 20003'),
            ),
          'the functionary is told once it works again',
          100_000,
        );
      }
      return {
        done: `account refused (401, 20003) from the first copy, and in the middle of a run at ${partsPerSecond} a second`,
        figure: `paused after ${figures.join(' and ')} refusals of copies, functionary told, resume sent the rest once`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  360_000,
);
