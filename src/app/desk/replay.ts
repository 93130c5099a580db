import type { Book } from '../../core/book.ts';
import type { ConsentEvent } from '../../core/consent.ts';
import type { Inbound } from '../../core/inbound.ts';
import type { Outcome } from '../../core/outcome.ts';
import {
  asItCame,
  type Came,
  DECIDING,
  difference,
  type Edits,
  REPLAY_MS,
  replays,
  snapshotThen,
} from '../../core/replay.ts';
import type { Snapshot } from '../../core/snapshot.ts';
import type { Before } from '../../ports/deskReads.ts';
import type { Reads } from '../../ports/store.ts';
import { breath } from '../breath.ts';
import { createTurns } from '../inTurn.ts';
import { loadSnapshot } from '../receiveText.ts';
import { render } from '../render.ts';
import { readBookForm } from './bookForm.ts';
import { settled } from './changeBook.ts';
import { tidyReply } from './changeReply.ts';
import type { DeskDeps, Form } from './desk.ts';

/** At most so many texts, the newest; a few seconds of work, in which others are served. */
const MOST_TEXTS = 5_000;
/** Held in memory at once. */
const PAGE = 250;
const MOST_SENDERS = 2_000;
/** Shown one by one. */
const EXAMPLES = 60;
/** So long at a stretch; then whoever waits has a turn. */
const STRETCH_MS = 4;

export type SeenOutcome = { outcome: Outcome; rule: string | null; bookId: string | null; answer: string | null };
export type Differing = { inbound: Inbound; before: SeenOutcome; after: SeenOutcome };
/** `before` and `after` as they were for the newest of its texts. */
export type DifferingGroup = { before: SeenOutcome; after: SeenOutcome; count: number };

export type Replay = {
  /** Texts that were decided anew. */
  count: number;
  /** Not decided anew: mails, and answers to questions that nobody remembers. */
  left: number;
  changed: number;
  /** The oldest text looked at, where not all of the 90 days fitted; null = all did. */
  cutAt: number | null;
  /** The most frequent first. */
  groups: DifferingGroup[];
  /** The newest first. */
  examples: Differing[];
  /** Of the books as they were looked at: another mark, and the answer is old. */
  mark: string;
};

/** The versions of all books on a number: whatever is edited there makes another mark. */
export async function replayMark(book: Pick<Book, 'numberId'>, reads: Pick<Reads, 'books'>): Promise<string> {
  const here = (await reads.books()).filter(({ numberId }) => numberId === book.numberId);
  return here
    .map(({ id, version }) => `${id}.${version}`)
    .sort()
    .join(' ');
}

/**
 * What the settings form would have done to the last 90 days. null: nothing that decides about texts is changed, or the
 * book would sit on another number, where other texts come in; what is wrong with the form is for `changeBook` to say.
 */
export async function replayForm(book: Book, form: Form, deps: DeskDeps): Promise<Replay | null> {
  const read = readBookForm(form);
  if (!read.ok || read.settings.numberId !== book.numberId) return null;
  const { book: wanted, problems, others } = settled(book, read.settings, await deps.store.reads.books());
  if (problems.length > 0) return null;
  const edit = Object.fromEntries(
    // Its own replies follow its name by themselves; that is not what was changed.
    DECIDING.filter((key) => key !== 'replies' && wanted[key] !== book[key]).map((key) => [key, wanted[key]]),
  );
  const edits = new Map([[book.id, edit], ...others.map(({ book: { id }, main }) => [id, { main }] as const)]);
  return Object.keys(edit).length === 0 ? null : replay(book, edits, deps);
}

/** The same for one automatic reply; `text` null: the usual one again. */
export async function replayReply(
  book: Book,
  which: keyof Book['replies'],
  text: string | null,
  deps: DeskDeps,
): Promise<Replay | null> {
  const { [which]: before, ...rest } = book.replies;
  const after = text === null ? undefined : tidyReply(text);
  if (after === before) return null;
  return replay(
    book,
    new Map([[book.id, { replies: after === undefined ? rest : { ...rest, [which]: after } }]]),
    deps,
  );
}

/** One at a time in this process: it is work, and nobody waits for it but a person who edits settings. */
const inTurn = createTurns();
const replay = (book: Book, edits: Edits, deps: DeskDeps): Promise<Replay> =>
  inTurn('replay', () => replayNow(book, edits, deps));

