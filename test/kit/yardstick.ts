import { Worker } from 'node:worker_threads';

/**
 * How busy the machine is with others: the same few milliseconds of work, again and again on a thread of its own. An
 * event loop's delay is measured by the clock on the wall, so three test files beside each other on two cores make it
 * longer than it is on a machine of one's own; what the yardstick needs more in the same seconds says how much.
 */
export type Yardstick = {
  /** How many times as long as at its quickest the work took, but for the worst hundredth; at least 1. */
  stop(): Promise<number>;
};

const WORK = `
const { parentPort } = require('node:worker_threads');
let sink = 0;
const work = () => {
  const begun = performance.now();
  for (let n = 0; n < 4_000_000; n++) sink = (sink * 31 + n) | 0;
  return performance.now() - begun;
};
for (let n = 0; n < 20; n++) work();
const took = [];
const turn = setInterval(() => took.push(work()), 40);
parentPort.on('message', () => {
  clearInterval(turn);
  took.sort((a, b) => a - b);
  parentPort.postMessage(took.length === 0 ? 1 : took[Math.floor(took.length * 0.99)] / took[0]);
  parentPort.close();
});
`;

export function startYardstick(): Yardstick {
  const worker = new Worker(WORK, { eval: true });
  // A test that fails before it asks must still end.
  worker.unref();
  return {
    stop: () =>
      new Promise((resolve, reject) => {
        worker.once('message', (stretch: number) => resolve(Math.max(1, stretch)));
        worker.once('error', reject);
        worker.postMessage('stop');
      }),
  };
}
