import { bounceIn } from '../core/mailBounce.ts';
import type { ReceivedMail } from '../ports/mailIntake.ts';
import type { Step } from '../ports/store.ts';
import { bounceRow, scoreAddress } from './bounces.ts';
import type { MailDeps } from './mailDeps.ts';
import { mailSteps } from './mailSteps.ts';

/**
 * A mail to the return path of one of ours: a report that it did not arrive, a complaint, or a robot that answers. The mail
 * is kept; a report is counted once and scored; everything else is dropped. Nothing is ever answered (M-4).
 */
export async function receiveBack(mail: ReceivedMail, deliveryId: number, deps: MailDeps): Promise<'done'> {
  const { store, clock, ids, log } = deps;
  const now = clock.now();
  const [sent] = await store.reads.sentMails([deliveryId]);
  if (!sent) {
    log.warn({ delivery: deliveryId }, 'a mail came back for a delivery that is not there');
    return 'done';
  }
  const told = mail.content.report === null ? null : bounceIn(mail.content.report);
  // What it says of the person stands in the raw mail alone, which goes after a month.
  const steps: Step[] = mailSteps(
    { ...mail, content: { ...mail.content, subject: '', text: '' } },
    {
      id: ids.next(now),
      organisationId: sent.organisationId,
      bookId: sent.bookId,
      inboundId: null,
      proof: mail.proof,
      createdAt: now,
    },
  );
  if (told !== null) steps.push({ add: 'bounces', row: bounceRow(sent, told, now, deps), exists: 'ignore' });
  await store.commit(steps);
  if (told === null) return 'done';
  if (told.kind !== 'complaint') {
    const providerId = sent.providerId ?? 'bounce';
    await store.outbox.receipt({ deliveryId, providerId, status: 'undelivered', reason: told.code, at: now });
  }
  await scoreAddress(sent.address, sent.organisationId, deps);
  return 'done';
}
