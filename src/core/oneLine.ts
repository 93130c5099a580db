/** RFC 5322 2.1.1 gives a line 998; no subject or name that people read comes near. */
const LONGEST = 500;

/**
 * A text that may stand in a header or in one line of a page: CR, LF, NUL, other control characters and line separators
 * become a space, runs of spaces one. So nothing that somebody else wrote opens a header of its own (header injection).
 * Marks that turn the direction of text are dropped: they make a name read as another one. Cut after `longest` characters.
 */
export function oneLine(text: string, longest: number = LONGEST): string {
  const line = text
    .slice(0, longest * 4)
    .replace(/[\p{Cc}\u2028\u2029]+/gu, ' ')
    .replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '')
    .replace(/ {2,}/g, ' ')
    .trim();
  if (line.length <= longest) return line;
  // No half of a pair of surrogates at the end.
  return line
    .slice(0, longest)
    .replace(/[\ud800-\udbff]$/, '')
    .trimEnd();
}
