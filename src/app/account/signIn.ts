import type { Session, User } from '../../core/account.ts';
import { readMail } from '../../core/address.ts';
import { onlyBySignOn } from '../../core/signOn.ts';
import { type Guesser, guess, rightGuess } from './brake.ts';
import { digestOf, passwordFits, totpStepOf } from './credentials.ts';
import { type AccountDeps, accountLog } from './deps.ts';
import { addSession, dropSession, newSession, type SignedIn } from './sessions.ts';

/** `address`: where the request comes from; `agent`: its User-Agent; `before`: the token's session that it replaces. */
export type Visitor = { address: string; agent: string; before: Session | null };

export type SignInResult =
  | { ok: true; token: string; session: Session; user: User }
  | { ok: false; why: 'wrong' }
  | { ok: false; why: 'wait'; ms: number };

/**
 * First step: mail and password. One answer for a wrong mail, a wrong password and a closed account, in the same time.
 * A new session each time (rotation), so a token that was planted before is worth nothing.
 */
export async function signIn(
  given: { mail: string; password: string },
  visitor: Visitor,
  deps: AccountDeps,
): Promise<SignInResult> {
  const read = readMail(given.mail);
  const mail = read.ok ? read.mail : given.mail.trim().toLowerCase();
  const guesser: Guesser = { at: 'password', account: mail, address: visitor.address };
  const guessed = await guess(
    guesser,
    async () => {
      const user = await deps.store.reads.userByMail(mail);
      const organisation = await deps.store.reads.organisation(user?.organisationId ?? '');
      const fits = await passwordFits(user?.passwordHash ?? null, given.password);
      return user && fits && user.disabledAt === null && !onlyBySignOn(user, organisation) ? user : null;
    },
    deps,
  );
  if (!guessed.ok) return guessed;
  const user = guessed.value;
  return begin(user, user.totp === null ? 'full' : 'password', visitor, deps);
}

/** Second step: a code from the app, or a recovery code, each of which works once. */
export async function proveCode(
  { session, user }: SignedIn,
  code: string,
  visitor: Visitor,
  deps: AccountDeps,
): Promise<SignInResult> {
  const guesser: Guesser = { at: 'code', account: user.id, address: visitor.address };
  const guessed = await guess(guesser, async () => useCode(user, code, deps), deps);
  if (!guessed.ok) return guessed;
  const used = guessed.value;
  const { version } = user;
  const spent = await deps.store.commit([
    { change: 'users', where: { id: user.id, version }, set: { ...used, version: version + 1 }, none: 'stale' },
  ]);
  // Somebody used a code at the same moment: this one may be spent.
  if (spent !== 'done') return { ok: false, why: 'wrong' };
  await rightGuess(guesser, deps);
  return begin({ ...user, ...used, version: version + 1 }, 'full', { ...visitor, before: session }, deps);
}

/** What using the code changes in the user's row; null = it is no code of theirs. */
export function useCode(user: User, code: string, deps: AccountDeps): Partial<User> | null {
  const secret = user.totp === null ? null : deps.sealer.open(user.totp);
  const step = secret === null ? null : totpStepOf(secret, code, deps.clock.now());
  if (step !== null) return user.totpStep !== null && step <= user.totpStep ? null : { totpStep: step };
  const digest = digestOf(code.trim().toLowerCase());
  return user.recovery.includes(digest) ? { recovery: user.recovery.filter((each) => each !== digest) } : null;
}

/** The session that signing in ends in; `by`: which other way than the password it was, for the audit log. */
export async function begin(
  user: User,
  stage: Session['stage'],
  { address, agent, before }: Visitor,
  deps: AccountDeps,
  by?: 'passkey' | 'sign_on',
): Promise<Extract<SignInResult, { ok: true }>> {
  const now = deps.clock.now();
  const { token, session } = newSession(user.id, stage, agent, now);
  await deps.store.commit([
    ...(before ? [dropSession(before.id)] : []),
    addSession(session),
    ...(stage !== 'password'
      ? [
          { change: 'users', where: { id: user.id }, set: { seenAt: now }, none: 'ignore' } as const,
          accountLog(user.organisationId, user.id, by ? `signed_in_${by}` : 'signed_in', {}, deps),
        ]
      : []),
  ]);
  if (stage !== 'password') await rightGuess({ at: 'password', account: user.mail, address }, deps);
  return { ok: true, token, session, user };
}
