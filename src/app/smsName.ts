import { countParts, isGsm7, replaceExpensive, toGsm7Letters } from '../core/segments.ts';

/** Septets that a book's name may take in texts: with it the longest automatic reply still fits one part. */
export const LONGEST_SMS_NAME = 20;

/**
 * A name for texts and the header, proposed from the book's name: at most 20 plain SMS characters, cut between words
 * where that leaves something to recognise. `fallback` (the book's address) is used when nothing is left of the name.
 */
export function proposeSmsName(name: string, fallback: string): string {
  const letters = [...toGsm7Letters(replaceExpensive(name))].filter((char) => isGsm7(char) && !/[\f\n\r]/.test(char));
  const plain = letters.join('').replace(/\s+/g, ' ').trim();
  if (plain === '') return fallback.slice(0, LONGEST_SMS_NAME);
  if (fits(plain)) return plain;
  let cut = '';
  for (const char of plain) {
    if (!fits(cut + char)) break;
    cut += char;
  }
  const whole = plain.startsWith(`${cut} `) ? cut : cut.slice(0, Math.max(0, cut.lastIndexOf(' ')));
  // A first word alone may be a mere "IF"; a cut word says more than that.
  const kept = whole.length >= LONGEST_SMS_NAME / 2 ? whole : cut;
  return kept.replace(/[\s,;:&/+-]+$/, '');
}

const fits = (text: string): boolean => countParts(text).units <= LONGEST_SMS_NAME;
