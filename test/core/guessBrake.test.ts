import { describe, expect, test } from '@jest/globals';
import type { Guess } from '../../src/core/account.ts';
import { passwordProblem, sessionEnd } from '../../src/core/account.ts';
import { afterGuess, type BrakeKind, brakeLeft } from '../../src/core/guessBrake.ts';

const MINUTE = 60_000;

/** Wrong guesses one after the other, `gap` ms apart. */
function guesses(kind: BrakeKind, count: number, gap = 1_000): Guess {
  let row: Guess | null = null;
  for (let i = 0; i < count; i++) row = afterGuess('id', row, kind, i * gap);
  return row as Guess;
}

describe('the brake on guessing', () => {
  test.each([
    ['account', 4, 0],
    ['account', 5, MINUTE / 2],
    ['account', 6, MINUTE],
    ['account', 8, 4 * MINUTE],
    ['account', 20, 15 * MINUTE],
    ['address', 29, 0],
    ['address', 30, MINUTE / 2],
  ] as const)('%s after %i wrong guesses waits %i ms', (kind, count, wait) => {
    expect(brakeLeft(guesses(kind, count), (count - 1) * 1_000)).toBe(wait);
  });

  test('it is over when the time is, and forgotten after a quarter of an hour more', () => {
    const row = guesses('account', 5);
    expect(brakeLeft(row, 4_000 + MINUTE / 2)).toBe(0);
    expect(afterGuess('id', row, 'account', 4_000 + MINUTE).count).toBe(6);
    expect(afterGuess('id', row, 'account', 17 * MINUTE).count).toBe(1);
  });

  test('nobody is locked out for good: a guess an hour is always looked at', () => {
    expect(brakeLeft(guesses('account', 100, 60 * MINUTE), 100 * 60 * MINUTE)).toBe(0);
  });
});

describe('passwords', () => {
  const known = new Set(['passwordpassword']);
  test.each([
    ['elva tecken', 'short'],
    ['🚲'.repeat(11), 'short'],
    ['x'.repeat(129), 'long'],
    ['PasswordPassword', 'common'],
    ['abcabcabcabc', 'common'],
    ['maja.kansli@example.se', 'own'],
    ['Maja Kansli 2026!', 'own'],
    ['en grön cykel i snön', null],
    ['ﾊﾝｶｸのかぎ1234567', null],
  ] as const)('%s: %s', (password, problem) => {
    expect(passwordProblem(password, ['maja.kansli@example.se', 'Maja Kansli'], known)).toBe(problem);
  });
});

describe('sessions', () => {
  const session = {
    id: 's',
    userId: 'u',
    csrf: 'c',
    stage: 'full',
    createdAt: 0,
    seenAt: 0,
    agent: '',
    provenAt: 0,
  } as const;
  test.each([
    [45 * MINUTE, 0, null],
    [45 * MINUTE + 1, 0, 'idle'],
    [12 * 60 * MINUTE, 12 * 60 * MINUTE, null],
    [12 * 60 * MINUTE + 1, 12 * 60 * MINUTE, 'old'],
  ] as const)('at %i, last seen at %i: %s', (now, seenAt, end) => {
    expect(sessionEnd({ ...session, seenAt }, now)).toBe(end);
  });
});
