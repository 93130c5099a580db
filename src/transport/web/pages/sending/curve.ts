import type { MinuteCount } from '../../../../app/desk/course.ts';
import { localClock } from '../../../../i18n/dates.ts';
import { figure } from '../../format.ts';
import type { Voice } from './words.ts';

/** Bars minute by minute, drawn here; everything that it shows stands in the table beside it too. */
export type Curve = {
  viewBox: string;
  bars: { x: number; y: number; width: number; height: number; tone: string }[];
  line: string;
  most: string;
  /** While it goes on only the latest minutes, for the part is replaced under one's eyes. */
  latest: boolean;
  first: string;
  last: string;
  alt: string;
  rows: { minute: string; handed: string; delivered: string; failed: string }[];
};

const WIDTH = 640;
const HEIGHT = 160;
const MINUTE = 60_000;
/** More minutes than this and neighbours share a bar. */
const MOST_BARS = 80;
const MOST_ROWS = 120;
const LATEST = 5;

/** null: nothing has happened yet. */
export function curveOf(voice: Voice, minutes: readonly MinuteCount[], latest: boolean): Curve | null {
  const { locale, zone, t } = voice;
  const from = Math.min(...minutes.map(({ minute }) => minute));
  const to = Math.max(...minutes.map(({ minute }) => minute));
  if (minutes.length === 0 || !Number.isFinite(from)) return null;
  const span = Math.floor((to - from) / MINUTE) + 1;
  const step = Math.ceil(span / MOST_BARS);
  const slots = Array.from({ length: Math.ceil(span / step) }, (_, i) => ({
    at: from + i * step * MINUTE,
    handed: 0,
    delivered: 0,
    failed: 0,
  }));
  for (const { what, minute, count } of minutes) {
    const slot = slots[Math.floor((minute - from) / MINUTE / step)];
    if (slot) slot[what] += count;
  }
  const most = Math.max(1, ...slots.map(({ handed, delivered, failed }) => Math.max(handed, delivered, failed)));
  const each = WIDTH / Math.max(slots.length, 12);
  const high = (count: number) => Math.round((count / most) * (HEIGHT - 4) * 10) / 10;
  const bars = slots.flatMap((slot, i) =>
    (
      [
        ['handed', slot.handed, 0.1, 0.8],
        ['failed', slot.failed, 0.3, 0.4],
      ] as const
    )
      .filter(([, count]) => count > 0)
      .map(([tone, count, shift, wide]) => ({
        x: Math.round((i + shift) * each * 10) / 10,
        y: HEIGHT - high(count),
        width: Math.round(each * wide * 10) / 10,
        height: high(count),
        tone,
      })),
  );
  const line = slots.map(({ delivered }, i) => `${Math.round((i + 0.5) * each)},${HEIGHT - high(delivered)}`).join(' ');
  const clock = (at: number) => localClock(at, zone, locale);
  const busy = slots.filter(({ handed, delivered, failed }) => handed + delivered + failed > 0);
  return {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    bars,
    line,
    most: t('sending.curve.most', { count: figure(locale, most) }),
    latest,
    first: clock(from),
    last: clock(to),
    alt: t('sending.curve.alt', { count: span }),
    rows: (latest ? busy.slice(-LATEST) : busy.slice(0, MOST_ROWS)).map(({ at, handed, delivered, failed }) => ({
      minute: clock(at),
      handed: figure(locale, handed),
      delivered: figure(locale, delivered),
      failed: figure(locale, failed),
    })),
  };
}
