import type { FieldProblem, Form as Typed } from '../../../../app/desk/desk.ts';
import { addNumber, changeNumber } from '../../../../app/desk/numbers.ts';
import { createOrganisation } from '../../../../app/desk/organisations.ts';
import type { VirtualNumber } from '../../../../core/organisation.ts';
import { formatNational } from '../../../../core/phoneNumber.ts';
import { figure } from '../../format.ts';
import type { UserPage } from '../../page.ts';
import { type Field, fieldMaker, problemTexts, typedForm } from '../book/fields.ts';
import { organisationFields } from './organisation.ts';

/** For who runs the installation: every organisation, and the numbers of the one that is looked at. */
export const showInstallation = (page: UserPage) => render(page, {});

const by = (page: UserPage) => ({ actor: page.user.id, door: 'web' }) as const;

export async function makeOrganisation(page: UserPage): Promise<void> {
  const typed = typedForm(page.form);
  const result = await createOrganisation(typed, by(page), page.deps);
  if (result.ok) {
    choose(page, result.organisation.id);
    return page.redirect('/installation', {
      key: 'organisation.installation.made',
      params: { name: result.organisation.name },
    });
  }
  await render(page, {
    organisation: { typed, problems: result.why === 'invalid' ? result.problems : [] },
  });
}

/** An operator works in one organisation at a time. */
export async function switchOrganisation(page: UserPage): Promise<void> {
  const organisation = await page.deps.store.reads.organisation(page.form.text('organisation'));
  if (!organisation) return page.refuse(404);
  choose(page, organisation.id);
  page.redirect('/', { key: 'organisation.installation.switched', params: { name: organisation.name } });
}

/** Read by the frame, and only for operators (toolbox.ts). */
function choose(page: UserPage, organisationId: string): void {
  page.cookies.setOrganisation(page.res, organisationId);
}

export async function makeNumber(page: UserPage): Promise<void> {
  const typed = typedForm(page.form);
  const result = await addNumber(page.organisation.id, typed, by(page), page.deps);
  if (result.ok) return page.redirect('/installation', { key: 'organisation.installation.numberAdded' });
  if (result.why === 'not_found') return page.refuse(404);
  await render(page, { number: { typed, problems: result.why === 'invalid' ? result.problems : [] } });
}

export async function saveNumber(page: UserPage): Promise<void> {
  const typed = typedForm(page.form);
  const id = page.param('number');
  const result = await changeNumber(id, typed, by(page), page.deps);
  if (result.ok)
    return page.redirect('/installation', {
      key: result.changed.length === 0 ? 'book.settings.same' : 'organisation.installation.numberSaved',
    });
  if (result.why === 'not_found') return page.refuse(404);
  await render(page, { changed: { id, typed, problems: result.why === 'invalid' ? result.problems : [] } });
}

type Tried = { typed: Typed; problems: readonly FieldProblem[] };
type Given = { organisation?: Tried; number?: Tried; changed?: Tried & { id: string } };

async function render(page: UserPage, given: Given): Promise<void> {
  const { deps, organisation, locale, t } = page;
  const { reads } = deps.store;
  const [organisations, allNumbers, books] = await Promise.all([reads.organisations(), reads.numbers(), reads.books()]);
  const of =
    (id: string) =>
    <T extends { organisationId: string }>({ organisationId }: T) =>
      organisationId === id;
  page.render(
    'organisation/installation',
    {
      organisations: organisations
        .map((one) => ({
          organisationId: one.id,
          name: one.name,
          facts: t('organisation.installation.facts', {
            books: figure(locale, books.filter(of(one.id)).length),
            numbers: figure(locale, allNumbers.filter(of(one.id)).length),
          }),
          isHere: one.id === organisation.id,
          switchName: t('organisation.installation.switchName', { name: one.name }),
        }))
        .sort((a, b) => a.name.localeCompare(b.name, locale)),
      numbersTitle: t('organisation.installation.numbers', { name: organisation.name }),
      numbers: allNumbers.filter(of(organisation.id)).map((number) => ({
        shown: formatNational(number.e164, organisation.country),
        booksText:
          books
            .filter(({ numberId }) => numberId === number.id)
            .map(({ name }) => name)
            .join(', ') || t('organisation.installation.noBooks'),
        action: `/installation/numbers/${number.id}`,
        changeName: t('organisation.installation.changeName', {
          number: formatNational(number.e164, organisation.country),
        }),
        isOpen: given.changed?.id === number.id,
        fields: numberFields(
          page,
          given.changed?.id === number.id ? given.changed : { typed: typedOf(number), problems: [] },
          `${number.id}-`,
        ),
      })),
      addFields: [
        ...numberField(page, given.number),
        ...numberFields(
          page,
          given.number ?? {
            typed: { provider: 'twilio', parts_per_second: '10', provider_keywords: 'default' },
            problems: [],
          },
          'add-',
        ),
      ],
      isAdding: given.number !== undefined,
      isMaking: given.organisation !== undefined,
      makeFields: organisationFields(
        page,
        given.organisation?.typed ?? { locale, timezone: organisation.timezone, country: organisation.country },
        given.organisation?.problems ?? [],
        'new-',
      ),
    },
    given.organisation || given.number || given.changed ? 422 : 200,
  );
}

const typedOf = (number: VirtualNumber): Typed => ({
  provider: number.provider,
  parts_per_second: String(number.partsPerSecond),
  provider_keywords: number.providerKeywords,
});

function numberField(page: UserPage, tried: Tried | undefined): Field[] {
  const make = fieldMaker(tried?.typed ?? {}, problemTexts(page, tried?.problems ?? []), 'add-');
  const words = { label: page.t('book.setting.number'), hint: page.t('organisation.number.hint') };
  return [make.text('number', words, { type: 'tel', max: 30 })];
}

function numberFields(page: UserPage, { typed, problems }: Tried, prefix: string): Field[] {
  const { t } = page;
  const make = fieldMaker(typed, problemTexts(page, problems), prefix);
  return [
    make.select(
      'provider',
      { label: t('organisation.setting.provider'), hint: t('organisation.setting.provider.hint') },
      [
        ['twilio', 'Twilio'],
        ['simulator', t('book.choice.provider.simulator')],
      ],
    ),
    make.text(
      'parts_per_second',
      { label: t('organisation.setting.parts_per_second'), hint: t('organisation.setting.parts_per_second.hint') },
      { mode: 'numeric', max: 5 },
    ),
    make.select(
      'provider_keywords',
      { label: t('organisation.setting.provider_keywords'), hint: t('organisation.setting.provider_keywords.hint') },
      [
        ['default', t('book.choice.provider_keywords.default')],
        ['advanced', t('book.choice.provider_keywords.advanced')],
        ['off', t('book.choice.provider_keywords.off')],
      ],
    ),
  ];
}
