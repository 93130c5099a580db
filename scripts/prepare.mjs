/**
 * What npm runs after installing a checkout, and npx when it first links one. Where only the run-time packages are
 * installed there is no compiler, and `dist` is there already.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const compiler = new URL('../node_modules/typescript/bin/tsc', import.meta.url);
if (existsSync(compiler)) {
  const { status } = spawnSync(process.execPath, [compiler.pathname, '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
}
