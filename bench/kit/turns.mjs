/**
 * Takes turns A B A B … so that a noisy neighbour disturbs both sides alike. Returns what each side gave, in order.
 * A new round begins only if one like the slowest so far would end within `mostMs`, so a slow machine gets fewer rounds.
 */
export async function takeTurns(sides, runs, tell, mostMs = 55_000) {
  const given = Object.fromEntries(Object.keys(sides).map((name) => [name, []]));
  const began = performance.now();
  let slowest = 0;
  for (let run = 1; run <= runs && performance.now() - began + slowest < mostMs; run++) {
    const since = performance.now();
    for (const [name, side] of Object.entries(sides)) {
      tell(`round ${run} of ${runs}: ${name}`);
      given[name].push(await side(run));
    }
    slowest = Math.max(slowest, performance.now() - since);
  }
  return given;
}

/** Median, least and most. */
export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  const median = (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2;
  return { median, min: sorted[0], max: sorted.at(-1) };
}

/** `ours / theirs`: the ratio of the medians, with the least and the most of the turns side by side. */
export function ratio(ours, theirs) {
  const pairs = spread(ours.map((value, i) => value / theirs[i]));
  return { median: spread(ours).median / spread(theirs).median, min: pairs.min, max: pairs.max };
}
