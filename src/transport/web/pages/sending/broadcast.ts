import { type BroadcastVerb, changeBroadcast } from '../../../../app/broadcasts.ts';
import { whyNotSend } from '../../../../app/desk/composing.ts';
import { courseOf } from '../../../../app/desk/course.ts';
import type { Broadcast } from '../../../../core/broadcast.ts';
import { composeCopy } from '../../../../core/copy.ts';
import { finishTime } from '../../../../core/eta.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { nextAllowed } from '../../../../core/quietHours.ts';
import { partBorders } from '../../../../core/segments.ts';
import { figure, moment, TONES } from '../../format.ts';
import { proofText } from '../../mailWords.ts';
import type { BookPage } from '../../page.ts';
import { curveOf } from './curve.ts';
import { PROBLEMS, reasonText, type Standing, standingOf, whyLines } from './outcomes.ts';
import { isTold, reportText } from './reports.ts';
import { audienceText, bubbleOf, when } from './words.ts';
import { placeOf, voiceOf } from './write.ts';

const COPIES = 50;

/** Of another book, or none: there is no such page. */
async function found(page: BookPage): Promise<Broadcast | null> {
  const broadcast = await page.deps.store.reads.broadcast(page.param('broadcast'));
  if (broadcast?.bookId === page.book.id) return broadcast;
  page.refuse(404);
  return null;
}

/** `GET /books/:book/broadcasts/:broadcast`: how it goes and went. */
export async function broadcast(page: BookPage): Promise<void> {
  const one = await found(page);
  if (!one) return;
  const { book, organisation, locale, t, now, query, res } = page;
  const { reads } = page.deps.store;
  const voice = voiceOf(page);
  const onlyProblems = query.line('show') === 'problems';
  const after = query.line('after').slice(0, 60);
  const [live, copies] = await Promise.all([
    liveModel(page, one),
    reads.copies(one.id, { after, limit: COPIES + 1, ...(onlyProblems && { statuses: PROBLEMS }) }),
  ]);
  const path = `/books/${book.address}/broadcasts/${one.id}`;
  const show = onlyProblems ? '&show=problems' : '';
  const last = copies.length > COPIES ? copies[COPIES - 1] : undefined;
  const whole = composeCopy(one.header, one.text, one.footer);
  // Without scripts the page asks again by itself while something goes on.
  if (live.polling && after === '') res.locals.refresh = 5;
  page.render('sending/broadcast', {
    title: t('sending.one.title', { when: when(voice, one.dueAt) }),
    byText: t('sending.one.by', { writer: await writerName(page, one), door: t(`sending.door.${one.door}`) }),
    mailTexts: await mailText(page, one),
    senderText: one.sender === null ? null : t('sending.one.sender', { sender: one.sender }),
    partText: one.audience === null ? null : t('sending.one.part', { who: audienceText(voice, one.audience) }),
    againHref: page.may.send ? `/books/${book.address}/write?again=${one.id}` : null,
    bubble: bubbleOf(voice, whole, partBorders(whole)),
    live,
    copies: copies.slice(0, COPIES).map((copy) => ({
      memberHref: copy.memberId === null || copy.name === '' ? null : `/books/${book.address}/members/${copy.memberId}`,
      memberName: copy.name === '' ? '' : copy.name,
      whyHref:
        copy.memberId === null || copy.name === ''
          ? ''
          : `/books/${book.address}/members/${copy.memberId}/broadcasts/${one.id}`,
      whyName: t('person.story.whyWho', { who: copy.name }),
      phone: formatNational(copy.address, organisation.country),
      outcome: t(`sending.outcome.${copy.status}`),
      tone: toneOf(copy.status),
      reason: copy.status === 'delivered' || copy.status === 'accepted' ? '' : reasonText(voice, copy.reason),
      at: copy.settledAt === null ? null : moment(locale, organisation.timezone, copy.settledAt, now),
    })),
    allHref: `${path}#copies`,
    problemsHref: `${path}?show=problems#copies`,
    problemsCurrent: onlyProblems,
    next: last ? `${path}?after=${encodeURIComponent(last.address)}${show}#copies` : null,
    first: after === '' ? null : `${path}${onlyProblems ? '?show=problems' : ''}#copies`,
  });
}

