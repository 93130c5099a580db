import { describe, expect, test } from '@jest/globals';
import { dayIn } from '../../src/core/localTime.ts';
import { createPace } from '../../src/delivery/pace.ts';
import { copyText, quietUntil } from '../../src/delivery/rules.ts';
import { createSettler } from '../../src/delivery/settler.ts';
import { createSlots } from '../../src/delivery/slots.ts';
import { reserveSpend } from '../../src/delivery/spend.ts';
import type { Lane, Settlement } from '../../src/ports/outbox.ts';
import { quietLog, until } from './world.ts';

describe('how many requests may be under way', () => {
  test('a few probes, one more for each answer, all once fully open', () => {
    const slots = createSlots(5, 8);
    slots.take(5);
    expect(slots.room()).toBe(0);
    slots.answered();
    expect(slots.room()).toBe(1);
    slots.answered();
    slots.answered();
    expect(slots.room()).toBe(Number.POSITIVE_INFINITY);
    slots.shrink();
    expect(slots.room()).toBe(0);
    slots.give(3);
    expect(slots.room()).toBe(2);
    slots.restart(1);
    expect(slots.room()).toBe(0);
  });
  test('never less than one', () => {
    const slots = createSlots(5, 50);
    for (let i = 0; i < 10; i++) slots.shrink();
    expect(slots.room()).toBe(1);
  });
});

describe('sending time of a number', () => {
  /** The store's arithmetic: the next free slot, and no saving up. */
  const clocked = () => {
    const clock = { now: 0, pacedUntil: 0, reserved: [] as number[] };
    const outbox = {
      async reservePace(_: string, parts: number, perSecond: number) {
        const slot = Math.max(clock.pacedUntil, clock.now);
        clock.pacedUntil = slot + (parts * 1000) / perSecond;
        clock.reserved.push(parts);
        return slot - clock.now;
      },
    };
    return { clock, pace: createPace(outbox, 'n', () => clock.now) };
  };
  test('in pieces of 50 ms, a message at the least', async () => {
    const { clock, pace } = clocked();
    await pace.reserve(1, 1000);
    expect(pace.credit()).toBe(50);
    pace.spend(50);
    await pace.reserve(3, 1);
    expect(clock.reserved).toEqual([50, 3]);
    expect(pace.readyAt()).toBe(50);
  });
  test('a long message is paid for by those that follow', async () => {
    const { clock, pace } = clocked();
    await pace.reserve(1, 1);
    pace.spend(4);
    await pace.reserve(1, 1);
    expect(clock.reserved).toEqual([1, 3, 1]);
    expect(pace.readyAt()).toBe(4000);
    expect(pace.credit()).toBe(1);
  });
  test('what is not used in a second is lost; what was not dialled may be used', async () => {
    const { clock, pace } = clocked();
    await pace.reserve(1, 100);
    pace.spend(5);
    pace.giveBack(2);
    expect(pace.credit()).toBe(2);
    clock.now = 1001;
    expect(pace.credit()).toBe(0);
    pace.giveBack(2);
    expect(pace.credit()).toBe(0);
  });
  test('told to slow down: what was reserved is lost', async () => {
    const { pace } = clocked();
    await pace.reserve(1, 100);
    pace.stop(3000);
    expect([pace.credit(), pace.readyAt()]).toEqual([0, 3000]);
  });
});

const LANE: Lane = {
  numberId: 'n',
  organisationId: 'o',
  from: '+46766861001',
  provider: 'simulator',
  partsPerSecond: 10,
  timezone: 'Europe/Stockholm',
  dailyParts: 100,
  mail: null,
  broadcast: {
    id: 'b',
    bookId: 'k',
    text: 'Hej {name}',
    header: '*P12*',
    footer: 'STOPP',
    parts: 3,
    quietFrom: '21:00',
    quietTo: '07:00',
    fanning: false,
    tagged: false,
    mail: null,
  },
};

