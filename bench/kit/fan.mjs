import { monitorEventLoopDelay } from 'node:perf_hooks';
import { answering } from './processes.mjs';
import { context } from './world.mjs';

/** The project's side of the fan-out: `outbox.fanOut` until it is done, in a process of its own. */
const { store } = await context(process.argv[2]);

answering({}, async ({ broadcastId, now }) => {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const began = performance.now();
  while ((await store.outbox.fanOut(broadcastId, now)) === 'more')
    await new Promise((resolve) => setImmediate(resolve));
  const ms = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 5));
  delay.disable();
  const { queued = 0 } = await store.reads.deliveryCounts(broadcastId);
  return { rows: queued, ms, stallMs: delay.max / 1e6 };
});
