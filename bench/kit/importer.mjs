import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startImport } from '../../dist/app/desk/importUpload.js';
import { keepUpload } from '../../dist/app/desk/uploads.js';
import { glanceAt } from '../../dist/app/desk/uploadText.js';
import { answering } from './processes.mjs';
import { context } from './world.mjs';

/** The toolbox's import of one uploaded list, from the click to the report, in a process of its own. */
const installation = await context(process.argv[2]);
const { store, ids, clock } = installation;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

/** What is held after the collector's look, which costs time: bytes now, and at most while `work` goes on. */
async function heldBy(work) {
  const held = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const before = held();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, held());
  }, 200);
  await work();
  clearInterval(timer);
  return Math.max(most, held()) - before;
}

async function imported(content, address) {
  const book = await store.reads.book(address);
  const organisation = await store.reads.organisation(book.organisationId);
  const now = clock.now();
  const upload = {
    ...{ id: ids.next(now), organisationId: organisation.id, bookId: book.id, userId: 'bench', fileName: 'list.csv' },
    ...{ status: 'waiting', done: 0, total: 0, report: null, createdAt: now, updatedAt: now },
  };
  await keepUpload(upload, content, installation);
  const { guess } = await glanceAt([content], organisation.country);
  const by = { actor: 'bench', door: 'web' };
  const started = await startImport(upload, guess, book, organisation, by, installation);
  await started.ended;
  return store.reads.uploadState(upload.id);
}

answering({}, async ({ content, warm, look }) => {
  await imported(warm, 'warm');
  if (look) return { addedMb: (await heldBy(() => imported(content, 'p12'))) / 1024 / 1024 };
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  const state = await imported(content, 'p12');
  const ms = performance.now() - began;
  delay.disable();
  if (state.status !== 'done') throw new Error(`the import is ${state.status}`);
  const book = await store.reads.book('p12');
  const { active = 0 } = await store.reads.memberCounts(book.id);
  return { rows: active, ms, stallMs: delay.percentile(99) / 1e6 };
});
