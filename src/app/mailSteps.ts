import type { Mail } from '../core/mail.ts';
import type { ReceivedMail } from '../ports/mailIntake.ts';
import type { Step } from '../ports/store.ts';
import { storable } from './plan.ts';

/** The mail's own row and what of it is not stored yet. */
export function mailSteps(
  { rawId, envelopeFrom, envelopeTo, remote, size, pieces, unstored, content }: ReceivedMail,
  row: Pick<Mail, 'id' | 'organisationId' | 'bookId' | 'inboundId' | 'proof' | 'createdAt'>,
): Step[] {
  const { messageId, subject, text } = content;
  const said = { messageId: storable(messageId), subject: storable(subject), text: storable(text) };
  return [
    { add: 'mails', row: { ...row, rawId, envelopeFrom, envelopeTo, remote, size, pieces, ...said }, exists: 'stale' },
    // A mail to several books comes here once for each; its pieces are written by the first.
    ...unstored.map((piece): Step => ({ add: 'mailPieces', row: piece, exists: 'ignore' })),
  ];
}
