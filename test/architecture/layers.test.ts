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

  test(
    'holds for the code as it is, and looks at every file',
    () => {
      const report = cruise();
      expect(report).toContain('no dependency violations found');
      expect(Number(/\((\d+) modules/.exec(report)?.[1])).toBeGreaterThan(100);
    },
    LONG_MS,
  );

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
    'a forbidden import is found, also one of a type only',
    () => {
      for (const [file, line] of planted) writeFileSync(join(copy, 'src', file), `${line}\n`);
      const report = cruise();
      const missed = planted.filter(([file, , rule]) => !report.includes(`${rule}: src/${file}`));
      expect(missed).toEqual([]);
    },
    LONG_MS,
  );
});
