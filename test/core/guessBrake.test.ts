import { describe, expect, test } from '@jest/globals';
import type { Guess } from '../../src/core/account.ts';
import { passwordProblem, sessionEnd } from '../../src/core/account.ts';
import { afterGuess, type BrakeKind, brakeLeft, networkOf } from '../../src/core/guessBrake.ts';

const MINUTE = 60_000;

/** Wrong guesses one after the other, `gap` ms apart. */
function guesses(kind: BrakeKind, count: number, gap = 1_000): Guess {
  let row: Guess | null = null;
  for (let i = 0; i < count; i++) row = afterGuess('id', row, kind, i * gap);
  return row as Guess;
}

describe('the brake on guessing', () => {
  test.each([
    ['here', 4, 0],
    ['here', 5, MINUTE / 2],
    ['here', 6, MINUTE],
    ['here', 8, 4 * MINUTE],
    ['here', 20, 15 * MINUTE],
    ['code', 4, 0],
    ['code', 5, MINUTE / 2],
    ['account', 39, 0],
    ['account', 40, MINUTE / 2],
    ['address', 29, 0],
    ['address', 30, MINUTE / 2],
  ] as const)('%s after %i wrong guesses waits %i ms', (kind, count, wait) => {
    expect(brakeLeft(guesses(kind, count), (count - 1) * 1_000)).toBe(wait);
  });

  test('it is over when the time is, and forgotten after a quarter of an hour more', () => {
    const row = guesses('here', 5);
    expect(brakeLeft(row, 4_000 + MINUTE / 2)).toBe(0);
    expect(afterGuess('id', row, 'here', 4_000 + MINUTE).count).toBe(6);
    expect(afterGuess('id', row, 'here', 17 * MINUTE).count).toBe(1);
  });

  test('nobody is locked out for good: a guess an hour is always looked at', () => {
    expect(brakeLeft(guesses('here', 100, 60 * MINUTE), 100 * 60 * MINUTE)).toBe(0);
  });
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:2::9', '2001:db8:1:2::/64'],
  ['2001:db8::9', '2001:db8:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['', ''],
])('%s is counted as %s', (address, network) => expect(networkOf(address)).toBe(network));

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
    ['m.a.j.a.k.a.n.s.l.i', 'own'],
    ['Maja Kansli cyklar', null],
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
