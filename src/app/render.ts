import type { Outgoing } from '../core/decision.ts';
import { countParts } from '../core/segments.ts';
import { replyText } from '../i18n/index.ts';

/** Words for an outgoing text, the book's own or in its reader's language, with the parts that it costs. */
export function render(outgoing: Outgoing): { text: string; parts: number } {
  const text = outgoing.words ?? replyText(outgoing.locale, outgoing.reply);
  return { text, parts: countParts(text).parts };
}
