import type { Book } from '../core/book.ts';
import type { Broadcast } from '../core/broadcast.ts';
import { finishTime } from '../core/eta.ts';
import type { JoinPage } from '../core/joinForm.ts';
import type { DeliveryCounts, Reads } from '../ports/store.ts';

/** `startstopp show book`: a whole book as data (document 5 names the least of it). */
export type ShownBook = {
  address: string;
  number: string;
  name: string;
  keyword: string | null;
  main: boolean;
  settings: Record<string, string | number | boolean | null>;
  /** What may be joined with, and what people say yes to; null = the page is off. */
  joinPage: JoinPage | null;
  /** Until when the book is in a crisis, and its roll call; null = it is not. */
  crisis: { since: string; until: string; roll_call: string } | null;
  /** Where one mails it: `p12@LIST_DOMAIN`. */
  mail: string;
  writers: string[];
  /** Writers whose mails always wait for their link. */
  confirming: string[];
  functionaries: string[];
  counts: Record<string, number>;
  members: {
    phone: string | null;
    mail: string | null;
    name: string;
    labels: string[];
    status: string;
    since: string;
  }[];
  broadcasts: ShownBroadcast[];
  held: { id: string; text: string; writer: string; since: string }[];
  log: ShownLine[];
};
export type ShownBroadcast = {
  id: string;
  door: string;
  status: string;
  text: string;
  writer: string;
  parts: number;
  at: string;
  recipients: number;
  /** Taken by the provider, whatever became of it. */
  accepted: number;
  delivered: number;
  failed: number;
  cancelled: number;
  /** Latest time passed before it could be sent. */
  expired: number;
  /** Nobody can tell whether the provider took it; never resent blindly. */
  uncertain: number;
  waiting: number;
  /** When the last copy will have been handed over at the number's pace; null: nothing is under way. */
  eta: string | null;
  pausedFor: string | null;
};
export type ShownLine =
  | {
      at: string;
      what: 'inbound';
      kind: string;
      rule: string | null;
      also: string[];
      from: string;
      text: string;
      broadcast: string | null;
    }
  | {
      at: string;
      what: 'event';
      event: string;
      actor: string;
      details: Record<string, string | number | boolean | null>;
    };

const iso = (at: number): string => new Date(at).toISOString();
const PAGE = 5000;

/** Reads everything in pages; members of every status. Null = no such book. */
export async function showBook(
  address: string,
  reads: Reads,
  { now, listDomain }: { now: number; listDomain: string },
  limits = { broadcasts: 50, log: 200 },
): Promise<ShownBook | null> {
  const book = await reads.book(address);
  if (!book) return null;
  const number = (await reads.numbers()).find((one) => one.id === book.numberId);
  const broadcasts = await reads.broadcasts(book.id, limits.broadcasts);
  const members: ShownBook['members'] = [];
  for (let after = ''; ; ) {
    const page = await reads.members(book.id, { after, limit: PAGE });
    for (const m of page)
      members.push({
        phone: m.phone,
        mail: m.mail,
        name: m.name,
        labels: m.labels,
        status: m.status,
        since: iso(m.since),
      });
    const last = page.at(-1);
    if (!last || page.length < PAGE) break;
    after = last.id;
  }
  const shown = await Promise.all(broadcasts.map((one) => shownBroadcast(one, reads, now)));
  const { inbounds, entries } = await reads.log(book.id, limits.log);
  const lines: ShownLine[] = [
    ...inbounds.map(
      (i): ShownLine => ({
        at: iso(i.at),
        what: 'inbound',
        kind: i.kind,
        rule: i.rule,
        also: i.also,
        from: i.sender,
        text: i.text,
        broadcast: i.broadcastId,
      }),
    ),
    ...entries.map(
      (e): ShownLine => ({ at: iso(e.at), what: 'event', event: e.event, actor: e.actor, details: e.details }),
    ),
  ];
  return {
    address: book.address,
    number: number?.e164 ?? '',
    name: book.name,
    keyword: book.keyword,
    main: book.main,
    settings: settingsOf(book),
    joinPage: book.joinPage,
    // Also after its time: housekeeping closes it within a second, and `until` says that it is over.
    crisis: book.crisis && {
      since: iso(book.crisis.since),
      until: iso(book.crisis.until),
      roll_call: book.crisis.rollCallId,
    },
    mail: `${book.address}@${listDomain}`,
    writers: await reads.writers(book.id),
    confirming: await reads.confirmingWriters(book.id),
    functionaries: await reads.functionaries(book.id),
    counts: await reads.memberCounts(book.id),
    members,
    broadcasts: shown,
    held: broadcasts
      .filter((one) => one.status === 'held')
      .map((one) => ({ id: one.id, text: one.text, writer: one.writer, since: iso(one.createdAt) })),
    log: lines.sort((a, b) => (a.at < b.at ? 1 : -1)).slice(0, limits.log),
  };
}

/** One broadcast with how it went so far. `now`: ms since the epoch, for the ETA. */
export async function shownBroadcast(one: Broadcast, reads: Reads, now: number): Promise<ShownBroadcast> {
  const counts = await reads.deliveryCounts(one.id);
  const number = (await reads.numbers()).find(({ id }) => id === one.numberId);
  const of = (...statuses: (keyof DeliveryCounts)[]) =>
    statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const waiting = of('queued', 'claimed');
  const done = one.status === 'sending' && number ? finishTime(now, waiting * one.parts, number.partsPerSecond) : null;
  return {
    id: one.id,
    door: one.door,
    status: one.status,
    text: one.text,
    writer: one.writer,
    parts: one.parts,
    at: iso(one.createdAt),
    recipients: Object.values(counts).reduce((sum, count) => sum + count, 0),
    accepted: of('accepted', 'sent', 'delivered', 'undelivered'),
    delivered: of('delivered'),
    failed: of('failed', 'undelivered'),
    cancelled: of('cancelled'),
    expired: of('expired'),
    uncertain: of('uncertain'),
    waiting,
    eta: done === null ? null : iso(done),
    pausedFor: one.pausedFor,
  };
}

function settingsOf(book: Book): ShownBook['settings'] {
  return {
    sms_name: book.smsName,
    locale: book.locale,
    opt_in: book.optIn,
    approval: book.approval,
    senders: book.senders,
    confirm_above: book.confirmAbove ?? 'off',
    header: book.header,
    footer: book.footer,
    part_limit: book.partLimit,
    leaving: book.leaving,
    tell_broadcast: book.tellBroadcast,
    tell_leave: book.tellLeave,
    latest_hours: book.latestAfterMs / 3_600_000,
    reply_to: book.replyTo,
    long_mail: book.longMail,
    subject_first: book.subjectFirst,
    join_page: book.joinPage === null ? 'off' : book.joinPage.ask,
    quiet_hours: book.quietFrom && book.quietTo ? `${book.quietFrom}-${book.quietTo}` : 'off',
  };
}
