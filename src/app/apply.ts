import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';
import { type AddOutcome, planPeople } from './addPeople.ts';
import { planBooks } from './applyBooks.ts';
import { type FileError, type ReadFile, readApplyFile } from './applyFile.ts';
import { planConfirming, planLists, planUsers } from './applyPeople.ts';
import { type ApplyPlan, planNumbers, planOrganisation } from './applyPlan.ts';
import { loadPresent } from './applyPresent.ts';
import { logStep } from './plan.ts';

/** `startstopp apply` (document 5): declarative, idempotent, one commit. */
export type ApplyDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed; log: Log };
export type ApplyResult =
  /** Nothing was changed. Every error that could be found, by line. */
  | { ok: false; errors: FileError[] }
  /** `changes`: one line for people for each thing that changed; none on a second run. `outcomes`: a line per member. */
  | { ok: true; changes: string[]; outcomes: AddOutcome[] };

const TRIES = 5;

/**
 * Applies the YAML text of one file. A member who has left, is banned or stands there already is an outcome, not an
 * error (B-41). Everything goes into one commit; when somebody changed a row meanwhile it is compared anew.
 */
export async function applyFile(source: string, deps: ApplyDeps): Promise<ApplyResult> {
  const countries = new Map((await deps.store.reads.organisations()).map(({ name, country }) => [name, country]));
  const reading = readApplyFile(source, (name) => countries.get(name) ?? 'SE');
  if (!reading.ok) return reading;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const planned = await planFile(reading.file, deps);
    if (planned.errors.length > 0) return { ok: false, errors: planned.errors.sort((a, b) => a.line - b.line) };
    const { changes, outcomes, steps } = planned;
    if (steps.length === 0 || (await deps.store.commit(steps)) === 'done') return { ok: true, changes, outcomes };
  }
  deps.log.warn({ tries: TRIES }, 'the rows that a file is applied to changed each time');
  return {
    ok: false,
    errors: [{ line: 1, message: 'somebody else is changing the same rows; nothing was applied, try again' }],
  };
}

async function planFile(file: ReadFile, deps: ApplyDeps): Promise<ApplyPlan & { outcomes: AddOutcome[] }> {
  const now = deps.clock.now();
  const present = await loadPresent(file.organisation.name, deps.store);
  const plan: ApplyPlan = { now, ids: deps.ids, errors: [], steps: [], changes: [] };
  const organisation = planOrganisation(file.organisation, present, plan);
  const numbers = planNumbers(file, organisation, present, plan);
  const books = planBooks(file, organisation, numbers, present, plan);
  const ownNumbers = new Set([...present.numbers.map(({ e164 }) => e164), ...numbers.keys()]);
  const outcomes: AddOutcome[] = [];
  for (const read of file.books) {
    const book = books.get(read.address);
    if (!book) continue;
    planLists(read, book, ownNumbers, present, plan);
    planConfirming(read, book, present, plan);
    const run = {
      book,
      timezone: organisation.timezone,
      rule: 'apply',
      event: 'added',
      ownNumbers,
      seen: new Map(),
    } as const;
    const people = await planPeople(read.members, run, deps);
    plan.steps.push(...people.steps);
    outcomes.push(...people.outcomes);
    for (const what of ['added', 'changed'] as const) {
      const count = people.outcomes.filter(({ outcome }) => outcome === what).length;
      if (count > 0) plan.changes.push(`book ${read.address}: ${count} ${count === 1 ? 'member' : 'members'} ${what}`);
    }
  }
  planUsers(file, organisation, books, present, plan);
  if (plan.changes.length > 0)
    plan.steps.push(
      logStep(
        null,
        'applied',
        { changes: plan.changes.length },
        { now, ids: deps.ids, organisationId: organisation.id, actor: 'cli' },
      ),
    );
  return { ...plan, outcomes };
}
