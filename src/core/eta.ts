/**
 * When what is queued on a number will have been handed to the provider, ms since the epoch; null = never at this rate.
 * @param parts parts waiting on the number, this message's own included
 * @param partsPerSecond the number's rate
 */
export function finishTime(now: number, parts: number, partsPerSecond: number): number | null {
  if (parts <= 0) return now;
  if (!(partsPerSecond > 0)) return null;
  return now + Math.ceil((parts * 1000) / partsPerSecond);
}
