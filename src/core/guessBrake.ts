import type { Guess } from './account.ts';

/**
 * A brake on guessing passwords and codes (OWASP ASVS 5.0, 6.3.1). It slows down and never locks for good, and it is
 * tight only for one account from one address: who guesses at somebody's password must not lock them out elsewhere.
 *
 * `here`: one account from one address · `account`: one account from everywhere, for many machines that guess together ·
 * `address`: one address at all accounts · `code`: the second step of one account, whose password is known by then ·
 * `ask`: not a guess, but beginning to sign in with a passkey or an organisation's account, by one address.
 */
export type BrakeKind = 'here' | 'account' | 'address' | 'code' | 'ask';

const MINUTE = 60_000;
/** Wrong guesses are forgotten after this. */
const WINDOW = 15 * MINUTE;
/** A household, a school or a mobile operator shares an address. */
const FREE: Readonly<Record<BrakeKind, number>> = { here: 5, account: 40, address: 30, code: 5, ask: 300 };
const LONGEST = 15 * MINUTE;

/** ms to wait before another guess is looked at; 0 = go on. */
export const brakeLeft = (guess: Guess | null, now: number): number => Math.max(0, (guess?.until ?? 0) - now);

/** The row after one more wrong guess: free ones first, then 30 s, doubled each time, at most a quarter of an hour. */
export function afterGuess(id: string, guess: Guess | null, kind: BrakeKind, now: number): Guess {
  const old = guess === null || now - guess.since > WINDOW + (guess.until === null ? 0 : guess.until - guess.since);
  const count = old ? 1 : guess.count + 1;
  const since = old ? now : guess.since;
  const over = count - FREE[kind];
  return { id, count, since, until: over < 0 ? null : now + Math.min(LONGEST, (MINUTE / 2) * 2 ** over) };
}

/**
 * What counts as one address: an IPv4 address, also in its IPv6 dress, and of IPv6 the /64, for a single machine has
 * 2^64 of them to guess from.
 */
export function networkOf(address: string): string {
  const v4 = /^(?:::ffff:)?(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (v4 !== undefined || !address.includes(':')) return v4 ?? address;
  const [head = '', tail] = (address.split('%')[0] ?? '').toLowerCase().split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0');
  const whole = [...groups, ...gap, ...after].map((group) => group.replace(/^0+(?=.)/, ''));
  return `${whole.slice(0, 4).join(':')}::/64`;
}
