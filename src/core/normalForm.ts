import { foldLookAlikes } from './lookAlikes.ts';

/** One text as matching sees it (design 2, "Normal form"). The raw text is what the ledger keeps. */
export type NormalForm = {
  raw: string;
  /** Cleaned, NFKC, white space collapsed, trimmed; original case, nothing stripped. Shorter than raw, never sent on. */
  visible: string;
  /** Dress stripped and case folded: for joining, keywords, help and answers. */
  word: string;
  /** As `word`, with leading emoji stripped and look-alikes, diacritics and strokes folded: for leaving only. */
  leave: string;
  /** Nothing but space, control and invisible characters. */
  empty: boolean;
  /** At least one emoji and nothing else that can be read. */
  onlyEmoji: boolean;
  /** A question mark and nothing else: asks for help (B-19). */
  loneQuestion: boolean;
};

const PLAIN_ASCII = /^[\n\r -~]*$/;
const LINE_SPACE = /[\t\n\v\f\r\u0085\u2028\u2029]/g;
/** A letter-like emoji that NFKC would turn into letters (ℹ️ Ⓜ️ ™️ ㊗️): the selector says that it is meant as a picture. */
const LETTER_EMOJI =
  /[\u2122\u2139\u24c2\u3297\u3299\u{1f201}\u{1f202}\u{1f21a}\u{1f22f}\u{1f232}-\u{1f23a}\u{1f250}\u{1f251}]\ufe0f/gu;
/** NFKC turns these spacing accents into a space and a mark; people type them as quotes. */
const ACUTE = /[\u00b4\u02ca\u1ffd]/g;
/** Format characters are zero width, bidi, soft hyphen and tags; the rest are selectors, fillers and U+FFFC. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Variation_Selector}\u115f\u1160\u3164\u2800\ufffc]|\u034f/gu;

/** Unpaired surrogates, U+FFFD and private use stand for an emoji that was cut or mangled on its way. */
const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\ufffd\p{Co}\p{Cs}]|\u20e3/u;
const QUOTE_OR_BRACKET = /[\p{Ps}\p{Pe}\p{Pi}\p{Pf}"'`´<>\u2032\u2033\u02bb-\u02bd]/u;
const PUNCTUATION = /[.,!?:;…*_#/\p{Pd}¡¿·•؟،。、]/u;

const OTHER = 0;
const SPACE = 1;
const DRESS = 2;
const PICTURE = 3;
type CharClass = typeof OTHER | typeof SPACE | typeof DRESS | typeof PICTURE;

function slowClass(char: string): CharClass {
  if (char === ' ') return SPACE;
  if (PUNCTUATION.test(char) || QUOTE_OR_BRACKET.test(char)) return DRESS;
  return EMOJI.test(char) ? PICTURE : OTHER;
}
const ASCII_CLASS = Array.from({ length: 128 }, (_, code) => slowClass(String.fromCharCode(code)));
const classOf = (char: string): CharClass => ASCII_CLASS[char.charCodeAt(0)] ?? slowClass(char);

/**
 * Takes the dress off: quotes, brackets, punctuation and space at both ends, emoji at the end (and at the start where
 * `leading` says so). One pass from each end is the same as the repeated stripping of design 2, and linear.
 */
export function strip(text: string, leading: 'emoji too' | 'no emoji'): string {
  let start = 0;
  let end = text.length;
  while (start < end) {
    const char = String.fromCodePoint(text.codePointAt(start) as number);
    const found = classOf(char);
    if (found === OTHER || (found === PICTURE && leading === 'no emoji')) break;
    start += char.length;
  }
  while (end > start) {
    const low = text.charCodeAt(end - 1);
    const paired = low >= 0xdc00 && low <= 0xdfff && end - 2 >= start && (text.charCodeAt(end - 2) & 0xfc00) === 0xd800;
    const from = paired ? end - 2 : end - 1;
    if (classOf(text.slice(from, end)) === OTHER) break;
    end = from;
  }
  return text.slice(start, end);
}

/** Locale-independent case folding: the Turkish and Lithuanian rules of a server's locale never matter. */
export const foldCase = (text: string): string => text.toLowerCase().replaceAll('ß', 'ss').replaceAll('ς', 'σ');

function clean(raw: string): string {
  if (PLAIN_ASCII.test(raw)) return raw.replace(/[\n\r ]+/g, ' ').trim();
  const spaced = raw.replace(LINE_SPACE, ' ').replace(LETTER_EMOJI, '\u25aa').replace(ACUTE, "'");
  // The first pass drops what would keep NFKC from composing; the second what NFKC may bring (U+3164 and the like).
  const composed = spaced.replace(INVISIBLE, '').normalize('NFKC').replace(INVISIBLE, '');
  return composed.replace(/\s+/g, ' ').trim();
}

/** Case, look-alikes, strokes and diacritics folded, nothing stripped: how leave words and phrases are compared. */
export function foldForLeaving(text: string): string {
  if (PLAIN_ASCII.test(text)) return text.toLowerCase();
  // Look-alikes before case: Ν is an N but ν is a v.
  return foldCase(foldLookAlikes(text.normalize('NFD').replace(/\p{M}+/gu, '')));
}

function hasOnlyEmoji(visible: string): boolean {
  let emoji = false;
  for (const char of visible) {
    const found = classOf(char);
    if (found === OTHER) return false;
    if (found === PICTURE) emoji = true;
  }
  return emoji;
}

/**
 * Reads a raw text once, for all matching. Linear in the length of the text, whatever stands in it.
 * Source: design 2, "Normal form"; the order of its steps matters (a lone `?` before punctuation is stripped).
 */
export function normalForm(raw: string): NormalForm {
  const visible = clean(raw);
  const stripped = strip(visible, 'no emoji');
  const plain = PLAIN_ASCII.test(visible);
  const word = plain ? stripped.toLowerCase() : foldCase(stripped);
  return {
    raw,
    visible,
    word,
    leave: plain ? word : strip(foldForLeaving(visible), 'emoji too'),
    empty: visible === '',
    onlyEmoji: !plain && hasOnlyEmoji(visible),
    loneQuestion: stripped === '' && /^["'“”„«»`(]*[?¿]+["'“”„«»`)]*$/.test(visible.replaceAll(' ', '')),
  };
}

/** The letters and digits of a text, case folded: our own words are known again whatever became of quotes and space. */
export const squash = (text: string): string => foldCase(text.normalize('NFKC')).replace(/[^\p{L}\p{N}]+/gu, '');
