import type { Clock, Ids, Keyed } from '../../ports/clock.ts';
import type { Step, Store } from '../../ports/store.ts';
import { logStep } from '../plan.ts';
import type { Sealer } from './sealer.ts';

export type AccountDeps = { store: Store; clock: Clock; ids: Ids; keyed: Keyed; sealer: Sealer };

type Details = Record<string, string | number | boolean | null>;

/** A line in the organisation's audit log. */
export const accountLog = (
  organisationId: string,
  actor: string,
  event: string,
  details: Details,
  { ids, clock }: Pick<AccountDeps, 'ids' | 'clock'>,
): Step => logStep(null, event, details, { now: clock.now(), ids, organisationId, actor });
