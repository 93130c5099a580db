import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createIds } from '../../src/app/ids.ts';
import type { InboundText } from '../../src/core/inbound.ts';
import { silentLog } from '../../src/log.ts';
import type { CarrierLog } from '../../src/ports/carrierLog.ts';
import type { ReceiveResult } from '../../src/ports/intake.ts';
import type { Receipt } from '../../src/ports/outbox.ts';
import type { SimulatorEvent, TypedText, Weather } from '../../src/ports/simulator.ts';
import { createSimulator } from '../../src/providers/simulator.ts';
import { batched } from '../../src/providers/simulatorBatch.ts';
import { FAILURES } from '../../src/providers/simulatorFailures.ts';
import { createMemoryCarrierLog } from '../kit/memoryCarrierLog.ts';
import { openBoth, scratch } from '../kit/store.ts';
import { type Mishap, providerContract } from './contract.ts';

const LIST = '+46766861001';
const ANNA = '+46701000003';

/** Time that the test turns by hand. */
function handClock(start = Date.UTC(2026, 4, 1, 5, 0)) {
  let now = start;
  const due: { at: number; run: () => void }[] = [];
  return {
    now: () => now,
    schedule: (ms: number, run: () => void) => {
      const entry = { at: now + ms, run };
      due.push(entry);
      return () => void due.splice(due.indexOf(entry), due.includes(entry) ? 1 : 0);
    },
    async pass(ms: number) {
      const end = now + ms;
      for (;;) {
        const next = due.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (!next) break;
        due.splice(due.indexOf(next), 1);
        now = Math.max(now, next.at);
        next.run();
        await settled();
      }
      now = end;
    },
  };
}

/** Everything that waits for nothing but promises has happened. */
const settled = () => new Promise((resolve) => setImmediate(resolve));

function world(options: { weather?: Partial<Weather>; random?: () => number; carrierLog?: CarrierLog } = {}) {
  const clock = handClock();
  const carrierLog = options.carrierLog ?? createMemoryCarrierLog();
  const inbound: InboundText[] = [];
  const receipts: Receipt[] = [];
  const events: SimulatorEvent[] = [];
  let answer: () => Promise<ReceiveResult> = async () => 'done';
  let count = 0;
  const simulator = createSimulator({
    carrierLog,
    clock,
    ids: createIds(),
    log: silentLog,
    schedule: clock.schedule,
    random: options.random ?? (() => 0.3),
    weather: options.weather ?? {},
    receiveText: async (text) => {
      inbound.push(text);
      return answer();
    },
    receiveReceipt: async (receipt) => {
      receipts.push(receipt);
      return 'moved';
    },
  });
  simulator.door.subscribe((event) => events.push(event));
  return {
    ...simulator,
    clock,
    carrierLog,
    inbound,
    receipts,
    events,
    answerWith: (result: () => Promise<ReceiveResult>) => {
      answer = result;
    },
    send: (text = 'Hej', to = ANNA) =>
      simulator.provider.send({ deliveryId: ++count, from: LIST, to, text, validForS: 3600 }),
    type: (text: string, more: Partial<TypedText> = {}) =>
      simulator.door.type({ from: ANNA, to: LIST, text, mediaCount: 0, missingPart: false, ...more }),
    set: (weather: Partial<Weather>) => simulator.door.setWeather({ ...simulator.door.weather(), ...weather }),
    phone: async (number = ANNA) =>
      (await simulator.door.phone(number, 100)).map(({ direction, text, status }) => `${direction} ${status} ${text}`),
    receiptLine: () =>
      receipts.map(({ deliveryId, status, reason }) => `${deliveryId} ${status} ${reason ?? ''}`.trim()),
  };
}

/** What the simulated network can do to a message, as the contract names it. */
const CODES: Partial<Record<Mishap, string>> = {
  too_fast: '20429',
  unavailable: '20500',
  no_such_recipient: '21614',
  account_refused: '20003',
  sender_refused: '21606',
  country_refused: '21408',
  too_long: '21617',
};
const MISHAPS = [...(Object.keys(CODES) as Mishap[]), 'taken_then_error'] as const;

