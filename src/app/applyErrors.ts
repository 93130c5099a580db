import { isMap, isScalar, isSeq, type LineCounter, type Node } from 'yaml';
import type { z } from 'zod';

/** What is wrong with a file, and where; messages go on after the name of the setting. */
export type FileError = { line: number; message: string };

/** From the top of the file: `['books', 0, 'keyword']`. */
export type Path = readonly (string | number)[];

/** The line of the deepest node on the path that exists; a missing key points at what should have held it. */
export function lineAt(root: Node | null, path: Path, lines: LineCounter): number {
  let node: unknown = root;
  let offset = root?.range?.[0] ?? 0;
  for (const step of path) {
    if (isMap(node)) {
      const pair = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (!pair) break;
      offset = (pair.key as Node).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[step as number];
      offset = (node as Node | undefined)?.range?.[0] ?? offset;
    } else break;
  }
  return lines.linePos(offset).line;
}

export function issueErrors(issue: z.core.$ZodIssue, lineOf: (path: Path) => number): FileError[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      line: lineOf([...path, key]),
      message: `${where([...path, key])} is not a setting here`,
    }));
  return [{ line: lineOf(path), message: `${where(path)} ${issueText(issue)}` }];
}

export function where(path: Path): string {
  return path
    .map((step, index) => (typeof step === 'number' ? `[${step + 1}]` : index === 0 ? step : `.${step}`))
    .join('');
}

const EXPECTED: Record<string, string> = {
  array: 'a list',
  object: 'settings with names, such as { name: … }',
  string: 'a text',
  boolean: 'true or false',
  number: 'a number',
};

function issueText(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') {
    if (issue.message.endsWith('received undefined')) return 'is missing';
    return issue.message.startsWith('must') ? issue.message : `must be ${EXPECTED[issue.expected] ?? issue.expected}`;
  }
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.map(String).join(', ')}`;
  return issue.message;
}
