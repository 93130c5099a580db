import { expect, test } from '@jest/globals';
import { courseOf } from '../../src/app/desk/course.ts';
import type { Draft } from '../../src/core/draft.ts';
import { broadcastRow, copyRow, memberRow, NOON, stopRow, userRow } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';
import { phone } from './outboxWorld.ts';

const REACH = { bookId: 'book1', numberId: 'num1', writer: 'user@example.se' };
const MINUTE = 60_000;

onBothDialects('reads for sending', (bench) => {
  const reads = () => bench.store.reads;

  test('whom a broadcast reaches: as fan-out has it', async () => {
    await bench.done(
      ...[
        { id: 'm1', phone: phone(1), name: 'Anna', labels: ['Lag 1'], fields: { klass: '6B' } },
        { id: 'm2', mail: 'b@example.se' },
        { id: 'm3', phone: phone(1), mail: 'c@example.se' },
        { id: 'm4', phone: phone(4), status: 'paused' as const },
        { id: 'm5', phone: phone(5) },
        { id: 'm6', phone: phone(6) },
        { id: 'm7', phone: phone(7) },
        { id: 'm8', phone: phone(8) },
      ].map((row) => add('members', memberRow(row))),
      add('stops', stopRow({ address: phone(5), addressHash: 'h5' })),
      add('stops', stopRow({ address: phone(6), addressHash: 'h6', scope: 'number', scopeId: 'num1' })),
      add('stops', stopRow({ address: phone(7), addressHash: 'h7', scopeId: 'another book' })),
      add('broadcasts', broadcastRow({ id: 'b1', fanCursor: '', writer: phone(8) })),
    );
    const others = await reads().reached({ ...REACH, writer: phone(8) }, { after: '', limit: 10 });
    expect(others.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm7']);
    const all = await reads().reached(REACH, { after: '', limit: 10 });
    expect(all.map(({ id }) => id)).toEqual(['m1', 'm2', 'm3', 'm7', 'm8']);
    const anna = { id: 'm1', phone: phone(1), mail: null, name: 'Anna', labels: ['Lag 1'], fields: { klass: '6B' } };
    expect(all[0]).toEqual(anna);
    expect(all[1]).toMatchObject({ phone: null, mail: 'b@example.se' });
    expect((await reads().reached(REACH, { after: 'm1', limit: 2 })).map(({ id }) => id)).toEqual(['m2', 'm3']);
    await bench.store.outbox.fanOut('b1', NOON);
    const copies = await bench.rows('select address from deliveries order by id');
    expect(copies.map(({ address }) => address)).toEqual([phone(1), phone(7), 'b@example.se', 'c@example.se']);
  });

  test('broadcasts page by page, the newest first, also when many came at once', async () => {
    const ids = Array.from({ length: 7 }, (_, i) => `b${i}`);
    await bench.done(
      ...ids.map((id, i) =>
        add('broadcasts', broadcastRow({ id, createdAt: NOON + (i < 4 ? 0 : i), finishedAt: NOON })),
      ),
      add('broadcasts', broadcastRow({ id: 'other', bookId: 'book2' })),
    );
    const seen: string[] = [];
    for (let before: { createdAt: number; id: string } | null = null; ; ) {
      const page = await reads().broadcastPage('book1', { before, limit: 3 });
      seen.push(...page.map(({ id }) => id));
      const last = page.at(-1);
      if (!last || page.length < 3) break;
      before = { createdAt: last.createdAt, id: last.id };
    }
    expect(seen).toEqual(['b6', 'b5', 'b4', 'b3', 'b2', 'b1', 'b0']);
  });

  test('what is open: unfinished ones and missed ones of late', async () => {
    await bench.done(
      add('broadcasts', broadcastRow({ id: 'sending', dueAt: NOON })),
      add('broadcasts', broadcastRow({ id: 'scheduled', status: 'scheduled', dueAt: NOON + MINUTE })),
      add('broadcasts', broadcastRow({ id: 'sent', status: 'sent', finishedAt: NOON })),
      add('broadcasts', broadcastRow({ id: 'missed', status: 'missed', finishedAt: NOON, dueAt: NOON - MINUTE })),
      add(
        'broadcasts',
        broadcastRow({ id: 'old', status: 'missed', finishedAt: NOON, createdAt: NOON - 8 * 86_400_000 }),
      ),
    );
    const open = await reads().broadcastsOpen('book1', NOON - 7 * 86_400_000);
    expect(open.map(({ id }) => id)).toEqual(['missed', 'sending', 'scheduled']);
  });

  test('how one went: by status and reason, minute by minute, copy by copy', async () => {
    const at = (n: number) => NOON + n * MINUTE + 7000;
    await bench.done(
      add('members', memberRow({ id: 'm1', phone: phone(1), name: 'Anna' })),
      add('members', memberRow({ id: 'm2', phone: phone(99), name: 'Bo' })),
      add('broadcasts', broadcastRow({ id: 'b1' })),
      ...[
        {
          address: phone(1),
          memberId: 'm1',
          status: 'delivered' as const,
          claimedAt: at(0),
          settledAt: at(1),
          providerId: 'S1',
        },
        {
          address: phone(2),
          memberId: 'm2',
          status: 'delivered' as const,
          claimedAt: at(1),
          settledAt: at(1),
          providerId: 'S2',
        },
        { address: phone(3), status: 'failed' as const, reason: '30003', claimedAt: at(0), settledAt: at(2) },
        {
          address: phone(4),
          status: 'undelivered' as const,
          reason: '30003',
          claimedAt: at(1),
          settledAt: at(2),
          providerId: 'S4',
        },
        { address: phone(5), status: 'cancelled' as const, reason: 'left', settledAt: at(0) },
        { address: phone(6) },
      ].map((row) => add('deliveries', copyRow({ broadcastId: 'b1', ...row }))),
    );
    for (const limit of [100, 2]) {
      let seen = 0;
      const counted: string[] = [];
      for (let after = ''; ; ) {
        const { stretches, last } = await reads().stretches('b1', { after, limit });
        for (const { status, reason, handed, settled, count } of stretches) {
          const [begun, ended] = [handed, settled].map((minute) => (minute === null ? '-' : (minute - NOON) / MINUTE));
          for (let i = 0; i < count; i++) counted.push(`${status} ${reason} ${begun} ${ended}`);
          seen += count;
        }
        if (last === null) break;
        after = last;
      }
      expect(seen).toBe(6);
      expect(counted.sort()).toEqual([
        'cancelled left - 0',
        'delivered null 0 1',
        'delivered null 1 1',
        'failed 30003 - 2',
        'queued null - -',
        'undelivered 30003 1 2',
      ]);
    }
    const { tally, minutes } = await courseOf(reads(), 'b1');
    expect(tally.map(({ status, reason, count }) => `${status} ${reason} ${count}`).sort()).toEqual([
      'cancelled left 1',
      'delivered null 2',
      'failed 30003 1',
      'queued null 1',
      'undelivered 30003 1',
    ]);
    expect(minutes.map(({ what, minute, count }) => `${(minute - NOON) / MINUTE} ${what} ${count}`).sort()).toEqual([
      '0 handed 1',
      '1 delivered 2',
      '1 handed 2',
      '2 failed 2',
    ]);
    const first = await reads().copies('b1', { after: '', limit: 2 });
    // Bo has another phone since: the copy was not to him.
    expect(first.map(({ address, name, status }) => [address, name, status])).toEqual([
      [phone(1), 'Anna', 'delivered'],
      [phone(2), '', 'delivered'],
    ]);
    const failed = await reads().copies('b1', { after: phone(2), limit: 5, statuses: ['failed', 'undelivered'] });
    expect(failed.map(({ address, reason }) => [address, reason])).toEqual([
      [phone(3), '30003'],
      [phone(4), '30003'],
    ]);
    expect(await reads().stretches('none', { after: '', limit: 5 })).toEqual({ stretches: [], last: null });
  });

  test('drafts are their writer’s, templates everybody’s in the book', async () => {
    const draft = (row: Partial<Draft> & { id: string }): Draft => ({
      organisationId: 'org1',
      bookId: 'book1',
      userId: 'u1',
      kind: 'draft',
      name: '',
      text: 'Hej',
      audience: { labels: ['Lag 1'], fields: { klass: '6B' } },
      sender: null,
      reports: 'failure',
      createdAt: NOON,
      updatedAt: NOON,
      version: 1,
      ...row,
    });
    await bench.done(
      add('users', userRow({ id: 'u1' })),
      add('users', userRow({ id: 'u2' })),
      add('drafts', draft({ id: 'd1' })),
      add('drafts', draft({ id: 'd2', userId: 'u2' })),
      add('drafts', draft({ id: 't1', userId: 'u2', kind: 'template', name: 'Inställt', updatedAt: NOON + 1 })),
    );
    expect((await reads().drafts('book1', 'u1')).map(({ id }) => id)).toEqual(['t1', 'd1']);
    expect(await reads().draft('d1')).toEqual(draft({ id: 'd1' }));
    expect(await reads().draft('none')).toBeNull();
  });
});
