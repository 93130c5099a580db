import { describe, expect, test } from '@jest/globals';
import { BadSettings, keyed, readConfig, settingsTable } from '../../src/config.ts';

const SID = `AC${'0123456789abcdef'.repeat(2)}`;

describe('settings', () => {
  test('have the defaults of the interface', () => {
    expect(readConfig({})).toMatchObject({
      databaseUrl: 'file:./data/startstopp.db',
      host: '127.0.0.1',
      port: 8080,
      publicUrl: 'http://localhost:8080',
      twilioAccountSid: null,
      twilioApiUrl: 'https://api.twilio.com',
      trustedProxies: [],
      logLevel: 'info',
    });
  });

  test('PUBLIC_URL follows PORT and loses its last slash', () => {
    expect(readConfig({ PORT: '9000' }).publicUrl).toBe('http://localhost:9000');
    expect(readConfig({ PUBLIC_URL: 'https://sms.example.se/' }).publicUrl).toBe('https://sms.example.se');
  });

  test('an empty value counts as not set', () => {
    expect(readConfig({ PORT: ' ', SECRET_KEY: '' })).toMatchObject({ port: 8080, secretKey: null });
  });

  test('every problem is reported at once, and no value is repeated', () => {
    const wrong = {
      DATABASE_URL: 'mysql://x',
      PORT: '80800',
      PUBLIC_URL: 'sms.example.se',
      SECRET_KEY: 'short',
      TWILIO_ACCOUNT_SID: SID,
      LOG_LEVEL: 'loud',
    };
    const read = () => readConfig(wrong);
    expect(read).toThrow(BadSettings);
    try {
      read();
    } catch (error) {
      const { problems, message } = error as BadSettings;
      expect(problems.map((line) => line.split(' ')[0])).toEqual([
        'DATABASE_URL',
        'PORT',
        'PUBLIC_URL',
        'SECRET_KEY',
        'TWILIO_ACCOUNT_SID',
        'LOG_LEVEL',
      ]);
      expect(message).not.toContain('short');
    }
  });

  test.each([
    ['TWILIO_ACCOUNT_SID without a token', { TWILIO_ACCOUNT_SID: SID }],
    ['a token without TWILIO_ACCOUNT_SID', { TWILIO_AUTH_TOKEN: 'x'.repeat(32) }],
    ['a SID of the wrong form', { TWILIO_ACCOUNT_SID: 'AC12', TWILIO_AUTH_TOKEN: 'x' }],
    ['a PUBLIC_URL with a query', { PUBLIC_URL: 'https://sms.example.se/?a=1' }],
    ['a PUBLIC_URL of another kind', { PUBLIC_URL: 'ftp://sms.example.se' }],
  ])('refuses %s', (_, env) => {
    expect(() => readConfig(env)).toThrow(BadSettings);
  });

  test('the table for the README names every setting once', () => {
    const names = [...settingsTable().matchAll(/^\| `(\w+)`/gm)].map((match) => match[1]);
    expect(names).toEqual([...new Set(names)]);
    expect(names).toContain('DATABASE_URL');
  });
});

describe('keyed hashing', () => {
  test('the same address gives the same hash under one key and another under another', () => {
    const [one, two] = [keyed('a'.repeat(32)), keyed('b'.repeat(32))];
    expect(one.addressHash('+46701740605')).toBe(one.addressHash('+46701740605'));
    expect(one.addressHash('+46701740605')).not.toBe(two.addressHash('+46701740605'));
    expect(one.fingerprint).not.toBe(two.fingerprint);
  });

  test('purposes are kept apart', () => {
    const one = keyed('a'.repeat(32));
    expect(one.mac('+46701740605')).not.toBe(one.addressHash('+46701740605'));
  });
});
