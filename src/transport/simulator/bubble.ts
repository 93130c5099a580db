import type { Locale } from '../../core/locale.ts';
import { countParts, partBorders } from '../../core/segments.ts';
import { localClock, localDate } from '../../i18n/dates.ts';
import { type PageKey, pageText } from '../../i18n/pages/index.ts';
import type { CarrierMessage } from '../../ports/carrierLog.ts';

/** What the reader of a page has: language, clock and place. */
export type Reader = { locale: Locale; now: number; timezone: string };

/** One message as a phone shows it; the template `simulator/bubble` takes it as it is. */
export type Bubble = {
  bubbleId: string;
  side: 'in' | 'out' | 'ghost';
  /** The text in the parts that it costs; one when it is short. */
  parts: { partText: string; partName: string }[];
  several: boolean;
  cost: string;
  sender: string;
  iso: string;
  when: string;
  /** With year, for hovering. */
  full: string;
  status: string;
  statusClass: string;
};

const STATUS: Readonly<Record<CarrierMessage['status'], PageKey | null>> = {
  waiting: 'simulator.status.waiting',
  delivered: 'simulator.status.delivered',
  lost: 'simulator.status.lost',
  failed: 'simulator.status.failed',
  accepted: null,
};

/** null: it has not come to the phone yet. `nameOf` says what a number is called in the phone's contacts. */
export function bubbleOf(message: CarrierMessage, reader: Reader, nameOf: (number: string) => string): Bubble | null {
  const typed = message.direction === 'to_us';
  if (!typed && message.status === 'accepted') return null;
  const base = {
    bubbleId: `m-${message.id}`,
    iso: new Date(message.at).toISOString(),
    when: whenText(message.at, reader),
    full: fullText(message.at, reader),
    statusClass: message.status,
  };
  if (!typed && message.status !== 'delivered') {
    const text = pageText(reader.locale, `simulator.ghost.${message.status === 'lost' ? 'lost' : 'failed'}`);
    const parts = [{ partText: text, partName: '' }];
    return { ...base, side: 'ghost', parts, several: false, cost: '', sender: '', status: '' };
  }
  const key = typed ? STATUS[message.status] : null;
  return {
    ...base,
    side: typed ? 'out' : 'in',
    ...partsOf(message.text, reader.locale),
    sender: typed ? pageText(reader.locale, 'simulator.you') : nameOf(message.from),
    status: key ? pageText(reader.locale, key) : '',
  };
}

function partsOf(text: string, locale: Locale): Pick<Bubble, 'parts' | 'several' | 'cost'> {
  const { encoding, parts: count } = countParts(text);
  const borders = [0, ...partBorders(text), text.length];
  const several = count > 1;
  const parts = borders.slice(0, -1).map((start, index) => ({
    partText: text.slice(start, borders[index + 1]),
    partName: several ? pageText(locale, 'simulator.part', { number: index + 1 }) : '',
  }));
  const notes: string[] = [];
  if (several) notes.push(pageText(locale, 'simulator.parts', { count }));
  if (several && encoding === 'UCS-2') notes.push(pageText(locale, 'simulator.unicode'));
  return { parts, several, cost: notes.join(', ') };
}

const DAY = 24 * 60 * 60 * 1000;

/** "i dag 06:41", "i går 06:41", "1 maj 06:41". */
function whenText(at: number, { locale, now, timezone }: Reader): string {
  const clock = localClock(at, timezone, locale);
  const day = (ms: number) => localDate(ms, timezone, locale, 0);
  if (day(at) === day(now)) return pageText(locale, 'time.today', { clock });
  if (day(at) === day(now - DAY)) return pageText(locale, 'time.yesterday', { clock });
  return pageText(locale, 'time.day', { day: localDate(at, timezone, locale, now), clock });
}

const fullText = (at: number, { locale, timezone }: Reader): string =>
  // A year other than the reader's, so that it is always said.
  `${localDate(at, timezone, locale, 0)} ${localClock(at, timezone, locale)}`;