type Known = { today: Snapshot; events: ConsentEvent[] };

async function replayNow(book: Book, edits: Edits, deps: DeskDeps): Promise<Replay> {
  const { store, keyed, clock } = deps;
  const { reads } = store;
  const now = clock.now();
  const mark = await replayMark(book, reads);
  const books = (await reads.books()).filter(({ numberId }) => numberId === book.numberId);
  const number = (await reads.numbers()).find(({ id }) => id === book.numberId);
  if (!number) throw new Error('a book without its number');
  const counts = new Map<string, number>();
  for (const { id } of books) counts.set(id, (await reads.memberCounts(id)).active ?? 0);

  const done: Replay = { count: 0, left: 0, changed: 0, cutAt: null, groups: [], examples: [], mark };
  const groups = new Map<string, DifferingGroup>();
  const known = new Map<string, Known>();
  let began = performance.now();
  let looked = 0;
  let oldest = now;
  for await (const inbound of newest(books, now - REPLAY_MS, reads)) {
    if (looked === MOST_TEXTS) {
      done.cutAt = oldest;
      break;
    }
    looked += 1;
    oldest = inbound.at;
    if (performance.now() - began > STRETCH_MS) {
      await breath();
      began = performance.now();
    }
    const how = replays(inbound);
    if (how === 'unknown') done.left += 1;
    else done.count += 1;
    if (how !== 'decide') continue;
    const text = asItCame(inbound, number.e164);
    const { today, events } = known.get(inbound.sender) ?? (await learn(inbound.sender));
    // Where a quote was cut away, what was quoted must be known again (B-25).
    const quoting = inbound.also.includes('B-25') ? await loadSnapshot(text, inbound.at, deps) : null;
    const then = snapshotThen(quoting ?? today, inbound, events, counts);
    const found = difference(then, edits, text, inbound.at);
    if (found === null) continue;
    done.changed += 1;
    const before = seen(found.before);
    const after = seen(found.after);
    if (done.examples.length < EXAMPLES) done.examples.push({ inbound, before, after });
    const key = JSON.stringify([before.outcome, before.bookId, after.outcome, after.bookId]);
    const group = groups.get(key) ?? { before, after, count: 0 };
    groups.set(key, { ...group, count: group.count + 1 });
  }
  done.groups = [...groups.values()].sort((a, b) => b.count - a.count);
  return done;

  async function learn(sender: string): Promise<Known> {
    const plain = { providerId: '', from: sender, to: number?.e164 ?? '', text: '', mediaCount: 0 };
    const inbound = { ...plain, missingPart: false, optOut: null, providerAt: null };
    const [today, events] = await Promise.all([
      loadSnapshot(inbound, now, deps),
      store.ledger.history(keyed.addressHash(sender)),
    ]);
    if (!today) throw new Error('the number is gone');
    if (known.size >= MOST_SENDERS) known.clear();
    const facts = { today, events };
    known.set(sender, facts);
    return facts;
  }
}

const seen = ({ outcome, rule, bookId, said }: Came): SeenOutcome => {
  const answer = said.map((out) => render(out).text).join('\n');
  return { outcome, rule, bookId, answer: answer === '' ? null : answer };
};

/** What came in to any of the books since then, newest first, a page of each at a time. */
async function* newest(books: readonly Book[], since: number, reads: Reads): AsyncGenerator<Inbound> {
  const heads = books.map(({ id }) => ({ id, rows: [] as Inbound[], before: null as Before, ended: false }));
  for (;;) {
    for (const head of heads) {
      if (head.rows.length > 0 || head.ended) continue;
      head.rows = await reads.inboundsPage(head.id, head.before, PAGE);
      const last = head.rows.at(-1);
      head.before = last ? { at: last.at, id: last.id } : head.before;
      head.ended = head.rows.length < PAGE;
    }
    let next: (typeof heads)[number] | null = null;
    for (const head of heads) {
      const at = head.rows[0]?.at;
      if (at !== undefined && (next === null || at > (next.rows[0]?.at ?? 0))) next = head;
    }
    const inbound = next?.rows.shift();
    if (inbound === undefined || inbound.at < since) return;
    yield inbound;
  }
}
