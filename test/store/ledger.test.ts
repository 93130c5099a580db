import { describe, expect, test } from '@jest/globals';
import { personalText } from '../../src/core/consent.ts';
import { eventRow, NOON, personRow } from '../kit/rows.ts';
import { KEYED } from '../kit/store.ts';
import { add, onBothDialects } from './dialects.ts';

const id = (i: number) => `e${String(i).padStart(4, '0')}`;
const sound = (lines: number, sealed = lines) => ({ lines, sealed, erased: 0, breaks: [] });

onBothDialects('the ledger', (bench) => {
  /** Joins of people 1 to `to`, each with a personal part. */
  const joins = async (to: number, from = 1) => {
    const plan = [];
    for (let i = from; i <= to; i += 1) {
      const { eventId: _, ...part } = personRow({
        eventId: id(i),
        address: `+467020${i}`,
        name: `Namn ${i}`,
        salt: `s${i}`,
      });
      const personalHash = KEYED.digest(personalText(part));
      plan.push(add('consentEvents', eventRow({ id: id(i), at: NOON + i, addressHash: `hash${i}`, personalHash })));
      plan.push(add('consentPersons', { eventId: id(i), ...part }));
    }
    await bench.done(...plan);
  };
  const verify = () => bench.store.ledger.verify();
  const breaks = async () => (await verify()).breaks;

  test('empty', async () => {
    expect(await bench.store.ledger.seal(10)).toBe(0);
    expect(await verify()).toEqual(sound(0));
  });

  test('seals in batches, in the order of ids, and goes on where it was', async () => {
    await joins(5);
    expect(await verify()).toEqual(sound(5, 0));
    expect(await bench.store.ledger.seal(3)).toBe(3);
    expect(await verify()).toEqual(sound(5, 3));
    expect(await bench.store.ledger.seal(100)).toBe(2);
    await joins(6, 6);
    expect(await bench.store.ledger.seal(100)).toBe(1);
    expect(await bench.store.ledger.seal(100)).toBe(0);
    expect(await verify()).toEqual(sound(6));
    const lines = await bench.rows('select id, chain_no from consent_events order by chain_no');
    expect(lines).toEqual([1, 2, 3, 4, 5, 6].map((no) => ({ id: id(no), chain_no: no })));
  });

  test('many sealers at once: one chain', async () => {
    await joins(40);
    const sealed = await Promise.all(
      Array.from({ length: 8 }, (_, i) => (i % 2 ? bench.store : bench.other).ledger.seal(15)),
    );
    expect(sealed.reduce((a, b) => a + b)).toBeLessThanOrEqual(40);
    while ((await bench.store.ledger.seal(15)) > 0);
    expect(await verify()).toEqual(sound(40));
  });

  test('more than a page', async () => {
    await joins(1201);
    await bench.store.ledger.seal(700);
    expect(await verify()).toEqual(sound(1201, 700));
  });

  describe('what was done to it is found', () => {
    test.each([
      ['a changed line', `update consent_events set event = 'left' where id = 'e0003'`, [[3, 'e0003', 'changed']]],
      ['a changed time', `update consent_events set at = at - 1 where id = 'e0001'`, [[1, 'e0001', 'changed']]],
      [
        'a changed hash',
        `update consent_events set chain_hash = 'x' where id = 'e0003'`,
        [
          [3, 'e0003', 'changed'],
          [4, 'e0004', 'changed'],
        ],
      ],
      ['a removed line', `delete from consent_events where id = 'e0003'`, [[3, '', 'removed']]],
      ['the first line removed', `delete from consent_events where id = 'e0001'`, [[1, '', 'removed']]],
      [
        'a cut tail',
        `delete from consent_events where id >= 'e0005'`,
        [
          [5, '', 'removed'],
          [6, '', 'removed'],
        ],
      ],
      ['all lines removed', `delete from consent_events`, [1, 2, 3, 4, 5, 6].map((no) => [no, '', 'removed'])],
      [
        'a removed line and the rest moved up',
        [
          `delete from consent_events where id = 'e0003'`,
          ...[4, 5, 6].map((no) => `update consent_events set chain_no = ${no - 1} where id = '${id(no)}'`),
        ],
        [
          [3, 'e0004', 'changed'],
          [6, '', 'removed'],
        ],
      ],
      [
        'two lines in exchanged places',
        [
          `update consent_events set chain_no = 99 where id = 'e0002'`,
          `update consent_events set chain_no = 2 where id = 'e0003'`,
          `update consent_events set chain_no = 3 where id = 'e0002'`,
        ],
        [
          [2, 'e0003', 'changed'],
          [3, 'e0002', 'changed'],
          [4, 'e0004', 'changed'],
        ],
      ],
      [
        'a sealed line made unsealed',
        `update consent_events set chain_no = null, chain_hash = null where id = 'e0006'`,
        [[6, '', 'removed']],
      ],
      [
        'an invented line',
        `update consent_events set chain_no = 7, chain_hash = 'x' where id = 'e0007'`,
        [
          [7, 'e0007', 'changed'],
          [7, '', 'head'],
        ],
      ],
      [
        'a cut tail and a head to match, without the key',
        [
          `delete from consent_events where id >= 'e0005'`,
          `update ledger_heads set count = 4, hash = (select chain_hash from consent_events where id = 'e0004')`,
        ],
        [[4, '', 'head']],
      ],
      ['no head', `delete from ledger_heads`, [[6, '', 'head']]],
      [
        'a changed personal text',
        `update consent_persons set text = 'STOPP' where event_id = 'e0002'`,
        [[2, 'e0002', 'personal_changed']],
      ],
      [
        'a changed personal text of a line that is not sealed',
        `update consent_persons set name = 'x' where event_id = 'e0007'`,
        [[null, 'e0007', 'personal_changed']],
      ],
      [
        'a personal part taken out without erasing',
        `delete from consent_persons where event_id = 'e0002'`,
        [[2, 'e0002', 'personal_changed']],
      ],
    ] as const)('%s', async (_, harm, found) => {
      await joins(6);
      await bench.store.ledger.seal(100);
      await joins(7, 7);
      for (const statement of [harm].flat()) await bench.change(statement);
      expect(await breaks()).toEqual(found.map(([chainNo, eventId, what]) => ({ chainNo, eventId, what })));
    });

    test('nothing is sealed on top of a cut tail or a forged head', async () => {
      await joins(3);
      await bench.store.ledger.seal(100);
      await joins(4, 4);
      await bench.change(`delete from consent_events where id = 'e0003'`);
      await expect(bench.store.ledger.seal(100)).rejects.toThrow(/does not fit/);
      await bench.change('delete from ledger_heads');
      await expect(bench.store.ledger.seal(100)).rejects.toThrow(/does not fit/);
    });
  });

  test('erasing on demand is no break; taking out the part of a later line is', async () => {
    await joins(3);
    await bench.store.ledger.seal(100);
    const erased = eventRow({
      id: 'e0004',
      at: NOON + 100,
      event: 'erased',
      bookId: null,
      addressHash: 'hash2',
      personalHash: '',
    });
    await bench.store.erase({
      address: '+4670202',
      addressHash: 'hash2',
      organisationIds: ['org1'],
      events: [erased],
      names: [],
    });
    expect(await verify()).toEqual({ ...sound(4, 3), erased: 1 });
    await bench.store.ledger.seal(100);
    expect(await verify()).toEqual({ ...sound(4), erased: 1 });
    await bench.done(add('consentEvents', eventRow({ id: 'e0005', at: NOON + 200, addressHash: 'hash2' })));
    expect(await breaks()).toEqual([{ chainNo: null, eventId: 'e0005', what: 'personal_changed' }]);
  });

  test('what one organisation erased excuses no part that is missing from another one’s lines', async () => {
    await joins(2);
    const here = { event: 'erased', bookId: null, rule: 'erase_organisation', personalHash: '' } as const;
    await bench.done(
      add(
        'consentEvents',
        eventRow({ id: 'e0003', at: NOON + 9, organisationId: 'org2', addressHash: 'hash2', ...here }),
      ),
    );
    await bench.change(`delete from consent_persons where event_id = 'e0002'`);
    expect(await breaks()).toEqual([{ chainNo: null, eventId: 'e0002', what: 'personal_changed' }]);
    await bench.done(add('consentEvents', eventRow({ id: 'e0004', at: NOON + 9, addressHash: 'hash2', ...here })));
    expect(await breaks()).toEqual([]);
  });

  test('the history of an address, oldest first', async () => {
    await joins(2);
    const left = eventRow({ id: 'e0009', at: NOON + 50, event: 'left', addressHash: 'hash1' });
    await bench.done(add('consentEvents', left));
    await bench.store.ledger.seal(2);
    const history = await bench.store.ledger.history('hash1');
    expect(history).toMatchObject([
      {
        id: 'e0001',
        event: 'joined',
        chainNo: 1,
        person: { eventId: 'e0001', address: '+4670201', name: 'Namn 1', text: 'START' },
      },
      { id: 'e0009', event: 'left', chainNo: null, person: null },
    ]);
    expect(history[1]).toEqual({ ...left, person: null });
    expect(await bench.store.ledger.history('nobody')).toEqual([]);
  });
});
