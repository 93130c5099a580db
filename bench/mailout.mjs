import { CONNECTIONS, DOMAIN, MARKER } from './kit/mails.mjs';
import { cpuSeconds, residentBytes, startScript, startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { spread, takeTurns } from './kit/turns.mjs';
import { context, makeWorld, settings, startBroadcast } from './kit/world.mjs';

const MEMBERS = 10_000;
const WARM_UP = 2_000;
const MOST_MS = 12_000;
const MB = 1024 * 1024;

/** One mail to 10,000 mail members, each its own with its own link, through the worker, beside nodemailer's bare pool. */
export async function run({ runs, tell }) {
  const place = scratch('mailout');
  const standIn = await startScript('kit/mailStandIn.mjs');
  const MAIL_URL = `smtp://127.0.0.1:${standIn.ready.port}`;
  const template = place.make('template');
  const { book, warmBook } = await makeWorld(template, { members: MEMBERS, warm: WARM_UP, byMail: true });
  const cpu = { startstopp: [], pool: [] };
  const grown = [];
  const octets = { startstopp: 0, pool: 0 };

  const expect = (count) => standIn.ask({ do: 'expect', marker: MARKER, count });
  async function arrived(name, count) {
    const seen = await standIn.ask({ do: 'wait', mostMs: MOST_MS });
    // A slow machine may not send all in the time; each that came must have been somebody's own.
    if (seen.marked === 0 || seen.links !== seen.marked || seen.taken !== seen.marked)
      throw new Error(`${name}: ${seen.taken} mails to ${seen.marked} of ${count} with ${seen.links} links`);
    octets[name] = seen.octets / seen.taken;
    return { ...seen, perSecond: (seen.marked * 1000) / (seen.last - seen.first) };
  }

  async function startstopp() {
    const folder = place.copy(template);
    const installation = await context(folder);
    const worker = await startServe({ role: 'worker', env: settings(folder, { MAIL_URL, LIST_DOMAIN: DOMAIN }) });
    await expect(WARM_UP);
    await startBroadcast(installation, warmBook);
    await arrived('startstopp', WARM_UP);
    const before = { cpu: cpuSeconds(worker.pid), resident: residentBytes(worker.pid) };
    await expect(MEMBERS);
    await startBroadcast(installation, book);
    const { marked, perSecond } = await arrived('startstopp', MEMBERS);
    if (before.cpu !== null) {
      cpu.startstopp.push(((cpuSeconds(worker.pid) - before.cpu) * 1e6) / marked);
      grown.push((residentBytes(worker.pid) - before.resident) / MB);
    }
    await worker.stop();
    await installation.store.close();
    place.drop(folder);
    return perSecond;
  }

  async function pool() {
    const side = await startScript('limits/mailPool.mjs', { env: { MAIL_URL } });
    await expect(WARM_UP);
    await side.ask({ count: WARM_UP, first: 2_000_000, mostMs: MOST_MS });
    await expect(MEMBERS);
    const { cpuSeconds: used } = await side.ask({ count: MEMBERS, first: 1_000_000, mostMs: MOST_MS });
    const { marked, perSecond } = await arrived('pool', MEMBERS);
    cpu.pool.push((used * 1e6) / marked);
    await side.stop();
    return perSecond;
  }

  const given = await takeTurns({ startstopp, pool }, runs, tell);
  await standIn.stop();
  const sides = { ours: 'startstopp', limit: 'pool' };
  return {
    title: 'one mail to 10,000 mail members, each its own with its own link for leaving, beside nodemailer’s bare pool',
    rows: [
      { what: 'mails taken', unit: 'a second', sides: given, ...sides, goal: { atLeast: 0.7 } },
      ...(cpu.startstopp.length > 0
        ? [
            {
              what: 'CPU of the sender (the ratio is ours / limit)',
              unit: 'µs a mail',
              sides: cpu,
              ...sides,
              goal: null,
            },
          ]
        : []),
    ],
    facts: [
      { what: 'octets of a mail, ours', value: octets.startstopp, unit: 'B' },
      { what: 'octets of a mail, pool', value: octets.pool, unit: 'B' },
      ...(grown.length > 0
        ? [{ what: 'resident memory over the 10,000, after warming up', value: spread(grown).median, unit: 'MB' }]
        : []),
    ],
    settings: {
      connections: CONNECTIONS,
      members: MEMBERS,
      warmUp: WARM_UP,
      signed: 'no (neither side)',
      role: 'worker',
      database: 'SQLite, WAL, synchronous=FULL',
    },
  };
}
