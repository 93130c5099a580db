import { BASE_LETTERS, PLAIN, septets } from './gsm7.ts';

export type Encoding = 'GSM-7' | 'UCS-2';
/** `units`: septets in GSM-7, UTF-16 code units in UCS-2. `parts`: what the provider sends and charges for. */
export type PartCount = { encoding: Encoding; units: number; parts: number };
export type ExpensiveCharacter = { index: number; char: string; replacement: string | null; ask: boolean };

/** Units in a text of one part, and in each part of a longer one (the joining header takes six octets). */
const ONE = { 'GSM-7': 160, 'UCS-2': 70 } as const;
const EACH = { 'GSM-7': 153, 'UCS-2': 67 } as const;

const graphemes = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** Septets of a text that GSM-7 can carry whole; -1 when it cannot. */
function septetsOf(text: string): number {
  let units = 0;
  for (let i = 0; i < text.length; i++) {
    const cost = septets(text.charCodeAt(i));
    if (cost === 0) return -1;
    units += cost;
  }
  return units;
}

/** True when every character is in GSM-7, so that a part carries 160 units and not 70. */
export function isGsm7(text: string): boolean {
  return septetsOf(text) >= 0;
}

/** How a text goes out and how many parts it costs. An empty text is one part, as Twilio counts it. */
export function countParts(text: string): PartCount {
  const units = septetsOf(text);
  if (units >= 0) {
    const parts = units <= ONE['GSM-7'] ? 1 : gsmBorders(text).length + 1;
    return { encoding: 'GSM-7', units, parts };
  }
  const parts = text.length <= ONE['UCS-2'] ? 1 : ucsBorders(text).length + 1;
  return { encoding: 'UCS-2', units: text.length, parts };
}

/** The string indexes where the second part and each later one begins; empty for a text of one part. */
export function partBorders(text: string): number[] {
  const { encoding, parts } = countParts(text);
  if (parts === 1) return [];
  return encoding === 'GSM-7' ? gsmBorders(text) : ucsBorders(text);
}

/** An escape and its letter stay together: a part may end one septet early. */
function gsmBorders(text: string): number[] {
  const borders: number[] = [];
  let used = 0;
  for (let i = 0; i < text.length; i++) {
    const cost = septets(text.charCodeAt(i));
    if (used + cost > EACH['GSM-7']) {
      borders.push(i);
      used = 0;
    }
    used += cost;
  }
  return borders;
}

/** What one reads as one character stays in one part, as Twilio's calculator has it. */
function ucsBorders(text: string): number[] {
  const borders: number[] = [];
  let start = 0;
  while (text.length - start > EACH['UCS-2']) {
    let border = start + EACH['UCS-2'];
    if (!isPlainBorder(text, border)) {
      // Only this part and the code point after it: the segmenter reads from the beginning each time it is asked.
      const part = graphemes.segment(text.slice(start, border + 2));
      const from = start + (part.containing(EACH['UCS-2'])?.index ?? EACH['UCS-2']);
      // Trap: a heap of combining marks is one grapheme of any length and must not pass as one part.
      border = from > start ? from : codePointStart(text, border);
    }
    borders.push(border);
    start = border;
  }
  return borders;
}

/** Below U+0300 nothing joins its neighbour (CR and LF are counted apart), so the segmenter need not be asked. */
function isPlainBorder(text: string, index: number): boolean {
  return text.charCodeAt(index - 1) < 0x300 && text.charCodeAt(index) < 0x300;
}

function codePointStart(text: string, index: number): number {
  const unit = text.charCodeAt(index);
  const before = text.charCodeAt(index - 1);
  return unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff ? index - 1 : index;
}

/**
 * Every character that takes the text out of GSM-7, in order. `replacement` says what could stand there instead (null:
 * nothing we know); `ask` is true for all that changes what is read, letters above all (design 6).
 */
export function expensiveCharacters(text: string): ExpensiveCharacter[] {
  if (isGsm7(text)) return [];
  const found: ExpensiveCharacter[] = [];
  for (const { segment, index } of graphemes.segment(text)) {
    if (isGsm7(segment)) continue;
    // A letter in pieces (a + ring) is the same letter as the whole one; that change nobody can read.
    const composed = segment.normalize('NFC');
    if (isGsm7(composed)) found.push({ index, char: segment, replacement: composed, ask: false });
    else found.push(...expensiveIn(segment, index));
  }
  return found;
}

/** A cluster may hold a replaceable mark beside others (a quote and a direction mark): then its characters one by one. */
function expensiveIn(segment: string, index: number): ExpensiveCharacter[] {
  const chars = [...segment];
  if (!chars.some((char) => PLAIN.has(char))) {
    const plain = plainLetters(segment.normalize('NFC'));
    return [{ index, char: segment, replacement: isGsm7(plain) ? plain : null, ask: true }];
  }
  let at = index;
  return chars.flatMap((char) => {
    const here = at;
    at += char.length;
    if (isGsm7(char)) return [];
    const plain = PLAIN.get(char);
    return [{ index: here, char, replacement: plain ?? null, ask: plain === undefined }];
  });
}

/** Replaces quotes, dashes, dots and spaces that double the price; letters and emoji stay as they were written. */
export function replaceExpensive(text: string): string {
  let out = '';
  let done = 0;
  for (const { index, char, replacement, ask } of expensiveCharacters(text)) {
    if (ask || replacement === null) continue;
    out += text.slice(done, index) + replacement;
    done = index + char.length;
  }
  return out + text.slice(done);
}

/**
 * The longest beginning of `text` that fits in `parts` parts together with `tail`, and then `tail`; a text that fits is
 * returned as it is. A character as one reads it is never split. Where not even the tail fits, only the tail is left.
 */
export function cutToParts(text: string, parts: number, tail: string): string {
  if (countParts(text).parts <= parts) return text;
  const fits = (end: number) => countParts(text.slice(0, end) + tail).parts <= parts;
  // No text holds more characters than this, so the search does not depend on how long the text is.
  let low = 0;
  let high = Math.min(text.length, parts * ONE['GSM-7']);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (fits(middle)) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, clusterStart(text, low)) + tail;
}

/** The start of the character that `index` stands in; a heap longer than a part is cut between code points. */
function clusterStart(text: string, index: number): number {
  if (index <= 0 || index >= text.length) return index;
  const from = graphemes.segment(text.slice(0, index + EACH['UCS-2'])).containing(index)?.index ?? index;
  return index - from > EACH['UCS-2'] ? codePointStart(text, index) : from;
}

/** Takes the accents off the letters that GSM-7 lacks (á í ó ú ç); for our own texts only, never for a person's words. */
export function toGsm7Letters(text: string): string {
  return isGsm7(text) ? text : plainLetters(text.normalize('NFC'));
}

function plainLetters(text: string): string {
  let out = '';
  for (const char of text) out += isGsm7(char) ? char : plainLetter(char);
  return out;
}

function plainLetter(char: string): string {
  const known = PLAIN.get(char) ?? BASE_LETTERS.get(char);
  if (known !== undefined) return known;
  const bare = char.normalize('NFD').replace(/\p{M}+/gu, '');
  return bare !== '' && isGsm7(bare) ? bare : char;
}
