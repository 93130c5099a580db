import type { Decision } from '../core/decision.ts';
import type { Store } from '../ports/store.ts';

/** A copy that was claimed when the leave was committed is dialled or handed back within this time (B-36), ms. */
export const DIAL_LIMIT_MS = 300;

/**
 * One that is on the wire by then is waited for as well, so long: on a machine that is out of breath a request that was
 * begun in time is seen late, and the promise is about what is seen. Providers answer in a tenth of a second or two, and
 * give us fifteen.
 */
const SURE_MS = 1_000;
const LOOK_MS = 50;

/**
 * B-36: no request for a copy to an address whose copies this decision cancels starts after the leave is answered. Call it
 * when the decision is committed, before it is answered; `numberId` is that of the book.
 */
export async function waitForCopies(
  { changes }: Pick<Decision, 'changes'>,
  numberId: string,
  { store, wait }: { store: Pick<Store, 'outbox'>; wait: (ms: number) => Promise<void> },
): Promise<void> {
  const addresses = new Set(changes.flatMap((change) => (change.do === 'cancel_copies' ? [change.address] : [])));
  if (addresses.size === 0) return;
  for (let waited = 0; waited < SURE_MS; ) {
    const ages = await Promise.all([...addresses].map((address) => store.outbox.claimedCopyAge(numberId, address)));
    const young = ages.filter((age) => age !== null && age < SURE_MS) as number[];
    if (young.length === 0) return;
    const ms = Math.max(LOOK_MS, DIAL_LIMIT_MS - Math.min(...young));
    await wait(ms);
    waited += ms;
  }
}
