import { whyNotSend } from '../../../../app/desk/composing.ts';
import { composeCrisis, endCrisis, lengthenCrisis, startCrisis } from '../../../../app/desk/crisis.ts';
import { CRISIS_HOURS, REMIND_MINUTES } from '../../../../core/crisis.ts';
import { crisisText } from '../../../../core/crisisTurn.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { inCrisis } from '../../../../core/underCrisis.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { bubbleOf, noteText, parts, people, problemText, when } from '../sending/words.ts';
import { placeOf, voiceOf } from '../sending/write.ts';

type Written = { text: string; hours: string; remind: string };

const blank = ({ book }: BookPage): Written => ({
  text: crisisText(book.locale, book.smsName),
  hours: String(CRISIS_HOURS.usual),
  remind: String(REMIND_MINUTES.usual),
});

const writtenOf = ({ form }: BookPage): Written => ({
  text: form.text('text').slice(0, 4000),
  hours: form.line('hours').slice(0, 10),
  remind: form.line('remind').slice(0, 10),
});

/** A whole number within its bounds, or null. */
function whole(typed: string, { least, most }: { least: number; most: number }): number | null {
  const value = /^\d{1,4}$/.test(typed) ? Number(typed) : Number.NaN;
  return value >= least && value <= most ? value : null;
}

/** `GET /books/:book/crisis`: the board of the crisis that is on, or the way to start one, and those that were. */
export async function start(page: BookPage): Promise<void> {
  const { book, now } = page;
  if (book.crisis && inCrisis(book, now))
    return page.redirect(`/books/${book.address}/crisis/${book.crisis.rollCallId}`);
  await showStart(page, blank(page), {});
}

type Problems = Partial<Record<'text' | 'hours' | 'remind' | 'page', string>>;

async function showStart(page: BookPage, written: Written, problems: Problems, status = 200): Promise<void> {
  const { book, user, may, t, locale, number, organisation, deps } = page;
  const voice = voiceOf(page);
  const { reads } = deps.store;
  const past = (await reads.rollCalls(book.id, 20)).filter(
    ({ endedAt, endsAt }) => endedAt !== null || endsAt <= page.now,
  );
  const figures = await Promise.all(past.map((call) => reads.rollFigures(call)));
  const why = whyNotSend(user, await placeOf(page));
  page.render(
    'crisis/start',
    {
      base: `/books/${book.address}`,
      lead: t('crisis.start.lead', { book: book.name }),
      offText: why === null ? null : t(`crisis.start.off.${why}`, { book: book.name, mail: user.mail }),
      text: written.text,
      hours: written.hours,
      remind: written.remind,
      textProblem: problems.text ?? '',
      hoursProblem: problems.hours ?? '',
      remindProblem: problems.remind ?? '',
      pageProblem: problems.page ?? '',
      smsText: t('crisis.sms.text', { number: formatNational(number.e164, organisation.country) }),
      smsStart: t('crisis.sms.start', { hours: CRISIS_HOURS.usual }),
      maySettings: may.settings,
      past: past.map((call, at) => {
        const counts = figures[at] ?? { ok: 0, help: 0, silent: 0 };
        const n = (count: number) => figure(locale, count);
        return {
          href: `/books/${book.address}/crisis/${call.id}`,
          startedText: when(voice, call.startedAt),
          line: t('crisis.past.line', { ok: n(counts.ok), help: n(counts.help), silent: n(counts.silent) }),
        };
      }),
    },
    status,
  );
}

/** `POST /books/:book/crisis`: what it would do, before anything is done; and back from there to change it. */
export async function confirm(page: BookPage): Promise<void> {
  const { book, user, t, locale, organisation, deps, now, form } = page;
  const written = writtenOf(page);
  if (form.text('do') === 'back') return showStart(page, written, {});
  const hours = whole(written.hours, CRISIS_HOURS);
  const minutes = whole(written.remind, REMIND_MINUTES);
  const place = await placeOf(page);
  const { preview } = await composeCrisis(place, written.text, user, deps);
  const problems = problemsOf(page, written, preview);
  if (hours === null || minutes === null || Object.keys(problems).length > 0)
    return showStart(page, written, problems, 422);
  if (whyNotSend(user, place)) return showStart(page, written, {}, 403);
  const voice = voiceOf(page);
  const count = figure(locale, preview.recipients);
  page.render('crisis/confirm', {
    title: t('crisis.confirm.title', { book: book.name }),
    base: `/books/${book.address}`,
    id: deps.ids.next(now),
    text: written.text,
    hours: written.hours,
    remind: written.remind,
    recipients: count,
    total: figure(locale, preview.totalParts),
    pays: t('sending.confirm.pays', { organisation: organisation.name, parts: parts(voice, preview.totalParts) }),
    notes: preview.notes.map((note) => noteText(voice, note)),
    bubble: bubbleOf(voice, preview.whole, preview.borders),
    untilText: when(voice, now + hours * 3_600_000),
    silentText: t('crisis.confirm.silent.text', { minutes }),
    goText: t('crisis.confirm.go', { count }),
  });
}

