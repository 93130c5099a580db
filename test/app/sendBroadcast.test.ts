import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { changeBroadcast } from '../../src/app/broadcasts.ts';
import { saveDraft } from '../../src/app/desk/drafts.ts';
import { sendBroadcast } from '../../src/app/desk/sendBroadcast.ts';
import { whoGetsIt } from '../../src/app/desk/whoGetsIt.ts';
import { keepHouse } from '../../src/app/housekeeping.ts';
import type { Role, User } from '../../src/core/account.ts';
import type { Composition } from '../../src/core/compose.ts';
import { EVERYBODY } from '../../src/core/draft.ts';
import type { Step } from '../../src/ports/store.ts';
import { bookRow, memberRow, NOON, SMALL_WORLD, userRow } from '../kit/rows.ts';
import { type World, worlds } from './world.ts';

const HOUR = 3_600_000;
const phone = (n: number) => `+4670174${String(1000 + n)}`;
const BOOK = bookRow();
const compositionOf = (over: Partial<Composition> = {}): Composition => ({
  text: 'Matchen flyttas till 18.',
  audience: EVERYBODY,
  sender: null,
  reports: 'never',
  dueAt: null,
  latestAfterMs: null,
  ...over,
});
const userOf = (role: Role, id = 'karin'): User => userRow({ id, role });
const add = (...rows: Parameters<typeof memberRow>[0][]): Step[] =>
  rows.map((row) => ({ add: 'members', row: memberRow(row), exists: 'stale' }));