/** `GET …/live`: the part that changes, asked for every other second while something goes on. */
export async function live(page: BookPage): Promise<void> {
  const one = await found(page);
  if (!one) return;
  const model = await liveModel(page, one);
  // The list of who got it is fetched once more, where it stands: nothing jumps.
  if (!model.polling) page.res.setHeader('HX-Trigger', 'over');
  page.render('sending/live', { live: model });
}

/** Without a smarthost copies to mail addresses stand still, and whoever looks should know why. */
async function mailLines({ deps, t }: BookPage, one: Broadcast, waiting: number): Promise<string[]> {
  if (deps.mailOut || waiting === 0 || one.finishedAt !== null) return [];
  return (await deps.store.reads.hasMailMembers(one.bookId)) ? [t('sending.one.mailWaits')] : [];
}

/** What the mail was called that it came as, and whether it is known who wrote it (M-1, M-2). */
async function mailText(page: BookPage, { mailId }: Broadcast): Promise<string[]> {
  const mail = mailId === null ? null : await page.deps.store.reads.mail(mailId);
  if (!mail) return [];
  const subject = mail.subject === '' ? page.t('mail.subject.none') : mail.subject;
  return [page.t('sending.one.subject', { subject }), proofText(page, mail.proof)];
}

const toneOf = (status: string): string =>
  status === 'delivered' ? 'is-good' : PROBLEMS.includes(status as never) ? 'is-warn' : 'is-signal';

/** A user's name, or the phone as one writes it here. */
async function writerName(page: BookPage, one: Broadcast): Promise<string> {
  const user = one.userId === null ? null : await page.deps.store.reads.user(one.userId);
  if (user) return user.name === '' ? user.mail : user.name;
  return one.writer.startsWith('+') ? formatNational(one.writer, page.organisation.country) : one.writer;
}

async function liveModel(page: BookPage, one: Broadcast) {
  const { book, locale, t, organisation, now, may } = page;
  const voice = voiceOf(page);
  const { reads } = page.deps.store;
  const { tally, minutes } = await courseOf(reads, one.id);
  const standing = standingOf(tally);
  const { all, waiting } = standing;
  const n = (count: number) => figure(locale, count);
  const path = `/books/${book.address}/broadcasts/${one.id}`;
  const running = one.finishedAt === null && ['sending', 'paused', 'cancelled'].includes(one.status);
  // Receipts come for a while after the last copy has gone; then the page may rest.
  const polling = running || one.status === 'scheduled' || (standing.onTheWay > 0 && now - one.dueAt < 3_600_000);
  const why = whyLines(voice, tally).map(({ reason, count }) => ({ reason, count: n(count) }));
  const writes = may.send && whyNotSend(page.user, await placeOf(page)) === null;
  return {
    livePath: `${path}/live`,
    polling,
    status: t(`status.${one.status}`),
    tone: TONES[one.status],
    report: isTold(one, standing, now) ? reportText(page, standing) : null,
    reportTone: standing.failed > 0 ? 'warn' : 'good',
    done: all - waiting,
    all,
    progress: all > 0 && (running || waiting > 0),
    progressText:
      running && one.fanCursor !== null && all === 0
        ? t('sending.one.preparing')
        : all > 0 && (running || waiting > 0)
          ? t('sending.one.progress', { done: n(all - waiting), count: n(all) })
          : '',
    lines: [...timeLines(page, one, standing), ...(await mailLines(page, one, waiting))],
    figures: figuresOf(t, standing, n),
    why,
    hasWhy: why.length > 0,
    curve: curveOf(voice, minutes, polling),
    path,
    mayPause: may.send && one.status === 'sending',
    mayResume: writes && one.status === 'paused' && now <= one.latestAt,
    mayStart: writes && (one.status === 'scheduled' || one.status === 'missed'),
    cancelHref:
      may.send &&
      (['sending', 'paused', 'scheduled', 'held', 'missed'] as const).some((status) => status === one.status)
        ? `${path}/cancel`
        : null,
    cancelText: t(
      ['held', 'scheduled', 'missed'].includes(one.status) ? 'sending.one.cancel.scheduled' : 'sending.one.cancel',
    ),
  };

  function timeLines(_page: BookPage, { status }: Broadcast, { waiting: left }: Standing): string[] {
    const at = (ms: number) => when(voice, ms);
    if (status === 'held') return [t(one.door === 'mail' ? 'sending.one.heldMail' : 'sending.one.held')];
    if (status === 'expired') return [t('sending.one.expired')];
    if (status === 'missed') return [t('sending.one.missed')];
    if (status === 'scheduled')
      return [t('sending.one.due', { when: at(one.dueAt) }), t('sending.one.latest', { when: at(one.latestAt) })];
    if (status === 'paused') return [pausedText(t, one.pausedFor), t('sending.one.latest', { when: at(one.latestAt) })];
    if (status === 'sending') {
      const quiet = nextAllowed(now, book.quietFrom, book.quietTo, organisation.timezone);
      const lines = quiet > now ? [t('sending.one.quiet', { when: at(quiet) })] : [];
      const done = finishTime(quiet, left * one.parts, page.number.partsPerSecond);
      return done !== null && left > 0 && one.fanCursor === null
        ? [...lines, t('sending.one.eta', { when: at(done) })]
        : lines;
    }
    return one.finishedAt === null ? [] : [t('sending.one.done', { when: at(one.finishedAt) })];
  }
}

