import { expect, test } from '@jest/globals';
import type { CarrierMessage } from '../../src/ports/carrierLog.ts';
import { NOON } from '../kit/rows.ts';
import { onBothDialects } from './dialects.ts';
import { phone } from './outboxWorld.ts';

const US = '+46766861001';
const sent = (id: string, row: Partial<CarrierMessage> = {}): CarrierMessage => ({
  id,
  direction: 'to_phone',
  from: US,
  to: phone(1),
  text: 'Hej',
  deliveryId: 7,
  status: 'accepted',
  at: NOON,
  ...row,
});
const typed = (id: string, row: Partial<CarrierMessage> = {}): CarrierMessage =>
  sent(id, { direction: 'to_us', from: phone(1), to: US, deliveryId: null, status: 'waiting', ...row });

onBothDialects('the carrier log', (bench) => {
  const log = () => bench.store.carrierLog;

  test('a phone sees both directions, newest last, at most so many', async () => {
    const messages = [
      sent('c1', { at: NOON + 3 }),
      typed('c2', { at: NOON + 1, text: 'START 🎉 \u0007' }),
      sent('c3', { at: NOON + 2, to: phone(2) }),
      typed('c4', { at: NOON + 4 }),
    ];
    await log().append(messages);
    await log().append([]);
    const [first, second, , fourth] = messages;
    expect(await log().ofPhone(phone(1), 10)).toEqual([second, first, fourth]);
    expect(await log().ofPhone(phone(1), 2)).toEqual([first, fourth]);
    expect(await log().ofPhone(phone(9), 2)).toEqual([]);
  });

  test('a status changes', async () => {
    await log().append([sent('c1')]);
    await log().setStatus('c1', 'delivered');
    expect(await log().ofPhone(phone(1), 1)).toMatchObject([{ status: 'delivered' }]);
  });

  test('a look-up sees what went from us to the phone since then, newest first', async () => {
    await log().append([
      sent('c1'),
      sent('c2', { at: NOON + 9 }),
      sent('c3', { at: NOON - 1 }),
      sent('c4', { from: '+46766861002' }),
      typed('c5'),
    ]);
    expect((await log().find(phone(1), US, NOON)).map(({ id }) => id)).toEqual(['c2', 'c1']);
  });

  test('phones, the last used first', async () => {
    await log().append([
      sent('c1', { at: NOON + 1 }),
      typed('c2', { from: phone(2), at: NOON + 2 }),
      sent('c3', { to: phone(3) }),
    ]);
    expect(await log().phones(10)).toEqual([phone(2), phone(1), phone(3)]);
    expect(await log().phones(1)).toEqual([phone(2)]);
  });

  test("the carrier's own blocks", async () => {
    expect(await log().blocked(US, phone(1))).toBe(false);
    await log().setBlocked(US, phone(1), true);
    await log().setBlocked(US, phone(1), true);
    expect([await log().blocked(US, phone(1)), await log().blocked(US, phone(2))]).toEqual([true, false]);
    await log().setBlocked(US, phone(1), false);
    expect(await log().blocked(US, phone(1))).toBe(false);
  });
});
