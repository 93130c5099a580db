import { isDeviceLine, isGreeting, isSignatureLine } from './closings.ts';
import { cutQuotes } from './cutQuotes.ts';
import { legalKind } from './legal.ts';
import { isBlank } from './quotes.ts';

/** What can be cut from a mail's text. */
export type CutCode = 'quote' | 'forward' | 'signature' | 'device' | 'disclaimer' | 'footer';

/** A signature behind "-- " may be so long; behind "--", which many write in a text, only as long as a visiting card. */
const LONGEST_SIGNATURE = 30;
const LONGEST_CARD = 8;
/** A greeting is looked for so far from the end, blank lines left out. */
const LONGEST_GREETING = 9;
const RULE = /^\s*[-_=*–—~]{2,}\s*$/;
/** The end of a text is looked at again after each cut, so often at most. */
const MOST_ROUNDS = 12;

/**
 * M-1: the message of a mail, without what it quotes and without signature, disclaimer and footers, in Swedish, English,
 * Spanish and German habits. It rather leaves a line too many than cuts the message, and never cuts everything away
 * where anything but a quote was written. `cut` names what was taken out, each once, in the order of its cutting.
 */
export function cleanMailText(text: string): { text: string; cut: CutCode[] } {
  const quotes = cutQuotes(text.split('\n'));
  const cut = new Set(quotes.cut as CutCode[]);
  let lines = trimmed(quotes.lines);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const found = cutEnd(lines);
    if (found === null) break;
    const left = trimmed(found.lines);
    if (left.length === 0) break;
    cut.add(found.code);
    lines = left;
  }
  return { text: collapsed(lines), cut: [...cut] };
}

type End = { lines: string[]; code: CutCode };

function cutEnd(lines: readonly string[]): End | null {
  return cutDevice(lines) ?? cutLegal(lines) ?? cutDashes(lines) ?? cutGreeting(lines);
}

function cutDevice(lines: readonly string[]): End | null {
  const last = lines.at(-1);
  return last !== undefined && isDeviceLine(last) ? { lines: lines.slice(0, -1), code: 'device' } : null;
}

/** The last paragraph, and the rule above it. */
function cutLegal(lines: readonly string[]): End | null {
  let start = lines.length;
  while (start > 0 && !isBlank(lines[start - 1] ?? '') && !RULE.test(lines[start - 1] ?? '')) start -= 1;
  if (start === lines.length) return lines.length > 0 ? { lines: lines.slice(0, -1), code: 'footer' } : null;
  const code = legalKind(lines.slice(start).join('\n'));
  return code === null ? null : { lines: lines.slice(0, start), code };
}

/** RFC 3676 4.3: dash, dash, space. Programs lose the space, people write two dashes between two matters. */
function cutDashes(lines: readonly string[]): End | null {
  const separates = lines.filter((line) => line.trimEnd() === '--').length > 1;
  for (let at = Math.max(0, lines.length - LONGEST_SIGNATURE - 1); at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (line === '-- ') return { lines: lines.slice(0, at), code: 'signature' };
    if (line.trimEnd() !== '--' || separates) continue;
    const below = lines.slice(at + 1).filter((other) => !isBlank(other));
    if (below.length <= LONGEST_CARD && below.every(isSignatureLine)) {
      return { lines: lines.slice(0, at), code: 'signature' };
    }
  }
  return null;
}

/** A greeting with nothing but a name and contact details below it. */
function cutGreeting(lines: readonly string[]): End | null {
  let below = 0;
  for (let at = lines.length - 1; at >= 0 && below <= LONGEST_GREETING; at--) {
    const line = lines[at] ?? '';
    if (isGreeting(line)) return { lines: lines.slice(0, at), code: 'signature' };
    if (!isSignatureLine(line)) return null;
    if (!isBlank(line)) below += 1;
  }
  return null;
}

function trimmed(lines: readonly string[]): string[] {
  let start = 0;
  let end = lines.length;
  while (start < end && isBlank(lines[start] ?? '')) start += 1;
  while (end > start && isBlank(lines[end - 1] ?? '')) end -= 1;
  return lines.slice(start, end);
}

/** One blank line between paragraphs, none at the ends, no space at the end of a line. */
const collapsed = (lines: readonly string[]): string =>
  lines
    .map((line) => line.trimEnd())
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
