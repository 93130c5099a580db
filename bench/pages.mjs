import { Agent, request } from 'node:http';
import { digestOf } from '../dist/app/account/credentials.js';
import { newSession } from '../dist/app/account/sessions.js';
import { newUser } from '../dist/core/account.js';
import { freePort } from './kit/ports.mjs';
import { startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { addMembers, context, makeWorld, settings } from './kit/world.mjs';

const GOAL_MEMBERS = 100_000;
const GOAL_MS = 50;
/** How often each page is asked for, by the size of the book. */
const TIMES = new Map([
  [GOAL_MEMBERS, 300],
  [1_000_000, 100],
]);
const WARM_UP = 20;

const FIRST = 'Anna Bo Cecilia Dan Ester Fatima Göran Hanna Ivar Jelena Kalle Leila Mats Nadja Olle Pia Rasmus'.split(
  ' ',
);
const LAST = 'Andersson Berg Carlsson Dahl Ek Fors Grahn Holm Ivarsson Jonsson Khan Lind Mård Nyman Öberg'.split(' ');
const nameOf = (n) => `${FIRST[n % FIRST.length]} ${LAST[Math.floor(n / FIRST.length) % LAST.length]}son ${n % 977}`;

/** What somebody does on the page of a large book. The last names match nobody: every name is looked at. */
const LOOKS = [
  ["the book's own page", () => '/books/p12'],
  ['its members, first page', () => '/books/p12/members'],
  ['search, a common name', (n) => `/books/p12/members?q=${encodeURIComponent(FIRST[n % FIRST.length].slice(0, 3))}`],
  [
    'search, first and last name',
    (n) => `/books/p12/members?q=${encodeURIComponent(`${nameOf(n * 37).slice(0, 12)}`)}`,
  ],
  ['search, a name that nobody has', (n) => `/books/p12/members?q=${encodeURIComponent(`qvist${n}`)}`],
  ['search, the end of a number', (n) => `/books/p12/members?q=${1_000_000 + n * 31}`],
  ['search, a number in national form', (n) => `/books/p12/members?q=0701${String(n * 29).padStart(6, '0')}`],
];

/** The pages of a book of 100,000 and of 1,000,000 over HTTP, one after the other; with their words, tables and all. */
export async function run({ tell }) {
  const facts = [];
  for (const [members, times] of TIMES) {
    const place = scratch('pages');
    const folder = place.make(`book${members}`);
    tell(`making a book of ${members.toLocaleString('en-GB')}`);
    const { book } = await makeWorld(folder);
    const cookie = await fill(folder, book, members);
    const port = await freePort();
    const server = await startServe({ role: 'web', env: settings(folder, { PORT: String(port) }) });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const get = (path) => fetchPage(agent, port, path, cookie);
    for (const [what, path] of LOOKS) {
      for (let n = 0; n < WARM_UP; n++) await get(path(n));
      const took = [];
      for (let n = 0; n < times; n++) took.push(await get(path(n)));
      took.sort((a, b) => a - b);
      const p99 = took[Math.floor(took.length * 0.99)];
      const size = members.toLocaleString('en-GB');
      facts.push({
        what: `${size} members, ${what}, p99`,
        value: p99,
        unit: 'ms',
        ...(members === GOAL_MEMBERS && { goal: { atMost: GOAL_MS } }),
      });
      facts.push({ what: `${size} members, ${what}, p50`, value: took[took.length >> 1], unit: 'ms' });
    }
    agent.destroy();
    await server.stop();
    place.drop(folder);
  }
  return {
    title: 'the pages of a large book, asked for one after the other by a signed-in admin',
    rows: [],
    facts,
    settings: { members: [...TIMES.keys()], times: [...TIMES.values()], warmUp: WARM_UP },
  };
}

/** Members, and an admin who is signed in; returns the cookie. */
async function fill(folder, book, members) {
  const { store, ids, clock } = await context(folder);
  try {
    await addMembers(store, ids, clock, book.id, members, 1_000_000, nameOf);
    const now = clock.now();
    const { organisationId } = book;
    const user = newUser({ id: ids.next(now), organisationId, mail: 'a@example.se', role: 'admin', createdAt: now });
    const { token, session } = newSession(user.id, 'full', 'bench', now);
    const result = await store.commit([
      { add: 'users', row: user, exists: 'stale' },
      { add: 'sessions', row: { ...session, id: digestOf(token) }, exists: 'stale' },
    ]);
    if (result !== 'done') throw new Error(result);
    // PUBLIC_URL of the benches is https, where the cookie has this name.
    return `__Host-session=${token}`;
  } finally {
    await store.close();
  }
}

function fetchPage(agent, port, path, cookie) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const req = request({ host: '127.0.0.1', port, path, agent, headers: { cookie } }, (res) => {
      let bytes = 0;
      res.on('data', (chunk) => {
        bytes += chunk.length;
      });
      res.on('end', () => {
        if (res.statusCode !== 200 || bytes < 1_000) reject(new Error(`${path}: ${res.statusCode}, ${bytes} bytes`));
        else resolve(performance.now() - began);
      });
    });
    req.on('error', reject);
    req.end();
  });
}
