import { BOUNCE_SPAN } from '../core/mailBounce.ts';
import type { Clock } from '../ports/clock.ts';
import type { Step, Store } from '../ports/store.ts';

const DAY_MS = 24 * 3_600_000;
/** The raw mail is evidence for a while; its text and proof stay with the log. */
const RAW_MS = 30 * DAY_MS;
/** Begun and never decided: the peer hung up, or sent what we had. */
const ORPHAN_MS = DAY_MS;
/** Copies go out within hours, a held mail within a day. */
const ATTACHMENTS_MS = 7 * DAY_MS;
/** A round is a second; a raw mail may be a hundred pieces. */
const PAGE = 50;

/** What the mail door keeps only for a while. Removing is harmless to repeat, so several processes may. */
export async function tidyMail({ store, clock }: { store: Store; clock: Clock }): Promise<void> {
  const now = clock.now();
  const { reads } = store;
  const [raws, files, tokens, bounces] = await Promise.all([
    reads.rawMailsOver(now - RAW_MS, now - ORPHAN_MS, PAGE),
    reads.attachmentsOver(now - ATTACHMENTS_MS, PAGE),
    // A link that has just run out says so for a while, instead of never having been.
    reads.tokensOver(now - RAW_MS, PAGE),
    reads.bouncesOver(now - BOUNCE_SPAN, PAGE),
  ]);
  const steps: Step[] = [
    ...raws.map((rawId) => ({ remove: 'mailPieces', where: { rawId } }) as const),
    ...files.map((rawId) => ({ remove: 'attachments', where: { rawId } }) as const),
    ...tokens.map((id) => ({ remove: 'tokens', where: { id } }) as const),
    ...bounces.map((id) => ({ remove: 'bounces', where: { id } }) as const),
  ];
  if (steps.length > 0) await store.commit(steps);
}
