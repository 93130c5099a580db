import { queuedDelivery } from '../core/delivery.ts';
import { mailLine } from '../core/mail.ts';
import { automatic } from '../core/mailGuards.ts';
import { oneLine } from '../core/oneLine.ts';
import type { ReceivedMail } from '../ports/mailIntake.ts';
import type { Step } from '../ports/store.ts';
import type { MailDeps } from './mailDeps.ts';
import { mailSteps } from './mailSteps.ts';
import { storable } from './plan.ts';

/** Whoever floods postmaster does not flood the administrators: one notice each in so long, the rest is only kept. */
const EVERY_MS = 10 * 60_000;
const LATEST_MS = 24 * 3_600_000;
const LONGEST = 10_000;

/**
 * A mail to `postmaster`, which every domain that takes mail must take (RFC 5321 4.5.1). It is kept, and told to the
 * administrators of every organisation in words that need no translation; never answered. What a machine sent is only
 * kept (M-4).
 */
export async function receivePostmaster(mail: ReceivedMail, deps: MailDeps): Promise<'done'> {
  const { store, clock, ids, listDomain } = deps;
  const now = clock.now();
  const organisations = await store.reads.organisations();
  const [first] = organisations;
  if (!first) throw new Error('no organisation can keep a mail to postmaster');
  const { content, proof } = mail;
  const steps: Step[] = mailSteps(mail, {
    id: ids.next(now),
    organisationId: first.id,
    ...{ bookId: null, inboundId: null, proof, createdAt: now },
  });
  const robot = automatic(content, { envelopeFrom: mail.envelopeFrom, ourDomain: listDomain, ownAddresses: [] });
  if (robot === null)
    for (const organisation of organisations)
      for (const user of await store.reads.users(organisation.id)) {
        if (user.role !== 'admin' || user.disabledAt !== null) continue;
        const from = oneLine(proof.from || mail.envelopeFrom);
        const head = `${from}${proof.proven ? '' : ' (?)'} → postmaster@${listDomain}`;
        const notice = {
          ...{ kind: 'notice' as const, organisationId: organisation.id, numberId: mailLine(organisation.id) },
          ...{ bookId: null, inboundId: null, address: user.mail, parts: 0 },
          text: storable(`${head}\n${oneLine(content.subject)}\n\n${content.text.slice(0, LONGEST)}`),
          letter: { subject: oneLine(`postmaster: ${content.subject}`) },
          latestAt: now + LATEST_MS,
          onceKey: `postmaster:${user.id}:${Math.floor(now / EVERY_MS)}`,
        };
        steps.push({ add: 'deliveries', row: queuedDelivery(notice, now), exists: 'ignore' });
      }
  await store.commit(steps);
  return 'done';
}
