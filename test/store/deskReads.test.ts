import { expect, test } from '@jest/globals';
import {
  bookRow,
  broadcastRow,
  copyRow,
  deliveryRow,
  eventRow,
  inboundRow,
  logRow,
  memberRow,
  NOON,
  NUMBER,
  ORGANISATION,
} from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';

const ANNA = '+46701000003';
const BO = '+46701000004';
const QUARTER = 900_000;

onBothDialects('reads of the desk', (bench) => {
  const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
  const otherBook = () => [
    add('organisations', { ...ORGANISATION, id: 'org2', name: 'Malmö' }),
    add('numbers', { ...NUMBER, id: 'num2', organisationId: 'org2', e164: '+46766861002' }),
    add('books', bookRow({ id: 'book2', address: 'mff', organisationId: 'org2', numberId: 'num2' })),
  ];

  test('pages go on where the last one ended, though several rows have one time', async () => {
    await bench.done(
      ...['a', 'b', 'c', 'd', 'e'].flatMap((id, i) => [
        add('inbounds', inboundRow({ id: `i${id}`, at: NOON + Math.floor(i / 3) })),
        add('logEntries', logRow({ id: `l${id}`, at: NOON + Math.floor(i / 3) })),
        add('broadcasts', broadcastRow({ id: `b${id}`, createdAt: NOON + Math.floor(i / 3) })),
      ]),
    );
    for (const [read, letter] of [
      ['inboundsPage', 'i'],
      ['entriesPage', 'l'],
      ['broadcastsPage', 'b'],
    ] as const) {
      const seen: string[] = [];
      let before: { at: number; id: string } | null = null;
      for (let page = 0; page < 5; page++) {
        const rows: { id: string; at?: number; createdAt?: number }[] = await bench.store.reads[read](
          'book1',
          before,
          2,
        );
        seen.push(...ids(rows));
        const last = rows.at(-1);
        if (!last) break;
        before = { id: last.id, at: (letter === 'b' ? last.createdAt : last.at) as number };
      }
      expect(seen).toEqual(['e', 'd', 'c', 'b', 'a'].map((id) => letter + id));
    }
    expect(ids(await bench.store.reads.auditPage('org1', null, 2))).toEqual(['le', 'ld']);
    expect(await bench.store.reads.auditPage('org2', null, 2)).toEqual([]);
    expect(await bench.store.reads.inboundsPage('book2', null, 9)).toEqual([]);
    expect((await bench.store.reads.inboundById('ia'))?.text).toBe('START');
    expect(await bench.store.reads.inboundById('none')).toBeNull();
  });

  test('the inbox holds what non-writers sent, of the books that are asked for', async () => {
    await bench.done(
      ...otherBook(),
      add('inbounds', inboundRow({ id: 'i1', kind: 'forwarded', rule: 'B-27', at: NOON + 1 })),
      add('inbounds', inboundRow({ id: 'i2', kind: 'told', rule: 'B-14', at: NOON + 2 })),
      add('inbounds', inboundRow({ id: 'i3', kind: 'auto_reply', rule: 'B-24', at: NOON + 3 })),
      add('inbounds', inboundRow({ id: 'i4', kind: 'join', rule: 'B-9', at: NOON + 4 })),
      add('inbounds', inboundRow({ id: 'i5', kind: 'join', rule: 'B-1', at: NOON + 5 })),
      add('inbounds', inboundRow({ id: 'i6', kind: 'broadcast', rule: 'B-20', at: NOON + 6 })),
      add('inbounds', inboundRow({ id: 'i7', kind: 'reaction', rule: 'B-23', broadcastId: 'b1', at: NOON + 7 })),
      add('inbounds', inboundRow({ id: 'i8', kind: 'reaction', rule: 'B-23', at: NOON + 8 })),
      add('inbounds', inboundRow({ id: 'o1', kind: 'forwarded', bookId: 'book2', numberId: 'num2', at: NOON + 9 })),
    );
    const { reads } = bench.store;
    expect(ids(await reads.inboxPage(['book1'], null, 9))).toEqual(['i4', 'i3', 'i2', 'i1']);
    expect(ids(await reads.inboxPage(['book1'], { at: NOON + 3, id: 'i3' }, 1))).toEqual(['i2']);
    expect(ids(await reads.inboxPage(['book1', 'book2'], null, 2))).toEqual(['o1', 'i4']);
    expect(await reads.inboxPage([], null, 9)).toEqual([]);
    expect(ids(await reads.reactions(['book1', 'book2'], 9))).toEqual(['i7']);
  });

  test('answers of people are told apart from those that go by themselves', async () => {
    await bench.done(
      add('deliveries', deliveryRow({ inboundId: 'i1', text: 'P12: Klockan 18', onceKey: 'desk-answer:u1:f1' })),
      add('deliveries', deliveryRow({ inboundId: 'i1', text: 'Gick till de ansvariga' })),
      add('deliveries', deliveryRow({ inboundId: 'i1', text: 'Nekad', onceKey: 'refused:m1:1' })),
      add(
        'deliveries',
        deliveryRow({ inboundId: 'i2', text: 'P12: Nej', status: 'delivered', onceKey: 'desk-answer:u1:f2' }),
      ),
    );
    const { reads } = bench.store;
    expect(await reads.personalAnswers(['i1'])).toEqual([
      {
        inboundId: 'i1',
        text: 'P12: Klockan 18',
        status: 'queued',
        reason: null,
        at: NOON,
        onceKey: 'desk-answer:u1:f1',
      },
    ]);
    expect((await reads.personalAnswers(['i1', 'i2'])).length).toBe(2);
    expect(await reads.personalAnswers([])).toEqual([]);
  });

  test('names by phone, the elder row first, in the books that are asked for', async () => {
    await bench.done(
      ...otherBook(),
      add('members', memberRow({ id: 'm1', phone: ANNA, name: 'Anna' })),
      add('members', memberRow({ id: 'm2', phone: ANNA, mail: 'a@example.se', name: 'Annas man' })),
      add('members', memberRow({ id: 'm3', phone: BO, name: '' })),
      add('members', memberRow({ id: 'm4', phone: BO, name: 'Bo', bookId: 'book2' })),
    );
    expect(await bench.store.reads.namesOf(['book1'], [ANNA, BO])).toEqual([
      { bookId: 'book1', phone: ANNA, name: 'Anna' },
      { bookId: 'book1', phone: ANNA, name: 'Annas man' },
    ]);
    expect((await bench.store.reads.namesOf(['book1', 'book2'], [BO])).length).toBe(1);
  });

  test('joins and leaves by quarter of an hour', async () => {
    const start = Math.floor(NOON / QUARTER) * QUARTER;
    const event = (id: string, at: number, name: 'joined' | 'left', bookId = 'book1') =>
      add('consentEvents', eventRow({ id, at, event: name, bookId }));
    await bench.done(
      ...otherBook(),
      event('e1', start, 'joined'),
      event('e2', start + QUARTER - 1, 'joined'),
      event('e3', start + QUARTER, 'joined'),
      event('e4', start + QUARTER, 'left'),
      event('e5', start + 9 * QUARTER, 'left'),
      event('e6', start, 'joined', 'book2'),
    );
    const found = await bench.store.reads.consentTimes('book1', start, start + 9 * QUARTER);
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        { event: 'joined', at: start, count: 2 },
        { event: 'joined', at: start + QUARTER, count: 1 },
        { event: 'left', at: start + QUARTER, count: 1 },
      ]),
    );
  });

  test('what became of the copies of each broadcast, the newest ones only', async () => {
    const sent = (id: string, createdAt: number, status: 'sent' | 'expired' = 'sent') =>
      add('broadcasts', broadcastRow({ id, createdAt, status }));
    await bench.done(
      sent('b1', NOON),
      sent('b2', NOON + 1),
      sent('b3', NOON + 2),
      sent('b4', NOON + 3, 'expired'),
      add('deliveries', copyRow({ broadcastId: 'b2', address: ANNA, status: 'delivered', parts: 2 })),
      add('deliveries', copyRow({ broadcastId: 'b2', address: BO, status: 'delivered', parts: 2 })),
      add('deliveries', copyRow({ broadcastId: 'b2', address: '+46701000005', status: 'failed', parts: 2 })),
      add('deliveries', copyRow({ broadcastId: 'b1', address: ANNA, status: 'delivered' })),
    );
    const span = { from: NOON, to: NOON + 10, now: NOON };
    const { results: found, complete } = await bench.store.reads.broadcastResults('book1', span, 2);
    expect(complete).toBe(true);
    expect(found.filter(({ id }) => id === 'b3')).toEqual([
      { id: 'b3', at: NOON + 2, status: null, count: 0, parts: 0 },
    ]);
    expect(found.filter(({ id }) => id === 'b2').sort((a, b) => a.count - b.count)).toEqual([
      { id: 'b2', at: NOON + 1, status: 'failed', count: 1, parts: 2 },
      { id: 'b2', at: NOON + 1, status: 'delivered', count: 2, parts: 4 },
    ]);
    expect(found.length).toBe(3);
  });
});
