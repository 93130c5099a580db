/**
 * The GSM 03.38 default alphabet and its extension table (3GPP TS 23.038, 6.2.1), as a lookup from UTF-16 code unit to
 * septets: 0 = not in the alphabet, 1 = basic, 2 = extension (an escape and a letter).
 *
 * Trap: capital Ç is in the alphabet and small ç is not; Twilio counts both by their own code point, and so do we.
 */
const BASIC =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
  '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const EXTENSION = '\f^{}\\[~]|';

/** The only letter of the alphabet above U+03FF; kept apart so that the table stays one kilobyte. */
const EURO = 0x20ac;

const TABLE = new Uint8Array(0x400);
for (const char of BASIC) TABLE[char.charCodeAt(0)] = 1;
for (const char of EXTENSION) TABLE[char.charCodeAt(0)] = 2;

/** Septets of one UTF-16 code unit: 1, 2, or 0 when GSM-7 cannot carry it. */
export function septets(unit: number): 0 | 1 | 2 {
  if (unit < 0x400) return TABLE[unit] as 0 | 1 | 2;
  return unit === EURO ? 2 : 0;
}

/**
 * Typographic characters that double the price of a text and mean the same as a plain one (design 6, GSM 03.38).
 * They may be replaced with one click; letters are not here, for a name is never changed silently.
 */
export const PLAIN: ReadonlyMap<string, string> = new Map(
  Object.entries({
    '"': '“”„‟«»″＂',
    "'": '‘’‚‛‹›′`´＇',
    '-': '‐‑‒–—―−',
    '...': '…',
    ' ': '\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t',
    '\n': '\u0085\u2028\u2029',
    '*': '•·',
    // Seen nowhere, paid for everywhere: zero width, word joiner, soft hyphen, byte order mark, direction marks.
    '': '\u200b\u2060\u00ad\ufeff\u200e\u200f',
  }).flatMap(([plain, dear]) => [...dear].map((char): [string, string] => [char, plain])),
);

/** Letters that no decomposition takes apart. */
export const BASE_LETTERS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ł: 'l',
    Ł: 'L',
    đ: 'd',
    Đ: 'D',
    ð: 'd',
    Ð: 'D',
    þ: 'th',
    Þ: 'Th',
    œ: 'oe',
    Œ: 'OE',
    ı: 'i',
    ẞ: 'SS',
  }),
);
