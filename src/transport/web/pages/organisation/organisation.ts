import type { FieldProblem, Form as Typed } from '../../../../app/desk/desk.ts';
import { changeOrganisation } from '../../../../app/desk/organisations.ts';
import { type Organisation, SECOND_STEPS } from '../../../../core/organisation.ts';
import { languageNames } from '../../../../i18n/index.ts';
import type { AnyPage, UserPage } from '../../page.ts';
import { type Field, fieldMaker, problemTexts, typedForm } from '../book/fields.ts';
import { partsOf } from './parts.ts';

export const showOrganisation = (page: UserPage) => render(page, typedOf(page.organisation), []);

export async function saveOrganisation(page: UserPage): Promise<void> {
  const typed = typedForm(page.form);
  const by = { actor: page.user.id, door: 'web' } as const;
  const result = await changeOrganisation(page.organisation.id, typed, by, page.deps);
  if (result.ok)
    return page.redirect('/organisation', {
      key: result.changed.length === 0 ? 'book.settings.same' : 'organisation.saved',
    });
  if (result.why === 'not_found') return page.refuse(404);
  render(page, typed, result.why === 'invalid' ? result.problems : [{ field: 'name', why: 'changed' }]);
}

function render(page: UserPage, typed: Typed, problems: readonly FieldProblem[]): void {
  page.render(
    'organisation/organisation',
    {
      parts: partsOf(page, 'settings'),
      fields: organisationFields(page, typed, problems),
      hasProblems: problems.length > 0,
    },
    problems.length > 0 ? 422 : 200,
  );
}

export const typedOf = (organisation: Organisation): Typed => ({
  name: organisation.name,
  locale: organisation.locale,
  timezone: organisation.timezone,
  country: organisation.country,
  contact: organisation.contact,
  daily_parts: organisation.dailyParts === null ? '' : String(organisation.dailyParts),
  second_step: organisation.secondStep,
});

/** Also for making one (installation.ts). */
export function organisationFields(
  page: AnyPage,
  typed: Typed,
  problems: readonly FieldProblem[],
  prefix = '',
): Field[] {
  const make = fieldMaker(typed, problemTexts(page, problems), prefix);
  const words = <N extends Name>(name: N) => ({
    label: page.t(`organisation.setting.${name}`),
    hint: page.t(`organisation.setting.${name}.hint`),
  });
  return [
    make.text('name', words('name'), { max: 60 }),
    make.text('contact', words('contact'), { max: 40 }),
    make.select('locale', words('locale'), Object.entries(languageNames)),
    make.text('country', words('country'), { max: 2 }),
    make.text('timezone', words('timezone'), { max: 60 }),
    make.text('daily_parts', words('daily_parts'), { mode: 'numeric', max: 10 }),
    make.radio(
      'second_step',
      words('second_step'),
      SECOND_STEPS.map((who) => [who, page.t(`book.choice.second_step.${who}`)] as const),
    ),
  ];
}

type Name = 'name' | 'contact' | 'locale' | 'country' | 'timezone' | 'daily_parts' | 'second_step';
