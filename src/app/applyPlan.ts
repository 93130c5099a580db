import { type JoinPage, joinPageSaid } from '../core/joinForm.ts';
import type { Organisation, VirtualNumber } from '../core/organisation.ts';
import type { Ids } from '../ports/clock.ts';
import type { Step, Table } from '../ports/store.ts';
import type { FileError, ReadFile, ReadOrganisation } from './applyFile.ts';
import type { Present } from './applyPresent.ts';

/** What one `apply` will do, collected part by part; with an error nothing of it is done. */
export type ApplyPlan = {
  readonly now: number;
  readonly ids: Ids;
  readonly errors: FileError[];
  readonly steps: Step[];
  /** For people, in English: one line for each thing that changes. */
  readonly changes: string[];
};

export function planOrganisation(wanted: ReadOrganisation, present: Present, plan: ApplyPlan): Organisation {
  const { locale, timezone, country, contact, dailyParts, secondStep } = wanted;
  if (present.organisation)
    return changed(
      'organisations',
      present.organisation,
      { locale, timezone, country, contact, dailyParts, secondStep },
      wanted.name,
      plan,
    );
  const row: Organisation = {
    id: plan.ids.next(plan.now),
    name: wanted.name,
    locale: locale ?? 'sv',
    timezone: timezone ?? 'Europe/Stockholm',
    country: country ?? 'SE',
    contact: contact ?? '',
    dailyParts: dailyParts ?? null,
    secondStep: secondStep ?? 'chosen',
    signOn: null,
    createdAt: plan.now,
    version: 1,
  };
  plan.steps.push({ add: 'organisations', row, exists: 'stale' });
  plan.changes.push(`organisation ${row.name} created`);
  return row;
}

/** The organisation's numbers as they will be, by E.164. */
export function planNumbers(
  file: ReadFile,
  organisation: Organisation,
  present: Present,
  plan: ApplyPlan,
): Map<string, VirtualNumber> {
  const numbers = new Map(
    present.numbers.filter((one) => one.organisationId === organisation.id).map((one) => [one.e164, one]),
  );
  const named = new Set<string>();
  for (const { line, e164, provider, partsPerSecond, providerKeywords } of file.numbers) {
    const fail = (message: string) => plan.errors.push({ line, message: `number ${e164} ${message}` });
    const known = present.numbers.find((one) => one.e164 === e164);
    if (named.has(e164)) fail('stands twice in the file');
    else if (known && known.organisationId !== organisation.id) fail('belongs to another organisation');
    else if (known)
      numbers.set(e164, changed('numbers', known, { provider, partsPerSecond, providerKeywords }, e164, plan));
    else {
      const row: VirtualNumber = {
        id: plan.ids.next(plan.now),
        organisationId: organisation.id,
        e164,
        provider,
        partsPerSecond: partsPerSecond ?? 10,
        // Twilio answers STOP, START and HELP itself unless it is told not to (document 6); the simulator does not.
        providerKeywords: providerKeywords ?? (provider === 'twilio' ? 'default' : 'off'),
        createdAt: plan.now,
        version: 1,
      };
      plan.steps.push({ add: 'numbers', row, exists: 'stale' });
      plan.changes.push(`number ${e164} created (${provider}, ${row.partsPerSecond} parts a second)`);
      numbers.set(e164, row);
    }
    named.add(e164);
  }
  return numbers;
}

const NOUNS = { organisations: 'organisation', numbers: 'number', books: 'book', users: 'user' } as const;

/** The row with what the file names and what differs; a step and a line for each difference. */
export function changed<T extends { id: string; version: number }>(
  table: keyof typeof NOUNS & Table,
  row: T,
  wanted: { [K in keyof T]?: T[K] | undefined },
  name: string,
  plan: ApplyPlan,
): T {
  const set: Partial<T> = {};
  for (const key of Object.keys(wanted) as (keyof T & string)[]) {
    const value = wanted[key];
    if (value === undefined || value === row[key]) continue;
    set[key] = value;
    plan.changes.push(`${NOUNS[table]} ${name}: ${settingName(key)} ${shown(key, row[key])} -> ${shown(key, value)}`);
  }
  if (Object.keys(set).length === 0) return row;
  const after = { ...row, ...set, version: row.version + 1 };
  const step = {
    change: table,
    where: { id: row.id, version: row.version },
    set: { ...set, version: after.version },
    none: 'stale',
  };
  plan.steps.push(step as unknown as Step);
  return after;
}

/** As the file writes it. */
export function settingName(key: string): string {
  if (key === 'latestAfterMs') return 'latest_hours';
  if (key === 'numberId') return 'number';
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function shown(key: string, value: unknown): string {
  if (key === 'latestAfterMs') return String((value as number) / 3_600_000);
  if (value === null) return key === 'keyword' ? 'none' : 'off';
  if (key === 'joinPage') return `"${joinPageSaid(value as JoinPage)}"`;
  return typeof value === 'string' && !/^\S+$/.test(value) ? `"${value}"` : String(value);
}
