import { afterAll, describe, expect, test } from '@jest/globals';
import { applyFile } from '../../src/app/apply.ts';
import { tendMember } from '../../src/app/desk/tendMember.ts';
import { keepHouse } from '../../src/app/housekeeping.ts';
import { createReceiveText } from '../../src/app/receiveText.ts';
import { tryText } from '../../src/app/tryText.ts';
import { broadcastRow, copyRow, memberRow, NOON } from '../kit/rows.ts';
import { keyed, worlds } from './world.ts';

/** B-49 and B-50 from the text to the rows, the copies and the clock, on both databases. */
const NUMBER = '+46766861001';
const ANNA = '+46701000003';
const BO = '+46701000004';
const DAY = 86_400_000;
const P12 = `organisation: { name: Lunds IK }
numbers: [{ number: "${NUMBER}", provider: simulator }]
books: [{ name: P12, address: p12, number: "${NUMBER}" }]
`;

describe.each(['sqlite', 'postgres'] as const)('a pause by text on %s', (dialect) => {
  const all = worlds(dialect);
  afterAll(() => all.close(), 60_000);

  async function running() {
    const world = await all.create();
    const { deps } = world;
    await applyFile(P12, deps);
    const { store } = deps;
    const book = await store.reads.book('p12');
    if (!book) throw new Error('no book');
    const add = (id: string, phone: string) =>
      ({ add: 'members', row: memberRow({ id, bookId: book.id, phone }), exists: 'stale' }) as const;
    await store.commit([add('anna', ANNA), add('bo', BO)]);
    const receive = createReceiveText({ ...deps, wait: async () => undefined });
    let texts = 0;
    const place = { organisationId: book.organisationId, bookId: book.id, numberId: book.numberId };
    return {
      ...world,
      store,
      book,
      place,
      text: (text: string) =>
        receive({
          ...{ providerId: `in-${++texts}`, from: ANNA, to: NUMBER, text },
          ...{ mediaCount: 0, missingPart: false, optOut: null, providerAt: null },
        }),
      anna: async () => store.reads.member('anna'),
      events: async () =>
        (await store.ledger.history(keyed.addressHash(ANNA))).map(
          ({ event, rule, door }) => `${event} ${rule} ${door}`,
        ),
    };
  }

  test('PAUS 14D: nothing more is written to them, START ends it, and the ledger tells both', async () => {
    const { store, place, text, anna, events, later } = await running();
    await text('PAUS 14D');
    expect(await anna()).toMatchObject({ status: 'paused' });
    await store.commit([
      {
        add: 'broadcasts',
        row: broadcastRow({ ...place, id: 'b1', fanCursor: '', finishedAt: null }),
        exists: 'stale',
      },
    ]);
    await store.outbox.fanOut('b1', NOON);
    const copies = await store.reads.copies('b1', { after: '', limit: 10 });
    expect(copies.map(({ address }) => address)).toEqual([BO]);
    later(60_000);
    await text('START');
    expect(await anna()).toMatchObject({ status: 'active', pausedUntil: null });
    expect(await events()).toEqual(['paused B-49 sms', 'resumed B-50 sms']);
  });

  test('a copy that was written before it is claimed as paused, which the gate withholds', async () => {
    const { store, place, text } = await running();
    const run = broadcastRow({ ...place, id: 'b1', fanCursor: null, finishedAt: null, status: 'sending' });
    const copy = copyRow({ ...place, broadcastId: 'b1', memberId: 'anna', address: ANNA });
    await store.commit([
      { add: 'broadcasts', row: run, exists: 'stale' },
      { add: 'deliveries', row: copy, exists: 'stale' },
    ]);
    await text('PAUS 2 VECKOR');
    const lane = (await store.outbox.lanes(NOON)).find(({ broadcast }) => broadcast?.id === 'b1');
    if (!lane) throw new Error('no lane');
    expect(await store.outbox.claim(lane, 'w1', 5, NOON, 60_000)).toMatchObject([
      { address: ANNA, memberStatus: 'paused' },
    ]);
  });

  test('its end comes by itself; staff cannot bring it, and can again after it', async () => {
    const { deps, book, text, anna, events, later } = await running();
    const desk = { actor: 'u1', door: 'web' } as const;
    await text('PAUS 2D');
    expect(await tendMember(book, 'anna', 'resume', null, desk, deps)).toEqual({ ok: false, why: 'own_pause' });
    later(2 * DAY);
    await keepHouse(deps);
    expect((await anna())?.status).toBe('paused');
    later(DAY);
    await keepHouse(deps);
    expect(await anna()).toMatchObject({ status: 'active', pausedUntil: null });
    expect(await events()).toEqual(['paused B-49 sms', 'resumed pause_over clock']);
    expect(await tendMember(book, 'anna', 'pause', null, desk, deps)).toMatchObject({ ok: true });
    expect(await tendMember(book, 'anna', 'resume', null, desk, deps)).toMatchObject({ ok: true });
  });

  test('a ban that is lifted gives the pause back with its day', async () => {
    const { deps, book, text, anna } = await running();
    const desk = { actor: 'u1', door: 'web' } as const;
    await text('PAUS 14D');
    const until = (await anna())?.pausedUntil;
    await tendMember(book, 'anna', 'ban', null, desk, deps);
    expect((await anna())?.status).toBe('banned');
    await tendMember(book, 'anna', 'unban', null, desk, deps);
    expect(await anna()).toMatchObject({ status: 'paused', pausedUntil: until });
  });

  test('`try` says what it would do', async () => {
    const { deps } = await running();
    const result = await tryText('p12', [{ text: 'PAUS 14D', from: ANNA }], deps);
    expect(result.ok && result.tried[0]).toMatchObject({
      ...{ rule: 'B-49', kind: 'pause', book: 'p12' },
      changes: [
        { do: 'set_member', from: 'active', status: 'paused' },
        { do: 'consent', event: 'paused' },
      ],
      outgoing: [{ to: ANNA, parts: 1 }],
    });
  });
});
