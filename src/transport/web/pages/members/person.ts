import { mailStopOf, retryMail } from '../../../../app/desk/mailStop.ts';
import { setOtherPhone } from '../../../../app/desk/otherPhone.ts';
import { editMember, memberOf, pastOf, readMarks, tendMember } from '../../../../app/desk/tendMember.ts';
import { instantOf } from '../../../../core/localTime.ts';
import type { Member } from '../../../../core/member.ts';
import { decideMember, type MemberAct, type MemberPast, mayRemove } from '../../../../core/memberDesk.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { BookPage } from '../../page.ts';
import { dataOf } from '../person/data.ts';
import { storyOf } from '../person/story.ts';
import { pairRows, pairsOf, problemsOf } from './add.ts';
import { marksInUse } from './list.ts';
import { addressText, backText, badgeOf, baseOf, dayText, howLeft, isStopped, viaText, whoText } from './words.ts';

type Typed = {
  name: string;
  labels: string;
  fields: readonly (readonly [string, string])[];
  otherPhone: string;
};

/** GET /books/:book/members/:member: one person, what they are here, what may be done, what has happened. */
export async function person(page: BookPage): Promise<void> {
  const member = await memberOf(page.book, page.param('member'), page.deps);
  if (!member) return page.refuse(404);
  await render(page, member, null, {});
}

export async function savePerson(page: BookPage): Promise<void> {
  const { form, book, user, deps } = page;
  const member = await memberOf(book, page.param('member'), deps);
  if (!member) return page.refuse(404);
  const typed: Typed = {
    name: form.text('name'),
    labels: form.text('labels'),
    fields: pairsOf(form),
    otherPhone: form.line('otherPhone'),
  };
  const { problems, ...marks } = readMarks(typed);
  if (problems.length > 0) return render(page, member, typed, problemsOf(page, problems));
  const by = { actor: user.id, door: 'web' } as const;
  if (form.has('otherPhone')) {
    const saved = await setOtherPhone(book, member.id, typed.otherPhone, by, deps);
    if (!saved.ok && (saved.why === 'phone' || saved.why === 'same' || saved.why === 'own'))
      return render(page, member, typed, { otherPhone: page.t(`crisis.other.problem.${saved.why}`) });
  }
  const result = await editMember(book, member.id, marks, by, deps);
  marksInUse(page).forget(book.id);
  const path = `${baseOf(page)}/members/${member.id}`;
  if (result.ok) return page.redirect(path, { key: 'members.person.saved' });
  page.redirect(path, { key: `members.act.${result.why}`, params: { who: whoText(page, member) }, tone: 'stop' });
}

const DONE: Record<
  MemberAct,
  'members.paused' | 'members.resumed' | 'members.banned' | 'members.unbanned' | 'members.removed'
> = {
  pause: 'members.paused',
  resume: 'members.resumed',
  ban: 'members.banned',
  unban: 'members.unbanned',
  remove: 'members.removed',
};

/** POST …/mail: a mail address that came back may be tried again. */
export async function retryMailAddress(page: BookPage): Promise<void> {
  const by = { actor: page.user.id, door: 'web' } as const;
  const result = await retryMail(page.book, page.param('member'), by, page.deps);
  if (!result.ok && result.why === 'not_found') return page.refuse(404);
  page.redirect(
    `${baseOf(page)}/members/${page.param('member')}`,
    result.ok
      ? { key: 'members.mail.retried', params: { mail: result.address } }
      : { key: result.why === 'complaint' ? 'members.mail.notRetried' : 'form.changed', tone: 'warn' },
  );
}

/** POST …/pause, /resume, /ban, /unban, /remove. */
export const act =
  (what: MemberAct) =>
  async (page: BookPage): Promise<void> => {
    const { form, book, user, deps, organisation, now } = page;
    const member = await memberOf(book, page.param('member'), deps);
    if (!member) return page.refuse(404);
    let until: number | null = null;
    const day = form.text('until').trim();
    if (what === 'pause' && day !== '') {
      const end = instantOf(`${day}T23:59`, organisation.timezone);
      until = end === null ? null : end + 60_000;
      if (until === null || until <= now)
        return render(page, member, null, { until: page.t('members.problem.date_past') }, day);
    }
    const who = whoText(page, member);
    const result = await tendMember(book, member.id, what, until, { actor: user.id, door: 'web' }, deps);
    const path = `${baseOf(page)}/members${what === 'remove' && result.ok ? '' : `/${member.id}`}`;
    if (result.ok) return page.redirect(path, { key: DONE[what], params: { who } });
    page.redirect(path, { key: `members.act.${result.why}`, params: { who }, tone: 'stop' });
  };

