import type { Locale } from '../../core/locale.ts';
import { localClock, localDate } from '../../i18n/dates.ts';
import { pageText } from '../../i18n/pages/index.ts';

/** Figures and times as the reader writes them. */
const TAGS: Readonly<Record<Locale, string>> = { sv: 'sv-SE', en: 'en-GB', es: 'es-ES', de: 'de-DE' };
const figures = new Map<Locale, Intl.NumberFormat>();

/** 12 345, 12,345, 12.345 … */
export function figure(locale: Locale, count: number): string {
  const format = figures.get(locale) ?? new Intl.NumberFormat(TAGS[locale], { useGrouping: 'always' as never });
  figures.set(locale, format);
  return format.format(count);
}

export type Moment = { momentText: string; momentFull: string; momentIso: string };

/** "i dag 06:41", with the whole date for hovering and machines. Rendered by the partial `ui/moment`. */
export function moment(locale: Locale, zone: string, at: number, now: number): Moment {
  const clock = localClock(at, zone, locale);
  const full = `${localDate(at, zone, locale, 0)} ${clock}`;
  const day = localDate(at, zone, locale, now);
  const same = (other: number): boolean => localDate(other, zone, locale, 0) === localDate(at, zone, locale, 0);
  const momentText = same(now)
    ? pageText(locale, 'time.today', { clock })
    : same(now - 86_400_000)
      ? pageText(locale, 'time.yesterday', { clock })
      : pageText(locale, 'time.day', { day, clock });
  return { momentText, momentFull: full, momentIso: new Date(at).toISOString() };
}

/** A path of this site to go back to; anything else is the start page. */
export const ownPath = (back: unknown): string =>
  typeof back === 'string' && /^\/(?![/\\])[!-~]*$/.test(back) ? back : '/';

/** The same colours everywhere, always beside the word. */
export const TONES = {
  held: 'is-warn',
  scheduled: 'is-signal',
  sending: 'is-signal',
  paused: 'is-warn',
  sent: 'is-good',
  cancelled: 'is-stop',
  expired: 'is-warn',
  missed: 'is-warn',
} as const;
