import type { ProviderKeywords, ProviderName, VirtualNumber } from '../../core/organisation.ts';
import { readPhone } from '../../core/phoneNumber.ts';
import type { Step } from '../../ports/store.ts';
import { MOST_PARTS_PER_SECOND } from '../settingRules.ts';
import { Reading } from './bookForm.ts';
import { commitAtDesk, type Desk, type DeskDeps, deskLog, type FieldProblem, type Form } from './desk.ts';

export type NumberChange =
  | { ok: true; number: VirtualNumber; changed: string[] }
  | { ok: false; why: 'invalid'; problems: FieldProblem[] }
  | { ok: false; why: 'not_found' | 'changed' };

type NumberSettings = Pick<VirtualNumber, 'provider' | 'partsPerSecond' | 'providerKeywords'>;

const readSettings = (read: Reading): NumberSettings => ({
  provider: read.oneOf<ProviderName>('provider', ['twilio', 'simulator']),
  partsPerSecond: read.whole('parts_per_second', 1, MOST_PARTS_PER_SECOND),
  providerKeywords: read.oneOf<ProviderKeywords>('provider_keywords', ['default', 'advanced', 'off']),
});

/** For the operator: a number at a provider, given to one organisation. */
export async function addNumber(organisationId: string, form: Form, by: Desk, deps: DeskDeps): Promise<NumberChange> {
  const read = new Reading(form);
  const settings = readSettings(read);
  return commitAtDesk<NumberChange>(
    deps,
    async () => {
      const [organisation, numbers] = await Promise.all([
        deps.store.reads.organisation(organisationId),
        deps.store.reads.numbers(),
      ]);
      if (!organisation) return { answer: { ok: false, why: 'not_found' }, steps: [] };
      const problems = [...read.problems];
      const phone = readPhone(read.raw('number'), organisation.country);
      if (!phone.ok) problems.push({ field: 'number', why: read.raw('number') === '' ? 'missing' : 'phone' });
      else if (numbers.some(({ e164 }) => e164 === phone.e164)) problems.push({ field: 'number', why: 'number_taken' });
      if (!phone.ok || problems.length > 0) return { answer: { ok: false, why: 'invalid', problems }, steps: [] };
      const now = deps.clock.now();
      const number: VirtualNumber = {
        id: deps.ids.next(now),
        organisationId,
        e164: phone.e164,
        ...settings,
        createdAt: now,
        version: 1,
      };
      const log = deskLog(organisationId, by, deps);
      return {
        answer: { ok: true, number, changed: ['number'] },
        steps: [
          { add: 'numbers', row: number, exists: 'stale' },
          log(null, 'number_added', { number: number.e164, provider: number.provider }),
        ],
      };
    },
    { ok: false, why: 'changed' },
  );
}

export async function changeNumber(numberId: string, form: Form, by: Desk, deps: DeskDeps): Promise<NumberChange> {
  const read = new Reading(form);
  const wanted = readSettings(read);
  if (read.problems.length > 0) return { ok: false, why: 'invalid', problems: read.problems };
  return commitAtDesk<NumberChange>(
    deps,
    async () => {
      const before = (await deps.store.reads.numbers()).find(({ id }) => id === numberId);
      if (!before) return { answer: { ok: false, why: 'not_found' }, steps: [] };
      const changed = (Object.keys(NAMES) as (keyof NumberSettings)[]).filter((key) => before[key] !== wanted[key]);
      if (changed.length === 0) return { answer: { ok: true, number: before, changed: [] }, steps: [] };
      const version = before.version + 1;
      const log = deskLog(before.organisationId, by, deps);
      const steps: Step[] = [
        {
          change: 'numbers',
          where: { id: before.id, version: before.version },
          set: { ...wanted, version },
          none: 'stale',
        },
        ...changed.map((key) =>
          log(null, 'number_changed', {
            number: before.e164,
            setting: NAMES[key],
            before: before[key],
            after: wanted[key],
          }),
        ),
      ];
      const names = changed.map((key) => NAMES[key]);
      return { answer: { ok: true, number: { ...before, ...wanted, version }, changed: names }, steps };
    },
    { ok: false, why: 'changed' },
  );
}

const NAMES: Readonly<Record<keyof NumberSettings, string>> = {
  provider: 'provider',
  partsPerSecond: 'parts_per_second',
  providerKeywords: 'provider_keywords',
};
