import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { askSilent } from '../../src/app/crisisHouse.ts';
import { createIds } from '../../src/app/ids.ts';
import type { Plan } from '../../src/ports/store.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { broadcastRow, deliveryRow, memberRow, NOON, SMALL_WORLD, stopRow } from '../kit/rows.ts';
import { KEYED, type Opened, openBoth, scratch } from '../kit/store.ts';

const MINUTE = 60_000;
const phone = (n: number) => `+4670174060${n}`;

type Someone = { id: string; by: readonly ('sms' | 'mail')[]; more?: Parameters<typeof memberRow>[0] };

/** Who was asked by what, and is asked again by what (B-60): only by a way that the question has not taken yet. */
const people: readonly Someone[] = [
  { id: 'm1', by: ['sms'], more: { id: 'm1', phone: phone(1), mail: 'gun@example.se', via: 'sms' } },
  { id: 'm2', by: ['sms', 'mail'], more: { id: 'm2', phone: phone(2), mail: 'hal@example.se' } },
  { id: 'm3', by: ['mail'], more: { id: 'm3', mail: 'ida@example.se' } },
  { id: 'm4', by: ['sms'], more: { id: 'm4', phone: phone(4), mail: 'joe@example.se', via: 'sms' } },
  { id: 'm5', by: ['sms'], more: { id: 'm5', phone: phone(5), mail: 'kim@example.se', via: 'sms' } },
  {
    id: 'm6',
    by: ['sms'],
    more: { id: 'm6', phone: phone(6), mail: 'liv@example.se', via: 'sms', otherPhone: phone(7) },
  },
];

const world: Plan = [
  ...SMALL_WORLD,
  ...people.map(({ id, more }) => ({ add: 'members', row: memberRow({ id, ...more }), exists: 'stale' }) as const),
  { add: 'broadcasts', row: broadcastRow({ id: 'b1', status: 'sent', header: '', footer: '' }), exists: 'stale' },
  ...people.flatMap(({ id, by, more }) =>
    by.map((way) => {
      const address = (way === 'sms' ? more?.phone : more?.mail) ?? '';
      const numberId = way === 'sms' ? 'num1' : 'mail:org1';
      const row = deliveryRow({
        kind: 'copy',
        broadcastId: 'b1',
        memberId: id,
        address,
        numberId,
        status: 'delivered',
      });
      return { add: 'deliveries', row, exists: 'stale' } as const;
    }),
  ),
  {
    add: 'rollCalls',
    row: {
      ...{ id: 'b1', organisationId: 'org1', bookId: 'book1', broadcastId: 'b1', startedAt: NOON + 1 },
      ...{ endsAt: NOON + 60 * MINUTE, remindAt: NOON + 15 * MINUTE, remindedAt: null, endedAt: null, version: 1 },
    },
    exists: 'stale',
  },
  // m4 has answered, m5's mail has left the book.
  {
    add: 'rollAnswers',
    row: { rollCallId: 'b1', memberId: 'm4', answer: 'ok', text: '1', at: NOON + 2 },
    exists: 'stale',
  },
  {
    add: 'stops',
    row: stopRow({ address: 'kim@example.se', addressHash: KEYED.digest('kim@example.se') }),
    exists: 'stale',
  },
];

describe.each(['sqlite', 'postgres'] as const)('the silent ones of a roll call, on %s', (dialect) => {
  const folder = scratch();
  let postgres: Postgres | null = null;
  let opened: Opened;

  beforeAll(async () => {
    if (dialect === 'postgres') postgres = await startPostgres();
    opened = await openBoth(postgres ? await postgres.database() : `file:${folder.path('a.db')}`);
    await opened.store.createInstallation({ id: 'i', keyFingerprint: 'f', directoryVersion: 1, createdAt: NOON });
    expect(await opened.store.commit(world)).toBe('done');
  }, 180_000);
  afterAll(async () => {
    await opened.close();
    await postgres?.stop();
    folder.clear();
  });

  test('are asked by mail or on their second number, once, and only by a way that is new to them', async () => {
    const { store } = opened;
    const ask = (at: number) => askSilent({ store, clock: { now: () => at }, ids: createIds() });
    const asked = () =>
      opened.column(sql`select address from deliveries where kind = 'copy' and broadcast_id <> 'b1' order by address`);
    await ask(NOON + 14 * MINUTE);
    expect(await asked()).toEqual([]);
    await Promise.all([ask(NOON + 15 * MINUTE), ask(NOON + 15 * MINUTE)]);
    await ask(NOON + 16 * MINUTE);
    expect(await asked()).toEqual([phone(7), 'gun@example.se', 'liv@example.se']);
    const lines = await opened.column(
      sql`select number_id from deliveries where kind = 'copy' and broadcast_id <> 'b1' and address like '%@%'`,
    );
    expect(lines).toEqual(['mail:org1', 'mail:org1']);
    expect(await store.reads.rollCallsDue('silent', NOON + 17 * MINUTE)).toEqual([]);
  });
});
