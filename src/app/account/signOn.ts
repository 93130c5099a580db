import type { User } from '../../core/account.ts';
import { readMail } from '../../core/address.ts';
import type { Organisation, SignOn } from '../../core/organisation.ts';
import { type Claims, decideSignOn, domainOf, type SignOnRefusal, subjectOf } from '../../core/signOn.ts';
import type { DiscoveryFault, SignOnClient, SignOnFault, SignOnKept, SignOnProvider } from '../../ports/signOn.ts';
import { openChallenge, useChallenge } from './challenges.ts';
import { type AccountDeps, accountLog } from './deps.ts';
import { begin, type SignInResult, type Visitor } from './signIn.ts';

export type SignOnDeps = AccountDeps & { publicUrl: string; signOn: SignOnProvider };
type WithSignOn = Organisation & { signOn: SignOn };

/** Where providers send browsers back to; it is registered with each. */
export const CALLBACK = '/sign-in/sso/callback';
export const callbackOf = (publicUrl: string): string => new URL(CALLBACK, publicUrl).href;

/**
 * The organisation whose accounts this mail address belongs to, by its domain: the same whether or not there is such a
 * user. Only somebody who is a user elsewhere is never sent there, for any organisation may name any domain.
 */
export async function signOnFor(mail: string, { store }: Pick<AccountDeps, 'store'>): Promise<WithSignOn | null> {
  const read = readMail(mail);
  if (!read.ok) return null;
  const domain = domainOf(read.mail);
  const found = (await store.reads.organisations()).find(({ signOn }) => signOn?.domains.includes(domain));
  const user = await store.reads.userByMail(read.mail);
  if (!found?.signOn || (user && user.organisationId !== found.id)) return null;
  return { ...found, signOn: found.signOn };
}

/** null: the secret cannot be opened any more, since it was sealed under another SECRET_KEY. */
function clientOf({ signOn }: WithSignOn, { sealer }: AccountDeps): SignOnClient | null {
  const { issuer, clientId, inside } = signOn;
  const secret = sealer.open(signOn.secret);
  return secret === null ? null : { issuer, clientId, secret, inside };
}

export type SignOnBegun =
  | { ok: true; token: string; address: string }
  | { ok: false; why: 'none' }
  | { ok: false; why: DiscoveryFault | 'secret'; organisation: Organisation };

/** Sends somebody to their organisation's provider; `back`: where they were going here. */
export async function beginSignOn(given: { mail: string; back: string }, deps: SignOnDeps): Promise<SignOnBegun> {
  const organisation = await signOnFor(given.mail, deps);
  if (!organisation) return { ok: false, why: 'none' };
  const client = clientOf(organisation, deps);
  if (!client) return { ok: false, why: 'secret', organisation };
  const begun = await deps.signOn.begin(client, callbackOf(deps.publicUrl), given.mail.trim());
  if (!begun.ok) return { ok: false, why: begun.why, organisation };
  const { state, nonce, verifier } = begun.kept;
  const data = { organisation: organisation.id, issuer: client.issuer, state, nonce, verifier, back: given.back };
  const token = await openChallenge({ purpose: 'sign_on', userId: null, data }, deps);
  return { ok: true, token, address: begun.address };
}

export type SignOnEnded =
  | (Extract<SignInResult, { ok: true }> & { back: string })
  /** Nobody asked, it was too long ago, or the answer has been used. */
  | { ok: false; why: 'stale' }
  | { ok: false; why: SignOnFault | SignOnRefusal | 'changed'; organisation: Organisation };

/**
 * Somebody comes back from a provider. The question of this very browser is used up first, whatever the answer is; the
 * answer must be that of the provider that was asked, as the organisation has it now.
 */
export async function endSignOn(
  given: { token: string | null; query: string },
  visitor: Visitor,
  deps: SignOnDeps,
): Promise<SignOnEnded> {
  const challenge = await useChallenge(given.token, 'sign_on', deps);
  const { organisation: id = '', issuer, state = '', nonce = '', verifier = '', back = '/' } = challenge?.data ?? {};
  const organisation = challenge && (await deps.store.reads.organisation(id));
  if (!organisation?.signOn || organisation.signOn.issuer !== issuer) return { ok: false, why: 'stale' };
  const own = { ...organisation, signOn: organisation.signOn };
  const refuse = (why: SignOnFault | SignOnRefusal | 'changed') => ({ ok: false, why, organisation }) as const;
  const client = clientOf(own, deps);
  if (!client) return refuse('secret');
  const kept: SignOnKept = { state, nonce, verifier };
  const answer = await deps.signOn.finish(client, callbackOf(deps.publicUrl) + given.query, kept);
  if (!answer.ok) return refuse(answer.why);
  const { claims } = answer;
  const decision = decideSignOn(claims, own, {
    bySubject: await deps.store.reads.userBySubject(subjectOf(claims)),
    byMail: claims.mail === null ? null : await deps.store.reads.userByMail(claims.mail),
  });
  if (!decision.ok) {
    // Somebody whom nobody invited leaves no line: they could fill the log.
    const { whom, why } = decision;
    if (whom)
      await deps.store.commit([accountLog(organisation.id, whom, 'sign_on_refused', { user: whom, why }, deps)]);
    return refuse(decision.why);
  }
  const user = decision.bind ? await bind(decision.user, claims, deps) : decision.user;
  if (!user) return refuse('changed');
  // Their own code is asked for where the provider does not say that it has seen two factors (ASVS 6.3.4).
  const stage = claims.strong ? 'strong' : user.totp === null ? 'full' : 'password';
  return { ...(await begin(user, stage, visitor, deps, 'sign_on')), back };
}

/** From now on the provider's subject is this user, whatever becomes of the mail address. null: somebody was quicker. */
async function bind(user: User, claims: Claims, deps: AccountDeps): Promise<User | null> {
  const subject = subjectOf(claims);
  const version = user.version + 1;
  const done = await deps.store.commit([
    { change: 'users', where: { id: user.id, version: user.version }, set: { subject, version }, none: 'stale' },
    accountLog(user.organisationId, user.id, 'sign_on_bound', { user: user.id }, deps),
  ]);
  return done === 'done' ? { ...user, subject, version } : null;
}
