import { createRequire } from 'node:module';
import { PASSWORD_MIN } from '../../core/account.ts';

/**
 * The commonest passwords that are long enough to be chosen here (OWASP ASVS 5.0, 6.2.4), from the list of zxcvbn-ts.
 * Read when the first password is judged: most processes never do. By `require`, for the list's ES module cannot be
 * imported lazily without waiting.
 */
let known: ReadonlySet<string> | undefined;
export function commonPasswords(): ReadonlySet<string> {
  if (known) return known;
  const { dictionary } = createRequire(import.meta.url)(
    '@zxcvbn-ts/language-common',
  ) as typeof import('@zxcvbn-ts/language-common');
  const listed = dictionary['passwords-common'].map((each) => String(each).toLowerCase());
  known = new Set([...listed.filter((each) => each.length >= PASSWORD_MIN), ...doubled(listed.slice(0, 3_000))]);
  return known;
}

/** Few of the commonest have twelve characters; what people do then is to type them twice or to add a year. */
const doubled = (words: readonly string[]): string[] =>
  words.flatMap((word) => [
    word + word,
    ...['123', '1234', '12345', '123456', '2023', '2024', '2025', '2026'].map((tail) => word + tail),
  ]);
