import { freePort } from './kit/ports.mjs';
import { startPostbox } from './kit/postbox.mjs';
import { startScript, startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { spread, takeTurns } from './kit/turns.mjs';
import { context, makeWorld, settings, startBroadcast } from './kit/world.mjs';

const MEMBERS = 60_000;
const WARM_UP = 2_000;
const PER_SECOND = 50;
const SECONDS = 4;

/** How long a START waits for its answer while the same process sends a broadcast flat out, and while it does not. */
export async function run({ runs, tell }) {
  const place = scratch('calm');
  const postbox = await startPostbox(place.make('certificate'));
  const template = place.make('template');
  tell('making a book');
  const { book, warmBook } = await makeWorld(template, { members: MEMBERS, warm: WARM_UP });
  const load = await startScript('kit/load.mjs');
  const waits = { p50: [], p99: [], max: [] };
  const rates = [];

  const turn = (flatOut) => async (run) => {
    const folder = place.copy(template);
    const port = await freePort();
    const env = { ...settings(folder, { PORT: String(port) }), ...postbox.env };
    const installation = await context(folder);
    const server = await startServe({ role: 'web,worker', env });
    await postbox.expect(WARM_UP);
    await startBroadcast(installation, warmBook);
    await postbox.arrived(WARM_UP);
    const count = PER_SECOND * SECONDS;
    await load.ask({ do: 'prepare', run, first: 0, count, text: 'START' });
    await postbox.expect(MEMBERS);
    if (flatOut) await startBroadcast(installation, book);
    // From before the fan-out's first page on: it is part of a broadcast.
    const { ms } = await load.ask({ do: 'drip', port, sockets: 200, perSecond: PER_SECOND, count });
    const sent = await postbox.count();
    if (flatOut && sent.marked === MEMBERS) throw new Error('the broadcast was over before the STARTs were');
    if (flatOut) {
      for (const name of Object.keys(waits)) waits[name].push(ms[name]);
      rates.push(sent.marked / SECONDS);
    }
    await installation.store.close();
    await server.stop();
    place.drop(folder);
    return ms.p99;
  };
  const given = await takeTurns({ 'flat out': turn(true), 'at rest': turn(false) }, runs, tell);
  await Promise.all([postbox.stop(), load.stop()]);
  return {
    title: `START at ${PER_SECOND} a second while a broadcast runs flat out in the same process`,
    rows: [
      { what: 'wait for the answer, p99', unit: 'ms', sides: given, ours: 'flat out', limit: 'at rest', goal: null },
    ],
    facts: [
      { what: 'p50 while flat out, median of the turns', value: spread(waits.p50).median, unit: 'ms' },
      {
        what: 'p99 while flat out, median of the turns',
        value: spread(waits.p99).median,
        unit: 'ms',
        goal: { atMost: 100 },
      },
      { what: 'p99 while flat out, worst of the turns', value: spread(waits.p99).max, unit: 'ms' },
      { what: 'longest of all', value: spread(waits.max).max, unit: 'ms' },
      { what: 'copies a second meanwhile', value: spread(rates).median, unit: '' },
    ],
    settings: {
      members: MEMBERS,
      perSecond: PER_SECOND,
      seconds: SECONDS,
      role: 'web,worker',
      database: 'SQLite, WAL, synchronous=FULL',
    },
  };
}
