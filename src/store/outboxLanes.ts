import { sql } from 'drizzle-orm';
import type { Book } from '../core/book.ts';
import type { Door } from '../core/broadcast.ts';
import { isTagged } from '../core/copy.ts';
import type { Locale } from '../core/locale.ts';
import { mailLine } from '../core/mail.ts';
import type { MailRun } from '../core/mailCopy.ts';
import type { ProviderName } from '../core/organisation.ts';
import type { Lane, LaneBroadcast, Outbox } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { asBoolean, asOneOf, given, mailLineOf } from './outboxSql.ts';
import { asNumber, asNumberOrNull, asText, asTextOrNull } from './statement.ts';

const number = {
  numberId: asText,
  organisationId: asText,
  from: asText,
  provider: asOneOf<ProviderName>(),
  partsPerSecond: asNumber,
  timezone: asText,
  dailyParts: asNumberOrNull,
};
/** `from`: whom its texts come from. */
const columns = (from: string) =>
  sql.raw(`n.id, n.organisation_id, ${from}, n.provider, n.parts_per_second, o.timezone, o.daily_parts`);

const MAIL_LINE = mailLineOf('o', 'id');

type Line = { organisationId: string; organisation: string; locale: Locale; timezone: string };
/** Mail is neither paced nor paid by the part. */
const mailLane = ({ organisationId, organisation, locale, timezone }: Line) =>
  ({
    numberId: mailLine(organisationId),
    organisationId,
    provider: 'smtp',
    partsPerSecond: 0,
    timezone,
    dailyParts: null,
    mail: { organisation, locale },
  }) as const;

/**
 * A book's quiet hours hold what was written outside of a crisis; what was written in one goes out by night too, also when
 * the crisis is over before its last copy has gone. One probe of the book's roll calls for each broadcast under way.
 */
const quiet = (column: 'quiet_from' | 'quiet_to') =>
  sql.raw(`case when exists (select 1 from roll_calls r where r.book_id = b.book_id and r.started_at <= b.created_at
    and b.created_at <= coalesce(r.ended_at, r.ends_at)) then null else k.${column} end`);

