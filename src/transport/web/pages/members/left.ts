import type { Member } from '../../../../core/member.ts';
import { addressesOf } from '../../../../core/membership.ts';
import { figure, moment } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { findMembers } from './list.ts';
import { addressText, backText, baseOf, howLeft, numberText } from './words.ts';

/** GET /books/:book/unsubscribed: who left, when and how, and that only they can come back (S3-13, S3-14). */
export async function unsubscribed(page: BookPage): Promise<void> {
  const { query, deps, book, t, locale } = page;
  const asked = { q: query.line('q').slice(0, 100) };
  const path = `${baseOf(page)}/unsubscribed`;
  const found = await findMembers(page, path, ['unsubscribed'], asked);
  const model = {
    rows: await rowsOf(page, found.members),
    prevHref: found.prevHref,
    nextHref: found.nextHref,
    clearHref: path,
  };
  if (page.partial) return page.render('members/leavers', model);
  const counts = await deps.store.reads.memberCounts(book.id);
  page.render('members/left', {
    ...model,
    path,
    base: baseOf(page),
    mayEdit: page.may.edit,
    typed: asked.q,
    lead: t('members.left.lead', { book: book.name }),
    count: figure(locale, counts.unsubscribed ?? 0),
    isEmpty: !counts.unsubscribed,
    emptyText: t('members.left.empty.text', { number: numberText(page) }),
  });
}

async function rowsOf(page: BookPage, members: readonly Member[]) {
  const { deps, book, locale, organisation, now } = page;
  const hashesOf = (member: Member) => addressesOf([member]).map((address) => deps.keyed.addressHash(address));
  const hashes = members.flatMap(hashesOf);
  const [events, ofBook, ofNumber] = await Promise.all([
    deps.store.reads.bookEvents(book.id, hashes),
    deps.store.reads.stops('book', book.id, hashes),
    deps.store.reads.stops('number', book.numberId, hashes),
  ]);
  return members.map((member) => {
    const own = hashesOf(member);
    const event = events.findLast(
      (one) => own.includes(one.addressHash) && ['left', 'left_all', 'erased'].includes(one.event),
    );
    const stop = [...ofBook, ...ofNumber].find((one) => own.includes(one.addressHash));
    const at = member.leftAt ?? event?.at ?? stop?.since ?? null;
    const how = howLeft(page, event, stop);
    return {
      memberHref: `${baseOf(page)}/members/${member.id}`,
      memberName: member.name || addressText(page, member) || page.t('members.how.erased'),
      address: member.name === '' ? '' : addressText(page, member),
      when: at === null ? null : moment(locale, organisation.timezone, at, now),
      howText: how?.howText ?? '',
      howSaid: how?.howSaid ?? '',
      backText: backText(page, member, at),
    };
  });
}
