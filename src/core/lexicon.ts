import {
  ALL_WORDS,
  COURTESY,
  EVERYDAY_WORDS,
  LEAVE_ALL_WORDS,
  LEAVE_RELATIVES,
  LEAVE_WORDS,
  SMALL_TALK,
} from './keywords.ts';
import { AROUND_LEAVING, expand, LEAVE_PHRASES } from './leavePhrases.ts';
import { LEAVE_MISSPELLINGS } from './misspellings.ts';
import { foldForLeaving } from './normalForm.ts';

/** What a stretch of words means; a whole text is read as the union of its stretches. */
export const MEANS = {
  leave: 1,
  /** A leave word that also has everyday uses. */
  everydayLeave: 2,
  leaveAll: 4,
  all: 8,
  phrase: 16,
  courtesy: 32,
  around: 64,
  smallTalk: 128,
  keyword: 256,
} as const;

const APOSTROPHE = /['’‘ʼ]/;
const APOSTROPHES = /['’‘ʼ]/g;
const PLAIN = /^[ -~]*$/;
const PLAIN_WORDS = /[a-zA-Z0-9]+/g;
const WORDS = /[\p{L}\p{N}]+/gu;

/** The words of a folded text. Apostrophes vanish (don't = dont), all else but letters and digits parts words. */
export function wordsOf(folded: string): string[] {
  const text = APOSTROPHE.test(folded) ? folded.replace(APOSTROPHES, '') : folded;
  // Unicode classes cost five times the plain ones, and folded Swedish is plain.
  return text.match(PLAIN.test(text) ? PLAIN_WORDS : WORDS) ?? [];
}

/** Data as matching compares it: folded, its words one space apart. */
export const foldEntry = (entry: string): string => wordsOf(foldForLeaving(entry)).join(' ');

type Lexicon = { meanings: ReadonlyMap<string, number>; firstWords: ReadonlySet<string>; longest: number };

export function lexicon(entries: readonly (readonly [number, readonly string[]])[]): Lexicon {
  const meanings = new Map<string, number>();
  for (const [meaning, list] of entries) {
    for (const entry of list.map(foldEntry)) if (!meanings.has(entry)) meanings.set(entry, meaning);
  }
  const parts = [...meanings.keys()].map((entry) => entry.split(' '));
  return {
    meanings,
    firstWords: new Set(parts.map((words) => words[0] as string)),
    longest: Math.max(...parts.map((words) => words.length)),
  };
}

const everyday = new Set(EVERYDAY_WORDS.map(foldEntry));
const leaveWords = [...LEAVE_WORDS.map(foldEntry), ...LEAVE_MISSPELLINGS];

export const LEAVING: Lexicon = lexicon([
  [MEANS.everydayLeave, [...everyday]],
  [MEANS.leave, leaveWords],
  [MEANS.leaveAll, LEAVE_ALL_WORDS],
  [MEANS.all, ALL_WORDS],
  [MEANS.phrase, LEAVE_PHRASES.flatMap(expand)],
  [MEANS.courtesy, COURTESY],
  [MEANS.around, AROUND_LEAVING.flatMap(expand)],
]);

export const TALK: Lexicon = lexicon([
  [MEANS.courtesy, COURTESY],
  [MEANS.smallTalk, SMALL_TALK],
]);

const singles = leaveWords.filter((word) => !word.includes(' '));
const repeatable = [...singles, ...LEAVE_ALL_WORDS];
/** STOPSTOPP: both words begin alike, so one pass settles it without backtracking. */
const STOPS = /^(?:stopp?)+$/;

/** Few words get past this; all of them are looked at for each text. */
const beginnings = new Set(repeatable.map((word) => word.slice(0, 3)));

function repeated(word: string): string | null {
  if (word.length < 6 || !beginnings.has(word.slice(0, 3))) return null;
  if (STOPS.test(word)) return 'stopp';
  const of = (unit: string) => word.length % unit.length === 0 && word === unit.repeat(word.length / unit.length);
  return repeatable.find((unit) => word.startsWith(unit) && of(unit)) ?? null;
}

export const isLeaveWord = (word: string): boolean =>
  ((LEAVING.meanings.get(word) ?? 0) & (MEANS.leave | MEANS.everydayLeave | MEANS.leaveAll)) !== 0;

/**
 * The leave word that one word is: itself, listed misspellings, repeats without a space (STOPPSTOPP), and a letter held
 * down (STOPPPPP: three or more alike, which no real word of ours has). Null when it is none. No edit distance.
 */
export function leaveWordIn(word: string): string | null {
  const known = (candidate: string) => (isLeaveWord(candidate) ? candidate : repeated(candidate));
  const plain = known(word);
  if (plain !== null || !/(.)\1\1/.test(word)) return plain;
  return known(word.replace(/(.)\1{2,}/g, '$1$1')) ?? known(word.replace(/(.)\1{2,}/g, '$1'));
}

/** S T O P P: three or more single letters in a row that spell a leave word become that word. Linear. */
export function joinSpacedLetters(words: readonly string[]): readonly string[] {
  if (!words.some((word, at) => word.length === 1 && words[at + 1]?.length === 1)) return words;
  const joined: string[] = [];
  for (let at = 0; at < words.length; ) {
    let end = at;
    while (words[end]?.length === 1) end += 1;
    const spelt = end - at >= 3 ? leaveWordIn(words.slice(at, end).join('')) : null;
    joined.push(...(spelt === null ? words.slice(at, Math.max(end, at + 1)) : [spelt]));
    at = Math.max(end, at + 1);
  }
  return joined;
}

/** More words than this make a sentence, not a wish to leave with courtesy; it also bounds the work. */
const MOST_WORDS = 24;

/**
 * Every way to read a whole text as stretches of known entries, each as the union of their meanings; empty when a word
 * is left over. `extra` holds entries of this call (a number's keywords).
 */
export function readings(words: readonly string[], from: Lexicon, extra?: ReadonlyMap<string, number>): Set<number> {
  const none = new Set<number>();
  if (words.length === 0 || words.length > MOST_WORDS) return none;
  if (!extra && !from.firstWords.has(words[0] as string)) return none;
  const reached: Set<number>[] = [new Set([0]), ...words.map(() => new Set<number>())];
  for (const [at] of words.entries()) {
    const before = reached[at] as Set<number>;
    let stretch = '';
    for (let to = at; before.size > 0 && to < Math.min(words.length, at + from.longest); to += 1) {
      stretch = stretch === '' ? (words[to] as string) : `${stretch} ${words[to]}`;
      for (const meaning of [from.meanings.get(stretch), extra?.get(stretch)]) {
        if (meaning !== undefined) for (const sofar of before) reached[to + 1]?.add(sofar | meaning);
      }
    }
  }
  return reached[words.length] ?? none;
}

/** B-14: leave words and their relatives that show inside a sentence; everyday words do not count there. */
export const SHOWS_LEAVING: ReadonlySet<string> = new Set(
  [...LEAVE_WORDS, ...LEAVE_ALL_WORDS, ...LEAVE_RELATIVES].map(foldEntry).filter((word) => !everyday.has(word)),
);
