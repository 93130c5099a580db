import type { Locale } from '../core/locale.ts';

/** English as outside the US, day before month, as the other languages have it. */
const TAGS: Record<Locale, string> = { sv: 'sv-SE', en: 'en-GB', es: 'es-ES', de: 'de-DE' };

// Making a formatter costs a thousand times what using it does; zones are few.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter(kind: 'clock' | 'day' | 'full', zone: string, locale: Locale): Intl.DateTimeFormat {
  const key = `${kind} ${zone} ${locale}`;
  const known = formatters.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(TAGS[locale], {
    timeZone: zone,
    ...(kind === 'clock'
      ? { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }
      : { day: 'numeric', month: 'long', ...(kind === 'full' && { year: 'numeric' }) }),
  });
  formatters.set(key, made);
  return made;
}

/**
 * The clock on the wall, such as "06:44", on the 24-hour clock in all languages. `at` is ms since the epoch, `zone` an
 * IANA name; throws RangeError for an unknown zone.
 */
export function localClock(at: number, zone: string, locale: Locale): string {
  return formatter('clock', zone, locale).format(at);
}

/**
 * The day where the reader is: "1 maj", "1 May", "1 de mayo", "1. Mai". With `now` (ms) the year is added when it is
 * another than this one. GSM-7 in all four languages.
 */
export function localDate(at: number, zone: string, locale: Locale, now: number = at): string {
  const year = (ms: number) =>
    formatter('full', zone, 'en')
      .formatToParts(ms)
      .find((part) => part.type === 'year')?.value;
  return formatter(year(at) === year(now) ? 'day' : 'full', zone, locale).format(at);
}
