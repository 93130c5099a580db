import { startScript } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { spread, takeTurns } from './kit/turns.mjs';
import { context, makeWorld, settings, startBroadcast } from './kit/world.mjs';

const MEMBERS = 100_000;

/** Copies of one broadcast written for 100,000 active members: the project's pages beside one bare statement. */
export async function run({ runs, tell }) {
  const place = scratch('fanout');
  const template = place.make('template');
  tell('making a book of 100,000');
  const { book } = await makeWorld(template, { members: MEMBERS });
  const installation = await context(template);
  const broadcastId = await startBroadcast(installation, book);
  await installation.store.close();
  const stalls = [];

  const turn = (start) => async () => {
    const folder = place.copy(template);
    const side = await start(folder);
    const { rows, ms, stallMs } = await side.ask({ broadcastId, now: Date.now() });
    if (rows !== MEMBERS) throw new Error(`${rows} copies were written`);
    if (stallMs !== undefined) stalls.push(stallMs);
    await side.stop();
    place.drop(folder);
    return (rows * 1000) / ms;
  };
  const sides = {
    startstopp: turn((folder) => startScript('kit/fan.mjs', { args: [folder] })),
    'insert … select': turn((folder) => startScript('limits/fanout.mjs', { env: settings(folder) })),
  };
  const given = await takeTurns(sides, runs, tell);
  return {
    title: 'fan-out of 100,000 members, durable, beside one bare insert … select into the same table and indexes',
    rows: [
      {
        ...{ what: 'copies written', unit: 'a second', sides: given, ours: 'startstopp', limit: 'insert … select' },
        goal: { atLeast: 0.5 },
      },
    ],
    facts: [
      {
        what: 'longest stall of the event loop meanwhile, median of the turns',
        value: spread(stalls).median,
        unit: 'ms',
      },
      { what: 'longest of all', value: spread(stalls).max, unit: 'ms' },
    ],
    settings: { members: MEMBERS, database: 'SQLite, WAL, synchronous=FULL' },
  };
}
