import {
  type LinkedMember,
  type LinkOutcome,
  leaveByLink,
  lookAtLeaveToken,
  pauseByLink,
  readLeaveToken,
  resumeByLink,
  returnByLink,
} from '../../../../app/leaveLink.ts';
import { type Chosen, chooseVia, correctName } from '../../../../app/ownChoices.ts';
import type { Book } from '../../../../core/book.ts';
import { localInput } from '../../../../core/localTime.ts';
import { LONGEST_NAME } from '../../../../core/marks.ts';
import { VIAS } from '../../../../core/member.ts';
import { normalForm } from '../../../../core/normalForm.ts';
import { endOfDay, pauseEnd, readPause } from '../../../../core/pauseReading.ts';
import { PAGE_WORDING, wordingShown } from '../../../../i18n/pages/own/wording.ts';
import type { Form } from '../../form.ts';
import type { AnyPage } from '../../page.ts';
import { fieldsOf, organisationName, say, sayBusy, sayJoined, sayUnknown, speak } from './linkPage.ts';
import { showOwn, type Told } from './own.ts';

/**
 * `/leave/:token`: a member's own page, without signing in: leaving, coming back by the same link (T-4, S3-15), and their
 * choices. The token proves itself, so a wrong one costs no look into the database and needs no brake: a mail service
 * presses many people's links from one address.
 */
export async function showLeave(page: AnyPage): Promise<void> {
  const found = await lookAtLeaveToken(page.param('token'), page.deps);
  if (!found) return sayNobody(page, 404);
  await showMember(speak(page, found.book.locale), found);
}

async function showMember(spoken: AnyPage, found: LinkedMember, told?: Told): Promise<void> {
  const { book, member } = found;
  if (member.status === 'unsubscribed') return sayLeft(spoken, book, true);
  if (member.status !== 'banned' && member.status !== 'refused') return showOwn(spoken, found, told);
  // Nothing comes and nothing may be changed; but whoever wants to be sure that it stays so may say it.
  const names = { book: book.name, organisation: await organisationName(spoken, book) };
  say(spoken, {
    title: spoken.t('mail.leave.title', names),
    texts: [spoken.t('mail.leave.text', names), spoken.t('mail.leave.back')],
    act: { actText: spoken.t('mail.leave.do', names), actDo: 'leave', actTone: 'stop', actWording: PAGE_WORDING },
  });
}

/**
 * Whatever is posted leaves, unless it is one of the page's other buttons: `List-Unsubscribe=One-Click` comes from a mail
 * service, as a form of either kind, without cookies and without Origin (RFC 8058 3.1 and 3.2).
 */
export async function leave(page: AnyPage): Promise<void> {
  const form = fieldsOf(page);
  const act = form.text('do');
  const pressed = { token: page.param('token'), now: page.now, wording: wordingShown(form.text('w')) };
  switch (act) {
    case 'return':
      return tell(page, await returnByLink(pressed, page.deps));
    case 'resume':
      return tell(page, await resumeByLink(pressed, page.deps));
    case 'pause':
      return pause(page, form, pressed);
    case 'via':
      return choose(page, form);
    case 'name':
      return rename(page, form);
    default:
      return tell(page, await leaveByLink(pressed, page.deps));
  }
}

async function tell(page: AnyPage, result: LinkOutcome): Promise<void> {
  if (!result.ok) return result.why === 'busy' ? sayBusy(page) : sayNobody(page, 200);
  const { book, outcome } = result;
  const spoken = speak(page, book.locale);
  switch (outcome) {
    case 'left':
      return sayLeft(spoken, book, false);
    case 'asked': {
      // B-48: information to staff is asked about once more.
      const names = { book: book.name };
      return say(spoken, {
        title: spoken.t('mail.leave.asked', names),
        texts: [spoken.t('mail.leave.asked.text', names)],
        act: {
          ...{ actText: spoken.t('mail.leave.asked.do', names), actDo: 'leave', actTone: 'stop' as const },
          actWording: PAGE_WORDING,
        },
      });
    }
    case 'joined':
    case 'requested':
    case 'refused':
      return sayJoined(spoken, outcome, book, await organisationName(page, book));
    case 'paused':
    case 'resumed':
      return again(page, { said: `own.said.${outcome}` });
    case 'staff':
    case 'not_in':
    case 'not_paused':
      return again(page, {});
  }
}

