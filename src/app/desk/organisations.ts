import { LOCALES } from '../../core/locale.ts';
import { type Organisation, SECOND_STEPS } from '../../core/organisation.ts';
import { isCountry } from '../../core/phoneNumber.ts';
import type { Step } from '../../ports/store.ts';
import { isTimezone, LONGEST, MOST_THRESHOLD } from '../settingRules.ts';
import { Reading } from './bookForm.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog, type FieldProblem, type Form } from './desk.ts';

type OrganisationSettings = Pick<
  Organisation,
  'name' | 'locale' | 'timezone' | 'country' | 'contact' | 'dailyParts' | 'secondStep'
>;
export type OrganisationChange =
  | { ok: true; organisation: Organisation; changed: string[] }
  | { ok: false; why: 'invalid'; problems: FieldProblem[] }
  | { ok: false; why: 'not_found' | 'changed' };

function readForm(form: Form): OrganisationSettings | FieldProblem[] {
  const read = new Reading(form);
  const settings = {
    name: read.text('name', LONGEST.name),
    locale: read.oneOf('locale', LOCALES),
    timezone: read.raw('timezone'),
    country: read.raw('country').toUpperCase(),
    contact: read.text('contact', LONGEST.contact, 0),
    dailyParts: read.raw('daily_parts') === '' ? null : read.whole('daily_parts', 0, MOST_THRESHOLD),
    secondStep: read.oneOf('second_step', SECOND_STEPS),
  };
  if (!isTimezone(settings.timezone)) read.fail('timezone', 'timezone', null);
  if (!isCountry(settings.country)) read.fail('country', 'country', null);
  return read.problems.length > 0 ? read.problems : settings;
}

export async function changeOrganisation(
  organisationId: string,
  form: Form,
  by: Desk,
  deps: DeskDeps,
): Promise<OrganisationChange> {
  const wanted = readForm(form);
  if (Array.isArray(wanted)) return { ok: false, why: 'invalid', problems: wanted };
  return commitAtDesk<OrganisationChange>(
    deps,
    async () => {
      const all = await deps.store.reads.organisations();
      const before = all.find(({ id }) => id === organisationId);
      if (!before) return { answer: { ok: false, why: 'not_found' }, steps: [] };
      if (isTaken(wanted.name, all, before.id)) return taken;
      const changed = (Object.keys(wanted) as (keyof OrganisationSettings)[]).filter(
        (key) => before[key] !== wanted[key],
      );
      if (changed.length === 0) return { answer: { ok: true, organisation: before, changed: [] }, steps: [] };
      const version = before.version + 1;
      const log = deskLog(organisationId, by, deps);
      const steps: Step[] = [
        {
          change: 'organisations',
          where: { id: before.id, version: before.version },
          set: { ...wanted, version },
          none: 'stale',
        },
        ...changed.map((key) =>
          log(null, 'organisation_changed', { setting: NAMES[key], before: before[key], after: wanted[key] }),
        ),
      ];
      const organisation = { ...before, ...wanted, version };
      return { answer: { ok: true, organisation, changed: changed.map((key) => NAMES[key]) }, steps };
    },
    { ok: false, why: 'changed' },
  );
}

/** For the operator: another tenant of the installation. */
export async function createOrganisation(form: Form, by: Desk, deps: DeskDeps): Promise<OrganisationChange> {
  const wanted = readForm(form);
  if (Array.isArray(wanted)) return { ok: false, why: 'invalid', problems: wanted };
  const all = await deps.store.reads.organisations();
  if (isTaken(wanted.name, all, null)) return taken.answer;
  const now = deps.clock.now();
  const organisation: Organisation = {
    id: deps.ids.next(now),
    ...wanted,
    signOn: null,
    createdAt: now,
    version: 1,
  };
  const log = deskLog(organisation.id, by, deps);
  await deps.store.commit([
    { add: 'organisations', row: organisation, exists: 'stale' },
    log(null, 'organisation_created', {}),
  ]);
  return { ok: true, organisation, changed: ['name'] };
}

/** `apply` finds an organisation by its name, so there is one of each. */
const isTaken = (name: string, all: readonly Organisation[], own: string | null): boolean =>
  all.some((one) => one.id !== own && one.name.toLowerCase() === name.toLowerCase());

const taken = {
  answer: { ok: false, why: 'invalid', problems: [{ field: 'name', why: 'name_taken' }] } as OrganisationChange,
  steps: [],
};

const NAMES: Readonly<Record<keyof OrganisationSettings, string>> = {
  name: 'name',
  locale: 'locale',
  timezone: 'timezone',
  country: 'country',
  contact: 'contact',
  dailyParts: 'daily_parts',
  secondStep: 'second_step',
};
