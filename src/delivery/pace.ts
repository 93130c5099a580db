import type { Outbox } from '../ports/outbox.ts';

/** Sending time of one number, reserved ahead in small pieces and shared by its lanes (replies take theirs first). */
export type Pace = {
  /** Parts that may be dialled now; below zero when a long message took more than was left. */
  credit(): number;
  /** Monotonic time before which nothing may be dialled. */
  readyAt(): number;
  /** Reserves the next piece, at least `parts`. Afterwards `readyAt` says from when it may be used. */
  reserve(parts: number, perSecond: number): Promise<void>;
  spend(parts: number): void;
  /** Gives back what was claimed and not dialled, as far as this process still may use it. */
  giveBack(parts: number): void;
  /** The provider said slow down. */
  stop(untilMono: number): void;
};

/** A piece is what the number sends in this time: small enough for an even rate, large enough to be cheap. */
const PIECE_MS = 50;
/** Reserved time that nobody used is lost after this, or an idle number would save up a flood. */
const KEEP_MS = 1000;

export function createPace(outbox: Pick<Outbox, 'reservePace'>, numberId: string, monotonic: () => number): Pace {
  let credit = 0;
  let readyAt = 0;
  const fresh = (): number => {
    if (credit > 0 && monotonic() > readyAt + KEEP_MS) credit = 0;
    return credit;
  };
  return {
    credit: fresh,
    readyAt: () => readyAt,
    async reserve(parts, perSecond) {
      const owed = -Math.min(0, fresh());
      if (owed > 0) {
        await outbox.reservePace(numberId, owed, perSecond);
        credit += owed;
      }
      const piece = Math.max(parts, Math.ceil((perSecond * PIECE_MS) / 1000));
      const wait = await outbox.reservePace(numberId, piece, perSecond);
      readyAt = Math.max(readyAt, monotonic() + wait);
      credit += piece;
    },
    spend(parts) {
      credit -= parts;
    },
    giveBack(parts) {
      if (monotonic() <= readyAt + KEEP_MS) credit += parts;
    },
    stop(untilMono) {
      credit = Math.min(0, credit);
      readyAt = Math.max(readyAt, untilMono);
    },
  };
}
