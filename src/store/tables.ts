import { sql } from 'drizzle-orm';
import type { Challenge, Link, Role, Session } from '../core/account.ts';
import type { Book, BookReplies, Storm } from '../core/book.ts';
import type { BroadcastStatus, Door } from '../core/broadcast.ts';
import type { ConsentEvent, StopScope } from '../core/consent.ts';
import type { ConversationState } from '../core/conversation.ts';
import type { RollAnswer } from '../core/crisis.ts';
import type { DeliveryKind, DeliveryStatus, Letter } from '../core/delivery.ts';
import type { Draft } from '../core/draft.ts';
import type { InboundKind } from '../core/inbound.ts';
import type { Locale } from '../core/locale.ts';
import type { Bounce, Mail, Token } from '../core/mail.ts';
import type { Member, MemberStatus } from '../core/member.ts';
import type { Organisation, ProviderKeywords, ProviderName } from '../core/organisation.ts';
import type { CarrierMessage } from '../ports/carrierLog.ts';
import type { LogEntry, Upload, UploadPiece } from '../ports/store.ts';
import type * as postgres from './columns.postgres.ts';

/** Either column kit; SQLite's is cast to PostgreSQL's type once, in schema.sqlite.ts. */
export type Kit = typeof postgres;

/**
 * Every table, once, for both dialects. Rows are the core types (`Rows` of ports/store.ts); rows.ts checks that at
 * compile time. camelCase in code, snake_case in the database.
 *
 * The layout of `deliveries`, measured with 100,000 copies in pages of 5,000, claimed and settled by 500 (CPU seconds,
 * medians of three on a shared machine; bytes a row with its indexes):
 *   text keys, partial indexes    fan-out 0.89   claim and settle 1.45   435 bytes   <- this one
 *   text keys, full indexes       fan-out 1.04   claim and settle 2.40   606 bytes
 *   integer keys, partial         fan-out 0.44   claim and settle 1.32   193 bytes
 *   text keys, no index at all    fan-out 0.21   (integer keys with the unique key only: 0.47)
 * Partial indexes win clearly. Integer keys would halve a fan-out of one second, whose copies take a number of 10 parts
 * a second three hours, and would cost a second name for every id and the plain copy between databases. (A key of
 * address first is quicker to compare, but then every copy touches another page once there is a long history.)
 *
 * A partial index serves only a query that repeats its condition with literals: write `status = 'queued'` by
 * `sql` text, never as a bound value (both planners see bound values too late).
 */
