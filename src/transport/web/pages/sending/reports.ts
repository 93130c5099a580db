import type { Broadcast } from '../../../../core/broadcast.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { standingNow } from './broadcasts.ts';
import type { Standing } from './outcomes.ts';
import { when } from './words.ts';
import { voiceOf } from './write.ts';

const DAY = 86_400_000;

/**
 * T-15: is its writer told how it went? Always, or when something did not arrive; once every copy has got as far as it
 * gets, or an hour later, for some phones never report.
 */
export function isTold(
  { status, reports, finishedAt }: Broadcast,
  { onTheWay, failed }: Standing,
  now: number,
): boolean {
  if (status !== 'sent' || finishedAt === null || (onTheWay > 0 && now - finishedAt < DAY / 24)) return false;
  return reports === 'always' || (reports === 'failure' && failed > 0);
}

export function reportText(
  { t, locale }: Pick<BookPage, 't' | 'locale'>,
  { delivered, all, failed }: Standing,
): string {
  const n = (count: number) => figure(locale, count);
  return failed > 0
    ? t('sending.one.report.bad', { delivered: n(delivered), count: n(all), failed: n(failed) })
    : t('sending.one.report.good', { delivered: n(delivered), count: n(all) });
}

/** For the book's own page: reports on what this user sent during the last day. */
export async function reportsFor(page: BookPage, broadcasts: readonly Broadcast[]) {
  const { user, now, book } = page;
  const own = broadcasts.filter(
    ({ userId, reports, finishedAt }) =>
      userId === user.id && reports !== 'never' && finishedAt !== null && now - finishedAt < DAY,
  );
  const told = await Promise.all(own.map(async (each) => ({ each, standing: await standingNow(page, each) })));
  return told
    .filter(({ each, standing }) => isTold(each, standing, now))
    .map(({ each, standing }) => ({
      reportHref: `/books/${book.address}/broadcasts/${each.id}`,
      reportName: page.t('sending.one.title', { when: when(voiceOf(page), each.dueAt) }),
      report: reportText(page, standing),
      reportTone: standing.failed > 0 ? 'warn' : 'good',
    }));
}