/** What is due, by lane; each question is one step into a partial index, however many rows wait. */
export function lanesOf(db: Database): Pick<Outbox, 'lanes' | 'backlog'> {
  const replies = db.statement(
    sql`select ${columns('n.e164')} from numbers n join organisations o on o.id = n.organisation_id
      where exists (select 1 from deliveries d where d.number_id = n.id and d.broadcast_id is null
        and d.status = 'queued' and d.due_at <= ${given('now')})`,
    number,
  );
  const line = {
    organisationId: asText,
    organisation: asText,
    locale: asOneOf<Locale>(),
    timezone: asText,
  };
  const lineColumns = sql.raw('o.id, o.name, o.locale, o.timezone');
  const mailReplies = db.statement(
    sql`select ${lineColumns} from organisations o
      where exists (select 1 from deliveries d where d.number_id = ${MAIL_LINE} and d.broadcast_id is null
        and d.status = 'queued' and d.due_at <= ${given('now')})`,
    line,
  );

  // A broadcast that is past its latest time is still listed while it fans out: what expired must be shown (F10).
  const broadcasts = db.statement(
    sql`select ${columns('coalesce(b.sender, n.e164)')}, b.id, b.book_id, b.text, b.header, b.footer, b.parts, ${quiet('quiet_from')}, ${quiet('quiet_to')},
        case when b.fan_cursor is null then 0 else 1 end, b.door
      from broadcasts b join numbers n on n.id = b.number_id join organisations o on o.id = n.organisation_id
      join books k on k.id = b.book_id
      where b.status = 'sending' and b.finished_at is null and (b.fan_cursor is not null or (b.latest_at >= ${given('now')}
        and exists (select 1 from deliveries d where d.broadcast_id = b.id and d.number_id = b.number_id and d.status = 'queued'
          and d.due_at <= ${given('now')})))
      order by b.created_at, b.id`,
    {
      ...number,
      id: asText,
      bookId: asText,
      text: asText,
      header: asText,
      footer: asText,
      parts: asNumber,
      quietFrom: asTextOrNull,
      quietTo: asTextOrNull,
      fanning: asBoolean,
      door: asOneOf<Door>(),
    },
  );

  // Its pages are written by the lane above. The writer's name is the one that the book or the toolbox has for the address.
  const mailed = db.statement(
    sql`select ${lineColumns}, b.id, b.text, b.header, b.footer, ${quiet('quiet_from')}, ${quiet('quiet_to')}, b.door, b.subject, b.writer, b.mail_id,
        coalesce((select m.name from members m where m.mail = b.writer and m.book_id = b.book_id and m.name <> '' limit 1),
          (select u.name from users u where u.mail = b.writer and u.organisation_id = b.organisation_id), ''),
        k.id, k.name, k.address, k.locale, k.reply_to, k.senders
      from broadcasts b join organisations o on o.id = b.organisation_id join books k on k.id = b.book_id
      where b.status = 'sending' and b.finished_at is null and b.latest_at >= ${given('now')}
        and exists (select 1 from deliveries d where d.broadcast_id = b.id and d.number_id = ${MAIL_LINE} and d.status = 'queued'
          and d.due_at <= ${given('now')})
      order by b.created_at, b.id`,
    {
      ...line,
      id: asText,
      text: asText,
      header: asText,
      footer: asText,
      quietFrom: asTextOrNull,
      quietTo: asTextOrNull,
      door: asOneOf<Door>(),
      subject: asTextOrNull,
      writer: asText,
      mailId: asTextOrNull,
      writerName: asText,
      bookId: asText,
      bookName: asText,
      address: asText,
      bookLocale: asOneOf<Locale>(),
      replyTo: asOneOf<Book['replyTo']>(),
      senders: asOneOf<Book['senders']>(),
    },
  );

  // Copies are counted on the index alone: all copies of a broadcast to phones have its parts, those by mail none.
  const backlog = db.statement(
    sql`select number_id, sum(queued), sum(queued * parts) from (
        select b.number_id, b.parts, (select count(*) from deliveries d where d.broadcast_id = b.id and d.number_id = b.number_id
          and d.status = 'queued') as queued
        from broadcasts b where b.finished_at is null and b.status in ('sending', 'paused')
        union all
        select ${mailLineOf('b')}, 0, (select count(*) from deliveries d where d.broadcast_id = b.id
          and d.number_id = ${mailLineOf('b')} and d.status = 'queued')
        from broadcasts b where b.finished_at is null and b.status in ('sending', 'paused')
        union all
        select number_id, parts, 1 from deliveries where status = 'queued' and broadcast_id is null
      ) q group by number_id having sum(queued) > 0 order by number_id`,
    { numberId: asText, queued: asNumber, parts: asNumber },
  );

  return {
    async lanes(now) {
      const [told, mailTold, sending, mails] = await db.readAll([
        { statement: replies, given: { now } },
        { statement: mailReplies, given: { now } },
        { statement: broadcasts, given: { now } },
        { statement: mailed, given: { now } },
      ]);
      return [
        ...told.map((lane): Lane => ({ ...lane, mail: null, broadcast: null })),
        ...mailTold.map((found): Lane => ({ ...mailLane(found), from: '', broadcast: null })),
        ...sending.map(
          ({ id, bookId, text, header, footer, parts, quietFrom, quietTo, fanning, door, ...lane }): Lane => {
            const broadcast: LaneBroadcast = {
              id,
              bookId,
              text,
              header,
              footer,
              parts,
              quietFrom,
              quietTo,
              fanning,
              tagged: isTagged(door, text),
              mail: null,
            };
            return { ...lane, mail: null, broadcast };
          },
        ),
        ...mails.map((found): Lane => {
          const { id, text, header, footer, quietFrom, quietTo, door, subject, writer, writerName, mailId } = found;
          const { bookId, bookName: name, address, bookLocale: locale, replyTo, senders } = found;
          const book = { id: bookId, name, address, locale, replyTo, senders };
          const mail: MailRun = { book, subject, door, writer, writerName, mailId };
          const copy = { id, bookId, text, header, footer, parts: 0, quietFrom, quietTo, fanning: false };
          return {
            ...mailLane(found),
            from: address,
            broadcast: { ...copy, tagged: isTagged(door, text), mail },
          };
        }),
      ];
    },
    backlog: () => db.read(backlog),
  };
}
