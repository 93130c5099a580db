import { eq, getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { Member } from '../core/member.ts';
import type { MemberEdge, MemberQuery, MemberReads } from '../ports/memberReads.ts';
import type { Database } from './database.ts';
import { given } from './outboxSql.ts';
import { orNull, type Statement } from './statement.ts';

const p = (name: string) => sql.placeholder(name);

/** Reads for the pages about a book's people (ports/memberReads.ts says what each promises). */
export function memberReadsOf(db: Database): MemberReads {
  return { ...peopleOf(db), memberPage: pagesOf(db), ...uploadsOf(db) };
}

/** One more word narrows the names no further than a page of names does. */
const MOST_WORDS = 3;
type Kind = MemberQuery['by']['kind'];
/** What a page is ordered by, and what `MemberEdge.key` holds. */
const KEYS: Record<Kind, string> = { name: 'name_key', phone: 'phone', mail: 'mail' };

/**
 * Ids are found in an index that holds the key, the id and (by name) the status, and only the rows of the page are read:
 * so a search that looks at every name of a book reads no row of it. One statement for each way to ask, compiled when it
 * is first asked.
 */
function pagesOf(db: Database): MemberReads['memberPage'] {
  const { members } = db.tables;
  const columns = getTableColumns(members);
  const compiled = new Map<string, Statement<Member>>();

  function statement(kind: Kind, words: number, label: boolean, side: MemberEdge['side'] | null): Statement<Member> {
    const shape = `${kind} ${words} ${label} ${side}`;
    const known = compiled.get(shape);
    if (known) return known;
    const back = side === 'before';
    // SQLite takes the first index that begins with book_id, whatever the order asked for. An expression in place of the
    // column makes it walk numbers in their own index, and look through the rows of a label in theirs, then sort.
    const key = sql.raw(label && kind === 'name' ? `(name_key || '')` : KEYS[kind]);
    const book = kind === 'name' ? sql`book_id` : sql`(book_id || '')`;
    const where: SQL[] = [];
    // First what rules nearly everybody out: SQLite tries them in this order, and the expression costs a text for each row.
    if (kind === 'phone')
      where.push(sql`phone is not null and (phone like ${given('begins')} or ${db.contains(sql`phone`, 'holds')})`);
    if (kind === 'mail') where.push(sql`mail is not null and ${db.contains(sql`mail`, 'holds')}`);
    where.push(sql`${book} = ${given('bookId')}`);
    for (let i = 0; i < words; i++) where.push(db.contains(sql`name_key`, `word${i}`));
    if (label) where.push(db.contains(sql`cast(labels as text)`, 'label'));
    // Last, in the same order: looking a status up costs as much again as a name.
    where.push(db.among(sql`status`, 'statuses'));
    if (side !== null)
      where.push(sql`(${key}, id) ${sql.raw(back ? '<' : '>')} (${given('edgeKey')}, ${given('edgeId')})`);
    const order = sql`${key}${sql.raw(back ? ' desc, id desc' : ', id')}`;
    const found = db.statement(
      db.build
        .select()
        .from(members)
        .where(
          sql`id in (select id from members where ${sql.join(where, sql` and `)} order by ${order} limit ${given('limit')})`,
        )
        .orderBy(sql.raw(`${KEYS[kind]}, id`)),
      columns,
    );
    compiled.set(shape, found);
    return found;
  }

  return (bookId, { statuses, label, by }, edge, limit) => {
    const words = by.kind === 'name' ? by.words.slice(0, MOST_WORDS) : [];
    const one = statement(by.kind, words.length, label !== null, edge?.side ?? null);
    return db.read(one, {
      bookId,
      statuses,
      limit,
      ...Object.fromEntries(words.map((word, i) => [`word${i}`, word])),
      ...(by.kind === 'phone' ? { begins: `${by.begins.replace(/[%_]/g, '')}%`, holds: by.holds } : {}),
      ...(by.kind === 'mail' ? { holds: by.holds } : {}),
      // As it stands in the JSON of both databases; no part of another label can look like it.
      ...(label === null ? {} : { label: JSON.stringify(label) }),
      ...(edge ? { edgeKey: edge.key, edgeId: edge.id } : {}),
    });
  };
}

function peopleOf(db: Database): Pick<MemberReads, 'member' | 'membersById' | 'marks' | 'bookEvents'> {
  const { members, consentEvents: e, consentPersons } = db.tables;
  const columns = getTableColumns(members);
  const member = db.statement(
    db.build
      .select()
      .from(members)
      .where(eq(members.id, p('id'))),
    columns,
  );
  const byId = db.statement(db.build.select().from(members).where(db.among(members.id, 'ids')), columns);
  const marked = sql`(cast(labels as text) <> '[]' or cast(fields as text) <> '{}')`;
  const { id, status, labels, fields } = columns;
  const marks = db.statement(
    sql`select id, status, labels, fields from members where book_id = ${given('bookId')} and id > ${given('after')}
      and ${marked} order by id limit ${given('limit')}`,
    { id, status, labels, fields },
  );
  const events = db.statement(
    sql`select e.at, e.event, e.rule, e.door, e.address_hash, p.text from consent_events e
      left join consent_persons p on p.event_id = e.id
      where ${db.among(sql`e.address_hash`, 'hashes')} and (e.book_id = ${given('bookId')} or (e.book_id is null
        and e.organisation_id = (select b.organisation_id from books b where b.id = ${given('bookId')})))
      order by e.at, e.id`,
    {
      at: e.at,
      event: e.event,
      rule: e.rule,
      door: e.door,
      addressHash: e.addressHash,
      text: orNull(consentPersons.text),
    },
  );
  return {
    member: async (id) => (await db.read(member, { id }))[0] ?? null,
    membersById: (ids) => db.read(byId, { ids }),
    marks: (bookId, after, limit) => db.read(marks, { bookId, after, limit }),
    bookEvents: async (bookId, hashes) =>
      (await db.read(events, { bookId, hashes })).map((row) => ({ ...row, text: row.text ?? '' })),
  };
}

function uploadsOf(db: Database): Pick<MemberReads, 'upload' | 'uploadState' | 'uploadPiece' | 'uploadsBefore'> {
  const { uploads, uploadPieces } = db.tables;
  const columns = getTableColumns(uploads);
  const { report: _report, ...small } = columns;
  const whole = db.statement(
    db.build
      .select()
      .from(uploads)
      .where(eq(uploads.id, p('id'))),
    columns,
  );
  const state = db.statement(
    db.build
      .select(small)
      .from(uploads)
      .where(eq(uploads.id, p('id'))),
    small,
  );
  const before = db.statement(
    sql`select id from uploads where updated_at < ${given('before')}
      union select p.upload_id from upload_pieces p where p.created_at < ${given('before')}
        and not exists (select 1 from uploads u where u.id = p.upload_id) limit ${given('limit')}`,
    { id: uploads.id },
  );
  const piece = db.statement(
    sql`select text from upload_pieces where upload_id = ${given('id')} and part = ${given('part')} and no = ${given('no')}`,
    { text: uploadPieces.text },
  );
  return {
    uploadPiece: async (id, part, no) => (await db.read(piece, { id, part, no }))[0]?.text ?? null,
    upload: async (id) => (await db.read(whole, { id }))[0] ?? null,
    uploadState: async (id) => (await db.read(state, { id }))[0] ?? null,
    uploadsBefore: async (time, limit) => (await db.read(before, { before: time, limit })).map(({ id }) => id),
  };
}
