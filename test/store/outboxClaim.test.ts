import { describe, expect, test } from '@jest/globals';
import { broadcastRow, copyRow, memberRow, NOON, stopRow } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';
import { broadcastTo, claim, LANE, LEASE, laneOf, phone, reply } from './outboxWorld.ts';

onBothDialects('claims', (bench) => {
  describe('lanes', () => {
    test('nothing due: no lanes', async () => {
      await bench.done(reply({ dueAt: NOON + 1 }), reply({ status: 'accepted' }));
      expect(await bench.store.outbox.lanes(NOON)).toEqual([]);
    });

    test('a number with a due reply, with all that sending needs', async () => {
      await bench.done(reply());
      expect(await bench.store.outbox.lanes(NOON)).toEqual([LANE]);
    });

    test('a running broadcast with a due copy', async () => {
      await broadcastTo(bench, 1);
      expect(await bench.store.outbox.lanes(NOON)).toEqual([laneOf('b1')]);
    });

    test('a running broadcast that fans out, with its quiet hours', async () => {
      await bench.change(`update books set quiet_from = '21:00', quiet_to = '07:00'`);
      await bench.done(add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '' })));
      const [lane] = await bench.store.outbox.lanes(NOON);
      expect(lane?.broadcast).toMatchObject({ fanning: true, quietFrom: '21:00', quietTo: '07:00' });
    });

    test.each([
      ['paused', { status: 'paused' }],
      ['held', { status: 'held', fanCursor: '' }],
      ['cancelled', { status: 'cancelled' }],
      ['past its latest time', { latestAt: NOON - 1 }],
    ] as const)('no lane for a broadcast that is %s', async (_, row) => {
      await broadcastTo(bench, 1, row);
      expect(await bench.store.outbox.lanes(NOON)).toEqual([]);
      expect(await claim(bench.store, laneOf('b1'))).toEqual([]);
    });
  });

  test('a claim counts the attempt, says who owns it, and sets the end of the lease', async () => {
    await bench.done(reply({ kind: 'joined', parts: 2 }));
    const [row] = await claim(bench.store);
    expect(row).toEqual({
      id: row?.id,
      kind: 'joined',
      bookId: 'book1',
      broadcastId: null,
      address: '+46701000003',
      text: 'Hej',
      parts: 2,
      attempts: 1,
      latestAt: NOON + 3_600_000,
      memberName: null,
      memberFields: null,
      memberStatus: null,
      leftBook: false,
      stoppedOnNumber: false,
      blockedAtProvider: false,
      mail: null,
    });
    const [stored] = await bench.rows('select status, owner, attempts, due_at, claimed_at from deliveries');
    expect(stored).toMatchObject({ status: 'claimed', owner: 'w1', attempts: 1 });
    // PostgreSQL's clock is read once for each of the two, so a millisecond may pass in between.
    expect(Math.abs(Number(stored?.due_at) - Number(stored?.claimed_at) - LEASE)).toBeLessThan(50);
    expect(await claim(bench.store)).toEqual([]);
  });

  test('replies go by priority, then by due time; no more than asked for', async () => {
    await bench.done(
      reply({ address: phone(1), priority: 1, dueAt: NOON - 9 }),
      reply({ address: phone(2), priority: 0, dueAt: NOON }),
      reply({ address: phone(3), priority: 0, dueAt: NOON - 5 }),
      reply({ address: phone(4), dueAt: NOON + 1 }),
      reply({ address: phone(5), latestAt: NOON - 1 }),
    );
    const taken = async () => (await claim(bench.store, LANE, 1)).map((row) => row.address);
    expect([await taken(), await taken(), await taken(), await taken()]).toEqual([
      [phone(3)],
      [phone(2)],
      [phone(1)],
      [],
    ]);
  });

  test('lanes do not take from each other', async () => {
    await broadcastTo(bench, 1);
    await bench.done(add('broadcasts', broadcastRow({ id: 'b2' })));
    await bench.done(add('deliveries', copyRow({ broadcastId: 'b2', address: phone(0) })), reply());
    expect(await claim(bench.store, laneOf('b1'))).toMatchObject([{ broadcastId: 'b1', kind: 'copy', text: null }]);
    expect(await claim(bench.store)).toMatchObject([{ broadcastId: null }]);
    expect(await claim(bench.store, laneOf('b2'))).toMatchObject([{ broadcastId: 'b2' }]);
  });

  test('two owners at once take every row, none twice', async () => {
    await broadcastTo(bench, 120);
    const drain = async (store: typeof bench.store, owner: string) => {
      const ids: number[] = [];
      for (;;) {
        const rows = await claim(store, laneOf('b1'), 7, owner);
        if (rows.length === 0) return ids;
        expect(rows.length).toBeLessThanOrEqual(7);
        ids.push(...rows.map((row) => row.id));
      }
    };
    const taken = (await Promise.all([drain(bench.store, 'w1'), drain(bench.other, 'w2')])).flat();
    // Rows that the other had locked are skipped, and are still there for the next claim.
    taken.push(...(await drain(bench.store, 'w1')));
    expect(taken).toHaveLength(120);
    expect(new Set(taken).size).toBe(120);
    expect(await bench.rows('select count(*) from deliveries where attempts <> 1')).toEqual([{ 'count(*)': 0 }]);
  });

  describe('facts for the gate', () => {
    const nobody = { leftBook: false, stoppedOnNumber: false, blockedAtProvider: false };
    const plain = { ...nobody, memberStatus: 'active', memberName: 'Name 0' };
    test.each([
      ['an active member', [], plain],
      ['left the book', [add('stops', stopRow({ address: phone(0) }))], { ...plain, leftBook: true }],
      ['left another book', [add('stops', stopRow({ address: phone(0), scopeId: 'book2' }))], plain],
      [
        'a stop on the number',
        [add('stops', stopRow({ scope: 'number', scopeId: 'num1', address: phone(0) }))],
        { ...plain, stoppedOnNumber: true },
      ],
      [
        'a provider block and a leave',
        [
          add('stops', stopRow({ scope: 'provider', scopeId: 'num1', address: phone(0) })),
          add('stops', stopRow({ address: phone(0) })),
        ],
        { ...plain, leftBook: true, blockedAtProvider: true },
      ],
      [
        'asked since the fan-out',
        [{ change: 'members', where: { id: 'm000' }, set: { status: 'asked' }, none: 'stale' }],
        { ...plain, memberStatus: 'asked' },
      ],
      [
        'removed since',
        [{ remove: 'members', where: { id: 'm000' } }],
        { ...nobody, memberStatus: null, memberName: null },
      ],
      [
        'two on one phone: no name is merged',
        [add('members', memberRow({ id: 'm9', phone: phone(0), mail: 'b@example.se', name: 'Bo' }))],
        { ...plain, memberName: null },
      ],
    ] as const)('%s', async (_, plan, facts) => {
      await broadcastTo(bench, 1);
      await bench.done(...plan);
      expect(await claim(bench.store, laneOf('b1'))).toMatchObject([facts]);
    });
  });

  describe('a confirmation of leaving waits for the copy on the wire (B-36)', () => {
    const confirmations = async () => (await claim(bench.store)).map((row) => row.kind);
    test.each([
      ['claimed', []],
      ['queued', ['left']],
      ['accepted', ['left']],
    ] as const)('a copy that is %s', async (status, expected) => {
      await broadcastTo(bench, 1, {}, { status });
      await bench.done(reply({ kind: 'left', address: phone(0) }));
      expect(await confirmations()).toEqual(expected);
    });

    test('of a paused or cancelled broadcast as well; other kinds and other addresses do not wait', async () => {
      await broadcastTo(bench, 1, { status: 'cancelled' }, { status: 'claimed' });
      await bench.done(
        reply({ kind: 'left', address: phone(0) }),
        reply({ kind: 'joined', address: phone(0) }),
        reply({ kind: 'left', address: phone(1) }),
      );
      expect(await confirmations()).toEqual(['joined', 'left']);
    });

    test('once the copy is settled, the confirmation goes', async () => {
      await broadcastTo(bench, 1);
      const [copy] = await claim(bench.store, laneOf('b1'));
      await bench.done(reply({ kind: 'left', address: phone(0) }));
      expect(await confirmations()).toEqual([]);
      await bench.store.outbox.settle('w1', [{ id: copy?.id ?? 0, to: 'accepted', providerId: 'SM1', at: NOON }]);
      expect(await confirmations()).toEqual(['left']);
    });
  });

  test('a leave and a claim at the same instant: each copy is cancelled or claimed, and a claimed one is seen', async () => {
    await broadcastTo(bench, 60);
    const ages: (number | null)[] = [];
    await Promise.all([
      ...Array.from({ length: 60 }, async (_, i) => {
        const cancel = { numberId: 'num1', bookId: 'book1', address: phone(i), reason: 'left', at: NOON };
        await bench.done(add('stops', stopRow({ address: phone(i), addressHash: `h${i}` })), { cancelCopies: cancel });
        ages[i] = await bench.other.outbox.claimedCopyAge('num1', phone(i));
      }),
      ...Array.from({ length: 12 }, (_, i) => claim(i % 2 ? bench.store : bench.other, laneOf('b1'), 5, 'w1')),
    ]);
    const rows = await bench.rows('select address, status from deliveries order by address');
    for (const [i, row] of rows.entries()) {
      expect(['claimed', 'cancelled']).toContain(row.status);
      if (row.status === 'claimed') expect(ages[i]).not.toBeNull();
      else expect(ages[i]).toBeNull();
    }
  });

  test('how long ago a copy to an address was claimed', async () => {
    await broadcastTo(bench, 2);
    expect(await bench.store.outbox.claimedCopyAge('num1', phone(0))).toBeNull();
    const [first] = await claim(bench.store, laneOf('b1'), 1);
    const age = await bench.store.outbox.claimedCopyAge('num1', phone(0));
    expect(age).toBeGreaterThanOrEqual(0);
    expect(age).toBeLessThan(20_000);
    expect(await bench.store.outbox.claimedCopyAge('num1', phone(1))).toBeNull();
    await bench.store.outbox.settle('w1', [{ id: first?.id ?? 0, to: 'accepted', providerId: 'SM1', at: NOON }]);
    expect(await bench.store.outbox.claimedCopyAge('num1', phone(0))).toBeNull();
  });

  describe('in doubt', () => {
    test('a claim whose lease is over is taken over once, with the text as it was sent', async () => {
      await broadcastTo(bench, 1);
      await bench.done(reply({ address: phone(5) }));
      await claim(bench.store, laneOf('b1'), 10, 'w1', -1);
      await claim(bench.store, LANE, 10, 'w1');
      const doubts = await bench.other.outbox.takeInDoubt('w2', 10, NOON, LEASE);
      expect(doubts).toMatchObject([
        {
          numberId: 'num1',
          from: '+46766861001',
          provider: 'simulator',
          kind: 'copy',
          broadcastId: 'b1',
          address: phone(0),
          text: null,
          memberName: 'Name 0',
          header: '*P12*',
          footer: 'Svara STOPP för att lämna.',
          broadcastText: 'Matchen flyttas till 18.',
          attempts: 1,
          latestAt: NOON + 4 * 3_600_000,
        },
      ]);
      expect(await bench.store.outbox.takeInDoubt('w3', 10, NOON, LEASE)).toEqual([]);
    });

    test('replies carry their own text', async () => {
      await bench.done(reply());
      await claim(bench.store, LANE, 10, 'w1', -1);
      const [doubt] = await bench.store.outbox.takeInDoubt('w2', 10, NOON, -1);
      expect(doubt).toMatchObject({ text: 'Hej', broadcastText: null, header: null, memberName: null });
      // Not settled within the new lease either: it comes back, to whoever asks.
      expect(await bench.store.outbox.takeInDoubt('w2', 10, NOON, LEASE)).toMatchObject([{ id: doubt?.id }]);
    });

    test('who lost the claim settles nothing; who took it over does', async () => {
      await bench.done(reply());
      const [row] = await claim(bench.store, LANE, 10, 'w1', -1);
      const id = row?.id ?? 0;
      await bench.other.outbox.takeInDoubt('w2', 10, NOON, LEASE);
      expect(await bench.store.outbox.settle('w1', [{ id, to: 'accepted', providerId: 'SM1', at: NOON }])).toBe(0);
      expect(await bench.other.outbox.settle('w2', [{ id, to: 'uncertain', reason: 'not_found', at: NOON }])).toBe(1);
      expect(await bench.rows('select status, provider_id from deliveries')).toEqual([
        { status: 'uncertain', provider_id: null },
      ]);
    });

    test('at start the predecessor is dead on SQLite; on PostgreSQL other workers may be alive', async () => {
      await bench.done(reply());
      await claim(bench.store);
      expect(await bench.store.outbox.takeInDoubt('w2', 10, NOON + 1, LEASE)).toEqual([]);
      const sqlite = bench.dialect === 'sqlite';
      expect(await bench.store.outbox.expireLeases(NOON + 1)).toBe(sqlite ? 1 : 0);
      expect(await bench.store.outbox.takeInDoubt('w2', 10, NOON + 1, LEASE)).toHaveLength(sqlite ? 1 : 0);
    });
  });
});
