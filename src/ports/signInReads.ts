import type { Challenge, Passkey, User } from '../core/account.ts';

/** What signing in without a password asks of the store. */
export interface SignInReads {
  passkey(id: string): Promise<Passkey | null>;
  /** Oldest first. */
  passkeysOf(userId: string): Promise<Passkey[]>;
  challenge(id: string): Promise<Challenge | null>;
  /** Ids of challenges that ran out before this time. */
  spentChallenges(before: number, limit: number): Promise<string[]>;
  /** `issuer subject`, as it stands in the row. */
  userBySubject(subject: string): Promise<User | null>;
  /** Organisations other than this one that have a user with a mail address at this domain; at most two. */
  organisationsAtDomain(domain: string, otherThan: string): Promise<string[]>;
}
