import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { bookFile, type Installation, install, NUMBER, newSid, until } from '../kit/installation.ts';
import { startJudge } from '../kit/judge.ts';
import { startPostgres } from '../kit/postgres.ts';
import { fileOf, inboundsOn } from '../kit/sqliteFile.ts';
import { promise } from './promise.ts';

const LEAVER = '+46701756001';

/** Whatever needs the database. `serve` is tried apart, because it would stay. */
const COMMANDS: readonly (readonly string[])[] = [
  ['serve'],
  ['apply', 'books.yaml'],
  ['show', 'book', 'p12', '--json'],
  ['import', 'p12', 'members.csv'],
  ['export', 'p12'],
  ['approve', 'p12', '--all'],
  ['refuse', 'p12', '--all'],
  ['broadcasts', 'p12'],
  ['cancel', '0190a000-0000-7000-8000-000000000000'],
  ['try', 'p12', 'START', '--from', LEAVER],
  ['ledger', 'verify'],
  ['erase', LEAVER],
  ['migrate'],
  ['move', '--to', 'postgres://127.0.0.1:1/none'],
  ['backup', 'copy.db'],
  ['doctor'],
];

type Damage = { name: string; says: RegExp; make(file: string, place: Installation): void };

const damages: readonly Damage[] = [
  { name: 'removed', says: /database .* missing/i, make: (file) => rmSync(file) },
  { name: 'empty', says: /database .* empty/i, make: (file) => writeFileSync(file, '') },
  {
    name: 'cut to half',
    says: /database .* damaged/i,
    make: (file) => {
      const whole = readFileSync(file);
      writeFileSync(file, whole.subarray(0, Math.floor(whole.length / 8192) * 4096));
    },
  },
  {
    name: 'overwritten with garbage',
    says: /database .* damaged/i,
    make: (file) => writeFileSync(file, Buffer.alloc(65_536, 'no database at all ')),
  },
  {
    name: 'garbage in the middle',
    says: /database .* damaged/i,
    make: (file) => {
      const whole = readFileSync(file);
      whole.fill(0xa5, 4_096, whole.length - 4_096);
      writeFileSync(file, whole);
    },
  },
  {
    name: 'another installation’s',
    says: /another database/i,
    make: (file, place) => cpSync(join(place.folder, 'other', 'data', 'startstopp.db'), file),
  },
  {
    name: 'key of another',
    says: /SECRET_KEY is another/i,
    make: (file) => writeFileSync(join(file, '..', 'secret.key'), 'another-key-of-another-place\n'),
  },
  { name: 'key removed', says: /secret\.key is missing/i, make: (file) => rmSync(join(file, '..', 'secret.key')) },
];

/** Every file of a folder with its bytes: refusing must leave all as it was, so that it can still be repaired. */
const contents = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder)
      .filter((name) => !/-(wal|shm)$|\.worker$/.test(name))
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(folder, name)))
          .digest('hex'),
      ]),
  );

