import { createBook } from '../../../../app/desk/createBook.ts';
import type { FieldProblem, Form as Typed } from '../../../../app/desk/desk.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import type { UserPage } from '../../page.ts';
import { fieldMaker, problemTexts, typedForm } from './fields.ts';

export async function showNewBook(page: UserPage): Promise<void> {
  await render(page, {}, []);
}

export async function makeBook(page: UserPage): Promise<void> {
  const typed = typedForm(page.form);
  const by = { actor: page.user.id, door: 'web' } as const;
  const result = await createBook(page.organisation.id, typed, by, page.deps);
  if (result.ok)
    return page.redirect(`/books/${result.book.address}/settings`, {
      key: 'book.new.made',
      params: { book: result.book.name },
    });
  if (result.why === 'no_organisation') return page.refuse(404);
  await render(page, typed, result.why === 'invalid' ? result.problems : [{ field: 'name', why: 'changed' }]);
}

async function render(page: UserPage, typed: Typed, problems: readonly FieldProblem[]): Promise<void> {
  const { organisation, deps, t } = page;
  const [allNumbers, books] = await Promise.all([deps.store.reads.numbers(), deps.store.reads.books()]);
  const numbers = allNumbers.filter(({ organisationId }) => organisationId === organisation.id);
  const make = fieldMaker(typed, problemTexts(page, problems));
  const taken = new Map(books.map(({ numberId, name }) => [numberId, name]));
  page.render(
    'book/new',
    {
      noNumber: numbers.length === 0,
      isOperator: page.user.role === 'operator',
      hasProblems: problems.length > 0,
      fields: [
        make.text('name', { label: t('book.setting.name'), hint: t('book.new.name.hint') }, { max: 60 }),
        make.select(
          'number',
          { label: t('book.setting.number'), hint: t('book.new.number.hint') },
          numbers.map(({ id, e164 }) => {
            const number = formatNational(e164, organisation.country);
            const other = taken.get(id);
            return [id, other === undefined ? number : t('book.new.shared', { number, book: other })];
          }),
        ),
        ...(numbers.some(({ id }) => taken.has(id))
          ? [make.text('keyword', { label: t('book.setting.keyword'), hint: t('book.new.keyword.hint') }, { max: 12 })]
          : []),
        make.text('address', { label: t('book.setting.address'), hint: t('book.setting.address.hint') }, { max: 64 }),
        make.text('sms_name', { label: t('book.setting.sms_name'), hint: t('book.new.sms_name.hint') }, { max: 20 }),
      ],
    },
    problems.length > 0 ? 422 : 200,
  );
}
