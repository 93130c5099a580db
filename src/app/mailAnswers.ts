import type { MailContent } from '../core/mail.ts';
import type { MailFacts } from '../core/mailTurn.ts';
import type { Member } from '../core/member.ts';
import { messageIdOf } from '../core/returnPath.ts';
import type { MailDeps } from './mailDeps.ts';

/** A long thread names them all; ours stand at its end. */
const MOST_NAMED = 30;

/**
 * Whether a mail answers one of ours, and one that went to its own sender. Our Message-IDs carry a proof (returnPath.ts),
 * so whoever names one has had that mail before their eyes.
 */
export async function answersOf(
  { headers }: Pick<MailContent, 'headers'>,
  from: string,
  { store, keyed, listDomain }: Pick<MailDeps, 'store' | 'keyed' | 'listDomain'>,
): Promise<MailFacts['answers']> {
  const named = headers
    .filter(({ name }) => name === 'in-reply-to' || name === 'references')
    .flatMap(({ value }) => value.match(/<[^<>\s]{1,250}>/g) ?? [])
    .slice(-MOST_NAMED);
  const ours = named.flatMap((messageId) => {
    const id = Number(/^<d([1-9]\d{0,15})\./.exec(messageId)?.[1]);
    return Number.isSafeInteger(id) && messageIdOf(id, listDomain, keyed.mac) === messageId.toLowerCase() ? [id] : [];
  });
  if (ours.length === 0) return 'none';
  const sent = await store.reads.sentMails(ours);
  return sent.some(({ address }) => address === from) ? 'own' : 'ours';
}

/**
 * The request that an answer is about (B-10); null: this sender was not told of one there, so it is a mail like any other.
 */
export async function requestOf(
  secret: string,
  by: { bookId: string; from: string; functionaries: readonly string[]; now: number },
  { store, keyed }: Pick<MailDeps, 'store' | 'keyed'>,
): Promise<{ member: Member | null } | null> {
  if (!by.functionaries.includes(by.from)) return null;
  const token = await store.reads.token(keyed.digest(secret));
  // Swept since: they are told that it is over.
  if (token === null) return { member: null };
  if (token.purpose !== 'approve' || token.bookId !== by.bookId || token.address !== by.from) return null;
  const member = token.expiresAt > by.now ? await store.reads.member(token.subjectId) : null;
  return { member: member?.bookId === by.bookId ? member : null };
}
