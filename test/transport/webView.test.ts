import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import Handlebars from 'handlebars';
import { createViews } from '../../src/transport/web/view.ts';
import { VIEWS } from '../kit/web.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'startstopp-views-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const helpers = { t: (key: string) => `<${key}>`, asset: (name: string) => `/assets/${name}` };
const known = (key: string) => key === 'a.text';

function views(files: Record<string, string>) {
  for (const [name, source] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), source);
  }
  return createViews(folder, helpers, known);
}

describe('what stops the start', () => {
  test.each([
    ['a partial that is not there', '{{> ui/nothing}}', 'there is no partial ui/nothing'],
    [
      'a layout that is not there',
      '{{#> layouts/nothing}}x{{/layouts/nothing}}',
      'there is no partial layouts/nothing',
    ],
    ['a helper that is not there', '{{!-- uses: a. --}}{{shout a}}', 'there is no helper shout'],
    ['a block helper that is not there', '{{!-- uses: a. --}}{{#times a}}x{{/times}}', 'there is no helper times'],
    ['a text that is not there', "{{t 'a.test'}}", 'there is no text a.test'],
    ['a text that is not there, in brackets', "{{#if (t 'a.test')}}x{{/if}}", 'there is no text a.test'],
    ['a field nobody declared', '{{!-- uses: name. --}}{{name}} {{nmae}}', 'uses nmae'],
    ['such a field in an if', '{{!-- uses: name. --}}{{name}}{{#if nmae}}x{{/if}}', 'uses nmae'],
    ['such a field in an else', '{{!-- uses: name. --}}{{#if name}}x{{else}}{{nmae}}{{/if}}', 'uses nmae'],
    ['such a field inside a partial block', '{{#> p}}{{nmae}}{{/p}}', 'uses nmae'],
    ['such a field as a parameter', '{{> p title=nmae}}', 'uses nmae'],
    ['a declared field nobody uses', '{{!-- uses: name old. --}}{{name}}', 'names old'],
    ['a block that is not closed', '{{#if a}}', 'Parse error'],
  ])('%s', (_name, source, problem) => {
    expect(() => views({ 'page.hbs': source, 'partials/p.hbs': '' })).toThrow(problem);
  });

  test('all problems are told at once, with their templates', () => {
    const start = () => views({ 'one.hbs': '{{a}}', 'pages/two.hbs': "{{t 'no'}}" });
    expect(start).toThrow(/one: .*\n.*pages\/two: /);
  });
});

describe('what is rendered', () => {
  test('fields and texts are escaped, also those of helpers', () => {
    const { render } = views({ 'page.hbs': "{{!-- uses: name. --}}{{name}} {{t 'a.text'}}" });
    expect(render('page', { name: '<b>"&' })).toBe('&lt;b&gt;&quot;&amp; &lt;a.text&gt;');
  });

  test('a field that the model lacks is a fault', () => {
    const { render } = views({ 'page.hbs': '{{!-- uses: name. --}}{{name}}' });
    expect(() => render('page', {})).toThrow('name');
    expect(() => render('other', {})).toThrow('there is no template other');
  });

  test('layouts, partials and loops see what they are given', () => {
    const { render } = views({
      'layouts/page.hbs': '{{!-- uses: title. --}}[{{title}}|{{> @partial-block}}]',
      'partials/ui/item.hbs': '{{!-- uses: name side. --}}({{name}}{{side}})',
      'page.hbs':
        "{{!-- uses: items. --}}{{#> layouts/page title='T'}}{{#each items}}{{> ui/item side='!'}}{{/each}}{{/layouts/page}}",
    });
    expect(render('page', { items: [{ name: 'a' }, { name: 'b' }] })).toBe('[T|(a!)(b!)]');
  });
});

test('our own templates pass, and every one can be compiled, which a start leaves for later', () => {
  expect(() => createViews(VIEWS, helpers, () => true)).not.toThrow();
  const templates = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hbs'));
  expect(templates.length).toBeGreaterThan(100);
  for (const name of templates)
    expect(() => Handlebars.precompile(readFileSync(join(VIEWS, name), 'utf8'), { strict: true })).not.toThrow();
});
