import { asc, desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { AccountReads } from '../ports/accountReads.ts';
import type { Database } from './database.ts';
import { asNumber, asText } from './statement.ts';

const p = (name: string) => sql.placeholder(name);

/** Reads for signing in and access (ports/accountReads.ts says what each promises). */
export function accountsOf(db: Database): AccountReads {
  const { users, sessions, links, guesses, accesses } = db.tables;
  const { build } = db;
  const user = db.statement(
    build
      .select()
      .from(users)
      .where(eq(users.id, p('id'))),
    getTableColumns(users),
  );
  const byMail = db.statement(
    build
      .select()
      .from(users)
      .where(eq(users.mail, p('mail'))),
    getTableColumns(users),
  );
  const able = db.statement(sql`select count(*) from users where password_hash is not null`, { count: asNumber });
  const session = db.statement(
    build
      .select()
      .from(sessions)
      .where(eq(sessions.id, p('id'))),
    getTableColumns(sessions),
  );
  const ofUser = db.statement(
    build
      .select()
      .from(sessions)
      .where(eq(sessions.userId, p('userId')))
      .orderBy(desc(sessions.seenAt)),
    getTableColumns(sessions),
  );
  const link = db.statement(
    build
      .select()
      .from(links)
      .where(eq(links.id, p('id'))),
    getTableColumns(links),
  );
  const some = db.statement(build.select().from(guesses).where(db.among(guesses.id, 'ids')), getTableColumns(guesses));
  const ofBook = db.statement(
    build
      .select({ userId: accesses.userId })
      .from(accesses)
      .where(eq(accesses.bookId, p('bookId')))
      .orderBy(asc(accesses.userId)),
    { userId: accesses.userId },
  );
  const spent = (table: string, column: string) =>
    db.statement(
      sql`select id from ${sql.raw(table)} where ${sql.raw(column)} < ${p('before')} order by ${sql.raw(column)} limit ${p('limit')}`,
      { id: asText },
    );
  const spentSessions = spent('sessions', 'seen_at');
  const spentLinks = spent('links', 'expires_at');
  const spentGuesses = spent('guesses', 'since');
  const one = async <R>(rows: Promise<R[]>): Promise<R | null> => (await rows)[0] ?? null;
  return {
    user: (id) => one(db.read(user, { id })),
    userByMail: (mail) => one(db.read(byMail, { mail })),
    hasUsers: async () => ((await db.read(able))[0]?.count ?? 0) > 0,
    session: (id) => one(db.read(session, { id })),
    sessionsOf: (userId) => db.read(ofUser, { userId }),
    link: (id) => one(db.read(link, { id })),
    guesses: (ids) => db.read(some, { ids }),
    async spentAccountRows(before, limit) {
      const [oldSessions, oldLinks, oldGuesses] = await db.readAll([
        { statement: spentSessions, given: { before: before.sessions, limit } },
        { statement: spentLinks, given: { before: before.links, limit } },
        { statement: spentGuesses, given: { before: before.guesses, limit } },
      ]);
      const ids = (rows: readonly { id: string }[]) => rows.map(({ id }) => id);
      return { sessions: ids(oldSessions), links: ids(oldLinks), guesses: ids(oldGuesses) };
    },
    accessesTo: async (bookId) => (await db.read(ofBook, { bookId })).map(({ userId }) => userId),
  };
}
