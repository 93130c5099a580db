import type { Clock, Ids, Keyed } from '../../ports/clock.ts';
import type { Step, Store } from '../../ports/store.ts';
import { logStep } from '../plan.ts';

/** Who does something at the desk, for the log and the ledger: a user's id, or the command line. */
export type Desk = { actor: string; door: 'web' | 'cli' };
export type DeskDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed };

/** What can be wrong with a field; the page has words for each. */
export type ProblemCode =
  | 'missing'
  | 'choose'
  | 'too_long'
  | 'whole_number'
  | 'sms_name'
  | 'keyword_form'
  | 'keyword_reserved'
  | 'keyword_needed'
  | 'keyword_taken'
  | 'other_needs_keyword'
  | 'main_needed'
  | 'main_left'
  | 'address'
  | 'address_taken'
  | 'hours'
  | 'clock'
  | 'both_clocks'
  | 'same_clock'
  | 'timezone'
  | 'country'
  | 'name_taken'
  | 'phone'
  | 'number_taken'
  | 'mail'
  | 'role_above'
  | 'user_here'
  | 'user_taken'
  | 'issuer'
  | 'domain'
  | 'domain_taken'
  | 'changed';

/** What is wrong with one field of a form. */
export type FieldProblem = { field: string; why: ProblemCode; params?: Record<string, string | number> };

/** A form as it was sent; a box that is not ticked is missing. */
export type Form = Readonly<Record<string, string | undefined>>;

/** A stale guard means that somebody else changed the row: look again, so often. */
export const DESK_TRIES = 5;

/** Commits what `plan` gives, again from the look while it is stale. null from `plan`: it has its answer, nothing to do. */
export async function commitAtDesk<T>(
  deps: DeskDeps,
  plan: () => Promise<{ answer: T; steps: readonly Step[] }>,
  changed: T,
): Promise<T> {
  for (let attempt = 0; attempt < DESK_TRIES; attempt++) {
    const { answer, steps } = await plan();
    if (steps.length === 0 || (await deps.store.commit(steps)) !== 'stale') return answer;
  }
  return changed;
}

/** The log lines of an action, each with who, when and whose. */
export function deskLog(organisationId: string, by: Desk, deps: DeskDeps) {
  const now = deps.clock.now();
  return (bookId: string | null, event: string, details: Record<string, string | number | boolean | null> = {}): Step =>
    logStep(bookId, event, details, { now, ids: deps.ids, organisationId, actor: by.actor });
}
