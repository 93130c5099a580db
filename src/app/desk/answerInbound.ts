import { senderKind } from '../../core/address.ts';
import type { Book } from '../../core/book.ts';
import { composeCopy, LONGEST_BODY } from '../../core/copy.ts';
import { type Letter, queuedDelivery } from '../../core/delivery.ts';
import type { Inbound } from '../../core/inbound.ts';
import { isMailAddress, quotableId } from '../../core/mail.ts';
import { oneLine } from '../../core/oneLine.ts';
import { countParts, type PartCount } from '../../core/segments.ts';
import type { Step } from '../../ports/store.ts';
import { tidyReply } from './changeReply.ts';
import { type Desk, type DeskDeps, deskLog } from './desk.ts';

/** An answer is still an answer tomorrow morning; later it would come out of the blue. */
const LATEST_MS = 24 * 3_600_000;
/** Of once keys: what people answered, told apart from what we answer by ourselves. */
export const ANSWER_KEY = 'desk-answer:';

export type AnswerRefusal =
  | 'not_found'
  | 'empty'
  | 'too_long'
  /** A short code, a name or a number of ours (B-31), or a person who was erased since. */
  | 'no_phone'
  | 'provider_block'
  /** They said STOPP after they wrote this. */
  | 'left';
export type InboundAnswer = { ok: true; parts: number } | { ok: false; why: AnswerRefusal; parts?: number };

/** As it will stand on the phone: the book's name first, for the number may be new to them. */
export function composeAnswer(book: Pick<Book, 'smsName'>, typed: string): PartCount & { whole: string; text: string } {
  const text = tidyReply(typed);
  const whole = composeCopy(`${book.smsName}:`, text, '');
  return { ...countParts(whole), whole, text };
}

/**
 * Answers one person who wrote to the book (issue 3, the inbox). One delivery of kind `answer` through the one gate,
 * from the number that they wrote to; `formId` makes a second press the same answer. What they said last counts: who
 * left after writing is not texted.
 */
export async function answerInbound(
  book: Book,
  inboundId: string,
  typed: string,
  formId: string,
  by: Desk,
  deps: DeskDeps,
): Promise<InboundAnswer> {
  const { reads } = deps.store;
  const inbound = await reads.inboundById(inboundId);
  if (inbound?.bookId !== book.id) return { ok: false, why: 'not_found' };
  const { whole, text, parts } = composeAnswer(book, typed);
  if (text === '') return { ok: false, why: 'empty' };
  const byMail = isMailAddress(inbound.sender);
  if ((!byMail && parts > book.partLimit) || whole.length > LONGEST_BODY) return { ok: false, why: 'too_long', parts };
  const why = await answerRefusal(book, inbound, deps);
  if (why) return { ok: false, why };
  const now = deps.clock.now();
  const log = deskLog(book.organisationId, by, deps);
  const step: Step = {
    add: 'deliveries',
    exists: 'duplicate',
    row: queuedDelivery(
      {
        kind: 'answer',
        organisationId: book.organisationId,
        numberId: inbound.numberId,
        bookId: book.id,
        inboundId: inbound.id,
        address: inbound.sender,
        text: byMail ? text : whole,
        parts: byMail ? 0 : parts,
        letter: byMail ? await letterTo(inbound, deps) : null,
        latestAt: now + LATEST_MS,
        onceKey: `${ANSWER_KEY}${by.actor}:${formId}`,
      },
      now,
    ),
  };
  // `duplicate`: the same form was sent before; its answer is on its way.
  await deps.store.commit([step, log(book.id, 'answered', { inbound: inbound.id, parts })]);
  return { ok: true, parts };
}

/** Under the subject that they wrote, so that it stands in the same conversation. */
async function letterTo({ id }: Inbound, { store }: Pick<DeskDeps, 'store'>): Promise<Letter> {
  const mail = await store.reads.mailOfInbound(id);
  const subject = oneLine(`Re: ${(mail?.subject ?? '').replace(/^\s*(?:re|sv)\s*:\s*/i, '')}`, 200);
  const inReplyTo = quotableId(mail?.messageId ?? '');
  return { subject, ...(inReplyTo !== null && { inReplyTo }) };
}

/** Why this person cannot be answered; null = they can. Answers pass the provider's block (document 2, Sending). */
export async function answerRefusal(
  book: Pick<Book, 'id'>,
  inbound: Inbound,
  { store: { reads }, keyed }: Pick<DeskDeps, 'store' | 'keyed'>,
): Promise<Exclude<AnswerRefusal, 'not_found'> | null> {
  const own = (await reads.numbers()).map(({ e164 }) => e164);
  // M-4: a machine's mail, and our own that came back, are never answered; by hand neither.
  const reachable = isMailAddress(inbound.sender)
    ? inbound.rule !== 'M-4'
    : senderKind(inbound.sender, own) === 'phone';
  if (!reachable) return 'no_phone';
  const hashes = [keyed.addressHash(inbound.sender)];
  const [blocked, offNumber, offBook] = await Promise.all([
    reads.stops('provider', inbound.numberId, hashes),
    reads.stops('number', inbound.numberId, hashes),
    reads.stops('book', book.id, hashes),
  ]);
  if (blocked.length > 0) return 'provider_block';
  return [...offNumber, ...offBook].some(({ since }) => since >= inbound.at) ? 'left' : null;
}
