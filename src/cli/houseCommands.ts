import { erasePerson } from '../app/erasePerson.ts';
import { loadConfig } from '../config.ts';
import { move as moveStore } from '../store/open.ts';
import { withContext } from './context.ts';
import { Stopped } from './installation.ts';
import { print, printJson, progress } from './print.ts';

type Json = { json?: boolean };

/** `ledger verify`: exit 1 with every break when a line was changed or removed. */
export async function verifyLedger(options: Json): Promise<void> {
  const report = await withContext(async ({ store }) => {
    while ((await store.ledger.seal(1000)) > 0);
    return store.ledger.verify();
  });
  if (options.json) printJson(report);
  else {
    print(
      `${report.lines} lines, ${report.sealed} sealed, ${report.erased} erased on demand, ${report.breaks.length} breaks`,
    );
    for (const one of report.breaks)
      print(`  line ${one.chainNo ?? 'not sealed'} (${one.eventId}): ${one.what.replace('_', ' ')}`);
  }
  if (report.breaks.length > 0) throw new Stopped('The ledger does not hold: lines were changed or removed.');
}

export async function erase(address: string, options: Json): Promise<void> {
  const outcome = await withContext((context) => erasePerson(address, context));
  if (!outcome.ok) throw new Stopped(ERASE_REFUSALS[outcome.why]);
  if (options.json) return printJson(outcome);
  print(`Erased from ${outcome.rows} rows. A keyed hash stays, so that an import cannot bring them back.`);
  if (outcome.memberships.length > 0)
    print(`Was in: ${outcome.memberships.map((one) => `${one.book} (${one.status})`).join(', ')}`);
  if (outcome.writerOf.length > 0 || outcome.functionaryOf.length > 0)
    print(
      `Was writer of ${outcome.writerOf.join(', ') || 'none'}, functionary of ${outcome.functionaryOf.join(', ') || 'none'}; take them out of your file too.`,
    );
  if (outcome.user) print('There is a login with this address; it was not touched.');
}

const ERASE_REFUSALS = {
  unreadable: 'That is neither a phone number nor a mail address; nothing was changed.',
  own_number: 'That is a virtual number of this installation, not a person; nothing was changed.',
  no_organisation: 'There is nobody here yet.',
  changed: 'The person’s rows changed meanwhile; try again.',
};

export async function migrate(): Promise<void> {
  await withContext(async ({ store }) => print(`The ${store.dialect} database is at this version's schema.`));
}

export async function move(options: { to: string }): Promise<void> {
  if (!/^postgres(ql)?:\/\//.test(options.to)) throw new Stopped('--to must be postgres://…');
  // Opened once first: settings, key and installation are checked, and the schema is brought up to date.
  await withContext(async () => undefined);
  const { databaseUrl } = loadConfig();
  if (!databaseUrl.startsWith('file:')) throw new Stopped('DATABASE_URL is PostgreSQL already.');
  await moveStore(databaseUrl, options.to, (table, rows) => progress(`${table} ${rows}`));
  progress(null);
  print(
    'Everything is copied. Set DATABASE_URL to the new address and start again; keep the old file until that runs.',
  );
}

export async function backup(file: string): Promise<void> {
  await withContext(({ store }) => store.backup(file));
  print(
    `Written: ${file}. Keep secret.key (or SECRET_KEY) with it: without the key, nobody knows any more who has left.`,
  );
}
