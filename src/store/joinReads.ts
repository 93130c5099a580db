import { desc, getTableColumns, sql } from 'drizzle-orm';
import type { JoinReads } from '../ports/joinReads.ts';
import type { Database } from './database.ts';
import { given } from './outboxSql.ts';

/** Reads of the join page (ports/joinReads.ts says what each promises). The table holds what is under way: a few rows. */
export function joinReadsOf(db: Database): JoinReads {
  const { joinForms } = db.tables;
  const columns = getTableColumns(joinForms);
  const form = db.statement(
    db.build
      .select()
      .from(joinForms)
      .where(sql`id = ${given('id')}`),
    columns,
  );
  const ofAddress = db.statement(
    db.build
      .select()
      .from(joinForms)
      .where(
        sql`expires_at > ${given('since')} and created_at >= ${given('since')} and book_id = ${given('bookId')}
          and (phone = ${given('address')} or mail = ${given('address')}) and used_at is null`,
      )
      .orderBy(desc(joinForms.createdAt), desc(joinForms.id)),
    columns,
  );
  const over = db.statement(
    db.build
      .select()
      .from(joinForms)
      .where(sql`expires_at < ${given('before')}`)
      .limit(sql.placeholder('limit')),
    columns,
  );
  return {
    joinForm: async (id) => (await db.read(form, { id }))[0] ?? null,
    joinFormsOf: (bookId, address, since) => db.read(ofAddress, { bookId, address, since }),
    joinFormsOver: (before, limit) => db.read(over, { before, limit }),
  };
}
