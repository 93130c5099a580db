import type { Outbox } from '../ports/outbox.ts';
import type { Database } from './database.ts';
import { claimsOf } from './outboxClaim.ts';
import { clockOf } from './outboxClock.ts';
import { endingsOf } from './outboxEnd.ts';
import { fanOutOf } from './outboxFanOut.ts';
import { lanesOf } from './outboxLanes.ts';
import { pacingOf } from './outboxPace.ts';
import { receiptsOf } from './outboxReceipt.ts';
import { retriesOf } from './outboxRetry.ts';
import { settlingOf } from './outboxSettle.ts';
import { spendingOf } from './outboxSpend.ts';

/** The queue: the delivery rows themselves (ports/outbox.ts says what each function promises). */
export const outboxOf = (db: Database): Outbox => ({
  ...lanesOf(db),
  ...fanOutOf(db),
  ...claimsOf(db),
  ...clockOf(db),
  ...settlingOf(db),
  ...receiptsOf(db),
  ...retriesOf(db),
  ...pacingOf(db),
  ...spendingOf(db),
  ...endingsOf(db),
});
