import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { CHALLENGE_MS, MOST_PASSKEYS, type Passkey } from '../../core/account.ts';
import { onlyBySignOn } from '../../core/signOn.ts';
import { guess } from './brake.ts';
import { openChallenge, useChallenge } from './challenges.ts';
import { digestOf } from './credentials.ts';
import { type AccountDeps, accountLog } from './deps.ts';
import { type OwnRefusal, proveFresh } from './own.ts';
import type { SignedIn } from './sessions.ts';
import { begin, type SignInResult, type Visitor } from './signIn.ts';
import { webAuthn } from './webAuthn.ts';

export type PasskeyDeps = AccountDeps & { publicUrl: string };

/** A passkey belongs to the host of PUBLIC_URL and works on its pages alone (WebAuthn level 3, 13.4.9). */
export function placeOf({ publicUrl }: Pick<PasskeyDeps, 'publicUrl'>): { rpID: string; origin: string } {
  const { hostname, origin } = new URL(publicUrl);
  return { rpID: hostname, origin };
}

/** The name of a passkey in addresses of ours: a credential's id may be a thousand characters. */
export const passkeyMark = ({ id }: Pick<Passkey, 'id'>): string => digestOf(id).slice(0, 16);

export type NewPasskeyAsked = { ok: true; token: string; options: object } | OwnRefusal | { ok: false; why: 'many' };

/** The first half of adding a passkey: proof of who it is, then what the browser is to make. */
export async function askNewPasskey(
  signedIn: SignedIn,
  password: string,
  address: string,
  deps: PasskeyDeps,
): Promise<NewPasskeyAsked> {
  const { user, session } = signedIn;
  const proven = await proveFresh(signedIn, password, address, deps);
  if (!proven.ok) return proven;
  const own = await deps.store.reads.passkeysOf(user.id);
  if (own.length >= MOST_PASSKEYS) return { ok: false, why: 'many' };
  const { generateRegistrationOptions } = await webAuthn();
  const options = await generateRegistrationOptions({
    rpName: 'Startstopp',
    rpID: placeOf(deps).rpID,
    userID: new Uint8Array(Buffer.from(user.id)),
    userName: user.mail,
    userDisplayName: user.name || user.mail,
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    excludeCredentials: own.map(({ id, transports }) => ({ id, transports })),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  });
  const data = { challenge: options.challenge, session: session.id };
  const token = await openChallenge({ purpose: 'passkey_new', userId: user.id, data }, deps);
  return { ok: true, token, options };
}

/** The second half: keeps what the browser made. It must answer the question that this very session asked. */
export async function addPasskey(
  { user, session }: SignedIn,
  given: { token: string | null; credential: string; name: string },
  deps: PasskeyDeps,
): Promise<{ ok: true } | { ok: false; why: 'answer' | 'known' }> {
  const refused = { ok: false, why: 'answer' } as const;
  const challenge = await useChallenge(given.token, 'passkey_new', deps);
  if (challenge?.userId !== user.id || challenge.data.session !== session.id) return refused;
  const { verifyRegistrationResponse } = await webAuthn();
  const { rpID, origin } = placeOf(deps);
  const made = await verifyRegistrationResponse({
    response: readJson<RegistrationResponseJSON>(given.credential),
    expectedChallenge: challenge.data.challenge ?? '',
    expectedOrigin: origin,
    expectedRPID: rpID,
    requireUserVerification: true,
  }).catch(() => null);
  if (!made?.verified) return refused;
  const { credential } = made.registrationInfo;
  const row: Passkey = {
    id: credential.id,
    userId: user.id,
    publicKey: Buffer.from(credential.publicKey),
    counter: credential.counter,
    transports: (credential.transports ?? []).map(String).slice(0, 10),
    name: given.name.trim().slice(0, 60),
    createdAt: deps.clock.now(),
    usedAt: null,
  };
  const done = await deps.store.commit([
    { add: 'passkeys', row, exists: 'stale' },
    accountLog(user.organisationId, user.id, 'passkey_added', {}, deps),
  ]);
  return done === 'done' ? { ok: true } : { ok: false, why: 'known' };
}

