import { describe, expect, test } from '@jest/globals';
import { LOCALES, type Locale } from '../../src/core/locale.ts';
import { isGsm7 } from '../../src/core/segments.ts';
import { localClock, localDate } from '../../src/i18n/dates.ts';

const at = (utc: string) => Date.parse(utc);

describe('localClock', () => {
  test.each([
    ['winter', '2026-01-15T05:44:00Z', 'Europe/Stockholm', '06:44'],
    ['summer', '2026-07-15T04:44:59Z', 'Europe/Stockholm', '06:44'],
    ['midnight is 00', '2026-01-14T23:00:00Z', 'Europe/Stockholm', '00:00'],
    // Clocks go forward at 01:00 UTC on the last Sunday of March, and back on the last of October.
    ['before spring', '2026-03-29T00:59:00Z', 'Europe/Stockholm', '01:59'],
    ['after spring', '2026-03-29T01:00:00Z', 'Europe/Stockholm', '03:00'],
    ['before autumn', '2026-10-25T00:59:00Z', 'Europe/Stockholm', '02:59'],
    ['after autumn', '2026-10-25T01:00:00Z', 'Europe/Stockholm', '02:00'],
    ['the other hemisphere', '2026-01-15T05:44:00Z', 'America/Santiago', '02:44'],
    ['UTC', '2026-01-15T18:05:00Z', 'UTC', '18:05'],
  ])('%s', (_name, utc, zone, expected) => {
    for (const locale of LOCALES) expect(localClock(at(utc), zone, locale)).toBe(expected);
  });

  test('an unknown zone is a fault', () => {
    expect(() => localClock(0, 'Europe/Atlantis', 'sv')).toThrow(RangeError);
  });
});

describe('localDate', () => {
  test.each<[Locale, string, string]>([
    ['sv', '1 maj', '1 maj 2025'],
    ['en', '1 May', '1 May 2025'],
    ['es', '1 de mayo', '1 de mayo de 2025'],
    ['de', '1. Mai', '1. Mai 2025'],
  ])('%s', (locale, day, full) => {
    expect(localDate(at('2025-05-01T12:00:00Z'), 'Europe/Stockholm', locale)).toBe(day);
    expect(localDate(at('2025-05-01T12:00:00Z'), 'Europe/Stockholm', locale, at('2025-12-31T12:00:00Z'))).toBe(day);
    expect(localDate(at('2025-05-01T12:00:00Z'), 'Europe/Stockholm', locale, at('2026-01-15T12:00:00Z'))).toBe(full);
  });

  test.each([
    ['late evening in winter', '2026-03-28T23:00:00Z', '29 mars'],
    ['an hour short of it', '2026-03-28T22:59:00Z', '28 mars'],
    ['late evening in summer', '2026-03-29T22:00:00Z', '30 mars'],
    ['before midnight in summer time', '2026-10-24T21:59:00Z', '24 oktober'],
    ['the long day', '2026-10-25T22:59:00Z', '25 oktober'],
    ['after the long day', '2026-10-25T23:00:00Z', '26 oktober'],
  ])('%s', (_name, utc, expected) => {
    expect(localDate(at(utc), 'Europe/Stockholm', 'sv')).toBe(expected);
  });

  test('the year is the local one', () => {
    const newYear = at('2025-12-31T23:30:00Z');
    expect(localDate(newYear, 'Europe/Stockholm', 'sv', at('2026-06-01T00:00:00Z'))).toBe('1 januari');
    expect(localDate(newYear, 'UTC', 'sv', at('2026-06-01T00:00:00Z'))).toBe('31 december 2025');
  });

  test('every month is GSM-7, for it stands in texts', () => {
    for (const locale of LOCALES) {
      for (let month = 0; month < 12; month++) {
        const said = localDate(Date.UTC(2025, month, 30, 12), 'UTC', locale, Date.UTC(2026, 5, 1));
        expect({ said, gsm7: isGsm7(said) }).toEqual({ said, gsm7: true });
        expect(isGsm7(localClock(Date.UTC(2025, month, 2, 13), 'UTC', locale))).toBe(true);
      }
    }
  });
});
