import { newUser, type User } from '../../src/core/account.ts';
import type { Book } from '../../src/core/book.ts';
import type { Broadcast } from '../../src/core/broadcast.ts';
import type { ConsentEvent, ConsentPerson, Stop } from '../../src/core/consent.ts';
import { type Conversation, emptyState } from '../../src/core/conversation.ts';
import type { NewDelivery } from '../../src/core/delivery.ts';
import type { Draft } from '../../src/core/draft.ts';
import type { Inbound } from '../../src/core/inbound.ts';
import type { Mail, Token } from '../../src/core/mail.ts';
import { addressKey, type Member, nameKey } from '../../src/core/member.ts';
import type { Organisation, VirtualNumber } from '../../src/core/organisation.ts';
import type { LogEntry, Plan, Upload } from '../../src/ports/store.ts';

/** Whole rows for tests: name what matters, the rest is plain. Times begin at NOON. */
export const NOON = Date.UTC(2026, 10, 22, 11, 0, 0);

export const ORGANISATION: Organisation = {
  id: 'org1',
  name: 'Lunds IK',
  locale: 'sv',
  timezone: 'Europe/Stockholm',
  country: 'SE',
  contact: '',
  dailyParts: null,
  secondStep: 'chosen',
  signOn: null,
  createdAt: NOON,
  version: 1,
};

export const NUMBER: VirtualNumber = {
  id: 'num1',
  organisationId: 'org1',
  e164: '+46766861001',
  provider: 'simulator',
  partsPerSecond: 10,
  providerKeywords: 'off',
  createdAt: NOON,
  version: 1,
};

export const bookRow = (row: Partial<Book> = {}): Book => ({
  id: 'book1',
  organisationId: 'org1',
  numberId: 'num1',
  name: 'Föräldrar P12',
  address: 'p12',
  keyword: null,
  main: true,
  smsName: 'P12',
  locale: 'sv',
  optIn: 'keyword',
  approval: 'automatic',
  senders: 'writers',
  confirmAbove: 100,
  header: '*P12*',
  footer: true,
  partLimit: 3,
  leaving: 'free',
  tellBroadcast: true,
  tellLeave: true,
  latestAfterMs: 4 * 3_600_000,
  quietFrom: null,
  quietTo: null,
  replies: {},
  storm: { recent: [], brakedUntil: null },
  replyTo: 'writer',
  longMail: 'shorten',
  subjectFirst: false,
  joinPage: null,
  crisis: null,
  createdAt: NOON,
  version: 1,
  ...row,
});

export const memberRow = (row: Partial<Member> & { id: string }): Member => {
  const { phone = null, mail = null, name = '' } = row;
  return {
    bookId: 'book1',
    phone,
    mail,
    addressKey: addressKey(phone, mail),
    name,
    nameKey: nameKey(name),
    labels: [],
    fields: {},
    status: 'active',
    since: NOON,
    pausedUntil: null,
    via: 'both',
    otherPhone: null,
    leftAt: null,
    createdAt: NOON,
    version: 1,
    ...row,
  };
};

export const broadcastRow = (row: Partial<Broadcast> & { id: string }): Broadcast => ({
  organisationId: 'org1',
  bookId: 'book1',
  numberId: 'num1',
  door: 'sms',
  status: 'sending',
  writer: '+46701000001',
  text: 'Matchen flyttas till 18.',
  header: '*P12*',
  footer: 'Svara STOPP för att lämna.',
  parts: 1,
  dueAt: NOON,
  latestAt: NOON + 4 * 3_600_000,
  fanCursor: null,
  pausedFor: null,
  userId: null,
  sender: null,
  audience: null,
  reports: 'never',
  subject: null,
  mailId: null,
  createdAt: NOON,
  finishedAt: null,
  version: 1,
  ...row,
});

export const deliveryRow = (row: Partial<NewDelivery> = {}): NewDelivery => ({
  kind: 'answer',
  organisationId: 'org1',
  numberId: 'num1',
  bookId: 'book1',
  broadcastId: null,
  memberId: null,
  inboundId: null,
  address: '+46701000003',
  text: 'Hej',
  parts: 1,
  priority: 0,
  status: 'queued',
  dueAt: NOON,
  latestAt: NOON + 3_600_000,
  attempts: 0,
  owner: null,
  claimedAt: null,
  providerId: null,
  reason: null,
  settledAt: null,
  onceKey: null,
  letter: null,
  createdAt: NOON,
  ...row,
});

/** A copy of a broadcast, as fan-out writes it. */
export const copyRow = (row: Partial<NewDelivery> & { broadcastId: string; address: string }): NewDelivery =>
  deliveryRow({ kind: 'copy', memberId: 'm1', text: null, priority: 5, ...row });

