import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { emptyState, type Pending } from '../../src/core/conversation.ts';
import type { Plan, Rows, Step, Store, Table } from '../../src/ports/store.ts';
import { COPY_ORDER } from '../../src/store/move.ts';
import {
  bookRow,
  broadcastRow,
  conversationRow,
  copyRow,
  deliveryRow,
  eventRow,
  inboundRow,
  logRow,
  memberRow,
  NOON,
  NUMBER,
  ORGANISATION,
  personRow,
  SMALL_WORLD,
  stopRow,
  userRow,
} from '../kit/rows.ts';
import type { Opened } from '../kit/store.ts';

const ANNA = '+46701000003';
const BO = '+46701000004';
const DAY = 24 * 3_600_000;

/** What every store does, whichever database is behind it. `start` opens a new, empty one. */
export function storeContract(name: string, start: () => Promise<Opened>): void {
  describe(`the store on ${name}`, () => {
    let opened: Opened;
    let store: Store;

    beforeAll(async () => {
      opened = await start();
      store = opened.store;
    });
    afterAll(() => opened?.close());
    beforeEach(async () => {
      await opened.db.write(function* () {
        for (const table of COPY_ORDER.toReversed()) {
          yield [{ statement: opened.db.statement(sql`delete from ${opened.db.tables[table]}`), given: {} }];
        }
      });
      await store.createInstallation({ id: 'inst', keyFingerprint: 'f', directoryVersion: 1, createdAt: NOON });
      expect(await store.commit(SMALL_WORLD)).toBe('done');
    });
    const done = async (...plan: Step[]) => expect(await store.commit(plan)).toBe('done');
    const add = <T extends Table>(table: T, row: Rows[T], exists = 'stale') => ({ add: table, row, exists }) as Step;

    describe('commit', () => {
      test('an empty plan is done', () => done());

      test.each(['duplicate', 'stale', 'ignore'] as const)('a row that exists: %s', async (exists) => {
        await done(add('inbounds', inboundRow({ id: 'i1', text: 'first' })));
        const again = await store.commit([add('inbounds', inboundRow({ id: 'i1', text: 'second' }), exists)]);
        expect(again).toBe(exists === 'ignore' ? 'done' : exists);
        expect((await store.reads.inbound('num1', 'SMi1'))?.text).toBe('first');
      });

      test('any unique key counts, not only the primary one (B-28, "told once")', async () => {
        await done(
          add('inbounds', inboundRow({ id: 'i1', providerId: 'SM1' })),
          add('deliveries', deliveryRow({ onceKey: 'k' })),
        );
        expect(await store.commit([add('inbounds', inboundRow({ id: 'i2', providerId: 'SM1' }), 'duplicate')])).toBe(
          'duplicate',
        );
        expect(await store.commit([add('deliveries', deliveryRow({ onceKey: 'k' }), 'ignore')])).toBe('done');
        expect(await store.commit([add('deliveries', deliveryRow({ onceKey: 'k' }), 'stale')])).toBe('stale');
      });

      test('the first guard that fails decides', async () => {
        await done(add('inbounds', inboundRow({ id: 'i1' })));
        const stale: Step = { change: 'books', where: { id: 'nobody' }, set: { name: 'x' }, none: 'stale' };
        const duplicate = add('inbounds', inboundRow({ id: 'i1' }), 'duplicate');
        expect(await store.commit([stale, duplicate])).toBe('stale');
        expect(await store.commit([duplicate, stale])).toBe('duplicate');
      });

      test('compare and set: one of twenty wins (F17)', async () => {
        await done(add('members', memberRow({ id: 'm1', phone: ANNA, status: 'pending' })));
        const approve: Plan = [
          { change: 'members', where: { id: 'm1', version: 1 }, set: { status: 'active', version: 2 }, none: 'stale' },
          add('deliveries', deliveryRow({ kind: 'joined' })),
        ];
        const refuse: Plan = [
          { change: 'members', where: { id: 'm1', version: 1 }, set: { status: 'refused', version: 2 }, none: 'stale' },
          add('deliveries', deliveryRow({ kind: 'answer' })),
        ];
        const results = await Promise.all(Array.from({ length: 20 }, (_, i) => store.commit(i % 2 ? approve : refuse)));
        expect(results.filter((result) => result === 'done')).toHaveLength(1);
        expect(results.filter((result) => result === 'stale')).toHaveLength(19);
        expect((await opened.counts()).deliveries).toBe(1);
      });

      test('two STARTs at once: one row (B-8)', async () => {
        const join = (id: string): Plan => [
          add('conversations', conversationRow()),
          add('inbounds', inboundRow({ id }), 'duplicate'),
          add('members', memberRow({ id: `m${id}`, phone: ANNA })),
        ];
        const results = await Promise.all([store.commit(join('1')), store.commit(join('2'))]);
        expect(results.sort()).toEqual(['done', 'stale']);
        expect((await opened.counts()).members).toBe(1);
      });

      test('rows come back as they were given', async () => {
        const member = memberRow({
          id: 'm1',
          phone: ANNA,
          mail: 'anna@example.se',
          name: 'Åsa "Ö" \u{1F525}',
          labels: ['tränare', 'F12'],
          fields: { shirt: 'M', 'a"b': '\\' },
          pausedUntil: NOON + 1,
          leftAt: NOON - 1,
        });
        const quiet = bookRow({
          id: 'book2',
          address: 'p14',
          main: false,
          footer: false,
          quietFrom: '21:00',
          storm: { recent: [NOON], brakedUntil: NOON },
        });
        const question: Pending = { kind: 'list', text: 'x', bookIds: ['a'], expiresAt: NOON };
        const talk = conversationRow({ state: { ...emptyState(), pending: [question], told: { 'hint:book1': NOON } } });
        const inbound = inboundRow({
          id: 'i1',
          also: ['B-18', 'B-25'],
          providerAt: null,
          text: 'bell\u0007',
        });
        const entry = logRow({ id: 'l1', details: { count: 3, ok: true, why: null, text: 'å' } });
        await done(
          add('members', member),
          add('books', quiet),
          add('conversations', talk),
          add('inbounds', inbound),
          add('logEntries', entry),
        );
        expect(await store.reads.membersEverywhere('anna@example.se')).toEqual([member]);
        expect(await store.reads.bookById('book2')).toEqual(quiet);
        expect(await store.reads.conversation('num1', ANNA)).toEqual(talk);
        expect(await store.reads.log('book1', 10)).toEqual({ inbounds: [inbound], entries: [entry] });
      });

      test('control codes and NUL are no fault (B-33)', async () => {
        const text = 'a\u0000b\u0007';
        const state = {
          ...emptyState(),
          told: { [text]: 1 },
          pending: [{ kind: 'list', text, bookIds: [], expiresAt: 1 }],
        };
        await done(
          add('inbounds', inboundRow({ id: 'i1', text })),
          add('conversations', conversationRow({ state: state as never })),
        );
        expect((await store.reads.inbound('num1', 'SMi1'))?.text.replace('\u0000', '\uFFFD')).toBe('a\uFFFDb\u0007');
      });

      test('change and remove by columns, also null ones', async () => {
        await done(
          add('members', memberRow({ id: 'm1', phone: ANNA, pausedUntil: NOON })),
          add('members', memberRow({ id: 'm2', phone: BO })),
          { change: 'members', where: { pausedUntil: null }, set: { leftAt: 5, labels: ['x'] }, none: 'stale' },
          { change: 'members', where: { id: 'm1' }, set: { pausedUntil: null }, none: 'stale' },
          { change: 'members', where: { id: 'nobody' }, set: { leftAt: 6 }, none: 'ignore' },
        );
        const rows = await store.reads.members('book1', { after: '', limit: 10 });
        expect(rows.map(({ leftAt, labels, pausedUntil }) => [leftAt, labels, pausedUntil])).toEqual([
          [null, [], null],
          [5, ['x'], null],
        ]);
        await done({ remove: 'members', where: { id: 'm1' } }, { remove: 'members', where: { id: 'nobody' } });
        expect((await store.reads.members('book1', { after: '', limit: 10 })).map(({ id }) => id)).toEqual(['m2']);
      });

      test('a step that names no row is a fault', async () => {
        await expect(store.commit([{ remove: 'members', where: {} }])).rejects.toThrow(/names no row/);
      });

      test('a fault in a plan leaves nothing and the next plan works', async () => {
        const broken: Step = { change: 'books', where: { id: 'book1' }, set: { name: null as never }, none: 'stale' };
        await expect(
          store.commit([add('members', memberRow({ id: 'm1', phone: ANNA })), broken]),
        ).rejects.toHaveProperty('message');
        expect((await opened.counts()).members).toBe(0);
        await done(add('members', memberRow({ id: 'm1', phone: ANNA })));
      });

      test('listeners hear of new deliveries', async () => {
        let heard = () => {};
        const waiting = new Promise<void>((resolve) => {
          heard = resolve;
        });
        const stop = store.onDeliveries(() => heard());
        await done(add('deliveries', deliveryRow()));
        await waiting;
        stop();
      });
    });

    describe('cancelling copies', () => {
      const copies = async () => {
        const second = bookRow({ id: 'book2', address: 'p14', main: false });
        await done(
          add('books', second),
          add('broadcasts', broadcastRow({ id: 'b1' })),
          add('broadcasts', broadcastRow({ id: 'b2', bookId: 'book2' })),
          add('broadcasts', broadcastRow({ id: 'b3', finishedAt: NOON, status: 'sent' })),
          ...['b1', 'b2', 'b3'].flatMap((broadcastId) => [
            add('deliveries', copyRow({ broadcastId, address: ANNA })),
            add('deliveries', copyRow({ broadcastId, address: BO, status: 'claimed' })),
            add('deliveries', copyRow({ broadcastId, address: `${BO}1` })),
          ]),
          add('deliveries', deliveryRow({ address: ANNA })),
        );
      };
      const states = async () => Promise.all(['b1', 'b2', 'b3'].map(async (id) => store.reads.deliveryCounts(id)));

      test.each([
        ['of the book', 'book1', [1, 0, 0]],
        ['of every book on the number', null, [1, 1, 0]],
      ])('a leave cancels the queued copies %s to that address only (B-36)', async (_, bookId, cancelled) => {
        await copies();
        await done({ cancelCopies: { numberId: 'num1', bookId, address: ANNA, reason: 'left', at: NOON + 9 } });
        expect((await states()).map((counts) => counts.cancelled ?? 0)).toEqual(cancelled);
        await done({ cancelCopies: { numberId: 'num1', bookId, address: BO, reason: 'left', at: NOON + 9 } });
        expect((await states()).map((counts) => counts.claimed)).toEqual([1, 1, 1]);
        expect(
          await opened.column(
            sql`select reason from deliveries where status = 'cancelled' and settled_at = ${NOON + 9}`,
          ),
        ).toContain('left');
        expect(await opened.column(sql`select status from deliveries where kind = 'answer'`)).toEqual(['queued']);
      });

      test('a whole broadcast', async () => {
        await copies();
        await done({ cancelBroadcast: { broadcastId: 'b1', reason: 'person', at: NOON } });
        expect(await states()).toEqual([
          { cancelled: 2, claimed: 1 },
          { queued: 2, claimed: 1 },
          { queued: 2, claimed: 1 },
        ]);
      });
    });

    describe('the snapshot', () => {
      const look = (sender = ANNA, quotes = false) =>
        store.reads.snapshot(NUMBER.e164, sender, sender === ANNA ? 'hash3' : 'hash4', { quotes, now: NOON });

      test('an unknown number has none', async () => {
        expect(await store.reads.snapshot('+46700000000', ANNA, 'hash3', { quotes: false, now: NOON })).toBeNull();
      });

      test('a stranger', async () => {
        expect(await look()).toEqual({
          organisation: ORGANISATION,
          number: NUMBER,
          ownNumbers: [NUMBER.e164],
          books: [
            {
              book: bookRow(),
              activeCount: 0,
              functionaries: ['+46701000002'],
              senderIsWriter: false,
              senderIsFunctionary: false,
              members: [],
              stop: null,
              lastCopyAt: null,
            },
          ],
          conversation: conversationRow({ version: 0, updatedAt: 0 }),
          stopOnNumber: null,
          stopAtProvider: null,
          recentTexts: [],
          held: [],
        });
      });

      test('rows, stops and the conversation of a sender; the count only for who may write', async () => {
        const rows = [
          memberRow({ id: 'm1', phone: ANNA, mail: 'a@example.se' }),
          memberRow({ id: 'm2', phone: ANNA, mail: 'b@example.se' }),
        ];
        const scopes = [
          stopRow(),
          stopRow({ scope: 'number', scopeId: 'num1' }),
          stopRow({ scope: 'provider', scopeId: 'num1' }),
        ] as const;
        await done(
          ...rows.map((row) => add('members', row)),
          add('members', memberRow({ id: 'm3', mail: 'only@example.se' })),
          add('members', memberRow({ id: 'm4', phone: BO, status: 'paused' })),
          ...scopes.map((row) => add('stops', row)),
          add('stops', stopRow({ addressHash: 'other', address: BO })),
          add('conversations', conversationRow({ version: 7 })),
        );
        const seen = await look();
        expect(seen?.books[0]).toMatchObject({ members: rows, stop: scopes[0], activeCount: 0 });
        expect([seen?.stopOnNumber, seen?.stopAtProvider]).toEqual([scopes[1], scopes[2]]);
        expect(seen?.conversation.version).toBe(7);
        expect((await look('+46701000001'))?.books[0]).toMatchObject({ activeCount: 3, senderIsWriter: true });
        await done({ change: 'books', where: { id: 'book1' }, set: { senders: 'members' }, none: 'stale' });
        expect((await look())?.books[0]?.activeCount).toBe(3);
        expect((await look(BO))?.books[0]?.activeCount).toBe(0);
      });

      test('the directory is kept in memory and never old', async () => {
        await look();
        const steps: [Step, (s: NonNullable<Awaited<ReturnType<typeof look>>>) => unknown, unknown][] = [
          [
            add('writers', { bookId: 'book1', address: ANNA, alwaysConfirm: false }),
            (s) => s.books[0]?.senderIsWriter,
            true,
          ],
          [{ remove: 'writers', where: { bookId: 'book1', address: ANNA } }, (s) => s.books[0]?.senderIsWriter, false],
          [add('functionaries', { bookId: 'book1', address: ANNA }), (s) => s.books[0]?.senderIsFunctionary, true],
          [
            { change: 'books', where: { id: 'book1' }, set: { name: 'New' }, none: 'stale' },
            (s) => s.books[0]?.book.name,
            'New',
          ],
          [
            { change: 'numbers', where: { id: 'num1' }, set: { partsPerSecond: 3 }, none: 'stale' },
            (s) => s.number.partsPerSecond,
            3,
          ],
          [
            { change: 'organisations', where: { id: 'org1' }, set: { contact: 'x' }, none: 'stale' },
            (s) => s.organisation.contact,
            'x',
          ],
          [add('numbers', { ...NUMBER, id: 'num2', e164: '+46766861002' }), (s) => s.ownNumbers.length, 2],
        ];
        for (const [step, pick, expected] of steps) {
          await done(step);
          expect(pick((await look()) as never)).toEqual(expected);
        }
      });

      test('several books: the main one first, and when each last wrote a copy to the sender', async () => {
        await done(
          add('books', bookRow({ id: 'book0', address: 'p14', main: false })),
          add('broadcasts', broadcastRow({ id: 'old', createdAt: NOON - 31 * DAY, finishedAt: NOON })),
          add('broadcasts', broadcastRow({ id: 'b1', bookId: 'book0', createdAt: NOON - 5 })),
          add('broadcasts', broadcastRow({ id: 'b2', bookId: 'book0', createdAt: NOON - 3 })),
          add('broadcasts', broadcastRow({ id: 'b3', createdAt: NOON - 4 })),
          add('deliveries', copyRow({ broadcastId: 'old', address: ANNA, createdAt: NOON - 31 * DAY })),
          add('deliveries', copyRow({ broadcastId: 'b1', address: ANNA, createdAt: NOON - 5 })),
          add('deliveries', copyRow({ broadcastId: 'b2', address: ANNA, createdAt: NOON - 3 })),
          add('deliveries', copyRow({ broadcastId: 'b3', address: BO, createdAt: NOON - 4 })),
          add('deliveries', copyRow({ broadcastId: 'b3', address: ANNA, createdAt: NOON - 4, status: 'cancelled' })),
        );
        expect((await look())?.books.map(({ book, lastCopyAt }) => [book.id, lastCopyAt])).toEqual([
          ['book1', null],
          ['book0', NOON - 3],
        ]);
      });

      test('held broadcasts that a code releases, and recent texts when they are asked for', async () => {
        const pending: Pending = {
          kind: 'send',
          broadcastId: 'held',
          bookId: 'book1',
          code: '4821',
          expiresAt: NOON,
          triesLeft: 3,
          count: 2,
        };
        await done(
          add(
            'conversations',
            conversationRow({ state: { ...emptyState(), pending: [pending, { ...pending, broadcastId: 'gone' }] } }),
          ),
          add('broadcasts', broadcastRow({ id: 'held', status: 'held', text: 'Träning?', version: 4 })),
          add('broadcasts', broadcastRow({ id: 'gone', status: 'expired' })),
          add('broadcasts', broadcastRow({ id: 'old', status: 'sent', createdAt: NOON - 31 * DAY })),
          ...Array.from({ length: 55 }, (_, i) =>
            add('broadcasts', broadcastRow({ id: `r${i}`, status: 'sent', createdAt: NOON - 100 + i })),
          ),
        );
        expect((await look())?.held).toEqual([{ id: 'held', bookId: 'book1', text: 'Träning?', parts: 1, version: 4 }]);
        expect((await look())?.recentTexts).toEqual([]);
        const recent = (await look(ANNA, true))?.recentTexts ?? [];
        expect(recent).toHaveLength(50);
        expect(recent[0]).toEqual({
          broadcastId: 'r54',
          bookId: 'book1',
          header: '*P12*',
          text: 'Matchen flyttas till 18.',
          footer: 'Svara STOPP för att lämna.',
        });
      });
    });

    describe('reads', () => {
      test('installation: the first one stays', async () => {
        const other = { id: 'two', keyFingerprint: 'g', directoryVersion: 1, createdAt: 1 };
        expect(await store.createInstallation(other)).toBe(false);
        expect(await store.reads.installation()).toMatchObject({ id: 'inst', keyFingerprint: 'f', createdAt: NOON });
      });

      test('settings', async () => {
        const user = userRow({ id: 'u1', mail: 'admin@example.se' });
        await done(add('users', user), add('accesses', { userId: 'u1', bookId: 'book1' }));
        expect(await store.reads.organisations()).toEqual([ORGANISATION]);
        expect(await store.reads.organisation('org1')).toEqual(ORGANISATION);
        expect(await store.reads.numbers()).toEqual([NUMBER]);
        expect(await store.reads.books()).toEqual([bookRow()]);
        expect(await store.reads.book('p12')).toEqual(bookRow());
        expect(await store.reads.book('nobody')).toBeNull();
        expect(await store.reads.writers('book1')).toEqual(['+46701000001']);
        expect(await store.reads.functionaries('book1')).toEqual(['+46701000002']);
        expect(await store.reads.users('org1')).toEqual([user]);
        expect(await store.reads.accesses('u1')).toEqual(['book1']);
      });

      test('members by page, status, address and due time', async () => {
        const rows = [
          memberRow({ id: 'm1', phone: ANNA }),
          memberRow({ id: 'm2', phone: BO, mail: 'bo@example.se', status: 'asked', since: NOON - 10 }),
          memberRow({ id: 'm3', mail: 'c@example.se', status: 'paused', pausedUntil: NOON - 10 }),
          memberRow({ id: 'm4', mail: 'd@example.se', status: 'paused' }),
          memberRow({ id: 'm5', phone: `${BO}5`, status: 'unsubscribed' }),
        ];
        await done(...rows.map((row) => add('members', row)));
        const ids = (found: { id: string }[]) => found.map(({ id }) => id);
        expect(await store.reads.memberCounts('book1')).toEqual({ active: 1, asked: 1, paused: 2, unsubscribed: 1 });
        expect(ids(await store.reads.members('book1', { after: '', limit: 2 }))).toEqual(['m1', 'm2']);
        expect(ids(await store.reads.members('book1', { after: 'm2', limit: 9 }))).toEqual(['m3', 'm4', 'm5']);
        const statuses = ['active', 'paused'] as const;
        expect(ids(await store.reads.members('book1', { after: 'm1', limit: 9, statuses }))).toEqual(['m3', 'm4']);
        expect(ids(await store.reads.membersByAddress('book1', ['bo@example.se', BO, ANNA]))).toEqual(['m1', 'm2']);
        expect(await store.reads.membersByAddress('book2', [ANNA])).toEqual([]);
        expect(ids(await store.reads.membersDue('asked', NOON, 9))).toEqual(['m2']);
        expect(ids(await store.reads.membersDue('asked', NOON - 10, 9))).toEqual([]);
        expect(ids(await store.reads.membersDue('paused', NOON, 9))).toEqual(['m3']);
      });

      test('stops by hash', async () => {
        await done(add('stops', stopRow()), add('stops', stopRow({ addressHash: 'hash4', address: null })));
        expect(await store.reads.stops('book', 'book1', ['hash3', 'none'])).toEqual([stopRow()]);
        expect(await store.reads.stops('number', 'book1', ['hash3'])).toEqual([]);
        expect(await store.reads.stops('book', 'book1', [])).toEqual([]);
      });

      test('broadcasts and deliveries', async () => {
        const rows = [
          broadcastRow({ id: 'b1', status: 'held', createdAt: NOON - 10 }),
          broadcastRow({ id: 'b2', status: 'scheduled', dueAt: NOON - 10, createdAt: NOON - 9 }),
          broadcastRow({ id: 'b3', status: 'sending', createdAt: NOON - 8 }),
          broadcastRow({ id: 'b4', status: 'sent', finishedAt: NOON, createdAt: NOON - 7 }),
        ];
        await done(
          ...rows.map((row) => add('broadcasts', row)),
          add('deliveries', deliveryRow({ inboundId: 'i1' })),
          add('deliveries', copyRow({ broadcastId: 'b3', address: ANNA })),
        );
        expect(await store.reads.broadcast('b3')).toEqual(rows[2]);
        expect((await store.reads.broadcasts('book1', 2)).map(({ id }) => id)).toEqual(['b4', 'b3']);
        expect(await store.reads.broadcastsDue('held', NOON)).toEqual([rows[0]]);
        expect(await store.reads.broadcastsDue('held', NOON - 10)).toEqual([]);
        expect(await store.reads.broadcastsDue('scheduled', NOON)).toEqual([rows[1]]);
        expect(await store.reads.broadcastsDue('unfinished', NOON)).toEqual([rows[2]]);
        expect(await store.reads.deliveriesOf('i1')).toMatchObject([deliveryRow({ inboundId: 'i1' })]);
        expect(typeof (await store.reads.deliveriesOf('i1'))[0]?.id).toBe('number');
      });

      test('leaves by book', async () => {
        await done(
          add('consentEvents', eventRow({ id: 'e1', event: 'left', at: NOON })),
          add('consentEvents', eventRow({ id: 'e2', event: 'left', at: NOON + 5 })),
          add('consentEvents', eventRow({ id: 'e3', event: 'left', at: NOON + 60_000 })),
          add('consentEvents', eventRow({ id: 'e4', event: 'joined', at: NOON })),
          add('consentEvents', eventRow({ id: 'e5', event: 'left_all', bookId: null, at: NOON })),
        );
        expect(await store.reads.leavesBetween(NOON, NOON + 60_000)).toEqual([{ bookId: 'book1', count: 2 }]);
      });
    });

    describe('erasing', () => {
      test('leaves nothing personal, keeps the hash, and who left stays out (B-41)', async () => {
        await done(
          add(
            'members',
            memberRow({
              id: 'm1',
              phone: ANNA,
              mail: 'anna@example.se',
              name: 'Anna Ek',
              status: 'unsubscribed',
              leftAt: NOON - 7,
            }),
          ),
          add('members', memberRow({ id: 'm2', phone: BO, name: 'Bo' })),
          add('broadcasts', broadcastRow({ id: 'b1', writer: ANNA })),
          add('inbounds', inboundRow({ id: 'i1', text: 'Anna Ek här' })),
          add('inbounds', inboundRow({ id: 'i2', sender: BO, text: 'Bo' })),
          add('deliveries', copyRow({ broadcastId: 'b1', address: ANNA })),
          add('deliveries', copyRow({ broadcastId: 'b1', address: BO })),
          add(
            'deliveries',
            deliveryRow({ address: ANNA, text: 'Hej Anna Ek', status: 'delivered', onceKey: `told:${ANNA}:${BO}` }),
          ),
          add(
            'deliveries',
            deliveryRow({ address: '+46701000002', inboundId: 'i1', text: 'Anna Ek skrev', kind: 'notice' }),
          ),
          add('conversations', conversationRow()),
          add('stops', stopRow({ scope: 'number', scopeId: 'num1' })),
          add('consentEvents', eventRow({ id: 'e1' })),
          add('consentPersons', personRow({ eventId: 'e1', name: 'Anna Ek' })),
          add('consentEvents', eventRow({ id: 'e2', addressHash: 'hash4' })),
          add('consentPersons', personRow({ eventId: 'e2', address: BO, name: 'Bo' })),
          add('writers', { bookId: 'book1', address: ANNA, alwaysConfirm: false }),
        );
        const erased = eventRow({ id: 'e9', event: 'erased', bookId: null, rule: 'erase', door: 'cli' });
        const erasure = { address: ANNA, addressHash: 'hash3', organisationIds: ['org1'], events: [erased], names: [] };
        expect((await store.erase(erasure)).rows).toBeGreaterThan(8);
        const everything = await opened.dump();
        expect(everything).not.toContain(ANNA);
        expect(everything).not.toContain('Anna Ek');
        expect(everything).not.toContain('anna@example.se');
        expect(everything).toContain(BO);
        expect(everything).toContain('e9');
        expect(await store.reads.stops('book', 'book1', ['hash3'])).toEqual([
          { scope: 'book', scopeId: 'book1', addressHash: 'hash3', address: null, since: NOON - 7, how: 'erased' },
        ]);
        expect(await store.reads.stops('number', 'num1', ['hash3'])).toMatchObject([{ address: null }]);
        expect(await store.reads.deliveryCounts('b1')).toEqual({ cancelled: 1, queued: 1 });
        expect(await store.reads.writers('book1')).toEqual(['+46701000001']);
        expect((await store.erase(erasure)).rows).toBeLessThanOrEqual(1);
      });
    });
  });
}
