import type { Log } from '../ports/log.ts';

/** Runs `work` again and again, `ms` after it last ended. A fault is logged and the next round tries again. */
export function repeat(work: () => Promise<void>, ms: number, log: Log): { stop(): void; ended: Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | null = null;
  let wakeUp: () => void = () => undefined;
  const pause = () =>
    new Promise<void>((resolve) => {
      wakeUp = resolve;
      timer = setTimeout(resolve, ms);
    });
  const loop = async (): Promise<void> => {
    while (!stopped) {
      try {
        await work();
      } catch (error) {
        log.error({ error }, 'housekeeping met a fault and will try again');
      }
      if (!stopped) await pause();
    }
  };
  const ended = loop();
  return {
    ended,
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
      wakeUp();
    },
  };
}
