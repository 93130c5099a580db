import { describe, expect, test } from '@jest/globals';
import { readMailboxes } from '../../src/core/mailbox.ts';
import { oneLine } from '../../src/core/oneLine.ts';
import { spentMs } from '../kit/spent.ts';

describe('M-1: whom an address header names', () => {
  test.each([
    ['anna@p12.se', ['anna@p12.se'], false],
    ['Anna <Anna@P12.SE>', ['anna@p12.se'], false],
    ['"Berg, Anna" <anna@p12.se>', ['anna@p12.se'], false],
    ['=?utf-8?Q?Anna_=C3=85berg?= <anna@p12.se>', ['anna@p12.se'], false],
    ['anna@p12.se (Anna)', ['anna@p12.se'], false],
    ['(Anna (ordf.)) anna@p12.se', ['anna@p12.se'], false],
    ['a@p12.se, b@p12.se', ['a@p12.se', 'b@p12.se'], false],
    // Hidden ones: only what stands in the brackets counts.
    ['"anna@p12.se" <x@evil.se>', ['x@evil.se'], false],
    ['anna@p12.se <x@evil.se>', ['x@evil.se'], true],
    ['x@evil.se (anna@p12.se)', ['x@evil.se'], false],
    ['"a" <x@evil.se> anna@p12.se', ['x@evil.se'], true],
    ['<anna@p12.se> <x@evil.se>', [], true],
    ['"anna@p12.se <x@evil.se>', [], true],
    ['(anna@p12.se <x@evil.se>', [], true],
    ['<x@evil.se', ['x@evil.se'], true],
    ['=?utf-8?Q?anna=40p12.se?=', [], true],
    ['=?utf-8?q?anna?=@p12.se', [], true],
    ['=?utf-8?B?PGFubmFAcDEyLnNlPg==?=', [], true],
    // Not plain.
    ['аnna@p12.se', [], true],
    ['anna@p12ſ.se', [], true],
    ['"anna"@p12.se', [], true],
    ['"anna" @p12.se', [], true],
    ['<@relay.se:anna@p12.se>', [], true],
    ['anna@[192.0.2.1]', [], true],
    ['anna @p12.se', [], true],
    ['anna@p12.se\0', [], true],
    ['Styrelsen: anna@p12.se, bo@p12.se;', ['anna@p12.se', 'bo@p12.se'], true],
    ['undisclosed-recipients:;', [], true],
    ['', [], true],
    ['Anna', [], true],
  ])('%j', (header, plain, odd) => expect(readMailboxes(header)).toEqual({ plain, odd }));

  test('a megabyte of anything takes no longer than a moment', () => {
    const from = spentMs();
    for (const part of ['<', '(', '"', ',', 'a@b.se,', '\\', ':', ' ']) readMailboxes(part.repeat(1_000_000));
    expect(spentMs() - from).toBeLessThan(4_000);
  });
});

describe('one line', () => {
  test.each([
    ['Match\r\nBcc: all@p12.se', 'Match Bcc: all@p12.se'],
    ['a\0b\tc\u0085d\u2028e', 'a b c d e'],
    ['  a   b  ', 'a b'],
    ['anna\u202ees.21p@\u202c', 'annaes.21p@'],
    ['Åsa 🎉', 'Åsa 🎉'],
  ])('%j', (text, line) => expect(oneLine(text)).toBe(line));
  test('is cut between characters', () => expect(oneLine('🎉'.repeat(10), 5)).toBe('🎉🎉'));
});
