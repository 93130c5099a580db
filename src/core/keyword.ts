import { CRISIS_WORDS } from './crisisWords.ts';
import {
  ALL_WORDS,
  ANSWER_WORDS,
  COURTESY,
  HELP_WORDS,
  JOIN_WORD,
  NEARLY_JOIN_WORDS,
  NO_WORDS,
  SEND_WORDS,
  YES_WORDS,
} from './keywords.ts';
import { readLeave } from './leaveReading.ts';
import { foldEntry, joinSpacedLetters, leaveWordIn, MEANS, readings, TALK, wordsOf } from './lexicon.ts';
import { JOIN_MISSPELLINGS } from './misspellings.ts';
import { foldCase, foldForLeaving, type NormalForm, normalForm, strip } from './normalForm.ts';
import { PAUSE_WORDS } from './pauseWords.ts';

export { type LeaveReading, readLeave } from './leaveReading.ts';

export type JoinReading =
  /** B-1: START alone in any dress. */
  | { kind: 'join' }
  /** B-45: a keyword alone, START + keyword, keyword + START. */
  | { kind: 'join_book'; keyword: string }
  /** B-2: START plus other words. */
  | { kind: 'join_and_more' }
  /** B-3: nearly START, or nearly a keyword. */
  | { kind: 'nearly' }
  | null;

export type Answer =
  /** SÄND with its code; `code` is null where it is missing. A lone four-digit number counts as the code. */
  | { kind: 'send'; code: string | null }
  | { kind: 'yes' }
  | { kind: 'no' }
  /** Of one to three digits: the answer to "which list?" (B-46). */
  | { kind: 'number'; value: number };

const folded = (list: readonly string[]): ReadonlySet<string> => new Set(list.map(foldEntry));
const nearlyJoin = folded([...JOIN_MISSPELLINGS, ...NEARLY_JOIN_WORDS]);
const courtesy = folded(COURTESY);
const helpFolded = folded(HELP_WORDS);
const help = new Set(HELP_WORDS);
const yes = folded(YES_WORDS);
const no = folded(NO_WORDS);
const allWords = folded(ALL_WORDS);
const sendWords = folded(SEND_WORDS);
const crisisWords: ReadonlySet<string> = new Set(CRISIS_WORDS);
const LETTER_OR_DIGIT = /[\p{L}\p{N}\p{M}]/u;

/** A keyword as it is compared when joining: case and width fold, diacritics and look-alikes do not. */
const foldKeyword = (keyword: string): string => strip(foldCase(keyword.normalize('NFKC')), 'no emoji');

/** `word` without START at its beginning or end, where START stands as a whole word; null when it does not. */
function besideStart(word: string): string | null {
  const after = word.charAt(JOIN_WORD.length);
  if (word.startsWith(JOIN_WORD) && !LETTER_OR_DIGIT.test(after))
    return strip(word.slice(JOIN_WORD.length), 'no emoji');
  const before = word.charAt(word.length - JOIN_WORD.length - 1);
  if (word.endsWith(JOIN_WORD) && !LETTER_OR_DIGIT.test(before))
    return strip(word.slice(0, -JOIN_WORD.length), 'no emoji');
  return null;
}

/**
 * Reads a text as a wish to join. Strict: only START or a keyword, alone or together, joins (S3-10).
 * `keywords` are those of the number's books, as written; the answer names one of them.
 */
export function readJoin(form: NormalForm, keywords: readonly string[]): JoinReading {
  const { word } = form;
  if (word === JOIN_WORD) return { kind: 'join' };
  if (word === '') return null;
  const beside = besideStart(word);
  const keyword = keywords.find((each) => foldKeyword(each) === (beside ?? word));
  if (keyword !== undefined) return { kind: 'join_book', keyword };
  // "Hej! START" wants in; "När är det start?" and "inte START" do not.
  if (beside !== null && (word.startsWith(JOIN_WORD) || courtesy.has(foldEntry(beside))))
    return { kind: 'join_and_more' };
  return isNearlyJoin(form, keywords) ? { kind: 'nearly' } : null;
}

/** Longer than any keyword with START and its dress. */
const LONGEST_NEARLY = 60;

function isNearlyJoin(form: NormalForm, keywords: readonly string[]): boolean {
  if (form.leave.length > LONGEST_NEARLY) return false;
  const words = wordsOf(form.leave);
  const [first = ''] = words;
  if (words.length === 1 && (nearlyJoin.has(first) || /^(?:start)+$/.test(first))) return true;
  if (words.length === JOIN_WORD.length && words.join('') === JOIN_WORD) return true;
  if (first === JOIN_WORD) return true;
  const text = words.join(' ');
  return keywords.some((keyword) => foldEntry(keyword) === text);
}

/** B-19: a help word alone, or a lone question mark. */
export const readHelp = (form: NormalForm): boolean => form.loneQuestion || help.has(form.word);

