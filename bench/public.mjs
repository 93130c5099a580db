import { Agent, request } from 'node:http';
import { makeLeaveToken } from '../dist/app/leaveLink.js';
import { freePort } from './kit/ports.mjs';
import { startServe } from './kit/processes.mjs';
import { scratch } from './kit/scratch.mjs';
import { addMembers, context, makeWorld, settings } from './kit/world.mjs';

const GOAL_MS = 20;
const MEMBERS = 10_000;
const TIMES = 500;
const WARM_UP = 30;
const PHONE = { 'user-agent': 'Mozilla/5.0 (Linux; Android 4.4.2; GT-I9505)', 'accept-language': 'sv' };

/** Pages without a sign-in, as a phone asks for them: each from a connection of its own, as people come one by one. */
export async function run({ tell }) {
  const place = scratch('public');
  const folder = place.make('book');
  tell(`making a book of ${MEMBERS.toLocaleString('en-GB')}`);
  const { book } = await makeWorld(folder);
  const tokens = await fill(folder, book);
  const port = await freePort();
  const server = await startServe({ role: 'web', env: settings(folder, { PORT: String(port) }) });
  const looks = [
    ["a member's own page", (n) => `/leave/${tokens[(n * 37) % tokens.length]}`, 200],
    ['a link that somebody forged', (n) => `/leave/${tokens[n % tokens.length].slice(0, -3)}abc`, 404],
    ['the join page', () => '/join/p12', 200],
  ];
  const facts = [];
  for (const [what, path, status] of looks) {
    const took = [];
    for (let n = 0; n < WARM_UP + TIMES; n++) {
      const ms = await fetchPage(port, path(n), status);
      if (n >= WARM_UP) took.push(ms);
    }
    took.sort((a, b) => a - b);
    const p99 = took[Math.floor(took.length * 0.99)];
    facts.push({ what: `${what}, p99`, value: p99, unit: 'ms', goal: { atMost: GOAL_MS } });
    facts.push({ what: `${what}, p50`, value: took[took.length >> 1], unit: 'ms' });
  }
  await server.stop();
  place.drop(folder);
  return {
    title: 'the pages that anybody can open, asked for one after the other, each over a new connection',
    rows: [],
    facts,
    settings: { members: MEMBERS, times: TIMES, warmUp: WARM_UP },
  };
}

/** Members, and a join page; returns the members' own links. */
async function fill(folder, book) {
  const { store, ids, clock, keyed } = await context(folder);
  try {
    await addMembers(store, ids, clock, book.id, MEMBERS, 1_000_000, (n) => `Anna ${n}`);
    const joinPage = { ask: 'either', consent: 'Ja, jag vill få sms från Lunds IK om träningar och matcher.' };
    const set = { joinPage, version: book.version + 1 };
    const result = await store.commit([
      { change: 'books', where: { id: book.id, version: book.version }, set, none: 'stale' },
    ]);
    if (result !== 'done') throw new Error(result);
    const members = await store.reads.members(book.id, { after: '', limit: 1_000 });
    return members.map(({ id }) => makeLeaveToken(id, keyed));
  } finally {
    await store.close();
  }
}

function fetchPage(port, path, status) {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const agent = new Agent({ keepAlive: false });
    const req = request({ host: '127.0.0.1', port, path, agent, headers: PHONE }, (res) => {
      let bytes = 0;
      res.on('data', (chunk) => {
        bytes += chunk.length;
      });
      res.on('end', () => {
        if (res.statusCode !== status || bytes < 500) reject(new Error(`${path}: ${res.statusCode}, ${bytes} bytes`));
        else resolve(performance.now() - began);
      });
    });
    req.on('error', reject);
    req.end();
  });
}
