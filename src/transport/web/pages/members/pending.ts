import { approveMembers, type Verdict } from '../../../../app/approve.ts';
import type { Member } from '../../../../core/member.ts';
import { addressesOf } from '../../../../core/membership.ts';
import { figure, moment } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { PAGE } from './list.ts';
import { addressText, baseOf, dayText, hrefOf, numberText, whoText } from './words.ts';

/** GET /books/:book/pending: who waits, in the order in which they came into the book, with what they wrote (B-10). */
export async function pending(page: BookPage): Promise<void> {
  await render(page, '', []);
}

async function render(page: BookPage, problem: string, chosen: readonly string[]): Promise<void> {
  const { deps, book, t, locale, organisation, now } = page;
  const { reads } = deps.store;
  const after = page.query.text('after');
  const [rows, counts] = await Promise.all([
    reads.members(book.id, { after, limit: PAGE + 1, statuses: ['pending'] }),
    reads.memberCounts(book.id),
  ]);
  const shown = rows.slice(0, PAGE);
  const hashesOf = (member: Member) => addressesOf([member]).map((address) => deps.keyed.addressHash(address));
  const events = await reads.bookEvents(book.id, shown.flatMap(hashesOf));
  const path = `${baseOf(page)}/pending`;
  const count = counts.pending ?? 0;
  const model = {
    path: hrefOf(path, { after }),
    mayEdit: page.may.edit,
    lead: t('members.pending.lead', { book: book.name }),
    problem,
    rows: shown.map((member) => {
      const own = hashesOf(member);
      const event = events.findLast((one) => one.event === 'requested' && own.includes(one.addressHash));
      const who = whoText(page, member);
      return {
        id: member.id,
        memberHref: `${baseOf(page)}/members/${member.id}`,
        who,
        address: member.name === '' ? '' : addressText(page, member),
        said: event?.text ?? '',
        when: moment(locale, organisation.timezone, member.since, now),
        leftText: member.leftAt === null ? '' : t('members.pending.left', { date: dayText(page, member.leftAt) }),
        chosen: chosen.includes(member.id),
        chooseName: t('members.pending.choose', { who }),
        approveName: t('members.pending.approveOne', { who }),
        refuseName: t('members.pending.refuseOne', { who }),
      };
    }),
    several: shown.length > 1,
    allText: count > 1 ? t('members.pending.approveAll', { count: figure(locale, count) }) : '',
    firstHref: after === '' ? '' : path,
    nextHref: rows.length > PAGE ? hrefOf(path, { after: shown.at(-1)?.id ?? '' }) : '',
    isEmpty: shown.length === 0 && after === '',
    emptyText: t(book.approval === 'manual' ? 'members.pending.empty.manual' : 'members.pending.empty.automatic', {
      number: numberText(page),
    }),
  };
  page.render('members/pending', model, problem === '' ? 200 : 422);
}

const MOST_AT_ONCE = 500;

/** POST: `approve` or `refuse` names one person, `chosen` (the ticked ones) or, for approving, `all`. */
export async function settlePending(page: BookPage): Promise<void> {
  const { form, deps, book, user } = page;
  const verdict: Verdict = form.has('refuse') ? 'refuse' : 'approve';
  const whom = form.text(verdict);
  const ids = whom === 'chosen' ? form.all('member') : [whom];
  if (whom !== 'all' && ids.every((id) => id === '')) return render(page, page.t('members.pending.noneChosen'), []);
  const by = { actor: user.id, door: 'web' } as const;
  // Everybody at once is the owner's wish for those who wait; refusing everybody is not offered.
  const everybody = whom === 'all' && verdict === 'approve';
  const found = everybody ? [] : await deps.store.reads.membersById(ids.slice(0, MOST_AT_ONCE));
  const here = found.filter(({ bookId }) => bookId === book.id);
  const result = await approveMembers(
    book.address,
    verdict,
    everybody ? 'all' : here.map(({ phone, mail }) => phone ?? mail ?? ''),
    by,
    deps,
  );
  const outcomes = result.ok ? result.outcomes : [];
  const settled = outcomes.filter(({ outcome }) => outcome === 'approved' || outcome === 'refused');
  const path = `${baseOf(page)}/pending`;
  const [first] = settled;
  if (!first) return page.redirect(path, { key: 'members.pending.late', tone: 'warn' });
  const late = outcomes.length - settled.length;
  const count = figure(page.locale, settled.length);
  if (late > 0)
    return page.redirect(path, {
      key: 'members.pending.some',
      params: { count, late: figure(page.locale, late) },
      tone: 'warn',
    });
  const who =
    first.name ||
    addressText(page, first.who.includes('@') ? { phone: null, mail: first.who } : { phone: first.who, mail: null });
  if (settled.length === 1)
    return page.redirect(path, {
      key: verdict === 'approve' ? 'members.pending.approvedOne' : 'members.pending.refusedOne',
      params: { who },
    });
  page.redirect(path, {
    key: verdict === 'approve' ? 'members.pending.approvedMany' : 'members.pending.refusedMany',
    params: { count },
  });
}
