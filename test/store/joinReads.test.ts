import { expect, test } from '@jest/globals';
import type { JoinForm } from '../../src/core/joinForm.ts';
import { bookRow, NOON } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';

const ANNA = '+46701740603';
const form = (row: Partial<JoinForm> & { id: string }): JoinForm => ({
  ...{ bookId: 'book1', phone: ANNA, mail: null, name: 'Anna', wording: 'Ja', digest: 'd', triesLeft: 5 },
  ...{ createdAt: NOON, expiresAt: NOON + 600_000, usedAt: null },
  ...row,
});

onBothDialects('reads of the join page', (bench) => {
  test('a form by its id, those of an address that are under way, and those that ran out', async () => {
    const mail = 'anna@example.se';
    await bench.done(
      add('books', bookRow({ id: 'book2', address: 'p14', keyword: 'P14', main: false })),
      add('joinForms', form({ id: 'f1' })),
      add('joinForms', form({ id: 'f2', createdAt: NOON + 1 })),
      add('joinForms', form({ id: 'used', usedAt: NOON })),
      add('joinForms', form({ id: 'before', createdAt: NOON - 60_001 })),
      add('joinForms', form({ id: 'over', createdAt: NOON - 700_000, expiresAt: NOON - 100_000 })),
      add('joinForms', form({ id: 'mail', phone: null, mail })),
      add('joinForms', form({ id: 'elsewhere', bookId: 'book2' })),
    );
    const { reads } = bench.store;
    expect(await reads.joinForm('f1')).toEqual(form({ id: 'f1' }));
    expect(await reads.joinForm('none')).toBeNull();
    const ids = (rows: readonly JoinForm[]) => rows.map(({ id }) => id);
    expect(ids(await reads.joinFormsOf('book1', ANNA, NOON - 60_000))).toEqual(['f2', 'f1']);
    expect(ids(await reads.joinFormsOf('book1', mail, NOON - 60_000))).toEqual(['mail']);
    expect(ids(await reads.joinFormsOf('book2', mail, NOON - 60_000))).toEqual([]);
    expect(ids(await reads.joinFormsOver(NOON, 10))).toEqual(['over']);
    expect(await reads.joinFormsOver(NOON + 3_600_000, 2)).toHaveLength(2);
  });
});
