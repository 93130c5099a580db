import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { createProgram } from '../../src/cli/program.ts';
import { settingsTable } from '../../src/config.ts';

const project = fileURLToPath(new URL('../../', import.meta.url));
const readme = readFileSync(`${project}README.md`, 'utf8');

describe('the README', () => {
  test('has the settings as the code has them (npx startstopp settings)', () => {
    expect(readme).toContain(settingsTable());
  });

  test('names every command', () => {
    const missing = createProgram()
      .commands.map((command) => command.name())
      .filter((name) => name !== 'settings' && name !== 'help' && !new RegExp(`\`[^\`]*\\b${name}\\b`).test(readme));
    expect(missing).toEqual([]);
  });

  test('names only scripts that package.json has', () => {
    const { scripts } = JSON.parse(readFileSync(`${project}package.json`, 'utf8')) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm run (\w+)/g)].map((match) => match[1] ?? '');
    expect(named.filter((name) => !scripts[name])).toEqual([]);
  });
});
