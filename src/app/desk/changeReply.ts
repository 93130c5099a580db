import type { Book } from '../../core/book.ts';
import type { Organisation } from '../../core/organisation.ts';
import { type OwnReply, type ReplyProblem, replyProblem } from '../../core/ownWording.ts';
import { forHelp } from '../../core/replyParams.ts';
import { replyText } from '../../i18n/index.ts';
import { storable } from '../plan.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog } from './desk.ts';

export type ReplyChange =
  | { ok: true; book: Book; changed: boolean }
  | { ok: false; why: ReplyProblem | 'no_book' | 'changed' };

/** The usual text that stands where the book has none of its own. */
export function usualReply(
  which: OwnReply,
  book: Pick<Book, 'smsName' | 'locale'>,
  organisation: Organisation,
): string {
  const params = { book: book.smsName };
  switch (which) {
    case 'joined':
      return replyText(book.locale, { key: 'joined', params });
    case 'left':
      return replyText(book.locale, { key: 'left', params });
    case 'pending':
      return replyText(book.locale, { key: 'joinRequested', params });
    case 'help':
      return replyText(book.locale, forHelp(organisation, book.smsName));
  }
}

/** As it is kept and sent: one kind of line break, no control codes that no phone shows (B-33). */
export const tidyReply = (text: string): string =>
  storable(
    text
      .replace(/\r\n?|[\v\f\u0085\u2028\u2029]/g, '\n')
      .replace(/(?!\n)\p{Cc}/gu, '')
      .trim(),
  );

/** `text` null: the usual one again; `seen`: the version that was looked at, another one is `changed`. The log holds both texts, for they are the book's own and no person's. */
export async function changeReply(
  bookId: string,
  which: OwnReply,
  text: string | null,
  by: Desk,
  deps: DeskDeps,
  seen?: number,
): Promise<ReplyChange> {
  return commitAtDesk<ReplyChange>(
    deps,
    async () => {
      const book = await deps.store.reads.bookById(bookId);
      if (!book) return { answer: { ok: false, why: 'no_book' }, steps: [] };
      if (seen !== undefined && book.version !== seen) return { answer: { ok: false, why: 'changed' }, steps: [] };
      const before = book.replies[which] ?? null;
      const after = text === null ? null : tidyReply(text);
      if (after === before) return { answer: { ok: true, book, changed: false }, steps: [] };
      const why = after === null ? null : replyProblem(book, which, after);
      if (why) return { answer: { ok: false, why }, steps: [] };
      const { [which]: _, ...others } = book.replies;
      const replies = after === null ? others : { ...others, [which]: after };
      const log = deskLog(book.organisationId, by, deps);
      return {
        answer: { ok: true, book: { ...book, replies, version: book.version + 1 }, changed: true },
        steps: [
          {
            change: 'books',
            where: { id: book.id, version: book.version },
            set: { replies, version: book.version + 1 },
            none: 'stale',
          },
          log(book.id, 'reply_changed', { reply: which, before, after }),
        ],
      };
    },
    { ok: false, why: 'changed' },
  );
}
