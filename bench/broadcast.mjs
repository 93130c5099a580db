import { freePort } from './kit/ports.mjs';
import { CONNECTIONS, startPostbox } from './kit/postbox.mjs';
import { startScript, startServe, wallClock } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { messageSid } from './kit/signedForm.mjs';
import { takeTurns } from './kit/turns.mjs';
import { makeWorld, NUMBER, settings, TEXT, WARM_NUMBER, WRITER } from './kit/world.mjs';

const MEMBERS = 10_000;
const WARM_UP = 2_000;
const MOST_MS = 8_000;

/** From a writer's text at the webhook to the last copy accepted, one process for web and worker. */
export async function run({ runs, tell }) {
  const place = scratch('broadcast');
  const postbox = await startPostbox(place.make('certificate'));
  const template = place.make('template');
  await makeWorld(template, { members: MEMBERS, warm: WARM_UP });
  const load = await startScript('kit/load.mjs');

  async function startstopp(run) {
    const folder = place.copy(template);
    const port = await freePort();
    const env = { ...settings(folder, { PORT: String(port) }), ...postbox.env };
    const server = await startServe({ role: 'web,worker', env });
    const write = async (to, count, n) => {
      await postbox.expect(count);
      const began = wallClock();
      await load.ask({ do: 'send', port, request: { from: WRITER, to, text: TEXT, sid: messageSid(run, n) } });
      const { last, marked } = await postbox.arrived(count, MOST_MS);
      return (marked * 1000) / (last - began);
    };
    await write(WARM_NUMBER, WARM_UP, 1);
    const perSecond = await write(NUMBER, MEMBERS, 2);
    await server.stop();
    place.drop(folder);
    return perSecond;
  }

  async function pool() {
    const side = await startScript('limits/pool.mjs', { env: { ...settings(''), ...postbox.env } });
    await postbox.expect(WARM_UP);
    await side.ask({ count: WARM_UP, first: 2_000_000, mostMs: MOST_MS });
    await postbox.expect(MEMBERS);
    await side.ask({ count: MEMBERS, first: 1_000_000, mostMs: MOST_MS });
    const { perSecond } = await postbox.arrived(MEMBERS, 0);
    await side.stop();
    return perSecond;
  }

  const given = await takeTurns({ startstopp, pool }, runs, tell);
  await Promise.all([postbox.stop(), load.stop()]);
  return {
    title: 'a whole broadcast to 10,000 members, text in to last copy accepted, no pacing, beside a bare undici pool',
    rows: [
      {
        what: 'copies accepted',
        unit: 'a second',
        sides: given,
        ours: 'startstopp',
        limit: 'pool',
        goal: { atLeast: 0.5 },
      },
    ],
    facts: [
      {
        what: 'text in to last copy accepted, at the median rate',
        value: MEMBERS / median(given.startstopp),
        unit: 's',
      },
    ],
    settings: {
      members: MEMBERS,
      connections: CONNECTIONS,
      role: 'web,worker',
      database: 'SQLite, WAL, synchronous=FULL',
    },
  };
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
