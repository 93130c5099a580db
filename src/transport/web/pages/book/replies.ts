import { changeReply, type ReplyChange, tidyReply, usualReply } from '../../../../app/desk/changeReply.ts';
import { replayReply } from '../../../../app/desk/replay.ts';
import { leaveWordOf, OWN_REPLIES, type OwnReply, replyProblem } from '../../../../core/ownWording.ts';
import { countParts, expensiveCharacters, replaceExpensive } from '../../../../core/segments.ts';
import type { BookPage } from '../../page.ts';
import { lookBack, showReplay } from '../try/replay.ts';

/** The four automatic replies that a book may word itself (T-6). */
export const showReplies = (page: BookPage) => render(page, null);

export async function saveReply(page: BookPage): Promise<void> {
  const { form, book } = page;
  const which = OWN_REPLIES.find((each) => each === form.text('reply'));
  if (which === undefined) return page.refuse(400);
  const typed = form.text('text').slice(0, 2_000);
  if (form.text('do') === 'count') return page.render('book/replyCount', countOf(page, which, typed));
  if (form.text('do') === 'cheap') return render(page, { which, text: replaceExpensive(typed), result: null });
  if (form.text('do') === 'change') return render(page, { which, text: typed, result: null });
  const text = form.text('do') === 'usual' ? null : typed;
  const action = `/books/${book.address}/replies`;
  const sound = text === null || replyProblem(book, which, tidyReply(text)) === null;
  const look = await lookBack(page, async () => (sound ? replayReply(book, which, text, page.deps) : null));
  if (look.asks)
    return showReplay(page, look.replay, {
      action,
      fields: { reply: which, text: typed },
      save: text === null ? 'usual' : 'save',
    });
  const result = await changeReply(book.id, which, text, { actor: page.user.id, door: 'web' }, page.deps, look.seen);
  if (!result.ok) return render(page, { which, text: typed, result });
  const usual = text === null ? 'book.replies.usualAgain' : 'book.replies.saved';
  page.redirect(
    action,
    (result.changed ? look.notice : null) ?? { key: result.changed ? usual : 'book.settings.same' },
  );
}

type Tried = { which: OwnReply; text: string; result: Extract<ReplyChange, { ok: false }> | null } | null;

async function render(page: BookPage, tried: Tried): Promise<void> {
  const { book, organisation, t } = page;
  const refused = tried?.result ?? null;
  if (refused?.why === 'no_book') return page.refuse(404);
  const replies = OWN_REPLIES.map((which) => {
    const own = book.replies[which];
    const text = tried?.which === which ? tried.text : (own ?? '');
    const error = tried?.which === which && refused ? problemText(page, refused.why as ReplyCode) : '';
    return {
      which,
      areaId: `text-${which}`,
      heading: t(`book.reply.${which}`),
      about: t(`book.reply.${which}.hint`),
      usual: usualReply(which, book, organisation),
      isOwn: own !== undefined,
      stateText: t(own === undefined ? 'book.replies.isUsual' : 'book.replies.isOwn'),
      text,
      error,
      count: countOf(page, which, text),
    };
  });
  page.render(
    'book/replies',
    { action: `/books/${book.address}/replies`, replies },
    refused ? (refused.why === 'changed' ? 409 : 422) : 200,
  );
}

type ReplyCode = 'empty' | 'too_long' | 'no_leave_word' | 'no_name' | 'changed';

const problemText = ({ book, t }: BookPage, why: ReplyCode): string =>
  t(`book.replies.${why}`, { book: book.smsName, word: leaveWordOf[book.locale] });

/** How many parts it costs, and what makes it dear; said while one writes, and again when it is saved. */
function countOf(page: BookPage, which: OwnReply, typed: string) {
  const text = tidyReply(typed);
  const dear = [...new Set(expensiveCharacters(text).map(({ char }) => char))];
  const why = text === '' ? null : replyProblem(page.book, which, text);
  return {
    countId: `count-${which}`,
    countText: text === '' ? '' : page.t('book.replies.parts', { parts: countParts(text).parts }),
    isLong: countParts(text).parts > 1,
    dearText: dear.length === 0 ? '' : page.t('book.replies.dear', { characters: dear.slice(0, 12).join(' ') }),
    canReplace: replaceExpensive(text) !== text,
    missing: why === null ? '' : problemText(page, why),
  };
}
