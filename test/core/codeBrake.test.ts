import { describe, expect, test } from '@jest/globals';
import type { Guess } from '../../src/core/account.ts';
import { ASK_LIMITS, type AskLimit, afterAsk, askWait } from '../../src/core/codeBrake.ts';
import { joinWord, leaveWord, smsLink } from '../../src/core/joinWord.ts';

const NOON = Date.UTC(2026, 10, 22, 11);
const HOUR = 3_600_000;
const limit: AskLimit = { id: 'x', most: 3, within: HOUR };

/** Asks at these times; which of them were taken. */
function taken(times: readonly number[], of: AskLimit = limit): boolean[] {
  let row: Guess | null = null;
  return times.map((at) => {
    const wait = askWait(row, of, at);
    if (wait === 0) row = afterAsk(row, of, at);
    return wait === 0;
  });
}

describe('how often a code may be asked for', () => {
  test.each([
    ['three at once and no fourth', [0, 0, 0, 0], [true, true, true, false]],
    ['who was refused has not made it longer', [0, 1, 2, 10, 20, HOUR], [true, true, true, false, false, true]],
    ['an hour after the first it begins anew', [0, 10, HOUR - 1, HOUR - 1, HOUR], [true, true, true, false, true]],
    ['a clock that jumped a week ahead and back', [7 * 24 * HOUR, 0, 1, 2, 3], [true, true, true, true, false]],
  ])('%s', (_, times, expected) => {
    expect(taken(times.map((at) => NOON + at))).toEqual(expected);
  });

  test('how long to wait is until the first is an hour old', () => {
    const full: Guess = { id: 'x', count: 3, since: NOON, until: null };
    expect(askWait(full, limit, NOON + 1000)).toBe(HOUR - 1000);
    expect(askWait(full, limit, NOON + HOUR)).toBe(0);
    expect(askWait(null, limit, NOON)).toBe(0);
  });

  test('what an hour and a day of somebody’s malice can cost: parts of one book, texts to one phone', () => {
    const most = (by: keyof typeof ASK_LIMITS) => Math.max(...ASK_LIMITS[by].map((each) => each.most));
    expect([most('address'), most('book')]).toEqual([8, 300]);
  });
});

describe('the word', () => {
  test.each([
    ['P12', true, 'START P12', 'STOPP P12', 'BAJA P12'],
    ['P12', false, 'START', 'STOPP', 'BAJA'],
    [null, true, 'START', 'STOPP', 'BAJA'],
  ])('keyword %s, shared %s: %s', (keyword, shares, join, leave, baja) => {
    const of = { book: { keyword }, shares };
    expect([joinWord(of), leaveWord('sv', of), leaveWord('es', of)]).toEqual([join, leave, baja]);
  });

  test.each([
    ['START', 'sms:+46766861001?&body=START'],
    ['START FÖR', 'sms:+46766861001?&body=START%20F%C3%96R'],
  ])('a link for %s', (word, link) => {
    expect(smsLink('+46766861001', word)).toBe(link);
  });
});
