import type { Book } from '../core/book.ts';
import { type JoinPage, sameJoinPage } from '../core/joinForm.ts';
import type { Organisation, VirtualNumber } from '../core/organisation.ts';
import type { ReadBook, ReadFile } from './applyFile.ts';
import { type ApplyPlan, changed } from './applyPlan.ts';
import type { Present } from './applyPresent.ts';
import { defaultConsent, tidyConsent } from './join/consent.ts';
import { newBook } from './newBook.ts';
import { keywordKey } from './settingRules.ts';

/** The file's books as they will be, by address: settings that it does not name stay, or are the defaults of document 5. */
export function planBooks(
  file: ReadFile,
  organisation: Organisation,
  numbers: ReadonlyMap<string, VirtualNumber>,
  present: Present,
  plan: ApplyPlan,
): Map<string, Book> {
  const wanted: Wanted[] = [];
  for (const read of file.books) {
    const known = present.books.find(({ address }) => address === read.address) ?? null;
    const number = numbers.get(read.number);
    const fail = (message: string) =>
      plan.errors.push({ line: read.line, message: `book ${read.address}: ${message}` });
    if (known && known.organisationId !== organisation.id) fail('the address belongs to another organisation');
    else if (!number) {
      const foreign = present.numbers.some(({ e164 }) => e164 === read.number);
      fail(`number ${read.number} ${foreign ? 'belongs to another organisation' : 'is not among the numbers'}`);
    } else
      wanted.push({
        read,
        known,
        after: withSettings(read, known ?? newBook(read, organisation, number, plan), number, organisation),
      });
  }
  settleNumbers(wanted, present, plan);
  const after = new Map<string, Book>();
  for (const { read, known, after: book } of wanted)
    after.set(read.address, known ? changedBook(known, book, plan) : addedBook(book, plan));
  return after;
}

/** `known`: null = the file makes it. */
type Wanted = { read: ReadBook; known: Book | null; after: Book };

function withSettings(read: ReadBook, book: Book, number: VirtualNumber, organisation: Organisation): Book {
  const { line, members, writers, confirming, functionaries, number: e164, quietHours, joinPage, ...settings } = read;
  const after: Book = { ...book, numberId: number.id };
  for (const [key, value] of Object.entries(settings)) if (value !== undefined) Object.assign(after, { [key]: value });
  if (joinPage !== undefined) after.joinPage = joinPageOf(joinPage, after, organisation);
  if (quietHours !== undefined) [after.quietFrom, after.quietTo] = splitHours(quietHours);
  return after;
}

/** The very row's own where nothing changes, so that no difference is seen. */
function joinPageOf(wanted: ReadBook['joinPage'], book: Book, organisation: Organisation): JoinPage | null {
  if (!wanted) return null;
  const consent = wanted.consent ?? book.joinPage?.consent ?? defaultConsent(book, organisation);
  const page = { ask: wanted.ask, consent: tidyConsent(consent) };
  return sameJoinPage(book.joinPage, page) ? book.joinPage : page;
}

function splitHours(hours: string | null): [string | null, string | null] {
  const [from = null, to = null] = hours?.split('-') ?? [];
  return [from, to];
}

/** One main book per number, and where several share it a keyword each (B-18, B-45, B-46). */
function settleNumbers(wanted: readonly Wanted[], present: Present, plan: ApplyPlan): void {
  const touched = new Set(wanted.flatMap(({ known, after }) => [after.numberId, ...(known ? [known.numberId] : [])]));
  for (const numberId of touched) {
    const here = wanted.filter(({ after }) => after.numberId === numberId);
    const others = present.books.filter(
      (book) => book.numberId === numberId && !wanted.some(({ known }) => known?.id === book.id),
    );
    const e164 = here[0]?.read.number ?? present.numbers.find(({ id }) => id === numberId)?.e164 ?? '';
    if (here.length + others.length === 1) settleOnly(here[0], others[0], plan);
    else if (here.length > 0) settleShared(e164, here, others, plan);
    // Another book moved away, and nobody said which of those that stay is the main one now.
    else if (others.length > 1 && !others.some(({ main }) => main))
      plan.errors.push({
        line: wanted[0]?.read.line ?? 1,
        message: `number ${e164} would be left without a main book`,
      });
  }
}

function settleOnly(here: Wanted | undefined, other: Book | undefined, plan: ApplyPlan): void {
  if (other) changed('books', other, { main: true }, other.address, plan);
  if (!here) return;
  if (here.read.main === false)
    plan.errors.push({
      line: here.read.line,
      message: `book ${here.read.address}: is the only one on its number and so its main book`,
    });
  here.after.main = true;
}

function settleShared(e164: string, here: readonly Wanted[], others: readonly Book[], plan: ApplyPlan): void {
  const fail = (line: number, message: string) => plan.errors.push({ line, message });
  const lastLine = Math.max(...here.map(({ read }) => read.line));
  const mains = [...here.map(({ after }) => after), ...others].filter(({ main }) => main);
  const named = here.filter(({ read }) => read.main === true);
  if (mains.length === 0) fail(lastLine, `number ${e164} has several books: set main: true on one of them`);
  if (mains.length > 1) {
    const { line } = (named.at(-1) ?? here.at(-1))?.read ?? { line: lastLine };
    fail(
      line,
      `number ${e164} would have ${mains.length} main books (${mains.map(({ address }) => address).join(', ')}): set main: false on all but one`,
    );
  }
  const owners = new Map<string, string>();
  for (const book of others) {
    if (book.keyword === null)
      fail(lastLine, `book ${book.address} shares number ${e164} and has no keyword: give it one in the file`);
    else owners.set(keywordKey(book.keyword), book.address);
  }
  for (const { read, after } of here) {
    if (after.keyword === null) {
      fail(read.line, `book ${read.address}: needs a keyword, for several books share number ${e164}`);
      continue;
    }
    const owner = owners.get(keywordKey(after.keyword));
    if (owner)
      fail(read.line, `book ${read.address}: the keyword ${after.keyword} is that of ${owner} on the same number`);
    owners.set(keywordKey(after.keyword), read.address);
  }
}

function addedBook(book: Book, plan: ApplyPlan): Book {
  plan.steps.push({ add: 'books', row: book, exists: 'stale' });
  plan.changes.push(`book ${book.address} created (${book.name}, in texts ${book.smsName})`);
  return book;
}

function changedBook(before: Book, after: Book, plan: ApplyPlan): Book {
  const { id, version, storm, replies, createdAt, organisationId, ...settings } = after;
  return changed('books', before, settings, before.address, plan);
}
