import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const project = fileURLToPath(new URL('../../', import.meta.url));

/** Runs the dependency rule over a copy of `src`, so that a planted line never touches the project. */
describe('the dependency rule', () => {
  // Cruising every file takes several seconds on a busy machine.
  const LONG_MS = 120_000;
  let copy: string;
  beforeAll(() => {
    copy = mkdtempSync(join(tmpdir(), 'layers-'));
    for (const name of ['src', '.dependency-cruiser.cjs', 'tsconfig.json', 'package.json'])
      cpSync(join(project, name), join(copy, name), { recursive: true });
    symlinkSync(join(project, 'node_modules'), join(copy, 'node_modules'));
  });
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  const cruise = (): string => {
    try {
      return execFileSync(
        process.execPath,
        ['node_modules/dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'src'],
        {
          cwd: copy,
          encoding: 'utf8',
        },
      );
    } catch (error) {
      return (error as { stdout: string }).stdout;
    }
  };

  const planted: readonly [file: string, line: string, rule: string][] = [
    ['core/planted1.ts', "import type { Log } from '../ports/log.ts';", 'core-imports-core'],
    ['core/planted2.ts', "import { randomBytes } from 'node:crypto';", 'core-imports-no-package'],
    ['app/planted3.ts', "import type { Context } from '../cli/context.ts';", 'nothing-imports-main'],
    ['store/planted4.ts', "import type { Providers } from '../providers/registry.ts';", 'store-sees-core-and-ports'],
    ['transport/web/planted5.ts', "import type { Answer } from '../twilio/answer.ts';", 'transport-imports-down'],
    ['app/planted6.ts', "import express from 'express';", 'web-only-in-transport'],
    ['app/planted7.ts', "import { sql } from 'drizzle-orm';", 'database-only-in-store'],
  ];

  test(
    'finds each forbidden import, also one of a type only, and none in the code as it is, of which it looks at every file',
    () => {
      for (const [file, line] of planted) writeFileSync(join(copy, 'src', file), `${line}\n`);
      const report = cruise();
      const found = [...report.matchAll(/^\s*error ([\w-]+): src\/(\S+)/gm)].map(
        ([, rule, file]) => `${file}: ${rule}`,
      );
      expect(found).toEqual(expect.arrayContaining(planted.map(([file, , rule]) => `${file}: ${rule}`)));
      expect(found.filter((line) => !line.includes('/planted'))).toEqual([]);
      expect(Number(/(\d+) modules/.exec(report)?.[1])).toBeGreaterThan(500);
    },
    LONG_MS,
  );
});
