import { readAddress } from '../../core/address.ts';
import type { Book } from '../../core/book.ts';
import { isMailAddress } from '../../core/mail.ts';
import { listStep } from '../listStep.ts';
import type { Desk, DeskDeps } from './desk.ts';
import { commitAtDesk, deskLog } from './desk.ts';

/** Who may write to a book, and who gets what the others write. */
export type BookList = 'writers' | 'functionaries';
export type ListChange =
  | { ok: true; address: string; outcome: 'added' | 'already' | 'removed' | 'gone' }
  | { ok: false; why: 'empty' | 'unreadable' | 'own_number' | 'changed' };

/** `raw`: a phone as people write it in the organisation's country, or a mail address. */
export async function addToList(
  book: Pick<Book, 'id' | 'organisationId'>,
  list: BookList,
  raw: string,
  by: Desk,
  deps: DeskDeps,
): Promise<ListChange> {
  if (raw.trim() === '') return { ok: false, why: 'empty' };
  const { reads } = deps.store;
  const [organisation, numbers] = await Promise.all([reads.organisation(book.organisationId), reads.numbers()]);
  const read = readAddress(raw, organisation?.country ?? '');
  // One of our own numbers need not be a mobile one, so it is recognised before it is found to be none.
  const own = new Set(numbers.map(({ e164 }) => e164));
  if (own.has(raw.replace(/[\s()-]/g, ''))) return { ok: false, why: 'own_number' };
  if (!read) return { ok: false, why: 'unreadable' };
  const address = read.kind === 'phone' ? read.e164 : read.mail;
  // B-31: a number of ours never writes; as a functionary it would text itself.
  if (own.has(address)) return { ok: false, why: 'own_number' };
  return commitAtDesk<ListChange>(
    deps,
    async () => {
      const now = await reads[list](book.id);
      if (now.includes(address)) return { answer: { ok: true, address, outcome: 'already' }, steps: [] };
      const log = deskLog(book.organisationId, by, deps);
      return {
        answer: { ok: true, address, outcome: 'added' },
        steps: [
          listStep(list, book.id, address, 'stale'),
          log(book.id, `${NOUN[list]}_added`, { kind: read.kind, before: now.length, after: now.length + 1 }),
        ],
      };
    },
    { ok: false, why: 'changed' },
  );
}

export async function removeFromList(
  book: Pick<Book, 'id' | 'organisationId'>,
  list: BookList,
  address: string,
  by: Desk,
  deps: DeskDeps,
): Promise<ListChange> {
  const now = await deps.store.reads[list](book.id);
  if (!now.includes(address)) return { ok: true, address, outcome: 'gone' };
  const log = deskLog(book.organisationId, by, deps);
  const kind = address.includes('@') ? 'mail' : 'phone';
  await deps.store.commit([
    { remove: list, where: { bookId: book.id, address } },
    // Whoever becomes a writer again gets a new PIN.
    ...(list === 'writers' ? [{ remove: 'crisisPins', where: { bookId: book.id, address } } as const] : []),
    log(book.id, `${NOUN[list]}_removed`, { kind, before: now.length, after: now.length - 1 }),
  ]);
  return { ok: true, address, outcome: 'removed' };
}

/** M-2: whether each mail of this writer waits for its link, proven or not. */
export async function setAlwaysConfirm(
  book: Pick<Book, 'id' | 'organisationId'>,
  address: string,
  alwaysConfirm: boolean,
  by: Desk,
  deps: DeskDeps,
): Promise<'done' | 'gone'> {
  const { reads } = deps.store;
  const [all, confirming] = await Promise.all([reads.writers(book.id), reads.confirmingWriters(book.id)]);
  if (!all.includes(address) || !isMailAddress(address)) return 'gone';
  const before = confirming.includes(address);
  if (before === alwaysConfirm) return 'done';
  const log = deskLog(book.organisationId, by, deps);
  const result = await deps.store.commit([
    { change: 'writers', where: { bookId: book.id, address }, set: { alwaysConfirm }, none: 'stale' },
    log(book.id, 'setting_changed', { setting: 'always_confirm', before, after: alwaysConfirm }),
  ]);
  return result === 'stale' ? 'gone' : 'done';
}

const NOUN: Readonly<Record<BookList, string>> = { writers: 'writer', functionaries: 'functionary' };
