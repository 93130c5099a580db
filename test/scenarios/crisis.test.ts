import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDeliveryEvents } from '../../src/app/deliveryEvents.ts';
import { givePin } from '../../src/app/desk/crisisPins.ts';
import { keepHouse } from '../../src/app/housekeeping.ts';
import { createReceiveText } from '../../src/app/receiveText.ts';
import { createWorker, type Worker } from '../../src/delivery/worker.ts';
import { silentLog } from '../../src/log.ts';
import { createSimulator } from '../../src/providers/simulator.ts';
import { until } from '../kit/installation.ts';
import { type Postgres, startPostgres } from '../kit/postgres.ts';
import { memberRow } from '../kit/rows.ts';
import { type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** From a text with a PIN to the last answer: a real database, worker and housekeeping, and the simulated network. */
const NUMBER = '+46766861001';
const cat = '+46701000099';
const dan = '+46701000002';
const [anna, bo, cia, eve] = ['+46701740601', '+46701740602', '+46701740603', '+46701740605'];
const CIA2 = '+46701740613';
const EVE2 = '+46701740615';
const fay = '+46701740606';
const MINUTE = 60_000;

describe.each(['sqlite', 'postgres'] as const)('a crisis on %s', (dialect) => {
  let postgres: Postgres | null = null;
  let world: ToolboxWorld;
  let worker: Worker;
  let network: ReturnType<typeof createSimulator>;
  let pin = '';
  const house = () => keepHouse({ ...world.deps, log: silentLog });
  const texts = async (phone: string) => (await network.door.phone(phone, 50)).map(({ text }) => text).toReversed();
  const say = (from: string, text: string) =>
    network.door.type({ from, to: NUMBER, text, mediaCount: 0, missingPart: false });
  const got = (phone: string, words: string) =>
    until(async () => (await texts(phone)).some((text) => text.includes(words)), `${phone} got "${words}"`);
  const book = async () =>
    (await world.store.reads.bookById('book1')) as NonNullable<Awaited<ReturnType<typeof world.store.reads.bookById>>>;
  const board = async () => (await world.store.reads.rollCalls('book1', 1))[0];
  const events = async () => (await world.store.reads.log('book1', 100)).entries.map(({ event }) => event);

  beforeAll(async () => {
    if (dialect === 'postgres') postgres = await startPostgres();
    const person = (n: number, phone: string, name: string, more = {}) =>
      ({ add: 'members', row: memberRow({ id: `m${n}`, phone, name, ...more }), exists: 'stale' }) as const;
    world = await toolboxWorld({
      ...(postgres && { url: await postgres.database() }),
      plan: [
        { add: 'writers', row: { bookId: 'book1', address: cat, alwaysConfirm: false }, exists: 'stale' },
        { add: 'functionaries', row: { bookId: 'book1', address: dan }, exists: 'ignore' },
        { change: 'numbers', where: { id: 'num1' }, set: { partsPerSecond: 1000 }, none: 'stale' },
        // Round the clock quiet: only a crisis goes out.
        {
          change: 'books',
          where: { id: 'book1' },
          set: { quietFrom: '00:00', quietTo: '23:59', confirmAbove: 0 },
          none: 'stale',
        },
        person(1, anna, 'Anna'),
        person(2, bo, 'Bo'),
        person(3, cia, 'Cia', { otherPhone: CIA2 }),
        person(4, eve, 'Eve', { otherPhone: EVE2 }),
        person(5, fay, 'Fay', { otherPhone: anna }),
      ],
    });
    const { store, deps } = world;
    const receive = createReceiveText({ ...deps, log: silentLog, wait: async () => undefined });
    network = createSimulator({
      carrierLog: store.carrierLog,
      clock: deps.clock,
      ids: deps.ids,
      log: silentLog,
      receiveText: receive,
      receiveReceipt: (receipt) => store.outbox.receipt(receipt),
    });
    worker = createWorker({
      outbox: store.outbox,
      provider: () => network.provider,
      clock: deps.clock,
      log: silentLog,
      owner: 'w1',
      onEvent: createDeliveryEvents({ ...deps, log: silentLog }),
      options: { alone: true },
    });
    store.onDeliveries(() => worker.wake());
    worker.start();
    const given = await givePin(await book(), cat, { actor: 'u1', door: 'web' }, deps);
    if (!given.ok) throw new Error(given.why);
    pin = given.pin;
  });
  afterAll(async () => {
    await worker?.drain(2000);
    await network?.provider.close();
    await world?.close();
    await postgres?.stop();
  });

  test('a wrong PIN starts nothing; the right one asks everybody at once, also by night', async () => {
    await say(cat, 'KRIS 0000');
    await got(cat, 'Fel PIN');
    expect((await book()).crisis).toBeNull();
    await say(cat, `KRIS ${pin} 2H`);
    for (const phone of [anna, bo, cia, eve]) await got(phone, 'Svara 1 = OK, 2 = hjälp');
    await got(cat, 'Krisläge i P12 till');
    await got(dan, 'Krisläge i P12 till');
    // Neither header nor footer, and nobody's second number is used yet.
    expect((await texts(bo)).at(-1)).toMatch(/^KRIS P12\..*vid fara\.$/);
    expect(await texts(CIA2)).toEqual([]);
    expect(await events()).toContain('crisis_started');
  });

  test('the PIN stands in no row but on the phones of the network itself', async () => {
    // One text with it came through the air; what came of it holds none.
    expect((await world.dump()).split(pin).length - 1).toBe(1);
    const inbounds = (await world.store.reads.log('book1', 50)).inbounds.map(({ text }) => text);
    expect(inbounds).toContain('KRIS •••• 2H');
    expect(inbounds.join()).not.toContain(pin);
  });

  test('a second command starts no second crisis', async () => {
    await say(cat, `KRIS ${pin}`);
    await got(cat, 'pågår redan');
    expect((await world.store.reads.rollCalls('book1', 9)).length).toBe(1);
  });

  test('answers are noted, help is told at once, and words of a member go to everybody', async () => {
    await say(anna, '1');
    await got(anna, 'noterat: OK');
    await say(bo, '2 instängd i källaren');
    await got(bo, 'du behöver hjälp');
    await got(dan, 'BEHÖVER HJÄLP. P12, Bo');
    const call = await board();
    if (!call) throw new Error('no roll call');
    // Fay's second number is Anna's phone: it has answered for both.
    expect(await world.store.reads.rollFigures(call)).toEqual({ ok: 2, help: 1, silent: 2 });
    const all = { search: '', offset: 0, limit: 10 };
    expect(await world.store.reads.rollPeople(call, 'help', all)).toMatchObject([
      { name: 'Bo', answer: 'help', text: '2 instängd i källaren' },
    ]);
    expect((await world.store.reads.rollPeople(call, 'silent', all)).map(({ name }) => name)).toEqual(['Cia', 'Eve']);
    expect(await world.store.reads.rollPeople(call, 'silent', { ...all, search: 'ev' })).toMatchObject([
      { name: 'Eve' },
    ]);
    expect(await world.store.reads.rollPeople(call, 'silent', { ...all, search: '740603' })).toMatchObject([
      { name: 'Cia' },
    ]);
    await say(anna, 'Vi sitter alla i gympasalen');
    await got(bo, 'Vi sitter alla i gympasalen');
    // The latest answer counts.
    await say(bo, '1 ok nu');
    await got(bo, 'noterat: OK');
    expect(await world.store.reads.rollFigures(call)).toEqual({ ok: 3, help: 0, silent: 2 });
  });

  test('whoever is silent is asked on their second number, once; who has left is not', async () => {
    await say(eve, 'STOPP');
    await got(eve, 'Du har lämnat P12');
    world.clock.ms += 16 * MINUTE;
    await Promise.all([house(), house(), house()]);
    await got(CIA2, 'Svara 1 = OK, 2 = hjälp');
    await Promise.all([house(), house()]);
    expect((await texts(CIA2)).length).toBe(1);
    expect(await texts(EVE2)).toEqual([]);
    expect((await events()).filter((event) => event === 'crisis_reminded')).toHaveLength(1);
    await say(CIA2, '2 behöver bil');
    await got(CIA2, 'du behöver hjälp');
    await got(dan, 'BEHÖVER HJÄLP. P12, Cia');
    const call = await board();
    expect(call && (await world.store.reads.rollFigures(call))).toEqual({ ok: 3, help: 1, silent: 0 });
    const reminder = (await world.store.reads.broadcasts('book1', 1))[0];
    await until(
      async () => (await world.store.reads.broadcast(reminder?.id ?? ''))?.status === 'sent',
      'the reminder is done',
    );
  });

  test('it ends by itself: members write no longer, functionaries hear once, the log counts', async () => {
    world.clock.ms += 2 * 60 * MINUTE;
    await say(anna, 'Nu är vi hemma allihop');
    await got(dan, 'Nu är vi hemma allihop');
    expect((await texts(bo)).join()).not.toContain('hemma allihop');
    await Promise.all([house(), house(), house()]);
    await house();
    await got(dan, 'Krisläget i P12 är slut. OK: 3, behöver hjälp: 1, inte svarat: 0.');
    expect((await texts(dan)).filter((text) => text.includes('är slut'))).toHaveLength(1);
    expect((await events()).filter((event) => event === 'crisis_ended')).toHaveLength(1);
    expect((await book()).crisis).toBeNull();
    expect((await board())?.endedAt).not.toBeNull();
  });

  test('KRIS SLUT ends the next one before its time; a second number leaves for its member', async () => {
    await say(cat, `KRIS ${pin} Brand i B-huset`);
    await got(bo, 'Brand i B-huset. Svara 1 = OK, 2 = hjälp.');
    await say(CIA2, 'STOPP');
    await got(CIA2, 'Du har lämnat P12');
    expect((await world.store.reads.membersByAddress('book1', [cia]))[0]?.status).toBe('unsubscribed');
    await say(cat, `kris slut ${pin}`);
    await got(cat, 'Krisläget i P12 är slut.');
    await house();
    expect(await events()).toEqual(expect.arrayContaining(['crisis_stopped', 'crisis_ended']));
    expect((await book()).crisis).toBeNull();
  });
});