function pausedText(t: BookPage['t'], why: string | null): string {
  if (why === null || why === 'person') return t('sending.one.paused.person');
  return why === '30007' ? t('sending.one.paused.30007') : t('sending.one.paused.code', { code: why });
}

/** The same order and colours everywhere; what is nought and unusual is not shown. */
function figuresOf(t: BookPage['t'], standing: Standing, n: (count: number) => string) {
  const shown = (
    [
      ['delivered', 'is-good', true],
      ['onTheWay', 'is-signal', true],
      ['waiting', '', standing.waiting > 0],
      ['failed', 'is-warn', true],
      ['withheld', 'is-warn', standing.withheld > 0],
      ['uncertain', 'is-warn', standing.uncertain > 0],
    ] as const
  ).filter(([, , show]) => show);
  return shown.map(([what, tone]) => ({
    figureName: t(`sending.one.${what}`),
    figure: n(standing[what]),
    figureTone: standing[what] > 0 ? tone : '',
  }));
}

const VERBS: Readonly<Record<string, BroadcastVerb>> = {
  pause: 'pause',
  resume: 'resume',
  cancel: 'cancel',
  send_now: 'send_now',
};
const DONE = {
  pause: 'sending.one.paused',
  resume: 'sending.one.resumed',
  cancel: 'sending.one.cancelled',
  send_now: 'sending.one.started',
} as const;

/** `POST /books/:book/broadcasts/:broadcast`: pause, go on, stop the rest, send now. */
export async function change(page: BookPage): Promise<void> {
  const one = await found(page);
  if (!one) return;
  const verb = VERBS[page.form.text('do')];
  if (!verb) return page.refuse(400);
  const path = `/books/${page.book.address}/broadcasts/${one.id}`;
  // What makes texts go out takes a writer; what stops them takes anybody who may send here (S3-26).
  const starts = verb === 'resume' || verb === 'send_now';
  if (starts && whyNotSend(page.user, await placeOf(page)))
    return page.redirect(path, { key: 'sending.one.refused.not_writer', tone: 'warn' });
  const outcome = await changeBroadcast(one.id, verb, { actor: page.user.id, reason: 'person' }, page.deps);
  if (outcome.ok) return page.redirect(path, { key: DONE[verb] });
  if (outcome.why === 'not_found') return page.refuse(404);
  page.redirect(path, { key: `sending.one.refused.${outcome.why}`, tone: 'warn' });
}

/** `GET …/cancel`: what stopping means, before it is done. */
export async function cancel(page: BookPage): Promise<void> {
  const one = await found(page);
  if (!one) return;
  const { t, locale, book } = page;
  const { all, waiting, withheld } = standingOf((await courseOf(page.deps.store.reads, one.id)).tally);
  const begun = all > 0;
  const text = begun
    ? t('sending.cancel.text', { gone: figure(locale, all - waiting - withheld), waiting: figure(locale, waiting) })
    : t('sending.cancel.text.scheduled');
  page.render('sending/cancel', { path: `/books/${book.address}/broadcasts/${one.id}`, text });
}
