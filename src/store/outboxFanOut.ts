import { type SQL, sql } from 'drizzle-orm';
import type { BroadcastStatus } from '../core/broadcast.ts';
import { PRIORITY } from '../core/delivery.ts';
import { audienceTest } from '../core/draft.ts';
import type { Outbox } from '../ports/outbox.ts';
import { type Database, run, Undo } from './database.ts';
import { asOneOf, given, mailLineOf, number } from './outboxSql.ts';
import { reachedBy, reachedByMail, reachedByPhone } from './sendingReads.ts';
import { asNumber, asText, asTextOrNull } from './statement.ts';

/**
 * Members a page; on SQLite one page is one pause of the event loop: about 12 ms, and as much again when its commit moves
 * the log into the file. (5,000: 50-70 ms. 1,000 pauses as long for the log, and takes a fifth longer in all.)
 */
const PAGE = 2000;

const MAIL_LINE = mailLineOf('b');

/**
 * Recipients are resolved as the broadcast goes out (B-37): active members with an address and no stop, but the writer, who
 * gets a receipt instead (B-20); who has a phone and a mail address gets both. The claim asks again, for a leave may commit
 * while a page is being written.
 *
 * A book without mail members is written from the index of phones alone, at nearly twice the speed. Whether it has any is
 * asked at its first page, and again where whoever has joined since stands: ids are sorted by time.
 *
 * A broadcast to a part of the book (T-13) reads the labels and fields of a page and picks by the rule that the page
 * before sending counted with: a database's own folding knows å and Å only on some machines. All others do without.
 */
export function fanOutOf(db: Database, page: number = PAGE): Pick<Outbox, 'fanOut'> {
  const { broadcasts, members } = db.tables;
  const broadcast = db.statement(
    sql`select status, fan_cursor, book_id, audience from broadcasts where id = ${given('id')}`,
    {
      status: asOneOf<BroadcastStatus>(),
      cursor: asTextOrNull,
      bookId: asText,
      audience: broadcasts.audience,
    },
  );
  const bounds = db.statement(
    sql`select count(*), max(id) from (select m.id from members m
      where m.book_id = ${given('bookId')} and m.status = 'active' and m.id > ${given('cursor')} order by m.id limit ${sql.raw(String(page))}) p`,
    { members: asNumber, last: asTextOrNull },
  );
  // The compare-and-set keeps two fans apart, and holds a cancelling off until the page is written.
  const advance = db.statement(
    sql`update broadcasts set fan_cursor = ${given('next')}
      where id = ${given('id')} and fan_cursor = ${given('cursor')} and status = 'sending'`,
  );
  // In the order of ids, so that of two members on one phone the first gets the copy.
  const copyTo = (reached: SQL, address: 'phone' | 'mail') => (which: SQL) =>
    db.statement(
      sql`insert into deliveries (kind, organisation_id, number_id, book_id, broadcast_id, member_id, address, parts, priority,
        status, due_at, latest_at, attempts, created_at)
      select 'copy', b.organisation_id, ${address === 'phone' ? sql.raw('b.number_id') : MAIL_LINE}, b.book_id, b.id, m.id,
        ${sql.raw(address === 'phone' ? 'm.phone, b.parts' : 'm.mail, 0')}, ${sql.raw(String(PRIORITY.copy))},
        'queued', ${number('now')}, b.latest_at, 0, ${number('now')}
      from broadcasts b join members m on m.book_id = b.book_id
      where b.id = ${given('id')} and ${which} and ${reached}
      order by m.id
      on conflict do nothing`,
    );
  const around = { book: sql`b.book_id`, number: sql`b.number_id`, writer: sql`b.writer` };
  const phonesOnly = copyTo(reachedBy(around), 'phone');
  const phones = copyTo(reachedByPhone(around), 'phone');
  const mails = copyTo(reachedByMail({ ...around, line: MAIL_LINE }), 'mail');
  const inPage = sql`m.id > ${given('cursor')} and m.id <= ${given('last')}`;
  const picked = db.among(sql`m.id`, 'ids');
  const ofPage = { without: [phonesOnly(inPage)], withMail: [phones(inPage), mails(inPage)] };
  const ofPicked = { without: [phonesOnly(picked)], withMail: [phones(picked), mails(picked)] };
  // An expression in place of the column: by the index of the book's members every row of it would be read.
  const anyMail = db.statement(
    sql`select (select count(*) from (select 1 from members m where m.mail is not null and (m.book_id || '') = ${given('bookId')} limit 1) f),
      (select max(id) from members where book_id = ${given('bookId')})`,
    { found: asNumber, last: asText },
  );
  /** Broadcasts under way whose book has no mail members, up to this member. */
  const withoutMail = new Map<string, string>();
  const features = db.statement(
    sql`select m.id, m.labels, m.fields from members m where m.book_id = ${given('bookId')} and m.status = 'active'
      and m.id > ${given('cursor')} and m.id <= ${given('last')}`,
    { id: asText, labels: members.labels, fields: members.fields },
  );

  return {
    fanOut: (id, now) =>
      db.write<'more' | 'done'>(function* () {
        let kind: keyof typeof ofPage = 'without';
        const [found] = (yield* run(broadcast, { id })).rows;
        if (found === undefined || found.status !== 'sending' || found.cursor === null) return 'done';
        const { cursor, bookId, audience } = found;
        const [bound] = (yield* run(bounds, { bookId, cursor })).rows;
        const more = bound !== undefined && bound.members === page;
        const last = bound?.last ?? null;
        const moved = yield* run(advance, { id, cursor, next: more ? last : null });
        // Another worker wrote this page, or the broadcast was paused or cancelled: the next call sees which.
        if (moved.changes === 0) return new Undo<'more' | 'done'>('more');
        if (last === null) {
          withoutMail.delete(id);
          return 'done';
        }
        if (last > (withoutMail.get(id) ?? '')) {
          const [known] = (yield* run(anyMail, { bookId })).rows;
          if (known?.found) kind = 'withMail';
          else withoutMail.set(id, known?.last ?? '');
        }
        if (!more) withoutMail.delete(id);
        if (audience === null) for (const copy of ofPage[kind]) yield* run(copy, { id, cursor, last, now });
        else {
          const { rows } = yield* run(features, { bookId, cursor, last });
          const ids = rows.filter(audienceTest(audience)).map((member) => member.id);
          if (ids.length > 0) for (const copy of ofPicked[kind]) yield* run(copy, { id, ids, now });
        }
        return more ? 'more' : 'done';
      }),
  };
}
