import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from '@swc/core';

const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * The sources as JavaScript in a folder of their own, for tests that start and kill a real process: always of this
 * moment, while dist/ may be old. `folders` are those of src/ that the process needs.
 */
export function compiled(folders: readonly string[]): { path(file: string): string; clear(): void } {
  const target = mkdtempSync(join(tmpdir(), 'startstopp-compiled-'));
  for (const name of ['node_modules', 'db', 'views']) symlinkSync(join(root, name), join(target, name));
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  for (const folder of folders) {
    for (const file of readdirSync(join(root, 'src', folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const path = join(folder, file);
      const { code } = transformSync(readFileSync(join(root, 'src', path), 'utf8'), {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2022',
          /** swc knows it, its types do not yet. */
          ...{ rewriteRelativeImportExtensions: true },
        },
        module: { type: 'es6' },
      });
      const out = join(target, 'src', path.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(out), { recursive: true });
      writeFileSync(out, code);
    }
  }
  return {
    path: (file) => join(target, file),
    clear: () => rmSync(target, { recursive: true, force: true }),
  };
}
