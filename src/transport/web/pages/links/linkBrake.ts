import { networkBrake } from '../../../../app/account/networkBrake.ts';
import type { ToolboxDeps } from '../../page.ts';

/** A link is too long to be guessed; the brake is for who tries all the same. */
const wrong = networkBrake('address');

export type LookedUp<T> = { ok: true; value: T } | { ok: false; why: 'wrong' } | { ok: false; why: 'wait'; ms: number };

/** A look at a link by somebody at this address; many wrong ones slow that address down. */
export async function lookByLink<T>(
  address: string,
  look: () => Promise<T | null>,
  deps: ToolboxDeps,
): Promise<LookedUp<T>> {
  const ms = wrong.left(deps, address, deps.clock.now());
  if (ms > 0) return { ok: false, why: 'wait', ms };
  const value = await look();
  if (value !== null) return { ok: true, value };
  wrong.count(deps, address, deps.clock.now());
  return { ok: false, why: 'wrong' };
}
