#!/usr/bin/env node
import { CommanderError } from 'commander';
import { Stopped } from './cli/installation.ts';
import { createProgram } from './cli/program.ts';
import { BadSettings } from './config.ts';

/**
 * The command line. Exit code 0: done. 1: refused or failed, with one clear line. 2: wrong usage (document 5).
 */
try {
  await createProgram().parseAsync(process.argv);
} catch (error) {
  process.exitCode = exitCode(error);
}

function exitCode(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Stopped || error instanceof BadSettings) {
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
  const fault = error as NodeJS.ErrnoException;
  process.stderr.write(`${fault?.message ?? String(error)}\n`);
  return 1;
}
