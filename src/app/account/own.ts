import { FRESH_MS, type PasswordProblem, type User } from '../../core/account.ts';
import type { Locale } from '../../core/locale.ts';
import { type Guesser, guess, rightGuess } from './brake.ts';
import { hashPassword, newRecoveryCodes, passwordFits, totpStepOf } from './credentials.ts';
import { type AccountDeps, accountLog } from './deps.ts';
import { problemWith } from './links.ts';
import { addSession, dropSessionsOf, newSession, type SignedIn } from './sessions.ts';

/** What people change about their own account. What is dangerous asks for the password first, each time. */
export type OwnRefusal =
  | { ok: false; why: 'password' | 'signIn' | 'code' | 'changed' | PasswordProblem }
  | { ok: false; why: 'wait'; ms: number };

async function prove(
  { user }: SignedIn,
  password: string,
  address: string,
  deps: AccountDeps,
): Promise<{ ok: true } | OwnRefusal> {
  const guesser: Guesser = { at: 'password', account: user.mail, address };
  const guessed = await guess(guesser, async () => (await passwordFits(user.passwordHash, password)) || null, deps);
  if (!guessed.ok) return guessed.why === 'wait' ? guessed : { ok: false, why: 'password' };
  await rightGuess(guesser, deps);
  return { ok: true };
}

/**
 * The same for what a user without a password may do too: whoever always comes by their organisation's account or a
 * passkey shows who they are by having just signed in.
 */
export async function proveFresh(
  signedIn: SignedIn,
  password: string,
  address: string,
  deps: AccountDeps,
): Promise<{ ok: true } | OwnRefusal> {
  if (signedIn.user.passwordHash !== null) return prove(signedIn, password, address, deps);
  return deps.clock.now() - signedIn.session.createdAt <= FRESH_MS ? { ok: true } : { ok: false, why: 'signIn' };
}

/** A new password ends every other session; this browser gets a new one, whose token is returned. */
export async function changePassword(
  signedIn: SignedIn,
  given: { current: string; password: string },
  visitor: { address: string; agent: string },
  deps: AccountDeps,
): Promise<{ ok: true; token: string } | OwnRefusal> {
  const { user } = signedIn;
  const proven = await prove(signedIn, given.current, visitor.address, deps);
  if (!proven.ok) return proven;
  const problem = problemWith(given.password, user, await deps.store.reads.organisation(user.organisationId));
  if (problem) return { ok: false, why: problem };
  const passwordHash = await hashPassword(given.password);
  const { token, session } = newSession(user.id, 'full', visitor.agent, deps.clock.now());
  const done = await deps.store.commit([
    change(user, { passwordHash }),
    dropSessionsOf(user.id),
    { remove: 'links', where: { userId: user.id } },
    addSession(session),
    accountLog(user.organisationId, user.id, 'password_changed', {}, deps),
  ]);
  return done === 'done' ? { ok: true, token } : { ok: false, why: 'changed' };
}

/** Switches the second step on with a code that shows that the app has the secret. Recovery codes are shown once. */
export async function startTotp(
  signedIn: SignedIn,
  given: { secret: string; code: string; password: string },
  address: string,
  deps: AccountDeps,
): Promise<{ ok: true; codes: string[] } | OwnRefusal> {
  const { user } = signedIn;
  const proven = await proveFresh(signedIn, given.password, address, deps);
  if (!proven.ok) return proven;
  const step = totpStepOf(given.secret, given.code, deps.clock.now());
  if (step === null) return { ok: false, why: 'code' };
  const { codes, digests } = newRecoveryCodes();
  const done = await deps.store.commit([
    change(user, { totp: deps.sealer.seal(given.secret), totpStep: step, recovery: digests }),
    accountLog(user.organisationId, user.id, 'second_step_on', {}, deps),
  ]);
  return done === 'done' ? { ok: true, codes } : { ok: false, why: 'changed' };
}

export async function stopTotp(
  signedIn: SignedIn,
  password: string,
  address: string,
  deps: AccountDeps,
): Promise<{ ok: true } | OwnRefusal> {
  const { user } = signedIn;
  const proven = await proveFresh(signedIn, password, address, deps);
  if (!proven.ok) return proven;
  const done = await deps.store.commit([
    change(user, { totp: null, totpStep: null, recovery: [] }),
    accountLog(user.organisationId, user.id, 'second_step_off', {}, deps),
  ]);
  return done === 'done' ? { ok: true } : { ok: false, why: 'changed' };
}

/** For who has lost their phone and their recovery codes: the next sign-in asks for the password alone. */
export async function dropSecondStep(user: User, actor: string, deps: AccountDeps): Promise<'done' | 'changed'> {
  const passkeys = await deps.store.reads.passkeysOf(user.id);
  if (user.totp === null && passkeys.length === 0) return 'done';
  const result = await deps.store.commit([
    { change: 'users', where: { id: user.id }, set: { totp: null, totpStep: null, recovery: [] }, none: 'stale' },
    // The phone was the passkey too, and while one is left it is asked for where a second step is demanded.
    { remove: 'passkeys', where: { userId: user.id } },
    dropSessionsOf(user.id),
    accountLog(user.organisationId, actor, 'second_step_reset', { user: user.id }, deps),
  ]);
  return result === 'done' ? 'done' : 'changed';
}

export async function changeSelf(
  { user }: SignedIn,
  given: { name: string; locale: Locale | null },
  deps: AccountDeps,
): Promise<'done' | 'changed'> {
  const name = given.name.trim().slice(0, 200);
  const result = await deps.store.commit([
    change(user, { name, locale: given.locale }),
    accountLog(user.organisationId, user.id, 'account_changed', { before: user.locale, after: given.locale }, deps),
  ]);
  return result === 'done' ? 'done' : 'changed';
}

const change = (user: User, set: Partial<User>) =>
  ({
    change: 'users',
    where: { id: user.id, version: user.version },
    set: { ...set, version: user.version + 1 },
    none: 'stale',
  }) as const;