/** The page anew, as things are now: they may have left in another window. */
async function again(page: AnyPage, told: Told): Promise<void> {
  const found = await lookAtLeaveToken(page.param('token'), page.deps);
  if (!found) return sayNobody(page, 200);
  await showMember(speak(page, found.book.locale), found, told);
}

/** The last day, from the calendar of the browser or as somebody typed it where that has none ("14 dagar", "1 dec"). */
async function pause(page: AnyPage, form: Form, pressed: Parameters<typeof pauseByLink>[0]): Promise<void> {
  const found = await lookAtLeaveToken(pressed.token, page.deps);
  if (!found) return sayNobody(page, 200);
  const organisation = await page.deps.store.reads.organisation(found.book.organisationId);
  const zone = organisation?.timezone ?? 'Europe/Stockholm';
  const typed = form.line('until').slice(0, 40);
  const until = endOfDay(typed, page.now, zone) ?? endOfTyped(typed, page.now, zone);
  if (until !== null) return tell(page, await pauseByLink(pressed, until, page.deps));
  const spoken = speak(page, found.book.locale);
  const example = localInput(page.now + 14 * 86_400_000, zone).slice(0, 10);
  await showMember(spoken, found, { until: typed, untilProblem: spoken.t('own.pause.wrong', { example }) });
}

function endOfTyped(typed: string, now: number, zone: string): number | null {
  for (const text of [`paus ${typed}`, `paus till ${typed}`]) {
    const read = readPause(normalForm(text));
    if (read?.kind === 'pause' && read.which === null) return pauseEnd(read.length, now, zone);
  }
  return null;
}

async function choose(page: AnyPage, form: Form): Promise<void> {
  const via = VIAS.find((each) => each === form.text('via'));
  const chosen: Chosen = via ? await chooseVia(page.param('token'), via, page.deps) : { ok: false, why: 'not_offered' };
  await told(page, chosen, 'own.said.via');
}

async function rename(page: AnyPage, form: Form): Promise<void> {
  const typed = form.text('name').slice(0, 1000);
  await told(page, await correctName(page.param('token'), typed, page.deps), 'own.said.name', typed);
}

async function told(page: AnyPage, chosen: Chosen, said: Told['said'] & string, name?: string): Promise<void> {
  if (chosen.ok) return again(page, { said });
  switch (chosen.why) {
    case 'gone':
      return sayNobody(page, 200);
    case 'busy':
      return sayBusy(page);
    case 'locked':
      return again(page, {});
    case 'not_offered':
      return again(page, { said: 'own.said.not_offered' });
    case 'name_empty':
    case 'name_long': {
      const found = await lookAtLeaveToken(page.param('token'), page.deps);
      if (!found) return sayNobody(page, 200);
      const spoken = speak(page, found.book.locale);
      const nameProblem =
        chosen.why === 'name_empty' ? spoken.t('own.name.empty') : spoken.t('own.name.long', { most: LONGEST_NAME });
      return showMember(spoken, found, { name: name ?? '', nameProblem });
    }
  }
}

function sayLeft(page: AnyPage, book: Book, already: boolean): void {
  const names = { book: book.name };
  say(page, {
    title: page.t(already ? 'mail.left.already' : 'mail.left', names),
    texts: [page.t('mail.left.text', names)],
    act: { actText: page.t('mail.return.do', names), actDo: 'return', actTone: 'quiet', actWording: PAGE_WORDING },
  });
}

/** A link of ours whose member is gone has nothing left to leave, which is what its reader wants to hear. */
function sayNobody(page: AnyPage, status: number): void {
  if (readLeaveToken(page.param('token'), page.deps.keyed) === null) return sayUnknown(page);
  say(page, { title: page.t('mail.leave.gone'), texts: [page.t('mail.leave.gone.text')], status });
}
