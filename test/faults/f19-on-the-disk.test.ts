import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from '@jest/globals';
import { bookFile, install, newSid, type Server, until } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { fileOf, inboundsOn } from '../kit/sqliteFile.ts';
import { promise } from './promise.ts';

promise(
  'F19',
  'kill -9 right after an answer: what was answered 200 is on the disk',
  async (long) => {
    const kills = long ? 100 : 10;
    const judge = await startJudge();
    const place = await install(judge);
    try {
      await place.apply(bookFile({ members: 1 }));
      const last: string[] = [];
      const answered: string[] = [];
      const open: string[] = [];
      let number = 0;
      for (let kill = 0; kill < kills; kill++) {
        // Only the first rounds have a worker: its claims must not stand in the way of the next start either.
        const server = await place.serve({ role: kill < 3 ? 'web,worker' : 'web' });
        const enough = 1 + (kill % 4);
        let done = 0;
        // Several at once: the killed process has half-done work, and the last answer is the freshest commit.
        await new Promise<void>((resolve) => {
          for (let lane = 0; lane < 4; lane++)
            void (async () => {
              while (done < enough) {
                const sid = newSid();
                open.push(sid);
                const status = await place.text(`+4670178${String(number++).padStart(4, '0')}`, 'START', { sid });
                if (status !== 200) return;
                answered.push(sid);
                if (++done === enough) {
                  server.kill('SIGKILL');
                  last.push(sid);
                  resolve();
                }
              }
            })();
        });
        await server.gone;
        const stored = inboundsOn(fileOf(place));
        expect(answered.filter((sid) => !stored.has(sid))).toEqual([]);
      }
      const stored = inboundsOn(fileOf(place));
      const { counts } = await place.show();
      expect(last.filter((sid) => !stored.has(sid))).toEqual([]);
      expect(last.length).toBe(kills);
      // Each that is stored has its effect, each that is not has none.
      expect(counts['active']).toBe(1 + stored.size);
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: `${kills} kills -9 at an answer while others were under way, ${open.length} texts in all`,
        figure: `${last.length} of ${kills} survive, and all ${answered.length} that were answered 200`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  800_000,
);

const LOOKED_AT = 'trace=read,write,writev,pwrite64,fdatasync,fsync';

promise('F19', 'the log is synced to the disk before the answer leaves', async (long) => {
  const judge = await startJudge();
  const place = await install(judge);
  let strace: ChildProcess | null = null;
  try {
    await place.apply(bookFile({ members: 1 }));
    const server = await place.serve({ role: 'web' });
    const watched = await watch(server);
    if (watched === null)
      return { done: 'not looked at: strace cannot be used on this machine', figure: 'see the kills -9 of F19' };
    strace = watched.child;
    const texts = long ? 200 : 30;
    for (let n = 0; n < texts; n++)
      expect(await place.text(`+4670179${String(n).padStart(4, '0')}`, 'START')).toBe(200);
    const answersOf = () => watched.lines().filter(({ what }) => what === 'answer').length;
    await until(() => answersOf() >= texts, 'strace has seen every answer');
    // Between a request's arrival and its answer the log is written, and then synced.
    let synced = 0;
    let written = false;
    let safe = true;
    for (const { what } of watched.lines()) {
      if (what === 'request') [written, safe] = [false, false];
      else if (what === 'log written') [written, safe] = [true, false];
      else if (what === 'log synced') safe = written;
      else if (safe) synced++;
    }
    expect(synced).toBe(texts);
    return {
      done: `${texts} texts one after another, every system call looked at`,
      figure: `${synced} of ${texts} answers left after the sync of their commit`,
    };
  } finally {
    strace?.kill('SIGKILL');
    await place.clear();
    await judge.stop();
  }
});

type Seen = { what: 'request' | 'log written' | 'log synced' | 'answer' };

/** Follows a server's system calls; null where strace is missing or may not. */
async function watch(server: Server): Promise<{ child: ChildProcess; lines(): Seen[] } | null> {
  const child = spawn('strace', ['-f', '-y', '-s', '64', '-e', LOOKED_AT, '-p', String(server.pid)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk;
  });
  const failed = Promise.race([once(child, 'error').catch(() => null), once(child, 'exit')]).then(() => true);
  const attached = until(() => /attached/.test(said), 'strace is attached', 10_000).then(() => false);
  if (await Promise.race([failed, attached.catch(() => true)])) return null;
  return {
    child,
    lines: () => {
      // Another thread's call in the middle of a sync splits its line in two.
      const syncing = new Set<string>();
      return said.split('\n').flatMap((line): Seen[] => {
        const thread = /^\[pid\s+(\d+)\]/.exec(line)?.[1] ?? '';
        if (/\bf(?:data)?sync\(\d+<[^>]*-wal> <unfinished/.test(line)) syncing.add(thread);
        if (/<\.\.\. f(?:data)?sync resumed>\)\s*= 0/.test(line) && syncing.delete(thread))
          return [{ what: 'log synced' }];
        if (/\bread\(.*"POST \/webhooks/.test(line)) return [{ what: 'request' }];
        if (/\bpwrite64\(\d+<[^>]*-wal>/.test(line)) return [{ what: 'log written' }];
        if (/\bf(?:data)?sync\(\d+<[^>]*-wal>\)\s*= 0/.test(line)) return [{ what: 'log synced' }];
        if (/\bwritev?\(.*"HTTP\/1\.1 200/.test(line)) return [{ what: 'answer' }];
        return [];
      });
    },
  };
}
