import { describe, expect, test } from '@jest/globals';
import { type Doubt, judge, type Look } from '../../src/delivery/inDoubt.ts';

const LIMITS = { againMs: 3000, giveUpMs: 90_000, maxAttempts: 12 };
const CLAIMED = 1_000_000_000;
const doubt: Doubt = {
  text: 'Matchen flyttas',
  claimedAt: CLAIMED,
  attempts: 1,
  from: 'outcome',
  since: 0,
  clear: 0,
  nextLook: 0,
};
const entry = (providerId: string, createdAt: number, text = 'Matchen flyttas') => ({
  providerId,
  text,
  createdAt,
  status: 'queued',
});
const log = (entries: ReturnType<typeof entry>[], others: string[] = []): Look => ({
  entries,
  others: new Set(others),
});
const seconds = (n: number): number => CLAIMED + n * 1000;
const clearOnce = { clear: 1 };

describe('a look at the provider’s log', () => {
  test.each<[string, Partial<Doubt>, Look, number, string]>([
    ['it is there', {}, log([entry('A', seconds(1))]), 2000, 'accepted A'],
    ['whole seconds, and a clock that lags', {}, log([entry('A', seconds(-4.9))]), 2000, 'accepted A'],
    ['spaces at the ends', {}, log([entry('A', seconds(0), ' Matchen  flyttas\n')]), 2000, 'accepted A'],
    ['another text', {}, log([entry('A', seconds(1), 'Ses kl 18')]), 2000, 'look_again 5000'],
    ['another delivery’s entry does not count', {}, log([entry('A', seconds(1))], ['A']), 2000, 'look_again 5000'],
    [
      'two equal texts: the one that is free',
      {},
      log([entry('B', seconds(2)), entry('A', seconds(1))], ['A']),
      2000,
      'accepted B',
    ],
    ['two free: the older', {}, log([entry('B', seconds(2)), entry('A', seconds(1))]), 2000, 'accepted A'],
    ['not there: a log may lag, look again', {}, log([]), 2000, 'look_again 5000'],
    ['not there twice: not accepted', clearOnce, log([]), 5000, 'not_accepted'],
    ['there at the second look', clearOnce, log([entry('A', seconds(1))]), 5000, 'accepted A'],
    ['unreadable: look again', clearOnce, null, 5000, 'look_again 8000'],
    ['unreadable for long: uncertain', clearOnce, null, 90_000, 'uncertain log_unreadable'],
    [
      'an older one that nobody owns: a clock may have jumped (F25)',
      clearOnce,
      log([entry('A', seconds(-3600))]),
      5000,
      'uncertain unclaimed_entry',
    ],
    ['one of days ago is no such thing', clearOnce, log([entry('A', seconds(-90_000))]), 5000, 'not_accepted'],
    ['unclear again and again', { ...clearOnce, attempts: 12 }, log([]), 5000, 'uncertain unclear'],
    [
      'killed again and again, surely not accepted',
      { ...clearOnce, attempts: 40, from: 'lease' },
      log([]),
      5000,
      'not_accepted',
    ],
  ])('%s', (_, with_, look, mono, expected) => {
    const { found, ...rest } = judge({ ...doubt, ...with_ }, look, mono, LIMITS);
    expect([found, ...Object.values(rest)].join(' ')).toBe(expected);
  });
});
