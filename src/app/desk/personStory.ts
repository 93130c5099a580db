import type { Book } from '../../core/book.ts';
import type { Inbound } from '../../core/inbound.ts';
import type { Member } from '../../core/member.ts';
import { addressesOf } from '../../core/membership.ts';
import type { PersonCopy, PersonLine, PersonReply, SentToAll, StoryEdge } from '../../ports/personReads.ts';
import { personLines } from '../personLines.ts';
import type { DeskDeps } from './desk.ts';

/** One thing in a person's story; of two at the very same time the later step stands first: text, consent, answer. */
export type StoryItem =
  | { what: 'text'; at: number; id: string; text: Inbound }
  | { what: 'consent'; at: number; id: string; line: PersonLine }
  | {
      what: 'sent';
      at: number;
      id: string;
      sent: SentToAll;
      /** At their addresses; `others`: written for another member on the same phone (B-40). */
      copies: (PersonCopy & { others: boolean; bouncedAt: number | null })[];
    }
  | { what: 'reply'; at: number; id: string; reply: PersonReply };
type What = StoryItem['what'];

/** Where a page begins: after this item. */
export type StoryMark = { at: number; what: What; id: string };

const ORDER: readonly What[] = ['text', 'consent', 'sent', 'reply'];
const rank = (what: What): number => ORDER.indexOf(what);
const START: StoryMark = { at: Number.MAX_SAFE_INTEGER - 1, what: 'reply', id: '' };
/** More lines than this about one person are not from a person; the newest are shown. */
const MOST_LINES = 5_000;
/** How long before the book knew somebody their texts are looked for: a STARTA before the START. */
const STRANGER = 30 * 86_400_000;

type Deps = Pick<DeskDeps, 'store' | 'keyed'>;

/** Where messages of theirs may have gone: also the second number that a crisis looks for them at. */
export const everyAddress = (member: Pick<Member, 'phone' | 'mail' | 'otherPhone'>): string[] =>
  addressesOf([member], member.otherPhone === null ? [] : [member.otherPhone]);

/** What the ledger says of them in this book and on its number, oldest first. */
export async function linesOf(
  book: Pick<Book, 'id' | 'organisationId'>,
  member: Pick<Member, 'phone' | 'mail'>,
  { store, keyed }: Deps,
): Promise<PersonLine[]> {
  const hashes = addressesOf([member]).map((address) => keyed.addressHash(address));
  const lines: PersonLine[] = [];
  for await (const line of personLines(store.reads, book.organisationId, hashes, book.id)) {
    lines.push(line);
    if (lines.length === MOST_LINES) break;
  }
  return lines;
}

/**
 * Everything that this person sent and got in this book, and how they came to be in it, newest first: texts and mails,
 * answers and notices, broadcasts since the book first knew them (with or without a copy), and the ledger's lines.
 * `next`: where the following page begins, null = there is none.
 */
export async function personStory(
  book: Book,
  member: Member,
  mark: StoryMark | null,
  limit: number,
  deps: Deps,
): Promise<{ items: StoryItem[]; next: StoryMark | null }> {
  const { reads } = deps.store;
  const addresses = everyAddress(member);
  const from = mark ?? START;
  const edge = (what: What): StoryEdge =>
    rank(what) === rank(from.what)
      ? { at: from.at, upTo: mark ? from.id : null }
      : { at: rank(what) < rank(from.what) ? from.at : from.at - 1, upTo: null };
  const past = (item: StoryItem): boolean =>
    item.at < from.at ||
    (item.at === from.at && (rank(item.what) < rank(from.what) || (item.what === from.what && item.id < from.id)));

  const lines = await linesOf(book, member, deps);
  const known = Math.min(member.createdAt, lines[0]?.at ?? member.createdAt);
  const most = limit + 1;
  const [sent, replies] = await Promise.all([
    reads.sentToAll(book.id, edge('sent'), known, most),
    reads.repliesTo(book.id, addresses, edge('reply'), most),
  ]);
  const items: StoryItem[] = [
    ...lines.map((line): StoryItem => ({ what: 'consent', at: line.at, id: line.id, line })).filter(past),
    ...sent.map((each): StoryItem => ({ what: 'sent', at: each.dueAt, id: each.id, sent: each, copies: [] })),
    ...replies.map((reply): StoryItem => ({ what: 'reply', at: reply.createdAt, id: String(reply.id), reply })),
  ].sort(newestFirst);
  // Only as far back as this page can reach: texts are the ones that cost something to find.
  const oldest = items.length >= most ? (items[most - 1]?.at ?? 0) : Math.max(0, known - STRANGER);
  const texts = await reads.textsFrom(book.id, addresses, edge('text'), oldest, most);
  items.push(...texts.map((text): StoryItem => ({ what: 'text', at: text.at, id: text.id, text })));
  items.sort(newestFirst);

  const page = items.slice(0, limit);
  await withCopies(page, member, addresses, deps);
  const last = page.at(-1);
  return { items: page, next: items.length > limit && last ? { at: last.at, what: last.what, id: last.id } : null };
}

const newestFirst = (a: StoryItem, b: StoryItem): number =>
  b.at - a.at ||
  rank(b.what) - rank(a.what) ||
  (a.what === 'reply' ? Number(b.id) - Number(a.id) : a.id < b.id ? 1 : -1);

async function withCopies(page: readonly StoryItem[], member: Member, addresses: readonly string[], deps: Deps) {
  const sent = page.filter((item) => item.what === 'sent');
  const copies = await copiesFor(
    sent.map(({ id }) => id),
    member,
    addresses,
    deps,
  );
  for (const item of sent) item.copies.push(...copies.filter(({ broadcastId }) => broadcastId === item.id));
}

/** Copies of these broadcasts at the person's addresses, with whose they are and what came back. */
export async function copiesFor(
  broadcastIds: readonly string[],
  member: Pick<Member, 'id' | 'bookId'>,
  addresses: readonly string[],
  { store }: Pick<DeskDeps, 'store'>,
) {
  const copies = await store.reads.copiesAt(broadcastIds, addresses);
  const [bounces, people] = await Promise.all([
    store.reads.bouncesFor(
      copies.map(({ id }) => id),
      addresses,
    ),
    store.reads.membersById([...new Set(copies.map(({ memberId }) => memberId ?? ''))]),
  ]);
  // A row that was removed and added again has another id: it is still the same person.
  const others = new Map(
    people.filter(({ id, bookId }) => id !== member.id && bookId === member.bookId).map((each) => [each.id, each]),
  );
  return copies.map((copy) => {
    const bounce = bounces.find(({ deliveryId }) => deliveryId === copy.id);
    const other = others.get(copy.memberId ?? '');
    return {
      ...copy,
      reason: bounce?.code ?? copy.reason,
      bouncedAt: bounce?.at ?? null,
      others: other !== undefined && (other.phone === copy.address || other.mail === copy.address),
    };
  });
}
