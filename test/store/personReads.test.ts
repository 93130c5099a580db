import { expect, test } from '@jest/globals';
import {
  broadcastRow,
  copyRow,
  deliveryRow,
  eventRow,
  inboundRow,
  memberRow,
  NOON,
  personRow,
  stopRow,
  uploadSteps,
} from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';

const ANNA = '+46701000003';
const BO = '+46701000004';
const END = { at: NOON + 1_000_000, upTo: null };

onBothDialects('reads about one person', (bench) => {
  test('texts of a sender in one book, newest first, from an edge on', async () => {
    await bench.done(
      ...[1, 2, 3, 4].map((n) =>
        add('inbounds', inboundRow({ id: `i${n}`, sender: ANNA, at: NOON + Math.ceil(n / 2) })),
      ),
      add('inbounds', inboundRow({ id: 'i5', sender: BO, at: NOON + 1 })),
      add('inbounds', inboundRow({ id: 'i6', sender: ANNA, bookId: 'book2', at: NOON + 1 })),
    );
    const { reads } = bench.store;
    const ids = async (edge: { at: number; upTo: string | null }, from = 0, limit = 9) =>
      (await reads.textsFrom('book1', [ANNA], edge, from, limit)).map(({ id }) => id);
    expect(await ids(END)).toEqual(['i4', 'i3', 'i2', 'i1']);
    expect(await ids(END, 0, 2)).toEqual(['i4', 'i3']);
    expect(await ids({ at: NOON + 2, upTo: 'i4' })).toEqual(['i3', 'i2', 'i1']);
    expect(await ids({ at: NOON + 1, upTo: null })).toEqual(['i2', 'i1']);
    expect(await ids({ at: NOON + 1, upTo: 'i1' })).toEqual([]);
    expect(await ids(END, NOON + 2)).toEqual(['i4', 'i3']);
    expect(await reads.textsFrom('book1', [], END, 0, 9)).toEqual([]);
  });

  test('answers to their addresses, and copies of broadcasts that have begun', async () => {
    await bench.done(
      add('deliveries', deliveryRow({ address: ANNA, text: 'ett', createdAt: NOON })),
      add('deliveries', deliveryRow({ address: ANNA, text: 'två', createdAt: NOON })),
      add('deliveries', deliveryRow({ address: ANNA, text: 'annan bok', bookId: 'book2' })),
      add('broadcasts', broadcastRow({ id: 'b1', status: 'sent', dueAt: NOON + 5 })),
      add('broadcasts', broadcastRow({ id: 'b2', status: 'scheduled', dueAt: NOON + 6 })),
      add('broadcasts', broadcastRow({ id: 'b3', status: 'cancelled', dueAt: NOON - 5 })),
      add('deliveries', copyRow({ broadcastId: 'b1', address: ANNA, createdAt: NOON + 7 })),
      add('deliveries', copyRow({ broadcastId: 'b1', address: BO, createdAt: NOON + 9 })),
    );
    const { reads } = bench.store;
    const replies = await reads.repliesTo('book1', [ANNA], END, 9);
    expect(replies.map(({ text }) => text)).toEqual(['två', 'ett']);
    const edge = { at: NOON, upTo: String(replies[0]?.id) };
    expect((await reads.repliesTo('book1', [ANNA], edge, 9)).map(({ text }) => text)).toEqual(['ett']);
    expect((await reads.sentToAll('book1', END, 0, 9)).map(({ id }) => id)).toEqual(['b1', 'b3']);
    expect((await reads.sentToAll('book1', END, NOON, 9)).map(({ id }) => id)).toEqual(['b1']);
    const [copy, ...more] = await reads.copiesAt(['b1', 'b3'], [ANNA]);
    expect([copy?.broadcastId, copy?.memberId, more.length]).toEqual(['b1', 'm1', 0]);
    expect(await reads.fannedAt('b1')).toEqual({ from: NOON + 7, to: NOON + 9 });
    expect(await reads.fannedAt('b3')).toBeNull();
    const id = copy?.id ?? 0;
    const bounce = { organisationId: 'org1', deliveryId: id, address: ANNA, kind: 'hard' as const, at: NOON + 20 };
    await bench.done(
      add('bounces', { ...bounce, id: 'x1', code: '4.2.2' }),
      add('bounces', { ...bounce, id: 'x2', code: '5.1.1', at: NOON + 30 }),
    );
    expect(await reads.bouncesFor([id], [ANNA])).toEqual([{ deliveryId: id, at: NOON + 30, code: '5.1.1' }]);
    expect(await reads.spentOn('org1', '2026-11-22')).toBe(0);
  });

  test('the ledger of one organisation, with the hash before each line', async () => {
    await bench.done(
      add('consentEvents', eventRow({ id: 'e1', addressHash: 'h' })),
      add('consentPersons', personRow({ eventId: 'e1', text: 'START' })),
      add('consentEvents', eventRow({ id: 'e2', addressHash: 'other' })),
      add('consentEvents', eventRow({ id: 'e3', addressHash: 'h', bookId: 'book2', at: NOON + 1 })),
      add(
        'consentEvents',
        eventRow({ id: 'e4', addressHash: 'h', organisationId: 'org2', bookId: null, at: NOON + 2 }),
      ),
      add('consentEvents', eventRow({ id: 'e5', addressHash: 'h', bookId: null, event: 'left_all', at: NOON + 3 })),
    );
    await bench.store.ledger.seal(4);
    const { reads } = bench.store;
    const all = await reads.personLines('org1', ['h'], { after: null, limit: 9 });
    expect(all.map(({ id, chainNo }) => [id, chainNo])).toEqual([
      ['e1', 1],
      ['e3', 3],
      ['e5', null],
    ]);
    expect(all[0]).toMatchObject({ previousHash: '', person: { text: 'START' } });
    expect(all[1]?.previousHash).toMatch(/^[\w-]{43}$/);
    expect(all[2]).toMatchObject({ previousHash: null, person: null });
    const page = { limit: 9, bookId: 'book1' };
    expect((await reads.personLines('org1', ['h'], { after: null, ...page })).map(({ id }) => id)).toEqual([
      'e1',
      'e5',
    ]);
    expect(
      (await reads.personLines('org1', ['h'], { after: { at: NOON, id: 'e1' }, ...page })).map(({ id }) => id),
    ).toEqual(['e5']);
    expect(await reads.ledgerHead()).toMatchObject({ count: 4 });
  });

  test('everything of an organisation about somebody, and uploads that name them', async () => {
    await bench.done(
      add('members', memberRow({ id: 'anna', phone: ANNA })),
      add('inbounds', inboundRow({ id: 'i1', sender: ANNA })),
      add('inbounds', inboundRow({ id: 'i2', sender: ANNA, organisationId: 'org2' })),
      add('deliveries', deliveryRow({ address: ANNA, text: 'ett' })),
      add('deliveries', deliveryRow({ address: ANNA, text: 'två', organisationId: 'org2' })),
      add('stops', stopRow({ addressHash: 'h' })),
      ...uploadSteps({ id: 'f1' }, 'Anna;070-100 00 03'),
      ...uploadSteps({ id: 'f2' }, 'ÅSA Ek;'),
      ...uploadSteps({ id: 'f3', status: 'running' }, '0701000003'),
      ...uploadSteps({ id: 'f4', organisationId: 'org2' }, '0701000003'),
    );
    const { reads } = bench.store;
    const texts = await reads.textsEverywhere('org1', [ANNA], '');
    expect([texts.rows.map(({ id }) => id), texts.next]).toEqual([['i1'], 'i2']);
    expect(await reads.textsEverywhere('org1', [ANNA], 'i2')).toEqual({ rows: [], next: null });
    expect((await reads.repliesEverywhere('org1', [ANNA], 0, 9)).map(({ text }) => text)).toEqual(['ett']);
    expect((await reads.stopsOf(['h', 'g'])).length).toBe(1);
    expect(await reads.uploadsNaming(['org1'], { digits: '701000003', words: ['åsa', 'ÅSA'] })).toEqual(['f1', 'f2']);
    expect(await reads.uploadsNaming(['org1'], { digits: '', words: ['nobody'] })).toEqual([]);
    const within = { bookIds: ['book1'], lineIds: ['num1'], organisationId: 'org1' };
    expect(await reads.tracesOf(within, { addresses: [ANNA], memberIds: ['anna'] })).toEqual({
      conversations: [],
      joinForms: [],
      rollAnswers: [],
      tokens: [],
      bounces: [],
    });
  });
});
