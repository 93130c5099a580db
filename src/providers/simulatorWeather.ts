import type { Weather } from '../ports/simulator.ts';

export const CALM: Weather = {
  lose: 0,
  duplicate: 0,
  reorder: 0,
  delayMs: { from: 0, to: 0 },
  fail: 0,
  failCode: '30003',
  stopHandling: 'off',
};

/** How far a reordered message can fall behind, ms. */
const OVERTAKEN = { from: 400, to: 4000 };

/** What the weather does to one message on its way. `copies` arrive `afterMs`; none when it is lost. */
export type Passage = { lost: boolean; twice: boolean; reordered: boolean; fails: boolean; afterMs: number };

/** `random` gives [0, 1). The throws are always made in the same order, so that a seeded run repeats. */
export function throwWeather(weather: Weather, random: () => number): Passage {
  const hit = (percent: number) => random() * 100 < percent;
  const between = (range: { from: number; to: number }) => range.from + random() * (range.to - range.from);
  const lost = hit(weather.lose);
  const twice = hit(weather.duplicate);
  const reordered = hit(weather.reorder);
  const fails = hit(weather.fail);
  const afterMs = Math.round(between(weather.delayMs) + (reordered ? between(OVERTAKEN) : 0));
  return { lost, twice, reordered, fails, afterMs };
}

/** Nothing is thrown for: the fast way, one write a message. */
export const isCalm = (weather: Weather): boolean =>
  weather.lose + weather.duplicate + weather.reorder + weather.fail + weather.delayMs.to === 0;
