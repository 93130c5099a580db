import Handlebars from 'handlebars';

type Allowed = { helpers: readonly string[]; partials: readonly string[]; isTextKey: (key: string) => boolean };

/**
 * Compares a template with the list of names in its first comment, `{{!-- uses: title phones name --}}`: every field
 * must be on the list and every name on the list must be used. Handlebars' own strict mode sees a misspelt field only
 * when the line is rendered, and not at all inside `#if`.
 */
export function checkNames(program: hbs.AST.Program, allowed: Allowed): string[] {
  const problems = new Set<string>();
  const declared = declaredNames(program);
  const used = new Set<string>();
  const add = (problem: string): void => {
    problems.add(problem);
  };

  class Names extends Handlebars.Visitor {
    override PathExpression(path: hbs.AST.PathExpression): void {
      // @root.locale, @index and the like are the engine's; `this` has no parts.
      if (path.data) return;
      for (const part of path.parts as (string | object)[]) if (typeof part === 'string') use(part);
    }
    override MustacheStatement(statement: hbs.AST.MustacheStatement): void {
      this.call(statement);
    }
    override SubExpression(expression: hbs.AST.SubExpression): void {
      this.call(expression);
    }
    override BlockStatement(block: hbs.AST.BlockStatement): void {
      this.call(block);
      this.accept(block.program);
      if (block.inverse) this.accept(block.inverse);
    }
    override PartialStatement(partial: hbs.AST.PartialStatement): void {
      this.partial(partial);
    }
    override PartialBlockStatement(partial: hbs.AST.PartialBlockStatement): void {
      this.partial(partial);
      this.accept(partial.program);
    }

    private partial(statement: hbs.AST.PartialStatement | hbs.AST.PartialBlockStatement): void {
      const name = (statement.name as hbs.AST.PathExpression).original;
      if (name !== '@partial-block' && !allowed.partials.includes(name)) add(`there is no partial ${name}`);
      this.args(statement);
    }

    private call(node: Pick<hbs.AST.MustacheStatement, 'path' | 'params' | 'hash'>): void {
      const path = node.path as hbs.AST.PathExpression;
      const isCall = (node.params ?? []).length > 0 || allowed.helpers.includes(path.original);
      if (!isCall) {
        this.accept(path);
        return;
      }
      if (!allowed.helpers.includes(path.original)) add(`there is no helper ${path.original}`);
      const [first] = node.params;
      if (path.original === 't' && first?.type === 'StringLiteral') {
        const key = (first as hbs.AST.StringLiteral).value;
        if (!allowed.isTextKey(key)) add(`there is no text ${key}`);
      }
      this.args(node);
    }

    private args(node: { params?: hbs.AST.Expression[]; hash?: hbs.AST.Hash }): void {
      for (const param of node.params ?? []) this.accept(param);
      for (const pair of node.hash?.pairs ?? []) this.accept(pair.value);
    }
  }

  function use(name: string): void {
    used.add(name);
    if (!declared.has(name)) add(`uses ${name}, which its first comment does not name`);
  }

  new Names().accept(program);
  for (const name of declared) if (!used.has(name)) add(`names ${name} in its first comment and does not use it`);
  return [...problems];
}

function declaredNames(program: hbs.AST.Program): Set<string> {
  const first = program.body.find((statement) => statement.type === 'CommentStatement') as
    | hbs.AST.CommentStatement
    | undefined;
  const list = /^\s*uses:([^.]*)/.exec(first?.value ?? '')?.[1] ?? '';
  return new Set(list.split(/\s+/).filter((name) => name !== ''));
}
