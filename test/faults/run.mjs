import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * `npm run faults [-- F14 …]`: every promise under faults in its long form, one at a time, then a table of what was done
 * and what was found. Exits with 1 when one is broken or a named one was not found.
 */
const project = fileURLToPath(new URL('../../', import.meta.url));
const wanted = process.argv.slice(2).map((id) => id.toUpperCase());
const rows = mkdtempSync(join(tmpdir(), 'fault-rows-'));

/** Every id that a script promises; "F4-F7" stands for four of them. */
const here = join(project, 'test/faults');
const ids = readdirSync(here)
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => [...readFileSync(join(here, file), 'utf8').matchAll(/['`](F\d+(?:-F\d+)?)['`]/g)])
  .map((match) => match[1] ?? '');
function covers(id, one) {
  const [first = 0, last = first] = (id.match(/\d+/g) ?? []).map(Number);
  const number = Number(one.slice(1));
  return number >= first && number <= last;
}
const missing = wanted.filter((one) => !ids.some((id) => covers(id, one)));
if (missing.length > 0) {
  process.stderr.write(`No script promises ${missing.join(', ')}. There are ${[...new Set(ids)].join(', ')}.\n`);
  process.exit(1);
}
const pattern = ids
  .filter((id) => wanted.some((one) => covers(id, one)))
  .map((id) => `^${id}:`)
  .join('|');

const jest = spawn(
  process.execPath,
  [
    ...['--experimental-vm-modules', '--no-warnings', join(project, 'node_modules/jest/bin/jest.js')],
    ...[
      'test/faults',
      '--runInBand',
      `--outputFile=${join(rows, 'jest')}`,
      '--json',
      ...(pattern ? ['--testNamePattern', pattern] : []),
    ],
  ],
  { cwd: project, env: { ...process.env, FAULTS: 'long', FAULT_ROWS: rows }, stdio: ['ignore', 2, 2] },
);
const code = await new Promise((resolve) => jest.once('exit', (exit) => resolve(exit ?? 1)));

const number = ({ id }) => Number(/\d+/.exec(id)?.[0] ?? 0);
const found = readdirSync(rows)
  .filter((file) => file.endsWith('.json'))
  .map((file) => JSON.parse(readFileSync(join(rows, file), 'utf8')));
/** A script that ran out of time, or whose file could not be loaded, has written no row. */
if (existsSync(join(rows, 'jest'))) {
  for (const { name, message, assertionResults } of JSON.parse(readFileSync(join(rows, 'jest'), 'utf8')).testResults) {
    if (assertionResults.length === 0)
      found.push({
        id: basename(name),
        says: 'could not be run',
        done: '',
        figure: message.split('\n')[0],
        kept: false,
        seconds: 0,
      });
    for (const { status, title, duration, failureMessages } of assertionResults) {
      const [id, says] = [title.split(': ')[0], title.slice(title.indexOf(': ') + 2)];
      if (status !== 'failed' || found.some((row) => row.id === id && row.says === says)) continue;
      const figure = failureMessages.join(' ').split('\n')[0];
      found.push({ id, says, done: '', figure, kept: false, seconds: (duration ?? 0) / 1000 });
    }
  }
}
found.sort((a, b) => number(a) - number(b) || a.says.localeCompare(b.says));
rmSync(rows, { recursive: true, force: true });

const head = ['promise', 'what was done', 'figure', 'kept', 'seconds'];
const lines = found.map(({ id, says, done, figure, kept, seconds }) => [
  `${id} ${says}`,
  done,
  figure,
  kept ? 'yes' : 'BROKEN',
  seconds.toFixed(0),
]);
for (const line of [head, head.map(() => '---'), ...lines])
  process.stdout.write(`| ${line.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`);

process.exit(code === 0 && found.length > 0 && found.every((row) => row.kept) ? 0 : 1);
