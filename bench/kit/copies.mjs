import { FOOTER, HEADER, NUMBER, phone, TEXT } from './world.mjs';

/** The texts that a side without a store sends: the same words and lengths as the project's copies. */
export function copies(first, count) {
  if (count > 1_000_000) throw new Error('there are not so many numbers');
  const text = `${HEADER} ${TEXT}\n${FOOTER}`;
  return (i) => ({ to: phone(first + i), from: NUMBER, text, deliveryId: first + i });
}
