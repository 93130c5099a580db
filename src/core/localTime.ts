/** Times as a form gives them ("2026-11-22T06:40") and instants, on the wall of an IANA zone. */

// Making a formatter costs a thousand times what using it does; zones are few.
const walls = new Map<string, Intl.DateTimeFormat>();

/** What the wall shows at `at` (ms), as ms as if the wall were UTC. Throws RangeError for an unknown zone. */
function wallAt(at: number, zone: string): number {
  let wall = walls.get(zone);
  if (wall === undefined) {
    wall = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    walls.set(zone, wall);
  }
  const parts: Record<string, number> = {};
  for (const { type, value } of wall.formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** "2026-11-22T06:40" on the wall of `zone`, for an input of type datetime-local. */
export const localInput = (at: number, zone: string): string => new Date(wallAt(at, zone)).toISOString().slice(0, 16);

/**
 * The instant (ms) of "2026-11-22T06:40" on the wall of `zone`; null when it is no such time. A time that the clocks
 * skip in spring is taken an hour later, one that they show twice in autumn the first time.
 */
export function instantOf(text: string, zone: string): number | null {
  const found = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::\d\d)?$/.exec(text.trim());
  if (!found) return null;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = found.slice(1).map(Number);
  const wanted = Date.UTC(year, month - 1, day, hour, minute);
  // Date.UTC takes 31 February for 3 March.
  if (new Date(wanted).toISOString().slice(0, 16) !== `${found[0].slice(0, 10)}T${found[4]}:${found[5]}`) return null;
  const offsets = [wanted - 86_400_000, wanted + 86_400_000].map((at) => wallAt(at, zone) - at);
  const instants = offsets.map((offset) => wanted - offset).sort((a, b) => a - b);
  const exact = instants.find((at) => wallAt(at, zone) === wanted);
  return exact ?? Math.max(...instants);
}

const days = new Map<string, Intl.DateTimeFormat>();

/** The day of the cost cap where the organisation is: "2026-11-22". */
export function dayIn(timezone: string, now: number): string {
  let format = days.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
    });
    days.set(timezone, format);
  }
  return format.format(now);
}
