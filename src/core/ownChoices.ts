import type { StopScope } from './consent.ts';
import type { Member, Via } from './member.ts';

/** A stop as it keeps messages from one address. */
type Reach = { scope: StopScope };

/**
 * What a member may choose to get broadcasts by: something to choose between only where they have both, and never what
 * would reach them by nothing. `stopped`: what keeps texts, or mails, from them; `mailOut`: mail can be sent at all.
 */
export function choicesOf(
  { phone, mail }: Pick<Member, 'phone' | 'mail'>,
  stopped: { phone: readonly Reach[]; mail: readonly Reach[] },
  mailOut: boolean,
): Via[] {
  if (phone === null || mail === null) return [];
  const choices: Via[] = ['both'];
  if (stopped.phone.length === 0) choices.push('sms');
  if (stopped.mail.length === 0 && mailOut) choices.push('mail');
  return choices;
}

/** What in fact comes: where there is one address, by that. */
export const waysOf = ({ phone, mail, via }: Pick<Member, 'phone' | 'mail' | 'via'>): Via | null =>
  phone === null ? (mail === null ? null : 'mail') : mail === null ? 'sms' : via;

/** Enough to know one's own address again, too little for whoever was sent on the mail with the link. */
export const endOfPhone = (phone: string): string => phone.slice(-2);
export const hintOfMail = (mail: string): string => `${[...mail][0] ?? ''}***${mail.slice(mail.lastIndexOf('@'))}`;
