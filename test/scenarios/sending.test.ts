import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createDeliveryEvents } from '../../src/app/deliveryEvents.ts';
import { createWorker, type Worker } from '../../src/delivery/worker.ts';
import { silentLog } from '../../src/log.ts';
import { createSimulator } from '../../src/providers/simulator.ts';
import { until } from '../kit/installation.ts';
import { memberRow } from '../kit/rows.ts';
import { type Client, type ToolboxWorld, toolboxWorld } from '../kit/toolbox.ts';

/** From the page to the phones: a real server, database and worker, and the simulated network behind them. */
const KARIN = 'karin@example.se';
const NUMBER = '+46766861001';
const phone = (n: number) => `+4670174${String(1000 + n)}`;
let world: ToolboxWorld;
let worker: Worker;
let network: ReturnType<typeof createSimulator>;
let karin: Client;

beforeAll(async () => {
  world = await toolboxWorld({
    plan: [
      { add: 'writers', row: { bookId: 'book1', address: KARIN, alwaysConfirm: false }, exists: 'stale' },
      { change: 'numbers', where: { id: 'num1' }, set: { partsPerSecond: 1000 }, none: 'stale' },
      ...Array.from({ length: 30 }, (_, n) => {
        const labels = n < 3 ? ['Lag 1'] : [];
        const fields: Record<string, string> = n === 0 ? { klass: '6B' } : {};
        const row = memberRow({ id: `m${10 + n}`, phone: phone(n), name: `Namn ${n}`, labels, fields });
        return { add: 'members', row, exists: 'stale' } as const;
      }),
    ],
  });
  const { store, deps } = world;
  network = createSimulator({
    carrierLog: store.carrierLog,
    clock: deps.clock,
    ids: deps.ids,
    log: silentLog,
    receiveText: async () => 'done',
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
  karin = await world.as('sender', { mail: KARIN });
});
afterAll(async () => {
  await worker?.drain(2000);
  await network?.provider.close();
  await world?.close();
});

const texts = async (n: number) => (await network.door.phone(phone(n), 50)).map(({ from, text }) => ({ from, text }));
async function confirmed(fields: Record<string, string>): Promise<string> {
  const page = await karin.post('/books/p12/write', { ...fields, do: 'next' });
  expect(page.status).toBe(200);
  return /name="id" value="([^"]*)"/.exec(page.text)?.[1] ?? '';
}
const sent = async (id: string) => (await world.store.reads.broadcast(id))?.status === 'sent';

test('20 parallel clicks on one confirmation: every phone gets one text (F17)', async () => {
  const fields = { text: 'Skolan är stängd i dag, {name}.', reports: 'always' };
  const id = await confirmed(fields);
  const answers = await Promise.all(Array.from({ length: 20 }, () => karin.post('/books/p12/send', { ...fields, id })));
  expect(new Set(answers.map(({ location }) => location))).toEqual(new Set([`/books/p12/broadcasts/${id}`]));
  await until(() => sent(id), 'the broadcast is sent');
  for (let n = 0; n < 30; n++)
    expect(await texts(n)).toEqual([
      { from: NUMBER, text: `*P12* Skolan är stängd i dag, Namn ${n}.\nSvara STOPP för att lämna.` },
    ]);
  const path = `/books/p12/broadcasts/${id}`;
  await until(async () => (await karin.get(path)).text.includes('Klart: 30 av 30 framme.'), 'the report is there');
  expect((await karin.get(`${path}/live`)).text).not.toContain('every 2s');
  // T-15: on the book's own page too, for the one who sent it.
  expect((await karin.get('/books/p12')).text).toContain('Klart: 30 av 30 framme.');
  expect((await (await world.as('sender')).get('/books/p12')).text).not.toContain('Klart: 30 av 30');
});

test('from a name, to a part of the book, with fields; a value that is missing leaves nothing behind', async () => {
  const fields = { text: 'Utflykt {klass}.', label: 'Lag 1', sender: 'Skolan' };
  const id = await confirmed(fields);
  await karin.post('/books/p12/send', { ...fields, id });
  await until(() => sent(id), 'the broadcast is sent');
  const footer = `Sms:a STOPP till ${NUMBER} för att lämna.`;
  expect((await texts(0)).filter(({ from }) => from === 'Skolan')).toEqual([
    { from: 'Skolan', text: `*P12* Utflykt 6B.\n${footer}` },
  ]);
  expect((await texts(1)).filter(({ from }) => from === 'Skolan')).toEqual([
    { from: 'Skolan', text: `*P12* Utflykt .\n${footer}` },
  ]);
  expect((await texts(3)).filter(({ from }) => from === 'Skolan')).toEqual([]);
});

test('a text that fails is explained on the page; a test to oneself is no broadcast', async () => {
  network.door.setWeather({ ...network.door.weather(), fail: 100, failCode: '30005' });
  const fields = { text: 'Till alla.' };
  const id = await confirmed(fields);
  await karin.post('/books/p12/send', { ...fields, id });
  const path = `/books/p12/broadcasts/${id}`;
  await until(
    async () => (await karin.get(path)).text.includes('Numret finns inte (kod 30005)'),
    'the reason is there',
  );
  network.door.setWeather({ ...network.door.weather(), fail: 0 });

  const before = (await world.store.reads.broadcasts('book1', 100)).length;
  await karin.post('/books/p12/write', { text: 'Prov {name} {klass}', do: 'test', phone: '+46701000002' });
  const functionary = async () => (await network.door.phone('+46701000002', 50)).map(({ text }) => text);
  await until(async () => (await functionary()).some((text) => text.startsWith('*P12* Prov ')), 'the test is there');
  expect((await world.store.reads.broadcasts('book1', 100)).length).toBe(before);
});
