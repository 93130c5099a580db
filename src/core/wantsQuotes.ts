import { looksLikeReaction } from './reactions.ts';

/** A text that is shorter than this on one line has no room for words of ours beside its own. */
const SHORTEST_QUOTING = 30;

/**
 * Whether a text could be a reaction to, or carry a quote of, something we sent (B-23, B-25), so that our recent texts
 * must be loaded for it. Cheap, and no for START and STOPP.
 */
export function wantsQuotes(text: string): boolean {
  const trimmed = text.trim();
  return (
    trimmed.length > SHORTEST_QUOTING || /[\n\r\u2028\u2029>"“”„«»‘’「]/.test(trimmed) || looksLikeReaction(trimmed)
  );
}