/** The contract's subject over any carrier log: the next message meets the mishap, later ones do not. */
function subjectOver(log: CarrierLog, close: () => Promise<void>) {
  let breaks = false;
  const breaking: CarrierLog = {
    ...log,
    async append(messages) {
      await log.append(messages);
      if (breaks) {
        breaks = false;
        throw new Error('the answer was lost');
      }
    },
  };
  const simulator = createSimulator({
    carrierLog: breaking,
    clock: { now: () => Date.now() },
    ids: createIds(),
    log: silentLog,
    receiveText: async () => 'done',
    receiveReceipt: async () => 'moved',
  });
  const calm = async () => {
    breaks = false;
    simulator.door.setWeather({ ...simulator.door.weather(), fail: 0, stopHandling: 'off' });
  };
  const { send } = simulator.provider;
  const dialled = new Set<string>();
  const provider = {
    ...simulator.provider,
    send: async (...message: Parameters<typeof send>) => {
      dialled.add(message[0].to);
      const outcome = await send(...message);
      if (simulator.door.weather().fail > 0) await calm();
      return outcome;
    },
  };
  return {
    provider,
    async next(mishap: Mishap) {
      const code = CODES[mishap];
      if (code) simulator.door.setWeather({ ...simulator.door.weather(), fail: 100, failCode: code });
      else breaks = true;
    },
    async optOut(to: string, from: string) {
      simulator.door.setWeather({ ...simulator.door.weather(), stopHandling: 'default' });
      await simulator.door.type({ from: to, to: from, text: 'STOP', mediaCount: 0, missingPart: false });
    },
    async taken() {
      const phones = await Promise.all([...dialled].map((to) => log.ofPhone(to, 1000)));
      // What the carrier answered by itself is not what we sent.
      const sent = phones.flat().filter((one) => one.direction === 'to_phone' && one.deliveryId !== null);
      return sent.map(({ to, from, text }) => ({ to, from, text }));
    },
    invalid: async () => 0,
    calm,
    async stop() {
      await simulator.provider.close();
      await close();
    },
  };
}
providerContract('simulator', MISHAPS, async () => subjectOver(createMemoryCarrierLog(), async () => undefined));

const folder = scratch();
afterAll(() => folder.clear());
providerContract('simulator on SQLite', MISHAPS, async () => {
  const opened = await openBoth(`file:${folder.path('simulator.db')}`);
  return subjectOver(opened.store.carrierLog, opened.close);
});

describe('calm weather', () => {
  test('a message is on the phone when the provider has accepted it, and its receipt comes by itself', async () => {
    const w = world();
    expect(await w.send()).toEqual({ result: 'accepted', providerId: expect.any(String) });
    expect(await w.phone()).toEqual(['to_phone delivered Hej']);
    await settled();
    expect(w.receiptLine()).toEqual(['1 delivered']);
  });

  test('a typed text is handed over word for word, and logged once it is in', async () => {
    const w = world();
    const { id, result } = await w.type(' Hej  å ', { mediaCount: 2, missingPart: true });
    expect(result).toBe('done');
    const expected = { providerId: id, from: ANNA, to: LIST, text: ' Hej  å ', mediaCount: 2, missingPart: true };
    expect(w.inbound).toEqual([{ ...expected, optOut: null, providerAt: null }]);
    expect(await w.phone()).toEqual(['to_us delivered  Hej  å ']);
  });

  test('the same id twice is handed over twice and stands on the phone once (B-28)', async () => {
    const w = world();
    await w.type('START', { id: 'one' });
    w.answerWith(async () => 'duplicate');
    expect(await w.type('START', { id: 'one' })).toEqual({ id: 'one', result: 'duplicate' });
    expect(w.inbound.map(({ providerId }) => providerId)).toEqual(['one', 'one']);
    expect(await w.phone()).toEqual(['to_us delivered START']);
  });

  test.each(['busy', 'unknown_number'] as const)('what is answered %s was never typed', async (result) => {
    const w = world();
    w.answerWith(async () => result);
    expect((await w.type('START')).result).toBe(result);
    expect(await w.phone()).toEqual([]);
    expect(w.events.map(({ kind }) => kind)).toEqual(['message', 'gone']);
  });

  test('a fault of the store is thrown on, and the text was never typed', async () => {
    const w = world();
    w.answerWith(() => Promise.reject(new Error('disk full')));
    await expect(w.type('START')).rejects.toThrow('disk full');
    expect(await w.phone()).toEqual([]);
  });

  test('a carrier log that cannot be read is no answer, and one that cannot be written leaves it unknown', async () => {
    const broken = () => Promise.reject(new Error('disk full'));
    const w = world({ carrierLog: { ...createMemoryCarrierLog(), append: broken, find: broken } });
    expect(await w.send()).toEqual({ result: 'unknown', reason: 'carrier_log' });
    expect(await w.provider.find(ANNA, LIST)).toBeNull();
  });

  test('a broadcast costs far fewer writes than messages', async () => {
    const carrierLog = createMemoryCarrierLog();
    const w = world({ carrierLog });
    const numbers = Array.from({ length: 2000 }, (_, i) => `+467020${String(i).padStart(5, '0')}`);
    const outcomes = await Promise.all(numbers.map((to) => w.send('Hej', to)));
    expect(outcomes.every(({ result }) => result === 'accepted')).toBe(true);
    expect(carrierLog.messages).toHaveLength(2000);
    expect(carrierLog.writes).toBeLessThanOrEqual(10);
    await settled();
    expect(w.receipts).toHaveLength(2000);
  });

  test('a message that was called off before it was handed over is not sent', async () => {
    const w = world();
    const message = { deliveryId: 1, from: LIST, to: ANNA, text: 'Hej', validForS: 60 };
    expect(await w.provider.send(message, AbortSignal.abort())).toMatchObject({ result: 'temporary' });
    expect(await w.phone()).toEqual([]);
  });
});