describe.each(['sqlite', 'postgres'] as const)('sending from the toolbox on %s', (dialect) => {
  const made = worlds(dialect);
  let world: World;
  const all = () => world.deps.store.reads.broadcasts('book1', 100);
  const column = async (event: string) =>
    (await world.deps.store.reads.log('book1', 500)).entries.filter((each) => each.event === event).length;

  beforeAll(async () => {
    world = await made.create();
    const { store } = world.deps;
    await store.createInstallation({ id: 'i', keyFingerprint: 'test', directoryVersion: 1, createdAt: NOON });
    await store.commit([
      ...SMALL_WORLD,
      { add: 'writers', row: { bookId: 'book1', address: 'karin@example.se', alwaysConfirm: false }, exists: 'stale' },
      { add: 'users', row: userOf('sender'), exists: 'stale' },
      { add: 'users', row: userOf('sender', 'nina'), exists: 'stale' },
      ...add(
        { id: 'm1', phone: phone(1), name: 'Anna', labels: ['Lag 1'], fields: { klass: '6B', toString: 'x' } },
        { id: 'm2', phone: phone(1), mail: 'b@example.se', name: 'Bo', labels: ['Lag 2'] },
        { id: 'm3', phone: phone(3), name: 'Łukasz' },
        { id: 'm4', phone: phone(4), status: 'paused' },
      ),
    ]);
  }, 180_000);
  afterAll(() => made.close());
  const send = (id: string, over: Partial<Composition> = {}, by = userOf('sender')) =>
    sendBroadcast(BOOK, { id, composition: compositionOf(over), draftId: null }, by, world.deps);
  const newId = () => world.deps.ids.next(world.deps.clock.now());

  test('F17: one confirmation sent 20 times at once is one broadcast, one line in the log, one notice', async () => {
    const id = newId();
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send(id)));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(outcomes.filter((each) => each.ok && !each.again)).toHaveLength(1);
    expect(await all()).toHaveLength(1);
    expect(await column('broadcast_sent')).toBe(1);
    const lanes = await world.deps.store.outbox.lanes(world.deps.clock.now());
    const replies = lanes.find(({ broadcast }) => broadcast === null);
    if (!replies) throw new Error('the functionary is not told');
    const notices = await world.deps.store.outbox.claim(replies, 'w', 50, world.deps.clock.now(), 1000);
    expect(notices.map(({ address, text }) => [address, text])).toEqual([
      ['+46701000002', 'Utskick till 2 personer i P12: Matchen flyttas till 18.'],
    ]);
  });

  test.each([
    ['viewer', 'karin', 'role'],
    ['sender', 'nina', 'not_writer'],
    ['admin', 'nina', 'not_writer'],
    ['operator', 'nina', 'not_writer'],
  ] as const)('%s %s may not send: %s', async (role, id, why) => {
    const before = (await all()).length;
    expect(await send(newId(), {}, userOf(role, id))).toEqual({ ok: false, why });
    expect(await all()).toHaveLength(before);
  });

  test('an admin who is a writer may', async () => {
    expect(await send(newId(), {}, userOf('admin'))).toMatchObject({ ok: true, again: false });
  });

  test('what cannot be sent is a value with the reasons', async () => {
    expect(await send(newId(), { text: 'Hej {nix}' })).toMatchObject({
      ok: false,
      why: 'problems',
      preview: { problems: [{ what: 'tag', tag: 'nix' }] },
    });
  });

  test('who gets it: phones, labels and fields of those reached, and the costliest values', async () => {
    const reach = { bookId: 'book1', numberId: 'num1', writer: 'karin@example.se' };
    const { store } = world.deps;
    expect(await whoGetsIt(store.reads, reach, null, NOON)).toEqual({
      recipients: 2,
      texts: 2,
      tags: {
        name: { plain: 'Anna', wide: 'Łukasz' },
        klass: { plain: '6B', wide: null },
        toString: { plain: 'x', wide: null },
      },
      labels: [
        { label: 'Lag 1', count: 1 },
        { label: 'Lag 2', count: 1 },
      ],
      fields: [
        { name: 'klass', values: [{ value: '6B', count: 1 }] },
        { name: 'toString', values: [{ value: 'x', count: 1 }] },
      ],
    });
    const part = await whoGetsIt(store.reads, reach, { labels: ['lag 2'], fields: {} }, NOON);
    expect([part.recipients, part.tags.name]).toEqual([1, { plain: 'Bo', wide: null }]);
  });

  test('a scheduled one goes out when it is due, and functionaries hear of it then', async () => {
    const id = newId();
    const dueAt = world.deps.clock.now() + HOUR;
    expect(await send(id, { dueAt })).toMatchObject({ ok: true, broadcast: { status: 'scheduled', dueAt } });
    await keepHouse(world.deps);
    expect((await world.deps.store.reads.broadcast(id))?.status).toBe('scheduled');
    world.later(HOUR + 1);
    await Promise.all([keepHouse(world.deps), keepHouse(world.deps)]);
    expect((await world.deps.store.reads.broadcast(id))?.status).toBe('sending');
    expect(await column('broadcast_started')).toBe(1);
  });

  test('one that missed its latest time asks; sent now it is sent once', async () => {
    const id = newId();
    await send(id, { dueAt: world.deps.clock.now() + HOUR, latestAfterMs: HOUR });
    world.later(3 * HOUR);
    await keepHouse(world.deps);
    expect(await world.deps.store.reads.broadcast(id)).toMatchObject({ status: 'missed', fanCursor: null });
    const by = { actor: 'karin', reason: 'person' };
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => changeBroadcast(id, 'send_now', by, world.deps)));
    expect(outcomes.filter(({ ok }) => ok)).toHaveLength(1);
    const now = world.deps.clock.now();
    expect(await world.deps.store.reads.broadcast(id)).toMatchObject({
      status: 'sending',
      fanCursor: '',
      finishedAt: null,
      dueAt: now,
      latestAt: now + 4 * HOUR,
    });
  });

  test('drafts: changed by two at once, both are there in turn; another’s draft is never changed', async () => {
    const form = { id: null, kind: 'draft', name: '', composition: compositionOf({ text: 'Ett' }) } as const;
    const first = await saveDraft(BOOK, form, userOf('sender'), world.deps);
    if (!first.ok) throw new Error(first.why);
    const { id } = first.draft;
    const texts = ['Två', 'Tre'];
    await Promise.all(
      texts.map((text) =>
        saveDraft(BOOK, { ...form, id, composition: compositionOf({ text }) }, userOf('sender'), world.deps),
      ),
    );
    const kept = await world.deps.store.reads.draft(id);
    expect(texts).toContain(kept?.text);
    expect(kept?.version).toBe(3);
    const ninas = await saveDraft(BOOK, { ...form, id }, userOf('sender', 'nina'), world.deps);
    expect(ninas.ok && ninas.draft.id).not.toBe(id);
  });
});
