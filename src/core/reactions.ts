import { foldCase, squash } from './normalForm.ts';
import { GENERIC_BLOCKERS, NOT_A_TEXT, REACTION_LEADS, REACTION_TAILS, REMOVAL_LEADS } from './reactionForms.ts';
import type { RecentText } from './snapshot.ts';

export { cutQuoted } from './quotes.ts';

const OPENING = /[“”„‟"«»‹›「『]/;
const CLOSING = /[“”‟"«»‹›」』]/g;
const EMOJI = /\p{RI}\p{RI}|\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\ufe0f|\u200d\p{Extended_Pictographic})*/u;
/** A lead is a verb and a preposition; more is a sentence. Also bounds the work. */
const LONGEST_LEAD = 60;
const LONGEST_TAIL = 40;

/** One way to take a text apart: what stands before the quote, the quote, what stands after it. */
type Parts = { lead: string; quoted: string; tail: string; emoji: string | null };

const bare = (text: string): string =>
  foldCase(text.normalize('NFKC'))
    .replace(/[\p{Cf}\p{Variation_Selector}]/gu, '')
    .replace(/[\s:.,]+/g, ' ')
    .trim();

/** `{e}` stands for the emoji, so that "Reacted 🔥 to" and "Reacted 😂 to" are one form. */
const formOf = (text: string): string => bare(text.replace(EMOJI, ' {e} '));

function* partings(raw: string): Generator<Parts> {
  const text = raw.trim();
  const open = text.slice(0, LONGEST_LEAD).search(OPENING);
  if (open < 0) return;
  const lead = text.slice(0, open);
  if (lead.includes('\n')) return;
  const emoji = EMOJI.exec(lead)?.[0] ?? null;
  const from = Math.max(open + 1, text.length - LONGEST_TAIL);
  const closings = [...text.slice(from).matchAll(CLOSING)].map((match) => from + match.index).reverse();
  // German puts words after the quote and may quote a second time: „…“ mit „Gefällt mir“ markiert.
  for (const close of closings.slice(0, 5)) {
    yield { lead, quoted: text.slice(open + 1, close), tail: text.slice(close + 1), emoji };
  }
  // The carrier may have cut the closing quote away.
  yield { lead, quoted: text.slice(open + 1), tail: '', emoji };
}

/** What a known form says: its emoji where the verb names one; undefined when the form is not known. */
function knownForm({ lead, tail, emoji }: Parts): { emoji: string | null } | undefined {
  const form = formOf(lead);
  const after = formOf(tail);
  if (after !== '' && !REACTION_TAILS.has(after)) return undefined;
  if (REACTION_LEADS.has(form)) return { emoji: emoji ?? REACTION_LEADS.get(form) ?? null };
  if (REMOVAL_LEADS.some(([start, end]) => form.startsWith(start) && form.endsWith(end))) return { emoji: null };
  return after !== '' && (form === '' || form === 'hat')
    ? { emoji: EMOJI.exec(tail)?.[0] ?? REACTION_TAILS.get(after) ?? null }
    : undefined;
}

/** A form in a language that we do not know: a few words, none of which asks or speaks of oneself. */
function couldBeForm({ lead, tail, emoji }: Parts): boolean {
  const words = bare(lead).split(' ').filter(Boolean);
  const after = bare(tail).split(' ').filter(Boolean);
  if (words.length + after.length === 0 || words.length > 5 || after.length > 3) return false;
  if (/[?!,;:]/.test(lead + tail)) return false;
  if ([...words, ...after].some((word) => GENERIC_BLOCKERS.has(word))) return false;
  // Phones write the form with a capital or with the emoji in front; people in the midst of a sentence do not.
  return emoji !== null || /^\p{Cf}*(?:\p{Lu}|\p{Lo})/u.test(lead.trim());
}

/**
 * How a quote meets a text of ours: all of it, its start, or not at all; with or without header and footer. An ellipsis
 * where the phone cut the quote is no letter, so it falls away with all other punctuation.
 */
function meets(quoted: string, ours: Squashed): 'whole' | 'start' | null {
  const start = squash(quoted);
  const { header, text, footer } = ours;
  if (start === '') return text === '' && quoted.trim() === ours.of.text.trim() ? 'whole' : null;
  if (start === text || start === header + text || start === text + footer || start === header + text + footer) {
    return 'whole';
  }
  return (text + footer).startsWith(start) || (header + text + footer).startsWith(start) ? 'start' : null;
}

type Squashed = { of: RecentText; header: string; text: string; footer: string };
const squashed = (of: RecentText): Squashed => ({
  of,
  header: squash(of.header),
  text: squash(of.text),
  footer: squash(of.footer),
});

/** No text of ours is longer, so neither is a quote of one; also bounds the work. */
const LONGEST = 4000;

/** Shorter starts are only trusted behind a known form: "Var "Nu" menat så?" is no reaction. */
const SHORTEST_GENERIC = 8;

/**
 * B-23: a reaction to one of our recent broadcasts, as iPhones and Android phones write it in any language.
 * Known forms need the start of our text, unknown ones (short lead + quote) enough of it. `recent` newest first: of two
 * that begin alike the wholly quoted one wins, else the newer. `emoji` is null for a removal or where none is named.
 */
export function readReaction(
  raw: string,
  recent: readonly RecentText[],
): { broadcastId: string; bookId: string; emoji: string | null } | null {
  if (recent.length === 0 || raw.length > LONGEST) return null;
  let own: Squashed[] | null = null;
  for (const parts of partings(raw)) {
    const known = knownForm(parts);
    if (known === undefined && !couldBeForm(parts)) continue;
    own ??= recent.map(squashed);
    const met = own.map((ours) => ({ ours, how: meets(parts.quoted, ours) })).filter(({ how }) => how !== null);
    const best = met.find(({ how }) => how === 'whole') ?? met[0];
    if (best === undefined) continue;
    if (known === undefined && best.how === 'start' && squash(parts.quoted).length < SHORTEST_GENERIC) continue;
    const { broadcastId, bookId } = best.ours.of;
    return { broadcastId, bookId, emoji: known === undefined ? parts.emoji : known.emoji };
  }
  return null;
}

/** B-23: a reaction by its form alone, also to a text that is not ours, or to a picture. Known forms only. */
export function looksLikeReaction(raw: string): boolean {
  if (raw.length <= LONGEST_LEAD && NOT_A_TEXT.test(bare(raw))) return true;
  for (const parts of partings(raw)) if (knownForm(parts) !== undefined) return true;
  return false;
}

/** What a reaction says, to be counted: its emoji where it names one, else its own words before the quote. */
export function reactionSign(raw: string): string {
  for (const parts of partings(raw)) {
    const emoji = knownForm(parts)?.emoji ?? parts.emoji;
    if (emoji) return emoji;
    const words = parts.lead.trim();
    if (words !== '') return words;
  }
  return raw.trim().slice(0, LONGEST_LEAD);
}
