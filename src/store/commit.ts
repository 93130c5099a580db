import type { CommitResult, Plan } from '../ports/store.ts';
import { type Database, runAll, Undo, type Work } from './database.ts';
import { stepsOf } from './steps.ts';

/**
 * One plan, one transaction. Nothing is read inside; a guard that changes no row undoes the whole plan and says why.
 * Throws on faults: the plan was not committed (on a lost connection to PostgreSQL nobody can tell; the peer's retry is
 * then caught by the unique keys).
 */
export function commitOf(db: Database): (plan: Plan) => Promise<CommitResult> {
  const stepsFor = stepsOf(db);
  return async (plan) => {
    if (plan.length === 0) return 'done';
    const { calls, verdicts, writesDeliveries } = stepsFor(plan);
    const result = await db.write(function* (): Work<CommitResult> {
      const answers = yield* runAll(calls);
      const last = answers.length - 1;
      const verdict = verdicts[last];
      if (answers[last]?.changes === 0 && verdict !== undefined) return new Undo<CommitResult>(verdict);
      return 'done';
    });
    if (result === 'done' && writesDeliveries) db.announce();
    return result;
  };
}
