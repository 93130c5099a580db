import { keyed } from '../../dist/config.js';
import { open } from '../../dist/store/open.js';
import { answering } from './processes.mjs';

/** Claims and settles a broadcast's copies as a worker does, but for the sending, until none are left. */
const [url, owner] = process.argv.slice(2);
const store = await open(url, { create: false, keyed: keyed('a key for benches only') });

answering({}, async ({ batch }) => {
  const lanes = await store.outbox.lanes(Date.now());
  const lane = lanes.find(({ broadcast }) => broadcast !== null);
  const began = performance.timeOrigin + performance.now();
  let rows = 0;
  for (;;) {
    const claimed = await store.outbox.claim(lane, owner, batch, Date.now(), 30_000);
    if (claimed.length === 0) break;
    const at = Date.now();
    const settlements = claimed.map(({ id }) => ({ id, to: 'accepted', providerId: `SM${id}`, at }));
    rows += await store.outbox.settle(owner, settlements);
  }
  return { rows, began, ended: performance.timeOrigin + performance.now() };
});
