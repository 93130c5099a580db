import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { describeVectors, readVectors } from '../kit/vectors.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const text = readFileSync(`${root}docs/security.md`, 'utf8');
const rows = [...text.matchAll(/^\| (\d+\.\d+\.\d+) \| (.+?) \| (.+?) \| (.+) \|$/gm)];

describeVectors('web/asvs_l2_checklist.json', () => {
  test('every point has its row, in order', () => {
    const { checks } = readVectors<{ checks: { id: string }[] }>('web/asvs_l2_checklist.json');
    expect(rows.map(([, id]) => id)).toEqual(checks.map(({ id }) => id));
  });
});

test('each says how it stands, and the sum above the table is right', () => {
  const counts: Record<string, number> = {};
  for (const [, , , state = ''] of rows) counts[state] = (counts[state] ?? 0) + 1;
  const known = ['holds', 'by design', 'partly', 'no', 'later', 'outside'];
  expect(Object.keys(counts).filter((state) => !known.includes(state))).toEqual([]);
  const said = /^(\d+) hold by a test, (\d+) by how it is built, (\d+) in part, (\d+) not, (\d+) .*, (\d+) are/m.exec(
    text,
  );
  expect(said?.slice(1).map(Number)).toEqual(known.map((state) => counts[state] ?? 0));
});

test('what a row points to is there', () => {
  const tests = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' });
  for (const [, id, , , where = ''] of rows)
    for (const [, name = ''] of where.matchAll(/`([a-z]+\/?[\w./-]*?)…?`/gi)) {
      const isThere =
        existsSync(`${root}${name}`) ||
        existsSync(`${root}src/${name}`) ||
        ['twilio', 'web', 'core', 'providers'].some((folder) => existsSync(`${root}src/transport/${folder}/${name}`)) ||
        existsSync(`${root}src/transport/${name}`) ||
        existsSync(`${root}src/app/${name}`) ||
        existsSync(`${root}bench/${name.replace('bench/', '')}.mjs`) ||
        tests.some(
          (file) => file.startsWith(name) || file === `transport/${name}.test.ts` || file === `${name}.test.ts`,
        );
      if (/^(?:a-z|bcdef|src$|npm|PUBLIC|SECRET)/.test(name)) continue;
      expect([id, name, isThere]).toEqual([id, name, true]);
    }
});
