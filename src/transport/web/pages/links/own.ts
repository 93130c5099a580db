import type { LinkedMember } from '../../../../app/leaveLink.ts';
import { offeredTo } from '../../../../app/ownChoices.ts';
import { localInput } from '../../../../core/localTime.ts';
import { LONGEST_NAME } from '../../../../core/marks.ts';
import { type Member, VIAS } from '../../../../core/member.ts';
import { endOfPhone, hintOfMail, waysOf } from '../../../../core/ownChoices.ts';
import { LONGEST_PAUSE_DAYS } from '../../../../core/pauseReading.ts';
import { localDate } from '../../../../i18n/dates.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import { PAGE_WORDING } from '../../../../i18n/pages/own/wording.ts';
import type { AnyPage } from '../../page.ts';

const DAY_MS = 86_400_000;

/** What was just done, what is wrong, and what was typed. */
export type Told = { said?: PageKey; until?: string; untilProblem?: string; name?: string; nameProblem?: string };

/** A member's own page: what they are here, leaving first, then what they may change. `page` speaks the book's language. */
export async function showOwn(page: AnyPage, linked: LinkedMember, told: Told = {}): Promise<void> {
  const { t, deps } = page;
  const { member, book } = linked;
  const organisation = await deps.store.reads.organisation(book.organisationId);
  const zone = organisation?.timezone ?? 'Europe/Stockholm';
  const names = {
    book: book.name,
    organisation: organisation?.name ?? '',
    end: endOfPhone(member.phone ?? ''),
    mail: hintOfMail(member.mail ?? ''),
  };
  const isIn = member.status === 'active' || member.status === 'paused' || member.status === 'unreachable';
  const asked = member.status === 'asked';
  const way = waysOf(member) ?? 'both';
  const stops = member.phone === null ? 'mail' : member.mail === null ? 'sms' : 'both';
  const pending = member.status === 'pending';
  // Who leaves is asked about all of it; who waits to be let in has nothing yet.
  const leaveTexts = pending
    ? [t('own.pending.text', names)]
    : [
        ...(asked ? [t('own.asked.text')] : []),
        t(`own.stops.${stops}`, names),
        t('own.stops.only'),
        t('mail.leave.back'),
      ];
  page.res.setHeader('X-Robots-Tag', 'noindex, nofollow, noarchive');
  page.render(
    'links/own',
    {
      title: t('own.title', names),
      said: told.said ? t(told.said) : '',
      wrong: wrongOf(told),
      texts: member.status === 'active' ? [t(`own.lead.${way}`, names)] : [],
      w: PAGE_WORDING,
      paused: pausedModel(page, member, names, zone),
      leaveTitle: pending ? t('own.pending', names) : t(asked ? 'own.asked' : 'mail.leave.title', names),
      leaveTexts,
      leaveDo: pending ? t('own.pending.leave') : t('mail.leave.do', names),
      stay: asked ? t('own.asked.stay', names) : '',
      pause: isIn && !isStaffPause(member) ? pauseModel(page, member, zone, told) : null,
      ...(isIn ? await waysModel(page, linked) : { ways: [], noWay: '' }),
      name:
        isIn || asked
          ? { nameValue: told.name ?? member.name, nameMost: LONGEST_NAME, nameProblem: told.nameProblem ?? '' }
          : null,
    },
    told.untilProblem || told.nameProblem ? 422 : 200,
  );
}

/** Said at the top too: without a script the page opens there, and the field may be far below. */
function wrongOf({ untilProblem, nameProblem }: Told) {
  if (untilProblem) return { wrongText: untilProblem, wrongHref: '#until' };
  return nameProblem ? { wrongText: nameProblem, wrongHref: '#name' } : null;
}

/** Without an end: only staff pause so, and a date would not hold beside it. */
const isStaffPause = ({ status, pausedUntil }: Member): boolean => status === 'paused' && pausedUntil === null;

function pausedModel(page: AnyPage, member: Member, names: Record<string, string>, zone: string) {
  const { t, locale, now } = page;
  if (member.status !== 'paused') return null;
  if (member.pausedUntil === null)
    return { pausedTitle: t('own.paused.open', names), pausedText: t('own.paused.open.text', names) };
  const date = localDate(member.pausedUntil - 1, zone, locale, now);
  return { pausedTitle: t('own.paused', { date }), pausedText: t('own.paused.text', names) };
}

/** The day a fortnight from now, as most holidays; theirs if they have one. */
function pauseModel({ t, now }: AnyPage, member: Member, zone: string, told: Told) {
  const day = (at: number) => localInput(at, zone).slice(0, 10);
  const paused = member.status === 'paused' && member.pausedUntil !== null;
  return {
    pauseTitle: t(paused ? 'own.pause.other' : 'own.pause'),
    pauseDo: t(paused ? 'own.pause.change' : 'own.pause.do'),
    until: told.until ?? day(paused ? (member.pausedUntil ?? now) - 1 : now + 14 * DAY_MS),
    untilFirst: day(now),
    untilLast: day(now + LONGEST_PAUSE_DAYS * DAY_MS),
    untilProblem: told.untilProblem ?? '',
  };
}

async function waysModel(page: AnyPage, linked: LinkedMember) {
  const { t, deps } = page;
  const offered = await offeredTo(linked, deps);
  if (offered.length < 2) return { ways: [], noWay: '' };
  const missing = (['sms', 'mail'] as const).find((way) => !offered.includes(way));
  return {
    ways: VIAS.filter((way) => offered.includes(way)).map((way) => ({
      way,
      wayText: t(`own.via.${way}`),
      wayChosen: way === linked.member.via,
    })),
    noWay: missing ? t(`own.via.no.${missing}`) : '',
  };
}
