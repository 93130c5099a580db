import { instantOf, localInput } from './localTime.ts';
import { foldCase, type NormalForm, strip } from './normalForm.ts';
import {
  DAY_WORDS,
  LENGTH_LEADS,
  MONTH_NAMES,
  MONTH_WORDS,
  ONE_WORDS,
  PAUSE_ALL_WORDS,
  PAUSE_WORDS,
  UNTIL_LEADS,
  WEEK_WORDS,
} from './pauseWords.ts';

/** How long somebody wants a pause: from today on, or up to and with a day of the calendar. */
export type PauseLength =
  | { unit: 'day' | 'week'; count: number }
  | { unit: 'month'; count: number }
  /** `year` null: the next such day. `month` 1 to 12. */
  | { unit: 'date'; day: number; month: number; year: number | null };

export type PauseReading =
  /** `which`: all books on the number, the one with this keyword, or the one that B-18 picks. */
  | { kind: 'pause'; length: PauseLength; which: { all: true } | { keyword: string } | null }
  /** PAUS without a length, or with one that says too little ("PAUS 14"). */
  | { kind: 'how_long' }
  | null;

/** Longer than any request for a pause, with a keyword and its dress. */
const LONGEST = 60;
const MOST_WORDS = 9;
const WORD = /[^\s:,;.]+/g;

/**
 * Reads a text as a wish to pause (B-49). As strict as joining: only PAUS with its length, alone; case, punctuation and
 * dress are forgiven as in START. `keywords` are those of the number's books, as written.
 */
export function readPause(form: NormalForm, keywords: readonly string[] = []): PauseReading {
  const { word } = form;
  // All of PAUSE_WORDS have it in them; most texts end here.
  if (word.length > LONGEST || !word.includes('paus')) return null;
  const plain = readWords(word, null);
  if (plain !== null) return plain;
  const named = namedBook(word.replace(/[:,;]+(?= |$)/g, ''), keywords);
  return named && readWords(named.rest, named.keyword);
}

function readWords(text: string, keyword: string | null): PauseReading {
  const words = text.match(WORD) ?? [];
  const [first = '', ...rest] = words;
  if (words.length > MOST_WORDS || !PAUSE_WORDS.has(first)) return null;
  const all = keyword === null ? withoutAll(rest) : null;
  const said = all ?? rest;
  const which = keyword === null ? (all ? ({ all: true } as const) : null) : { keyword };
  const length = lengthOf(said);
  if (length !== null) return { kind: 'pause', length, which };
  return said.length === 0 || (said.length === 1 && /^\d{1,3}$/.test(said[0] ?? '')) ? { kind: 'how_long' } : null;
}

/** A book's keyword at the beginning, after PAUS, or at the end, and the text without it. */
function namedBook(word: string, keywords: readonly string[]): { keyword: string; rest: string } | null {
  for (const keyword of keywords) {
    const folded = strip(foldCase(keyword.normalize('NFKC')), 'no emoji');
    if (folded === '') continue;
    const at = ` ${word} `.indexOf(` ${folded} `);
    if (at < 0) continue;
    return { keyword, rest: `${word.slice(0, at)} ${word.slice(at + folded.length)}`.trim() };
  }
  return null;
}

/** PAUS ALLT 14D, PAUS 14D ALLT; null: no such word there. */
function withoutAll(words: readonly string[]): string[] | null {
  if (PAUSE_ALL_WORDS.has(words[0] ?? '')) return words.slice(1);
  return PAUSE_ALL_WORDS.has(words.at(-1) ?? '') ? words.slice(0, -1) : null;
}

function lengthOf(words: readonly string[]): PauseLength | null {
  const text = words.join(' ');
  const until = UNTIL_LEADS.find((lead) => text.startsWith(`${lead.replaceAll('.', ' ')} `));
  if (until !== undefined) return dateOf(text.slice(until.length + 1).split(' '));
  const said = LENGTH_LEADS.has(words[0] ?? '') ? words.slice(1) : words;
  const [one = '', two = ''] = said;
  const joined = /^(\d{1,3})(\p{L}+)$/u.exec(one);
  if (said.length === 1 && joined) return counted(Number(joined[1]), joined[2] ?? '');
  if (said.length !== 2) return null;
  if (ONE_WORDS.has(one)) return counted(1, two);
  return /^\d{1,3}$/.test(one) ? counted(Number(one), two) : null;
}

