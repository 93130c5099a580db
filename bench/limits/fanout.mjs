import Sqlite from 'better-sqlite3';
import { answering } from '../kit/processes.mjs';

/** One bare `insert … select` of every copy, one commit, into the same table under the same indexes. */
const db = new Sqlite(process.env.DATABASE_URL.slice('file:'.length));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -8000');

answering({}, async ({ broadcastId, now }) => {
  const b = db.prepare('select * from broadcasts where id = ?').get(broadcastId);
  const insert = db.prepare(
    `insert into deliveries (kind, organisation_id, number_id, book_id, broadcast_id, member_id, address, parts, priority,
       status, due_at, latest_at, attempts, created_at)
     select 'copy', ?, ?, ?, ?, id, phone, 1, 5, 'queued', ?, ?, 0, ? from members
     where book_id = ? and status = 'active' and phone is not null`,
  );
  const began = performance.now();
  const { changes } = insert.run(
    ...[b.organisation_id, b.number_id, b.book_id, b.id, now, b.latest_at, now, b.book_id],
  );
  return { rows: changes, ms: performance.now() - began };
});
