import { asc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { SignInReads } from '../ports/signInReads.ts';
import type { Database } from './database.ts';
import { asText } from './statement.ts';

const p = (name: string) => sql.placeholder(name);

/** Reads for passkeys and sign-on (ports/signInReads.ts says what each promises). */
export function signInReadsOf(db: Database): SignInReads {
  const { passkeys, challenges, users } = db.tables;
  const { build } = db;
  const passkey = db.statement(
    build
      .select()
      .from(passkeys)
      .where(eq(passkeys.id, p('id'))),
    getTableColumns(passkeys),
  );
  const ofUser = db.statement(
    build
      .select()
      .from(passkeys)
      .where(eq(passkeys.userId, p('userId')))
      .orderBy(asc(passkeys.createdAt), asc(passkeys.id)),
    getTableColumns(passkeys),
  );
  const challenge = db.statement(
    build
      .select()
      .from(challenges)
      .where(eq(challenges.id, p('id'))),
    getTableColumns(challenges),
  );
  const spent = db.statement(
    sql`select id from challenges where expires_at < ${p('before')} order by expires_at limit ${p('limit')}`,
    { id: asText },
  );
  const bySubject = db.statement(
    build
      .select()
      .from(users)
      .where(eq(users.subject, p('subject'))),
    getTableColumns(users),
  );
  // A domain holds letters, digits, dots and hyphens only (core/address.ts), so nothing in it is a wildcard.
  const atDomain = db.statement(
    sql`select distinct organisation_id from users where mail like ${p('pattern')} and organisation_id <> ${p('otherThan')} limit 2`,
    { organisationId: asText },
  );
  const one = async <R>(rows: Promise<R[]>): Promise<R | null> => (await rows)[0] ?? null;
  return {
    passkey: (id) => one(db.read(passkey, { id })),
    passkeysOf: (userId) => db.read(ofUser, { userId }),
    challenge: (id) => one(db.read(challenge, { id })),
    spentChallenges: async (before, limit) => (await db.read(spent, { before, limit })).map(({ id }) => id),
    userBySubject: (subject) => one(db.read(bySubject, { subject })),
    organisationsAtDomain: async (domain, otherThan) =>
      (await db.read(atDomain, { pattern: `%@${domain}`, otherThan })).map(({ organisationId }) => organisationId),
  };
}
