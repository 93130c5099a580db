import type { Clock, Ids, Keyed } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store.ts';

/** What the mail door and its pages work with. */
export type MailDeps = {
  store: Store;
  clock: Clock;
  ids: Ids;
  keyed: Keyed;
  log: Log;
  /** LIST_DOMAIN, in lower case. */
  listDomain: string;
  /** PUBLIC_URL, without a slash at its end. */
  publicUrl: string;
};