export const inboundRow = (row: Partial<Inbound> & { id: string }): Inbound => ({
  organisationId: 'org1',
  numberId: 'num1',
  bookId: 'book1',
  door: 'sms',
  sender: '+46701000003',
  providerId: `SM${row.id}`,
  text: 'START',
  mediaCount: 0,
  kind: 'join',
  rule: 'B-1',
  also: [],
  broadcastId: null,
  providerAt: null,
  at: NOON,
  ...row,
});

export const conversationRow = (row: Partial<Conversation> = {}): Conversation => ({
  numberId: 'num1',
  sender: '+46701000003',
  state: emptyState(),
  version: 1,
  updatedAt: NOON,
  ...row,
});

export const eventRow = (row: Partial<ConsentEvent> & { id: string }): ConsentEvent => ({
  at: NOON,
  organisationId: 'org1',
  bookId: 'book1',
  event: 'joined',
  rule: 'B-1',
  door: 'sms',
  wordingVersion: '1',
  addressHash: 'hash3',
  personalHash: 'personal',
  chainNo: null,
  chainHash: null,
  ...row,
});

export const personRow = (row: Partial<ConsentPerson> & { eventId: string }): ConsentPerson => ({
  salt: 'salt',
  address: '+46701000003',
  name: 'Anna',
  text: 'START',
  providerId: 'SM1',
  ...row,
});

export const stopRow = (row: Partial<Stop> = {}): Stop => ({
  scope: 'book',
  scopeId: 'book1',
  addressHash: 'hash3',
  address: '+46701000003',
  since: NOON,
  how: 'sms B-11',
  ...row,
});

export const logRow = (row: Partial<LogEntry> & { id: string }): LogEntry => ({
  at: NOON,
  organisationId: 'org1',
  bookId: 'book1',
  actor: 'sms',
  event: 'alarm',
  details: {},
  ...row,
});

export const userRow = (row: Partial<User> & { id: string }): User => ({
  ...newUser({ id: row.id, organisationId: 'org1', mail: `${row.id}@example.se`, role: 'admin', createdAt: NOON }),
  ...row,
});

/** One organisation, one number, one book with a writer and a functionary. */
export const SMALL_WORLD: Plan = [
  { add: 'organisations', row: ORGANISATION, exists: 'ignore' },
  { add: 'numbers', row: NUMBER, exists: 'ignore' },
  { add: 'books', row: bookRow(), exists: 'ignore' },
  { add: 'writers', row: { bookId: 'book1', address: '+46701000001', alwaysConfirm: false }, exists: 'ignore' },
  { add: 'functionaries', row: { bookId: 'book1', address: '+46701000002' }, exists: 'ignore' },
];

/** A proven mail from the coach to the book, in one piece. */
export const mailRow = (row: Partial<Mail> & { id: string }): Mail => ({
  organisationId: 'org1',
  bookId: 'book1',
  inboundId: null,
  rawId: `raw-${row.id}`,
  envelopeFrom: 'coach@example.se',
  envelopeTo: 'p12@lists.example.se',
  remote: '127.0.0.1',
  size: 400,
  pieces: 1,
  messageId: '<1@example.se>',
  subject: 'Match',
  text: 'Matchen flyttas till 18.',
  proof: {
    from: 'coach@example.se',
    proven: true,
    by: 'dmarc',
    reasons: [],
    spf: 'pass',
    dkim: 'pass',
    dmarc: 'pass',
    arc: 'none',
  },
  createdAt: NOON,
  ...row,
});

export const tokenRow = (row: Partial<Token> & { id: string }): Token => ({
  purpose: 'send',
  bookId: 'book1',
  subjectId: '',
  address: 'coach@example.se',
  createdAt: NOON,
  expiresAt: NOON + 86_400_000,
  usedAt: null,
  ...row,
});

export const draftRow = (row: Partial<Draft> & { id: string }): Draft => ({
  organisationId: 'org1',
  bookId: 'book1',
  userId: 'u1',
  kind: 'template',
  name: 'Inställd',
  text: 'Träningen är inställd.',
  audience: { labels: [], fields: {} },
  sender: null,
  reports: 'never',
  createdAt: NOON,
  updatedAt: NOON,
  version: 1,
  ...row,
});

/** An upload that waits for a look, with its text in one piece. */
export const uploadSteps = (row: Partial<Upload> & { id: string }, text: string): Plan => [
  {
    add: 'uploadPieces',
    row: { uploadId: row.id, part: 'content', no: 0, createdAt: NOON, text },
    exists: 'stale',
  },
  { add: 'uploads', row: uploadRow(row), exists: 'stale' },
];

export const uploadRow = (row: Partial<Upload> & { id: string }): Upload => ({
  organisationId: 'org1',
  bookId: 'book1',
  userId: 'u1',
  fileName: 'a.csv',
  status: 'waiting',
  done: 0,
  total: 1,
  report: null,
  createdAt: NOON,
  updatedAt: NOON,
  ...row,
});
