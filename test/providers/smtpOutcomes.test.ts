import { describe, expect, test } from '@jest/globals';
import { classifyFailure, enhancedOf, type SmtpStage } from '../../src/providers/smtpOutcomes.ts';

const at = (stage: SmtpStage, response: string | null) =>
  classifyFailure({
    stage,
    code: response === null ? null : Number(response.slice(0, 3)),
    enhanced: enhancedOf(response ?? ''),
    text: response ?? '',
    reason: 'broken',
  });

describe('what the smarthost says', () => {
  test.each<[SmtpStage, string, string]>([
    ['connect', '421 4.7.0 too many connections', 'pacing'],
    ['connect', '450 busy', 'temporary'],
    ['connect', '554 5.7.1 you are on a list', 'configuration'],
    ['auth', '535 5.7.8 wrong', 'configuration'],
    ['auth', '454 4.7.0 later', 'temporary'],
    ['mail', '421 4.3.0 closing', 'pacing'],
    ['mail', '450 4.2.0 slow down', 'pacing'],
    ['mail', '451 4.7.1 rate limit exceeded', 'pacing'],
    ['mail', '451 4.3.0 local error', 'temporary'],
    ['mail', '452 4.3.1 no room', 'temporary'],
    ['mail', '530 5.7.0 sign in first', 'configuration'],
    ['mail', '550 5.7.1 sender not allowed', 'configuration'],
    ['mail', '552 5.3.4 too big', 'fault'],
    ['mail', '501 5.5.4 syntax', 'fault'],
    ['rcpt', '450 4.2.1 mailbox busy', 'temporary'],
    ['rcpt', '451 4.7.1 greylisted', 'temporary'],
    ['rcpt', '450 4.7.1 too many recipients an hour', 'pacing'],
    ['rcpt', '550 5.1.1 no such user', 'permanent'],
    ['rcpt', '550 no such user', 'permanent'],
    ['rcpt', '551 not here', 'permanent'],
    ['rcpt', '553 5.1.3 no address', 'permanent'],
    ['rcpt', '550 5.2.1 closed', 'permanent'],
    ['rcpt', '550 5.4.1 access denied', 'permanent'],
    ['rcpt', '552 5.2.2 full', 'temporary'],
    ['rcpt', '552 full', 'temporary'],
    ['rcpt', '554 5.7.1 <a@b.se>: Relay access denied', 'configuration'],
    ['rcpt', '550 Relaying denied', 'configuration'],
    ['rcpt', '550 5.7.1 policy', 'fault'],
    ['rcpt', '503 5.5.1 bad order', 'fault'],
    ['data', '451 4.3.0 later', 'temporary'],
    ['data', '450 slow down', 'pacing'],
    ['end', '451 4.7.1 try later', 'temporary'],
    ['end', '554 5.7.1 looks like spam', 'fault'],
    ['end', '554 no', 'fault'],
    ['end', '550 5.7.26 unauthenticated', 'fault'],
    ['end', '552 5.3.4 too big', 'fault'],
    ['end', '550 5.1.1 no such user', 'permanent'],
    ['end', '554 5.6.0 unreadable', 'fault'],
    ['end', '550 something', 'fault'],
  ])('at %s: %s is %s', (stage, response, result) => {
    expect(at(stage, response)).toMatchObject({ result });
  });

  test('an account is what a refusal of us is about', () => {
    expect(at('auth', '535 5.7.8 wrong')).toEqual({ result: 'configuration', reason: '5.7.8', scope: 'account' });
  });

  test.each<[SmtpStage, string]>([
    ['connect', 'temporary'],
    ['auth', 'temporary'],
    ['mail', 'temporary'],
    ['rcpt', 'temporary'],
    ['data', 'temporary'],
    ['end', 'unknown'],
  ])('a connection that breaks at %s: %s', (stage, result) => {
    expect(at(stage, null)).toMatchObject({ result, reason: 'broken' });
  });

  test.each([
    ['550 5.1.1 no', '5.1.1'],
    ['550-5.1.1 no\n550 5.1.1 more', '5.1.1'],
    ['450 4.2.0 x', '4.2.0'],
    ['550 4.2.0 x', ''],
    ['550 no 5.1.1', ''],
    ['550', ''],
    ['', ''],
  ])('the enhanced code of %j is %j', (response, code) => {
    expect(enhancedOf(response)).toBe(code);
  });

  test('a reason names nobody', () => {
    expect(at('rcpt', '550 5.1.1 <anna@example.se> unknown')).toEqual({ result: 'permanent', reason: '5.1.1' });
    expect(at('rcpt', '550 <anna@example.se> unknown')).toEqual({ result: 'permanent', reason: 'smtp_550' });
  });
});
