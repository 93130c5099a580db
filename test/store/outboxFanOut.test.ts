import { describe, expect, test } from '@jest/globals';
import type { Member } from '../../src/core/member.ts';
import { fanOutOf } from '../../src/store/outboxFanOut.ts';
import { broadcastRow, copyRow, memberRow, NOON, stopRow } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';
import { broadcastTo, claim, laneOf, phone } from './outboxWorld.ts';

onBothDialects('fan-out and the end', (bench) => {
  const copies = async () =>
    (await bench.rows('select member_id, address from deliveries order by id')).map(
      (row) => `${row.member_id} ${row.address}`,
    );
  const broadcast = async (id: string) =>
    (await bench.rows(`select status, fan_cursor, finished_at, version from broadcasts where id = '${id}'`))[0];
  const members = (...rows: (Partial<Member> & { id: string })[]) =>
    bench.done(...rows.map((row) => add('members', memberRow(row))));
  const fanOut = async (page: number, store = fanOutOf(bench.db, page)) => {
    for (let calls = 1; ; calls += 1) if ((await store.fanOut('b1', NOON)) === 'done') return calls;
  };

  test('a copy is all that sending needs', async () => {
    await members({ id: 'm1', phone: phone(1) });
    await bench.done(add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '', parts: 2 })));
    expect(await bench.store.outbox.fanOut('b1', NOON + 5)).toBe('done');
    const names =
      'kind, organisation_id, number_id, book_id, broadcast_id, member_id, address, text, parts, priority, status, due_at, latest_at, attempts, created_at, settled_at';
    expect(await bench.rows(`select ${names} from deliveries`)).toEqual([
      {
        kind: 'copy',
        organisation_id: 'org1',
        number_id: 'num1',
        book_id: 'book1',
        broadcast_id: 'b1',
        member_id: 'm1',
        address: phone(1),
        text: null,
        parts: 2,
        priority: 5,
        status: 'queued',
        due_at: NOON + 5,
        latest_at: NOON + 4 * 3_600_000,
        attempts: 0,
        created_at: NOON + 5,
        settled_at: null,
      },
    ]);
    expect(await broadcast('b1')).toEqual({ status: 'sending', fan_cursor: null, finished_at: null, version: 1 });
  });

  test.each([2, 100])(
    'active members with an address and no stop; two on one phone: one copy, the first; a mail address: one by mail (pages of %i)',
    async (page) => {
      await members(
        { id: 'm1', phone: phone(1) },
        { id: 'm2', mail: 'b@example.se' },
        { id: 'm3', phone: phone(1), mail: 'c@example.se' },
        ...(['pending', 'asked', 'unsubscribed', 'refused', 'banned', 'paused', 'unreachable'] as const).map(
          (status, i) => ({
            id: `m4${i}`,
            phone: phone(40 + i),
            status,
          }),
        ),
        { id: 'm5', phone: phone(5) },
        { id: 'm6', phone: phone(6) },
        { id: 'm7', phone: phone(7) },
        { id: 'm8', phone: phone(8) },
      );
      await bench.done(
        add('stops', stopRow({ address: phone(5), addressHash: 'h5' })),
        add('stops', stopRow({ address: phone(6), addressHash: 'h6', scope: 'number', scopeId: 'num1' })),
        add('stops', stopRow({ address: phone(7), addressHash: 'h7', scope: 'provider', scopeId: 'num1' })),
        add('stops', stopRow({ address: phone(8), addressHash: 'h8', scopeId: 'another book' })),
        add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '' })),
      );
      await fanOut(page);
      expect((await copies()).toSorted()).toEqual([
        `m1 ${phone(1)}`,
        'm2 b@example.se',
        'm3 c@example.se',
        `m8 ${phone(8)}`,
      ]);
    },
  );

  test.each([
    [{ labels: ['Lag 1'], fields: {} }, ['m1', 'm3']],
    [{ labels: ['LAG 1', 'Ålag'], fields: {} }, ['m1', 'm2', 'm3']],
    [{ labels: [], fields: { Ort: 'åhus' } }, ['m2', 'm3']],
    [{ labels: ['Lag 1'], fields: { Ort: 'Åhus', klass: '6b' } }, ['m3']],
    [{ labels: ['Lag 9'], fields: {} }, []],
    [{ labels: [], fields: { klass: '' } }, ['m4']],
    [null, ['m1', 'm2', 'm3', 'm4', 'm6']],
  ])('a part of the book (T-13): %j', async (audience, wanted) => {
    await members(
      { id: 'm1', phone: phone(1), labels: ['Lag 1'] },
      { id: 'm2', phone: phone(2), labels: ['ålag'], fields: { Ort: 'ÅHUS' } },
      { id: 'm3', phone: phone(3), labels: ['Annat', 'lag 1'], fields: { Ort: 'Åhus', klass: '6B' } },
      { id: 'm4', phone: phone(4), fields: { klass: '' } },
      { id: 'm5', phone: phone(5), labels: ['Lag 1'], status: 'paused' },
      { id: 'm6', phone: phone(6), fields: { 'a"b\'c': 'x' } },
      { id: 'm7', phone: phone(7), labels: ['Lag 1'] },
    );
    await bench.done(
      add('stops', stopRow({ address: phone(7), addressHash: 'h7' })),
      add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '', audience })),
    );
    await fanOut(2);
    expect((await copies()).map((copy) => copy.split(' ')[0])).toEqual(wanted);
  });

  test('the first of two on one phone who is picked gets it, and who left meanwhile does not (B-37)', async () => {
    await members(
      { id: 'm1', phone: phone(1), labels: ['Lag 2'] },
      { id: 'm2', phone: phone(1), mail: 'a@example.se', labels: ['Lag 1'] },
      { id: 'm3', phone: phone(3), labels: ['Lag 1'] },
    );
    const audience = { labels: ['Lag 1'], fields: {} };
    await bench.done(add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '', audience })));
    await bench.change(`update members set status = 'unsubscribed' where id = 'm3'`);
    await fanOut(10);
    expect(await copies()).toEqual([`m2 ${phone(1)}`, 'm2 a@example.se']);
  });

  test('a name as sender is whom its lane’s texts come from, and fields are read for a tagged one only', async () => {
    await members({ id: 'm1', phone: phone(1), name: 'Anna', fields: { klass: '6B' } });
    const web = { door: 'web' as const, text: 'Hej {klass}', fanCursor: '' };
    await bench.done(
      add('broadcasts', broadcastRow({ id: 'b1', ...web, sender: 'Skolan' })),
      add('broadcasts', broadcastRow({ id: 'b2', ...web, door: 'sms', createdAt: NOON + 1 })),
    );
    await fanOut(10);
    await bench.store.outbox.fanOut('b2', NOON);
    const lanes = await bench.store.outbox.lanes(NOON);
    expect(lanes.map(({ from, broadcast: b }) => [b?.id, from, b?.tagged])).toEqual([
      ['b1', 'Skolan', true],
      ['b2', '+46766861001', false],
    ]);
    const [tagged, plain] = lanes;
    if (!tagged || !plain) throw new Error('no lanes');
    expect(await claim(bench.store, tagged, 10, 'w1', -1)).toMatchObject([{ memberFields: { klass: '6B' } }]);
    expect(await claim(bench.store, plain, 10, 'w1', -1)).toMatchObject([{ memberFields: null }]);
    const doubts = await bench.store.outbox.takeInDoubt('w2', 10, NOON, 1000);
    expect(doubts).toMatchObject([
      { from: 'Skolan', tagged: true, memberFields: { klass: '6B' }, broadcastText: 'Hej {klass}' },
      { from: '+46766861001', tagged: false },
    ]);
  });

  test.each([
    [1, 8],
    [3, 3],
    [7, 2],
    [8, 1],
  ])('pages of %i: every member once, in %i calls', async (page, calls) => {
    await members(...Array.from({ length: 7 }, (_, i) => ({ id: `m${i}`, phone: phone(i) })));
    await bench.done(add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '' })));
    expect(await fanOut(page)).toBe(calls);
    expect(await copies()).toHaveLength(7);
  });

  test('repeats are harmless: from the start again, and two fans at once', async () => {
    await members(...Array.from({ length: 20 }, (_, i) => ({ id: `m${String(i).padStart(2, '0')}`, phone: phone(i) })));
    await bench.done(add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '' })));
    await Promise.all([fanOut(3), fanOut(3), fanOut(4)]);
    await bench.change(`update broadcasts set fan_cursor = ''`);
    await fanOut(6);
    expect(await copies()).toHaveLength(20);
    expect(new Set(await copies()).size).toBe(20);
  });

  test.each(['paused', 'cancelled', 'held', 'sent'] as const)(
    'a broadcast that is %s writes no copies',
    async (status) => {
      await members({ id: 'm1', phone: phone(1) });
      await bench.done(add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '', status })));
      expect(await bench.store.outbox.fanOut('b1', NOON)).toBe('done');
      expect(await bench.store.outbox.fanOut('no such broadcast', NOON)).toBe('done');
      expect(await copies()).toEqual([]);
      expect((await broadcast('b1'))?.fan_cursor).toBe('');
    },
  );

  describe('latest times', () => {
    test('what is queued past its latest time expires, counted by broadcast', async () => {
      await broadcastTo(bench, 3, { latestAt: NOON - 1 });
      await bench.done(
        add('broadcasts', broadcastRow({ id: 'b2', latestAt: NOON })),
        add('deliveries', copyRow({ broadcastId: 'b2', address: phone(1), latestAt: NOON })),
        add('deliveries', {
          ...copyRow({ broadcastId: 'b2', address: phone(2) }),
          kind: 'answer',
          broadcastId: null,
          latestAt: NOON - 1,
        }),
      );
      await bench.change(`update deliveries set status = 'claimed', owner = 'w1' where address = '${phone(0)}'`);
      const counts = await bench.store.outbox.expireLate(NOON);
      expect(counts).toEqual([
        { broadcastId: 'b1', count: 2 },
        { broadcastId: null, count: 1 },
      ]);
      expect(await bench.store.outbox.expireLate(NOON)).toEqual([]);
      expect(await bench.store.reads.deliveryCounts('b1')).toEqual({ claimed: 1, expired: 2 });
      expect(await bench.store.reads.deliveryCounts('b2')).toEqual({ queued: 1 });
      expect(await bench.rows(`select reason, settled_at from deliveries where status = 'expired' limit 1`)).toEqual([
        { reason: 'too_late', settled_at: NOON },
      ]);
    });

    test('a paused one expires too', async () => {
      await broadcastTo(bench, 1, { status: 'paused', latestAt: NOON - 1 });
      expect(await bench.store.outbox.expireLate(NOON)).toEqual([{ broadcastId: 'b1', count: 1 }]);
    });
  });

  describe('finished', () => {
    const finished = (status: string) => ({ status, fan_cursor: null, finished_at: NOON, version: 2 });
    test.each([
      ['every copy is settled', {}, 'accepted', finished('sent')],
      ['a copy is queued', {}, 'queued', null],
      ['a copy is claimed', {}, 'claimed', null],
      ['it is fanning out', { fanCursor: 'm0' }, 'accepted', null],
      ['cancelled, a copy on the wire', { status: 'cancelled' }, 'claimed', null],
      ['cancelled, all settled', { status: 'cancelled' }, 'accepted', finished('cancelled')],
      ['cancelled, a copy left in the queue', { status: 'cancelled' }, 'queued', finished('cancelled')],
      [
        'cancelled while fanning out',
        { status: 'cancelled', fanCursor: 'm0' },
        'accepted',
        { ...finished('cancelled'), fan_cursor: 'm0' },
      ],
      ['paused', { status: 'paused' }, 'accepted', null],
      ['paused past its latest time', { status: 'paused', latestAt: NOON - 1 }, 'expired', finished('sent')],
      [
        'paused past its latest time, not all members reached',
        { status: 'paused', latestAt: NOON - 1, fanCursor: 'm0' },
        'expired',
        { ...finished('missed'), fan_cursor: 'm0' },
      ],
      ['held', { status: 'held' }, 'accepted', null],
    ] as const)('%s', async (_, row, status, expected) => {
      await broadcastTo(bench, 2, row, { status: 'delivered' });
      await bench.change(`update deliveries set status = '${status}' where address = '${phone(1)}'`);
      const before = await broadcast('b1');
      const done = await bench.store.outbox.finish(NOON);
      expect(done).toEqual(expected === null ? [] : [{ id: 'b1', bookId: 'book1' }]);
      expect(await broadcast('b1')).toEqual(expected ?? before);
      expect(await bench.store.outbox.finish(NOON + 1)).toEqual([]);
    });
  });

  test('the backlog, by number', async () => {
    expect(await bench.store.outbox.backlog()).toEqual([]);
    await broadcastTo(bench, 5, { parts: 2 }, { parts: 2 });
    await bench.done(
      add('deliveries', { ...copyRow({ broadcastId: 'b1', address: phone(9) }), broadcastId: null, parts: 3 }),
    );
    await claim(bench.store, laneOf('b1'), 1);
    expect(await bench.store.outbox.backlog()).toEqual([{ numberId: 'num1', queued: 5, parts: 11 }]);
  });
});
