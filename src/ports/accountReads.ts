import type { Guess, Link, Session, User } from '../core/account.ts';

/** What signing in and access ask of the store. */
export interface AccountReads {
  user(id: string): Promise<User | null>;
  userByMail(mail: string): Promise<User | null>;
  /** Is there anybody who could sign in? An installation without is open to its first user (and nobody else). */
  hasUsers(): Promise<boolean>;
  session(id: string): Promise<Session | null>;
  /** Newest first. */
  sessionsOf(userId: string): Promise<Session[]>;
  link(id: string): Promise<Link | null>;
  guesses(ids: readonly string[]): Promise<Guess[]>;
  /** Ids of sessions last seen, links expired and guesses begun before these times; at most `limit` of each. */
  spentAccountRows(
    before: { sessions: number; links: number; guesses: number },
    limit: number,
  ): Promise<{ sessions: string[]; links: string[]; guesses: string[] }>;
  /** The users who have been given access to a book. */
  accessesTo(bookId: string): Promise<string[]>;
}
