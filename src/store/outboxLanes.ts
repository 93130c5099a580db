import { sql } from 'drizzle-orm';
import type { Door } from '../core/broadcast.ts';
import { isTagged } from '../core/copy.ts';
import type { ProviderName } from '../core/organisation.ts';
import type { Lane, LaneBroadcast, Outbox } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { asBoolean, asOneOf, given } from './outboxSql.ts';
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

/** What is due, by lane; each question is one step into a partial index, however many rows wait. */
export function lanesOf(db: Database): Pick<Outbox, 'lanes' | 'backlog'> {
  const replies = db.statement(
    sql`select ${columns('n.e164')} from numbers n join organisations o on o.id = n.organisation_id
      where exists (select 1 from deliveries d where d.number_id = n.id and d.broadcast_id is null
        and d.status = 'queued' and d.due_at <= ${given('now')})`,
    number,
  );

  // A broadcast that is past its latest time is still listed while it fans out: what expired must be shown (F10).
  const broadcasts = db.statement(
    sql`select ${columns('coalesce(b.sender, n.e164)')}, b.id, b.book_id, b.text, b.header, b.footer, b.parts, k.quiet_from, k.quiet_to,
        case when b.fan_cursor is null then 0 else 1 end, b.door
      from broadcasts b join numbers n on n.id = b.number_id join organisations o on o.id = n.organisation_id
      join books k on k.id = b.book_id
      where b.status = 'sending' and b.finished_at is null and (b.fan_cursor is not null or (b.latest_at >= ${given('now')}
        and exists (select 1 from deliveries d where d.broadcast_id = b.id and d.status = 'queued' and d.due_at <= ${given('now')})))
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

  // Copies are counted on the index alone: all copies of a broadcast have its parts.
  const backlog = db.statement(
    sql`select number_id, sum(queued), sum(queued * parts) from (
        select b.number_id, b.parts, (select count(*) from deliveries d where d.broadcast_id = b.id and d.status = 'queued') as queued
        from broadcasts b where b.finished_at is null and b.status in ('sending', 'paused')
        union all
        select number_id, parts, 1 from deliveries where status = 'queued' and broadcast_id is null
      ) q group by number_id having sum(queued) > 0 order by number_id`,
    { numberId: asText, queued: asNumber, parts: asNumber },
  );

  return {
    async lanes(now) {
      const [told, sending] = await db.readAll([
        { statement: replies, given: { now } },
        { statement: broadcasts, given: { now } },
      ]);
      return [
        ...told.map((lane): Lane => ({ ...lane, broadcast: null })),
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
            };
            return { ...lane, broadcast };
          },
        ),
      ];
    },
    backlog: () => db.read(backlog),
  };
}
