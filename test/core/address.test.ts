import { describe, expect, test } from '@jest/globals';
import { readAddress, readMail, senderKind } from '../../src/core/address.ts';

describe('readMail', () => {
  test.each([
    ['anna@example.se', 'anna@example.se'],
    [' Anna.Berg+P12@Example.SE\n', 'anna.berg+p12@example.se'],
    ["o'brien@sub.example.co.uk", "o'brien@sub.example.co.uk"],
    ['a@xn--frskola-n4a.se', 'a@xn--frskola-n4a.se'],
    [`${'a'.repeat(64)}@example.se`, `${'a'.repeat(64)}@example.se`],
  ])('%j is %s', (input, mail) => {
    expect(readMail(input)).toEqual({ ok: true, mail });
  });

  test.each([
    [''],
    ['@'],
    ['anna'],
    ['anna@'],
    ['@example.se'],
    ['anna@localhost'],
    ['anna@127.0.0.1'],
    ['anna@[127.0.0.1]'],
    ['anna@example..se'],
    ['anna@.example.se'],
    ['anna@example.se.'],
    ['anna@-example.se'],
    ['.anna@example.se'],
    ['anna..berg@example.se'],
    ['anna@berg@example.se'],
    ['Anna <anna@example.se>'],
    ['<anna@example.se>'],
    ['anna@example.se, bo@example.se'],
    ['anna@example.se bo@example.se'],
    ['"anna berg"@example.se'],
    ['anna(hemma)@example.se'],
    // Look-alikes that NFKC or a full case fold would turn into a plain address.
    ['ａnna@example.se'],
    ['anna@example.ſe'],
    ['\u212Aalle@example.se'],
    ['anna@exämple.se'],
    ['anna\u200b@example.se'],
    ['anna@example.se\r\nBcc: bo@example.se'],
    ['anna@example.se\0'],
    [`${'a'.repeat(65)}@example.se`],
    [`a@${'b'.repeat(64)}.se`],
    [`a@${'b.'.repeat(130)}se`],
  ])('%j is refused', (input) => {
    expect(readMail(input)).toEqual({ ok: false });
  });

  test('a hostile one is refused at once', () => {
    expect(readMail(`${'a.'.repeat(500_000)}@`)).toEqual({ ok: false });
  });
});

describe('readAddress', () => {
  test.each([
    ['070-174 06 05', { kind: 'phone', e164: '+46701740605' }],
    ['Anna@Example.se', { kind: 'mail', mail: 'anna@example.se' }],
    ['08-465 004 00', null],
    ['Anna', null],
    ['', null],
    ['Anna <anna@example.se>', null],
  ])('%j', (input, expected) => {
    expect(readAddress(input, 'SE')).toEqual(expected);
  });
});

describe('senderKind (B-31)', () => {
  const own = ['+46766861001', '+15005550006'];
  test.each([
    ['+46701740605', 'phone'],
    ['+12025550123', 'phone'],
    ['+6834002', 'phone'],
    ['+46766861001', 'own'],
    ['72120', 'short_code'],
    ['+72120', 'short_code'],
    ['+4672120', 'short_code'],
    ['116117', 'short_code'],
    ['MyBank', 'alphanumeric'],
    ['Skolan 12', 'alphanumeric'],
    ['anonymous', 'alphanumeric'],
    ['46701740605', 'alphanumeric'],
    ['whatsapp:+46701740605', 'alphanumeric'],
    ['+46701740605 ', 'alphanumeric'],
    ['+46701740605\n', 'alphanumeric'],
    ['+0701740605', 'alphanumeric'],
    ['+1234567890123456', 'alphanumeric'],
    ['+46７01740605', 'alphanumeric'],
    ['', 'empty'],
    ['  ', 'empty'],
  ])('%j is %s', (from, kind) => {
    expect(senderKind(from, own)).toBe(kind);
  });
});
