import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { bookFile, type Installation, install, newSid, phone, until, WRITER } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { fileOf, inboundsOn } from '../kit/sqliteFile.ts';
import { promise } from './promise.ts';

const TEXT = 'Tältet tas ner på söndag, alla hjälps åt';

/** A way to make writing impossible under a running server, and possible again. */
type Trouble = { name: string; begin(): void; end(): void; clear(): void };

/** A real, small disk with a ballast file; null where mounting is not permitted. */
function smallDisk(place: Installation): Trouble | null {
  const folder = join(place.folder, 'disk');
  mkdirSync(folder);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  place.env['DATABASE_URL'] = `file:${join(folder, 'startstopp.db')}`;
  const ballast = join(folder, 'ballast');
  return {
    name: 'disk of 6 MB filled to the last byte',
    begin() {
      for (const size of [1 << 20, 1 << 12, 1])
        try {
          for (;;) writeFileSync(ballast, Buffer.alloc(size), { flag: 'a' });
        } catch {
          // Full for pieces of this size.
        }
    },
    end: () => rmSync(ballast, { force: true }),
    clear: () => execFileSync('umount', ['-l', folder]),
  };
}

/** Files may not grow any further: write() gives EFBIG, as other I/O errors do, in the server's process only. */
const fileLimit = (pid: () => number): Trouble => {
  const limit = (size: string) => execFileSync('prlimit', ['--pid', String(pid()), `--fsize=${size}`]);
  return {
    name: 'every write to the disk gives an I/O error (RLIMIT_FSIZE)',
    begin: () => void limit('1024:unlimited'),
    end: () => void limit('unlimited:unlimited'),
    clear: () => undefined,
  };
};

const promises = [
  { id: 'F20', says: 'the disk is full: 5xx, no silent loss, back within 30 s of repair', full: true },
  { id: 'F21', says: 'the disk gives I/O errors: 5xx, no silent loss, back within 30 s of repair', full: false },
];

for (const { id, says, full } of promises)
  promise(
    id,
    says,
    async (long) => {
      const members = 400;
      const rounds = long ? 3 : 1;
      const textOf = (round: number) => `${TEXT} (${round + 1})`;
      const judge = await startJudge({ latency: '20-80' });
      const place = await install(judge);
      let pid = 0;
      const trouble = full ? (smallDisk(place) ?? fileLimit(() => pid)) : fileLimit(() => pid);
      try {
        await place.apply(bookFile({ members, partsPerSecond: 50 }));
        const server = await place.serve();
        pid = server.pid;
        const taken: string[] = [];
        const refused = new Map<string, string>();
        let number = 0;
        let stop = false;
        const sender = async () => {
          while (!stop) {
            const from = `+4670180${String(number++).padStart(4, '0')}`;
            const sid = newSid();
            const status = await place.text(from, 'START', { sid });
            if (status === 200) taken.push(sid);
            else {
              expect(status).toBe(503);
              refused.set(sid, from);
            }
            // Replies go before copies: a flood of texts would leave no room for the broadcast.
            await new Promise((resolve) => setTimeout(resolve, 100));
          }
        };
        const copies = async (round: number) =>
          (await judge.log())
            .filter((line) => line.ev === 'accepted' && line.body === textOf(round))
            .map((line) => line.to);

        let worst = 0;
        for (let round = 0; round < rounds; round++) {
          stop = false;
          const senders = [sender(), sender()];
          await until(() => taken.length > 10 * (round + 1), 'texts are taken');
          // The trouble must come while most copies are still to go, on a slow machine too.
          expect(await place.text(WRITER, textOf(round))).toBe(200);
          await until(async () => (await copies(round)).length > 15, 'copies go out');
          trouble.begin();
          const already = refused.size;
          await until(() => refused.size > already + 20, 'texts are refused');
          expect((await fetch(`${place.url}/healthz`)).status).toBe(200);
          const before = taken.length;
          const sent = (await copies(round)).length;
          expect(sent).toBeLessThan(members);
          trouble.end();
          const back = until(() => taken.length > before + 5, 'texts are taken again', 30_000);
          const sends = until(async () => (await copies(round)).length > sent, 'copies go out again', 30_000);
          worst = Math.max(worst, ...(await Promise.all([back, sends])));
          stop = true;
          await Promise.all(senders);
        }
        // By their own process: what the server holds in memory does not count.
        server.kill('SIGKILL');
        await server.gone;
        const stored = inboundsOn(fileOf(place));
        expect(taken.filter((sid) => !stored.has(sid))).toEqual([]);
        pid = (await place.serve()).pid;
        for (const [sid, from] of refused) expect(await place.text(from, 'START', { sid })).toBe(200);
        const allSent = async () => (await place.look()).broadcasts.every(({ status }) => status === 'sent');
        await until(allSent, 'the broadcasts are sent', 60_000);
        for (let round = 0; round < rounds; round++) {
          const got = await copies(round);
          expect(got.length).toBe(new Set(got).size);
          for (let n = 0; n < members; n++) expect(got).toContain(phone(n));
        }
        const { counts, broadcasts } = await place.show();
        expect(counts['active']).toBe(members + taken.length + refused.size);
        for (const broadcast of broadcasts) expect(broadcast).toMatchObject({ uncertain: 0, waiting: 0 });
        expect((await place.run('ledger', 'verify')).code).toBe(0);
        expect((await judge.report()).invalid).toBe(0);
        return {
          done: `${trouble.name} in ${rounds} broadcasts of ${members} with texts coming in`,
          figure: `${taken.length} of ${taken.length} answered 200 are stored, ${refused.size} answered 503 and all taken at the next try, copies lost 0, doubled 0, back ${(worst / 1000).toFixed(1)} s after repair`,
        };
      } finally {
        await place.clear().catch(() => undefined);
        trouble.clear();
        rmSync(place.folder, { recursive: true, force: true });
        await judge.stop();
      }
    },
    300_000,
  );
