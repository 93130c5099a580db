import type { ImportReport, RowOutcome } from '../../../../app/desk/importUpload.ts';
import { piecesOf } from '../../../../app/desk/uploads.ts';
import { csvLine } from '../../../../app/exportMembers.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { Upload } from '../../../../ports/store.ts';
import { CSV_TYPE, csvFile, download } from '../../download.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { rowText, unreadModel } from './preview.ts';
import { baseOf, dayText } from './words.ts';

const SHOWN_ROWS = 200;
const GOOD: ReadonlySet<string> = new Set(['added', 'changed', 'already_there']);

type Line = { line: string; who: string; outcome: RowOutcome; at: number | null };

/** Line by line; each piece ends with one. */
async function* linesOf(id: string, deps: BookPage['deps']): AsyncGenerator<Line> {
  for await (const piece of piecesOf(id, 'report', deps))
    for (let from = 0; from < piece.length; ) {
      const end = piece.indexOf('\n', from);
      const [line = '', who = '', outcome = '', at = ''] = piece.slice(from, end).split('\t');
      yield { line, who, outcome: outcome as RowOutcome, at: at === '' ? null : Number(at) };
      from = end + 1;
    }
}

const outcomeText = (page: BookPage, { outcome, at }: Line): string =>
  outcome === 'refused_left' && at !== null
    ? page.t('members.outcome.refused_left.at', { date: dayText(page, at) })
    : page.t(`members.outcome.${outcome}`);

/** How it ended: figures, and every row that was not simply added, up to a screenful or four. */
export async function reportModel(page: BookPage, upload: Upload) {
  const { t, locale, organisation } = page;
  const report = upload.report as ImportReport;
  const refused = upload.status === 'refused';
  const shown: { line: string; who: string; outcome: string; isLeft: boolean }[] = [];
  let others = 0;
  for await (const line of refused ? [] : linesOf(upload.id, page.deps)) {
    if (GOOD.has(line.outcome)) continue;
    others += 1;
    if (shown.length >= SHOWN_ROWS) continue;
    shown.push({
      line: line.line,
      who: line.who.startsWith('+') ? formatNational(line.who, organisation.country) : line.who,
      outcome: outcomeText(page, line),
      isLeft: line.outcome === 'refused_left' || line.outcome === 'refused_banned',
    });
  }
  const added = report.counts.added ?? 0;
  return {
    title: refused ? t('members.report.refused') : t('members.report.title', { count: figure(locale, added) }),
    base: baseOf(page),
    refused,
    reportHref: `${baseOf(page)}/members/import/${upload.id}/report.csv`,
    figures: Object.entries(report.counts).map(([name, count]) => ({
      figureText: t(`members.outcome.${name as RowOutcome}`),
      figureCount: figure(locale, count),
      figureTone: name === 'added' ? 'is-good' : GOOD.has(name) ? '' : 'is-stop',
    })),
    rows: shown,
    rowsMore: others > shown.length ? t('members.preview.more', { count: figure(locale, others - shown.length) }) : '',
    ...unreadModel(page, report),
  };
}

/** GET …/report.csv: every row of the list with what became of it. */
export async function reportCsv(page: BookPage): Promise<void> {
  const upload = await page.deps.store.reads.upload(page.param('upload'));
  if (upload?.bookId !== page.book.id || upload.report === null) return page.refuse(404);
  const report = upload.report as ImportReport;
  const { t } = page;
  async function* lines() {
    yield csvLine([t('members.csv.line'), t('members.csv.who'), t('members.csv.outcome'), t('members.csv.reason')]);
    for (const row of report.unread)
      yield csvLine([String(row.line), '', t('members.outcome.unread'), rowText(page, row)]);
    for await (const line of linesOf(page.param('upload'), page.deps)) {
      const reason = line.outcome === 'refused_left' ? outcomeText(page, line) : '';
      yield csvLine([line.line, line.who, t(`members.outcome.${line.outcome}`), reason]);
    }
  }
  await download(page.res, { name: `import-${page.book.address}.csv`, type: CSV_TYPE }, csvFile(lines()));
}