promise(
  'F23',
  'a database that is missing, damaged or another stops every command with one clear line; back after repair',
  async (long) => {
    const place = await install(null);
    try {
      const yaml = bookFile({ members: 3, provider: 'simulator' });
      await place.apply(yaml);
      const first = await place.serve({ role: 'web' });
      expect(await simulated(place, 'START')).toBe(200);
      expect(await simulated(place, 'STOPP')).toBe(200);
      first.kill('SIGTERM');
      await first.gone;
      writeFileSync(join(place.folder, 'members.csv'), `phone,name\n${LEAVER},Ida\n`);
      const other = join(place.folder, 'other', 'data');
      mkdirSync(other, { recursive: true });
      const home = { DATABASE_URL: place.env['DATABASE_URL'] ?? '' };
      place.env['DATABASE_URL'] = `file:${join(other, 'startstopp.db')}`;
      await place.apply(yaml);
      if (home.DATABASE_URL) place.env['DATABASE_URL'] = home.DATABASE_URL;
      else delete place.env['DATABASE_URL'];

      const data = join(place.folder, 'data');
      const whole = join(place.folder, 'whole');
      cpSync(data, whole, { recursive: true });
      let refused = 0;
      for (const [n, damage] of damages.entries()) {
        damage.make(fileOf(place), place);
        const before = contents(data);
        const tried = long || n === 0 ? COMMANDS : [COMMANDS[0] ?? [], COMMANDS[1 + (n % (COMMANDS.length - 1))] ?? []];
        for (const pair of pairs(tried)) {
          const answers = await Promise.all(pair.map((args) => place.run(...args)));
          for (const [i, answer] of answers.entries()) {
            const what = { damage: damage.name, command: pair[i]?.join(' ') };
            expect({ ...what, code: answer.code, stdout: answer.stdout }).toEqual({ ...what, code: 1, stdout: '' });
            expect({ ...what, lines: answer.stderr.trim().split('\n').length }).toEqual({ ...what, lines: 1 });
            expect(answer.stderr).toMatch(damage.says);
            refused++;
          }
        }
        expect(Object.keys(contents(data))).toEqual(Object.keys(before));
        expect(contents(data)).toEqual(before);
        rmSync(data, { recursive: true });
        cpSync(whole, data, { recursive: true });
      }
      // Repaired: it still knows who has left.
      expect((await place.show()).members.find((one) => one.phone === LEAVER)?.status).toBe('unsubscribed');
      const imported = await place.run('import', 'p12', 'members.csv');
      expect(imported.stdout).toMatch(/0 added.*1 refused/);
      // Told that it is new, it begins, and what was there is set aside rather than overwritten.
      writeFileSync(fileOf(place), 'no database at all');
      const fresh = await place.serve({ role: 'web', args: ['--new'] });
      fresh.kill('SIGTERM');
      await fresh.gone;
      const aside = readdirSync(data).find((name) => name.includes('.damaged-')) ?? '';
      expect(readFileSync(join(data, aside), 'utf8')).toBe('no database at all');
      // A key alone means nothing: no marker, no database, so this is a first start.
      rmSync(data, { recursive: true });
      mkdirSync(data);
      cpSync(join(whole, 'secret.key'), join(data, 'secret.key'));
      expect((await place.run('apply', 'books.yaml')).code).toBe(0);
      expect(existsSync(join(data, 'installation.json'))).toBe(true);
      return {
        done: `${damages.map(({ name }) => name).join(', ')}: ${refused} runs of ${COMMANDS.length} commands`,
        figure: `${refused} of ${refused} ended with 1 and one line, no file touched; after repair who left is still refused`,
      };
    } finally {
      await place.clear();
    }
  },
  600_000,
);

/** Two at a time: the machine has two cores. */
function* pairs<T>(list: readonly T[]): Generator<T[]> {
  for (let i = 0; i < list.length; i += 2) yield list.slice(i, i + 2);
}

async function simulated(place: Installation, text: string): Promise<number> {
  const answer = await fetch(`${place.url}/simulator/messages`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: place.url },
    body: JSON.stringify({ from: LEAVER, to: NUMBER, text }),
  });
  return answer.status;
}

