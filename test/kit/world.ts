import type { Book } from '../../src/core/book.ts';
import type { Stop, StopScope } from '../../src/core/consent.ts';
import { type ConversationState, emptyState } from '../../src/core/conversation.ts';
import { decide } from '../../src/core/decide.ts';
import type { Change, Decision, Given } from '../../src/core/decision.ts';
import type { InboundText } from '../../src/core/inbound.ts';
import type { MailKey } from '../../src/core/mailReplyText.ts';
import { addressKey, type Member, type MemberStatus, nameKey } from '../../src/core/member.ts';
import type { Organisation, VirtualNumber } from '../../src/core/organisation.ts';
import type { ReplyKey } from '../../src/core/replyText.ts';
import type { BookView, RecentText, Snapshot } from '../../src/core/snapshot.ts';

/**
 * The named world of the decision tables: one number, the books P12 (main) and P14, and five people. Anna is a member of
 * P12, Bo has left it, Cat writes to it, Dan is its functionary, Eve is a stranger; Dora fills in. All numbers are of the ranges that
 * the Swedish authority keeps for fiction.
 */
export const NUMBER = '+46766861001';
export const anna = '+46701740601';
export const bo = '+46701740602';
export const cat = '+46701740603';
export const dan = '+46701740604';
export const eve = '+46701740605';
export const dora = '+46701740606';

/** Sunday 1 March 2026, 12:00 in Stockholm. */
export const NOON = Date.UTC(2026, 2, 1, 11, 0);
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const organisation: Organisation = {
  id: 'org',
  name: 'Lunds IK',
  locale: 'sv',
  timezone: 'Europe/Stockholm',
  country: 'SE',
  contact: 'kansli@lundsik.example',
  dailyParts: null,
  secondStep: 'chosen',
  signOn: null,
  createdAt: 0,
  version: 1,
};

export const virtualNumber: VirtualNumber = {
  id: 'vn',
  organisationId: 'org',
  e164: NUMBER,
  provider: 'twilio',
  partsPerSecond: 10,
  providerKeywords: 'default',
  createdAt: 0,
  version: 1,
};

export const p12: Book = {
  id: 'p12',
  organisationId: 'org',
  numberId: 'vn',
  name: 'Föräldrar P12',
  address: 'p12',
  keyword: 'P12',
  main: true,
  smsName: 'Föräldrar P12',
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
  latestAfterMs: 4 * HOUR,
  quietFrom: null,
  quietTo: null,
  replies: {},
  storm: { recent: [], brakedUntil: null },
  replyTo: 'writer',
  longMail: 'shorten',
  subjectFirst: false,
  joinPage: null,
  crisis: null,
  createdAt: 0,
  version: 7,
};

export const p14: Book = {
  ...p12,
  id: 'p14',
  name: 'Föräldrar P14',
  address: 'p14',
  keyword: 'P14',
  main: false,
  smsName: 'P14',
  header: '*P14*',
};

export function member(phone: string | null, status: MemberStatus = 'active', over: Partial<Member> = {}): Member {
  const { mail = null, name = '' } = over;
  return {
    id: `m-${over.bookId ?? 'p12'}-${phone ?? ''}-${mail ?? ''}`,
    bookId: 'p12',
    phone,
    mail,
    addressKey: addressKey(phone, mail),
    name,
    nameKey: nameKey(name),
    labels: [],
    fields: {},
    status,
    since: NOON - 90 * DAY,
    pausedUntil: null,
    via: 'both',
    otherPhone: null,
    leftAt: status === 'unsubscribed' ? NOON - 40 * DAY : null,
    createdAt: NOON - 90 * DAY,
    version: 3,
    ...over,
  };
}

export const stop = (scope: StopScope, address: string, scopeId: string = scope === 'book' ? 'p12' : 'vn'): Stop => ({
  scope,
  scopeId,
  addressHash: `hash-${address}`,
  address,
  since: NOON - 40 * DAY,
  how: 'sms B-11',
});

export type BookSetting = Partial<Omit<BookView, 'book'>> & { book?: Partial<Book> };

/** One book as a sender meets it; Dan is its functionary. */
export function view(base: Book, { book, ...over }: BookSetting = {}): BookView {
  return {
    book: { ...base, ...book },
    activeCount: 24,
    functionaries: [dan],
    senderIsWriter: false,
    senderIsFunctionary: false,
    members: [],
    stop: null,
    lastCopyAt: null,
    ...over,
  };
}

export type WorldSetting = {
  books?: BookView[];
  state?: ConversationState;
  stopOnNumber?: Stop | null;
  stopAtProvider?: Stop | null;
  recentTexts?: readonly RecentText[];
  held?: Snapshot['held'];
  number?: Partial<VirtualNumber>;
  organisation?: Partial<Organisation>;
};

export function snapshotOf(sender: string, over: WorldSetting = {}): Snapshot {
  return {
    organisation: { ...organisation, ...over.organisation },
    number: { ...virtualNumber, ...over.number },
    ownNumbers: [NUMBER, '+46766861002'],
    books: over.books ?? [view(p12)],
    conversation: {
      numberId: 'vn',
      sender,
      state: over.state ?? emptyState(),
      version: over.state ? 1 : 0,
      updatedAt: 0,
    },
    stopOnNumber: over.stopOnNumber ?? null,
    stopAtProvider: over.stopAtProvider ?? null,
    recentTexts: over.recentTexts ?? [],
    held: over.held ?? [],
  };
}

export const inboundOf = (from: string, text: string, over: Partial<InboundText> = {}): InboundText => ({
  providerId: 'SM1',
  from,
  to: NUMBER,
  text,
  mediaCount: 0,
  missingPart: false,
  optOut: null,
  providerAt: null,
  ...over,
});

