import { domainToASCII } from 'node:url';
import type { MailIntake, MailRecipient } from '../../ports/mailIntake.ts';
import { noRelay, noSuchAddress, onlyBounces, storeDown } from './refusal.ts';

/** Every address of ours has this form; a store need not be asked for others. */
const LOCAL = /^[a-z0-9][a-z0-9+._=-]{0,199}$/;

/**
 * Whom an address at RCPT stands for (M-5). Throws a `Refusal`: 550 for other domains and unknown addresses, 451 when
 * the store does not answer. `address` is lower-cased; without a domain only `postmaster` comes here (RFC 5321 4.5.1).
 */
export async function findRecipient(
  address: string,
  options: { intake: Pick<MailIntake, 'recipient'>; domain: string; nullSender: boolean },
): Promise<MailRecipient> {
  const at = address.lastIndexOf('@');
  const local = at === -1 ? address : address.slice(0, at);
  const domain = at === -1 ? options.domain : address.slice(at + 1);
  // smtp-server has turned xn-- into letters; our own domain may be written either way.
  if (domain !== options.domain && domainToASCII(domain) !== domainToASCII(options.domain)) throw noRelay();
  if (!LOCAL.test(local)) throw noSuchAddress();
  const recipient = await options.intake.recipient(`${local}@${options.domain}`).catch((error: unknown) => {
    throw storeDown(error);
  });
  if (recipient === null) throw noSuchAddress();
  // M-4: the null sender carries bounces, and ours come back to their own return path.
  if (options.nullSender && recipient.kind === 'book') throw onlyBounces();
  return recipient;
}