promise(
  'F23',
  'a PostgreSQL database that is another one, or empty, stops with one clear line',
  async () => {
    const postgres = await startPostgres();
    const place = await install(null, { databaseUrl: await postgres.database() });
    try {
      await place.apply(bookFile({ members: 1, provider: 'simulator' }));
      const own = place.env['DATABASE_URL'] ?? '';
      const empty = await postgres.database();
      const outcomes: string[] = [];
      const refuse = async (url: string, says: RegExp) => {
        place.env['DATABASE_URL'] = url;
        for (const args of [['serve'], ['show', 'book', 'p12'], ['apply', 'books.yaml']]) {
          const answer = await place.run(...args);
          outcomes.push(`${answer.code}`);
          expect(answer.code).toBe(1);
          expect(answer.stderr.trim().split('\n').length).toBe(1);
          expect(answer.stderr).toMatch(says);
        }
      };
      await refuse(empty, /database .* empty/i);
      const stranger = await install(null, { databaseUrl: empty });
      try {
        await stranger.apply(bookFile({ members: 1, provider: 'simulator' }));
      } finally {
        await stranger.clear();
      }
      await refuse(empty, /another/i);
      await postgres.crash();
      place.env['DATABASE_URL'] = own;
      const down = await place.run('show', 'book', 'p12');
      expect(down.code).toBe(1);
      expect(down.stderr.trim().split('\n').length).toBe(1);
      await postgres.start();
      expect((await place.run('show', 'book', 'p12')).code).toBe(0);
      return {
        done: 'an empty database, another installation’s, and none that answers',
        figure: `${outcomes.length + 1} of ${outcomes.length + 1} commands ended with 1 and one line; back at once`,
      };
    } finally {
      await place.clear();
      await postgres.stop();
    }
  },
  240_000,
);

promise(
  'F23',
  'the database removed or replaced under a running server: never 2xx without the row, back after repair',
  async (long) => {
    const judge = await startJudge();
    const place = await install(judge);
    try {
      await place.apply(bookFile({ members: 1 }));
      let server = await place.serve();
      const data = join(place.folder, 'data');
      const away = join(place.folder, 'away');
      const refused = new Map<string, string>();
      const taken: string[] = [];
      let number = 0;
      const text = async (): Promise<number> => {
        const from = `+4670182${String(number++).padStart(4, '0')}`;
        const sid = newSid();
        const status = await place.text(from, 'START', { sid });
        if (status === 200) taken.push(sid);
        else refused.set(sid, from);
        return status;
      };
      for (let n = 0; n < 5; n++) expect(await text()).toBe(200);
      let worst = 0;
      for (let round = 0; round < (long ? 3 : 1); round++) {
        // The folder goes away, as a disk that is unmounted does, and comes back.
        renameSync(data, away);
        for (let n = 0; n < 5; n++) expect(await text()).toBe(503);
        expect((await fetch(`${place.url}/healthz`)).status).toBe(200);
        expect((await fetch(`${place.url}/readyz`)).status).toBe(503);
        renameSync(away, data);
        worst = Math.max(worst, await until(async () => (await text()) === 200, 'back after repair', 30_000));
      }
      // The file is removed for good, then restored from a backup: nothing may be answered from the removed one.
      expect((await place.run('backup', 'copy.db')).code).toBe(0);
      const saved = taken.length;
      for (const end of ['', '-wal', '-shm']) rmSync(fileOf(place) + end, { force: true });
      for (let n = 0; n < 5; n++) expect(await text()).toBe(503);
      server.kill('SIGTERM');
      expect(await server.gone).toBe(0);
      cpSync(join(place.folder, 'copy.db'), fileOf(place));
      const begun = performance.now();
      server = await place.serve();
      expect(await text()).toBe(200);
      worst = Math.max(worst, performance.now() - begun);
      const stored = inboundsOn(fileOf(place));
      expect(saved).toBeGreaterThan(5);
      expect(taken.filter((sid) => !stored.has(sid))).toEqual([]);
      for (const [sid, from] of refused) expect(await place.text(from, 'START', { sid })).toBe(200);
      expect((await place.show()).counts['active']).toBe(1 + taken.length + refused.size);
      expect((await judge.report()).invalid).toBe(0);
      return {
        done: 'folder moved away and back, file removed and restored from a backup, under a running server',
        figure: `${taken.length} of ${taken.length} answered 200 are stored, ${refused.size} answered 503 and taken at the next try, back ${(worst / 1000).toFixed(1)} s after repair`,
      };
    } finally {
      await place.clear();
      await judge.stop();
    }
  },
  300_000,
);