describe('bad weather for messages to phones', () => {
  test('lost: accepted, and nobody ever hears of it again', async () => {
    const w = world({ weather: { lose: 100 } });
    expect(await w.send()).toMatchObject({ result: 'accepted' });
    await w.clock.pass(60_000);
    expect(await w.phone()).toEqual(['to_phone lost Hej']);
    expect(w.receiptLine()).toEqual(['1 sent']);
  });

  test("late: in the provider's log at once, on the phone later", async () => {
    const w = world({ weather: { delayMs: { from: 2000, to: 4000 } }, random: () => 0.5 });
    await w.send();
    expect(await w.provider.find(ANNA, LIST)).toMatchObject([{ text: 'Hej', createdAt: w.clock.now() }]);
    await w.clock.pass(2999);
    expect(await w.phone()).toEqual(['to_phone accepted Hej']);
    await w.clock.pass(1);
    expect(await w.phone()).toEqual(['to_phone delivered Hej']);
    expect(w.receiptLine()).toEqual(['1 sent', '1 delivered']);
  });

  test('twice: two on the phone, and the receipt comes twice', async () => {
    const w = world({ weather: { duplicate: 100 } });
    await w.send();
    await settled();
    expect(await w.phone()).toEqual(['to_phone delivered Hej', 'to_phone delivered Hej']);
    expect(w.receiptLine()).toEqual(['1 delivered', '1 delivered']);
  });

  test('wrong order: a later message overtakes, and so do receipts', async () => {
    const throws = [0, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 0, 0.1];
    const w = world({ weather: { reorder: 100 }, random: () => throws.shift() ?? 0 });
    await w.send('first');
    await w.send('second');
    await w.clock.pass(10_000);
    expect(await w.phone()).toEqual(['to_phone delivered second', 'to_phone delivered first']);
    expect(w.receiptLine()).toEqual(['2 delivered', '2 sent', '1 delivered', '1 sent']);
  });

  test.each(Object.entries(FAILURES))('fails with %s as its row says', async (code, failure) => {
    const w = world({ weather: { fail: 100, failCode: code } });
    const outcome = await w.send();
    await settled();
    if (failure.at === 'send') {
      expect(outcome).toEqual(failure.outcome);
      expect(await w.phone()).toEqual([]);
    } else {
      expect(outcome).toMatchObject({ result: 'accepted' });
      expect(w.receiptLine()).toEqual([`1 undelivered ${code}`]);
      expect(await w.phone()).toEqual(['to_phone failed Hej']);
    }
  });

  test.each([
    ['a landline code', '46', '21211'],
    ['a name', 'Anna', '21211'],
  ])('%s is no address', async (_name, to, reason) => {
    expect(await world().send('Hej', to)).toEqual({ result: 'permanent', reason });
  });
});

describe('bad weather for typed texts', () => {
  test('lost: it never comes in', async () => {
    const w = world({ weather: { lose: 100 } });
    expect((await w.type('START')).result).toBe('lost');
    expect(w.inbound).toEqual([]);
    expect(await w.phone()).toEqual(['to_us lost START']);
  });

  test('late: answered as waiting, in when it lands', async () => {
    const w = world({ weather: { delayMs: { from: 1000, to: 1000 } } });
    expect((await w.type('START')).result).toBe('waiting');
    expect(await w.phone()).toEqual(['to_us waiting START']);
    await w.clock.pass(1000);
    expect(w.inbound.map(({ text }) => text)).toEqual(['START']);
    expect(await w.phone()).toEqual(['to_us delivered START']);
  });

  test.each([
    ['the webhook is called again with the same id (B-28)', 0.1, 1],
    ['the network repeats it under a new id (B-29)', 0.9, 2],
  ])('twice: %s', async (_name, thrown, ids) => {
    const w = world({ weather: { duplicate: 100 }, random: () => thrown });
    expect((await w.type('START')).result).toBe('done');
    expect(w.inbound).toHaveLength(2);
    expect(new Set(w.inbound.map(({ providerId }) => providerId)).size).toBe(ids);
    expect(await w.phone()).toEqual(['to_us delivered START']);
  });

  test('wrong order: the later text comes in first', async () => {
    const throws = [0, 0, 0, 0, 0, 0.9, 0, 0, 0, 0, 0, 0.1];
    const w = world({ weather: { reorder: 100 }, random: () => throws.shift() ?? 0 });
    await w.type('first');
    await w.type('second');
    await w.clock.pass(10_000);
    expect(w.inbound.map(({ text }) => text)).toEqual(['second', 'first']);
  });

  test('what lands on a store that is down shows as failed', async () => {
    const w = world({ weather: { delayMs: { from: 1000, to: 1000 } } });
    w.answerWith(() => Promise.reject(new Error('disk full')));
    await w.type('START');
    await w.clock.pass(1000);
    expect(await w.phone()).toEqual(['to_us failed START']);
  });

  test('what was in the air when a process died goes on when the phone is looked at', async () => {
    const carrierLog = createMemoryCarrierLog();
    const before = world({ carrierLog, weather: { delayMs: { from: 1000, to: 1000 } } });
    await before.type('START');
    await before.send('Hej');
    const after = world({ carrierLog });
    await after.clock.pass(5000);
    expect(await after.phone()).toEqual(['to_us waiting START', 'to_phone accepted Hej']);
    await after.clock.pass(1);
    expect(await after.phone()).toEqual(['to_us delivered START', 'to_phone delivered Hej']);
    expect(after.receiptLine()).toEqual(['1 delivered']);
    expect(after.inbound.map(({ text }) => text)).toEqual(['START']);
  });
});

