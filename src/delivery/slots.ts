/**
 * How many requests may be under way for a run, a number or an account. Opens from a few probes, one more for each
 * answer (so it doubles each round trip), and closes by halves when answers fail to come: a number that hangs cannot
 * take the whole pool (F4-F7), and a refused one is found out with a few requests (F9).
 */
export type Slots = {
  readonly held: number;
  take(count: number): void;
  give(count: number): void;
  /** How many more may be taken; Infinity once it is fully open. */
  room(): number;
  /** The provider gave a clear answer about a message. */
  answered(): void;
  /** It did not. */
  shrink(): void;
  /** Back to `probes`. */
  restart(probes: number): void;
};

export function createSlots(probes: number, open: number): Slots {
  let window = Math.min(probes, open);
  let held = 0;
  return {
    get held() {
      return held;
    },
    take(count) {
      held += count;
    },
    give(count) {
      held -= count;
    },
    room: () => (window >= open ? Number.POSITIVE_INFINITY : Math.max(0, window - held)),
    answered() {
      if (window < open) window++;
    },
    shrink() {
      window = Math.max(1, Math.floor(window / 2));
    },
    restart(count) {
      window = Math.min(count, open);
    },
  };
}
