import { expect } from '@jest/globals';
import { bookFile, install, phone, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { startWiretap } from '../kit/wiretap.ts';
import { promise } from './promise.ts';

const TEXT = 'Matchen på lördag är flyttad till Klostergården';

/** `roles`: the processes that share the installation. */
const settings = [
  { id: 'F14', where: 'SQLite, one process', postgres: false, roles: ['web,worker'] },
  { id: 'F14', where: 'PostgreSQL, web and two workers', postgres: true, roles: ['web', 'worker', 'worker'] },
];

for (const { id, where, postgres: onPostgres, roles } of settings)
  promise(
    id,
    `STOPP while a broadcast runs (${where}): no copy starts after the answer, nothing is accepted after the confirmation`,
    async (long) => {
      const members = long ? 600 : 120;
      const leavers = long ? 300 : 60;
      const judge = await startJudge({ latency: '50-300' });
      const tap = await startWiretap(judge.url);
      const postgres = onPostgres ? await startPostgres() : null;
      const place = await install(
        { ...judge, url: tap.url },
        postgres ? { databaseUrl: await postgres.database() } : {},
      );
      try {
        await place.apply(bookFile({ members, partsPerSecond: long ? 40 : 20 }));
        for (const role of roles) await place.serve({ role });
        expect(await place.text(WRITER, TEXT)).toBe(200);
        const copies = () => tap.calls.filter((call) => call.body === TEXT);
        await until(() => copies().length > 0, 'the first copy');
        // Whoever is being dialled just now has most to lose, so those are asked to leave as well as any others.
        const left = new Map<string, number>();
        const chosen = new Set<string>();
        // From the end, for copies go out from the start: some must be spared, however slow the leaving.
        const anybody = Array.from({ length: members }, (_, n) => phone(members - 1 - ((n * 37) % members)));
        const choose = (n: number): string | undefined => {
          const onTheWire = copies().filter((call) => call.ended === null && !chosen.has(call.to));
          return (n % 3 > 0 ? onTheWire.at(-1)?.to : undefined) ?? anybody.find((one) => !chosen.has(one));
        };
        const people = Array.from({ length: 6 }, async (_, lane) => {
          for (let n = lane; n < leavers; n += 6) {
            const from = choose(n);
            if (from === undefined) return;
            chosen.add(from);
            expect(await place.text(from, 'STOPP')).toBe(200);
            left.set(from, await tap.mark());
          }
        });
        await Promise.all(people);
        const meanwhile = copies().length;
        await until(async () => (await place.look()).broadcasts[0]?.status === 'sent', 'the broadcast is sent', 60_000);
        const confirmed = (to: string) => tap.calls.filter((call) => call.to === to && call.body !== TEXT);
        // Answered, not only on its way: the judge's ledger is read below.
        const isConfirmed = (to: string) => confirmed(to).some(({ ended }) => ended !== null);
        await until(() => [...left.keys()].every(isConfirmed), 'every leave is confirmed', 60_000);

        let onTheWire = 0;
        for (const [to, answered] of left) {
          const own = copies().filter((call) => call.to === to);
          const [confirmation] = confirmed(to);
          expect(own.filter((call) => call.began > answered)).toEqual([]);
          expect(own.length).toBeLessThanOrEqual(1);
          expect(confirmed(to).length).toBe(1);
          if ((own[0]?.ended ?? 0) > answered) onTheWire++;
          expect(own[0]?.ended ?? 0).toBeLessThan(confirmation?.began ?? 0);
        }
        // Nothing is accepted after the confirmation, by the judge's own ledger.
        const ledger = (await judge.log()).filter((line) => line.ev === 'accepted');
        for (const to of left.keys()) expect(ledger.filter((line) => line.to === to).at(-1)?.body).not.toBe(TEXT);
        const stayed = Array.from({ length: members }, (_, n) => phone(n)).filter((one) => !left.has(one));
        const got = ledger.filter((line) => line.body === TEXT).map((line) => line.to);
        for (const one of stayed) expect(got.filter((to) => to === one).length).toBe(1);
        expect(new Set(got).size).toBe(got.length);
        expect(meanwhile).toBeLessThan(members);
        expect((await judge.report()).invalid).toBe(0);
        const spared = members - got.length;
        return {
          done: `${left.size} left while ${members} copies went out, latency 50-300 ms (${where})`,
          figure: `0 copies started after the answer, ${onTheWire} were on the wire at it and ended before the confirmation, ${spared} spared, 0 accepted after it`,
        };
      } finally {
        await place.clear();
        await postgres?.stop();
        await tap.stop();
        await judge.stop();
      }
    },
    300_000,
  );