describe('the carrier answers STOP itself (B-44)', () => {
  let w: ReturnType<typeof world>;
  beforeEach(() => {
    w = world({ weather: { stopHandling: 'default' } });
  });

  test.each([
    ['STOP', 'STOP'],
    [' stopall ', 'STOP'],
    ['Unsubscribe', 'STOP'],
    ['REVOKE', 'STOP'],
    ['START', 'START'],
    ['unstop', 'START'],
    ['HELP', 'HELP'],
    ['info', 'HELP'],
    ['STOPP', null],
    ['HJÄLP', null],
    ['STOP tack', null],
    ['STOP.', null],
  ])('%s is handed over marked %s', async (text, optOut) => {
    await w.type(text);
    expect(w.inbound.map((one) => one.optOut)).toEqual([optOut]);
  });

  test('STOP blocks that pair with an English answer, START lifts it, and the other number is not touched', async () => {
    await w.type('STOP');
    expect(await w.phone()).toEqual([
      'to_us delivered STOP',
      expect.stringMatching(/^to_phone delivered You are unsub/),
    ]);
    expect(await w.send()).toEqual({ result: 'blocked', reason: '21610' });
    const other = { deliveryId: 9, from: '+46766861002', to: ANNA, text: 'Hej', validForS: 60 };
    expect(await w.provider.send(other)).toMatchObject({ result: 'accepted' });
    await w.type('START');
    expect(await w.send()).toMatchObject({ result: 'accepted' });
    expect(w.inbound.map(({ optOut }) => optOut)).toEqual(['STOP', 'START']);
  });

  test('a STOP that changes nothing and a START without a block are not answered; HELP always is', async () => {
    for (const text of ['START', 'STOP', 'STOP', 'HELP', 'HELP']) await w.type(text);
    const answers = (await w.phone()).filter((line) => line.startsWith('to_phone'));
    expect(answers).toHaveLength(3);
  });

  test('switched off, the carrier minds neither words nor blocks', async () => {
    await w.type('STOP');
    w.set({ stopHandling: 'off' });
    expect(await w.send()).toMatchObject({ result: 'accepted' });
    await w.type('STOP');
    expect(w.inbound.at(-1)?.optOut).toBeNull();
  });
});

describe('receipts', () => {
  test('one that is not taken is tried three times and then let be', async () => {
    let tries = 0;
    const { provider } = createSimulator({
      carrierLog: createMemoryCarrierLog(),
      clock: { now: () => 0 },
      ids: createIds(),
      log: silentLog,
      receiveText: async () => 'done',
      receiveReceipt: async () => {
        tries++;
        throw new Error('locked');
      },
    });
    await provider.send({ deliveryId: 1, from: LIST, to: ANNA, text: 'Hej', validForS: 60 });
    await settled();
    expect(tries).toBe(3);
  });
});

describe('batched', () => {
  test('a batch that breaks breaks for those in it and for nobody else', async () => {
    let written = 0;
    const add = batched<number>(async (items) => {
      if (items.includes(2)) throw new Error('no');
      written += items.length;
    }, 2);
    const ends = await Promise.allSettled([1, 2, 3, 4, 5].map(add));
    expect(ends.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'fulfilled', 'fulfilled']);
    expect(written).toBe(3);
    await add(6);
    expect(written).toBe(4);
  });
});

test('events are heard until one stops listening', async () => {
  const w = world();
  const heard: string[] = [];
  const stop = w.door.subscribe((event) => heard.push(event.kind));
  w.set({ lose: 0 });
  stop();
  w.set({ lose: 0 });
  expect(heard).toEqual(['weather']);
});
