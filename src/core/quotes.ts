import { squash } from './normalForm.ts';
import type { RecentText } from './snapshot.ts';

/** A longer text is no answer with one of our messages below it; also bounds the work. */
const LONGEST = 8000;
const MOST_LINES = 60;
/** Letters and digits that must match where the quote is cut short: fewer may be the answer's own words. */
const SHORTEST_START = 20;
const SHORTEST_MARKED = 8;
const SHORTEST_WHOLE = 6;

/** "On 3 May 2025, +46… wrote:", "-----Original message-----", "Från: …": stands between the answer and the quote. */
const ATTRIBUTION =
  /^[\s>]*(?:[-_*=]{2,}.{0,80}|(?:on|den|på|el|am|le) .{0,120}(?:wrote|skrev|escribió|schrieb|écrit)(?: ?:?|.{0,60}:)|.{0,80}(?:wrote|skrev|escribió|schrieb) ?:|(?:from|från|de|von|to|till|para|an|date|datum|fecha|sent|skickat|enviado|gesendet|subject|ämne|asunto|betreff) ?:.{0,160}|(?:original message|ursprungligt meddelande|mensaje original|ursprüngliche nachricht) ?:?)\s*$/iu;
const MARKED = /^\s*[>|”“"«„]/;
const CUT_SHORT = /(?:…|\.{3,})["”“»«\s]*$/;

const isAttribution = (line: string | undefined): boolean => line !== undefined && ATTRIBUTION.test(line.slice(0, 300));

type Own = { whole: string; wholes: readonly string[] };

function ownTexts(recent: readonly RecentText[], others: readonly string[]): Own[] {
  const broadcasts = recent.map(({ header, text, footer }) => {
    const [head, body, foot] = [squash(header), squash(text), squash(footer)];
    return { whole: head + body + foot, wholes: [head + body + foot, body + foot, head + body, body] };
  });
  return [...broadcasts, ...others.map(squash).map((whole) => ({ whole, wholes: [whole] }))];
}

/** Whether a tail is one of our texts, whole, or its start where a mark or its length shows that it is a quote. */
function isOurs(tail: string, marked: boolean, own: readonly Own[]): boolean {
  if (tail.length < SHORTEST_WHOLE) return false;
  const enough = tail.length >= (marked ? SHORTEST_MARKED : SHORTEST_START);
  return own.some(({ wholes }) => wholes.some((whole) => whole === tail || (enough && whole.startsWith(tail))));
}

function dropAttribution(lines: readonly string[]): string {
  let end = lines.length;
  while (end > 0 && (lines[end - 1]?.trim() === '' || isAttribution(lines[end - 1]))) end -= 1;
  return lines.slice(0, end).join('\n').trim();
}

/** Lines marked with > that quote us above the answer. */
function cutAbove(lines: readonly string[], own: readonly Own[]): string | null {
  let end = 0;
  while (end < lines.length && /^\s*>/.test(lines[end] as string)) end += 1;
  if (end === 0 || !isOurs(squash(lines.slice(0, end).join('\n')), true, own)) return null;
  return lines.slice(end).join('\n').trim();
}

/** Where the text stands when so many of its letters and digits have gone by. */
function afterLetters(text: string, letters: number): number {
  let seen = 0;
  let at = 0;
  for (const char of text) {
    if (seen >= letters) break;
    seen += squash(char).length;
    at += char.length;
  }
  return at;
}

/** Our whole text behind the answer on the same line: STOPP "Vi ses kl 18 …". Needs the whole text and a gap. */
function cutSameLine(text: string, own: readonly Own[]): string | null {
  const all = squash(text);
  const found = own
    .flatMap(({ wholes }) => wholes)
    .filter((whole) => whole.length >= SHORTEST_START && whole.length < all.length && all.endsWith(whole))
    .sort((a, b) => b.length - a.length)[0];
  if (found === undefined) return null;
  const at = afterLetters(text, all.length - found.length);
  return /^[\s"'”“„«»>(:.,!?-]/.test(text.slice(at, at + 1)) ? text.slice(0, at).trim() : null;
}

/**
 * B-25: cuts away our own text where it is quoted below the answer (marked with >, behind a blank line, under "On …
 * wrote:", on the same line) or, marked with >, above it. `otherOurs` are replies of ours (confirmations, hints).
 * Never cuts when nothing would be left: then the whole text is the answer. `cut: false` returns `raw` untouched.
 */
export function cutQuoted(
  raw: string,
  recent: readonly RecentText[],
  otherOurs: readonly string[],
): { text: string; cut: boolean } {
  const asIs = { text: raw, cut: false };
  if (raw.length > LONGEST || (recent.length === 0 && otherOurs.length === 0)) return asIs;
  const own = ownTexts(recent, otherOurs).filter(({ whole }) => whole !== '');
  const lines = raw.split(/\r\n|[\n\r\u2028\u2029]/);

  const squashed = lines.map(squash);
  const cutShort = CUT_SHORT.test(raw.trimEnd().slice(-12));
  const all = squashed.join('');
  // Our text and nothing else, whole or cut: its first line ("P12:") must not become an answer.
  if (isOurs(all, cutShort, own) || own.some(({ wholes }) => wholes.includes(all))) return asIs;
  let from = 0;
  for (const [at, line] of lines.slice(0, MOST_LINES).entries()) {
    if (at > 0 && from > 0 && squashed[at] !== '') {
      const marked = MARKED.test(line) || cutShort || isAttribution(lines[at - 1]);
      if (isOurs(all.slice(from), marked, own)) {
        const text = dropAttribution(lines.slice(0, at));
        if (text !== '') return { text, cut: true };
      }
    }
    from += (squashed[at] as string).length;
  }

  for (const text of [cutAbove(lines, own), cutSameLine(raw, own)]) if (text) return { text, cut: true };
  return asIs;
}
