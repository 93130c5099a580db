import type { Weather } from '../../ports/simulator.ts';
import type { Read } from './typedInput.ts';

/** A message may stay in the air for ten minutes at most, ms. */
const LONGEST_DELAY = 600_000;
const CHANCES = ['lose', 'duplicate', 'reorder', 'fail'] as const;

/** `change` names what changes and leaves the rest; every fault in it is refused, so that no switch is set half. */
export function readWeather(
  now: Weather,
  change: Record<string, unknown>,
  failCodes: readonly string[],
): Read<Weather> {
  const weather: Weather = structuredClone(now);
  for (const [name, value] of Object.entries(change)) {
    const error = set(weather, name, value, failCodes);
    if (error) return { ok: false, status: 400, error };
  }
  return { ok: true, value: weather };
}

function set(weather: Weather, name: string, value: unknown, failCodes: readonly string[]): string | null {
  const chance = CHANCES.find((known) => known === name);
  if (chance) {
    if (!isWhole(value, 100)) return `${name} is not a whole number from 0 to 100 (per cent)`;
    weather[chance] = value;
  } else if (name === 'delayMs') {
    const { from, to } = (typeof value === 'number' ? { from: value, to: value } : (value ?? {})) as Partial<
      Weather['delayMs']
    >;
    if (!isWhole(from, LONGEST_DELAY) || !isWhole(to, LONGEST_DELAY) || from > to)
      return `delayMs is not { from, to } in ms, from 0 to ${LONGEST_DELAY}`;
    weather.delayMs = { from, to };
  } else if (name === 'failCode') {
    if (!failCodes.includes(String(value))) return `failCode is none of ${failCodes.join(', ')}`;
    weather.failCode = String(value);
  } else if (name === 'stopHandling') {
    if (value !== 'default' && value !== 'off') return 'stopHandling is not default or off';
    weather.stopHandling = value;
  } else return 'there is no such switch';
  return null;
}

/** The page's form: chances as text, the delay as "from-to". */
export function weatherFromForm(form: Record<string, unknown>): Record<string, unknown> {
  const change: Record<string, unknown> = {};
  for (const name of CHANCES) if (form[name] !== undefined) change[name] = Number(form[name]);
  const delay = /^(\d{1,6})-(\d{1,6})$/.exec(String(form.delay ?? ''));
  if (delay) change.delayMs = { from: Number(delay[1]), to: Number(delay[2]) };
  for (const name of ['failCode', 'stopHandling'] as const) if (form[name] !== undefined) change[name] = form[name];
  return change;
}

const isWhole = (value: unknown, most: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most;
