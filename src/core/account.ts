import type { Locale } from './locale.ts';

/**
 * `operator` runs the installation and sees every organisation · `admin` looks after one organisation: its books, users
 * and settings · `sender` and `viewer` see the books that they have access to; a sender may also edit the people in them.
 */
export type Role = 'operator' | 'admin' | 'sender' | 'viewer';
export const ROLES: readonly Role[] = ['viewer', 'sender', 'admin', 'operator'];

/** A login to the toolbox. */
export type User = {
  id: string;
  organisationId: string;
  /** In lower case; also what makes a user a writer of a book (glossary). */
  mail: string;
  name: string;
  role: Role;
  /** argon2id in its usual text form; null = invited and not yet come. */
  passwordHash: string | null;
  /** Secret of the one-time codes, sealed with SECRET_KEY; null = not set up. */
  totp: string | null;
  /** The last time step whose code was used: a code works once (RFC 6238 section 5.2). */
  totpStep: number | null;
  /** Digests of recovery codes that are left. */
  recovery: string[];
  /** null = as the browser asks. */
  locale: Locale | null;
  /** Issuer and subject of the organisation's own account, a space between; null = never came that way. */
  subject: string | null;
  disabledAt: number | null;
  /** Last sign-in. */
  seenAt: number | null;
  createdAt: number;
  version: number;
};

/** One browser that is signed in. The cookie holds a token, the row its digest. */
export type Session = {
  id: string;
  userId: string;
  /** Every form of this session repeats it (CSRF). */
  csrf: string;
  /**
   * `password` = the code of the second step is still to come · `strong` = came by a way that is both steps in itself: a
   * passkey, or the organisation's own sign-on that says so.
   */
  stage: 'password' | 'full' | 'strong';
  createdAt: number;
  seenAt: number;
  /** What the browser says that it is, shortened, to tell one's own sessions apart. */
  agent: string;
};

/** A link that works once: an invitation, a new password, or the first user of an installation. */
export type Link = {
  /** Digest of the token in the address. */
  id: string;
  purpose: 'invite' | 'reset' | 'first';
  /** null only for `first`. */
  userId: string | null;
  createdAt: number;
  expiresAt: number;
  usedAt: number | null;
};

/** A user's passkey (WebAuthn level 3): a device that signs them in without a password. */
export type Passkey = {
  /** The credential's id, base64url. */
  id: string;
  userId: string;
  /** COSE. */
  publicKey: Buffer;
  counter: number;
  transports: string[];
  /** What its owner calls it. */
  name: string;
  createdAt: number;
  usedAt: number | null;
};

/** What we asked a browser or a sign-on provider and await the answer to; the browser's cookie holds the token. */
export type Challenge = {
  /** Digest of the token. */
  id: string;
  purpose: 'passkey_new' | 'passkey_use' | 'sign_on';
  userId: string | null;
  data: Record<string, string>;
  createdAt: number;
  expiresAt: number;
};

/** Wrong guesses from one address, at one account or with one link (guessBrake.ts). */
export type Guess = {
  /** Keyed hash: neither an address nor a mail stands in the database. */
  id: string;
  count: number;
  since: number;
  /** Nothing is even looked at until then; null = go on. */
  until: number | null;
};

/** Somebody invited who has not come yet. */
export const newUser = (given: Pick<User, 'id' | 'organisationId' | 'mail' | 'role' | 'createdAt'>): User => ({
  name: '',
  passwordHash: null,
  totp: null,
  totpStep: null,
  recovery: [],
  locale: null,
  subject: null,
  disabledAt: null,
  seenAt: null,
  version: 1,
  ...given,
});

/** Idle log-out. */
export const IDLE_MS = 45 * 60_000;
/** However busy, a session ends after this. */
export const SESSION_MS = 12 * 3_600_000;
export const LINK_MS: Readonly<Record<Link['purpose'], number>> = {
  invite: 7 * 86_400_000,
  reset: 2 * 3_600_000,
  first: 86_400_000,
};

/** An answer to what we asked a browser or a sign-on provider counts so long. */
export const CHALLENGE_MS = 5 * 60_000;
export const MOST_PASSKEYS = 10;
/** Who has no password shows who they are by having signed in this short a time ago. */
export const FRESH_MS = 10 * 60_000;

/** Why a session counts no more; null = it does. */
export function sessionEnd(session: Session, now: number): 'idle' | 'old' | null {
  if (now - session.seenAt > IDLE_MS) return 'idle';
  return now - session.createdAt > SESSION_MS ? 'old' : null;
}

/** NIST SP 800-63B section 3.1.1.2: length is what counts; no rules about which characters. */
export const PASSWORD_MIN = 12;
export const PASSWORD_MAX = 128;

export type PasswordProblem = 'short' | 'long' | 'common' | 'own';

/** `known`: passwords that are too common, in lower case. A password may not be the user's own name, mail or the site's. */
export function passwordProblem(
  password: string,
  about: readonly string[],
  known: ReadonlySet<string>,
): PasswordProblem | null {
  const length = [...password].length;
  if (length < PASSWORD_MIN) return 'short';
  if (length > PASSWORD_MAX) return 'long';
  const folded = password.normalize('NFKC').toLowerCase();
  if (known.has(folded) || /^(.{1,4})\1+$/u.test(folded)) return 'common';
  // "Lunds IK 2026!" is the club's name, whatever stands between and after its letters.
  const letters = (text: string): string => text.normalize('NFKC').toLowerCase().replace(/\P{L}/gu, '');
  const own = about.map(letters).filter((each) => each.length > 3);
  return own.includes(letters(password)) ? 'own' : null;
}
