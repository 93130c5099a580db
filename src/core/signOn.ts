import type { User } from './account.ts';
import type { Organisation, SignOn } from './organisation.ts';

/** What a sign-on provider says of somebody, after everything about its answer was checked. */
export type Claims = {
  issuer: string;
  subject: string;
  /** In lower case; null = it tells none. */
  mail: string | null;
  /** The provider vouches that the mail address is theirs. */
  verified: boolean;
  /** They showed two factors there (`amr` has `mfa`, RFC 8176). */
  strong: boolean;
};

export const domainOf = (mail: string): string => mail.slice(mail.lastIndexOf('@') + 1);

/** As it stands in a user's row. An issuer is an address and holds no space. */
export const subjectOf = ({ issuer, subject }: Pick<Claims, 'issuer' | 'subject'>): string => `${issuer} ${subject}`;

/**
 * Must this user come by the organisation's own accounts, whatever password or passkey they have? Operators never: they
 * get in when the provider is down or was set up wrongly.
 */
export const onlyBySignOn = (
  { mail, role }: Pick<User, 'mail' | 'role'>,
  organisation: Pick<Organisation, 'signOn'> | null,
): boolean =>
  organisation?.signOn?.only === true && role !== 'operator' && organisation.signOn.domains.includes(domainOf(mail));

/**
 * `whom`: whose account it would have been. `unknown`: nobody has invited them to this organisation, or they were shut out · `unverified`: the provider does not
 * vouch for a mail address of the organisation's domains · `taken`: the user with this mail comes as somebody else ·
 * `operator`: who sets a provider up decides whom it vouches for, and must not become more than they are.
 */
export type SignOnRefusal = 'unknown' | 'unverified' | 'taken' | 'operator';
export type SignOnDecision =
  | { ok: true; user: User; bind: boolean }
  | { ok: false; why: SignOnRefusal; whom: string | null };

/**
 * Who it is that comes. The provider's subject decides; the mail address only the first time, within this one
 * organisation, and never makes anybody a user.
 */
export function decideSignOn(
  claims: Claims,
  organisation: { id: string; signOn: Pick<SignOn, 'domains'> },
  found: { bySubject: User | null; byMail: User | null },
): SignOnDecision {
  const refuse = (why: SignOnRefusal, whom: string | null = null) => ({ ok: false, why, whom }) as const;
  const isHere = (user: User | null): user is User =>
    user !== null && user.organisationId === organisation.id && user.disabledAt === null;
  if (found.bySubject) {
    if (!isHere(found.bySubject)) return refuse('unknown');
    return found.bySubject.role === 'operator'
      ? refuse('operator', found.bySubject.id)
      : { ok: true, user: found.bySubject, bind: false };
  }
  const { mail } = claims;
  if (mail === null || !claims.verified || !organisation.signOn.domains.includes(domainOf(mail)))
    return refuse('unverified');
  const user = found.byMail;
  if (!isHere(user)) return refuse('unknown');
  if (user.role === 'operator') return refuse('operator', user.id);
  // Somebody bound by a provider that the organisation had before is bound anew.
  if (user.subject?.startsWith(subjectOf({ issuer: claims.issuer, subject: '' }))) return refuse('taken', user.id);
  return { ok: true, user, bind: true };
}
