import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, test } from '@jest/globals';

const folder = fileURLToPath(new URL('../../../shared/vectors/', import.meta.url));

/** The path of a file of test data from outside; it lies beside the project and is not part of it. */
export const vectorPath = (name: string): string => folder + name;

/** Reads one JSON file of the outside test data. */
export const readVectors = <T>(name: string): T => JSON.parse(readFileSync(vectorPath(name), 'utf8')) as T;

/**
 * A `describe` that needs `../shared/vectors/NAME`: without it CI fails loudly, and a machine that only has the
 * project says that it skipped.
 */
export function describeVectors(name: string, body: () => void): void {
  if (existsSync(vectorPath(name))) {
    describe(`vectors ${name}`, body);
    return;
  }
  if (process.env['CI']) {
    test(`vectors ${name} are there`, () => {
      throw new Error(`../shared/vectors/${name} is missing: CI must have the outside test data beside the project`);
    });
    return;
  }
  describe.skip(`vectors ${name}: skipped, ../shared/vectors is not beside the project`, body);
}
