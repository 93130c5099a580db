import { afterAll, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { approveMembers } from '../../src/app/approve.ts';
import { memberRow, NOON } from '../kit/rows.ts';
import { keyed, type World, worlds } from './world.ts';

const P12 = `organisation: { name: Lunds IK }
numbers: [{ number: "+46766861001", provider: simulator }]
books: [{ name: P12, address: p12, number: "+46766861001", approval: manual }]
`;
const ANNA = '+46701000003';
const BO = '+46701000004';
const CLI = { actor: 'cli', door: 'cli' } as const;

describe.each(['sqlite', 'postgres'] as const)('approve and refuse on %s', (dialect) => {
  const all = worlds(dialect);
  afterAll(() => all.close(), 60_000);

  const waiting = async (): Promise<World & { bookId: string }> => {
    const world = await all.create();
    await applyFile(P12, world.deps);
    const bookId = (await world.deps.store.reads.book('p12'))?.id ?? '';
    const row = (phone: string) => memberRow({ id: world.deps.ids.next(NOON), bookId, phone, status: 'pending' });
    await world.deps.store.commit(
      [ANNA, BO].map((phone) => ({ add: 'members', row: row(phone), exists: 'stale' }) as const),
    );
    return { ...world, bookId };
  };
  const statuses = async ({ deps, bookId }: World & { bookId: string }) =>
    (await deps.store.reads.members(bookId, { after: '', limit: 10 })).map(({ status }) => status);
  const queued = async ({ deps }: World) =>
    (await deps.store.outbox.backlog()).reduce((sum, { queued }) => sum + queued, 0);

  test('one, as people write the number; the other waits', async () => {
    const world = await waiting();
    expect(await approveMembers('p12', 'approve', ['070-100 00 03', '08-1', 'x@example.se'], CLI, world.deps)).toEqual({
      ok: true,
      outcomes: [
        { who: ANNA, name: '', outcome: 'approved', reason: '' },
        { who: '08-1', name: '', outcome: 'unreadable', reason: 'is neither a mobile number nor a mail address' },
        { who: 'x@example.se', name: '', outcome: 'not_found', reason: 'is not in this book' },
      ],
    });
    expect(await statuses(world)).toEqual(['active', 'pending']);
    expect(await queued(world)).toBe(1);
    expect(
      (await world.deps.store.ledger.history(keyed.addressHash(ANNA))).map(({ event, rule, door }) => [
        event,
        rule,
        door,
      ]),
    ).toEqual([['approved', 'B-10', 'cli']]);
    expect(await approveMembers('p12', 'refuse', [ANNA], CLI, world.deps)).toMatchObject({
      outcomes: [{ outcome: 'not_pending', reason: 'does not wait for approval (active)' }],
    });
  });

  test('everybody who waits', async () => {
    const world = await waiting();
    const result = await approveMembers('p12', 'refuse', 'all', CLI, world.deps);
    expect(result.ok && result.outcomes.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
    expect(await statuses(world)).toEqual(['refused', 'refused']);
    expect(await approveMembers('p12', 'refuse', 'all', CLI, world.deps)).toEqual({ ok: true, outcomes: [] });
    expect(await approveMembers('p13', 'refuse', 'all', CLI, world.deps)).toEqual({ ok: false, why: 'no_book' });
  });

  test('F17: 20 approvals and refusals at once have one outcome, one text and one line in the ledger', async () => {
    const world = await waiting();
    const verdicts = Array.from({ length: 20 }, (_, i) => (i % 2 ? 'approve' : 'refuse') as 'approve' | 'refuse');
    const results = await Promise.all(
      verdicts.map((verdict) => approveMembers('p12', verdict, [ANNA], CLI, world.deps)),
    );
    const outcomes = results.flatMap((result) => (result.ok ? result.outcomes : [])).map(({ outcome }) => outcome);
    expect(outcomes).toHaveLength(20);
    const won = outcomes.filter((outcome) => outcome !== 'not_pending');
    expect(won).toHaveLength(1);
    expect((await statuses(world))[0]).toBe(won[0] === 'approved' ? 'active' : 'refused');
    expect(await queued(world)).toBe(1);
    expect(await world.deps.store.ledger.history(keyed.addressHash(ANNA))).toHaveLength(1);
  });
});
