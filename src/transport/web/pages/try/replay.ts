import { type Differing, type Replay, replayMark, type SeenOutcome } from '../../../../app/desk/replay.ts';
import { mayInBook } from '../../../../core/permissions.ts';
import { REPLAY_DAYS } from '../../../../core/replay.ts';
import type { PageKey } from '../../../../i18n/pages/index.ts';
import { figure, moment } from '../../format.ts';
import type { BookPage, Params } from '../../page.ts';
import { peopleOf } from '../book/people.ts';
import { outcomeText, ruleText } from './words.ts';

type Look =
  /** Something would have been different and nobody has seen it yet: shown before anything is saved. */
  | { asks: true; replay: Replay }
  /** To be saved now: `seen` is the version of the book that was looked at; `notice`: nothing would have been different. */
  | { asks: false; seen?: number; notice?: { key: PageKey; params: Params } };

/**
 * Looks back at what a change would have done, unless the form says that this was seen (`seen`: the mark of the books
 * then). An old mark is looked at anew.
 */
export async function lookBack(page: BookPage, replay: () => Promise<Replay | null>): Promise<Look> {
  const { form, book, deps, locale } = page;
  const mark = form.text('seen');
  if (mark !== '' && mark === (await replayMark(book, deps.store.reads))) return { asks: false, seen: book.version };
  const found = await replay();
  if (found === null) return { asks: false };
  if (found.changed > 0) return { asks: true, replay: found };
  if (found.count === 0) return { asks: false, seen: book.version };
  const params = { count: figure(locale, found.count), days: REPLAY_DAYS };
  return { asks: false, seen: book.version, notice: { key: 'try.replay.none', params } };
}

/** The form again behind one button, and the way back into it behind the other. */
type Again = { action: string; fields: Readonly<Record<string, string | undefined>>; save: string };

export async function showReplay(page: BookPage, replay: Replay, { action, fields, save }: Again): Promise<void> {
  const { t, locale, form, organisation, now, deps } = page;
  const { examples, groups } = replay;
  const senders = examples.map(({ inbound }) => ({ bookId: inbound.bookId, address: inbound.sender }));
  const people = await peopleOf(page, senders, mayInBook(page.user, 'settings'));
  const ids = new Set([...groups, ...examples].flatMap(({ before, after }) => [before.bookId, after.bookId]));
  // Books are named only where a text may come to another one.
  const names = new Map(ids.size < 2 ? [] : (await deps.store.reads.books()).map(({ id, name }) => [id, name]));
  const named = ({ outcome, bookId }: Pick<SeenOutcome, 'outcome' | 'bookId'>): string => {
    const book = names.get(bookId ?? '');
    const words = outcomeText(page, outcome);
    return book === undefined ? words : t('try.replay.at', { outcome: words, book });
  };
  const said = (answer: string | null): string => answer ?? t('try.replay.noAnswer');
  const sections = groups.map(({ before, after, count }, no) => {
    const [was, is] = [named(before), named(after)];
    const other = before.answer !== after.answer;
    const same = (one: SeenOutcome, two: SeenOutcome) => one.outcome === two.outcome && one.bookId === two.bookId;
    return {
      sectionId: `g${no}`,
      was,
      is: was === is ? t('try.replay.sameOther', { outcome: is }) : is,
      groupCount: figure(locale, count),
      why: before.rule === after.rule ? '' : ruleText(page, after.rule),
      saidBefore: other ? said(before.answer) : '',
      saidAfter: other ? said(after.answer) : '',
      texts: examples
        .filter((each) => same(each.before, before) && same(each.after, after))
        .map((each) =>
          textModel(page, each, people.sender, each.after.answer === after.answer ? '' : said(each.after.answer)),
        ),
    };
  });
  page.render('try/replay', {
    action,
    save,
    mark: replay.mark,
    hidden: Object.entries(fields)
      .filter(([name]) => !['csrf', 'do', 'seen'].includes(name))
      .map(([name, value]) => ({ hiddenName: name, hiddenValue: value ?? '' })),
    lead: t('try.replay.lead', {
      changed: figure(locale, replay.changed),
      count: figure(locale, replay.count),
      days: REPLAY_DAYS,
    }),
    isStale: form.text('seen') !== '',
    cutText:
      replay.cutAt === null
        ? ''
        : t('try.replay.cut', {
            count: figure(locale, replay.count + replay.left),
            day: moment(locale, organisation.timezone, replay.cutAt, now).momentText,
          }),
    groups: sections,
    moreText: replay.changed > examples.length ? t('try.replay.more', { shown: figure(locale, examples.length) }) : '',
    leftText: t('try.replay.how.left', { left: figure(locale, replay.left) }),
  });
}

/** `answer`: what they would have heard, where it is another wording than that of its group. */
function textModel(
  page: BookPage,
  { inbound }: Differing,
  sender: (bookId: string | null, address: string) => string,
  answer: string,
) {
  const { t, locale, organisation, now } = page;
  return {
    who: sender(inbound.bookId, inbound.sender),
    when: moment(locale, organisation.timezone, inbound.at, now),
    text: inbound.text.trim() === '' ? t('book.inbox.picture') : inbound.text,
    answer,
  };
}