export const givenAt = (now: number = NOON, over: Partial<Given> = {}): Given => ({
  now,
  inboundId: `in-${now}`,
  broadcastId: `b-${now}`,
  code: '4821',
  ...over,
});

/** What the named people are to P12 (design 7's named world). */
export const asMember = (over: BookSetting = {}): BookView =>
  view(p12, { members: [member(anna, 'active', { name: 'Anna' })], ...over });
export const asLeft = (over: BookSetting = {}): BookView =>
  view(p12, { members: [member(bo, 'unsubscribed', { name: 'Bo' })], stop: stop('book', bo), ...over });
export const asWriter = (over: BookSetting = {}): BookView => view(p12, { senderIsWriter: true, ...over });

/** One text into a world. */
export function say(
  from: string,
  text: string,
  world: WorldSetting = {},
  how: Partial<InboundText> & { at?: number } = {},
): Decision {
  const { at, ...inbound } = how;
  return decide(snapshotOf(from, world), inboundOf(from, text, inbound), givenAt(at));
}

export const replies = (decision: Decision, to: string): (ReplyKey | MailKey)[] =>
  decision.outgoing.filter((each) => each.to === to).map(({ reply }) => reply.key);

export const changesOf = <K extends Change['do']>(
  decision: { changes: readonly Change[] },
  kind: K,
): Extract<Change, { do: K }>[] =>
  decision.changes.filter((each): each is Extract<Change, { do: K }> => each.do === kind);

/** Statuses that rows are set to or made with. */
export const statuses = (decision: { changes: readonly Change[] }): MemberStatus[] =>
  decision.changes.flatMap((each) => (each.do === 'set_member' || each.do === 'create_member' ? [each.status] : []));

export const events = (decision: { changes: readonly Change[] }): string[] =>
  changesOf(decision, 'consent').map(({ event }) => event);

/**
 * A small living world for stories of several texts: applies what decisions change to one sender's rows, stops, held
 * broadcasts and conversation, as the store would.
 */
export class Story {
  readonly sender: string;
  world: Snapshot;
  now: number;
  readonly sent: Decision['outgoing'] = [];
  private made = 0;

  constructor(sender: string, world: WorldSetting = {}, now: number = NOON) {
    this.sender = sender;
    this.world = snapshotOf(sender, world);
    this.now = now;
  }

  text(text: string, how: Partial<InboundText> & { after?: number; code?: string } = {}): Decision {
    const { after = MINUTE, code = '4821', ...inbound } = how;
    this.now += after;
    this.made += 1;
    const decision = decide(
      this.world,
      inboundOf(this.sender, text, inbound),
      givenAt(this.now, { code, broadcastId: `b-${this.made}`, inboundId: `in-${this.made}` }),
    );
    for (const change of decision.changes) this.apply(change);
    const { conversation: before } = this.world;
    if (decision.conversation) {
      // Through JSON, as the store keeps it.
      const state: ConversationState = JSON.parse(JSON.stringify(decision.conversation));
      this.world = { ...this.world, conversation: { ...before, state, version: before.version + 1 } };
    }
    this.sent.push(...decision.outgoing);
    return decision;
  }

  get status(): MemberStatus | null {
    return this.world.books[0]?.members[0]?.status ?? null;
  }

  private inBook(bookId: string, set: (view: BookView) => Partial<BookView>): void {
    const books = this.world.books.map((each) => (each.book.id === bookId ? { ...each, ...set(each) } : each));
    this.world = { ...this.world, books };
  }

  /** As the store would; what other people's rows and deliveries become is not looked at. */
  private apply(change: Change): void {
    const { now } = this;
    if (change.do === 'create_member') {
      const { bookId, phone, mail, name, status, leftAt } = change;
      const row = member(phone, status, { bookId, mail, name, leftAt, since: now, version: 1 });
      this.inBook(bookId, ({ members }) => ({ members: [...members, row] }));
    } else if (change.do === 'set_member') {
      const { id, bookId, version } = change.member;
      const leftAt = change.leftAt === undefined ? change.member.leftAt : change.leftAt;
      const pausedUntil = change.pausedUntil ?? null;
      const row = { ...change.member, status: change.status, pausedUntil, leftAt, since: now, version: version + 1 };
      this.inBook(bookId, ({ members }) => ({ members: members.map((each) => (each.id === id ? row : each)) }));
    } else if (change.do === 'stop') {
      this.setStop(change, { ...stop(change.scope, change.address, change.scopeId), since: now, how: change.how });
    } else if (change.do === 'lift_stop') {
      this.setStop(change, null);
    } else if (change.do === 'set_storm') {
      const { book, storm } = change;
      this.inBook(book.id, () => ({ book: { ...book, storm, version: book.version + 1 } }));
    } else {
      this.applyToHeld(change);
    }
  }

  private setStop(of: { scope: StopScope; scopeId: string; address: string }, made: Stop | null): void {
    if (of.address !== this.sender) return;
    if (of.scope === 'book') this.inBook(of.scopeId, () => ({ stop: made }));
    else this.world = { ...this.world, [of.scope === 'number' ? 'stopOnNumber' : 'stopAtProvider']: made };
  }

  private applyToHeld(change: Change): void {
    if (change.do === 'create_broadcast' && change.status === 'held') {
      const { id, text, parts, book } = change;
      this.world = { ...this.world, held: [...this.world.held, { id, bookId: book.id, text, parts, version: 1 }] };
    } else if (change.do === 'release_broadcast' || change.do === 'expire_broadcast') {
      this.world = { ...this.world, held: this.world.held.filter(({ id }) => id !== change.id) };
    }
  }
}
