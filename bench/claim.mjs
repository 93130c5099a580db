import { move } from '../dist/store/open.js';
import { startPostgres } from './kit/postgres.mjs';
import { startScript } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { spread } from './kit/turns.mjs';
import { context, makeWorld, startBroadcast } from './kit/world.mjs';

const COPIES = 10_000;
const MOST_MS = 40_000;

/** Claiming and settling by itself, without sending: SQLite with one worker, PostgreSQL with one and two. */
export async function run({ runs, tell }) {
  const place = scratch('claim');
  const template = place.make('template');
  tell('making the copies');
  const { book } = await makeWorld(template, { members: COPIES });
  const installation = await context(template);
  const id = await startBroadcast(installation, book);
  while ((await installation.store.outbox.fanOut(id, Date.now())) === 'more');
  await installation.store.close();
  const source = `file:${template}/startstopp.db`;
  const postgres = await startPostgres(place.make('postgres'));
  const measured = {};
  let databases = 0;

  async function measure(name, url, workers, batch) {
    tell(name);
    const claimers = await Promise.all(
      Array.from({ length: workers }, (_, i) => startScript('kit/claimer.mjs', { args: [url, `worker${i}`] })),
    );
    const done = await Promise.all(claimers.map((claimer) => claimer.ask({ batch })));
    await Promise.all(claimers.map((claimer) => claimer.stop()));
    const rows = done.reduce((sum, one) => sum + one.rows, 0);
    if (rows !== COPIES) throw new Error(`${rows} rows were claimed`);
    const ms = Math.max(...done.map(({ ended }) => ended)) - Math.min(...done.map(({ began }) => began));
    measured[name] ??= [];
    measured[name].push((rows * 1000) / ms);
  }
  try {
    await move(source, await postgres.database('source'));
    const until = performance.now() + MOST_MS;
    for (let run = 0; run < runs && performance.now() < until; run++) {
      for (const batch of [50, 500]) {
        const folder = place.copy(template);
        await measure(`SQLite, 1 worker, ${batch} at a time`, `file:${folder}/startstopp.db`, 1, batch);
        place.drop(folder);
        for (const workers of [1, 2]) {
          databases += 1;
          const url = await postgres.copy('source', `bench${databases}`);
          await measure(
            `PostgreSQL, ${workers} worker${workers > 1 ? 's' : ''}, ${batch} at a time`,
            url,
            workers,
            batch,
          );
        }
      }
    }
  } finally {
    await postgres.stop();
  }
  return {
    title: 'claim and settle, without sending',
    rows: [],
    facts: Object.entries(measured).map(([what, values]) => {
      const { median, min, max } = spread(values);
      return { what, value: median, unit: `rows a second (${Math.round(min)} to ${Math.round(max)})` };
    }),
    settings: { copies: COPIES, sqlite: 'WAL, synchronous=FULL', postgres: 'fsync=on, shared_buffers=128MB' },
  };
}
