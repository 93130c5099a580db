import { monitorEventLoopDelay } from 'node:perf_hooks';
import { startImport } from '../../dist/app/desk/importUpload.js';
import { glanceAt } from '../../dist/app/desk/uploadText.js';
import { answering } from './processes.mjs';
import { context } from './world.mjs';

/** The toolbox's import of one uploaded list, from the click to the report, in a process of its own. */
const installation = await context(process.argv[2]);
const { store, ids, clock } = installation;

/** Sees the most that is held while it works, after each look of the collector that there is. */
async function watched(work) {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 50);
  await work();
  clearInterval(timer);
  return most;
}

async function imported(content, address) {
  const book = await store.reads.book(address);
  const organisation = await store.reads.organisation(book.organisationId);
  const now = clock.now();
  const upload = {
    ...{ id: ids.next(now), organisationId: organisation.id, bookId: book.id, userId: 'bench', fileName: 'list.csv' },
    ...{ content, status: 'waiting', done: 0, total: 0, report: null, createdAt: now, updatedAt: now },
  };
  await store.commit([{ add: 'uploads', row: upload, exists: 'stale' }]);
  const { guess } = await glanceAt(content, organisation.country);
  const by = { actor: 'bench', door: 'web' };
  const started = await startImport(upload, guess, book, organisation, by, installation);
  await started.ended;
  return store.reads.uploadState(upload.id);
}

answering({}, async ({ content, warm }) => {
  await imported(warm, 'warm');
  const before = process.memoryUsage().rss;
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  let state;
  const most = await watched(async () => {
    state = await imported(content, 'p12');
  });
  const ms = performance.now() - began;
  delay.disable();
  if (state.status !== 'done') throw new Error(`the import is ${state.status}`);
  const book = await store.reads.book('p12');
  const { active = 0 } = await store.reads.memberCounts(book.id);
  return { rows: active, ms, stallMs: delay.percentile(99) / 1e6, addedMb: (most - before) / 1024 / 1024 };
});
