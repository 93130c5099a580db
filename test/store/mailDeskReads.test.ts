import { expect, test } from '@jest/globals';
import { inboundRow, mailRow, memberRow } from '../kit/rows.ts';
import { add, onBothDialects } from './dialects.ts';

const ANNA = 'anna@example.se';
onBothDialects('reads of the toolbox about mail', (bench) => {
  test('writers whose mails always wait for their link', async () => {
    await bench.done(
      add('writers', { bookId: 'book1', address: ANNA, alwaysConfirm: true }),
      add('writers', { bookId: 'book1', address: 'bo@example.se', alwaysConfirm: false }),
    );
    expect(await bench.store.reads.confirmingWriters('book1')).toEqual([ANNA]);
    expect(await bench.store.reads.confirmingWriters('book2')).toEqual([]);
  });

  test('the mails that inbounds came as, and no others', async () => {
    await bench.done(
      add('inbounds', inboundRow({ id: 'i1', door: 'mail' })),
      add('mails', mailRow({ id: 'mail1', inboundId: 'i1', subject: 'Lördag' })),
      add('mails', mailRow({ id: 'mail2', inboundId: null, subject: 'En studs' })),
    );
    const { reads } = bench.store;
    expect(await reads.mailsOf(['i1', 'i2'])).toEqual([
      expect.objectContaining({ inboundId: 'i1', subject: 'Lördag' }),
    ]);
    expect((await reads.mailsOf(['i1']))[0]?.proof.reasons).toBeInstanceOf(Array);
    expect(await reads.mailsOf([])).toEqual([]);
  });

  test('is there anybody whom mail would reach', async () => {
    const { reads } = bench.store;
    await bench.done(add('members', memberRow({ id: 'm1', phone: '+46701000003' })));
    expect(await reads.hasMailMembers('book1')).toBe(false);
    await bench.done(
      add('members', memberRow({ id: 'm2', phone: null, mail: ANNA, status: 'unsubscribed' })),
      add('members', memberRow({ id: 'm3', phone: '+46701000004', mail: 'bo@example.se' })),
    );
    expect(await reads.hasMailMembers('book1')).toBe(true);
    expect(await reads.hasMailMembers('book2')).toBe(false);
  });
});
