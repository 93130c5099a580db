import { writeFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { afterAll, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { exportMembers } from '../../src/app/exportMembers.ts';
import { type ImportProgress, importMembers } from '../../src/app/importMembers.ts';
import type { Member } from '../../src/core/member.ts';
import { scratch } from '../kit/store.ts';
import { fixture, fixturePath, keyed, type World, worlds } from './world.ts';

const P12 = `organisation: { name: Lunds IK }
numbers: [{ number: "+46766861001", provider: simulator }]
books: [{ name: P12, address: p12, number: "+46766861001" }]
`;
const withBook = async (all: ReturnType<typeof worlds>): Promise<World> => {
  const world = await all.create();
  await applyFile(P12, world.deps);
  return world;
};
const imported = async (csv: string, world: World) => {
  const result = await importMembers('p12', Readable.from([csv]), world.deps);
  if (!result.ok) throw new Error(JSON.stringify(result));
  return result;
};
const membersOf = async (world: World): Promise<Member[]> => {
  const book = await world.deps.store.reads.book('p12');
  return world.deps.store.reads.members(book?.id ?? '', { after: '', limit: 10_000 });
};
const exported = async (world: World, unsubscribed = false): Promise<string[]> => {
  const result = await exportMembers('p12', { unsubscribed }, world.deps);
  const lines: string[] = [];
  if (result.ok) for await (const line of result.lines) lines.push(line);
  return lines;
};

describe.each(['sqlite', 'postgres'] as const)('import on %s', (dialect) => {
  const all = worlds(dialect);
  afterAll(() => all.close(), 60_000);

  test('a file by its path: added, each with a line in the ledger; again: nothing', async () => {
    const world = await withBook(all);
    const first = await importMembers('p12', fixturePath('members.csv'), world.deps);
    expect(first).toEqual({ ok: true, rows: 3, added: 3, changed: 0, alreadyThere: 0, refused: [] });
    expect((await membersOf(world)).map(({ phone, mail, name, status }) => [phone, mail, name, status])).toEqual([
      ['+46701000003', 'anna@example.se', 'Anna Lind', 'active'],
      ['+46701000004', null, 'Ek; Bo "Bosse"', 'active'],
      [null, 'cia@example.se', 'Cia Berg', 'active'],
    ]);
    expect(await world.deps.store.ledger.history(keyed.addressHash('+46701000004'))).toEqual([
      expect.objectContaining({ event: 'imported', rule: 'import', door: 'cli' }),
    ]);
    const before = await membersOf(world);
    expect(await importMembers('p12', fixturePath('members.csv'), world.deps)).toMatchObject({
      added: 0,
      changed: 0,
      alreadyThere: 3,
    });
    expect(await membersOf(world)).toEqual(before);
  });

  test('more than one commit, progress, and twice in the file across commits', async () => {
    const world = await withBook(all);
    const rows = Array.from({ length: 1234 }, (_, i) => `070-1${String(100_000 + i)},Member ${i}`);
    const progress: ImportProgress[] = [];
    const csv = `phone,name\n${rows.join('\n')}\n0701100000,Other name\n`;
    const result = await importMembers('p12', Readable.from([csv]), world.deps, {
      progress: (each) => progress.push(each),
    });
    expect(result).toEqual({
      ok: true,
      rows: 1235,
      added: 1234,
      changed: 0,
      alreadyThere: 0,
      refused: [{ line: 1236, who: '+46701100000', outcome: 'twice', reason: 'the same person as on line 2' }],
    });
    expect(progress.filter(({ doing }) => doing === 'writing')).toEqual([
      { doing: 'writing', rows: 500, of: 1235 },
      { doing: 'writing', rows: 1000, of: 1235 },
      { doing: 'writing', rows: 1235, of: 1235 },
    ]);
    expect(await membersOf(world)).toHaveLength(1234);
  });

  test('B-41: who has left is refused, the rest is added', async () => {
    const world = await withBook(all);
    const book = await world.deps.store.reads.book('p12');
    const row = {
      scope: 'book',
      scopeId: book?.id ?? '',
      addressHash: keyed.addressHash('+46701000003'),
      address: null,
      since: world.deps.clock.now(),
      how: 'sms B-11',
    } as const;
    await world.deps.store.commit([{ add: 'stops', row, exists: 'ignore' }]);
    const result = await imported('phone,name\n0701000003,Anna\n0701000004,Bo\n', world);
    expect(result).toMatchObject({
      added: 1,
      refused: [
        {
          line: 2,
          outcome: 'refused_left',
          reason: 'has left 2026-11-22 12:00 (sms B-11); only they can come back, by texting START',
        },
      ],
    });
    expect(
      (await world.deps.store.ledger.history(keyed.addressHash('+46701000003'))).map(({ event, rule }) => [
        event,
        rule,
      ]),
    ).toEqual([['add_refused', 'import']]);
  });
});

describe('import', () => {
  const all = worlds('sqlite');
  const folder = scratch();
  afterAll(async () => {
    await all.close();
    folder.clear();
  });

  test('with an error on the last line nothing is written', async () => {
    const world = await withBook(all);
    const good = Array.from({ length: 2000 }, (_, i) => `070-1${String(100_000 + i)},Member ${i}`).join('\n');
    const result = await importMembers('p12', Readable.from([`phone,name\n${good}\n12,Bo\n`]), world.deps);
    expect(result).toMatchObject({ ok: false, why: 'errors', errors: [{ line: 2002 }] });
    expect(await membersOf(world)).toEqual([]);
  });

  test('all errors of a file', async () => {
    const world = await withBook(all);
    const result = await importMembers('p12', fixturePath('members-with-errors.csv'), world.deps);
    expect(result.ok ? [] : result.errors.map(({ line }) => line)).toEqual([4, 5, 6, 9, 10, 10]);
    expect(await membersOf(world)).toEqual([]);
  });

  test('no such book; no such file', async () => {
    const world = await withBook(all);
    expect(await importMembers('p13', fixturePath('members.csv'), world.deps)).toEqual({
      ok: false,
      why: 'no_book',
      errors: [],
    });
    await expect(importMembers('p12', folder.path('nothing.csv'), world.deps)).rejects.toThrow('ENOENT');
  });

  test('Windows-1252 that shows only after many rows', async () => {
    const world = await withBook(all);
    const rows = Array.from({ length: 3000 }, (_, i) => `070-1${String(100_000 + i)};Member`).join('\n');
    writeFileSync(folder.path('late.csv'), Buffer.from(`telefon;namn\n${rows}\n0701000003;Åsa\n`, 'latin1'));
    expect(await importMembers('p12', folder.path('late.csv'), world.deps)).toMatchObject({
      ok: true,
      rows: 3001,
      added: 3001,
    });
    expect((await membersOf(world)).at(-1)?.name).toBe('Åsa');
  });

  test('two imports of one file at once end with one row each', async () => {
    const world = await withBook(all);
    const csv = `phone\n${Array.from({ length: 800 }, (_, i) => `070-1${String(100_000 + i)}`).join('\n')}\n`;
    const [one, two] = await Promise.all([imported(csv, world), imported(csv, world)]);
    expect(one.added + two.added).toBe(800);
    expect(await membersOf(world)).toHaveLength(800);
  });
});

describe('export', () => {
  const all = worlds('sqlite');
  afterAll(() => all.close());

  test('what is exported can be imported, and comes out the same', async () => {
    const world = await withBook(all);
    const csv =
      'phone,mail,name\n0701000003,,"=HYPERLINK(""x"")"\n,+a@example.se,Bo; Ek\n0701000004,-b@example.se,"Cia, Berg"\n0701000005,,\'=quoted\n0701000006,,\'n Roll\n';
    await imported(csv, world);
    const lines = await exported(world);
    expect(lines).toEqual([
      'phone,mail,name,status,since,left_at',
      '+46701000003,,"\'=HYPERLINK(""x"")",active,2026-11-22T11:00:00.000Z,',
      ',\'+a@example.se,"Bo; Ek",active,2026-11-22T11:00:00.000Z,',
      '+46701000004,\'-b@example.se,"Cia, Berg",active,2026-11-22T11:00:00.000Z,',
      "+46701000005,,'=quoted,active,2026-11-22T11:00:00.000Z,",
      "+46701000006,,'n Roll,active,2026-11-22T11:00:00.000Z,",
    ]);
    expect(await imported(lines.join('\n'), world)).toMatchObject({ alreadyThere: 5, added: 0, changed: 0 });
    const other = await withBook(all);
    expect(await imported(lines.join('\r\n'), other)).toMatchObject({ added: 5 });
    expect(await exported(other)).toEqual(lines);
  });

  test('--unsubscribed: only who has left', async () => {
    const world = await all.create();
    await applyFile(fixture('p12.yaml'), world.deps);
    const since = world.deps.clock.now();
    await world.deps.store.commit([
      {
        change: 'members',
        where: { phone: '+46701000003' },
        set: { status: 'unsubscribed', since, leftAt: since },
        none: 'stale',
      },
    ]);
    expect(await exported(world, true)).toEqual([
      'phone,mail,name,status,since,left_at',
      '+46701000003,,Anna Lind,unsubscribed,2026-11-22T11:00:00.000Z,2026-11-22T11:00:00.000Z',
    ]);
    expect(await exported(world)).toHaveLength(4);
    expect(await exportMembers('p13', { unsubscribed: false }, world.deps)).toEqual({ ok: false, why: 'no_book' });
  });

  test('page after page', async () => {
    const world = await withBook(all);
    await imported(
      `phone\n${Array.from({ length: 2001 }, (_, i) => `070-1${String(100_000 + i)}`).join('\n')}\n`,
      world,
    );
    expect(new Set(await exported(world)).size).toBe(2002);
  });
});
