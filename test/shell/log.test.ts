import { describe, expect, test } from '@jest/globals';
import { redact } from '../../src/log.ts';

describe('what reaches a log', () => {
  test.each([
    ['a number', 'sent to +46701740605 now', '[number]', '46701740605'],
    ['a national number', 'from 070-174 06 05', '[number]', '174'],
    ['a mail address', 'from anna@example.se', '[address]', 'anna'],
    ['credentials in an address', 'postgres://app:hemligt@db/x', '[redacted]', 'hemligt'],
  ])('%s is struck out of a message', (_, text, mark, secret) => {
    const clean = redact(text);
    expect(clean).toContain(mark);
    expect(clean).not.toContain(secret);
  });

  test.each(['from', 'to', 'text', 'sender', 'token', 'phone', 'mail', 'authorization'])(
    'the field %s is struck out by name',
    (field) => {
      expect(redact({ [field]: 'x', deep: { [field]: 'y' } })).toEqual({
        [field]: '[redacted]',
        deep: { [field]: '[redacted]' },
      });
    },
  );

  test('ids, times and counts stay, so that a log is of use', () => {
    const fields = {
      broadcast: '01934b2c-7d1e-7abc-9def-0123456789ab',
      at: '2026-11-22T06:41:00.000Z',
      count: 212,
      code: 21610,
    };
    expect(redact(fields)).toEqual(fields);
  });

  test('a fault keeps its kind and loses the row that it quotes', () => {
    const fault = Object.assign(new Error('Key (address)=(+46701740605) already exists'), { code: '23505' });
    const clean = redact({ error: fault }) as { error: { message: string; code: string; stack: string } };
    expect(clean.error.code).toBe('23505');
    expect(JSON.stringify(clean)).not.toContain('46701740605');
  });
});
