import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from '@jest/globals';
import { vectorPath } from '../kit/vectors.ts';

/** What a script found: what was done to the installation, and the figure that the promise is about. */
export type Found = { done: string; figure: string };

/** `npm run faults` runs the long form of each script; CI a short one. */
export const LONG = process.env['FAULTS'] === 'long';

/**
 * One promise of design document 7. `script` throws (by `expect`) when it is broken, and is ended after `ms`. The row is
 * written for the table of `npm run faults`.
 */
export function promise(id: string, says: string, script: (long: boolean) => Promise<Found>, ms = 300_000): void {
  const run = existsSync(vectorPath('twilio/twilio_judge.mjs')) || process.env['CI'] ? test : test.skip;
  run(
    `${id}: ${says}`,
    async () => {
      const begun = performance.now();
      try {
        const found = await script(LONG);
        row({ id, says, ...found, kept: true, seconds: (performance.now() - begun) / 1000 });
      } catch (error) {
        row({
          id,
          says,
          done: '',
          figure: String((error as Error).message).split('\n')[0] ?? '',
          kept: false,
          seconds: (performance.now() - begun) / 1000,
        });
        throw error;
      }
    },
    ms,
  );
}

function row(of: Found & { id: string; says: string; kept: boolean; seconds: number }): void {
  const folder = process.env['FAULT_ROWS'];
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${of.id}-${of.says.replace(/\W+/g, '_').slice(0, 30)}.json`), JSON.stringify(of));
}
