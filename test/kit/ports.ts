import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the ports that a system gives by itself, and a stretch for each Jest worker: what is free at the look is free when
 * the server takes it. Between them lies no port that a browser refuses.
 */
const STRETCH = 2_000;
const first = 12_000 + STRETCH * Number(process.env['JEST_WORKER_ID'] ?? 0);
/** By chance: Jest loads this file anew for each test file, and the last one's ports may not be free yet. */
let next = Math.floor(Math.random() * STRETCH);

/** A port of 127.0.0.1 that is free. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < STRETCH; tries++) {
    const port = first + (next++ % STRETCH);
    const probe = createServer();
    const free = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (!free) continue;
    probe.close();
    await once(probe, 'close');
    return port;
  }
  throw new Error(`no port from ${first} to ${first + STRETCH} is free`);
}