function counted(count: number, word: string): PauseLength | null {
  const unit = DAY_WORDS.has(word) ? 'day' : WEEK_WORDS.has(word) ? 'week' : MONTH_WORDS.has(word) ? 'month' : null;
  return unit === null || count === 0 ? null : { unit, count };
}

/** "1 DE diciembre", "1:A december". */
const FILLERS: ReadonlySet<string> = new Set(['de', 'del', 'a', 'e']);

/** "1 december", "december 1", "1 de diciembre", "1 december 2026", "2026-12-01". */
function dateOf(words: readonly string[]): PauseLength | null {
  const [iso = ''] = words;
  const exact = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso);
  if (exact && words.length === 1)
    return { unit: 'date', year: Number(exact[1]), month: Number(exact[2]), day: Number(exact[3]) };
  const said = words.filter((word) => !FILLERS.has(word));
  const year = said.length === 3 && /^\d{4}$/.test(said[2] ?? '') ? Number(said[2]) : null;
  if (said.length !== (year === null ? 2 : 3)) return null;
  const [a = '', b = ''] = said;
  const [dayText, monthText] = /^\d/.test(a) ? [a, b] : [b, a];
  const day = /^(\d{1,2})(?:st|nd|rd|th|e|º)?$/.exec(dayText)?.[1];
  const month = MONTH_NAMES.findIndex((names) => names.has(monthText)) + 1;
  return day === undefined || month === 0 ? null : { unit: 'date', day: Number(day), month, year };
}

const DAY_MS = 86_400_000;
/** Who wants a longer silence than that leaves, and comes back. */
export const LONGEST_PAUSE_DAYS = 366;

/**
 * When such a pause ends (ms): at midnight after its last day, on the wall of `zone`. null: that day is no day of the
 * calendar, has passed, or is more than a year away.
 */
export function pauseEnd(length: PauseLength, now: number, zone: string): number | null {
  const today = localInput(now, zone).slice(0, 10);
  const last = lastDay(length, today);
  return last === null ? null : endOfDay(last, now, zone);
}

/** Midnight after a day such as "2026-12-01"; null as in `pauseEnd`. */
export function endOfDay(day: string, now: number, zone: string): number | null {
  const at = /^\d{4}-\d\d-\d\d$/.test(day) ? instantOf(`${day}T23:59`, zone) : null;
  if (at === null) return null;
  const end = at + 60_000;
  const today = Date.parse(localInput(now, zone).slice(0, 10));
  return end > now && Date.parse(day) - today <= LONGEST_PAUSE_DAYS * DAY_MS ? end : null;
}

function lastDay(length: PauseLength, today: string): string | null {
  const [year = 0, month = 0, day = 0] = today.split('-').map(Number);
  const iso = (at: number) => new Date(at).toISOString().slice(0, 10);
  if (length.unit === 'month') {
    // 31 January and a month is the last of February.
    const most = new Date(Date.UTC(year, month + length.count, 0)).getUTCDate();
    return iso(Date.UTC(year, month - 1 + length.count, Math.min(day, most)));
  }
  if (length.unit !== 'date') {
    const days = length.unit === 'day' ? length.count : 7 * length.count;
    return iso(Date.UTC(year, month - 1, day + days));
  }
  const of = (inYear: number) => {
    const at = new Date(Date.UTC(inYear, length.month - 1, length.day));
    return at.getUTCMonth() === length.month - 1 && at.getUTCDate() === length.day ? iso(at.getTime()) : null;
  };
  if (length.year !== null) return of(length.year);
  const thisYear = of(year);
  return thisYear !== null && thisYear >= today ? thisYear : of(year + 1);
}
