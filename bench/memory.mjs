import { freePort } from './kit/ports.mjs';
import { startPostbox } from './kit/postbox.mjs';
import { residentBytes, startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { spread } from './kit/turns.mjs';
import { context, makeWorld, settings, startBroadcast } from './kit/world.mjs';

const COPIES = 200_000;
const WARM_UP = 2_000;
/** The two stretches that are compared: both long enough for the collector to have been through. */
const STRETCH = 30_000;
const EARLY = 10_000;
/** The bench ends by itself even where sending is slow. */
const MOST_MS = 45_000;
const MB = 1024 * 1024;

/** One long broadcast: what the process holds early on and at its end. */
export async function run({ tell }) {
  const place = scratch('memory');
  const postbox = await startPostbox(place.make('certificate'));
  const folder = place.make('installation');
  tell(`making a book of ${COPIES}`);
  const { book, warmBook } = await makeWorld(folder, { members: COPIES, warm: WARM_UP });
  const installation = await context(folder);
  const port = await freePort();
  const env = { ...settings(folder, { PORT: String(port) }), ...postbox.env };
  const server = await startServe({ role: 'web,worker', env });
  await postbox.expect(WARM_UP);
  await startBroadcast(installation, warmBook);
  await postbox.arrived(WARM_UP);
  await postbox.expect(COPIES);
  await startBroadcast(installation, book);
  const samples = [];
  const until = performance.now() + MOST_MS;
  let sent = 0;
  while (sent < COPIES && performance.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    sent = (await postbox.count()).marked;
    samples.push({ sent, resident: residentBytes(server.pid), heap: await heapBytes(port) });
    tell(`${sent} of ${COPIES}`);
  }
  await installation.store.close();
  await server.stop();
  await postbox.stop();

  const early = samples.filter((sample) => sample.sent >= EARLY && sample.sent < EARLY + STRETCH);
  const late = samples.filter((sample) => sample.sent > sent - STRETCH);
  if (early.length === 0 || late.length === 0 || sent < EARLY + 2 * STRETCH)
    throw new Error(`only ${sent} copies were sent`);
  // Between two collections the heap climbs; its lowest in a stretch is what is really held.
  const least = (list, name) => Math.min(...list.map((sample) => sample[name])) / MB;
  const usual = (list, name) => spread(list.map((sample) => sample[name])).median / MB;
  const heap = least(late, 'heap') - least(early, 'heap');
  const resident = usual(late, 'resident') - usual(early, 'resident');
  return {
    title: `memory over one broadcast of ${sent.toLocaleString('en-GB')} deliveries, web and worker in one process`,
    rows: [],
    facts: [
      { what: `heap in use from copy ${EARLY.toLocaleString('en-GB')}`, value: least(early, 'heap'), unit: 'MB' },
      { what: 'heap in use at the end', value: least(late, 'heap'), unit: 'MB' },
      { what: 'heap added', value: heap, unit: 'MB' },
      {
        what: `resident from copy ${EARLY.toLocaleString('en-GB')}, at most`,
        value: usual(early, 'resident'),
        unit: 'MB',
      },
      { what: 'resident at the end, median', value: usual(late, 'resident'), unit: 'MB' },
      {
        what: 'resident added (with the cache of SQLite, at most 8 MB)',
        value: resident,
        unit: 'MB',
        goal: { atMost: 50 },
      },
    ],
    settings: {
      deliveries: sent,
      planned: COPIES,
      role: 'web,worker',
      database: 'SQLite, WAL, synchronous=FULL',
      curve: curveOf(samples),
    },
    notes: [`measured with ${sent.toLocaleString('en-GB')} deliveries; the goal is 50 MB for 1,000,000`],
  };
}

async function heapBytes(port) {
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(/^nodejs_heap_size_used_bytes (\S+)/m.exec(text)?.[1]);
}

/** Ten points of the way, MB. */
function curveOf(samples) {
  const every = Math.max(1, Math.floor(samples.length / 10));
  return samples
    .filter((_, i) => i % every === 0)
    .map(({ sent, resident, heap }) => ({ sent, resident: Math.round(resident / MB), heap: Math.round(heap / MB) }));
}
