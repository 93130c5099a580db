#!/usr/bin/env node
import { judged, machine, table, writeJson } from './kit/report.mjs';

/**
 * `npm run bench [-- NAME… [--runs N] [--json]]`: each figure beside its limit in the same run. Never part of a test run;
 * a goal that is not reached is printed, and the exit code stays 0. README.md says how it is measured.
 */
const BENCHES = [
  'inbound',
  'fanout',
  'smsout',
  'broadcast',
  'mailin',
  'mailout',
  'calm',
  'memory',
  'claim',
  'pages',
  'public',
  'import',
];

const args = process.argv.slice(2);
const asJson = args.includes('--json');
const runsAt = args.indexOf('--runs');
const runs = runsAt < 0 ? 5 : Number(args[runsAt + 1]);
const names = args.filter((arg, i) => !arg.startsWith('--') && (runsAt < 0 || i !== runsAt + 1));
const unknown = names.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0 || !Number.isInteger(runs) || runs < 1) {
  process.stderr.write(`Use: bench [${BENCHES.join('|')}]… [--runs N] [--json]\n`);
  process.exit(2);
}

const tell = (text) => {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
};
const say = (text) => (asJson ? process.stderr : process.stdout).write(`${text}\n`);

const all = {};
const where = machine();
say(
  `node ${where.node}, ${where.cpus.count} x ${where.cpus.model}, load ${where.loadAverage.toFixed(1)}, ${where.commit}`,
);
for (const name of names.length > 0 ? names : BENCHES) {
  const { run } = await import(`./${name}.mjs`);
  const began = performance.now();
  try {
    const result = judged(await run({ runs, tell: (text) => tell(`${name}: ${text}`) }));
    tell('');
    all[name] = { name, ...result, seconds: (performance.now() - began) / 1000, machine: where };
    say(`${table(name, all[name])}\n  ${writeJson(name, all[name])}`);
  } catch (error) {
    tell('');
    say(`\n${name}: could not be measured: ${error.message}`);
    process.stderr.write(`${error.stack}\n`);
    process.exitCode = 1;
  }
}
if (asJson) process.stdout.write(`${JSON.stringify(all, null, 2)}\n`);
process.exit();
