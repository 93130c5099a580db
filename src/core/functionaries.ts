import type { Outgoing } from './decision.ts';
import { isMailAddress } from './mail.ts';
import type { ReplyText } from './replyText.ts';
import type { BookView } from './snapshot.ts';
import type { Turn } from './turn.ts';

/**
 * Notices to each functionary of a book but the sender; returns how many. `onceKey` is completed with the functionary's
 * address, so that each is told once. `byMail`: what those with a mail address get instead.
 */
export function tellFunctionaries(
  turn: Turn,
  view: BookView,
  reply: ReplyText,
  onceKey?: string,
  byMail?: Pick<Outgoing, 'reply' | 'letter'>,
): number {
  const { book, functionaries } = view;
  let told = 0;
  for (const to of functionaries) {
    if (to === turn.sender) continue;
    told += 1;
    turn.outgoing.push({
      kind: 'notice',
      to,
      bookId: book.id,
      locale: book.locale,
      reply,
      ...(isMailAddress(to) && byMail),
      ...(onceKey !== undefined && { onceKey: `${onceKey}:${to}` }),
    });
  }
  return told;
}
