import { CONNECTIONS, startPostbox } from './kit/postbox.mjs';
import { cpuSeconds, startScript, startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { takeTurns } from './kit/turns.mjs';
import { context, makeWorld, settings, startBroadcast } from './kit/world.mjs';

const WARM_UP = 5_000;
const COUNT = 20_000;
const MOST_MS = 4_000;
const SDK = { warmUp: 500, count: 3_000 };

/** A broadcast through the worker to an HTTPS stand-in for Twilio, beside a bare pool and the official SDK. */
export async function run({ runs, tell }) {
  const place = scratch('smsout');
  const postbox = await startPostbox(place.make('certificate'));
  const template = place.make('template');
  const { book, warmBook } = await makeWorld(template, { members: COUNT, warm: WARM_UP });
  const cpu = { startstopp: [], pool: [], sdk: [] };

  async function startstopp() {
    const folder = place.copy(template);
    const env = { ...settings(folder), ...postbox.env };
    const installation = await context(folder);
    const worker = await startServe({ role: 'worker', env });
    await postbox.expect(WARM_UP);
    await startBroadcast(installation, warmBook);
    await postbox.arrived(WARM_UP);
    await postbox.expect(COUNT);
    const before = cpuSeconds(worker.pid);
    await startBroadcast(installation, book);
    const { marked, perSecond } = await postbox.arrived(COUNT, MOST_MS);
    if (before !== null) cpu.startstopp.push(((cpuSeconds(worker.pid) - before) * 1e6) / marked);
    await worker.stop();
    await installation.store.close();
    place.drop(folder);
    return perSecond;
  }

  const bare =
    (name, file, { warmUp, count }) =>
    async () => {
      const side = await startScript(file, { env: { ...settings(''), ...postbox.env } });
      await postbox.expect(warmUp);
      await side.ask({ count: warmUp, first: 2_000_000, mostMs: MOST_MS });
      await postbox.expect(count);
      const { cpuSeconds: used } = await side.ask({ count, first: 1_000_000, mostMs: MOST_MS });
      const { marked, perSecond } = await postbox.arrived(count, 0);
      cpu[name].push((used * 1e6) / marked);
      await side.stop();
      return perSecond;
    };
  const sides = {
    startstopp,
    pool: bare('pool', 'limits/pool.mjs', { warmUp: WARM_UP, count: COUNT }),
    sdk: bare('sdk', 'limits/sdk.mjs', SDK),
  };
  const given = await takeTurns(sides, runs, tell);
  await postbox.stop();
  const row = { what: 'copies accepted', unit: 'a second', sides: given, ours: 'startstopp' };
  const used = {
    what: 'CPU of the sender (the ratio is ours / limit)',
    unit: 'µs a copy',
    sides: cpu,
    ours: 'startstopp',
    goal: null,
  };
  return {
    title: `a broadcast of ${COUNT.toLocaleString('en-GB')} over HTTPS, no pacing, beside a bare undici pool and the official SDK`,
    rows: [
      { ...row, limit: 'pool', goal: { atLeast: 0.6 } },
      { ...row, limit: 'sdk', goal: { atLeast: 4 }, goalAs: 'times' },
      ...(cpu.startstopp.length > 0 ? [{ ...used, limit: 'pool' }] : []),
      ...(cpu.startstopp.length > 0 ? [{ ...used, limit: 'sdk' }] : []),
    ],
    facts: [],
    settings: {
      connections: CONNECTIONS,
      copies: COUNT,
      mostMs: MOST_MS,
      warmUp: WARM_UP,
      sdk: SDK,
      role: 'worker',
      database: 'SQLite, WAL, synchronous=FULL',
    },
  };
}
