import { HELP_CRIES, NEGATIONS, OK_PHRASES, PLAIN_HELP } from './crisisWords.ts';
import { isTrivial } from './keyword.ts';
import { ANSWER_WORDS, COURTESY } from './keywords.ts';
import { foldEntry, lexicon, MEANS, readings, TALK, wordsOf } from './lexicon.ts';
import type { NormalForm } from './normalForm.ts';

/** B-61: what a text says to "svara 1 = OK, 2 = hjälp". null = something else. */
export type RollReading =
  /** `more`: words beside it that the functionaries should read. */
  | { answer: 'ok'; more: boolean }
  /** `lone`: a help word that also asks who runs the book (B-19). */
  | { answer: 'help'; lone: boolean }
  /** Meant for the question, but which of the two? `tell`: somebody should read it. */
  | { answer: null; tell: boolean }
  | null;

const WELL = lexicon([
  [MEANS.courtesy, COURTESY],
  [MEANS.smallTalk, OK_PHRASES],
]);
const OK = new Set(
  OK_PHRASES.filter((each) => !['alla', 'allt', 'vi', 'jag', 'har', 'ute', 'hemma', 'och'].includes(each)),
);
const cries = new Set(HELP_CRIES);
const plainHelp = new Set(PLAIN_HELP);
const negations = new Set(NEGATIONS);
const answerWords = new Set(ANSWER_WORDS.map(foldEntry));
const courtesy = new Set(COURTESY.map(foldEntry));
/** A cry is short; a longer text with such a word in it may be about anything. */
const CRY = 6;
/** After the number: "1, vi är i gympasalen", "1 = OK". Not "1:a" and not "1-2". */
const SEPARATED = /^[^\p{L}\p{N}]*(?:\p{L}+[^\p{L}\p{N}]+)?[12]\s*[,.:;!)\-–—=/]+(?:\s|$)/u;

/**
 * A wish for help is read liberally, being well strictly: "1 person har brutit benet" must not say that somebody is well.
 * `strict`: a writer's text, which is for everybody unless it can be nothing but an answer.
 */
export function readRoll(form: NormalForm, strict: boolean): RollReading {
  if (form.empty) return null;
  if (/\u{1f198}/u.test(form.visible)) return { answer: 'help', lone: false };
  if (form.onlyEmoji) return strict ? null : { answer: null, tell: false };
  const all = wordsOf(form.leave);
  const words = answerWords.has(all[0] ?? '') ? all.slice(1) : all;
  const [first] = words;
  if (first === undefined) return null;
  const separated = SEPARATED.test(form.visible);
  const rest = words.slice(1);
  if (words.includes('1') && words.includes('2')) return strict ? null : { answer: null, tell: true };
  if (first === '2') {
    if (strict && rest.length > 0 && !separated && !rest.some((word) => cries.has(word))) return null;
    return { answer: 'help', lone: false };
  }
  const lone =
    words.some((word) => plainHelp.has(word)) && words.every((word) => plainHelp.has(word) || courtesy.has(word));
  if (lone) return { answer: 'help', lone: true };
  if (first === '1') return one(rest, separated, strict);
  if (isCry(words, strict)) return { answer: 'help', lone: false };
  if (isWell(words)) return { answer: 'ok', more: false };
  if (strict || !isTrivial(form)) return null;
  // A "nej" may be the answer to "are you safe?"; thanks and thumbs need no reader.
  return {
    answer: null,
    tell:
      readings(words, TALK).size === 0 ||
      words.some((word) => negations.has(word) || word === 'nej' || word === 'nein'),
  };
}

function one(rest: readonly string[], separated: boolean, strict: boolean): RollReading {
  if (rest.length === 0 || isWell(['1', ...rest])) return { answer: 'ok', more: false };
  if (isCry(rest, strict) || (!strict && rest.some((word) => plainHelp.has(word))))
    return { answer: 'help', lone: false };
  if (separated) return { answer: 'ok', more: true };
  return strict ? null : { answer: null, tell: true };
}

/** All of it is of the words for being well, and one of them says so by itself. */
const isWell = (words: readonly string[]): boolean =>
  readings(words, WELL).size > 0 &&
  words.some((_, at) => words.some((__, to) => to >= at && OK.has(words.slice(at, to + 1).join(' '))));

function isCry(words: readonly string[], strict: boolean): boolean {
  if (strict || words.length > CRY) return false;
  if (words.some((word) => cries.has(word))) return true;
  return words.some((word) => negations.has(word)) && words.some((word) => OK.has(word));
}
