/**
 * Addresses and ids of a mail delivery that prove themselves when they come back: a bounce names its delivery by the
 * address it was sent to, and nobody can make one up (M-4). Nothing here says a domain but the Message-ID.
 */

/** HMAC of any text, base64url (`Keyed.mac`). */
export type Mac = (text: string) => string;

/** Enough that guessing one of a day's deliveries is hopeless; hexadecimal, for a local part may be lower-cased on its way. */
const PROOF_LENGTH = 16;
/** Ids are safe integers: 16 digits at most. */
const RETURN_PATH = /^bounce\+([1-9]\d{0,15})-([0-9a-f]{16})$/;

/** base64url to lower-case hexadecimal, six bits a letter: letters of one case only survive every mail system. */
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
function hexOf(base64url: string): string {
  let hex = '';
  let held = 0;
  let bits = 0;
  for (const letter of base64url) {
    held = ((held << 6) | Math.max(0, ALPHABET.indexOf(letter))) & 0xfff;
    bits += 6;
    while (bits >= 4) {
      bits -= 4;
      hex += ((held >> bits) & 0xf).toString(16);
    }
  }
  return hex;
}

const proofOf = (what: 'bounce' | 'message', deliveryId: number, mac: Mac): string =>
  hexOf(mac(`${what}:${deliveryId}`)).slice(0, PROOF_LENGTH);

/** The local part that the copies of a delivery come back to: `bounce+17-0f3a…`. Add `@LIST_DOMAIN`. */
export const makeReturnPath = (deliveryId: number, mac: Mac): string =>
  `bounce+${deliveryId}-${proofOf('bounce', deliveryId, mac)}`;

/** The delivery that a local part names, in any case of its letters; null = not one of ours. */
export function readReturnPath(local: string, mac: Mac): number | null {
  const [, digits, proof] = RETURN_PATH.exec(local.toLowerCase()) ?? [];
  const deliveryId = Number(digits);
  if (digits === undefined || !Number.isSafeInteger(deliveryId)) return null;
  return proofOf('bounce', deliveryId, mac) === proof ? deliveryId : null;
}

/** The Message-ID of a delivery, with its brackets: the same each time it is sent, so that a resend is the same mail. */
export const messageIdOf = (deliveryId: number, domain: string, mac: Mac): string =>
  `<d${deliveryId}.${proofOf('message', deliveryId, mac)}@${domain}>`;

/**
 * Made like ours, by this or another installation: people's programs make no such return path or Message-ID, and both
 * survive a gateway that takes the other marks of a list away (F34).
 */
export const isMadeLikeOurs = (mail: { envelopeFrom: string; messageId: string }): boolean =>
  /^bounce\+[1-9]\d{0,15}-[0-9a-f]{16}@/i.test(mail.envelopeFrom) ||
  /^<d[1-9]\d{0,15}\.[0-9a-f]{16}@/i.test(mail.messageId);
