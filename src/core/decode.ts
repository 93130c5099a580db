/** Shorter ones are words: "STOP" itself is valid base64 (B-34). */
const LONGEST_LEFT_ALONE = 60;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const UNPRINTABLE = /[\p{Cc}\p{Co}\p{Cs}\ufffd]/u;

/** Bytes of a checked base64 text, or null where the last letter carries bits that no encoder sets. */
function bytesOf(base64: string): Uint8Array | null {
  const binary = atob(base64);
  if (btoa(binary) !== base64) return null;
  return Uint8Array.from(binary, (char) => char.charCodeAt(0));
}

/**
 * B-34: some gateways hand over the body as base64. Decoded only when longer than 60 characters, valid to the last bit,
 * valid UTF-8 and printable; in all other cases the body is untouched. Lines of base64 are joined.
 */
export function decodeBody(body: string): { text: string; decoded: boolean } {
  const asIs = { text: body, decoded: false };
  if (body.length <= LONGEST_LEFT_ALONE) return asIs;
  const packed = body.trim().replace(/\r?\n/g, '');
  if (packed.length <= LONGEST_LEFT_ALONE || packed.length % 4 !== 0 || !BASE64.test(packed)) return asIs;
  const bytes = bytesOf(packed);
  if (bytes === null) return asIs;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return UNPRINTABLE.test(text.replace(/[\t\n\r]/g, '')) ? asIs : { text, decoded: true };
  } catch {
    // Not UTF-8: it only looked like base64.
    return asIs;
  }
}
