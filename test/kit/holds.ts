import { spentMs } from './spent.ts';

const EVERY_MS = 5;

/**
 * How long this process's event loop is held at a time, in milliseconds of processor: for what is tried in the test's own
 * process, beside other tests. By the clock on the wall a busy machine would be counted too.
 */
export function watchHolds(): { stop(): { p99: number } } {
  const holds: number[] = [];
  let last = spentMs();
  const timer = setInterval(() => {
    const now = spentMs();
    holds.push(now - last);
    last = now;
  }, EVERY_MS);
  return {
    stop() {
      clearInterval(timer);
      holds.sort((a, b) => a - b);
      return { p99: holds[Math.floor(holds.length * 0.99)] ?? 0 };
    },
  };
}
