import type { Locale } from '../../core/locale.ts';
import { pageText } from '../../i18n/pages/index.ts';
import type { Weather } from '../../ports/simulator.ts';

const CHANCES = ['lose', 'duplicate', 'reorder', 'fail'] as const;
const STEPS = [0, 10, 50, 100];
const DELAYS = [
  { from: 0, to: 0 },
  { from: 2_000, to: 2_000 },
  { from: 2_000, to: 10_000 },
  { from: 30_000, to: 30_000 },
];

/** The mast and its switches as the page shows them. A setting made by a program stands among the choices too. */
export function mastOf(weather: Weather, failCodes: readonly string[], locale: Locale) {
  const say = (percent: number) =>
    percent === 0
      ? pageText(locale, 'mast.never')
      : percent === 100
        ? pageText(locale, 'mast.always')
        : pageText(locale, 'mast.percent', { percent });
  const switches = CHANCES.map((field) => ({
    field,
    legend: pageText(locale, `mast.${field}`),
    choices: [...new Set([...STEPS, weather[field]])]
      .sort((a, b) => a - b)
      .map((percent) => ({ value: String(percent), label: say(percent), checked: weather[field] === percent })),
  }));
  return {
    ...summaryOf(weather, locale),
    switches,
    delay: delayOf(weather, locale),
    ...restOf(weather, failCodes, locale),
  };
}

/** "Klart väder", or "Oväder: Tappas 10 %, Dröjer 2 s". */
export function summaryOf(weather: Weather, locale: Locale) {
  const said = CHANCES.filter((field) => weather[field] > 0).map(
    (field) => `${pageText(locale, `mast.${field}`)} ${pageText(locale, 'mast.percent', { percent: weather[field] })}`,
  );
  if (weather.delayMs.to > 0) said.push(`${pageText(locale, 'mast.delay')} ${delayText(weather.delayMs, locale)}`);
  if (weather.stopHandling === 'default') said.push(pageText(locale, 'mast.stop'));
  const rough = said.length > 0;
  return { rough, summary: pageText(locale, rough ? 'mast.rough' : 'mast.calm'), details: said.join(' · ') };
}

/** What each switch of the form stands at, for pages that are open already. */
export const formOf = ({ lose, duplicate, reorder, fail, failCode, stopHandling, delayMs }: Weather) => ({
  lose: String(lose),
  duplicate: String(duplicate),
  reorder: String(reorder),
  fail: String(fail),
  failCode,
  stopHandling,
  delay: `${delayMs.from}-${delayMs.to}`,
});

function delayOf({ delayMs }: Weather, locale: Locale) {
  const all = new Map([...DELAYS, delayMs].map((delay) => [`${delay.from}-${delay.to}`, delay]));
  return {
    field: 'delay',
    legend: pageText(locale, 'mast.delay'),
    choices: [...all].map(([value, delay]) => ({
      value,
      label: delay.to === 0 ? pageText(locale, 'mast.never') : delayText(delay, locale),
      checked: value === `${delayMs.from}-${delayMs.to}`,
    })),
  };
}

function restOf({ failCode, stopHandling }: Weather, failCodes: readonly string[], locale: Locale) {
  return {
    failCodes: failCodes.map((code) => ({ code, chosen: code === failCode })),
    stop: {
      field: 'stopHandling',
      legend: pageText(locale, 'mast.stop'),
      choices: (['off', 'default'] as const).map((value) => ({
        value,
        label: pageText(locale, value === 'off' ? 'mast.off' : 'mast.on'),
        checked: value === stopHandling,
      })),
    },
  };
}

function delayText({ from, to }: Weather['delayMs'], locale: Locale): string {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const seconds = from === to ? number.format(to / 1000) : `${number.format(from / 1000)}-${number.format(to / 1000)}`;
  return pageText(locale, 'mast.seconds', { seconds });
}
