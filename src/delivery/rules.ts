import { composeCopy, mergeCopy } from '../core/copy.ts';
import { nextAllowed } from '../core/quietHours.ts';
import type { Lane } from '../ports/outbox.ts';

type Wording = { text: string; header: string; footer: string; tagged: boolean };

type Values = { memberName: string | null; memberFields: Record<string, string> | null };

/**
 * One copy as it goes out: header, text and footer, the member's name merged, and their fields where the broadcast is
 * tagged. Two on one phone have neither.
 */
export function copyText(wording: Wording, { memberName, memberFields }: Values): string {
  let whole = composed.get(wording);
  if (whole === undefined) {
    whole = composeCopy(wording.header, wording.text, wording.footer);
    composed.set(wording, whole);
  }
  const name = memberName ?? '';
  return wording.tagged ? mergeCopy(whole, { ...memberFields, name }, true) : mergeCopy(whole, { name });
}
const composed = new WeakMap<Wording, string>();

/** Until when the lane's copies are held by the clock, ms since the epoch; null = they are not. */
export function quietUntil({ broadcast, timezone }: Lane, now: number): number | null {
  if (!broadcast || broadcast.quietFrom === null) return null;
  const allowed = nextAllowed(now, broadcast.quietFrom, broadcast.quietTo, timezone);
  return allowed > now ? allowed : null;
}
