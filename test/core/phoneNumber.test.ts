import { describe, expect, test } from '@jest/globals';
import { formatNational, formatSms, readMobile, readPhone } from '../../src/core/phoneNumber.ts';
import { describeVectors, readVectors } from '../kit/vectors.ts';

type Vector = {
  id: number;
  defaultCountry: string | null;
  input: string;
  note: string;
  expect: { must: string } | { must_refuse: true } | { may: (string | null)[] };
  sms_ok: boolean;
};

describeVectors('phone/phone_vectors.open.json', () => {
  const { vectors } = readVectors<{ vectors: Vector[] }>('phone/phone_vectors.open.json');
  const read = (v: Vector) => readPhone(v.input, v.defaultCountry ?? '');
  const number = (v: Vector) => {
    const reading = read(v);
    return reading.ok ? reading.e164 : null;
  };
  const name = (v: Vector) => `${v.id} ${v.note} -> ${number(v)}`;

  test('what must be read is read, and as that number', () => {
    expect(vectors.filter((v) => 'must' in v.expect && number(v) !== v.expect.must).map(name)).toEqual([]);
  });

  test('what must be refused is refused', () => {
    expect(vectors.filter((v) => 'must_refuse' in v.expect && number(v) !== null).map(name)).toEqual([]);
  });

  test('what may be read is never read as another number', () => {
    expect(vectors.filter((v) => 'may' in v.expect && !v.expect.may.includes(number(v))).map(name)).toEqual([]);
  });

  test('whether it can be texted is known for all that must be read', () => {
    const wrong = vectors.filter((v) => {
      const reading = read(v);
      return 'must' in v.expect && reading.ok && reading.smsOk !== v.sms_ok;
    });
    expect(wrong.map(name)).toEqual([]);
  });
});

describe('readPhone', () => {
  test.each([
    ['070-174 06 05', 'SE', '+46701740605'],
    ['0046701740605', 'SE', '+46701740605'],
    ['+46 (0)70-174 06 05', 'DE', '+46701740605'],
    ['+46701740605', '', '+46701740605'],
    ['+46701740605', 'XX', '+46701740605'],
    ['\u202a+46701740605\u202c', 'SE', '+46701740605'],
    ["'0701740605", 'SE', '+46701740605'],
    ['46701740605.0', 'SE', '+46701740605'],
    ['tel:+46701740605', 'SE', '+46701740605'],
    ['＋４９１５１２３４５６７８９', 'DE', '+4915123456789'],
    ['\t0701740605\r\n', 'SE', '+46701740605'],
  ])('%j in %s is %s', (input, country, e164) => {
    expect(readPhone(input, country)).toEqual({ ok: true, e164, smsOk: true });
  });

  test.each([
    ['', 'SE', 'not_a_number'],
    ['Anna', 'SE', 'not_a_number'],
    ['0701740605 0701740606 x', 'SE', 'not_a_number'],
    ['0701740605#', 'SE', 'not_a_number'],
    ['112', 'SE', 'not_possible'],
    ['070174060', 'SE', 'not_possible'],
    ['0701740605', '', 'not_possible'],
    ['9'.repeat(100_000), 'SE', 'not_possible'],
    [' '.repeat(100_000), 'SE', 'not_a_number'],
    [`${' '.repeat(100_000)}x`, 'SE', 'not_a_number'],
  ])('%j in %s is refused: %s', (input, country, why) => {
    expect(readPhone(input, country)).toEqual({ ok: false, why });
  });

  test.each([
    ['08-465 004 00', false, 'not_mobile'],
    ['020-12 12 12', false, 'not_mobile'],
    ['112', false, 'not_possible'],
    ['070-174 06 05', true, undefined],
  ])('readMobile %s is %s', (input, ok, why) => {
    const reading = readMobile(input, 'SE');
    expect(reading.ok).toBe(ok);
    expect(reading.ok ? undefined : reading.why).toBe(why);
  });
});

describe('formats', () => {
  test.each([
    ['+46701740605', 'SE', '070-174 06 05'],
    ['+46701740605', 'DE', '+46 70 174 06 05'],
    ['+12025550123', 'US', '(202) 555-0123'],
    ['+999', 'SE', '+999'],
  ])('%s in %s is %s', (e164, country, expected) => {
    expect(formatNational(e164, country)).toBe(expected);
  });

  test('in an SMS it is E.164', () => {
    expect(formatSms('+46701740605')).toBe('+46701740605');
    expect(formatSms('+46 70 174 06 05')).toBe('+46701740605');
  });
});