async function render(
  page: BookPage,
  member: Member,
  typed: Typed | null,
  problems: Readonly<Record<string, string>>,
  until = '',
): Promise<void> {
  const { deps, book, t, now, may } = page;
  const past = await pastOf(book, member, deps);
  const mailStop = member.mail === null ? null : await mailStopOf(book, member.mail, deps);
  const used = may.edit ? await marksInUse(page).of(book.id, now) : { labels: [], fields: [] };
  const left = member.status === 'unsubscribed';
  const allowed = (what: Exclude<MemberAct, 'remove'>) => may.edit && decideMember(what, member, past).ok;
  const leaving = past.history.findLast(({ event }) => ['left', 'left_all', 'erased'].includes(event));
  const at = member.leftAt ?? leaving?.at ?? past.stops[0]?.since ?? null;
  const otherText = member.otherPhone === null ? '' : formatNational(member.otherPhone, page.organisation.country);
  const form = typed ?? {
    name: member.name,
    labels: member.labels.join(', '),
    fields: Object.entries(member.fields),
    otherPhone: otherText,
  };
  const base = `${baseOf(page)}/members`;
  page.render(
    'members/person',
    {
      base,
      action: `${base}/${member.id}`,
      who: whoText(page, member),
      address: addressText(page, member),
      viaText: viaText(page, member),
      badge: badgeOf(page, member),
      stopped: isStopped(member.status),
      stateText: left ? backText(page, member, at) : stateText(page, member, past),
      how: left ? howLeft(page, leaving, undefined) : null,
      mailStopText: mailStop
        ? t(`members.mail.${mailStop.why}`, { mail: mailStop.address, date: dayText(page, mailStop.since) })
        : '',
      mayRetryMail: may.edit && mailStop?.why === 'bounced',
      sinceText: t('members.person.since', { date: dayText(page, member.since) }),
      pendingHref: member.status === 'pending' && may.edit ? `${baseOf(page)}/pending` : '',
      mayEdit: may.edit && !left,
      labelsText: member.labels.join(', '),
      fieldRows: Object.entries(member.fields).map(([fieldTitle, fieldText]) => ({ fieldTitle, fieldText })),
      otherText,
      otherPhone: form.otherPhone,
      otherProblem: problems.otherPhone ?? '',
      name: form.name,
      labels: form.labels,
      pairs: pairRows(page, form.fields),
      nameProblem: problems.name ?? '',
      labelsProblem: problems.labels ?? '',
      fieldsProblem: problems.fields ?? '',
      untilProblem: problems.until ?? '',
      until,
      labelNames: used.labels.map(({ label }) => label),
      fieldNames: used.fields,
      mayPause: allowed('pause') && member.status === 'active',
      mayResume: allowed('resume'),
      mayBan: allowed('ban') && !left,
      mayUnban: allowed('unban'),
      mayRemove: may.edit && mayRemove(member).ok,
      acts: may.edit && !left && (allowed('pause') || allowed('ban') || mayRemove(member).ok),
      story: await storyOf(page, member),
      data: may.person ? dataOf(page, member) : null,
    },
    Object.keys(problems).length > 0 ? 422 : 200,
  );
}

function stateText(page: BookPage, member: Member, past: MemberPast): string {
  const { t } = page;
  if (member.status === 'paused' && member.pausedUntil !== null) {
    const until = t('members.person.pausedUntil', { date: dayText(page, member.pausedUntil - 1) });
    const ended = decideMember('resume', member, past);
    const isOwn = !ended.ok && ended.why === 'own_pause';
    return isOwn ? `${until} ${t('members.act.own_pause', { who: whoText(page, member) })}` : until;
  }
  return member.status === 'unsubscribed' ? '' : t(`members.person.${member.status}`);
}
