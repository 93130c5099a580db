import { memberOf } from '../../../../app/desk/tendMember.ts';
import type { Member } from '../../../../core/member.ts';
import type { Why } from '../../../../core/whyDelivery.ts';
import { isPageKey, type PageKey } from '../../../../i18n/pages/index.ts';
import { moment } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { addressText } from '../members/words.ts';

/** A member of this very book, or the page that says there is none. */
export async function found(page: BookPage): Promise<Member | null> {
  const member = await memberOf(page.book, page.param('member'), page.deps);
  if (!member) page.refuse(404);
  return member;
}

/** How sentences name the person: the first of their names, which is how one speaks of somebody; else the address. */
export const called = (page: BookPage, member: Pick<Member, 'name' | 'phone' | 'mail'>): string =>
  member.name.split(' ')[0] || addressText(page, member) || page.t('members.back.person');

export const momentOf = ({ locale, organisation, now }: BookPage, at: number) =>
  moment(locale, organisation.timezone, at, now);

/** Why the ledger has this line, in plain words; rules of ours that have no sentence go by their name. */
export function ruleText({ t }: Pick<BookPage, 't'>, rule: string): string {
  const key = `person.rule.${rule}`;
  return isPageKey(key) ? t(key) : t('person.rule.other', { rule });
}

/** Advice holds while what kept it from them still does. */
const WHILE: Partial<Record<Why['code'], Member['status']>> = {
  pending_then: 'pending',
  asked_then: 'asked',
  paused_then: 'paused',
  refused_then: 'refused',
  banned_then: 'banned',
  unreachable_then: 'unreachable',
  left_before: 'unsubscribed',
  left_between: 'unsubscribed',
  left_meanwhile: 'unsubscribed',
  stopped_number: 'unsubscribed',
};

/** What to do about it, as a key; null = nothing. */
export function adviceOf({ code }: Pick<Why, 'code'>, { status }: Pick<Member, 'status'>): PageKey | null {
  const needs = WHILE[code];
  if (needs !== undefined && needs !== status) return null;
  const key = needs === 'unsubscribed' ? 'person.do.left' : `person.do.${code}`;
  return isPageKey(key) ? key : null;
}
