import { describe, expect, test } from '@jest/globals';
import { classifyRefusal, TWILIO_CODES } from '../../src/providers/twilioOutcomes.ts';
import { describeVectors, readVectors } from '../kit/vectors.ts';

const at = (status: number, code: string | null, complete = true) =>
  classifyRefusal({ status, code, complete, retryAfterMs: null });

const rows = (result: string, scope: string | null, codes: string): [string, string, string | null][] =>
  codes.split(' ').map((code) => [code, result, scope]);

/** Document 6's table and the facts beside it, row by row: what becomes of the message, and what is paused. */
const ROWS = [
  ...rows('blocked', null, '21610'),
  ...rows('permanent', null, '21211 21214 21217 21401 21614 21635 30004 30005 30006 30007 30036'),
  ...rows('temporary', null, '30003'),
  ...rows('unknown', null, '20500 20503 30008 30410'),
  ...rows('pacing', null, '14107 20429 21611 30001 30022'),
  ...rows('fault', null, '21602 21604 21617'),
  ...rows('configuration', 'account', '10001 20003 20404 21219 21608 21609 30002'),
  ...rows('configuration', 'number', '21212 21603 21606 21659 21660 21703 21704 21705'),
  ...rows('configuration', 'country', '21408 21612 30018 30024'),
];

test.each(ROWS)('%s is %s, of %s', (code, result, scope) => {
  expect(at(400, code)).toMatchObject({ result, reason: code, ...(scope === null ? {} : { scope }) });
});

test('every row of the table is one of these', () => {
  expect(Object.keys(TWILIO_CODES).sort()).toEqual(ROWS.map(([code]) => code).sort());
});

test('a handset that is off is tried again in an hour, unless Twilio says when', () => {
  expect(at(400, '30003')).toEqual({ result: 'temporary', reason: '30003', retryAfterMs: 3_600_000 });
  expect(classifyRefusal({ status: 400, code: '30003', complete: true, retryAfterMs: 5 })).toMatchObject({
    retryAfterMs: 5,
  });
});

describe('the status decides where the code cannot', () => {
  test.each([
    [500, '21211', 'unknown'],
    [503, null, 'unknown'],
    [302, null, 'unknown'],
    [429, '21211', 'pacing'],
    [401, '29999', 'configuration'],
    [403, null, 'configuration'],
    [404, null, 'configuration'],
    [408, null, 'temporary'],
    [400, '29999', 'permanent'],
    [422, null, 'permanent'],
    [400, '__proto__', 'permanent'],
  ])('HTTP %d, code %s: %s', (status, code, result) => {
    expect(at(status, code)).toMatchObject({ result });
  });

  test('a refusal that was cut off is tried again', () => {
    expect(at(400, null, false)).toMatchObject({ result: 'temporary' });
  });
});

describeVectors('twilio/facts.json', () => {
  test('every code that a create call or a receipt can have is in the table', () => {
    const { error_codes: codes } = readVectors<{ error_codes: Record<string, Record<string, string>> }>(
      'twilio/facts.json',
    );
    const ours = ['rest_recipient_permanent', 'rest_config_stop_the_run', 'rest_transient', 'delivery'];
    const missing = ours.flatMap((group) => Object.keys(codes[group] ?? {})).filter((code) => !(code in TWILIO_CODES));
    // 30009 is about what came in: the intake reads it (B-35).
    expect(missing).toEqual(['30009']);
  });
});
