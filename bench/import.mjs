import { digestOf } from '../dist/app/account/credentials.js';
import { newSession } from '../dist/app/account/sessions.js';
import { freePort } from './kit/ports.mjs';
import { startScript, startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { spread, takeTurns } from './kit/turns.mjs';
import { context, makeWorld, PUBLIC_URL, phone, settings } from './kit/world.mjs';

const ROWS = 100_000;
const WARM_UP = 2_000;
const FIRST = 3_000_000;
const PER_SECOND = 50;
const SECONDS = 4;

const list = (first, count) =>
  ['Mobil;Namn', ...Array.from({ length: count }, (_, i) => `0${phone(first + i).slice(3)};Anna Berg ${i}`)].join('\n');

/** A list of 100,000 into a book by the toolbox, beside bare inserts of the same rows; and what others notice of it. */
export async function run({ runs, tell }) {
  const place = scratch('import');
  const template = place.make('template');
  tell('making two books');
  await makeWorld(template, {});
  const content = list(FIRST, ROWS);
  const warm = list(FIRST - WARM_UP, WARM_UP);
  const stalls = [];
  const turn = (start, order) => async () => {
    const folder = place.copy(template);
    const side = await start(folder);
    const { rows, ms, stallMs } = await side.ask(order);
    if (rows !== ROWS) throw new Error(`${rows} rows were written`);
    if (stallMs !== undefined) stalls.push(stallMs);
    await side.stop();
    place.drop(folder);
    return (rows * 1000) / ms;
  };
  const given = await takeTurns(
    {
      startstopp: turn((folder) => startScript('kit/importer.mjs', { args: [folder] }), { content, warm }),
      'bare inserts': turn((folder) => startScript('limits/import.mjs', { env: settings(folder) }), {
        count: ROWS,
        first: FIRST,
      }),
    },
    runs,
    tell,
    40_000,
  );
  const [held, heldByMore] = [
    await memory(place, template, content, warm, tell),
    await memory(place, template, list(FIRST, 3 * ROWS), warm, tell),
  ];
  const waits = await meanwhile(place, template, content, tell);
  const ours = spread(given.startstopp).median;
  return {
    title: `a list of ${ROWS.toLocaleString('en-GB')} people imported in the toolbox, durable, with ledger and report`,
    rows: [
      {
        ...{ what: 'rows imported', unit: 'a second', sides: given, ours: 'startstopp', limit: 'bare inserts' },
        goal: { atLeast: 0.5 },
      },
    ],
    facts: [
      { what: 'time a row, median', value: 1_000_000 / ours, unit: 'µs', goal: { atMost: 50 } },
      { what: 'delay of the event loop meanwhile, p99', value: spread(stalls).median, unit: 'ms' },
      { what: 'memory held at most, 100,000 rows', value: held, unit: 'MB' },
      { what: 'memory held at most, 300,000 rows', value: heldByMore, unit: 'MB' },
      { what: 'START at 50 a second while `serve` imports, p50', value: waits.starts.p50, unit: 'ms' },
      { what: 'START while `serve` imports, p99', value: waits.starts.p99, unit: 'ms', goal: { atMost: 100 } },
      { what: 'a page of the book while `serve` imports, p99', value: waits.pages, unit: 'ms', goal: { atMost: 100 } },
    ],
    settings: { rows: ROWS, bytes: content.length, database: 'SQLite, WAL, synchronous=FULL' },
    notes: ['50 µs a row are 20,000 rows a second; shared machines reach them only at rest, the ratio holds'],
  };
}

/** What an import holds, in a run of its own: the collector's looks cost time. */
async function memory(place, template, content, warm, tell) {
  tell('what an import holds');
  const folder = place.copy(template);
  const side = await startScript('kit/importer.mjs', { args: [folder] });
  const { addedMb } = await side.ask({ content, warm, look: true });
  await side.stop();
  place.drop(folder);
  return addedMb;
}

/** STARTs and page views in the same process, from the click that begins the import on. */
async function meanwhile(place, template, content, tell) {
  tell('an import while STARTs come');
  const folder = place.copy(template);
  const session = await signedIn(folder);
  const port = await freePort();
  const server = await startServe({ role: 'web,worker', env: settings(folder, { PORT: String(port) }) });
  const load = await startScript('kit/load.mjs');
  const count = PER_SECOND * SECONDS;
  await load.ask({ do: 'prepare', run: 1, first: 0, count: 200, text: 'START' });
  await load.ask({ do: 'fire', port, sockets: 4, count: 200, mostMs: 5_000 });
  const site = browser(port, session);
  const form = new FormData();
  form.append('csrf', session.csrf);
  form.append('file', new Blob([content]), 'list.csv');
  const uploaded = await site('/books/p12/members/import', { method: 'POST', body: form });
  const path = uploaded.headers.get('location');
  if (!path) throw new Error(`the list was not taken: ${uploaded.status}`);
  await load.ask({ do: 'prepare', run: 2, first: 1000, count, text: 'START' });
  const columns = { csrf: session.csrf, header: '1', country: 'SE', use0: 'phone', use1: 'name' };
  const click = await site(path, { method: 'POST', body: new URLSearchParams(columns) });
  if (click.status !== 303) throw new Error(`the import did not begin: ${click.status}`);
  const looks = [];
  let over = false;
  const looking = (async () => {
    while (!over) {
      const began = performance.now();
      await (await site('/books/p12/members/add')).text();
      looks.push(performance.now() - began);
      await new Promise((resolve) => setTimeout(resolve, 40));
    }
  })();
  const { ms } = await load.ask({ do: 'drip', port, sockets: 200, perSecond: PER_SECOND, count });
  over = true;
  await looking;
  const still = (await (await site(path)).text()).includes('id="import"');
  if (!still) tell('the import was over before the STARTs were');
  await load.stop();
  await server.stop();
  place.drop(folder);
  looks.sort((a, b) => a - b);
  return { starts: ms, pages: looks[Math.floor(looks.length * 0.99)] };
}

const browser =
  (port, { token }) =>
  (path, init = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, {
      ...init,
      redirect: 'manual',
      headers: { Cookie: `__Host-session=${token}; session=${token}`, Origin: PUBLIC_URL },
    });

/** An admin with an open session, put into the database as signing in would. */
async function signedIn(folder) {
  const { store, clock, ids } = await context(folder);
  const book = await store.reads.book('p12');
  const now = clock.now();
  const id = ids.next(now);
  const { token, session } = newSession(id, 'full', 'bench', now);
  const user = {
    ...{ id, organisationId: book.organisationId, mail: 'bench@example.se', name: '', role: 'admin' },
    ...{ passwordHash: 'none', totp: null, totpStep: null, recovery: [], locale: null, disabledAt: null },
    ...{ seenAt: null, createdAt: now, version: 1 },
  };
  await store.commit([
    { add: 'users', row: user, exists: 'stale' },
    { add: 'sessions', row: { ...session, id: digestOf(token) }, exists: 'stale' },
  ]);
  await store.close();
  return { token, csrf: session.csrf };
}
