import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { projectFolder } from '../config.ts';
import { Stopped } from './installation.ts';

/** `startstopp bench [NAME…]`: figures beside their limits. The limits and peers are in a checkout only. */
export async function bench(names: string[]): Promise<void> {
  const file = resolve(projectFolder, 'bench/run.mjs');
  if (!existsSync(file))
    throw new Stopped('The bench is in a checkout of the project only, and this is an installed package.');
  const child = spawn(process.execPath, [file, ...names], { stdio: 'inherit' });
  process.exitCode = await new Promise<number>((done) => child.once('exit', (code) => done(code ?? 1)));
}
