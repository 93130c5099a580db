import { whyNotSend } from '../../../../app/desk/composing.ts';
import { sendBroadcast } from '../../../../app/desk/sendBroadcast.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { localClock } from '../../../../i18n/dates.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { keep, tryIt } from './keep.ts';
import { audienceText, bubbleOf, noteText, parts, people, problemText, when } from './words.ts';
import { changedText, type Look, lookAt, type Said, showForm, voiceOf } from './write.ts';
import { hiddenOf, writtenOf } from './written.ts';

/** Shorter than this, nobody needs to hear when it will be done. */
const WORTH_AN_ETA = 60_000;
/** The same text so shortly before is more often a mistake than meant. */
const SAME_WITHIN = 6 * 3_600_000;

/** `POST /books/:book/write`: whichever button of the form it was. */
export async function writePost(page: BookPage): Promise<void> {
  const { form } = page;
  const written = writtenOf(form);
  const action = form.text('do');
  const text = changedText(action, written);
  if (text !== null) return showForm(page, await lookAt(page, { ...written, text }));
  if (action === 'draft' || action === 'template') return keep(page, written, action);
  if (action === 'test') return tryIt(page, written);
  const look = await lookAt(page, written);
  // Without scripts one asks for the count; and from the confirmation one comes back to change something.
  if (action === 'count' || action === 'back') return showForm(page, look);
  const said = againstIt(page, look);
  if (said.length > 0) return showForm(page, look, { problems: said }, 422);
  if (whyNotSend(page.user, look.place)) return showForm(page, look, {}, 403);
  await confirm(page, look);
}

function againstIt(page: BookPage, { composed, unreadable }: Look): NonNullable<Said['problems']> {
  const voice = voiceOf(page);
  return [
    ...composed.preview.problems.map((problem) => problemText(voice, problem)),
    ...(unreadable ? [{ where: 'due' as const, problem: page.t('sending.problem.due') }] : []),
  ];
}

/** The confirmation takes the place of a writer's code (B-22): what goes out, to how many, and who pays. */
async function confirm(page: BookPage, look: Look): Promise<void> {
  const { book, deps, t, locale, organisation, number, now } = page;
  const voice = voiceOf(page);
  const { preview } = look.composed;
  const { written } = look;
  const later = written.due !== '' && preview.dueAt > now;
  const whom = people(voice, preview.recipients);
  const count = figure(locale, preview.recipients);
  const recent = await deps.store.reads.broadcasts(book.id, 10);
  const same = recent.find(
    ({ text, createdAt, status }) => text === preview.text && now - createdAt < SAME_WITHIN && status !== 'cancelled',
  );
  const quick = preview.doneAt === null || preview.doneAt - preview.startsAt < WORTH_AN_ETA;
  page.render('sending/confirm', {
    title: t(later ? 'sending.confirm.title.later' : 'sending.confirm.title', { people: whom }),
    base: `/books/${book.address}`,
    id: deps.ids.next(now),
    hidden: hiddenOf(written),
    recipients: count,
    eachCost: figure(locale, preview.parts),
    total: figure(locale, preview.totalParts),
    pays: t('sending.confirm.pays', { organisation: organisation.name, parts: parts(voice, preview.totalParts) }),
    bubble: bubbleOf(voice, preview.whole, preview.borders),
    longest: preview.tags.length > 0 ? t('sending.write.longest') : null,
    who: audienceText(voice, { labels: written.labels, fields: written.fields }),
    whenText: later
      ? when(voice, preview.dueAt)
      : quick || preview.doneAt === null
        ? t('sending.confirm.when.nowQuick')
        : t('sending.confirm.when.now', { clock: localClock(preview.doneAt, organisation.timezone, locale) }),
    latest: when(voice, preview.latestAt),
    sender: preview.sender ?? formatNational(number.e164, organisation.country),
    reports: t(`sending.reports.${written.reports}`),
    notes: [
      ...(same ? [t('sending.note.same', { when: when(voice, same.createdAt) })] : []),
      ...preview.notes.map((note) => noteText(voice, note)),
    ],
    sendText: t(later ? 'sending.confirm.later' : 'sending.confirm.send', { count }),
  });
}

/** `POST /books/:book/send`: what was confirmed. A second click leads to the same broadcast. */
export async function send(page: BookPage): Promise<void> {
  const { book, user, deps, form, t } = page;
  const written = writtenOf(form);
  const look = await lookAt(page, written);
  if (look.unreadable) return showForm(page, look, { problems: againstIt(page, look) }, 422);
  const draftId = written.draft === '' ? null : written.draft;
  const outcome = await sendBroadcast(
    book,
    { id: form.line('id'), composition: look.composition, draftId },
    user,
    deps,
  );
  if (!outcome.ok) {
    if (outcome.why === 'role' || outcome.why === 'not_writer') return showForm(page, look, {}, 403);
    if (outcome.why === 'problems') return showForm(page, look, { problems: againstIt(page, look) }, 422);
    return showForm(page, look, { problems: [{ where: 'page', problem: t('sending.problem.id') }] }, 409);
  }
  const { broadcast, again } = outcome;
  const voice = voiceOf(page);
  const path = `/books/${book.address}/broadcasts/${broadcast.id}`;
  if (again) return page.redirect(path, { key: 'sending.again' });
  if (broadcast.status === 'scheduled')
    return page.redirect(path, { key: 'sending.scheduled', params: { when: when(voice, broadcast.dueAt) } });
  page.redirect(path, {
    key: 'sending.sent',
    params: { people: people(voice, look.composed.preview.recipients) },
  });
}
