import { deleteDraft, saveDraft } from '../../../../app/desk/drafts.ts';
import { sendTest } from '../../../../app/desk/sendTest.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { BookPage } from '../../page.ts';
import { problemText } from './words.ts';
import { lookAt, showForm, voiceOf } from './write.ts';
import type { Written } from './written.ts';

/** Saves what is typed, whatever may be wrong with it, and goes on from there. */
export async function keep(page: BookPage, written: Written, kind: 'draft' | 'template'): Promise<void> {
  const { book, user, deps, t } = page;
  const look = await lookAt(page, written);
  const name = page.form.line('template');
  const outcome = await saveDraft(
    book,
    { id: written.draft === '' ? null : written.draft, kind, name, composition: look.composition },
    user,
    deps,
  );
  if (outcome.ok) {
    const path = `/books/${book.address}/write?draft=${outcome.draft.id}`;
    return kind === 'draft'
      ? page.redirect(path, { key: 'sending.keep.saved' })
      : page.redirect(path, { key: 'sending.keep.template.saved', params: { name: outcome.draft.name } });
  }
  const problems = {
    empty: { where: 'text', problem: t('sending.problem.empty') },
    name: { where: 'template', problem: t('sending.problem.template') },
    long: { where: 'text', problem: t('sending.problem.long') },
    many: { where: 'template', problem: t('sending.problem.many') },
    gone: { where: 'page', problem: t('form.changed') },
    changed: { where: 'page', problem: t('form.changed') },
  } as const;
  return showForm(page, look, { problems: [problems[outcome.why]] }, 422);
}

/** T-14: one copy to a phone of the book's own people. */
export async function tryIt(page: BookPage, written: Written): Promise<void> {
  const { book, user, deps, t } = page;
  const look = await lookAt(page, written);
  const outcome = await sendTest(book, look.composition, page.form.line('phone'), user, deps);
  if (outcome.ok) {
    const number = formatNational(outcome.to, page.organisation.country);
    return showForm(page, look, { notice: t('sending.test.sent', { number }) });
  }
  if (outcome.why === 'role' || outcome.why === 'not_writer') return showForm(page, look, {}, 403);
  const voice = voiceOf(page);
  const text = look.composed.preview.problems
    .filter(({ what }) => what !== 'nobody')
    .map((each) => problemText(voice, each));
  const key = outcome.why === 'to' || outcome.why === 'many' ? outcome.why : 'problems';
  return showForm(
    page,
    look,
    { problems: [{ where: 'test', problem: t(`sending.problem.test.${key}`) }, ...text] },
    422,
  );
}

export async function removeDraft(page: BookPage): Promise<void> {
  const removed = await deleteDraft(page.param('draft'), page.book, page.user, page.deps);
  if (!removed) return page.refuse(404);
  page.redirect(`/books/${page.book.address}/broadcasts`, { key: 'sending.list.deleted' });
}
