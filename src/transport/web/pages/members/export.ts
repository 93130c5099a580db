import { exportMembers, exportSheet } from '../../../../app/exportMembers.ts';
import { XLSX_TYPE } from '../../../../app/xlsx/writeSheet.ts';
import { CSV_TYPE, csvFile, download } from '../../download.ts';
import type { BookPage } from '../../page.ts';

/** GET …/members/export.csv: everybody, or who has left (`?unsubscribed=1`); no cell is a formula (B-33). */
export async function exportCsv(page: BookPage): Promise<void> {
  const result = await exportMembers(page.book.address, whom(page), page.deps);
  if (!result.ok) return page.refuse(404);
  await download(page.res, { name: `${fileName(page)}.csv`, type: CSV_TYPE }, csvFile(result.lines));
}

/** GET …/members/export.xlsx: the same for spreadsheet programs, where a number keeps its + and its zeros. */
export async function exportXlsx(page: BookPage): Promise<void> {
  const result = await exportSheet(page.book.address, whom(page), page.deps);
  if (!result.ok) return page.refuse(404);
  await download(page.res, { name: `${fileName(page)}.xlsx`, type: XLSX_TYPE }, result.bytes);
}

const whom = ({ query }: BookPage) => ({ unsubscribed: query.has('unsubscribed') });
const fileName = (page: BookPage): string =>
  whom(page).unsubscribed ? `${page.book.address}-left` : page.book.address;
