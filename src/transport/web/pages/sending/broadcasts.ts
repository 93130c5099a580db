import { courseOf } from '../../../../app/desk/course.ts';
import type { Broadcast } from '../../../../core/broadcast.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { figure, moment, TONES } from '../../format.ts';
import type { BookPage } from '../../page.ts';
import { type Standing, standingOf } from './outcomes.ts';

const PAGE = 20;
const WEEK = 7 * 86_400_000;
const SHOWN = 120;

/** `GET /books/:book/broadcasts`: what is under way, what one has begun, and what has gone out. */
export async function broadcasts(page: BookPage): Promise<void> {
  const { book, deps, user, query, now, organisation, number, t, may } = page;
  const { reads } = deps.store;
  const base = `/books/${book.address}`;
  const before = beforeOf(query.line('before'));
  const [open, rows, drafts] = await Promise.all([
    before ? [] : reads.broadcastsOpen(book.id, now - WEEK),
    reads.broadcastPage(book.id, { before, limit: PAGE + 1 }),
    before ? [] : reads.drafts(book.id, user.id),
  ]);
  const openIds = new Set(open.map(({ id }) => id));
  const done = rows.slice(0, PAGE).filter(({ id }) => !openIds.has(id));
  const last = rows.length > PAGE ? rows[PAGE - 1] : undefined;
  const keep = (kind: 'draft' | 'template') =>
    drafts
      .filter((draft) => draft.kind === kind)
      .map((draft) => ({
        draftHref: `${base}/write?draft=${draft.id}`,
        draftName: draft.name === '' ? shortened(draft.text) : draft.name,
        draftText: draft.name === '' ? '' : shortened(draft.text),
        deleteHref: `${base}/drafts/${draft.id}/delete`,
        deleteLabel: t('sending.list.delete.named', {
          name: draft.name === '' ? shortened(draft.text).slice(0, 30) : draft.name,
        }),
        when: moment(page.locale, organisation.timezone, draft.updatedAt, now),
      }));
  page.render('sending/broadcasts', {
    base,
    open: await Promise.all(open.map((each) => lineOf(page, each))),
    drafts: keep('draft'),
    templates: keep('template'),
    mayKeep: may.send,
    done: await Promise.all(done.map((each) => lineOf(page, each))),
    isEmpty: rows.length === 0 && before === null,
    emptyText: t('sending.list.empty.text', { number: formatNational(number.e164, organisation.country) }),
    next: last ? `${base}/broadcasts?before=${last.createdAt}~${last.id}` : null,
    first: before ? `${base}/broadcasts` : null,
  });
}

function beforeOf(text: string): { createdAt: number; id: string } | null {
  const [, at, id] = /^(\d{1,15})~([0-9a-zA-Z-]{1,60})$/.exec(text) ?? [];
  return at === undefined || id === undefined ? null : { createdAt: Number(at), id };
}

async function lineOf(page: BookPage, broadcast: Broadcast) {
  const { locale, t, organisation, now, book } = page;
  const standing = await standingNow(page, broadcast);
  const { all, failed, delivered } = standing;
  const n = (count: number) => figure(locale, count);
  return {
    href: `/books/${book.address}/broadcasts/${broadcast.id}`,
    text: shortened(broadcast.text),
    status: t(`status.${broadcast.status}`),
    tone: TONES[broadcast.status],
    toText: all > 0 ? t('sending.list.to', { count: n(all) }) : '',
    reportText:
      all > 0 && broadcast.status === 'sent'
        ? t('sending.list.report', { delivered: n(delivered), count: n(all) })
        : '',
    failedText: failed > 0 ? t('sending.list.failed', { count: n(failed) }) : '',
    when: moment(locale, organisation.timezone, broadcast.dueAt, now),
  };
}

const shortened = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

/** Receipts come for a day at most; after two, a broadcast's figures stand still and need not be counted again. */
const STILL_MS = 2 * 86_400_000;
const KEPT = 2000;
const still = new WeakMap<object, Map<string, Standing>>();

export async function standingNow(page: Pick<BookPage, 'deps' | 'now'>, broadcast: Broadcast): Promise<Standing> {
  const { reads } = page.deps.store;
  const kept = still.get(reads) ?? new Map<string, Standing>();
  still.set(reads, kept);
  const known = kept.get(`${broadcast.id} ${broadcast.version}`);
  if (known) return known;
  const standing = standingOf((await courseOf(reads, broadcast.id)).tally);
  if (broadcast.finishedAt !== null && page.now - broadcast.finishedAt > STILL_MS) {
    kept.set(`${broadcast.id} ${broadcast.version}`, standing);
    for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
  }
  return standing;
}