export function tables(kit: Kit) {
  const { table, text, integer, boolean, time, float, json, bytes, identity, index, uniqueIndex, primaryKey } = kit;

  const installation = table(
    'installation',
    {
      id: text('id').primaryKey(),
      keyFingerprint: text('key_fingerprint').notNull(),
      directoryVersion: integer('directory_version').notNull(),
      createdAt: time('created_at').notNull(),
    },
    /** There is one row at most. */
    () => [uniqueIndex('installation_one').on(sql`(true)`)],
  );

  const organisations = table('organisations', {
    id: text('id').primaryKey(),
    name: text('name').notNull(),
    locale: text('locale').$type<Locale>().notNull(),
    timezone: text('timezone').notNull(),
    country: text('country').notNull(),
    contact: text('contact').notNull(),
    dailyParts: integer('daily_parts'),
    secondStep: text('second_step').$type<Organisation['secondStep']>().notNull().default('chosen'),
    signOn: json('sign_on').$type<Organisation['signOn']>(),
    createdAt: time('created_at').notNull(),
    version: integer('version').notNull(),
  });

  const numbers = table(
    'numbers',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id')
        .notNull()
        .references(() => organisations.id),
      e164: text('e164').notNull(),
      provider: text('provider').$type<ProviderName>().notNull(),
      partsPerSecond: integer('parts_per_second').notNull(),
      providerKeywords: text('provider_keywords').$type<ProviderKeywords>().notNull(),
      createdAt: time('created_at').notNull(),
      version: integer('version').notNull(),
    },
    (t) => [uniqueIndex('numbers_e164').on(t.e164)],
  );

  /** Sending time reserved on a number: ms on the database's clock (PostgreSQL) or the monotonic one (SQLite). */
  const paces = table('paces', {
    numberId: text('number_id').primaryKey(),
    pacedUntil: float('paced_until').notNull(),
    slowUntil: float('slow_until').notNull(),
  });

  const books = table(
    'books',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id')
        .notNull()
        .references(() => organisations.id),
      numberId: text('number_id')
        .notNull()
        .references(() => numbers.id),
      name: text('name').notNull(),
      address: text('address').notNull(),
      keyword: text('keyword'),
      main: boolean('main').notNull(),
      smsName: text('sms_name').notNull(),
      locale: text('locale').$type<Locale>().notNull(),
      optIn: text('opt_in').$type<'keyword' | 'any_text'>().notNull(),
      approval: text('approval').$type<'automatic' | 'manual'>().notNull(),
      senders: text('senders').$type<'writers' | 'members'>().notNull(),
      confirmAbove: integer('confirm_above'),
      header: text('header').notNull(),
      footer: boolean('footer').notNull(),
      partLimit: integer('part_limit').notNull(),
      leaving: text('leaving').$type<'free' | 'exempt'>().notNull(),
      tellBroadcast: boolean('tell_broadcast').notNull(),
      tellLeave: boolean('tell_leave').notNull(),
      latestAfterMs: time('latest_after_ms').notNull(),
      quietFrom: text('quiet_from'),
      quietTo: text('quiet_to'),
      replies: json('replies').$type<BookReplies>().notNull().default({}),
      storm: json('storm').$type<Storm>().notNull(),
      replyTo: text('reply_to').$type<Book['replyTo']>().notNull().default('writer'),
      longMail: text('long_mail').$type<Book['longMail']>().notNull().default('shorten'),
      subjectFirst: boolean('subject_first').notNull().default(false),
      joinPage: json('join_page').$type<Book['joinPage']>(),
      crisis: json('crisis').$type<Book['crisis']>(),
      createdAt: time('created_at').notNull(),
      version: integer('version').notNull(),
    },
    (t) => [uniqueIndex('books_address').on(t.address)],
  );

  const members = table(
    'members',
    {
      id: text('id').primaryKey(),
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      phone: text('phone'),
      mail: text('mail'),
      addressKey: text('address_key').notNull(),
      name: text('name').notNull(),
      nameKey: text('name_key').notNull(),
      labels: json('labels').$type<string[]>().notNull(),
      fields: json('fields').$type<Record<string, string>>().notNull(),
      status: text('status').$type<MemberStatus>().notNull(),
      since: time('since').notNull(),
      pausedUntil: time('paused_until'),
      via: text('via').$type<Member['via']>().notNull().default('both'),
      otherPhone: text('other_phone'),
      leftAt: time('left_at'),
      createdAt: time('created_at').notNull(),
      version: integer('version').notNull(),
    },
    (t) => [
      uniqueIndex('members_book_address').on(t.bookId, t.addressKey),
      /** Pages in the order of ids, of all statuses or some. */
      index('members_book').on(t.bookId, t.id, t.status),
      /** Counts by status: narrow, so that 100,000 are counted in 5 ms (in 23 ms by the one above). */
      index('members_status').on(t.bookId, t.status),
      /** The page of a book in the order of names, and search in names, without reading the rows. */
      index('members_name').on(t.bookId, t.nameKey, t.id, t.status),
      /** Fan-out and the count before sending read this index alone. */
      index('members_reach')
        .on(t.bookId, t.id, t.phone)
        .where(sql`status = 'active' and phone is not null and via <> 'mail'`),
      index('members_phone').on(t.phone, t.bookId).where(sql`phone is not null`),
      index('members_other_phone').on(t.otherPhone, t.bookId).where(sql`other_phone is not null`),
      index('members_mail').on(t.mail, t.bookId).where(sql`mail is not null`),
      index('members_settle').on(t.status, t.since).where(sql`status in ('asked', 'paused')`),
    ],
  );

  const writers = table(
    'writers',
    {
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      address: text('address').notNull(),
      alwaysConfirm: boolean('always_confirm').notNull().default(false),
    },
    (t) => [primaryKey({ columns: [t.bookId, t.address] })],
  );

  const functionaries = table(
    'functionaries',
    {
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      address: text('address').notNull(),
    },
    (t) => [primaryKey({ columns: [t.bookId, t.address] })],
  );

  const users = table(
    'users',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id')
        .notNull()
        .references(() => organisations.id),
      mail: text('mail').notNull(),
      name: text('name').notNull().default(''),
      role: text('role').$type<Role>().notNull(),
      passwordHash: text('password_hash'),
      totp: text('totp'),
      totpStep: time('totp_step'),
      recovery: json('recovery').$type<string[]>().notNull().default([]),
      locale: text('locale').$type<Locale>(),
      subject: text('subject'),
      disabledAt: time('disabled_at'),
      seenAt: time('seen_at'),
      createdAt: time('created_at').notNull(),
      version: integer('version').notNull().default(1),
    },
    (t) => [
      uniqueIndex('users_mail').on(t.mail),
      uniqueIndex('users_subject').on(t.subject).where(sql`subject is not null`),
    ],
  );

  const passkeys = table(
    'passkeys',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id),
      publicKey: bytes('public_key').notNull(),
      counter: time('counter').notNull(),
      transports: json('transports').$type<string[]>().notNull(),
      name: text('name').notNull(),
      createdAt: time('created_at').notNull(),
      usedAt: time('used_at'),
    },
    (t) => [index('passkeys_user').on(t.userId)],
  );

  const challenges = table(
    'challenges',
    {
      id: text('id').primaryKey(),
      purpose: text('purpose').$type<Challenge['purpose']>().notNull(),
      userId: text('user_id'),
      data: json('data').$type<Challenge['data']>().notNull(),
      createdAt: time('created_at').notNull(),
      expiresAt: time('expires_at').notNull(),
    },
    (t) => [index('challenges_expires').on(t.expiresAt)],
  );

  const sessions = table(
    'sessions',
    {
      id: text('id').primaryKey(),
      userId: text('user_id')
        .notNull()
        .references(() => users.id),
      csrf: text('csrf').notNull(),
      stage: text('stage').$type<Session['stage']>().notNull(),
      createdAt: time('created_at').notNull(),
      seenAt: time('seen_at').notNull(),
      agent: text('agent').notNull(),
    },
    (t) => [index('sessions_user').on(t.userId), index('sessions_seen').on(t.seenAt)],
  );

  const links = table(
    'links',
    {
      id: text('id').primaryKey(),
      purpose: text('purpose').$type<Link['purpose']>().notNull(),
      userId: text('user_id').references(() => users.id),
      createdAt: time('created_at').notNull(),
      expiresAt: time('expires_at').notNull(),
      usedAt: time('used_at'),
    },
    (t) => [index('links_user').on(t.userId), index('links_expires').on(t.expiresAt)],
  );

  const guesses = table(
    'guesses',
    {
      id: text('id').primaryKey(),
      count: integer('count').notNull(),
      since: time('since').notNull(),
      until: time('until'),
    },
    (t) => [index('guesses_since').on(t.since)],
  );

  const drafts = table(
    'drafts',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id').notNull(),
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      userId: text('user_id').notNull(),
      kind: text('kind').$type<Draft['kind']>().notNull(),
      name: text('name').notNull(),
      text: text('text').notNull(),
      audience: json('audience').$type<Draft['audience']>().notNull(),
      sender: text('sender'),
      reports: text('reports').$type<Draft['reports']>().notNull(),
      createdAt: time('created_at').notNull(),
      updatedAt: time('updated_at').notNull(),
      version: integer('version').notNull(),
    },
    (t) => [index('drafts_book').on(t.bookId, t.kind, t.updatedAt)],
  );

  const uploads = table(
    'uploads',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id').notNull(),
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      userId: text('user_id').notNull(),
      fileName: text('file_name').notNull(),
      status: text('status').$type<Upload['status']>().notNull(),
      done: integer('done').notNull(),
      total: integer('total').notNull(),
      report: json('report').$type<unknown>(),
      createdAt: time('created_at').notNull(),
      updatedAt: time('updated_at').notNull(),
    },
    (t) => [index('uploads_updated').on(t.updatedAt)],
  );

  /** The text of an upload and the report on it, in pieces: neither may fill the memory, and each goes with its commit. */
  const uploadPieces = table(
    'upload_pieces',
    {
      uploadId: text('upload_id').notNull(),
      part: text('part').$type<UploadPiece['part']>().notNull(),
      no: integer('no').notNull(),
      createdAt: time('created_at').notNull(),
      text: text('text').notNull(),
    },
    (t) => [primaryKey({ columns: [t.uploadId, t.part, t.no] }), index('upload_pieces_created').on(t.createdAt)],
  );

  const accesses = table(
    'accesses',
    {
      userId: text('user_id')
        .notNull()
        .references(() => users.id),
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
    },
    (t) => [primaryKey({ columns: [t.userId, t.bookId] })],
  );

  const conversations = table(
    'conversations',
    {
      numberId: text('number_id').notNull(),
      sender: text('sender').notNull(),
      state: json('state').$type<ConversationState>().notNull(),
      version: integer('version').notNull(),
      updatedAt: time('updated_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.numberId, t.sender] })],
  );

  const inbounds = table(
    'inbounds',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id').notNull(),
      numberId: text('number_id').notNull(),
      bookId: text('book_id'),
      door: text('door').$type<Door>().notNull(),
      sender: text('sender').notNull(),
      providerId: text('provider_id').notNull(),
      text: text('text').notNull(),
      mediaCount: integer('media_count').notNull(),
      kind: text('kind').$type<InboundKind>().notNull(),
      rule: text('rule'),
      also: json('also').$type<string[]>().notNull(),
      broadcastId: text('broadcast_id'),
      providerAt: time('provider_at'),
      at: time('at').notNull(),
    },
    (t) => [
      uniqueIndex('inbounds_provider').on(t.numberId, t.providerId),
      index('inbounds_book_at').on(t.bookId, t.at),
      /** The inbox is looked at often and holds few of a large book's texts; most are START and STOPP. */
      index('inbounds_inbox')
        .on(t.bookId, t.at)
        .where(sql`kind in ('forwarded', 'told', 'auto_reply', 'stored', 'reaction') or rule = 'B-9'`),
    ],
  );

  const broadcasts = table(
    'broadcasts',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id').notNull(),
      bookId: text('book_id').notNull(),
      numberId: text('number_id').notNull(),
      door: text('door').$type<Door>().notNull(),
      status: text('status').$type<BroadcastStatus>().notNull(),
      writer: text('writer').notNull(),
      text: text('text').notNull(),
      header: text('header').notNull(),
      footer: text('footer').notNull(),
      parts: integer('parts').notNull(),
      dueAt: time('due_at').notNull(),
      latestAt: time('latest_at').notNull(),
      fanCursor: text('fan_cursor'),
      pausedFor: text('paused_for'),
      userId: text('user_id'),
      sender: text('sender'),
      audience: json('audience').$type<Draft['audience'] | null>(),
      reports: text('reports').$type<Draft['reports']>().notNull().default('never'),
      subject: text('subject'),
      mailId: text('mail_id'),
      createdAt: time('created_at').notNull(),
      finishedAt: time('finished_at'),
      version: integer('version').notNull(),
    },
    (t) => [
      index('broadcasts_book').on(t.bookId, t.createdAt),
      index('broadcasts_number').on(t.numberId, t.createdAt),
      index('broadcasts_unfinished').on(t.numberId, t.status).where(sql`finished_at is null`),
    ],
  );

  const deliveries = table(
    'deliveries',
    {
      id: identity('id'),
      kind: text('kind').$type<DeliveryKind>().notNull(),
      organisationId: text('organisation_id').notNull(),
      numberId: text('number_id').notNull(),
      bookId: text('book_id'),
      broadcastId: text('broadcast_id'),
      memberId: text('member_id'),
      inboundId: text('inbound_id'),
      address: text('address').notNull(),
      text: text('text'),
      parts: integer('parts').notNull(),
      priority: integer('priority').notNull(),
      status: text('status').$type<DeliveryStatus>().notNull(),
      dueAt: time('due_at').notNull(),
      latestAt: time('latest_at').notNull(),
      attempts: integer('attempts').notNull(),
      owner: text('owner'),
      claimedAt: time('claimed_at'),
      providerId: text('provider_id'),
      reason: text('reason'),
      settledAt: time('settled_at'),
      onceKey: text('once_key'),
      letter: json('letter').$type<Letter | null>(),
      createdAt: time('created_at').notNull(),
    },
    (t) => [
      uniqueIndex('deliveries_copy').on(t.broadcastId, t.address).where(sql`broadcast_id is not null`),
      /** By line, so that copies that wait for one (no smarthost, a slow number) are not stepped over for the other. */
      index('deliveries_queued_copies')
        .on(t.broadcastId, t.numberId, t.dueAt, t.id)
        .where(sql`status = 'queued' and broadcast_id is not null`),
      index('deliveries_queued_replies')
        .on(t.numberId, t.priority, t.dueAt, t.id)
        .where(sql`status = 'queued' and broadcast_id is null`),
      index('deliveries_claimed').on(t.dueAt).where(sql`status = 'claimed'`),
      /**
       * None on the provider's id: random keys cost more than all the rest of settling (15 of 26 ms for 500 rows). Whose an
       * id is, is asked by number and address.
       */
      index('deliveries_replies').on(t.address).where(sql`broadcast_id is null`),
      uniqueIndex('deliveries_once').on(t.onceKey).where(sql`once_key is not null`),
      index('deliveries_inbound').on(t.inboundId).where(sql`inbound_id is not null`),
    ],
  );

  /** What was mailed to a list, as it came: the raw mail stands in its pieces. */
  const mails = table(
    'mails',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id').notNull(),
      bookId: text('book_id'),
      inboundId: text('inbound_id'),
      rawId: text('raw_id').notNull(),
      envelopeFrom: text('envelope_from').notNull(),
      envelopeTo: text('envelope_to').notNull(),
      remote: text('remote').notNull(),
      size: integer('size').notNull(),
      pieces: integer('pieces').notNull(),
      messageId: text('message_id').notNull(),
      subject: text('subject').notNull(),
      text: text('text').notNull(),
      proof: json('proof').$type<Mail['proof']>().notNull(),
      createdAt: time('created_at').notNull(),
    },
    (t) => [
      index('mails_inbound').on(t.inboundId).where(sql`inbound_id is not null`),
      index('mails_raw').on(t.rawId),
      index('mails_created').on(t.createdAt),
    ],
  );

  /**
   * A raw mail in pieces of at most 256 KiB, written as it arrives, so that memory does not grow with the mail. Those of a
   * mail that was never finished are swept by their age.
   */
  const mailPieces = table(
    'mail_pieces',
    {
      rawId: text('raw_id').notNull(),
      no: integer('no').notNull(),
      content: bytes('content').notNull(),
      createdAt: time('created_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.rawId, t.no] }), index('mail_pieces_created').on(t.createdAt)],
  );

  /** What a mail carried beside its text, for the mail members. */
  const attachments = table(
    'attachments',
    {
      rawId: text('raw_id').notNull(),
      no: integer('no').notNull(),
      name: text('name').notNull(),
      type: text('type').notNull(),
      content: bytes('content').notNull(),
      createdAt: time('created_at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.rawId, t.no] }), index('attachments_created').on(t.createdAt)],
  );

  /** Unguessable links in our mails and texts; the id is a digest, so that a copy of the database opens none. */
  const tokens = table(
    'tokens',
    {
      id: text('id').primaryKey(),
      purpose: text('purpose').$type<Token['purpose']>().notNull(),
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      subjectId: text('subject_id').notNull(),
      address: text('address').notNull(),
      createdAt: time('created_at').notNull(),
      expiresAt: time('expires_at').notNull(),
      usedAt: time('used_at'),
    },
    (t) => [index('tokens_expires').on(t.expiresAt), index('tokens_subject').on(t.subjectId)],
  );

  /** What somebody wrote on the join page and still has to prove; swept when it has run out. */
  const joinForms = table(
    'join_forms',
    {
      id: text('id').primaryKey(),
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      phone: text('phone'),
      mail: text('mail'),
      name: text('name').notNull(),
      wording: text('wording').notNull(),
      digest: text('digest').notNull(),
      triesLeft: integer('tries_left').notNull(),
      createdAt: time('created_at').notNull(),
      expiresAt: time('expires_at').notNull(),
      usedAt: time('used_at'),
    },
    (t) => [index('join_forms_expires').on(t.expiresAt)],
  );

  const rollCalls = table(
    'roll_calls',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id').notNull(),
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      broadcastId: text('broadcast_id'),
      startedAt: time('started_at').notNull(),
      endsAt: time('ends_at').notNull(),
      remindAt: time('remind_at'),
      remindedAt: time('reminded_at'),
      endedAt: time('ended_at'),
      version: integer('version').notNull(),
    },
    (t) => [
      index('roll_calls_book').on(t.bookId, t.startedAt),
      index('roll_calls_open').on(t.endsAt).where(sql`ended_at is null`),
    ],
  );

  const rollAnswers = table(
    'roll_answers',
    {
      rollCallId: text('roll_call_id')
        .notNull()
        .references(() => rollCalls.id),
      memberId: text('member_id').notNull(),
      answer: text('answer').$type<RollAnswer['answer']>().notNull(),
      text: text('text').notNull(),
      at: time('at').notNull(),
    },
    (t) => [primaryKey({ columns: [t.rollCallId, t.memberId] })],
  );

  const crisisPins = table(
    'crisis_pins',
    {
      bookId: text('book_id')
        .notNull()
        .references(() => books.id),
      address: text('address').notNull(),
      digest: text('digest').notNull(),
    },
    (t) => [primaryKey({ columns: [t.bookId, t.address] })],
  );

  /** What came back for our mails, by address; a rule over the last month pauses the address. */
  const bounces = table(
    'bounces',
    {
      id: text('id').primaryKey(),
      organisationId: text('organisation_id').notNull(),
      deliveryId: time('delivery_id').notNull(),
      address: text('address').notNull(),
      kind: text('kind').$type<Bounce['kind']>().notNull(),
      code: text('code').notNull(),
      at: time('at').notNull(),
    },
    (t) => [index('bounces_address').on(t.address, t.at), index('bounces_at').on(t.at)],
  );

  const consentEvents = table(
    'consent_events',
    {
      id: text('id').primaryKey(),
      at: time('at').notNull(),
      organisationId: text('organisation_id').notNull(),
      bookId: text('book_id'),
      event: text('event').$type<ConsentEvent['event']>().notNull(),
      rule: text('rule').notNull(),
      door: text('door').$type<ConsentEvent['door']>().notNull(),
      wordingVersion: text('wording_version').notNull(),
      addressHash: text('address_hash').notNull(),
      personalHash: text('personal_hash').notNull(),
      chainNo: time('chain_no'),
      chainHash: text('chain_hash'),
    },
    (t) => [
      index('consent_events_address').on(t.addressHash),
      index('consent_events_book').on(t.bookId, t.at),
      uniqueIndex('consent_events_chain').on(t.chainNo).where(sql`chain_no is not null`),
      index('consent_events_unsealed').on(t.id).where(sql`chain_no is null`),
      index('consent_events_left').on(t.at, t.bookId).where(sql`event in ('left', 'left_all')`),
    ],
  );

  const consentPersons = table('consent_persons', {
    eventId: text('event_id').primaryKey(),
    salt: text('salt').notNull(),
    address: text('address').notNull(),
    name: text('name').notNull(),
    text: text('text').notNull(),
    providerId: text('provider_id').notNull(),
  });

  /** One row, id 'head': how many lines are sealed, the last one's hash, and a keyed hash over both. */
  const ledgerHeads = table('ledger_heads', {
    id: text('id').primaryKey(),
    count: time('count').notNull(),
    hash: text('hash').notNull(),
    mac: text('mac').notNull(),
  });

  const stops = table(
    'stops',
    {
      scope: text('scope').$type<StopScope>().notNull(),
      scopeId: text('scope_id').notNull(),
      addressHash: text('address_hash').notNull(),
      address: text('address'),
      since: time('since').notNull(),
      how: text('how').notNull(),
    },
    (t) => [
      primaryKey({ columns: [t.addressHash, t.scope, t.scopeId] }),
      /** The claim asks by plain address: it joins deliveries, which have no hash. */
      index('stops_address').on(t.address, t.scopeId).where(sql`address is not null`),
    ],
  );

  const logEntries = table(
    'log_entries',
    {
      id: text('id').primaryKey(),
      at: time('at').notNull(),
      organisationId: text('organisation_id').notNull(),
      bookId: text('book_id'),
      actor: text('actor').notNull(),
      event: text('event').notNull(),
      details: json('details').$type<LogEntry['details']>().notNull(),
    },
    (t) => [
      index('log_entries_book_at').on(t.bookId, t.at),
      index('log_entries_organisation_at').on(t.organisationId, t.at),
    ],
  );

  /** Parts handed out by organisation and day ("2026-11-22"): the cost cap (F35). */
  const spends = table(
    'spends',
    {
      organisationId: text('organisation_id').notNull(),
      day: text('day').notNull(),
      parts: integer('parts').notNull(),
    },
    (t) => [primaryKey({ columns: [t.organisationId, t.day] })],
  );

  /** The simulated phone network. `from` and `to` are words of SQL, so their columns are named otherwise. */
  const carrierMessages = table(
    'carrier_messages',
    {
      id: text('id').primaryKey(),
      direction: text('direction').$type<CarrierMessage['direction']>().notNull(),
      from: text('sender').notNull(),
      to: text('receiver').notNull(),
      text: text('text').notNull(),
      deliveryId: time('delivery_id'),
      status: text('status').$type<CarrierMessage['status']>().notNull(),
      at: time('at').notNull(),
    },
    (t) => [index('carrier_messages_receiver').on(t.to, t.at), index('carrier_messages_sender').on(t.from, t.at)],
  );

  const carrierBlocks = table(
    'carrier_blocks',
    { from: text('sender').notNull(), to: text('receiver').notNull() },
    (t) => [primaryKey({ columns: [t.from, t.to] })],
  );

  return {
    installation,
    organisations,
    numbers,
    paces,
    books,
    members,
    writers,
    functionaries,
    users,
    accesses,
    sessions,
    links,
    passkeys,
    challenges,
    guesses,
    drafts,
    uploads,
    uploadPieces,
    conversations,
    inbounds,
    broadcasts,
    deliveries,
    mails,
    mailPieces,
    attachments,
    tokens,
    joinForms,
    rollCalls,
    rollAnswers,
    crisisPins,
    bounces,
    consentEvents,
    consentPersons,
    ledgerHeads,
    stops,
    logEntries,
    spends,
    carrierMessages,
    carrierBlocks,
  };
}

export type Tables = ReturnType<typeof tables>;
