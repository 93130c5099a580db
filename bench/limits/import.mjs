import { createHash, createHmac, randomUUID } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { answering } from '../kit/processes.mjs';
import { phone } from '../kit/world.mjs';

/**
 * The least of the same work: a member, a ledger line with its hashes and its personal part for each number, by prepared
 * statements, 500 members a commit, into the same tables under the same indexes. Nothing is read, checked or decided.
 */
const db = new Sqlite(process.env.DATABASE_URL.slice('file:'.length));
db.pragma('journal_mode = WAL');
db.pragma('synchronous = FULL');
db.pragma('cache_size = -8000');
db.pragma('temp_store = MEMORY');

const CHUNK = 500;
const inserting = (table) => {
  const names = db.pragma(`table_info(${table})`).map(({ name }) => name);
  return db.prepare(`insert into ${table} (${names}) values (${names.map(() => '?')})`);
};
const member = inserting('members');
const event = inserting('consent_events');
const person = inserting('consent_persons');
const book = db.prepare("select id, organisation_id as organisation from books where address = 'p12'").get();

answering({}, async ({ count, first }) => {
  const began = performance.now();
  for (let from = 0; from < count; from += CHUNK) {
    db.exec('begin immediate');
    for (let i = from; i < Math.min(from + CHUNK, count); i++) {
      const now = Date.now();
      const id = randomUUID();
      const number = phone(first + i);
      const name = `Anna Berg ${i}`;
      const hash = createHmac('sha256', 'a key for benches only').update(number).digest('base64url');
      const personal = createHash('sha256').update(`${id}${number}${name}`).digest('base64url');
      member.run(
        ...[
          id,
          book.id,
          number,
          null,
          `${number}|`,
          name,
          name.toLowerCase(),
          '[]',
          '{}',
          'active',
          now,
          null,
          null,
          now,
          1,
        ],
      );
      event.run(...[id, now, book.organisation, book.id, 'imported', 'import', 'web', '1', hash, personal, null, null]);
      person.run(id, 'abcdefghijklmnopqrstuv', number, name, 'import', '');
    }
    db.exec('commit');
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { rows: count, ms: performance.now() - began };
});
