import { attributionAt, isBlank, isMarked, nextLine, restIsQuoted } from './quotes.ts';

export type Cut = { lines: string[]; cut: string[] };

/**
 * Takes out what a mail quotes. An answer below or between the quoted lines stays. Lines marked with `>` that nothing
 * announces go only at the end or the start of the text: in the midst of it they may be a poem.
 */
export function cutQuotes(lines: readonly string[]): Cut {
  const kept: string[] = [];
  const cut = new Set<string>();
  let announced = false;
  let at = 0;
  while (at < lines.length) {
    const rest = restIsQuoted(lines, at);
    if (rest !== null) {
      // A mail that is nothing but what it forwards was sent for the sake of that.
      if (cut.size === 0 && kept.every(isBlank)) return { lines: [...lines], cut: [] };
      cut.add(rest);
      break;
    }
    const attribution = attributionAt(lines, at);
    if (attribution > 0) {
      cut.add('quote');
      const next = nextLine(lines, at + attribution);
      if (!isMarked(lines[next] ?? '')) break;
      announced = true;
      at = quoteEnd(lines, next);
    } else if (announced && isMarked(lines[at] ?? '')) {
      at = quoteEnd(lines, at);
    } else {
      kept.push(lines[at] ?? '');
      at += 1;
    }
  }
  const bare = announced ? kept : cutBare(kept);
  if (bare.length < kept.length) cut.add('quote');
  return { lines: bare, cut: [...cut] };
}

/** Behind the marked lines that begin here; blank lines between them belong to them. */
function quoteEnd(lines: readonly string[], from: number): number {
  let end = from;
  for (let at = from; at < lines.length; at++) {
    if (isMarked(lines[at] ?? '')) end = at + 1;
    else if (!isBlank(lines[at] ?? '')) break;
  }
  return end;
}

/** Marked lines at the end or the start that no line announces ("Dikten lyder:" does). All of them stay where nothing else is. */
function cutBare(lines: readonly string[]): string[] {
  if (!lines.some(isMarked)) return [...lines];
  if (lines.every((line) => isMarked(line) || isBlank(line))) return [];
  let end = lines.length;
  while (end > 0 && (isMarked(lines[end - 1] ?? '') || isBlank(lines[end - 1] ?? ''))) end -= 1;
  const before = (lines[end - 1] ?? '').trimEnd();
  if (before.endsWith(':')) end = lines.length;
  let start = 0;
  while (start < end && (isMarked(lines[start] ?? '') || isBlank(lines[start] ?? ''))) start += 1;
  return lines.slice(start, end);
}
