import { SOFT_WORDS } from './keywords.ts';
import {
  foldEntry,
  isLeaveWord,
  joinSpacedLetters,
  LEAVING,
  leaveWordIn,
  MEANS,
  readings,
  SHOWS_LEAVING,
  wordsOf,
} from './lexicon.ts';
import { foldCase, type NormalForm } from './normalForm.ts';

export type LeaveReading =
  /** B-11: a leave word alone in any dress, a listed misspelling, repeats, spaced letters. */
  | { kind: 'leave' }
  /** B-18: STOPP ALLT and its like: every book on the number. */
  | { kind: 'leave_all' }
  /** B-18: a leave word before or after a book's keyword. */
  | { kind: 'leave_book'; keyword: string }
  /** B-12: a leave word with courtesy or urgency, or a listed phrase. Not for writers. */
  | { kind: 'leave_courtesy' }
  /** B-13: begins with a leave word, at most four words, meaning unclear. */
  | { kind: 'unclear' }
  /** B-13: a lone SLUT, NEJ or NO. */
  | { kind: 'soft' }
  /** B-14: a sentence with a leave word in it. */
  | { kind: 'mentions' }
  | null;

const soft = new Set(SOFT_WORDS.map(foldEntry));
const ANY_LEAVE = MEANS.leave | MEANS.everydayLeave | MEANS.leaveAll;

/** The keyword that the words end or begin with; of two that fold alike (RÖD, ROD) the one that was written. */
function keywordAmong(form: NormalForm, words: readonly string[], keywords: readonly string[]): string | null {
  const text = ` ${words.join(' ')} `;
  const found = keywords.filter((keyword) => text.includes(` ${foldEntry(keyword)} `));
  return found.find((keyword) => form.word.includes(foldCase(keyword.normalize('NFKC')))) ?? found[0] ?? null;
}

function leaveBook(form: NormalForm, words: readonly string[], keywords: readonly string[]): LeaveReading {
  if (keywords.length === 0 || words.length < 2) return null;
  const extra = new Map(keywords.map((keyword) => [foldEntry(keyword), MEANS.keyword as number]));
  for (const meaning of readings(words, LEAVING, extra)) {
    const others = meaning & ~(ANY_LEAVE | MEANS.keyword | MEANS.courtesy);
    if (others !== 0 || (meaning & MEANS.keyword) === 0 || (meaning & ANY_LEAVE) === 0) continue;
    const keyword = keywordAmong(form, words, keywords);
    if (keyword !== null) return { kind: 'leave_book', keyword };
  }
  return null;
}

function wholeText(meaning: number): LeaveReading {
  const leaves = (meaning & ANY_LEAVE) !== 0;
  const others = meaning & ~ANY_LEAVE;
  if (leaves && others === 0) return { kind: (meaning & MEANS.leaveAll) !== 0 ? 'leave_all' : 'leave' };
  const all = (meaning & (MEANS.all | MEANS.leaveAll)) !== 0;
  if (leaves && all && (meaning & MEANS.keyword) === 0) return { kind: 'leave_all' };
  if (all) return null;
  const clear = (meaning & (MEANS.leave | MEANS.phrase)) !== 0;
  // "I need to cancel" may be about Thursday's dinner; "cancel, please" is not.
  if (clear || (leaves && (others & MEANS.around) === 0)) return { kind: 'leave_courtesy' };
  return null;
}

/** The words with each leave word in its own shape and said once, however often it is said in a row. */
function said(words: readonly string[]): readonly string[] {
  const known = words.map((word) => leaveWordIn(word) ?? word);
  return known.filter((word, at) => word !== known[at - 1] || !isLeaveWord(word));
}

const STRENGTH = ['leave', 'leave_all', 'leave_courtesy'];

/**
 * Reads a text as a wish to leave: liberal with the dress, strict with what else is said.
 * `keywords` are those of the number's books, as written. Says nothing about who sent it. Linear.
 */
export function readLeave(form: NormalForm, keywords: readonly string[]): LeaveReading {
  if (form.leave === '') return null;
  if (soft.has(form.leave)) return { kind: 'soft' };
  const words = joinSpacedLetters(wordsOf(form.leave));
  const first = leaveWordIn(words[0] ?? '') ?? words[0] ?? '';
  const begins = isLeaveWord(first) || (first === 'opt' && words[1] === 'out');
  const shows =
    begins || words.some((word, at) => SHOWS_LEAVING.has(word) || (word === 'opt' && words[at + 1] === 'out'));
  const leaves = shows || leaveWordIn(words.at(-1) ?? '') !== null;

  // Most texts end here: nothing in them could begin or end a wish to leave.
  if (!leaves && !LEAVING.firstWords.has(first)) return null;
  const short = said(words);
  const book = leaves ? leaveBook(form, short, keywords) : null;
  if (book) return book;
  const found = [...readings(short, LEAVING)].map(wholeText).filter((reading) => reading !== null);
  const best = STRENGTH.map((kind) => found.find((reading) => reading.kind === kind)).find(Boolean);
  if (best) return best;

  if (begins && words.length <= 4) return { kind: 'unclear' };
  return shows ? { kind: 'mentions' } : null;
}
