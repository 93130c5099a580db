import { readCrisisCommand } from '../core/crisisCommand.ts';
import { decodeBody } from '../core/decode.ts';
import type { InboundText } from '../core/inbound.ts';
import type { Keyed } from '../ports/clock.ts';
import type { Store } from '../ports/store.ts';

/** One PIN, of one writer, in one book; worth nothing elsewhere. */
export const pinDigest = (keyed: Pick<Keyed, 'mac'>, of: { bookId: string; address: string; pin: string }): string =>
  keyed.mac(`crisis pin ${of.bookId} ${of.address} ${of.pin}`);

/**
 * B-60: takes the PIN out of a crisis command before anything else sees the text, so that no row, page, log or notice ever
 * holds it. `pinOf`: the books in which it is right for this sender; empty for every other text. `any`: where the sender has
 * a PIN each is taken for right, so that `try` shows what it would do and nobody can guess by it.
 */
export async function hidePin(
  inbound: InboundText,
  { store, keyed }: { store: Pick<Store, 'reads'>; keyed: Pick<Keyed, 'mac'> },
  which: 'right' | 'any' = 'right',
): Promise<{ inbound: InboundText; pinOf: readonly string[] }> {
  const command = readCrisisCommand(decodeBody(inbound.text).text);
  if (command === null) return { inbound, pinOf: [] };
  const pins = await store.reads.crisisPinsOf(inbound.from);
  const right = pins.filter(
    ({ bookId, address, digest }) =>
      which === 'any' || pinDigest(keyed, { bookId, address, pin: command.pin }) === digest,
  );
  return { inbound: { ...inbound, text: command.masked }, pinOf: right.map(({ bookId }) => bookId) };
}