const oneOf = (list: readonly string[]): string => [...folded(list)].sort((a, b) => b.length - a.length).join('|');
const SEND = new RegExp(`^(?:${oneOf(ANSWER_WORDS)})?(?:${oneOf(SEND_WORDS)})(\\d{0,8})$`);
const LONGEST_ANSWER = 60;

/**
 * Reads a text as the answer to a question of ours (SÄND 4821, JA, 2). Diacritics, case and spaces are forgiven
 * (B-21); whether a question waits, and whether the code is right, is not asked here.
 */
export function readAnswer(form: NormalForm): Answer | null {
  const text = form.leave;
  if (text === '' || text.length > LONGEST_ANSWER) return null;
  const all = wordsOf(text);
  if (all.length === 0) return null;
  const words = courtesy.has(all.slice(1).join(' ')) ? all.slice(0, 1) : all;
  if (words.every((word) => yes.has(word))) return { kind: 'yes' };
  if (words.every((word) => no.has(word))) return { kind: 'no' };
  const joined = (courtesy.has(all.at(-1) ?? '') ? all.slice(0, -1) : all).join('');
  const send = SEND.exec(joined);
  if (send) return { kind: 'send', code: send[1] || null };
  if (/^\d{4}$/.test(joined)) return { kind: 'send', code: joined };
  if (words.length === 1 && /^\d{1,3}$/.test(words[0] ?? '')) return { kind: 'number', value: Number(words[0]) };
  return null;
}

/** B-21: a leave, join, help or crisis word as the whole first word, and something after it. */
export function startsWithCommandWord(form: NormalForm): boolean {
  const words = joinSpacedLetters(wordsOf(form.leave));
  const [first = '', second = ''] = words;
  if (words.length < 2) return false;
  if (first === 'opt' && second === 'out') return words.length > 2;
  return first === JOIN_WORD || helpFolded.has(first) || crisisWords.has(first) || leaveWordIn(first) !== null;
}

/** B-21: too little to be meant for everybody: one word, under four characters, "ok tack", only emoji, nothing at all. */
export function isTrivial(form: NormalForm): boolean {
  if (form.empty || form.onlyEmoji || form.visible.length < 4 || !form.visible.includes(' ')) return true;
  const words = wordsOf(form.leave);
  if (words.length < 2) return true;
  for (const meaning of readings(words, TALK)) if ((meaning & (MEANS.courtesy | MEANS.smallTalk)) !== 0) return true;
  return false;
}

/** Inside a word: P12-tjejer, P12.5, P12's. And the Swedish genitive P12:s. */
const GOES_ON = /^(?:[\p{L}\p{N}\p{M}_]|[-‐‑'’./@][\p{L}\p{N}]|:\p{Ll})/u;
const LEAD = /^[\s\p{Cf}"'“”„«»([]{0,8}/u;
const SEPARATOR = /^[\s\p{Cf}"'“”«»)\]]{0,8}[:;,.!|>/\-–—]{0,3}[\s\p{Cf}]{0,40}/u;

/**
 * B-46: the keyword that a writer's raw text begins with, as a whole word in any case, and the text without it and the
 * separator after it; all else is kept as written. The longest keyword wins.
 */
export function takeKeyword(text: string, keywords: readonly string[]): { keyword: string; rest: string } | null {
  const body = text.slice((LEAD.exec(text) ?? [''])[0].length);
  let best: { keyword: string; length: number } | null = null;
  for (const keyword of keywords) {
    const wanted = foldKeyword(keyword);
    // A written keyword may be longer than ours: decomposed letters (A + ring) take two units each.
    for (let length = 1; wanted !== '' && length <= Math.min(body.length, wanted.length * 3); length += 1) {
      if (foldCase(body.slice(0, length).normalize('NFKC')) !== wanted || GOES_ON.test(body.slice(length, length + 4)))
        continue;
      if (best === null || length > best.length) best = { keyword, length };
    }
  }
  if (best === null) return null;
  const after = body.slice(best.length);
  return { keyword: best.keyword, rest: after.slice((SEPARATOR.exec(after) ?? [''])[0].length) };
}

/**
 * Whether a word may not be a book's keyword because it already means something alone or beside STOPP and START: leave,
 * join, pause, help and crisis words, answers (JA, SÄND) and courtesy (STOPP TACK must stay a leave, not name a book).
 */
export function isReservedWord(word: string): boolean {
  const form = normalForm(word);
  if (readLeave(form, []) !== null || readHelp(form)) return true;
  const words = wordsOf(foldForLeaving(form.visible));
  const lists = [yes, no, sendWords, allWords, courtesy, helpFolded, crisisWords, PAUSE_WORDS];
  return words.length === 0 || words.some((each) => each === JOIN_WORD || lists.some((list) => list.has(each)));
}
