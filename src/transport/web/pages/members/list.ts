import { pausedMails } from '../../../../app/desk/mailStop.ts';
import { createInUse, readSearch } from '../../../../app/desk/searchMembers.ts';
import type { Member, MemberStatus } from '../../../../core/member.ts';
import type { MemberEdge, MemberQuery, MemberReads } from '../../../../ports/memberReads.ts';
import { figure } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { addressText, badgeOf, baseOf, dayText, hrefOf, isStopped, numberText, viaText } from './words.ts';

export const PAGE = 50;

/** Who is in the book in some way; who left and who waits have tabs of their own. */
const HERE: readonly MemberStatus[] = ['active', 'asked', 'paused', 'unreachable', 'banned', 'refused'];
const EVERYBODY: readonly MemberStatus[] = [...HERE, 'pending', 'unsubscribed'];

/** One for each store: the labels of a book are counted once a minute at most. */
const inUse = new WeakMap<MemberReads, ReturnType<typeof createInUse>>();
export function marksInUse({ deps }: BookPage): ReturnType<typeof createInUse> {
  const known = inUse.get(deps.store.reads) ?? createInUse(deps.store.reads);
  inUse.set(deps.store.reads, known);
  return known;
}

/** A page of people and the addresses of the pages beside it. */
export type Found = { members: Member[]; prevHref: string; nextHref: string; kind: MemberQuery['by']['kind'] };

/** Finds by what the address says: `q`, `label`, `status` and where the page begins (`at`). */
export async function findMembers(
  page: BookPage,
  path: string,
  statuses: readonly MemberStatus[],
  asked: Readonly<Record<string, string>>,
): Promise<Found> {
  const { reads } = page.deps.store;
  const label = asked.label || null;
  let by = readSearch(asked.q ?? '', page.organisation.country);
  const edge = readEdge(page.query.text('at'), by.kind);
  const find = (search: MemberQuery['by']) =>
    reads.memberPage(page.book.id, { statuses, label, by: search }, edge, PAGE + 1);
  let rows = await find(by);
  if (rows.length === 0 && edge === null && by.kind === 'name' && (asked.q ?? '') !== '') {
    // Nobody is called that; it may be how a mail address begins.
    const mail = { kind: 'mail', holds: (asked.q ?? '').trim().toLowerCase() } as const;
    const others = await find(mail);
    if (others.length > 0) [by, rows] = [mail, others];
  }
  const more = rows.length > PAGE;
  const back = edge?.side === 'before';
  const members = back && more ? rows.slice(1) : rows.slice(0, PAGE);
  const href = (side: MemberEdge['side'], member: Member | undefined) =>
    member ? hrefOf(path, { ...asked, at: edgeText(side, by.kind, member) }) : '';
  return {
    members,
    kind: by.kind,
    prevHref: (back ? more : edge !== null) ? href('before', members[0]) : '',
    nextHref: (back ? edge !== null : more) ? href('after', members.at(-1)) : '',
  };
}

const keyOf = (kind: MemberQuery['by']['kind'], member: Member): string =>
  kind === 'phone' ? (member.phone ?? '') : kind === 'mail' ? (member.mail ?? '') : member.nameKey;

const edgeText = (side: MemberEdge['side'], kind: MemberQuery['by']['kind'], member: Member): string =>
  Buffer.from(JSON.stringify([side, kind, keyOf(kind, member), member.id])).toString('base64url');

/** Where a page begins, as `edgeText` wrote it; anything else, or one of another order, is the first page. */
function readEdge(text: string, kind: MemberQuery['by']['kind']): MemberEdge | null {
  try {
    const read: unknown = JSON.parse(Buffer.from(text.slice(0, 4000), 'base64url').toString('utf8'));
    if (!Array.isArray(read)) return null;
    const [side, order, key, id] = read as unknown[];
    const fits = (side === 'after' || side === 'before') && order === kind;
    return fits && typeof key === 'string' && typeof id === 'string' ? { side, key, id } : null;
  } catch {
    return null;
  }
}

/** A person in a table. */
export function rowOf(page: BookPage, member: Member) {
  const address = addressText(page, member);
  return {
    memberHref: `${baseOf(page)}/members/${member.id}`,
    memberName: member.name || page.t('members.noName'),
    nameless: member.name === '',
    stopped: isStopped(member.status),
    address,
    labels: member.labels.join(', '),
    badge: badgeOf(page, member),
    viaText: viaText(page, member),
    untilText:
      member.status === 'paused' && member.pausedUntil !== null
        ? page.t('members.until', { date: dayText(page, member.pausedUntil - 1) })
        : '',
  };
}

/** GET /books/:book/members: everybody by name, found as one types. Where one searches, those who left show too, in red. */
export async function members(page: BookPage): Promise<void> {
  const { query, t, locale, deps, book } = page;
  const asked = { q: query.line('q').slice(0, 100), label: query.line('label'), status: query.text('status') };
  const chosen = EVERYBODY.find((status) => status === asked.status);
  const path = `${baseOf(page)}/members`;
  const statuses = chosen ? [chosen] : asked.q === '' ? HERE : EVERYBODY;
  const found = await findMembers(page, path, statuses, asked);
  const mails = found.members.flatMap(({ mail }) => (mail === null ? [] : [mail]));
  const paused = await pausedMails(book, mails, deps);
  const model = {
    rows: found.members.map((member) => ({
      ...rowOf(page, member),
      mailText: member.mail !== null && paused.has(member.mail) ? t('members.mail.paused') : '',
    })),
    prevHref: found.prevHref,
    nextHref: found.nextHref,
    clearHref: path,
  };
  if (page.partial) return page.render('members/people', model);
  const [counts, used] = await Promise.all([
    deps.store.reads.memberCounts(book.id),
    marksInUse(page).of(book.id, page.now),
  ]);
  const shown = HERE.filter((status) => status === 'active' || (counts[status] ?? 0) > 0);
  page.render('members/list', {
    ...model,
    base: baseOf(page),
    path,
    mayEdit: page.may.edit,
    typed: asked.q,
    figures: shown.map((status) => ({
      figureText: t(`member.${status}`),
      figureCount: figure(locale, counts[status] ?? 0),
      figureTone: status === 'active' ? '' : isStopped(status) ? 'is-stop' : 'is-warn',
    })),
    labels: used.labels.map(({ label, count }) => ({
      labelValue: label,
      labelText: `${label} (${figure(locale, count)})`,
      labelChosen: label === asked.label,
    })),
    statuses: EVERYBODY.filter((status) => (counts[status] ?? 0) > 0 || status === chosen).map((status) => ({
      statusValue: status,
      statusText: `${t(`member.${status}`)} (${figure(locale, counts[status] ?? 0)})`,
      statusChosen: status === chosen,
    })),
    isEmpty: HERE.every((status) => !counts[status]) && asked.q === '' && !chosen,
    emptyText: t('members.empty.text', { number: numberText(page) }),
  });
}
