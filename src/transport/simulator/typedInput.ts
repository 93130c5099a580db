import { readPhone } from '../../core/phoneNumber.ts';
import type { TypedText } from '../../ports/simulator.ts';

export type Read<T> = { ok: true; value: T } | { ok: false; status: 400 | 404; error: string };
const wrong = (error: string, status: 400 | 404 = 400): { ok: false; status: 400 | 404; error: string } => ({
  ok: false,
  status,
  error,
});

/** A body as JSON or as a form; `error` is for a programmer, in English. */
export function readBody(text: unknown, contentType: string | undefined): Read<Record<string, unknown>> {
  const body = typeof text === 'string' ? text : '';
  if (isForm(contentType)) return { ok: true, value: Object.fromEntries(new URLSearchParams(body)) };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return wrong('the body is not JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong('the body is not a JSON object');
  return { ok: true, value: value as Record<string, unknown> };
}

export const isForm = (contentType: string | undefined): boolean =>
  /^application\/x-www-form-urlencoded\b/i.test(contentType ?? '');

/** A phone's number as people write it in `country`, or a short code; null = neither. */
export function readNumber(input: string, country: string): string | null {
  const plain = input.trim();
  // Made-up numbers need not be in any operator's range, so E.164 is taken by its shape.
  if (/^\+[1-9]\d{6,14}$/.test(plain) || /^\d{3,6}$/.test(plain)) return plain;
  const read = readPhone(plain, country);
  return read.ok ? read.e164 : null;
}

/** `{ from, to, text }` and, for test benches, `id`, `mediaCount` and `missingPart`. `numbers` are ours. */
export function readTyped(body: Record<string, unknown>, numbers: readonly string[], country: string): Read<TypedText> {
  const { from, to, text, id, mediaCount = 0, missingPart = false } = body;
  for (const [name, value] of Object.entries({ from, to, text }))
    if (typeof value !== 'string') return wrong(value === undefined ? `${name} is missing` : `${name} is not a string`);
  const phone = readNumber(from as string, country);
  if (!phone) return wrong('from is not a phone number');
  const number = readNumber(to as string, country);
  if (!number) return wrong('to is not a phone number');
  if (id !== undefined && !(typeof id === 'string' && /^[\w.:-]{1,64}$/.test(id)))
    return wrong('id is not 1 to 64 letters, digits or . : _ -');
  const media = typeof mediaCount === 'string' ? Number(mediaCount) : mediaCount;
  if (!(typeof media === 'number' && Number.isInteger(media) && media >= 0 && media <= 10))
    return wrong('mediaCount is not a whole number from 0 to 10');
  if (typeof missingPart !== 'boolean') return wrong('missingPart is not true or false');
  if (!numbers.includes(number)) return wrong('to is no number of the simulator', 404);
  const typed = { from: phone, to: number, text: text as string, mediaCount: media, missingPart };
  return { ok: true, value: id === undefined ? typed : { ...typed, id } };
}
