import { describe, expect, test } from '@jest/globals';
import { nextAllowed, readClock } from '../../src/core/quietHours.ts';
import { retryAt } from '../../src/core/retry.ts';
import { HOUR, MINUTE, NOON, SECOND } from '../kit/world.ts';

const at = (iso: string) => Date.parse(iso);
const iso = (ms: number) => new Date(ms).toISOString();

describe('quiet hours', () => {
  test.each([
    ['by day at once', '2026-03-02T12:00:30Z', '21:00', '07:00', '2026-03-02T12:00:30Z'],
    ['the minute they begin', '2026-03-02T20:00:00Z', '21:00', '07:00', '2026-03-03T06:00:00Z'],
    ['the minute before', '2026-03-02T19:59:59Z', '21:00', '07:00', '2026-03-02T19:59:59Z'],
    ['after midnight', '2026-03-03T01:30:20Z', '21:00', '07:00', '2026-03-03T06:00:00Z'],
    ['the minute they end', '2026-03-03T06:00:00Z', '21:00', '07:00', '2026-03-03T06:00:00Z'],
    ['within one day', '2026-03-02T12:00:00Z', '12:00', '14:30', '2026-03-02T13:30:00Z'],
    ['a night that loses an hour', '2026-03-28T22:00:00Z', '21:00', '07:00', '2026-03-29T05:00:00Z'],
    ['a night that gains an hour', '2026-10-24T22:00:00Z', '21:00', '07:00', '2026-10-25T06:00:00Z'],
    ['an end that does not exist that night', '2026-03-28T22:00:00Z', '21:00', '02:30', '2026-03-29T01:00:00Z'],
    ['an end that comes twice: the first', '2026-10-24T22:00:00Z', '21:00', '02:30', '2026-10-25T00:30:00Z'],
    ['… and quiet again when it comes back', '2026-10-25T01:10:00Z', '21:00', '02:30', '2026-10-25T01:30:00Z'],
    ['both the same: none', '2026-03-02T23:00:00Z', '21:00', '21:00', '2026-03-02T23:00:00Z'],
    ['all but a minute', '2026-03-02T23:00:00Z', '07:01', '07:00', '2026-03-03T06:00:00Z'],
  ])('%s', (_, now, from, to, allowed) => {
    expect(iso(nextAllowed(at(now), from, to, 'Europe/Stockholm'))).toBe(iso(at(allowed)));
  });

  test('never in the quiet hours, never back in time, on every hour of a year in several zones', () => {
    for (const zone of ['Europe/Stockholm', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']) {
      const clock = new Intl.DateTimeFormat('en-GB', {
        timeZone: zone,
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      });
      for (let now = at('2026-01-01T00:00:00Z'); now < at('2027-01-01T00:00:00Z'); now += 5 * HOUR + 7 * MINUTE) {
        const allowed = nextAllowed(now, '21:00', '07:00', zone);
        expect(allowed).toBeGreaterThanOrEqual(now);
        expect(allowed - now).toBeLessThanOrEqual(11 * HOUR);
        const minutes = readClock(clock.format(allowed)) ?? -1;
        expect(minutes >= 7 * 60 && minutes < 21 * 60).toBe(true);
      }
    }
  });

  test('no hours, half of them, or none that can be read: at once', () => {
    for (const [from, to] of [
      [null, null],
      ['21:00', null],
      [null, '07:00'],
      ['x', '07:00'],
      ['25:00', '07:00'],
    ] as const) {
      expect(nextAllowed(NOON, from, to, 'UTC')).toBe(NOON);
    }
    expect(() => nextAllowed(NOON, '00:00', '23:00', 'Nowhere/At_All')).toThrow(RangeError);
  });
});

describe('retry (design 6)', () => {
  const never = NOON + 1000 * HOUR;
  const fail = (code: string, over: object = {}) => ({
    result: 'temporary' as const,
    code,
    retryAfterMs: null,
    ...over,
  });

  test.each([
    ['30003', 1, HOUR],
    ['30003', 2, 6 * HOUR],
    ['30003', 3, null],
    ['30008', 1, 15 * MINUTE],
    ['30008', 2, null],
    ['30410', 1, 15 * MINUTE],
    ['ECONNREFUSED', 1, 5 * SECOND],
    ['ECONNREFUSED', 2, 15 * SECOND],
    ['ECONNREFUSED', 50, 5 * MINUTE],
    ['constructor', 1, 5 * SECOND],
  ])('%s after attempt %i', (code, attempts, wait) => {
    expect(retryAt(fail(code), attempts, NOON, never)).toBe(wait === null ? null : NOON + wait);
  });

  test('never past the latest time, never sooner than the provider asked', () => {
    expect(retryAt(fail('30003'), 1, NOON, NOON + HOUR)).toBeNull();
    expect(retryAt(fail('30003'), 1, NOON, NOON + HOUR + 1)).toBe(NOON + HOUR);
    expect(retryAt(fail('503', { retryAfterMs: 90 * SECOND }), 1, NOON, never)).toBe(NOON + 90 * SECOND);
    expect(retryAt(fail('503', { retryAfterMs: 1 }), 1, NOON, never)).toBe(NOON + 5 * SECOND);
  });

  test('pacing keeps the row, a minute apart at most', () => {
    const pacing = fail('20429', { result: 'pacing' as const });
    expect([1, 2, 3, 40].map((attempts) => Number(retryAt(pacing, attempts, NOON, never)) - NOON)).toEqual([
      SECOND,
      2 * SECOND,
      4 * SECOND,
      MINUTE,
    ]);
  });
});
