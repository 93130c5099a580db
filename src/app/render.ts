import type { Outgoing } from '../core/decision.ts';
import type { Letter } from '../core/delivery.ts';
import { isMailAddress } from '../core/mail.ts';
import type { ReplyText } from '../core/replyText.ts';
import { countParts } from '../core/segments.ts';
import { replyText } from '../i18n/index.ts';
import { letterSubject, letterText } from '../i18n/letters/index.ts';

/**
 * Words for an outgoing text, the book's own or in its reader's language. An SMS comes with the parts that it costs, a
 * mail with its letter; `letter.replyTo` may be a local part alone, whose domain is added when it is sent.
 */
export function render(outgoing: Outgoing): { text: string; parts: number; letter: Letter | null } {
  const { to, locale, reply, words } = outgoing;
  if (isMailAddress(to)) {
    const letter = { subject: letterSubject(locale, reply), ...outgoing.letter };
    return { text: words ?? letterText(locale, reply), parts: 0, letter };
  }
  // Texts that only mail carries are never addressed to a phone.
  const text = words ?? replyText(locale, reply as ReplyText);
  return { text, parts: countParts(text).parts, letter: null };
}