export async function removePasskey(
  signedIn: SignedIn,
  passkey: Passkey,
  password: string,
  address: string,
  deps: AccountDeps,
): Promise<{ ok: true } | OwnRefusal> {
  const { user } = signedIn;
  const proven = await proveFresh(signedIn, password, address, deps);
  if (!proven.ok) return proven;
  await deps.store.commit([
    { remove: 'passkeys', where: { id: passkey.id, userId: user.id } },
    accountLog(user.organisationId, user.id, 'passkey_removed', {}, deps),
  ]);
  return { ok: true };
}

/** What a browser is asked on the sign-in page: any passkey for this place, whoever it belongs to. */
export async function askPasskey(deps: PasskeyDeps): Promise<{ token: string; options: object }> {
  const { generateAuthenticationOptions } = await webAuthn();
  const options = await generateAuthenticationOptions({
    rpID: placeOf(deps).rpID,
    userVerification: 'required',
    timeout: CHALLENGE_MS,
  });
  const data = { challenge: options.challenge };
  return { token: await openChallenge({ purpose: 'passkey_use', userId: null, data }, deps), options };
}

/** `cloned`: the answer is right, but its counter has been seen before, so there are two of this passkey. */
export type PasskeyResult =
  | Extract<SignInResult, { ok: true }>
  | { ok: false; why: 'wrong' | 'cloned' }
  | { ok: false; why: 'wait'; ms: number };

/**
 * Signs in with a passkey. It is both steps: a device that one has, which itself has asked for a finger, a face or a PIN
 * (user verification is demanded and checked), and it cannot be handed to another site.
 */
export async function signInWithPasskey(
  given: { token: string | null; credential: string },
  visitor: Visitor,
  deps: PasskeyDeps,
): Promise<PasskeyResult> {
  const challenge = await useChallenge(given.token, 'passkey_use', deps);
  const response = readJson<AuthenticationResponseJSON>(given.credential);
  const id = typeof response.id === 'string' ? response.id.slice(0, 2_000) : '';
  const guesser = { at: 'password', account: `passkey ${id}`, address: visitor.address } as const;
  const looked = await guess(guesser, () => look(), deps);
  if (!looked.ok) return looked;
  const { user, passkey, counter } = looked.value;
  if (counter === 'seen') {
    await deps.store.commit([accountLog(user.organisationId, user.id, 'passkey_refused', {}, deps)]);
    return { ok: false, why: 'cloned' };
  }
  const kept = await deps.store.commit([
    {
      change: 'passkeys',
      where: { id: passkey.id, counter: passkey.counter },
      set: { counter, usedAt: deps.clock.now() },
      none: 'stale',
    },
  ]);
  if (kept !== 'done') return { ok: false, why: 'wrong' };
  return begin(user, 'strong', visitor, deps, 'passkey');

  async function look() {
    if (challenge === null) return null;
    const passkey = await deps.store.reads.passkey(id);
    const user = passkey && (await deps.store.reads.user(passkey.userId));
    if (!passkey || !user || user.disabledAt !== null) return null;
    if (onlyBySignOn(user, await deps.store.reads.organisation(user.organisationId))) return null;
    // The device keeps whose passkey it is, and says so: it must be the same user.
    const handle: unknown = response.response?.userHandle;
    if (typeof handle !== 'string' || Buffer.from(handle, 'base64url').toString() !== user.id) return null;
    const { verifyAuthenticationResponse } = await webAuthn();
    const { rpID, origin } = placeOf(deps);
    const answer = await verifyAuthenticationResponse({
      response,
      expectedChallenge: challenge.data.challenge ?? '',
      expectedOrigin: origin,
      expectedRPID: rpID,
      // The library looks at the counter before the signature; a counter tells of a copy only under a good one.
      credential: { id: passkey.id, publicKey: new Uint8Array(passkey.publicKey), counter: -1 },
      requireUserVerification: true,
    }).catch(() => null);
    if (!answer?.verified) return null;
    const { newCounter } = answer.authenticationInfo;
    // Passkeys that live in several devices count nothing: 0 each time (WebAuthn level 3, 6.1.1).
    const isSeen = (newCounter > 0 || passkey.counter > 0) && newCounter <= passkey.counter;
    return { user, passkey, counter: isSeen ? ('seen' as const) : newCounter };
  }
}

/** What a script of ours sent, or somebody else: the library looks at every field. */
function readJson<T extends object>(text: string): T {
  try {
    const value: unknown = JSON.parse(text);
    return (typeof value === 'object' && value !== null ? value : {}) as T;
  } catch {
    return {} as T;
  }
}
