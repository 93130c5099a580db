import { createWriteStream, readFileSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { applyFile } from '../app/apply.ts';
import { approveMembers } from '../app/approve.ts';
import { exportMembers, exportSheet } from '../app/exportMembers.ts';
import { importMembers } from '../app/importMembers.ts';
import { type Tried, type TriedError, tryText } from '../app/tryText.ts';
import { withContext } from './context.ts';
import { Stopped } from './installation.ts';
import { noBook } from './noBook.ts';
import { print, printJson, progress } from './print.ts';
import { table } from './table.ts';

type Json = { json?: boolean };

/** Input the user named: a clear line when it cannot be read. */
function readInput(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Stopped(`${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown fault'}).`);
  }
}

type Outcome = { line: number; who: string; outcome: string; reason: string };
const isRefusal = ({ outcome }: Outcome): boolean => outcome.startsWith('refused') || outcome === 'twice';

function printErrors(file: string, errors: readonly { line: number; message: string }[], json: boolean): never {
  if (json) printJson({ ok: false, errors });
  else for (const { line, message } of errors) process.stderr.write(`${file}:${line}: ${message}\n`);
  throw new Stopped(
    `${errors.length === 1 ? 'One error' : `${errors.length} errors`} in ${file}; nothing was changed.`,
  );
}

export async function apply(file: string, options: Json): Promise<void> {
  const source = readInput(file);
  const result = await withContext((context) => applyFile(source, context));
  if (!result.ok) printErrors(file, result.errors, options.json ?? false);
  if (options.json) return printJson(result);
  for (const change of result.changes) print(change);
  for (const one of result.outcomes.filter(isRefusal))
    print(`line ${one.line}: ${one.who}: ${one.outcome.replaceAll('_', ' ')}: ${one.reason}`);
  if (result.changes.length === 0) print('Nothing to change.');
}

export async function importFile(address: string, file: string, options: Json): Promise<void> {
  readInput(file);
  const result = await withContext((context) =>
    importMembers(address, file, context, {
      progress: ({ doing, rows, of }) => progress(`${doing} ${rows}${of === null ? '' : ` of ${of}`} rows`),
    }),
  );
  progress(null);
  if (!result.ok) {
    if (result.why === 'no_book') throw noBook(address);
    printErrors(file, result.errors, options.json ?? false);
  }
  if (options.json) return printJson(result);
  print(
    `${result.rows} rows: ${result.added} added, ${result.changed} changed, ${result.alreadyThere} already there, ${result.refused.length} refused`,
  );
  for (const one of result.refused)
    print(`line ${one.line}: ${one.who}: ${one.outcome.replaceAll('_', ' ')}: ${one.reason}`);
}

export async function exportFile(address: string, options: { unsubscribed?: boolean; xlsx?: string }): Promise<void> {
  await withContext(async ({ store }) => {
    if (options.xlsx !== undefined) {
      const file = options.xlsx;
      const sheet = await exportSheet(address, { unsubscribed: options.unsubscribed ?? false }, { store });
      if (!sheet.ok) throw noBook(address);
      // People's numbers: for whoever exports them, and nobody else on the machine.
      return pipeline(sheet.bytes, createWriteStream(file, { mode: 0o600 })).catch((error: NodeJS.ErrnoException) => {
        throw error.syscall ? new Stopped(`${file} cannot be written (${error.code ?? 'unknown fault'}).`) : error;
      });
    }
    const exported = await exportMembers(address, { unsubscribed: options.unsubscribed ?? false }, { store });
    if (!exported.ok) throw noBook(address);
    for await (const line of exported.lines) print(line);
  });
}

export async function judge(
  verdict: 'approve' | 'refuse',
  address: string,
  phones: string[],
  options: Json & { all?: boolean },
): Promise<void> {
  if (phones.length === 0 && !options.all) throw new Stopped('Name the phones, or give --all.');
  const result = await withContext((context) =>
    approveMembers(address, verdict, options.all ? 'all' : phones, { actor: 'cli', door: 'cli' }, context),
  );
  if (!result.ok) throw noBook(address);
  if (options.json) printJson(result.outcomes);
  else if (result.outcomes.length === 0) print('Nobody waits for approval.');
  else
    print(
      table(
        ['who', 'name', 'outcome'],
        result.outcomes.map((one) => [
          one.who,
          one.name,
          `${one.outcome.replaceAll('_', ' ')}${one.reason === '' ? '' : `: ${one.reason}`}`,
        ]),
      ),
    );
  const done = result.outcomes.some((one) => one.outcome === 'approved' || one.outcome === 'refused');
  if (!done && !options.all) throw new Stopped('Nobody of these waits for approval; nothing was changed.');
}

export async function tryOut(
  address: string,
  text: string | undefined,
  options: Json & { from?: string; batch?: string },
): Promise<void> {
  const cases = options.batch === undefined ? oneCase(text, options.from) : readBatch(options.batch);
  const result = await withContext((context) => tryText(address, cases, context));
  if (!result.ok) throw noBook(address);
  if (options.batch !== undefined) return printJson(result.tried);
  const [tried] = result.tried;
  if (!tried) return;
  if (options.json) return printJson(tried);
  printTried(tried);
}

function oneCase(text: string | undefined, from: string | undefined): { text: string; from: string }[] {
  if (text === undefined) throw new Stopped('Give the text to try, or --batch FILE.json.');
  if (from === undefined) throw new Stopped('Give the sender: --from +46701740605');
  return [{ text, from }];
}

function readBatch(file: string): { text: string; from: string }[] {
  let value: unknown;
  try {
    value = JSON.parse(readInput(file));
  } catch (error) {
    if (error instanceof Stopped) throw error;
    throw new Stopped(`${file} is not JSON: ${(error as Error).message}`);
  }
  const fits = (one: unknown): one is { text: string; from: string } =>
    typeof (one as { text?: unknown })?.text === 'string' && typeof (one as { from?: unknown })?.from === 'string';
  if (!Array.isArray(value)) throw new Stopped(`${file} must hold an array of { "text", "from" }.`);
  const wrong = value.findIndex((one) => !fits(one));
  if (wrong >= 0) throw new Stopped(`${file}: entry ${wrong + 1} must be { "text": "…", "from": "+46…" }.`);
  return value as { text: string; from: string }[];
}

function printTried(tried: Tried | TriedError): void {
  if ('error' in tried) throw new Stopped(tried.error);
  print(`read as   ${tried.normalForm || '(nothing)'}`);
  print(
    `rule      ${tried.rule ?? 'none'}${tried.also.length > 0 ? `  also ${tried.also.join(', ')}` : ''}  (${tried.kind}${tried.book ? `, book ${tried.book}` : ''})`,
  );
  for (const { do: what, ...rest } of tried.changes)
    print(
      `change    ${what.replaceAll('_', ' ')} ${Object.entries(rest)
        .filter(([, value]) => value !== null)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')}`,
    );
  if (tried.changes.length === 0) print('change    nothing');
  for (const out of tried.outgoing)
    print(`text      to ${out.to} (${out.parts} ${out.parts === 1 ? 'part' : 'parts'}): ${out.text}`);
  if (tried.outgoing.length === 0) print('text      none');
}
