/** Starts `run` after `ms` and returns how to call it off; tests pass one that they turn by hand. */
export type Schedule = (ms: number, run: () => void) => () => void;

export const timers: Schedule = (ms, run) => {
  const timer = setTimeout(run, ms);
  // A message in the air must not keep a process alive that has been told to stop.
  timer.unref();
  return () => clearTimeout(timer);
};

/**
 * What is on its way between a phone and us, by message id. After a crash nothing is in the air any more; `holds` lets
 * the reader of a phone find such messages and send them on.
 */
export function createAir(schedule: Schedule, failed: (error: unknown) => void) {
  const flying = new Map<string, () => void>();

  return {
    holds: (id: string): boolean => flying.has(id),
    /** Lands in any case after `ms`; 0 lands in the next turn of the loop. */
    fly(id: string, ms: number, land: () => Promise<void>): void {
      flying.get(id)?.();
      const callOff = schedule(ms, () => {
        // Still held while landing, so that a reader does not start it a second time.
        land()
          .catch(failed)
          .finally(() => flying.delete(id));
      });
      flying.set(id, callOff);
    },
    close(): void {
      for (const callOff of flying.values()) callOff();
      flying.clear();
    },
  };
}
