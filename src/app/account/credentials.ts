import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { generateSecret, generateURI, verifySync } from 'otplib';

/**
 * Everything secret about signing in, on top of libraries: argon2id, TOTP, AES-GCM. The cost of argon2id is the one
 * that OWASP's password storage sheet gives for 19 MiB (two passes), about 40 ms of a core that is not the event loop's.
 */
const ARGON2 = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

export const hashPassword = (password: string): Promise<string> => hash(password.normalize('NFKC'), ARGON2);

/** Takes as long for nobody as for somebody, so that time does not tell who has an account. */
export async function passwordFits(passwordHash: string | null, password: string): Promise<boolean> {
  const against = passwordHash ?? (await nobody());
  const fits = await verify(against, password.normalize('NFKC')).catch(() => false);
  return fits && passwordHash !== null;
}
let nobodyHash: Promise<string> | undefined;
const nobody = (): Promise<string> => {
  nobodyHash ??= hashPassword(newToken());
  return nobodyHash;
};

/** 256 random bits, for cookies and links; the store keeps the digest only. */
export const newToken = (): string => randomBytes(32).toString('base64url');
export const digestOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

export function sameText(a: string, b: string): boolean {
  const [left, right] = [digestOf(a), digestOf(b)];
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

/** Ten codes of ten letters and digits, without those that look alike; `digests` are what is kept. */
export function newRecoveryCodes(): { codes: string[]; digests: string[] } {
  const letters = 'abcdefghjkmnpqrstuvwxyz23456789';
  const codes = Array.from({ length: 10 }, () => {
    const drawn = Array.from(randomBytes(10), (byte) => letters[byte % letters.length]).join('');
    return `${drawn.slice(0, 5)}-${drawn.slice(5)}`;
  });
  return { codes, digests: codes.map((code) => digestOf(code)) };
}

export const newTotpSecret = (): string => generateSecret();
export const totpAddress = (secret: string, mail: string): string =>
  generateURI({ issuer: 'Startstopp', label: mail, secret });

const STEP_S = 30;

/** The time step whose code it is, one before and one after now allowed; null = a wrong code. `now` in ms. */
export function totpStepOf(secret: string, code: string, now: number): number | null {
  const token = code.replace(/\s/g, '');
  if (!/^\d{6}$/.test(token)) return null;
  const epoch = Math.floor(now / 1000);
  const result = verifySync({ secret, token, epoch, epochTolerance: STEP_S });
  return result.valid ? Math.floor(epoch / STEP_S) + (result.delta ?? 0) : null;
}
