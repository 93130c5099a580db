import { CRISIS_HOURS } from './crisis.ts';
import { CRISIS_END_WORDS, CRISIS_WORDS } from './crisisWords.ts';
import { wordsOf } from './lexicon.ts';
import { foldForLeaving } from './normalForm.ts';

/**
 * B-60, B-62: "KRIS 4821", "KRIS 4821 6H Brand i B-huset", "KRIS SLUT 4821". Strict: the word first, then the PIN of four
 * to eight digits. Whatever merely speaks of a crisis is a text like any other.
 */
export type CrisisCommand = {
  do: 'start' | 'end';
  /** null = the usual number. */
  hours: number | null;
  /** In the writer's own words; '' = the usual question. */
  text: string;
  pin: string;
  /** The text as it may be kept and shown: the PIN is not in it. Reads as the same command. */
  masked: string;
};

/** In place of a PIN, however long it is. */
const MASK = '••••';
/** K or C, also full-width. */
const BEGINS = /^[\s\p{Cf}\p{P}]{0,8}[kKcC\uff2b\uff4b\uff23\uff43]/u;
const PIN = /^[\s\p{Cf}.,:;!#*_/\-–—]{0,8}(\p{Nd}{4,8}|•{4})(?![\p{L}\p{N}])/u;
const WORD = /^[\s\p{Cf}\p{P}]{0,8}([\p{L}\p{M}]{3,12})/u;
const NEXT_WORD = /^[\s\p{Cf}.,:;!#*_/\-–—]{0,8}([\p{L}\p{M}]{3,12})/u;
/** "6H", "6t", "6tim": written as one, so that "2 timmar utan ström" stays what somebody says. */
const HOURS = /^(\d{1,2})(?:h|t|tim|std)(?=$|[\s.,:;!])/i;
const GAP = /^[\s\p{Cf}.,:;!/\-–—]+/u;

const fold = (word: string): string => foldForLeaving(word.normalize('NFKC'));

/** null: it is no crisis command. Works on the first characters only, however long the text is. */
export function readCrisisCommand(typed: string): CrisisCommand | null {
  // Every text passes here: most end at its first word.
  if (!BEGINS.test(typed)) return null;
  const text = typed.normalize('NFC');
  const first = WORD.exec(text);
  if (first === null || !CRISIS_WORDS.includes(fold(first[1] ?? ''))) return null;
  let at = first[0].length;
  let ends = false;
  const second = NEXT_WORD.exec(text.slice(at));
  if (second !== null && CRISIS_END_WORDS.includes(fold(second[1] ?? ''))) {
    ends = true;
    at += second[0].length;
  }
  const pin = PIN.exec(text.slice(at));
  if (pin === null) return null;
  const digits = pin[1] ?? '';
  const start = at + pin[0].length - digits.length;
  const after = text.slice(start + digits.length);
  const masked = `${text.slice(0, start)}${MASK}${after}`;
  let rest = after.replace(GAP, '').trim();
  const hours = HOURS.exec(rest);
  if (hours) rest = rest.slice(hours[0].length).replace(GAP, '').trim();
  const words = wordsOf(foldForLeaving(rest));
  if (words.length === 1 && CRISIS_END_WORDS.includes(words[0] as string)) ends = true;
  if (ends) return { do: 'end', hours: null, text: '', pin: digits.normalize('NFKC'), masked };
  return {
    do: 'start',
    hours: hours ? within(Number(hours[1])) : null,
    text: rest,
    pin: digits.normalize('NFKC'),
    masked,
  };
}

const within = (hours: number): number | null =>
  hours < CRISIS_HOURS.least ? null : Math.min(hours, CRISIS_HOURS.most);
