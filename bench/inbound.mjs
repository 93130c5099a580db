import Sqlite from 'better-sqlite3';
import { freePort } from './kit/ports.mjs';
import { cpuSeconds, startScript, startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { takeTurns } from './kit/turns.mjs';
import { makeWorld, settings } from './kit/world.mjs';

const SOCKETS = 64;
const WARM_UP = 6_000;
const COUNT = 15_000;
const MOST_MS = 3_000;

/** START from strangers over the signed webhook, on the disk before the answer, the reply queued, every rule on. */
export async function run({ runs, tell }) {
  const place = scratch('inbound');
  const template = place.make('template');
  await makeWorld(template);
  const load = await startScript('kit/load.mjs');
  const cpu = { startstopp: [], limit: [] };
  const waits = { startstopp: [], limit: [] };
  const loadBusy = [];
  const written = {};

  const turn = (name, start) => async (number) => {
    const folder = place.copy(template);
    const port = await freePort();
    const server = await start(folder, port);
    await load.ask({ do: 'prepare', run: number, first: 0, count: WARM_UP + COUNT, text: 'START' });
    await load.ask({ do: 'fire', port, sockets: SOCKETS, count: WARM_UP, mostMs: MOST_MS });
    const before = cpuSeconds(server.pid);
    const result = await load.ask({ do: 'fire', port, sockets: SOCKETS, count: COUNT, mostMs: MOST_MS });
    if (before !== null) cpu[name].push(((cpuSeconds(server.pid) - before) * 1e6) / result.answered);
    waits[name].push(result.ms.p99);
    loadBusy.push(result.loadBusy);
    await server.stop();
    written[name] = rowsOf(folder);
    place.drop(folder);
    return result.perSecond;
  };
  const sides = {
    startstopp: turn('startstopp', (folder, port) =>
      startServe({ role: 'web', env: settings(folder, { PORT: String(port) }) }),
    ),
    limit: turn('limit', (folder, port) =>
      startScript('limits/inbound.mjs', { args: [String(port)], env: settings(folder) }),
    ),
  };
  const given = await takeTurns(sides, runs, tell);
  load.stop();
  same(written.startstopp, written.limit);
  return {
    title: 'START by the signed Twilio webhook, durable, all rules on, beside the leanest handler of the same commit',
    rows: [
      { what: 'answered after the commit', unit: 'a second', sides: given, ...OURS, goal: { atLeast: 0.45 } },
      ...(cpu.limit.length > 0
        ? [
            {
              what: 'CPU of the server (the ratio is ours / limit)',
              unit: 'µs a message',
              sides: cpu,
              ...OURS,
              goal: null,
            },
          ]
        : []),
      { what: `wait at ${SOCKETS} connections, p99`, unit: 'ms', sides: waits, ...OURS, goal: null },
    ],
    facts: [{ what: 'load process busy, at most', value: Math.max(...loadBusy) * 100, unit: '% of a core' }],
    settings: {
      sockets: SOCKETS,
      warmUp: WARM_UP,
      messages: COUNT,
      mostMs: MOST_MS,
      role: 'web',
      database: 'SQLite, WAL, synchronous=FULL',
    },
    notes: [
      'published in design document 7, not run here: Kannel 1.4.5, keyword to reply: 8,210/s with nothing durable, about 2,700-4,400/s with its spool',
    ],
  };
}

const OURS = { ours: 'startstopp', limit: 'limit' };

/** Rows a START, bytes and nulls a row, by table: both sides must have written the same. */
function rowsOf(folder) {
  const db = new Sqlite(`${folder}/startstopp.db`, { readonly: true });
  const starts = db.prepare('select count(*) from inbounds').pluck().get();
  const tables = ['inbounds', 'conversations', 'members', 'consent_events', 'consent_persons', 'deliveries'];
  const sizes = tables.map((table) => {
    const columns = db.pragma(`table_info(${table})`).map(({ name }) => `"${name}"`);
    const bytes = columns.map((column) => `coalesce(length(${column}), 0)`).join('+');
    const nulls = columns.map((column) => `(${column} is null)`).join('+');
    const sum = db
      .prepare(`select count(*) as rows, avg(${bytes}) as bytes, avg(${nulls}) as nulls from ${table}`)
      .get();
    return [table, { ...sum, rows: sum.rows / starts }];
  });
  db.close();
  return Object.fromEntries(sizes);
}

function same(ours, limit) {
  for (const [table, { rows, bytes, nulls }] of Object.entries(ours)) {
    const other = limit[table];
    if (rows !== other.rows || nulls !== other.nulls || Math.abs(bytes / other.bytes - 1) > 0.01)
      throw new Error(`the two sides wrote different ${table}: ${JSON.stringify({ ours: ours[table], limit: other })}`);
  }
}
