import { bookStatistics, type Span, STATUS_ORDER } from '../../../../app/desk/statistics.ts';
import type { MemberStatus } from '../../../../core/member.ts';
import { localDate } from '../../../../i18n/dates.ts';
import { barChart, riseAndFall, stackChart, type Tone } from '../../charts.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';

const TONES: Readonly<Record<MemberStatus, Tone>> = {
  active: 'good',
  pending: 'warn',
  paused: 'stop',
  asked: 'warn',
  unreachable: 'soft',
  unsubscribed: 'stop',
  refused: 'soft',
  banned: 'soft',
};

export async function showStatistics(page: BookPage): Promise<void> {
  const { book, organisation, deps, locale, now, query, t } = page;
  const span: Span = query.text('by') === 'day' ? 'day' : 'week';
  const found = await bookStatistics(book.id, span, organisation.timezone, now, deps.store.reads);
  const count = (value: number): string => figure(locale, value);
  const dayName = (day: string): string => localDate(Date.parse(`${day}T12:00:00Z`), 'UTC', locale, now);
  const statuses = STATUS_ORDER.filter((status) => status === 'active' || (found.counts[status] ?? 0) > 0).map(
    (status) => ({
      statusText: t(`member.${status}`),
      statusCount: count(found.counts[status] ?? 0),
      value: found.counts[status] ?? 0,
      tone: TONES[status],
    }),
  );
  const months = found.months.filter(({ broadcasts }, index) => broadcasts > 0 || index >= found.months.length - 6);
  const joined = found.turnover.reduce((sum, step) => sum + step.joined, 0);
  const left = found.turnover.reduce((sum, step) => sum + step.left, 0);
  const here = `/books/${book.address}/statistics`;
  page.render('book/statistics', {
    statusChart: barChart(
      t('book.statistics.members'),
      statuses.map(({ statusText, statusCount, value, tone }) => ({
        label: statusText,
        value,
        words: statusCount,
        tone,
      })),
    ),
    statuses,
    spans: (['week', 'day'] as const).map((each) => ({
      spanHref: `${here}?by=${each}`,
      spanText: t(`book.statistics.by.${each}`),
      spanCurrent: each === span ? 'true' : null,
    })),
    turnoverSum: t('book.statistics.sum', { joined: count(joined), left: count(left) }),
    hasTurnover: joined + left > 0,
    turnoverChart: riseAndFall(
      t('book.statistics.turnover'),
      found.turnover.map(({ day, joined: up, left: down }) => ({ label: shortDay(day), up, down })),
    ),
    stepText: t(`book.statistics.step.${span}`),
    turnover: found.turnover
      .filter(({ joined: up, left: down }) => up + down > 0)
      .map((step) => ({ stepName: dayName(step.day), stepJoined: count(step.joined), stepLeft: count(step.left) }))
      .reverse(),
    isPartial: !found.complete,
    hasBroadcasts: months.some(({ broadcasts }) => broadcasts > 0),
    monthChart: stackChart(
      t('book.statistics.broadcasts'),
      months.map(({ month, delivered, failed, other }) => ({
        label: month.slice(2),
        stack: [
          { value: delivered, tone: 'good' },
          { value: other, tone: 'soft' },
          { value: failed, tone: 'stop' },
        ],
      })),
    ),
    months: months
      .filter(({ broadcasts }) => broadcasts > 0)
      .map(({ month, broadcasts, delivered, failed, other, parts }) => ({
        monthName: month,
        monthBroadcasts: count(broadcasts),
        monthDelivered: count(delivered),
        monthFailed: count(failed),
        monthOther: count(other),
        monthParts: count(parts),
      }))
      .reverse(),
  });
}

/** "16/11": eight of them stand below a picture. */
const shortDay = (day: string): string => `${Number(day.slice(8))}/${Number(day.slice(5, 7))}`;
