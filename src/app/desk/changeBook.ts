import type { Book } from '../../core/book.ts';
import { joinPageSaid, sameJoinPage } from '../../core/joinForm.ts';
import type { Step } from '../../ports/store.ts';
import { settingName } from '../applyPlan.ts';
import { type BookSettings, readBookForm } from './bookForm.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog, type FieldProblem, type Form } from './desk.ts';
import { type Settled, settleBook } from './settleBook.ts';

export type BookChange =
  /** `changed`: the settings that are other than before, by their names in document 5. */
  | { ok: true; book: Book; changed: string[] }
  | { ok: false; why: 'invalid'; problems: FieldProblem[] }
  | { ok: false; why: 'no_book' | 'changed' };

/**
 * Saves a book's settings form. Each setting that differs is one line in the log, with what it was and what it is.
 * `seen`: the version whose change was looked at; another one is `changed`.
 */
export async function changeBook(
  bookId: string,
  form: Form,
  by: Desk,
  deps: DeskDeps,
  seen?: number,
): Promise<BookChange> {
  const read = readBookForm(form);
  if (!read.ok) return { ok: false, why: 'invalid', problems: read.problems };
  const { reads } = deps.store;
  return commitAtDesk<BookChange>(
    deps,
    async () => {
      const [before, all, numbers] = await Promise.all([reads.bookById(bookId), reads.books(), reads.numbers()]);
      if (!before) return { answer: { ok: false, why: 'no_book' }, steps: [] };
      if (seen !== undefined && before.version !== seen) return { answer: { ok: false, why: 'changed' }, steps: [] };
      const number = numbers.find(({ id }) => id === read.settings.numberId);
      if (number?.organisationId !== before.organisationId) return refused([{ field: 'number', why: 'choose' }]);
      const { book, problems, others } = settled(before, read.settings, all);
      if (problems.length > 0) return refused(problems);
      const log = deskLog(before.organisationId, by, deps);
      const changed = SETTINGS.filter((key) => differs(key, before, book));
      if (changed.length === 0) return { answer: { ok: true, book: before, changed: [] }, steps: [] };
      const after = { ...book, version: before.version + 1 };
      const set = Object.fromEntries(changed.map((key) => [key, book[key]]));
      const steps: Step[] = [
        {
          change: 'books',
          where: { id: before.id, version: before.version },
          set: { ...set, replies: book.replies, version: after.version },
          none: 'stale',
        },
        ...others.flatMap(({ book: other, main }): Step[] => [
          {
            change: 'books',
            where: { id: other.id, version: other.version },
            set: { main, version: other.version + 1 },
            none: 'stale',
          },
          log(other.id, 'setting_changed', { setting: 'main', before: other.main, after: main }),
        ]),
        ...changed.map((key) =>
          log(before.id, 'setting_changed', {
            setting: settingName(key),
            before: shown(key, before, numbers),
            after: shown(key, book, numbers),
          }),
        ),
      ];
      return { answer: { ok: true, book: after, changed: changed.map(settingName) }, steps };
    },
    { ok: false, why: 'changed' },
  );
}

const refused = (problems: FieldProblem[]) => ({
  answer: { ok: false, why: 'invalid', problems } as const,
  steps: [],
});

/** The book with these settings, and what that means for the others on its number. */
export const settled = (before: Book, settings: BookSettings, all: readonly Book[]): Settled =>
  settleBook(before, withNames(before, settings), all);

/** Its own replies name the book, so they follow when it is called something else in texts. */
function withNames(before: Book, settings: BookSettings): Book {
  const replies = Object.fromEntries(
    Object.entries(before.replies).map(([which, text]) => [which, text.replaceAll(before.smsName, settings.smsName)]),
  );
  return { ...before, ...settings, replies };
}

const SETTINGS = [
  'name',
  'numberId',
  'keyword',
  'main',
  'smsName',
  'locale',
  'optIn',
  'approval',
  'senders',
  'confirmAbove',
  'header',
  'footer',
  'partLimit',
  'leaving',
  'tellBroadcast',
  'tellLeave',
  'latestAfterMs',
  'quietFrom',
  'quietTo',
  'replyTo',
  'longMail',
  'subjectFirst',
  'joinPage',
] as const satisfies readonly (keyof BookSettings)[];

const differs = (key: keyof BookSettings, before: Book, after: Book): boolean =>
  key === 'joinPage' ? !sameJoinPage(before.joinPage, after.joinPage) : before[key] !== after[key];

/** As document 5 writes it; null = off. */
function shown(
  key: keyof BookSettings,
  book: Book,
  numbers: readonly { id: string; e164: string }[],
): string | number | boolean | null {
  if (key === 'numberId') return numbers.find(({ id }) => id === book.numberId)?.e164 ?? '';
  if (key === 'joinPage') return joinPageSaid(book.joinPage);
  return key === 'latestAfterMs' ? book.latestAfterMs / 3_600_000 : book[key];
}
