import { afterAll, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { erasePerson } from '../../src/app/erasePerson.ts';
import { fixture, keyed, type World, worlds } from './world.ts';

const ANNA = '+46701000003';
const CIA = '+46701000004';

describe.each(['sqlite', 'postgres'] as const)('erase on %s', (dialect) => {
  const all = worlds(dialect);
  afterAll(() => all.close(), 60_000);

  const filled = async (more = ''): Promise<World> => {
    const world = await all.create();
    const result = await applyFile(fixture('p12.yaml').replace('users:', `${more}users:`), world.deps);
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    return world;
  };
  const outcomes = async (world: World) => {
    const result = await applyFile(fixture('p12.yaml'), world.deps);
    return result.ok ? result.outcomes : result.errors;
  };
  const everywhere = (world: World, address: string) => world.deps.store.reads.membersEverywhere(address);

  test('an active member is out of the book, and no file brings them back', async () => {
    const world = await filled();
    expect(await erasePerson('070-100 00 03', world.deps)).toMatchObject({
      ok: true,
      addresses: 1,
      memberships: [{ book: 'p12', status: 'active' }],
      writerOf: [],
      functionaryOf: [],
      user: false,
    });
    expect(await everywhere(world, ANNA)).toEqual([]);
    expect((await outcomes(world))[0]).toEqual({
      line: 21,
      who: ANNA,
      outcome: 'refused_left',
      reason: 'was erased 2026-11-22 12:00 and is not to be written to; only they can come back, by texting START',
    });
  });

  test('the ledger keeps the hash and says so without a name, and proves itself', async () => {
    const world = await filled();
    while ((await world.deps.store.ledger.seal(100)) > 0);
    await erasePerson(ANNA, world.deps);
    while ((await world.deps.store.ledger.seal(100)) > 0);
    const history = await world.deps.store.ledger.history(keyed.addressHash(ANNA));
    expect(history.map(({ event, person }) => [event, person])).toEqual([
      ['added', null],
      ['erased', null],
    ]);
    expect(await world.deps.store.ledger.verify()).toMatchObject({ breaks: [], lines: 4 });
  });

  test('phone and mail of one person go together, at whichever they are erased', async () => {
    const world = await filled();
    expect(await erasePerson('Cia@example.se', world.deps)).toMatchObject({ ok: true, addresses: 2 });
    for (const address of [CIA, 'cia@example.se']) {
      expect(await everywhere(world, address)).toEqual([]);
      const book = await world.deps.store.reads.book('p12');
      expect(await world.deps.store.reads.stops('book', book?.id ?? '', [keyed.addressHash(address)])).toMatchObject([
        { address: null, how: 'erased' },
      ]);
    }
  });

  test('who had left keeps how and when', async () => {
    const world = await filled();
    const book = await world.deps.store.reads.book('p12');
    const since = world.deps.clock.now();
    await world.deps.store.commit([
      {
        change: 'members',
        where: { phone: ANNA },
        set: { status: 'unsubscribed', since, leftAt: since },
        none: 'stale',
      },
      {
        add: 'stops',
        exists: 'ignore',
        row: {
          scope: 'book',
          scopeId: book?.id ?? '',
          addressHash: keyed.addressHash(ANNA),
          address: ANNA,
          since,
          how: 'sms B-11',
        },
      },
    ]);
    world.later(3_600_000);
    await erasePerson(ANNA, world.deps);
    expect((await outcomes(world))[0]).toMatchObject({
      outcome: 'refused_left',
      reason: expect.stringContaining('12:00 (sms B-11)'),
    });
  });

  test('a phone that somebody else has too stays theirs (B-40)', async () => {
    const world = await filled(`      - { phone: ${CIA}, mail: eva@example.se, name: Eva }\n`);
    expect(await erasePerson('cia@example.se', world.deps)).toMatchObject({ ok: true, addresses: 1 });
    expect((await everywhere(world, CIA)).map(({ mail }) => mail)).toEqual(['eva@example.se']);
  });

  test('writers, functionaries and users are named; nonsense and our own number are refused; again is harmless', async () => {
    const world = await filled();
    expect(await erasePerson('coach@example.se', world.deps)).toMatchObject({
      ok: true,
      writerOf: ['p12'],
      functionaryOf: [],
      memberships: [],
    });
    expect(await erasePerson('admin@example.se', world.deps)).toMatchObject({ ok: true, user: true });
    expect(await erasePerson('hello', world.deps)).toEqual({ ok: false, why: 'unreadable' });
    expect(await erasePerson('+46766861001', world.deps)).toEqual({ ok: false, why: 'own_number' });
    await erasePerson(ANNA, world.deps);
    expect(await erasePerson(ANNA, world.deps)).toMatchObject({ ok: true, memberships: [] });
  });
});