describe('the cost cap (F35)', () => {
  const capped = (left: number) => {
    const calls: [string, string, number][] = [];
    const outbox = {
      async reserveSpend(_: string, day: string, parts: number) {
        const got = Math.min(parts, left);
        calls.push(['take', day, got]);
        return got;
      },
      async returnSpend(_: string, day: string, parts: number) {
        calls.push(['give', day, parts]);
      },
    };
    return { calls, outbox };
  };
  const NIGHT = Date.UTC(2026, 10, 22, 23, 30);
  test('whole copies only; the rest goes back; the day is the organisation’s', async () => {
    const { calls, outbox } = capped(10);
    expect(await reserveSpend(outbox, LANE, 5, NIGHT)).toEqual({
      organisationId: 'o',
      day: '2026-11-23',
      parts: 9,
      copies: 3,
    });
    expect(calls).toEqual([
      ['take', '2026-11-23', 10],
      ['give', '2026-11-23', 1],
    ]);
  });
  test('used up: none', async () => {
    expect(await reserveSpend(capped(0).outbox, LANE, 5, NIGHT)).toMatchObject({ copies: 0 });
  });
  test.each<[string, Lane]>([
    ['no cap', { ...LANE, dailyParts: null }],
    ['replies', { ...LANE, broadcast: null }],
  ])('%s: not asked', async (_, lane) => {
    const { calls, outbox } = capped(10);
    expect(await reserveSpend(outbox, lane, 5, NIGHT)).toBeNull();
    expect(calls).toEqual([]);
  });
  test('the day where the organisation is', () => {
    expect([dayIn('Europe/Stockholm', NIGHT), dayIn('America/Santiago', NIGHT)]).toEqual(['2026-11-23', '2026-11-22']);
  });
});

describe('a lane’s copies', () => {
  test('quiet hours end in the morning, and hold no replies', () => {
    const late = Date.UTC(2026, 10, 22, 21, 0);
    expect(quietUntil(LANE, late)).toBe(Date.UTC(2026, 10, 23, 6, 0));
    expect(quietUntil(LANE, Date.UTC(2026, 10, 22, 12, 0))).toBeNull();
    expect(quietUntil({ ...LANE, broadcast: null }, late)).toBeNull();
  });
  test('header, text with the name, footer; no name where two share a phone', () => {
    const wording = { text: 'Hej {name}', header: '*P12*', footer: 'STOPP', tagged: false };
    expect(copyText(wording, { memberName: 'Ann', memberFields: null })).toBe('*P12* Hej Ann\nSTOPP');
    expect(copyText(wording, { memberName: null, memberFields: null })).toBe('*P12* Hej \nSTOPP');
  });
  test.each([
    [true, { klass: '6B', name: 'x' }, 'Hej Ann i 6B'],
    [true, { annat: '1' }, 'Hej Ann i '],
    [true, null, 'Hej Ann i '],
    [false, { klass: '6B' }, 'Hej Ann i {klass}'],
  ])('the book’s own fields where the broadcast is tagged (%s): %j', (tagged, memberFields, wanted) => {
    const wording = { text: 'Hej {name} i {klass}', header: '', footer: '', tagged };
    expect(copyText(wording, { memberName: 'Ann', memberFields })).toBe(wanted);
  });
});

describe('writing down what became of deliveries', () => {
  const row = (id: number): Settlement => ({ id, to: 'accepted', providerId: `SM${id}`, at: 0 });
  test('many in one transaction; kept and tried again when the database fails', async () => {
    const batches: number[][] = [];
    let failures = 2;
    const settled: number[] = [];
    const outbox = {
      async settle(_: string, rows: readonly Settlement[]) {
        if (failures-- > 0) throw new Error('disk I/O error');
        batches.push(rows.map(({ id }) => id));
        return rows.length;
      },
    };
    const deps = { outbox, owner: 'w', log: quietLog(), monotonic: () => performance.now() };
    const settler = createSettler(
      deps,
      (ids) => settled.push(...ids),
      () => true,
    );
    for (let id = 1; id <= 600; id++) settler.push(row(id));
    await until(
      () => settler.failing,
      (failing) => failing,
    );
    expect(settler.holdsProviderId('SM1')).toBe(true);
    expect(settled).toEqual([]);
    expect(await settler.flushed(performance.now() + 5000)).toBe(true);
    expect(settled).toHaveLength(600);
    expect(batches.length).toBeLessThanOrEqual(3);
    expect([settler.failing, settler.waiting, settler.holdsProviderId('SM1')]).toEqual([false, 0, false]);
  });
  test('not in time: false', async () => {
    const outbox = { settle: () => new Promise<number>(() => {}) };
    const deps = { outbox, owner: 'w', log: quietLog(), monotonic: () => performance.now() };
    const settler = createSettler(
      deps,
      () => {},
      () => true,
    );
    settler.push(row(1));
    expect(await settler.flushed(performance.now() + 30)).toBe(false);
  });
});
