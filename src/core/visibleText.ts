/** What would be lost on paper: controls, joiners, bidi marks, odd spaces, variation selectors. */
const UNSEEN = /[\p{C}\p{Z}]|\u034f|[\ufe00-\ufe0f]|[\u{e0100}-\u{e01ef}]/u;

const named = (point: number): string => `[U+${point.toString(16).toUpperCase().padStart(4, '0')}]`;

/**
 * A text as it can be printed without losing a character in silence: what the font has no picture of, and what nobody
 * would see, stands as its code point, such as `[U+1F600]`. Line ends show as ↵ and still end the line.
 */
export function visibleText(text: string, hasGlyph: (point: number) => boolean): string {
  let shown = '';
  for (const letter of text) {
    const point = letter.codePointAt(0) ?? 0;
    if (letter === '\n') shown += '↵\n';
    else if (letter === ' ') shown += letter;
    else shown += UNSEEN.test(letter) || !hasGlyph(point) ? named(point) : letter;
  }
  return shown;
}
