import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import Handlebars from 'handlebars';
import { checkNames } from './viewNames.ts';

export type Helpers = Readonly<Record<string, (...args: never[]) => string>>;

/** What a template may do beside its helpers; anything else is a misspelling. */
const BUILT_IN = ['if', 'unless', 'each', 'with'];

export type Views = {
  /** HTML of one template. Throws for a template or a field that is not there. */
  render(name: string, model: object): string;
  /** The `view` setting of an Express app, which makes `res.render` and `app.render` come here. */
  readonly View: new (
    name: string,
  ) => {
    path: string;
    render(model: object, done: (error: unknown, html?: string) => void): void;
  };
};

/**
 * Reads and checks every template below `folder` at once: a partial, helper, text key or field name that is misspelt
 * stops the start, not the reader of a page. `partials/ui/icon.hbs` is the partial `ui/icon`; all others go by their
 * path. `isTextKey` says which first arguments `t` takes. Each is compiled when it is first used: all of them at once
 * would hold every start up by a third of a second.
 */
export function createViews(folder: string, helpers: Helpers, isTextKey: (key: string) => boolean): Views {
  const engine = Handlebars.create();
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.hbs'));
  const sources = new Map(names.map((name) => [nameOf(name), readFileSync(join(folder, name), 'utf8')]));
  const options = {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries(Object.keys(helpers).map((name) => [name, true])),
    preventIndent: true,
  } as unknown as CompileOptions;

  const templates = new Map<string, HandlebarsTemplateDelegate>();
  const problems: string[] = [];
  for (const [name, source] of sources) {
    try {
      const program = engine.parse(source);
      const allowed = { helpers: [...BUILT_IN, ...Object.keys(helpers)], partials: [...sources.keys()], isTextKey };
      problems.push(...checkNames(program, allowed).map((problem) => `${name}: ${problem}`));
      templates.set(name, engine.compile(program, options));
    } catch (error) {
      problems.push(`${name}: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new Error(`templates cannot be used:\n${problems.join('\n')}`);
  for (const [name, template] of templates) engine.registerPartial(name, template);
  for (const [name, helper] of Object.entries(helpers))
    engine.registerHelper(name, helper as Handlebars.HelperDelegate);

  function render(name: string, model: object): string {
    const template = templates.get(name);
    if (!template) throw new Error(`there is no template ${name}`);
    return template(model);
  }

  class View {
    readonly path: string;
    constructor(name: string) {
      this.path = name;
    }
    render(model: object, done: (error: unknown, html?: string) => void): void {
      let html: string;
      try {
        html = render(this.path, model);
      } catch (error) {
        done(error);
        return;
      }
      done(null, html);
    }
  }
  return { render, View };

  function nameOf(file: string): string {
    const path = relative(folder, join(folder, file))
      .split(sep)
      .join('/')
      .replace(/\.hbs$/, '');
    return path.replace(/^partials\//, '');
  }
}
