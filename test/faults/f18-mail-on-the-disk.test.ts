import { expect } from '@jest/globals';
import Sqlite from 'better-sqlite3';
import { bookFile, until } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { fileOf } from '../kit/sqliteFile.ts';
import { installMail, letter, mailsOn, openPeer } from './mailPlace.ts';
import { promise } from './promise.ts';

promise(
  'F18',
  'kill -9 right after a 250: the mail that was answered is on the disk, whole and decided',
  async (long) => {
    const kills = long ? 100 : 4;
    const judge = await startJudge();
    const { place, smtp, clear } = await installMail(judge);
    try {
      await place.apply(bookFile({ members: 1 }));
      const answered: string[] = [];
      const last: string[] = [];
      let number = 0;
      for (let kill = 0; kill < kills; kill++) {
        const server = await place.serve({ role: 'smtp' });
        const enough = 1 + (kill % 4);
        let done = 0;
        await new Promise<void>((resolve, reject) => {
          for (let lane = 0; lane < 4; lane++)
            void (async () => {
              const peer = await openPeer(smtp, `127.0.0.${10 + lane}`);
              while (done < enough) {
                const id = `<f18-${number++}@elsewhere.example>`;
                // Every third has pieces that are on the disk before its last dot.
                const code = await peer.send(letter(id, number % 3 === 0 ? 'Lång fråga. '.repeat(50_000) : undefined));
                if (code !== 250) return;
                answered.push(id);
                if (++done === enough) {
                  server.kill('SIGKILL');
                  last.push(id);
                  resolve();
                }
              }
            })().catch(reject);
        });
        await server.gone;
        const stored = mailsOn(place);
        expect(answered.filter((id) => !stored.get(id)?.whole)).toEqual([]);
      }
      const stored = mailsOn(place);
      expect([...stored.values()].filter(({ times }) => times !== 1)).toEqual([]);
      expect(last.length).toBe(kills);
      return {
        done: `${kills} kills -9 at a 250 while others were under way, ${number} mails in all`,
        figure: `${last.length} of ${kills} survive, and all ${answered.length} that were answered 250`,
      };
    } finally {
      await clear();
      await judge.stop();
    }
  },
  1800_000,
);

promise(
  'F18',
  'the database locked while mails come: 451, never 250; the next try is taken once',
  async (long) => {
    const judge = await startJudge();
    const { place, smtp, clear } = await installMail(judge);
    try {
      await place.apply(bookFile({ members: 1 }));
      await place.serve({ role: 'smtp' });
      const rounds = long ? 5 : 1;
      let refused = 0;
      const all: string[] = [];
      for (let round = 0; round < rounds; round++) {
        const mails = Array.from({ length: 8 }, (_, n) => `<f18-lock-${round}-${n}@elsewhere.example>`);
        const peers = await Promise.all(mails.map((_, n) => openPeer(smtp, `127.0.0.${10 + n}`)));
        const lock = new Sqlite(fileOf(place), { timeout: 5_000 });
        lock.exec('begin exclusive');
        const answers = new Map<string, number>();
        // Mails of one sender are decided one after the other and would wait for the lock one after the other too.
        const mailOf = (id: string, n: number) => letter(id, undefined, `okand${n}`);
        const sending = mails.map(async (id, n) => answers.set(id, (await peers[n]?.send(mailOf(id, n))) ?? 0));
        await until(() => answers.size === mails.length, 'all are answered while it is locked', 60_000);
        expect([...answers.values()].filter((code) => code !== 451)).toEqual([]);
        lock.exec('rollback');
        lock.close();
        await Promise.all(sending);
        refused += answers.size;
        expect([...mailsOn(place).keys()].filter((id) => mails.includes(id))).toEqual([]);
        for (const [n, id] of mails.entries()) {
          await peers[n]?.talk.say('RSET');
          expect(await peers[n]?.send(mailOf(id, n))).toBe(250);
          // The peer may not have heard the 250 and tries again.
          if (n % 2 === 0) expect(await peers[n]?.send(mailOf(id, n))).toBe(250);
          peers[n]?.talk.destroy();
        }
        all.push(...mails);
      }
      const stored = mailsOn(place);
      expect(all.filter((id) => stored.get(id)?.times !== 1 || !stored.get(id)?.whole)).toEqual([]);
      return {
        done: `begin exclusive held while 8 mails came, ${rounds === 1 ? 'once' : `${rounds} times`}`,
        figure: `0 answered 250 while locked, ${refused} answered 451 and taken at the next try, ${all.length} of ${all.length} stored once`,
      };
    } finally {
      await clear();
      await judge.stop();
    }
  },
  800_000,
);