function problemsOf(
  page: BookPage,
  written: Written,
  preview: Awaited<ReturnType<typeof composeCrisis>>['preview'],
): Problems {
  const voice = voiceOf(page);
  const problems: Problems = {};
  if (whole(written.hours, CRISIS_HOURS) === null) problems.hours = page.t('crisis.problem.hours');
  if (whole(written.remind, REMIND_MINUTES) === null) problems.remind = page.t('crisis.problem.remind');
  for (const each of preview.problems) {
    const { where, problem } = problemText(voice, each);
    problems[where === 'text' ? 'text' : 'page'] ??= problem;
  }
  return problems;
}

/** `POST /books/:book/crisis/start`: once, however often it is pressed and by however many at once. */
export async function begin(page: BookPage): Promise<void> {
  const { book, user, deps, form, t } = page;
  const written = writtenOf(page);
  const outcome = await startCrisis(
    book,
    {
      id: form.line('id'),
      text: written.text,
      hours: whole(written.hours, CRISIS_HOURS) ?? 0,
      remindMinutes: whole(written.remind, REMIND_MINUTES) ?? 0,
    },
    user,
    deps,
  );
  if (outcome.ok) {
    const path = `/books/${book.address}/crisis/${outcome.rollCallId}`;
    if (outcome.already) return page.redirect(path, { key: 'crisis.already', tone: 'warn' });
    return page.redirect(path, {
      key: 'crisis.started',
      params: { people: people(voiceOf(page), outcome.recipients) },
    });
  }
  if (outcome.why === 'no_book') return page.refuse(404);
  if (outcome.why === 'role' || outcome.why === 'not_writer') return showStart(page, written, {}, 403);
  if (outcome.why === 'problems') return showStart(page, written, problemsOf(page, written, outcome.preview), 422);
  const problem: Problems =
    outcome.why === 'hours'
      ? { hours: t('crisis.problem.hours'), remind: t('crisis.problem.remind') }
      : { page: t('crisis.problem.id') };
  await showStart(page, written, problem, outcome.why === 'hours' ? 422 : 409);
}

const ENDED = {
  ended: 'crisis.ended',
  none: 'crisis.end.none',
  denied: 'crisis.end.denied',
  changed: 'form.changed',
} as const;

/** `POST /books/:book/crisis/:roll/end` */
export async function end(page: BookPage): Promise<void> {
  const { book, user, deps } = page;
  const call = await deps.store.reads.rollCall(page.param('roll'));
  if (call?.bookId !== book.id) return page.refuse(404);
  const outcome = await endCrisis(book, call.id, user, deps);
  page.redirect(`/books/${book.address}/crisis/${call.id}`, {
    key: ENDED[outcome],
    tone: outcome === 'ended' ? 'good' : 'warn',
  });
}

/** `POST /books/:book/crisis/:roll/longer` */
export async function longer(page: BookPage): Promise<void> {
  const { book, user, deps, form } = page;
  const call = await deps.store.reads.rollCall(page.param('roll'));
  if (call?.bookId !== book.id) return page.refuse(404);
  const asked = { rollCallId: call.id, until: Number(form.line('until')), hours: Number(form.line('hours')) };
  const outcome = await lengthenCrisis(book, asked, user, deps);
  const path = `/books/${book.address}/crisis/${call.id}`;
  if ('until' in outcome) {
    const params = { until: when(voiceOf(page), outcome.until) };
    return outcome.ok
      ? page.redirect(path, { key: 'crisis.longer.done', params })
      : page.redirect(path, { key: 'crisis.longer.changed', params, tone: 'warn' });
  }
  const why = { none: 'crisis.end.none', denied: 'crisis.longer.denied', hours: 'crisis.longer.most' } as const;
  page.redirect(path, { key: why[outcome.why], tone: 'warn' });
}
