const MINUTE = 60_000;
const DAY_MINUTES = 24 * 60;
/** Longer than a day that gets an hour more. */
const HORIZON_MINUTES = 26 * 60;

// Making a formatter costs a thousand times what using it does; zones are few.
const clocks = new Map<string, Intl.DateTimeFormat>();

/** Minutes since midnight on the wall in `zone` (an IANA name; throws RangeError for an unknown one). */
function wallMinutes(at: number, zone: string): number {
  let clock = clocks.get(zone);
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    clocks.set(zone, clock);
  }
  return readClock(clock.format(at)) ?? 0;
}

/** "21:00" as minutes since midnight; null when it is no time of day. */
export function readClock(text: string | null): number | null {
  const match = /^([01]?\d|2[0-3]):([0-5]\d)$/.exec(text ?? '');
  return match ? Number(match[1]) * 60 + Number(match[2]) : null;
}

const inside = (minutes: number, from: number, to: number): boolean =>
  from <= to ? minutes >= from && minutes < to : minutes >= from || minutes < to;

/**
 * When a copy may go out that would go at `at` (ms): at once outside the quiet hours, else at the first minute after
 * them on the wall of `zone`, also on the days when the clocks change. `from` and `to` as "21:00"; null, or both the
 * same, is no quiet hours. Copies only: answers and confirmations never wait (design 2, Sending).
 */
export function nextAllowed(at: number, from: string | null, to: string | null, zone: string): number {
  const [start, end] = [readClock(from), readClock(to)];
  if (start === null || end === null || start === end) return at;
  const now = wallMinutes(at, zone);
  if (!inside(now, start, end)) return at;
  const minute = Math.floor(at / MINUTE) * MINUTE;
  const wait = (end - now + DAY_MINUTES) % DAY_MINUTES;
  const guess = minute + wait * MINUTE;
  if (wallMinutes(guess, zone) === end && !clocksChange(minute, guess, zone)) return guess;
  // The clocks change tonight: look minute by minute, as one would on the wall.
  for (let ahead = 1; ahead <= HORIZON_MINUTES; ahead += 1) {
    const then = minute + ahead * MINUTE;
    if (!inside(wallMinutes(then, zone), start, end)) return then;
  }
  return guess;
}

function clocksChange(from: number, to: number, zone: string): boolean {
  const passed = Math.round((to - from) / MINUTE) % DAY_MINUTES;
  return (wallMinutes(to, zone) - wallMinutes(from, zone) + DAY_MINUTES) % DAY_MINUTES !== passed;
}
