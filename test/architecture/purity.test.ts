import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';

const source = fileURLToPath(new URL('../../src/', import.meta.url));
const files = (folder: string): string[] =>
  readdirSync(source + folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`);
/** Code without comments: a comment may speak of a clock. */
const code = (file: string): string => readFileSync(source + file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

describe('core and i18n are pure', () => {
  test.each([...files('core'), ...files('i18n')])('%s', (file) => {
    expect(code(file)).not.toMatch(/\bawait\b|\basync\b|Date\.now\(|new Date\(\)|Math\.random|\bprocess\.|\bconsole\./);
  });
});

describe('the environment is read in one place', () => {
  const readers = ['core', 'i18n', 'ports', 'app', 'delivery', 'store', 'transport', 'providers', 'cli']
    .flatMap(files)
    .filter((file) => code(file).includes('process.env'));
  test('config.ts', () => {
    expect(readers).toEqual([]);
  });
});

describe('ports are types', () => {
  test.each(files('ports'))('%s holds no code', (file) => {
    expect(code(file)).not.toMatch(/^\s*(?:export\s+)?(?:async\s+)?(?:function|const|let|class)\b/m);
  });
});
