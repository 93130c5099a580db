import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { countParts } from '../../src/core/segments.ts';

/** The browser's own count says what the server says, so that nothing changes when the server's answer comes. */
const source = readFileSync(fileURLToPath(new URL('../../views/assets/compose.js', import.meta.url)), 'utf8');

type Count = (text: string) => { units: number; parts: number; room: number };
function scriptCount(): Count {
  const line = { dataset: { values: '{}' } };
  const form: Record<string, unknown> = {
    querySelector: (what: string) => (what === '[name=sender]' ? null : what === '[data-count]' ? line : area),
    addEventListener: () => undefined,
  };
  const area = { addEventListener: () => undefined, value: '' };
  runInNewContext(source, { document: { querySelector: () => form }, Intl, JSON, Object, Number });
  return form.countParts as Count;
}
const count = scriptCount();

/** Small texts of every kind of trouble, the same in each run. */
function mixtures(many: number): string[] {
  const kit = ['a', 'å', '€', '[', '\n', '’', 'á', 'e\u0301', '😀', '👨‍👩‍👧‍👦', '🇸🇪', '1️⃣', '한', ' ', 'ord '];
  let seed = 11;
  const next = (n: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  return Array.from({ length: many }, () => {
    const from = kit.slice(0, 2 + next(kit.length - 2));
    return Array.from({ length: next(260) }, () => from[next(from.length)]).join('');
  });
}

describe('compose.js counts as the server does', () => {
  test.each([
    ['', 0, 1, 160],
    ['a'.repeat(160), 160, 1, 160],
    ['a'.repeat(161), 161, 2, 306],
    ['€'.repeat(80), 160, 1, 160],
    [`${'a'.repeat(152)}€${'a'.repeat(10)}`, 164, 2, 306],
    ['á'.repeat(70), 70, 1, 70],
    ['á'.repeat(71), 71, 2, 134],
  ])('%.12j', (text, units, parts, room) => {
    expect(count(text)).toMatchObject({ units, parts, room });
  });

  test('in a thousand mixtures of letters, emoji and pieces of letters', () => {
    const wrong = mixtures(1000).filter((text) => {
      const { units, parts } = countParts(text);
      const ours = count(text);
      return ours.units !== units || ours.parts !== parts;
    });
    expect(wrong).toEqual([]);
  });
});
