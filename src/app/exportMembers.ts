import type { Member } from '../core/member.ts';
import type { Store } from '../ports/store.ts';
import { xlsxOf } from './xlsx/writeSheet.ts';

/** `startstopp export ADDRESS [--unsubscribed]` (document 5): CSV, or .xlsx, that `import` reads again. */
export type ExportResult = { ok: false; why: 'no_book' } | { ok: true; lines: AsyncGenerator<string> };
export type ExportFile = { ok: false; why: 'no_book' } | { ok: true; bytes: AsyncGenerator<Buffer> };

const PAGE = 1000;
const HEADER = ['phone', 'mail', 'name', 'status', 'since', 'left_at'] as const;
/** In characters, of the same columns. */
const WIDTHS = [17, 28, 24, 14, 26, 26];

/**
 * One line of CSV (RFC 4180) of which no spreadsheet takes a cell for a formula (B-33). A number in E.164 is a plus and
 * digits, which none can take for more than a number; "'+46…" would be none.
 */
export const csvLine = (cells: readonly string[]): string =>
  cells.map((cell) => quoted(/^\+\d+$/.test(cell) ? cell : inert(cell))).join(',');

/**
 * Lines without line ends, the header first; members of every status, or only who has left ("Avanmälda", S3-13). Times
 * are UTC. Read page by page: memory does not grow with the book.
 */
export async function exportMembers(
  bookAddress: string,
  only: { unsubscribed: boolean },
  { store }: { store: Store },
): Promise<ExportResult> {
  const book = await store.reads.book(bookAddress);
  return book ? { ok: true, lines: linesOf(book.id, only.unsubscribed, store) } : { ok: false, why: 'no_book' };
}

/** The same members as an .xlsx file, in pieces; every cell is a text. */
export async function exportSheet(
  bookAddress: string,
  only: { unsubscribed: boolean },
  { store }: { store: Store },
): Promise<ExportFile> {
  const book = await store.reads.book(bookAddress);
  if (!book) return { ok: false, why: 'no_book' };
  // Spreadsheet programs allow a name of 31 characters without these signs.
  const name = book.name.replace(/[\p{Cc}[\]:*?/\\]/gu, ' ').slice(0, 31);
  return { ok: true, bytes: xlsxOf(rowsOf(book.id, only.unsubscribed, store), name.trim() || 'P', WIDTHS) };
}

async function* linesOf(bookId: string, unsubscribed: boolean, store: Store): AsyncGenerator<string> {
  for await (const cells of rowsOf(bookId, unsubscribed, store)) yield csvLine(cells);
}

async function* rowsOf(bookId: string, unsubscribed: boolean, { reads }: Store): AsyncGenerator<readonly string[]> {
  yield HEADER;
  for (let after = ''; ; ) {
    const page = await reads.members(bookId, {
      after,
      limit: PAGE,
      ...(unsubscribed ? { statuses: ['unsubscribed'] } : {}),
    });
    for (const member of page) yield cellsOf(member);
    if (page.length < PAGE) return;
    after = page.at(-1)?.id ?? '';
  }
}

const cellsOf = ({ phone, mail, name, status, since, leftAt }: Member): string[] => [
  phone ?? '',
  mail ?? '',
  name,
  status,
  utc(since),
  leftAt === null ? '' : utc(leftAt),
];

/** A spreadsheet must not take somebody's name for a formula (B-33); `import` takes the apostrophe off again. */
const inert = (cell: string): string => (/^'*[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell);

/** RFC 4180; a tab or semicolon is quoted too, for those who open the file with another sign. */
const quoted = (cell: string): string => (/[",;\t\r\n]|^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

const utc = (at: number): string => new Date(at).toISOString();
