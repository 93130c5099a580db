import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeVectors, readVectors } from '../kit/vectors.ts';
import { VIEWS } from '../kit/web.ts';

/** Scripts that browsers get from us, against retire.js's list of versions with known holes (OWASP ASVS 5.0, 15.2.1). */
type Hole = { below?: string; atOrAbove?: string };
type Library = {
  vulnerabilities?: Hole[];
  extractors: { filename?: string[]; filecontent?: string[]; hashes?: Record<string, string> };
};

const browserKit = createRequire(import.meta.url).resolve('@simplewebauthn/browser');
const scripts = (): [name: string, text: string][] => [
  ...readdirSync(join(VIEWS, 'assets'))
    .filter((name) => name.endsWith('.js'))
    .map((name): [string, string] => [name, readFileSync(join(VIEWS, 'assets', name), 'utf8')]),
  ['htmx.min.js', readFileSync(createRequire(import.meta.url).resolve('htmx.org/dist/htmx.min.js'), 'utf8')],
  ['webauthn.min.js', readFileSync(join(dirname(browserKit), '../dist/bundle/index.umd.min.js'), 'utf8')],
];

const VERSION = '[0-9][0-9.a-z_\\-]*';
/** Does `a` come before `b`? By numbers where both are numbers. */
function isBelow(a: string, b: string): boolean {
  const [left, right] = [a, b].map((each) => each.split(/[.\-_]/));
  for (let i = 0; i < Math.max(left?.length ?? 0, right?.length ?? 0); i++) {
    const [x, y] = [left?.[i] ?? '0', right?.[i] ?? '0'];
    if (x === y) continue;
    return /^\d+$/.test(x) && /^\d+$/.test(y) ? Number(x) < Number(y) : x < y;
  }
  return false;
}

/** Every library that the list recognises in a script, and whether that version has a hole. */
function found(list: Record<string, Library>, name: string, text: string): { library: string; holed: boolean }[] {
  const sha1 = createHash('sha1').update(text).digest('hex');
  return Object.entries(list).flatMap(([library, { vulnerabilities = [], extractors }]) => {
    const { filename = [], filecontent = [], hashes = {} } = extractors ?? {};
    const matched = (pattern: string, where: string) =>
      new RegExp(pattern.replaceAll('§§version§§', VERSION)).exec(where)?.[1];
    const version =
      hashes[sha1] ??
      filename.map((pattern) => matched(pattern, name)).find(Boolean) ??
      filecontent.map((pattern) => matched(pattern, text)).find(Boolean);
    if (version === undefined) return [];
    const holed = vulnerabilities.some(
      ({ below, atOrAbove }) =>
        (below === undefined || isBelow(version, below)) && (atOrAbove === undefined || !isBelow(version, atOrAbove)),
    );
    return [{ library, holed }];
  });
}

describeVectors('web/retire_jsrepository-v5.json', () => {
  const list = () => readVectors<Record<string, Library>>('web/retire_jsrepository-v5.json');

  test('the list is understood: an old jQuery has holes', () => {
    const old = found(list(), 'jquery-1.8.1.min.js', '/*! jQuery v1.8.1 jquery.com | jquery.org/license */');
    expect(old).toEqual([{ library: 'jquery', holed: true }]);
  });

  test.each(scripts())('%s has no known hole', (name, text) => {
    expect(found(list(), name, text).filter(({ holed }) => holed)).toEqual([]);
  });
});

test('no script of ours makes code or markup out of text', () => {
  for (const [name, text] of scripts().filter(([name]) => name !== 'htmx.min.js')) {
    expect([
      name,
      text.match(/\beval\b|new Function|document\.write|insertAdjacentHTML|localStorage|sessionStorage/g),
    ]).toEqual([name, null]);
    // The simulator's takes pieces that the server has escaped.
    expect([name, text.match(/\b(?:inner|outer)HTML\b/g)?.length ?? 0]).toEqual([
      name,
      name === 'simulator.js' ? 1 : 0,
    ]);
  }
});
