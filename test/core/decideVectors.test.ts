import { expect, test } from '@jest/globals';
import { describeVectors, readVectors } from '../kit/vectors.ts';
import { anna, asMember, eve, say, statuses } from '../kit/world.ts';

type Case = [text: string, expected: 'start' | 'stop' | 'none' | 'stop_or_none', level: 'must' | 'should'];

/** START is said by a stranger, all else by a member; `stop` is also held back and asked. */
function outcome(text: string, expected: Case[1]): string {
  const joins = expected === 'start';
  const decision = joins ? say(eve, text) : say(anna, text, { books: [asMember()] });
  const set = statuses(decision);
  if (set.length === 0) return 'none';
  return set.every((status) => status === 'active') ? 'start' : 'stop';
}

describeVectors('twilio/keyword_cases.json', () => {
  const { cases } = readVectors<{ cases: Case[] }>('twilio/keyword_cases.json');

  test.each(cases)('%j: %s (%s)', (text, expected) => {
    const found = outcome(text, expected);
    if (expected === 'stop_or_none') return expect(['stop', 'none']).toContain(found);
    return expect(found).toBe(expected);
  });

  test.each(cases.filter(([, expected]) => expected !== 'start'))('%j joins no stranger', (text) => {
    expect(statuses(say(eve, text))).not.toContain('active');
  });
});
