import { isReservedWord } from '../core/keyword.ts';
import { foldForLeaving } from '../core/normalForm.ts';
import { countParts, isGsm7 } from '../core/segments.ts';
import { LONGEST_SMS_NAME } from './smsName.ts';

/** What a setting may be, for the `apply` file and for the web alike (document 5). */
export const LONGEST = { name: 60, header: 40, contact: 40, keyword: 12, personName: 100, label: 40 } as const;
export const PART_LIMITS = { least: 1, most: 10 } as const;
export const MOST_LATEST_HOURS = 72;
export const MOST_THRESHOLD = 1_000_000_000;
export const MOST_PARTS_PER_SECOND = 10_000;

const ADDRESS = /^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$/;
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;

/** The local part of a list's mail address and the book's place in the toolbox. */
export const isBookAddress = (address: string): boolean => ADDRESS.test(address);

/** "07:00". */
export const isClock = (text: string): boolean => CLOCK.test(text);

export const isSmsName = (name: string): boolean =>
  name !== '' && isGsm7(name) && countParts(name).units <= LONGEST_SMS_NAME;

/** In upper case, as it is kept. */
export function readKeyword(
  raw: string,
): { ok: true; word: string } | { ok: false; why: 'form' | 'reserved'; word: string } {
  const word = raw.trim().toUpperCase();
  if (!/^[\p{L}\p{N}]{1,12}$/u.test(word)) return { ok: false, why: 'form', word };
  return isReservedWord(word) ? { ok: false, why: 'reserved', word } : { ok: true, word };
}

/** Two keywords that leaving cannot tell apart (STOPP + keyword folds diacritics) are one. */
export const keywordKey = (keyword: string): string => foldForLeaving(keyword.normalize('NFKC'));

export function isTimezone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false;
  }
}
