import { exportMembers, exportSheet } from '../../../../app/exportMembers.ts';
import { XLSX_TYPE } from '../../../../app/xlsx/writeSheet.ts';
import type { BookPage } from '../../page.ts';

/** GET …/members/export.csv: everybody, or who has left (`?unsubscribed=1`); no cell is a formula (B-33). */
export async function exportCsv(page: BookPage): Promise<void> {
  const { res, book, deps, query } = page;
  const unsubscribed = query.has('unsubscribed');
  const result = await exportMembers(book.address, { unsubscribed }, deps);
  if (!result.ok) return page.refuse(404);
  res.setHeader('Content-Type', 'text/csv; charset=utf-8');
  const name = unsubscribed ? `${book.address}-left` : book.address;
  res.setHeader('Content-Disposition', `attachment; filename="${name}.csv"`);
  res.write('\uFEFF');
  let text = '';
  for await (const line of result.lines) {
    text += `${line}\r\n`;
    if (text.length < 64 * 1024) continue;
    const full = !res.write(text);
    text = '';
    // A slow reader must not fill the memory; one who has gone ends it.
    if (res.destroyed) return;
    await new Promise((resolve) => (full ? res.once('drain', resolve).once('close', resolve) : setImmediate(resolve)));
  }
  res.end(text);
}

/** GET …/members/export.xlsx: the same for spreadsheet programs, where a number keeps its + and its zeros. */
export async function exportXlsx(page: BookPage): Promise<void> {
  const { res, book, deps, query } = page;
  const unsubscribed = query.has('unsubscribed');
  const result = await exportSheet(book.address, { unsubscribed }, deps);
  if (!result.ok) return page.refuse(404);
  res.setHeader('Content-Type', XLSX_TYPE);
  const name = unsubscribed ? `${book.address}-left` : book.address;
  res.setHeader('Content-Disposition', `attachment; filename="${name}.xlsx"`);
  for await (const bytes of result.bytes) {
    const full = !res.write(bytes);
    if (res.destroyed) return;
    await new Promise((resolve) => (full ? res.once('drain', resolve).once('close', resolve) : setImmediate(resolve)));
  }
  res.end();
}
